"""A FHIR Questionnaire as a pack: what fits, and what is refused with its place."""

from __future__ import annotations

import pytest
from tests.unit.interop.forms import (
    ABSENT,
    FREQUENCY,
    GAD7,
    LOINC,
    ORDINAL,
    gad7,
    option,
    question,
    read,
    refused,
    shipped,
    translated,
)

from allay.base.errors import NotPermitted
from allay.measures.catalog import get


class TestWhatFits:
    def test_answers_known_by_their_codes_alone(self):
        pack = read(gad7())
        assert pack.reference == "gad7@1.0.0"
        assert pack.wording.items["gad7_2"] == "Text 2"
        assert pack.wording.answers["gad7_7"] == ("Label 0", "Label 1", "Label 2", "Label 3")

    def test_order_and_labels_decide_nothing(self):
        form = gad7()
        form["item"].reverse()
        form["item"][0]["answerOption"].reverse()
        assert read(form).wording == read(gad7()).wording

    def test_attribution_of_the_same_instrument_where_the_form_has_none(self):
        assert read(gad7()).wording.attribution == get("gad7").wordings["en"].attribution
        assert read(gad7(copyright="Theirs")).wording.attribution == "Theirs"

    def test_where_the_text_is_from(self):
        form = gad7(version="2", publisher="A clinic", date="2026-01-02T00:00:00Z")
        assert read(form).title == "GAD-7, version 2, A clinic, 2026-01-02"

    def test_an_item_is_known_by_link_id_too(self):
        form = gad7()
        for item in form["item"]:
            del item["code"]
        form["item"][0]["linkId"] = "gad7_1"
        assert read(form).wording == read(gad7()).wording

    def test_without_a_code_the_questions_decide(self):
        form = gad7()
        del form["code"]
        assert read(form).instrument == "gad7"

    def test_declining_is_no_answer_of_the_instrument(self):
        form = gad7()
        declined = {"valueCoding": {"system": ABSENT, "code": "asked-declined", "display": "Declined"}}
        form["item"][3]["answerOption"].append(declined)
        assert read(form).wording == read(gad7()).wording

    @pytest.mark.parametrize("url", [ORDINAL, ORDINAL.replace("ordinalValue", "itemWeight")])
    def test_answers_of_a_local_system_say_their_value(self, url):
        form = gad7()
        for item in form["item"]:
            item["answerOption"] = [
                {
                    "valueCoding": {
                        "system": "urn:ours",
                        "code": f"c{value}",
                        "display": f"Label {value}",
                        "extension": [{"url": url, "valueDecimal": value}],
                    }
                }
                for value in (3, 2, 1, 0)
            ]
        assert read(form).wording == read(gad7()).wording

    @pytest.mark.parametrize("address", ["#often", "http://example.org/often", "http://example.org/often|1"])
    @pytest.mark.parametrize("how", ["expansion", "compose"])
    def test_answers_in_a_value_set_inside_the_form(self, address, how):
        codings = [{"code": code, "display": f"Label {k}"} for k, code in enumerate(FREQUENCY)]
        held = {"resourceType": "ValueSet", "id": "often", "url": "http://example.org/often"}
        if how == "expansion":
            held["expansion"] = {"contains": [{**each, "system": LOINC} for each in codings]}
        else:
            held["compose"] = {"include": [{"system": LOINC, "concept": codings}]}
        form = gad7(contained=[held])
        for item in form["item"]:
            del item["answerOption"]
            item["answerValueSet"] = address
        assert read(form).wording == read(gad7()).wording

    def test_scores_and_texts_may_stand_in_it(self):
        form = gad7()
        form["item"] += [
            {"linkId": "a", "type": "display", "text": "Thank you"},
            {"linkId": "b", "type": "decimal", "code": [{"system": LOINC, "code": "70274-6"}]},
            {"linkId": "c", "type": "string", "readOnly": True},
        ]
        pack = read(form)
        assert pack.wording == read(gad7()).wording
        assert "left out: the score '70274-6'; the calculated 'c'" in pack.notes

    def test_what_differs_from_the_shipped_text_is_said(self):
        form = shipped()
        group = form["item"][0]
        group["item"][8]["text"] = "Other words"
        group["item"][0]["text"] += "?"  # the same words
        group["item"][1]["answerOption"][0]["valueCoding"]["display"] = "Never"
        assert read(form).notes == (
            "other words than in the shipped text: phq9_9",
            "other answer labels than in the shipped text: phq9_2",
        )
        group["text"] = ""
        assert read(form).notes[0].startswith("there is no stem; the shipped text has one (Over the last")


