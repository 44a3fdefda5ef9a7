"""`allay measures` beside scoring: domains, definitions, imports, preference scores, warnings."""

from __future__ import annotations

import csv
import io
import json

import pytest


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_domains_name_instruments_and_definitions(allay):
    rows = table(allay("measures", "domains", "--format", "csv")[1])
    pairs = {(row["domain"], row["instrument"]) for row in rows}
    assert ("pain_interference", "peg@1.0.0") in pairs
    assert ("work", "return-to-work@1.0.0") in pairs
    (opioids,) = (row for row in rows if row["domain"] == "opioids")
    assert "safety signal, never a success" in opioids["note"]
    assert {row["assignment"] for row in rows} == {"derived"}


def test_definitions(allay):
    found = json.loads(allay("measures", "definitions", "return-to-work")[1])
    assert [(each["id"], each["version"], each["status"]) for each in found] == [
        ("return-to-work", "1.0.0", "derived")
    ]
    assert len(json.loads(allay("measures", "definitions")[1])) == 5
    status, _, errors = allay("measures", "definitions", "completed")
    assert (status, errors) == (
        2,
        "allay: there is no outcome definition 'completed'; did you mean 'completion'?\n",
    )


def test_import(allay):
    (allay.folder / "pam.csv").write_text("patient_id,timepoint,total\nA,baseline,52.3\n")
    status, out, _ = allay("measures", "import", "pam", "pam.csv")
    assert status == 0
    assert out.splitlines()[1] == "A,baseline,pam,1.0.0,total,,52.3,,level_2,,,imported,"


def test_an_instrument_of_several_forms_wants_its_version(allay):
    (allay.folder / "prs.csv").write_text(
        "id," + ",".join(f"prs_{k}" for k in range(1, 15)) + "\nA" + ",2" * 14 + "\n"
    )
    status, _, errors = allay("measures", "score", "prs", "prs.csv")
    assert status == 2
    assert "prs has several published forms; name one: prs@14.0.0 (Original, 14 items" in errors
    status, out, errors = allay("measures", "score", "prs@14.0.0", "prs.csv")
    assert status == 0
    assert [(row["version"], row["scale"], row["score"]) for row in table(out)] == [
        ("14.0.0", "behavioral_perseverance", "10"),
        ("14.0.0", "cognitive_affective_positivity", "18"),
        ("14.0.0", "total", "28"),
    ]
    assert "PRS total: scored by a key that is memory" in errors


def test_import_only_cannot_be_scored(allay):
    (allay.folder / "a.csv").write_text("id,koos_1\nA,1\n")
    status, out, errors = allay("measures", "score", "koos-jr", "a.csv")
    assert (status, out) == (2, "")
    assert errors.startswith("allay: koos-jr@1.0.0 is import-only: The table from the sum")


def test_reversed_items_are_warned_about_and_scored(allay):
    rows = [[level % 5] * 10 for level in range(60)]
    text = ",".join(f"pss10_{k}" for k in range(1, 11)) + "\n"
    (allay.folder / "a.csv").write_text(text + "\n".join(",".join(map(str, row)) for row in rows) + "\n")
    status, out, errors = allay("measures", "score", "pss10", "a.csv")
    assert status == 0
    assert len(table(out)) == 60
    assert "total: pss10_4, pss10_5, pss10_7, pss10_8 run against the other items" in errors


def test_future_dates_and_repeats(allay):
    (allay.folder / "a.csv").write_text(
        "patient_id,date,nps\nA,2026-01-05,9\nA,2026-01-05,9\nB,2027-01-05,9\n"
    )
    status, out, errors = allay("measures", "score", "nps", "a.csv", "--as-of", "2026-11-26")
    assert (status, out) == (2, "")
    assert errors == "a.csv:4: date: expected a date up to 2026-11-26, found '2027-01-05'\n"
    status, out, errors = allay(
        "measures", "score", "nps", "a.csv", "--as-of", "2026-11-26", "--on-invalid", "flag"
    )
    assert (status, len(table(out))) == (0, 3)
    assert "patient and date of an earlier row: 1 (line 3)" in errors
    assert "expected a date up to 2026-11-26" in errors


def test_propr(allay):
    domains = ["physical_function", "depression", "fatigue", "sleep_disturbance", "social_participation"]
    scales = [*domains, "pain_interference", "anxiety"]
    rows = [f"A,promis29,{scale},in,50" for scale in scales] + ["A,promis-cognition2a,cognition,in,50"]
    (allay.folder / "s.csv").write_text(
        "patient_id,instrument,scale,timepoint,score\n" + "\n".join(rows) + "\n"
    )
    status, out, _ = allay("measures", "propr", "s.csv")
    assert status == 0
    assert out.splitlines()[1] == "A,in,promis29,1.0.0,propr,0.518,scored,asked,"


@pytest.mark.parametrize("name", ["scs", "start-back", "pam", "bpi", "promis29"])
def test_cards_as_json_and_text_say_the_same(allay, name):
    shown = json.loads(allay("measures", "show", name, "--format", "json")[1])
    text = allay("measures", "show", name)[1]
    assert all(scale["title"] in text for scale in shown["scales"])
    assert all(each in text for each in shown["quality_domains"])
    for scale in shown["scales"]:
        assert not scale["reversed"] or ", ".join(scale["reversed"]) in text
        assert all(norm["source"] in text for norm in scale["norms"])
        assert all(rule["text"] in text for rule in scale["rules"])
