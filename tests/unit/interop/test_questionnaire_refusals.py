"""Forms that do not fit the definition: each difference is named by its JSON pointer."""

from __future__ import annotations

import pytest
from tests.unit.interop.forms import (
    CONTROL,
    FREQUENCY,
    LOINC,
    gad7,
    option,
    question,
    read,
    refused,
    shipped,
    stream,
)

from allay.base.errors import InvalidInput
from allay.interop.packsource import load_pack


class TestRefused:
    def test_a_missing_item(self):
        form = gad7()
        del form["item"][3]
        assert refused(form) == [
            "q.json:/item: item: expected the item gad7_4 (LOINC 69734-2) of gad7@1.0.0, "
            "found no such question"
        ]

    def test_a_question_more(self):
        form = gad7()
        form["item"].append(question("44250-9"))
        assert refused(form) == [
            "q.json:/item/7: 7: expected only questions of gad7@1.0.0, "
            "found the question '/69737-5/44250-9' (LOINC '44250-9')"
        ]

    def test_the_same_item_twice(self):
        form = gad7()
        form["item"].append(form["item"][0])
        assert refused(form) == ["q.json:/item/7/text: text: expected gad7_1 once, found it again"]

    def test_link_id_and_code_of_different_items(self):
        form = gad7()
        form["item"][0]["linkId"] = "gad7_2"
        assert "expected the code and the link id of one item, found gad7_1 and gad7_2" in refused(form)[0]

    def test_the_link_id_of_an_item_with_a_foreign_code(self):
        form = gad7()
        form["item"][0] |= {"linkId": "gad7_1", "code": [{"system": LOINC, "code": "44250-9"}]}
        assert refused(form) == [
            "q.json:/item/0/code: code: expected the LOINC code 69725-0 of gad7_1, found '44250-9'"
        ]

    def test_an_unknown_answer_code(self):
        form = gad7()
        form["item"][1]["answerOption"][2] = option("LA13863-8")
        assert refused(form) == [
            "q.json:/item/1/answerOption/2: 2: expected one of the answer codes "
            "LA6568-5, LA6569-3, LA6570-1, LA6571-9 of gad7_2, found 'LA13863-8'"
        ]

    def test_an_answer_with_another_value(self):
        form = gad7()
        form["item"][1]["answerOption"] = [option(code, value=k + 1) for k, code in enumerate(FREQUENCY)]
        lines = refused(form)
        assert len(lines) == 4
        assert lines[0] == (
            "q.json:/item/1/answerOption/0: 0: expected the value 0 of this answer to gad7_2, found 1"
        )

    def test_too_few_and_too_many_answers(self):
        form = gad7()
        del form["item"][0]["answerOption"][1]
        form["item"][1]["answerOption"].append(option("LA6568-5"))
        assert refused(form) == [
            "q.json:/item/0/text: text: expected one answer with the value 1 to gad7_1, found none",
            "q.json:/item/1/text: text: expected one answer with the value 0 to gad7_2, found 2 of them",
        ]

    def test_missing_texts(self):
        form = gad7()
        form["item"][0]["text"] = " "
        form["item"][1]["answerOption"][0]["valueCoding"]["display"] = ""
        assert refused(form) == [
            "q.json:/item/0/text: text: expected a text for gad7_1, found nothing",
            "q.json:/item/1/answerOption/0/valueCoding/display: display: "
            "expected a text for this answer to gad7_2, found nothing",
        ]

    @pytest.mark.parametrize("kind", ["string", "boolean", "open-choice", "coding"])
    def test_another_type(self, kind):
        form = gad7()
        form["item"][0]["type"] = kind
        assert refused(form) == [
            "q.json:/item/0/type: type: "
            f"expected the type choice, integer or decimal for gad7_1, found '{kind}'"
        ]

    def test_several_answers_to_one_item(self):
        form = gad7()
        form["item"][0]["repeats"] = True
        assert refused(form) == [
            "q.json:/item/0/repeats: repeats: expected one answer to gad7_1, found repeats"
        ]

    def test_answers_kept_elsewhere(self):
        form = gad7()
        form["item"][0] |= {"answerOption": [], "answerValueSet": "http://example.org/often"}
        assert refused(form) == [
            "q.json:/item/0/answerValueSet: answerValueSet: expected the answers inside this form, "
            "found 'http://example.org/often'"
        ]

    def test_labels_without_codes_or_values(self):
        form = gad7()
        form["item"][0]["answerOption"] = [
            {"valueString": text} for text in ("Never", "Often", "Daily", "Always")
        ]
        lines = refused(form)
        assert len(lines) == 4
        assert "expected an answer to gad7_1 that says its value" in lines[0]

    def test_a_form_of_something_else(self):
        assert refused({"resourceType": "Questionnaire", "item": [question("12345-5")]}) == [
            "q.json:/item: item: expected questions of one of our instruments, by LOINC code or item id, "
            "found none among 1 questions"
        ]

    def test_a_form_with_few_of_our_questions_among_others(self):
        form = gad7(item=[*gad7()["item"][:2], *({"linkId": f"o{k}", "type": "text"} for k in range(8))])
        del form["code"]
        assert refused(form)[0].startswith(
            "q.json:/item: item: "
            "expected the questions of one of our instruments and no others, found 2 of the "
        )

    def test_a_form_with_all_of_our_questions_among_many_others(self):
        form = gad7(item=[*gad7()["item"], *({"linkId": f"o{k}", "type": "text"} for k in range(8))])
        del form["code"]
        assert len(refused(form)) == 1
        assert refused(form)[0].endswith(
            "found 7 of the 7 of gad7@1.0.0 (gad7_1, gad7_2, gad7_3, gad7_4, gad7_5, gad7_6) among 15"
        )

    def test_a_code_with_a_line_break_stays_in_its_line(self):
        form = gad7()
        form["item"].append({"linkId": "x\ny", "type": "choice", "code": [{"system": LOINC, "code": "a\nb"}]})
        assert len(refused(form)) == 1

    def test_another_resource(self):
        with pytest.raises(InvalidInput) as caught:
            load_pack(stream({"resourceType": "Bundle"}), name="q.json")
        assert str(caught.value) == (
            "q.json:/resourceType: resourceType: expected a Questionnaire, a CSV file or a pack, "
            "found 'Bundle'"
        )