class TestStem:
    def test_the_text_of_a_group(self):
        pack = read(
            gad7(item=[{"linkId": "g", "type": "group", "text": "Past days", "item": gad7()["item"]}])
        )
        assert pack.wording.stem == "Past days"
        assert pack.wording.without_stem == frozenset()

    def test_a_text_before_the_first_question_but_not_a_later_or_hidden_one(self):
        hidden = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
        text = {"linkId": "d", "type": "display", "text": "Past days"}
        secret = {**text, "text": "x", "extension": [{"url": hidden, "valueBoolean": True}]}
        later = {**text, "linkId": "e", "text": "Thank you"}
        form = gad7(item=[text, secret, *gad7()["item"][:4], later, *gad7()["item"][4:]])
        assert read(form).wording.stem == "Past days"
        assert read(form).wording.without_stem == frozenset()

    def test_it_need_not_stand_above_every_item(self):
        items = gad7()["item"]
        form = gad7(item=[{"linkId": "g", "type": "group", "text": "Past days", "item": items[:6]}, items[6]])
        assert read(form).wording.without_stem == {"gad7_7"}

    def test_several_stems_go_above_the_texts(self):
        items = gad7()["item"]
        form = gad7(
            item=[
                {"linkId": "g", "type": "group", "text": "One", "item": items[:3]},
                {"linkId": "h", "type": "group", "text": "Two", "item": items[3:]},
            ]
        )
        wording = read(form).wording
        assert (wording.stem, wording.items["gad7_1"], wording.items["gad7_7"]) == (
            "",
            "One\nText 1",
            "Two\nText 7",
        )


class TestLanguage:
    def test_that_of_the_form(self):
        assert read(gad7(language="ES-us")).language == "es-US"
        assert read(gad7(language="es-US"), language="es").language == "es-US"

    def test_assumed_aloud(self):
        assert read(gad7()).notes[0] == "the form names no language; taken as en"
        assert "names no language" not in " ".join(read(gad7(language="de")).notes)

    def test_said_by_the_reader(self):
        assert read(gad7(), language="de").language == "de"

    def test_another_one_is_refused(self):
        assert refused(gad7(language="en"), language="es") == [
            "q.json:/language: language: expected texts in es, found 'en'"
        ]
        assert refused(gad7(language="español"))[0].startswith(
            "q.json:/language: language: expected a language"
        )

    def form_with_translations(self):
        form = gad7(language="en", copyright="Theirs")
        for k, item in enumerate(form["item"], start=1):
            item["_text"] = translated(f"Texto {k}", "es")
            for value, each in enumerate(item["answerOption"]):
                each["valueCoding"]["_display"] = translated(f"Respuesta {value}", "ES")
        return form

    def test_translations_are_taken_when_asked_for(self):
        pack = read(self.form_with_translations(), language="es")
        assert pack.language == "es"
        assert pack.wording.items["gad7_3"] == "Texto 3"
        assert pack.wording.answers["gad7_3"][2] == "Respuesta 2"
        assert read(self.form_with_translations()).wording.items["gad7_3"] == "Text 3"

    def test_every_text_needs_one(self):
        form = self.form_with_translations()
        del form["item"][2]["_text"]
        del form["item"][4]["answerOption"][1]["valueCoding"]["_display"]
        form["item"] = [{"linkId": "g", "type": "group", "text": "Past days", "item": form["item"]}]
        lines = refused(form, language="es")
        at = "q.json:/item/0/item"
        assert f"{at}/2/text: text: expected a text for gad7_3, found nothing" in lines
        assert any(f"{at}/4/answerOption/1/valueCoding/display" in line for line in lines)
        assert "q.json:/item/0/text: text: expected a translation of this text into es, found none" in lines


def test_permission_is_asked_for_where_the_license_does():
    form = gad7(item=[question(code) for code in GAD7])
    with pytest.raises(NotPermitted, match="the wording of promis29 needs permission"):
        read(form, instrument=get("promis29"))


def test_what_is_written_carries_its_codes():
    form = shipped("gad7")
    assert form["code"] == [{"system": LOINC, "code": "69737-5"}]
    assert [item["code"][0]["code"] for item in form["item"][0]["item"]] == list(GAD7)
    first = form["item"][0]["item"][0]["answerOption"][3]
    assert first == option("LA6571-9", "Nearly every day", 3)
