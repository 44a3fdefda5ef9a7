"""`allay opioids`: what goes in, what comes out, and what bad input says."""

from __future__ import annotations

import json

import pytest

from allay.cli.frame import run
from allay.cli.opioids import group

HEAD = "patient_id,drug,strength,unit,quantity,days_supply,start_date\n"
GOOD = "A,oxycodone,5,mg,30,10,2026-01-05\n"
CAUTION = "MME factors are not for converting a patient from one opioid to another"
REQUEST = {
    "resourceType": "MedicationRequest",
    "id": "r1",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/p1"},
    "authoredOn": "2026-01-05T10:00:00Z",
    "medicationCodeableConcept": {
        "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1049621"}]
    },
    "dosageInstruction": [
        {
            "timing": {"repeat": {"frequency": 1, "period": 6, "periodUnit": "h"}},
            "asNeededBoolean": True,
            "doseAndRate": [
                {"doseRange": {"low": {"value": 1, "unit": "tab"}, "high": {"value": 2, "unit": "tab"}}}
            ],
        }
    ],
    "dispenseRequest": {"expectedSupplyDuration": {"value": 5, "code": "d"}},
}


@pytest.fixture
def opioids(tmp_path, monkeypatch, capfdbinary):
    """Run a command in a folder of its own; returns (exit status, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        status = run(group, list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    call.folder = tmp_path
    return call


def put(opioids, text: str, name: str = "rx.csv") -> str:
    (opioids.folder / name).write_text(text, encoding="utf-8")
    return name


def bundle(opioids, *requests) -> str:
    entries = [{"resource": each} for each in requests]
    return put(opioids, json.dumps({"resourceType": "Bundle", "entry": entries}), "bundle.json")


class TestMme:
    def test_given_columns_first_then_those_added(self, opioids):
        name = put(opioids, "note," + HEAD + '"a, b",' + GOOD)
        status, out, errors = opioids("mme", name)
        header, first = out.splitlines()
        assert (
            status,
            header.startswith("note," + HEAD.strip() + ",ingredient,factor,mme_per_day,status"),
        ) == (0, True)
        assert first == (
            '"a, b",A,oxycodone,5,mg,30,10,2026-01-05,'
            f"oxycodone,1.5,22.5,computed,,,mg,,cdc-2022@1.0.0,verified,{CAUTION}"
        )
        assert CAUTION in errors

    def test_the_sets_differ(self, opioids):
        name = put(opioids, HEAD + "A,methadone,10,mg,60,30,\n")
        found = {}
        for set_id in ("cdc-2022", "cdc-2018", "cdc-2016", "cdc-2016-analytic", "heal", "cosri"):
            line = opioids("mme", name, "--factors", set_id)[1].splitlines()[1]
            found[set_id] = float(line.split(",")[9])
        assert found == {
            "cdc-2022": 94.0,
            "cdc-2018": 60.0,
            "cdc-2016": 80.0,
            "cdc-2016-analytic": 80.0,
            "heal": 94.0,
            "cosri": 80.0,
        }

    def test_by_day_and_summary(self, opioids):
        name = put(opioids, HEAD + GOOD)
        days = opioids("mme", name, "--by", "day")[1].splitlines()
        assert (days[0], days[1], len(days)) == (
            "patient_id,date,mme,prescriptions,uncounted",
            "A,2026-01-05,22.5,1,0",
            11,
        )
        header = opioids("mme", name, "--summary")[1].splitlines()[0]
        assert header.startswith(
            "patient_id,days,mean_mme,max_mme,days_50,days_90,long_term,fast_fall,mme1,mme2,mme3,mme4,"
        )

    def test_json_carries_versions_and_the_caution(self, opioids):
        found = json.loads(opioids("mme", put(opioids, HEAD + GOOD), "--format", "json")[1])
        assert (found["rows"][0]["mme_per_day"], found["caution"]) == (22.5, CAUTION)
        assert found["factor_set"] == {"id": "cdc-2022@1.0.0", "status": "verified"}
        assert found["allay_version"]
        assert "secondary" in found["facts"].values()

    def test_what_repeats_is_said_and_counts(self, opioids):
        status, out, errors = opioids("mme", put(opioids, HEAD + GOOD + GOOD), "--summary")
        assert (status, "the same as an earlier row, and counted: 1" in errors) == (0, True)
        assert out.splitlines()[1].startswith("A,10,45.0,45.0,")

    def test_a_drug_table(self, opioids):
        table = put(
            opioids,
            "rxnorm_drug_code,drug_name,dose_form_code,dose_form_name,ingredient_code,ingredient_name,strength,"
            "strength_value,strength_unit\n42,x,1,Oral Tablet,10689,Tramadol,50 MG,50,MG\n",
            "drugs.csv",
        )
        name = put(opioids, "patient_id,rxcui,quantity,days_supply\nA,42,30,10\n")
        assert opioids("mme", name)[1].splitlines()[1].split(",")[7] == "refused"
        assert opioids("mme", name, "--drug-table", table)[1].splitlines()[1].split(",")[6] == "30.0"

    def test_output_appears_whole(self, opioids):
        name = put(opioids, HEAD + GOOD)
        assert opioids("mme", name, "-o", "out.csv")[:2] == (0, "")
        assert (opioids.folder / "out.csv").read_text() == opioids("mme", name)[1]


class TestBadInput:
    ROWS = (
        "A,oxycodone,5,mg,0,10,2026-01-05\n"
        "A,oxycodone,5,mg,-30,10,2026-01-05\n"
        "A,oxycodone,5,mg,30,0,2026-01-05\n"
        "A,oxycodone,5,mg,30,2.5,2026-01-05\n"
        "A,oxycodone,5,mg,30,10,05/01/2026\n"
        "A,oxycodone,5,cups,30,10,2026-01-05\n"
        "A,oxycodone,five,mg,30,10,2026-01-05\n"
        ",oxycodone,5,mg,30,10,2026-01-05\n"
        "A,oxycodone,5,mg,30,10,2026-03-01\n"
        "A,ibuprofen,x,y,z,0,never\n"
    )

    def test_every_value_that_cannot_be_with_line_and_column(self, opioids):
        name = put(opioids, HEAD + self.ROWS)
        status, out, errors = opioids("mme", name, "-o", "out.csv", "--as-of", "2026-02-01")
        assert (status, out, (opioids.folder / "out.csv").exists()) == (2, "", False)
        places = [tuple(line.split(": ")[:2]) for line in errors.splitlines()]
        assert places == [
            ("rx.csv:2", "quantity"),
            ("rx.csv:3", "quantity"),
            ("rx.csv:4", "days_supply"),
            ("rx.csv:5", "days_supply"),
            ("rx.csv:6", "start_date"),
            ("rx.csv:7", "unit"),
            ("rx.csv:8", "strength"),
            ("rx.csv:9", "patient_id"),
            ("rx.csv:10", "start_date"),
        ]
        assert "not after 2026-02-01" in errors

    def test_flagged_the_good_rows_are_kept(self, opioids):
        name = put(opioids, HEAD + GOOD + self.ROWS)
        status, out, errors = opioids("mme", name, "--on-invalid", "flag", "--as-of", "2026-02-01")
        rows = [line.split(",") for line in out.splitlines()[1:]]
        assert (status, [row[10] for row in rows]) == (0, ["computed", *["invalid"] * 9, "not_opioid"])
        assert all(row[9] == "" for row in rows[1:])
        assert rows[1][11] == "not a permitted value: quantity"
        assert "flagged as invalid: 9" in errors

    @pytest.mark.parametrize("missing", ["quantity", "days_supply"])
    def test_blank_is_missing_and_not_wrong(self, opioids, missing):
        cells = dict(zip(HEAD.strip().split(","), GOOD.strip().split(","), strict=True)) | {missing: ""}
        status, out, _ = opioids("mme", put(opioids, HEAD + ",".join(cells.values()) + "\n"))
        assert status == 0
        assert f"refused,the {missing} is blank" in out

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("patient_id,drug,strength,unit,quantity\nA,b,1,mg,1\n", "days_supply: expected this column"),
            ("patient_id,quantity,days_supply\nA,1,1\n", "drug: expected this column, or rxcui"),
            ("patient_id,drug,quantity,days_supply\nA,b,1,1\n", "strength: expected this column"),
            (HEAD.strip() + ",status\n" + GOOD.strip() + ",x\n", "status: expected another name"),
            ("", "expected a header row"),
            ("{", "expected a FHIR Bundle in JSON"),
            ('{"resourceType": "Patient"}', "expected Bundle or MedicationRequest, found 'Patient'"),
            ('{"resourceType": "Bundle", "entry": [1]}', "rx.csv:/entry/0: resource: expected a resource"),
        ],
    )
    def test_structure(self, opioids, text, says):
        status, out, errors = opioids("mme", put(opioids, text))
        assert (status, out) == (2, "")
        assert says in errors

    def test_days_need_dates(self, opioids):
        name = put(opioids, "patient_id,drug,strength,unit,quantity,days_supply\nA,codeine,30,mg,9,3\n")
        status, _, errors = opioids("mme", name, "--by", "day")
        assert (status, "start_date: expected this column" in errors) == (2, True)
        assert opioids("mme", name, "--summary")[0] == 0

    def test_bad_usage(self, opioids):
        name = put(opioids, HEAD + GOOD)
        assert opioids("mme", name, "--by", "day", "--summary")[0] == 2
        assert opioids("mme", name, "--window-days", "90")[0] == 2
        assert opioids("mme", name, "--factors", "cdc-1999")[0] == 2
        assert opioids("mme", "none.csv")[0] == 2


class TestBundle:
    def test_as_needed_and_a_range_count_the_most(self, opioids):
        line = opioids("mme", bundle(opioids, REQUEST))[1].splitlines()[1].split(",")
        # 2 tablets of 5 mg every 6 hours: 40 mg a day, by 1.5.
        assert line[:2] == ["p1", ""]
        assert "60.0" in line

    def one(self, opioids, **changes):
        out = opioids("mme", bundle(opioids, {**REQUEST, **changes}), "--format", "json")[1]
        return json.loads(out)["rows"][0]

    def dosage(self, **changes):
        return [{**REQUEST["dosageInstruction"][0], **changes}]

    def test_a_stated_limit_of_a_day_counts(self, opioids):
        limit = {"numerator": {"value": 4, "unit": "tab"}, "denominator": {"value": 1, "code": "d"}}
        assert self.one(opioids, dosageInstruction=self.dosage(maxDosePerPeriod=limit))["mme_per_day"] == 30

    def test_a_dose_in_mg_needs_no_strength(self, opioids):
        dose = [{"doseQuantity": {"value": 10, "unit": "mg", "code": "mg"}}]
        assert self.one(opioids, dosageInstruction=self.dosage(doseAndRate=dose))["mme_per_day"] == 60

    def test_times_of_day_are_counted(self, opioids):
        timing = {"repeat": {"timeOfDay": ["10:00:00", "22:00:00"]}}
        assert self.one(opioids, dosageInstruction=self.dosage(timing=timing))["mme_per_day"] == 30

    def test_the_highest_frequency_counts(self, opioids):
        timing = {"repeat": {"frequency": 1, "frequencyMax": 2, "period": 6, "periodUnit": "h"}}
        assert self.one(opioids, dosageInstruction=self.dosage(timing=timing))["mme_per_day"] == 120

    def test_one_dose_stated_several_ways_is_one_dose(self, opioids):
        def stated(code, value):
            return {"type": {"coding": [{"code": code}]}, "doseQuantity": {"value": value, "unit": "tab"}}

        same = [stated("calculated", 2), stated("ordered", 2)]
        assert self.one(opioids, dosageInstruction=self.dosage(doseAndRate=same))["mme_per_day"] == 60
        differ = [stated("calculated", 2), stated("ordered", 1)]
        assert self.one(opioids, dosageInstruction=self.dosage(doseAndRate=differ))["mme_per_day"] == 30
        unclear = [stated("calculated", 2), stated("given", 1)]
        found = self.one(opioids, dosageInstruction=self.dosage(doseAndRate=unclear))
        assert (found["status"], "none of them as ordered" in found["reason"]) == ("refused", True)

    def test_instructions_at_the_same_time_add_up_and_a_sequence_is_refused(self, opioids):
        twice = self.dosage() * 2
        assert self.one(opioids, dosageInstruction=twice)["mme_per_day"] == 120
        follow = [{**each, "sequence": place} for place, each in enumerate(twice)]
        found = self.one(opioids, dosageInstruction=follow)
        assert (found["status"], "follow one another" in found["reason"]) == ("refused", True)

    def test_what_was_dispensed_serves_where_no_dose_is_timed(self, opioids):
        dispensed = {"quantity": {"value": 30}, "expectedSupplyDuration": {"value": 10, "code": "d"}}
        assert self.one(opioids, dosageInstruction=[], dispenseRequest=dispensed)["mme_per_day"] == 22.5

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"status": "entered-in-error"}, "entered in error"),
            ({"dispenseRequest": {}}, "expected a dose with its timing, or a quantity dispensed"),
            ({"dosageInstruction": [], "dispenseRequest": {}}, "the days of supply"),
            (
                {"dosageInstruction": [{"timing": {"repeat": {"frequency": 1}}, "doseAndRate": []}]},
                "expected a dose",
            ),
            ({"dosageInstruction": "twice"}, "the structure of FHIR R4"),
            ({"dispenseRequest": {"expectedSupplyDuration": {"value": 10**400}}}, "the structure of FHIR R4"),
        ],
    )
    def test_what_cannot_be_reduced_is_refused_by_itself(self, opioids, changes, says):
        name = bundle(opioids, {**REQUEST, **changes}, REQUEST)
        status, out, _ = opioids("mme", name, "--format", "json")
        rows = json.loads(out)["rows"]
        assert (status, rows[1]["mme_per_day"]) == (0, 60)
        assert (rows[0]["status"], rows[0]["mme_per_day"]) == ("refused", None)
        assert says in rows[0]["reason"]

    def test_a_medication_elsewhere_in_the_bundle(self, opioids):
        medication = {"resourceType": "Medication", "id": "m", "code": REQUEST["medicationCodeableConcept"]}
        request = {**REQUEST, "medicationReference": {"reference": "Medication/m"}}
        request.pop("medicationCodeableConcept")
        out = opioids("mme", bundle(opioids, medication, request), "--format", "json")[1]
        assert json.loads(out)["rows"][0]["mme_per_day"] == 60


class TestFactors:
    def test_sets_and_their_factors_with_sources(self, opioids):
        status, out, _ = opioids("factors")
        assert (status, len([line for line in out.splitlines() if line.startswith(("c", "h"))])) == (0, 6)
        text = opioids("factors", "cdc-2016")[1]
        for words in ("methadone", "to 20", "above", "https://", "rounded up", CAUTION):
            assert words in text

    def test_csv_json_and_an_unknown_set(self, opioids):
        assert (
            opioids("factors", "heal", "--format", "csv")[1]
            .splitlines()[1]
            .startswith("heal@1.0.0,buprenorphine")
        )
        assert json.loads(opioids("factors", "heal", "--format", "json")[1])["caution"] == CAUTION
        status, _, errors = opioids("factors", "cdc2022")
        assert (status, "did you mean 'cdc-2022'" in errors) == (2, True)

    @pytest.mark.parametrize("words", [(), ("mme",), ("factors",), ("schema",)])
    def test_help_has_an_example_and_the_caution(self, opioids, words):
        status, out, _ = opioids(*words, "--help")
        assert (status, "Example:" in out) == (0, True)
        if words != ("schema",):
            assert "not for converting" in " ".join(out.split())

    def test_schema(self, opioids):
        assert set(json.loads(opioids("schema")[1])) == {"factor-set"}
