"""Drugs as files write them: what is recognized, what is refused and why."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput
from allay.measures.opioids.drugs import read_drugs, shipped_drugs
from allay.measures.opioids.factor_set import get_set
from allay.measures.opioids.ingredients import by_rxnorm, read_name
from allay.measures.opioids.reading import Written, read_drug
from allay.measures.opioids.strength import Strength

HEAD = "rxnorm_drug_code,dose_form_name,ingredient_code,ingredient_name,strength_value,strength_unit\n"


def read(drug=None, rxcui=None, strength=None, unit=None, form=None, counted=None, set_id="cdc-2022", **more):
    written = Written(drug, rxcui, strength, unit, form, counted)
    return read_drug(written, factors=get_set(set_id), drugs=more.pop("drugs", shipped_drugs()), **more)


def table(rows: str):
    return read_drugs(io.BytesIO((HEAD + rows).encode()), name="drugs.csv")


@pytest.mark.parametrize(
    ("drug", "strength", "mg"),
    [
        ("HYDROCODONE-ACETAMIN", "10-325", 10),
        ("acetaminophen-codeine", "300-30", 30),
        ("oxycodone/acetaminophen", "5/325", 5),
        ("acetaminophen 325 MG / oxycodone hydrochloride 2.5 MG Oral Tablet", None, 2.5),
        ("12 HR Oxycodone Hydrochloride 60 MG Extended Release Oral Tablet", None, 60),
    ],
)
def test_only_the_opioid_of_a_combination_counts(drug, strength, mg):
    found = read(drug, None, strength, "mg")
    assert found.status == "computed", found.reason
    assert found.each == pytest.approx(mg * found.factor.value)


@pytest.mark.parametrize(
    ("cells", "status", "says"),
    [
        (
            {"drug": "Percocet", "strength": "5-325", "unit": "mg"},
            "refused",
            "does not say which is the opioid",
        ),
        ({"drug": "oxycodone and morphine", "strength": "5", "unit": "mg"}, "refused", "two opioids"),
        ({"drug": "Painaway", "strength": "5", "unit": "mg"}, "refused", "not known as an opioid"),
        ({"drug": "Painaway acetaminophen"}, "refused", "not known as an opioid"),
        ({"drug": None}, "refused", "no drug is named"),
        ({"drug": "ibuprofen 800 mg tablet"}, "not_opioid", "none is an opioid"),
        ({"rxcui": "99999999"}, "refused", "not in the drug table"),
        ({"rxcui": "1049621", "drug": "morphine"}, "refused", "is oxycodone, the name says morphine"),
        (
            {"rxcui": "1049621", "strength": "10", "unit": "mg"},
            "refused",
            "not that of the drug table (5 mg)",
        ),
        (
            {"drug": "oxycodone 5 mg", "strength": "10", "unit": "mg"},
            "refused",
            "not that of the name (5 mg)",
        ),
        ({"drug": "oxycodone", "unit": "mg"}, "refused", "the strength is blank"),
        ({"drug": "oxycodone", "strength": "5"}, "refused", "the unit of the strength is blank"),
        ({"drug": "oxycodone", "strength": "5", "unit": "mL"}, "invalid", ""),
        ({"drug": "oxycodone", "strength": "five", "unit": "mg"}, "invalid", ""),
        ({"drug": "oxycodone", "strength": "-5", "unit": "mg"}, "invalid", ""),
        ({"drug": "oxycodone", "strength": "0", "unit": "mg"}, "invalid", ""),
        ({"drug": "oxycodone", "strength": "nan", "unit": "mg"}, "invalid", ""),
        ({"drug": "oxycodone", "strength": "1_0", "unit": "mg"}, "invalid", ""),
        ({"drug": "oxycodone", "strength": "1e999", "unit": "mg"}, "invalid", ""),
        ({"drug": "oxycodone tablet", "strength": "5", "unit": "mg/h"}, "refused", "goes with a patch only"),
        (
            {"drug": "oxycodone", "strength": "5", "unit": "mg/h"},
            "refused",
            "no factor for oxycodone as patch",
        ),
        ({"drug": "fentanyl patch", "strength": "5", "unit": "mg"}, "refused", "needs a strength per hour"),
        ({"drug": "morphine injection", "strength": "5", "unit": "mg/mL"}, "refused", "an injection"),
        ({"drug": "fentanyl buccal tablet", "strength": "100", "unit": "mcg"}, "refused", "no factor"),
        ({"drug": "meperidine", "strength": "50", "unit": "mg"}, "refused", "no factor for meperidine"),
        ({"drug": "oxycodone", "strength": "5", "unit": "mg", "counted": "mL"}, "refused", "in mL"),
        ({"drug": "oxycodone", "strength": "5", "unit": "mg/mL", "counted": "tab"}, "refused", "in tab"),
    ],
)
def test_what_is_not_figured_has_a_reason(cells, status, says):
    found = read(**cells)
    assert found.status == status
    assert says in found.reason
    assert found.reason or found.expected
    assert found.factor is None


def test_forms_of_fentanyl_decide_its_factor():
    def fentanyl(form, unit="mcg"):
        return read("fentanyl", None, "100", unit, form, set_id="cdc-2018")

    for form, each in (("Buccal Tablet", 13), ("Lozenge/Troche", 13), ("Tablet", 13), ("Film", 18)):
        assert fentanyl(form).each == pytest.approx(each), form
    assert fentanyl("Nasal Spray", "mcg/actuation").each == pytest.approx(16)
    assert fentanyl("Oral Spray", "MCG/SPRAY").each == pytest.approx(18)
    for form, unit in (("Spray", "mcg/actuation"), (None, "mcg")):
        assert "expected the form of fentanyl" in fentanyl(form, unit).reason
    # Where both sprays have one factor, a bare spray is enough.
    assert read(
        "fentanyl spray", None, "100", "mcg/actuation", set_id="cdc-2016-analytic"
    ).each == pytest.approx(16)


def test_buprenorphine_is_reported_apart_and_counted_only_when_asked_for():
    film = {"drug": "Suboxone", "strength": "2", "unit": "mg", "form": "film"}
    assert (read(**film).status, read(**film).factor) == ("excluded", None)
    assert "gives no factor" in read(**film).reason
    assert (read(**film, set_id="heal").status, read(**film, set_id="heal").each) == ("excluded", 77.6)
    assert read(**film, set_id="heal", include_buprenorphine=True).status == "computed"
    asked = read(**film, include_buprenorphine=True)
    assert (asked.status, asked.reason) == ("refused", "cdc-2022 gives no factor for buprenorphine")


def test_names_from_memory_say_so():
    assert "memory" in read("Percocet", None, "5", "mg").note
    assert read("OxyContin", None, "10", "mg").note == ""


def test_words_are_whole():
    assert read_name("dihydrocodeine").opioids == ("dihydrocodeine",)
    assert read_name("benzhydrocodone").opioids == ("benzhydrocodone",)
    assert read_name("MS Contin 15 mg").opioids == ("morphine",)


def test_ingredient_codes_stand_for_drugs():
    assert by_rxnorm()["10689"] == "tramadol"
    assert read(None, "10689", "50", "mg").each == pytest.approx(10)


def test_units_are_one_strength():
    same = {
        Strength.of(0.025, "MG/HR"),
        Strength.of(25, "mcg/h"),
        Strength.of(25, "µg/hr"),
        Strength.of(25, "ug/h"),
    }
    assert len(same) == 1
    assert Strength.of(7.5, "mg/15 mL") == Strength.of(0.5, "mg/mL")


class TestDrugTable:
    def test_salts_of_one_opioid_add_up_and_two_opioids_do_not(self):
        salts = table("1,Oral Tablet,7804,Oxycodone,4.5,MG\n1,Oral Tablet,7804,Oxycodone,0.38,MG\n")
        assert salts.get("1").strength.mcg == pytest.approx(4880)
        assert "salts" in read(None, "1", drugs=salts).note
        mixed = table("2,Oral Tablet,7804,Oxycodone,5,MG\n2,Oral Tablet,7052,Morphine,5,MG\n")
        assert "several opioids" in read(None, "2", drugs=mixed).reason

    def test_an_unknown_ingredient_is_refused_where_it_is_used(self):
        found = read(None, "3", drugs=table("3,Oral Tablet,42,Novelopioid,5,MG\n"))
        assert (found.status, "Novelopioid" in found.reason) == ("refused", True)

    def test_every_problem_with_its_line(self):
        with pytest.raises(InvalidInput) as refused:
            table(
                "x,Oral Tablet,7804,Oxycodone,5,MG\n"
                "4,Oral Tablet,7804,Oxycodone,five,MG\n"
                "5,,7804,Oxycodone,5,cup\n"
            )
        assert [(p.at, p.field) for p in refused.value.problems] == [
            ("2", "rxnorm_drug_code"),
            ("3", "strength_value"),
            ("4", "strength_unit"),
        ]

    def test_a_users_table_counts_before_the_shipped_one(self):
        own = table("1049621,Oral Tablet,7804,Oxycodone,6,MG\n").over(shipped_drugs())
        assert own.get("1049621").strength.mcg == 6000
        assert own.get("197696").ingredient == "fentanyl"
