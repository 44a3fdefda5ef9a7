"""FHIR answers as rows: what is taken, what is missing, what is refused."""

from __future__ import annotations

import pytest
from tests.unit.interop.forms import ABSENT, GAD7, LOINC, ORDINAL, coded, gad7, response, stream

from allay.base.errors import InvalidInput
from allay.interop.questionnaire_response import read_responses
from allay.measures.catalog import get
from allay.measures.scoring import score_one

REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
FULL = [coded(code, "LA6569-3") for code in GAD7]


def read(value, **more):
    return read_responses(stream(value), name="r.json", **more)


def answers(value, **more) -> list[int | None]:
    sheet = read(value, **more)
    return list(sheet.frame.select(sheet.instrument.item_ids).row(0))


def refused(value, **more) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read(value, **more)
    return str(caught.value).splitlines()


class TestRow:
    def test_columns(self):
        frame = read(response(*FULL)).frame
        assert frame.columns == [
            "patient_id",
            "date",
            "questionnaire",
            "response_status",
            *(f"gad7_{k}" for k in range(1, 8)),
        ]
        # The day is the one where it was written, not that of Greenwich.
        assert frame.row(0)[:4] == ("A-1", "2026-01-02", "http://example.org/Questionnaire/gad7", "completed")

    @pytest.mark.parametrize(
        ("subject", "patient"),
        [
            ({"reference": "Patient/7"}, "7"),
            ({"reference": "http://example.org/fhir/Patient/7/_history/2"}, "7"),
            ({"reference": "urn:uuid:1-2"}, "urn:uuid:1-2"),
            ({"identifier": {"value": "MRN 9"}}, "MRN 9"),
        ],
    )
    def test_patient(self, subject, patient):
        assert read(response(*FULL, subject=subject)).frame["patient_id"].to_list() == [patient]

    def test_what_is_not_named_is_blank_and_said(self):
        value = response(*FULL)
        del value["subject"], value["authored"], value["questionnaire"]
        sheet = read(value)
        assert sheet.frame.row(0)[:3] == (None, None, None)
        assert sheet.notes == ("/: the response names no patient", "/: the response names no day")

    @pytest.mark.parametrize(
        "authored", ["2026", "2026-01", "2026-02-30", "20260102", "2026-W01-1", "yesterday"]
    )
    def test_half_a_date(self, authored):
        assert refused(response(*FULL, authored=authored)) == [
            f"r.json:/authored: authored: expected a date as YYYY-MM-DD, perhaps with a time, "
            f"found '{authored}'"
        ]

    def test_what_was_entered_in_error_is_left_out(self):
        sheet = read(response(*FULL, status="entered-in-error"))
        assert sheet.frame.height == 0
        assert sheet.notes == ("/: the response was entered-in-error; it was left out",)

    @pytest.mark.parametrize("status", ["in-progress", "stopped"])
    def test_what_is_not_final_is_taken_and_said(self, status):
        sheet = read(response(*FULL, status=status))
        assert sheet.frame["response_status"].to_list() == [status]
        assert sheet.notes == (f"/: the response is {status}; it was taken as it is",)

    def test_amended_is_final(self):
        assert read(response(*FULL, status="amended")).notes == ()

    def test_an_unknown_status(self):
        assert "/status: status: expected one of" in refused(response(*FULL, status="done"))[0]


