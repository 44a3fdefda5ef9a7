"""`allay payment access-...`: what goes in, what comes out, and what bad input says."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import partial
from pathlib import Path

import pytest

import allay
from allay.cli.payment.access import COMMANDS, SCHEMAS
from allay.payment.access.termsfile import read_terms

ALIGNMENTS = """\
patient_id,aligned_on,control_on,baseline_on,quarterly_on
p1,2026-08-01,,2026-08-20,
p2,2026-10-01,,,
p3,,2026-09-01,,
"""
PATIENTS = (
    "patient_id,site,aligned_on,substitute_on\np1,low_back,2026-08-01,\np2,knee,2026-08-01,2026-09-09\n"
)
SCORES = """\
patient_id,instrument,scale,timepoint,date,score
p1,odi,total,baseline,2026-08-20,36
p1,odi,total,end,2027-08-20,28
p1,promis-pf6b,physical_function,baseline,2026-08-20,36.8
p1,promis-pf6b,physical_function,end,2027-08-20,38.7
p1,promis-pi6a,pain_interference,baseline,2026-08-20,60
p1,promis-pi6a,pain_interference,end,2027-08-20,57
p1,pain-nrs,total,baseline,2026-08-20,6
p1,pain-nrs,total,end,2027-08-20,5
"""
CANDIDATES = "patient_id,part_a,medicare_advantage,diagnoses\np1,yes,,M54.50\np2,yes,yes,M54.50\n"
VALUE_SET = json.dumps(
    {
        "system": "http://hl7.org/fhir/sid/icd-10-cm",
        "valueSetVersion": "0.0.1",
        "tracks": {"MSK": {"valueSet": "https://example.org/msk", "count": 1, "codes": ["M54.50"]}},
    }
)
TERMS = "id: ours\non: 2026-08-01\nstatus: contract\nsource: Agreement\noutcome_adjustment: points\n"


def cohort_rows():
    outcomes = ["met"] * 76 + ["not_met"] * 94 + ["missing"] * 30
    rows = [f"p{n},{each},{'no' if n < 168 else 'yes'}" for n, each in enumerate(outcomes)]
    return "\n".join(["patient_id,outcome,substitute", *rows, ""])


@pytest.fixture
def payment(allay):
    """Run a command in a folder with the files above; returns (exit status, output, errors)."""
    files = {
        "alignments.csv": ALIGNMENTS,
        "patients.csv": PATIENTS,
        "scores.csv": SCORES,
        "candidates.csv": CANDIDATES,
        "codes.json": VALUE_SET,
        "terms.yaml": TERMS,
        "cohort.csv": cohort_rows(),
    }
    for name, text in files.items():
        (allay.folder / name).write_text(text)

    return partial(allay, "payment")


def test_deadlines(payment):
    status, out, err = payment("access-deadlines", "alignments.csv", "--as-of", "2026-11-22")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    first = rows[0]
    assert (first["patient_id"], first["deadline"], first["last_day"], first["days_left"]) == (
        "p2",
        "baseline",
        "2026-11-30",
        "8",
    )
    assert (first["at_risk"], first["state"], first["sureness"]) == ("180.00", "open", "unconfirmed: derived")
    assert (rows[1]["deadline"], rows[1]["first_day"], rows[1]["at_risk"]) == ("quarterly", "2026-10-29", "")
    assert "implementation guide 0.9.11" in first["source"]
    assert "day 0 [unconfirmed: derived]" in err
    everything = payment(
        "access-deadlines", "alignments.csv", "--as-of", "2026-11-22", "--all", "--format", "json"
    )
    content = json.loads(everything[1])
    assert content["allay_version"] == allay.__version__
    assert "unconfirmed" in content["note"]
    assert "sent" in {row["state"] for row in content["rows"]}
    assert content["facts"]["us.cms.access.baseline.last_day@2026-07-05/2026-11-22"] == "verified"


def test_reconcile_prints_both_examples_as_unconfirmed(payment):
    status, out, _ = payment("access-reconcile", "cohort.csv", "--would-meet", "24")
    assert status == 0
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "$25,200.00" in lines["earned"]
    assert "unconfirmed" in lines["earned"]
    assert "$7,200.00" in lines["release"]
    assert "unconfirmed" not in lines["gross"]
    assert "$11,520.00" in lines["points"]
    assert "$0.00" in lines["all_or_nothing"]
    assert "$8,640.00 more, $288.00 for each [unconfirmed" in out
    figures = [line for line in out.splitlines() if "$" in line]
    unsure = [line for line in figures if "unconfirmed" not in line]
    assert [line.split()[0] for line in unsure] == ["gross", "paid"]


def test_reconcile_as_json_with_terms(payment):
    status, out, _ = payment("access-reconcile", "cohort.csv", "--terms", "terms.yaml", "--format", "json")
    content = json.loads(out)
    assert status == 0
    figures = {each["figure"]: each for each in content["figures"]}
    assert (figures["earned"]["value"], figures["release"]["value"]) == (29520, 11520)
    assert figures["gross"] == {"figure": "gross", "value": 36000, "sureness": "verified"}
    assert figures["earned"]["sureness"].startswith("unconfirmed")
    terms = {each["term"]: each for each in content["terms"]}
    assert terms["outcome_adjustment"] == {
        "term": "outcome_adjustment",
        "value": "points",
        "sureness": "unconfirmed: contract",
        "source": "Agreement",
    }
    assert terms["amount"]["source"] == "us.cms.access.amount.initial.msk@2026-07-05/2026-11-22"
    assert content["reports"] is None


def test_outcomes_then_forecast(payment):
    ask = ("access-outcomes", "patients.csv", "scores.csv", "--as-of", "2027-08-31", "-o", "judged.csv")
    status, _, err = payment(*ask)
    assert status == 0
    assert "unconfirmed: unknown" in err
    status, out, _ = payment(
        "access-forecast", "judged.csv", "--as-of", "2027-08-31", "--p-report", "0.8", "--format", "json"
    )
    assert status == 0
    content = json.loads(out)
    by_policy = {each["policy"]: each for each in content["forecasts"]}
    assert {name: each["met"] for name, each in by_policy.items()} == {"terms": 0, "any": 1, "all": 0}
    assert by_policy["any"]["open"] == 1
    assert by_policy["any"]["p_threshold"] == 1
    assert [form["form"] for form in by_policy["terms"]["forms"]] == [
        "proportional",
        "points",
        "all_or_nothing",
    ]
    assert all(each["sureness"].startswith("unconfirmed") for each in by_policy.values())
    assert by_policy["terms"]["worth"][0]["patient_id"] == "p2"
    assert content["trend"]["months"][0] == {
        "month": "2026-08-01",
        "patients": 2,
        "without_substitute": 2,
        "rate": 1.0,
    }
    status, out, _ = payment("access-forecast", "judged.csv", "--as-of", "2027-08-31", "--p-report", "0.8")
    assert status == 0
    shown = [line for line in out.splitlines() if "$" in line]
    assert shown
    assert all("unconfirmed" in line for line in shown)


def test_outcomes_as_json_name_their_facts(payment):
    ask = ("access-outcomes", "patients.csv", "scores.csv", "--as-of", "2027-08-31", "--format", "json")
    content = json.loads(payment(*ask)[1])
    assert content["allay_version"] == allay.__version__
    assert content["facts"]["us.cms.access.target.msk.odi@2026-07-05/2026-11-22"] == "unconfirmed: secondary"
    assert [row["outcome_any"] for row in content["rows"]] == ["met", "open"]


def test_the_same_again_gives_the_same_bytes(payment):
    words = ("access-forecast", "cohort.csv", "--as-of", "2027-08-31", "--p-report", "1", "--format", "json")
    assert payment(*words) == payment(*words)


def test_eligibility(payment):
    ask = ("access-eligibility", "candidates.csv", "--as-of", "2026-11-22")
    status, out, _ = payment(*ask, "--value-set", "codes.json", "--format", "json")
    assert status == 0
    content = json.loads(out)
    assert content["value_set"] == "https://example.org/msk|0.0.1"
    assert [each["eligible"] for each in content["candidates"]] == ["conditional", "no"]
    assert len(content["candidates"][0]["reasons"]) == 13
    status, out, _ = payment(*ask)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["eligible"] for row in rows] == ["unknown", "no"]
    assert all("unconfirmed" in row["sureness"] for row in rows)


def test_terms(payment):
    status, out, _ = payment("access-terms")
    assert status == 0
    assert "substitute_threshold   0.9" in out
    content = json.loads(payment("access-terms", "--terms", "terms.yaml", "--format", "json")[1])
    assert (content["id"], content["track"], len(content["terms"])) == ("ours", "msk", 14)


def test_a_day_of_knowledge_before_our_records_changes_nothing(payment):
    assert payment("access-terms", "--known-on", "2026-08-01") == payment("access-terms")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("access-reconcile", "none.csv"), "none.csv"),
        (("access-reconcile", "cohort.csv", "--would-meet", "31"), "--would-meet"),
        (("access-reconcile", "alignments.csv"), "alignments.csv:1: outcome"),
        (("access-reconcile", "cohort.csv", "--terms", "cohort.csv"), "cohort.csv"),
        (("access-forecast", "cohort.csv", "--as-of", "2027-01-01", "--p-report", "2"), "p-report"),
        (("access-forecast", "cohort.csv", "--as-of", "tomorrow", "--p-report", "1"), "YYYY-MM-DD"),
        (("access-deadlines", "alignments.csv", "--as-of", "2026-08-15"), "alignments.csv:2: baseline_on"),
        (("access-deadlines", "alignments.csv"), "--as-of"),
        (("access-eligibility", "alignments.csv", "--as-of", "2026-11-22"), "aligned_on"),
        (("access-eligibility", "candidates.csv", "--as-of", "2026-07-04"), "2026-07-04"),
        (
            ("access-eligibility", "candidates.csv", "--as-of", "2026-11-22", "--value-set", "terms.yaml"),
            "terms.yaml",
        ),
        (("access-outcomes", "patients.csv", "patients.csv", "--as-of", "2026-11-22"), "patients.csv:1"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(payment, tmp_path, words, said):
    status, out, err = payment(*words, "-o", "out.txt")
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert not (tmp_path / "out.txt").exists()


def test_the_commands_of_the_guide_run(payment):
    guide = (Path(__file__).parents[4] / "docs" / "how-to" / "forecast-access.md").read_text()
    shown = re.findall(r"^    allay payment (access-.*)$", guide, re.MULTILINE)
    assert len({line.split()[0] for line in shown}) == len(COMMANDS)
    # What writes over the cohort comes last: the others are told of a cohort with missing reports.
    for line in sorted(shown, key=lambda line: "-o cohort.csv" in line):
        status, _, err = payment(*line.split())
        assert status == 0, f"{line}: {err}"


def test_the_terms_file_of_the_guide_is_read():
    guide = (Path(__file__).parents[4] / "docs" / "how-to" / "forecast-access.md").read_text()
    (text,) = re.findall(r"^```yaml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    assert read_terms(io.BytesIO(text.encode())).choice("outcome_adjustment") == "points"


@pytest.mark.parametrize("model", SCHEMAS.values(), ids=SCHEMAS)
def test_inputs_and_results_have_schemas(model):
    assert model.model_json_schema()["type"] == "object"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.name)
def test_help_has_an_example(payment, command):
    status, out, _ = payment(command.name, "--help")
    assert status == 0
    assert f"allay payment {command.name}" in out


@pytest.mark.parametrize("option", ["--p-report", "--without-substitute"])
def test_a_chance_is_a_number(allay, option):
    (allay.folder / "cohort.csv").write_text("patient_id,outcome,substitute\np1,open,no\n")
    words = {"--p-report": "0.8", option: "nan"}
    given = [word for pair in words.items() for word in pair]
    status, out, err = allay("payment", "access-forecast", "cohort.csv", "--as-of", "2027-03-31", *given)
    assert (status, out) == (2, "")
    assert "expected a number from 0 to 1, found nan" in err
