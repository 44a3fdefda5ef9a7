"""FHIR questionnaires and answers of others: what fits becomes a pack, the rest is refused with reasons."""

from __future__ import annotations

import csv
import json

import pytest

from allay.base.errors import InvalidInput
from allay.interop.packsource import load_pack
from allay.interop.questionnaire_response import read_responses
from allay.measures.catalog import get
from allay.measures.scoring import score_one

NO_QUESTIONS = "expected questions of one of our instruments, by LOINC code or item id, found none among"
FITS = {
    "lforms-phq9-questionnaire.json": ("phq9@1.0.0", 10),
    "lforms-argonaut-phq9-ish.json": ("phq9@1.0.0", 10),
    "phr-gad7-questionnaire.json": ("gad7@1.0.0", 7),
}
REFUSED = {
    "mypain-questionnaire.json": (
        "/item: item: expected the questions of one of our instruments and no others, found 4 of the "
    ),
    "lforms-questionnaire-calculatedExpression.json": f"/item: item: {NO_QUESTIONS} 11 questions",
    # Its questions are none of ours either, but a flag written as text already makes it no FHIR.
    "lforms-enableWhen-test.R4.json": "/item/7/item/0/repeats: repeats: expected true or false, found 'true'",
    "lforms-q-with-minOccurs-maxOccurs.json": f"/item: item: {NO_QUESTIONS} 3 questions",
    "lforms-question-under-question.R4.json": f"/item: item: {NO_QUESTIONS} 2 questions",
    "lforms-apgar-with-itemWeight-variable.json": f"/item: item: {NO_QUESTIONS} 6 questions",
    "lforms-q-4-level-deep.json": f"/item: item: {NO_QUESTIONS} 4 questions",
}
NOT_FORMS = {"ahrq-brenda-jackson-bundle.json", "phr-gad7-questionnaireresponse.json"}


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "fhir_questionnaires"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


def test_every_file_of_the_index_is_judged(folder):
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["file"]: row["resource"] for row in csv.DictReader(file)}
    assert {*FITS, *REFUSED, *NOT_FORMS} == set(rows)
    assert {name for name, kind in rows.items() if kind == "Questionnaire"} == {*FITS, *REFUSED}


@pytest.mark.parametrize("name", FITS)
def test_a_form_of_ours_becomes_a_pack(folder, name):
    pack, instrument = load_pack(folder / name, name=name)
    assert (pack.reference, len(pack.wording.items)) == FITS[name]
    assert pack.reference == instrument.reference
    assert all(pack.wording.items.values())
    assert pack.notes[0] == "the form names no language; taken as en"


def test_what_the_forms_leave_out_and_word_otherwise_is_said(folder):
    notes = {name: load_pack(folder / name, name=name)[0].notes for name in FITS}
    lforms = notes["lforms-phq9-questionnaire.json"]
    assert "left out: the score '44261-6'" in lforms
    assert "other words than in the shipped text: phq9_difficulty" in lforms
    # The form that calls itself "ish" has the codes and the values, and a stem; its item 9 is cut short.
    assert notes["lforms-argonaut-phq9-ish.json"][1:] == ("other words than in the shipped text: phq9_9",)
    assert notes["phr-gad7-questionnaire.json"][2] == "other words than in the shipped text: gad7_2"
    for name in ("lforms-phq9-questionnaire.json", "phr-gad7-questionnaire.json"):
        assert any(note.startswith("there is no stem; the shipped text has one") for note in notes[name])


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_form_is_refused_with_the_reason(folder, name):
    with pytest.raises(InvalidInput) as caught:
        load_pack(folder / name, name=name)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{name}:{REFUSED[name]}")


@pytest.mark.parametrize("name", sorted(NOT_FORMS))
def test_what_is_no_form_is_refused(folder, name):
    with pytest.raises(InvalidInput, match="expected a Questionnaire, a CSV file or a pack, found"):
        load_pack(folder / name, name=name)


def test_asked_as_promis_the_mixed_form_is_refused_question_by_question(folder):
    with pytest.raises(InvalidInput) as caught:
        load_pack(
            folder / "mypain-questionnaire.json", instrument=get("promis29"), permission="test", name="m.json"
        )
    said = str(caught.value)
    assert (
        "m.json:/item/0/item/0: 0: expected only questions of promis29@1.0.0, found the question '1.1'"
        in said
    )
    assert caught.value.total > 50


def test_the_answers_of_the_gad7_score_as_published(folder):
    sheet = read_responses(folder / "phr-gad7-questionnaireresponse.json")
    assert sheet.instrument.id == "gad7"
    assert sheet.notes == ()
    (row,) = sheet.frame.to_dicts()
    assert (row["patient_id"], row["date"], row["response_status"]) == ("example", "2024-12-01", "completed")
    (total,) = score_one(get("gad7"), {item: row[item] for item in get("gad7").item_ids})
    assert (total.score, total.band) == (3, "minimal")


def test_declining_an_item_of_the_gad7_is_missing(folder, tmp_path):
    response = json.loads((folder / "phr-gad7-questionnaireresponse.json").read_text(encoding="utf-8"))
    form = json.loads((folder / "phr-gad7-questionnaire.json").read_text(encoding="utf-8"))
    declined = form["item"][0]["answerOption"][4]
    assert declined["valueCoding"]["code"] == "asked-declined"
    response["item"][2]["answer"] = [declined]  # was "several days", 1 point
    path = tmp_path / "r.json"
    path.write_text(json.dumps(response), encoding="utf-8")
    (row,) = read_responses(path).frame.to_dicts()
    assert row["gad7_3"] is None
    (total,) = score_one(get("gad7"), {item: row[item] for item in get("gad7").item_ids})
    # 2 points in six items make 2 * 7 / 6 = 2.33; as a zero the sum would be complete.
    assert (total.status, total.raw, total.score) == ("prorated", 2, 2)


def test_the_peg_of_the_ahrq_patient_is_not_rounded(folder):
    bundle = json.loads((folder / "ahrq-brenda-jackson-bundle.json").read_text(encoding="utf-8"))
    observations = [
        entry["resource"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Observation"
        and entry["resource"]["code"]["coding"][0]["code"] == "91147-9"
    ]
    first = next(each for each in observations if each["valueQuantity"]["value"] == 5)
    codes = {str(item.loinc): item.id for item in get("peg").items}
    answers = {
        codes[part["code"]["coding"][0]["code"]]: part["valueQuantity"]["value"]
        for part in first["component"]
    }
    assert answers == {"peg_1": 7, "peg_2": 5, "peg_3": 4}
    (total,) = score_one(get("peg"), answers)
    assert get("peg").scale("total").format(total.score) == "5.3333"


def test_observations_are_no_answers_to_a_form(folder):
    with pytest.raises(InvalidInput, match="expected a QuestionnaireResponse, found a Bundle without any"):
        read_responses(folder / "ahrq-brenda-jackson-bundle.json")