class TestRatings:
    def test_a_number_needs_its_range_and_both_end_texts(self):
        form = shipped("peg")
        assert read(form).wording.anchors["peg_1"] == ("No pain", "Pain as bad as you can imagine")
        form["item"][0]["item"].pop()
        form["item"][1]["extension"][1]["valueInteger"] = 9
        form["item"][2]["extension"] = []
        assert refused(form) == [
            "q.json:/item/1/extension: extension: expected the extension maxValue with 10, "
            "as answers to peg_2 have, found 9",
            "q.json:/item/2/extension: extension: expected the extension minValue with 0, "
            "as answers to peg_3 have, found none",
            "q.json:/item/2/extension: extension: expected the extension maxValue with 10, "
            "as answers to peg_3 have, found none",
            "q.json:/item/0/text: text: expected texts at the lowest and the highest answer of peg_1, "
            "found one of them",
        ]

    def test_numbers_as_choices(self):
        form = shipped("peg")
        for item in form["item"]:
            item["type"] = "choice"
            item["answerOption"] = [{"valueInteger": value} for value in range(11)]
        assert read(form).wording == read(shipped("peg")).wording

    def test_words_are_not_replaced_by_numbers(self):
        form = gad7()
        limits = [
            {"url": f"http://hl7.org/fhir/StructureDefinition/{word}Value", "valueInteger": value}
            for word, value in (("min", 0), ("max", 3))
        ]
        form["item"][0] |= {"type": "integer", "extension": limits}
        assert refused(form) == [
            "q.json:/item/0/text: text: expected texts at the lowest and the highest answer of gad7_1, "
            "found none"
        ]

    def test_end_texts_are_written_as_slider_ends(self):
        low = shipped("peg")["item"][0]["item"][0]
        assert low["extension"][0]["url"] == CONTROL
        assert low["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "lower"