class TestAnswers:
    def test_kinds_of_value(self):
        extension = [{"url": ORDINAL, "valueDecimal": 2}]
        local = {"system": "urn:ours", "code": "b", "extension": extension}
        items = [
            coded("gad7_1", "LA6571-9"),
            coded("/69737-5/68509-9", "LA6568-5"),
            {"linkId": "69733-4", "answer": [{"valueInteger": 1}]},
            {"linkId": "69734-2", "answer": [{"valueDecimal": 2.0}]},
            {"linkId": "69735-9", "answer": [{"valueCoding": local}]},
            {"linkId": "69689-8", "answer": [{"valueCoding": {"code": "LA6570-1"}}]},
        ]
        assert answers(response(*items)) == [3, 0, 1, 2, 2, 2, None]

    def test_declining_is_missing_and_never_zero(self):
        declined = [
            coded(GAD7[0], "asked-declined", ABSENT),
            coded(GAD7[1], "ASKU", "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"),
            {"linkId": GAD7[2], "answer": [{"extension": [{"url": REASON, "valueCode": "asked-declined"}]}]},
            {"linkId": GAD7[3], "answer": [{"_valueInteger": {"extension": [{"url": REASON}]}}]},
            {"linkId": GAD7[4], "extension": [{"url": REASON, "valueCode": "unknown"}]},
            {"linkId": GAD7[5], "answer": []},
        ]
        found = answers(response(*declined, FULL[6]))
        assert found == [None] * 6 + [1]
        (total,) = score_one(get("gad7"), dict(zip(get("gad7").item_ids, found, strict=True)))
        assert (total.status, total.score, total.answered) == ("not_scored", None, 1)

    def test_questions_inside_groups_and_answers(self):
        inside = {
            "linkId": "g",
            "item": [{**FULL[0], "answer": [{**FULL[0]["answer"][0], "item": [FULL[1]]}]}],
        }
        assert answers(response(inside, *FULL[2:])) == [1] * 7

    def test_link_ids_that_only_the_form_explains(self):
        form = gad7()
        for k, item in enumerate(form["item"]):
            item["linkId"] = f"q{k}"
        items = [coded(f"q{k}", "LA6570-1") for k in range(7)]
        assert answers(response(*items), questionnaire=stream(form)) == [2] * 7
        assert "found 'q0', 'q1', 'q2', 'q3'" in refused(response(*items))[0]

    def test_an_answer_to_something_else_is_said(self):
        sheet = read(
            response(*FULL, coded("note", "x"), {"linkId": "70274-6", "answer": [{"valueInteger": 7}]})
        )
        assert sheet.notes == ("/item/7: the answer to 'note' is none of gad7@1.0.0 and was passed over",)

    @pytest.mark.parametrize(
        ("answer", "at", "said"),
        [
            (
                [{"valueCoding": {"system": LOINC, "code": "LA9933-8"}}],
                "/answer/0",
                "LA6571-9 of gad7_1, found 'LA9933-8'",
            ),
            (
                [{"valueCoding": {"system": "urn:ours", "code": "LA6568-5"}}],
                "/answer/0",
                "LA6571-9 of gad7_1, found 'LA6568-5'",
            ),
            ([{"valueInteger": 4}], "/answer/0", "expected one of the answers 0 to 3 to gad7_1, found 4"),
            ([{"valueDecimal": 1.5}], "/answer/0", "expected one of the answers 0 to 3 to gad7_1, found 1.5"),
            (
                [{"valueInteger": 10**400}],
                "/answer/0",
                "expected one of the answers 0 to 3 to gad7_1, found a number beyond all bounds",
            ),
            (
                [{"valueString": "Not at all"}],
                "/answer/0",
                "expected an answer to gad7_1 that says its value: a LOINC answer, a value extension "
                "or a number, found 'Not at all'",
            ),
            (
                [{"valueBoolean": True}],
                "/answer/0",
                "expected one answer to gad7_1, as a coding or a number, found none",
            ),
            (
                [{"valueInteger": 1, "valueDecimal": 1.0}],
                "/answer/0",
                "expected one answer to gad7_1, as a coding or a number, found several",
            ),
            ([{"valueInteger": 1}, {"valueInteger": 2}], "/answer", "expected one answer to gad7_1, found 2"),
        ],
    )
    def test_impossible_answers(self, answer, at, said):
        (line,) = refused(response({"linkId": "gad7_1", "answer": answer}, *FULL[1:]))
        assert line.startswith(f"r.json:/item/0{at}: ")
        assert line.endswith(said)

    def test_a_value_that_contradicts_its_code(self):
        item = coded("gad7_1", "LA6568-5")
        item["answer"][0]["extension"] = [{"url": ORDINAL, "valueDecimal": 3}]
        assert "expected the value 0 of this answer to gad7_1, found 3" in refused(response(item))[0]

    def test_an_item_answered_twice(self):
        assert refused(response(*FULL, FULL[0])) == [
            "r.json:/item/7/linkId: linkId: expected gad7_1 once in a response, found it again"
        ]


class TestBundle:
    def bundle(self, *resources):
        return {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}

    def test_one_row_each_and_other_resources_left_alone(self):
        other = {"resourceType": "Observation", "code": {"text": "x"}, "status": 3}
        frame = read(
            self.bundle(response(*FULL), other, response(*FULL, subject={"reference": "Patient/B"}))
        ).frame
        assert frame["patient_id"].to_list() == ["A-1", "B"]

    def test_none_among_them(self):
        assert refused(self.bundle({"resourceType": "Patient"})) == [
            "r.json:/: resourceType: expected a QuestionnaireResponse, found a Bundle without any"
        ]
        assert refused({"resourceType": "Patient"}) == [
            "r.json:/: resourceType: expected a QuestionnaireResponse, found 'Patient'"
        ]

    def test_a_bad_one_refuses_the_file_or_is_left_out(self):
        bad = response({"linkId": "gad7_1", "answer": [{"valueInteger": 9}]}, *FULL[1:])
        value = self.bundle(response(*FULL), bad, response(*FULL, subject={"reference": "Patient/C"}))
        (line,) = refused(value)
        assert line.startswith("r.json:/entry/1/resource/item/0/answer/0: ")
        sheet = read(value, on_invalid="flag")
        assert sheet.frame["patient_id"].to_list() == ["A-1", "C"]
        assert [str(problem) for problem in sheet.problems] == [line]

    def test_several_instruments(self):
        peg = response({"linkId": "peg_1", "answer": [{"valueInteger": 5}]})
        value = self.bundle(response(*FULL), peg)
        assert (
            "expected responses to one instrument, or --instrument to say which, found gad7@1.0.0, peg@1.0.0"
            in refused(value)[0]
        )
        sheet = read(value, instrument=get("peg"))
        assert sheet.frame["peg_1"].to_list() == [5]
        assert sheet.notes == ("1 response(s) to other forms left out",)
        assert "expected answers to items of promis29" in refused(value, instrument=get("promis29"))[0]
