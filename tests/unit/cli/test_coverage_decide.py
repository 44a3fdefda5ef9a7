"""`allay coverage decide`: its output, rules of one's own, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "spec" / "cases"
# A license that is active and suspended on the same days.
TWICE = {
    "id": "lac",
    "profession": "acupuncturist",
    "licenses": [
        {"state": "VT", "profession": "acupuncturist", "status": status} for status in ("active", "suspended")
    ],
}
ROAMING = {"id": "psy", "profession": "clinical_psychologist", "compacts": ["imlc"]}
RULES = """\
title: A plan of ours
recorded_on: 2026-11-22
sources:
  book: {title: Handbook of the plan, href: "https://example.org/handbook", seen_as: S1}
rules:
  - id: ours.no_yoga
    stage: benefit
    layer: plan
    effect: {type: deny}
    text: Our plan does not cover acupuncture by this practice.
    when: {plan.payer: original_medicare, service.id: acupuncture}
    effective_from: 2024-01-01
    effective_to: null
    source: book
    status: verified
"""
IMPROVEMENT = """\
recorded_on: 2026-11-22
status: contract
source: Agreed with the payer
tests:
  - {instrument: peg, scale: total, threshold: anchor_high}
"""


@pytest.fixture
def case(allay):
    """Write the case of acupuncture in Medicare, changed, and return its name."""

    def write(**changes):
        tree = json.loads((CASES / "medicare-acupuncture.json").read_text(encoding="utf-8"))[0]
        (allay.folder / "cases.json").write_text(json.dumps([tree | changes]), encoding="utf-8")
        return "cases.json"

    return write


def test_a_decision_has_all_its_parts(allay, case):
    status, out, err = allay("coverage", "decide", case())
    (found,) = json.loads(out)
    assert (status, err) == (0, "")
    assert set(found) >= {
        *("id", "deliver", "bill", "bill_as", "lines", "allowed", "patient_share", "prior_auth", "remaining"),
        *("mlr_class", "confidence", "reasons", "missing", "alternatives", "allay_version", "rules_version"),
    }
    assert set(found["lines"][0]) >= {"code", "modifiers", "units", "allowed"}
    assert set(found["remaining"][0]) == {"limit", "left", "resets_on"}
    assert set(found["reasons"][0]) >= {"rule", "stage", "effect", "text", "reference", "status"}
    assert (found["allowed"], found["patient_share"]) == (65.26, 13.05)


def test_the_same_bytes_again(allay, case):
    name = case()
    assert allay("coverage", "decide", name)[1] == allay("coverage", "decide", name)[1]


def test_what_is_not_verified_says_so(allay, case):
    (found,) = json.loads(allay("coverage", "decide", case())[1])
    statuses = {reason["status"] for reason in found["reasons"]}
    assert found["confidence"] in statuses - {"verified"}


def test_rules_of_a_plan_are_added(allay, case):
    (allay.folder / "ours").mkdir()
    (allay.folder / "ours" / "plan.yaml").write_text(RULES.replace("layer: plan", "layer: federal_law"))
    (found,) = json.loads(allay("coverage", "decide", case(), "--rules", "ours")[1])
    assert found["bill"] == "no"
    assert any(reason["rule"].startswith("ours.no_yoga@") for reason in found["reasons"])


def test_a_plan_cannot_be_stricter_than_what_is_above_it(allay, case):
    (allay.folder / "ours").mkdir()
    (allay.folder / "ours" / "plan.yaml").write_text(RULES)
    (found,) = json.loads(allay("coverage", "decide", case(), "--rules", "ours")[1])
    assert found["bill"] == "yes"
    (reason,) = [one for one in found["reasons"] if one["rule"].startswith("ours.no_yoga@")]
    assert reason["outcome"] == "set_aside"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("service.id", "service.ids", "service.ids"),
        ("ours.no_yoga", "us.scope.licensed", "a second time"),
        ("    source: book\n", "", "source"),
    ],
)
def test_rules_that_do_not_load_stop_everything(allay, case, old, new, said):
    (allay.folder / "ours").mkdir()
    (allay.folder / "ours" / "plan.yaml").write_text(RULES.replace(old, new))
    status, out, err = allay("coverage", "decide", case(), "--rules", "ours", "-o", "out.json")
    assert (status, out) == (2, "")
    assert said in err
    assert not (allay.folder / "out.json").exists()


def test_improvement_may_be_agreed_otherwise(allay, case):
    scores = [{"instrument": "peg", "baseline": 7, "latest": 5.5}]
    name = case(outcomes=scores)
    (allay.folder / "ours.yaml").write_text(IMPROVEMENT)
    for words, outcome in (((), "holds"), (("--improvement", "ours.yaml"), "fails")):
        (found,) = json.loads(allay("coverage", "decide", name, *words)[1])
        (reason,) = [one for one in found["reasons"] if one["rule"] == "improvement.peg.total"]
        assert reason["outcome"] == outcome


def test_an_improvement_file_with_a_typo_is_refused_by_line(allay, case):
    (allay.folder / "ours.yaml").write_text(IMPROVEMENT.replace("anchor_high", "anchor_hihg"))
    status, _, err = allay("coverage", "decide", case(), "--improvement", "ours.yaml")
    assert status == 2
    assert "ours.yaml:/tests/0: " in err
    assert "(line 5)" in err
    assert "did you mean 'anchor_high'" in err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"service_date": "2024-13-45"}, "service_date"),
        ({"patients": {}}, "patients"),
        ({"plan": {"payer": "medicar"}}, "payer"),
        ({"services": []}, "services"),
        ({"patient": {"state": "ZZ"}}, "/0/patient/state: state: expected a known state"),
        ({"plan": {"regulated_by": "ZZ"}}, "/0/plan/regulated_by: regulated_by: expected a known state"),
        ({"practitioners": [ROAMING]}, "/0/practitioners/0/compacts/0: 0: expected a known compact"),
        ({"contract": {"included": ["masage"]}}, "did you mean 'massage'"),
        ({"contract": {"carved_out": ["masage"]}}, "did you mean 'massage'"),
        (
            {"practitioners": [TWICE]},
            "licenses that agree (acupuncturist in VT is active and suspended on the same days)",
        ),
        ({"outcomes": [{"instrument": "peg", "baseline": 7, "latest": 11}]}, "score from 0 to 10"),
        ({"outcomes": [{"instrument": "pge", "baseline": 7, "latest": 5}]}, "did you mean 'peg'"),
        ({"services": [{"service": "acupunture"}]}, "did you mean 'acupuncture'"),
        ({"practitioners": [{"id": "lac", "profession": "acupuncturer"}]}, "did you mean 'acupuncturist'"),
        ({"services": [{"service": "acupuncture", "practitioner": "who"}]}, "a practitioner among lac"),
        ({"services": [{"service": "massage", "codes": [{"code": "9712"}]}]}, "code"),
    ],
)
def test_cases_that_cannot_be_are_refused(allay, case, changes, said):
    status, out, err = allay("coverage", "decide", case(**changes))
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_two_cases_of_one_id_are_refused(allay, case):
    name = case()
    one = json.loads((allay.folder / name).read_text(encoding="utf-8"))
    (allay.folder / name).write_text(json.dumps(one * 2))
    status, out, err = allay("coverage", "decide", name)
    assert (status, out) == (2, "")
    assert "each case with an id of its own" in err


def test_a_table_says_what_stands_in_the_way(allay, case):
    name = case(plan={"payer": "original_medicare"}, supervisors=[])
    status, out, err = allay("coverage", "decide", name, "--format", "table")
    assert (status, err) == (0, "")
    assert out.startswith("medicare-acupuncture: deliver yes, bill no as none, authorization none\n")
    assert "left: 11 of 12 visits in 90 days" in out
    assert "fails: Acupuncturists cannot enroll in Medicare, and so cannot bill it. (secondary)" in out
    assert "offer: Arrange a supervisor" in out


PAIRS = "Column 1,Column 2,*,Effective,Deletion,Modifier,Rationale\n97811,97810,,20240101,*,0,Misuse\n"


def test_official_pairs_take_the_place_of_ours(allay, case):
    (allay.folder / "ptp.csv").write_text(PAIRS)
    name = case()
    words = ("coverage", "decide", name, "--pairs", "ptp.csv", "--quarter", "2024-07-01")
    (found,) = json.loads(allay(*words)[1])
    assert [line["bill"] for line in found["lines"]] == ["no", "yes"]
    assert not any(reason["rule"] == "edits.excerpt" for reason in found["reasons"])


def test_official_files_need_their_quarter(allay, case):
    (allay.folder / "ptp.csv").write_text(PAIRS)
    status, out, err = allay("coverage", "decide", case(), "--pairs", "ptp.csv")
    assert (status, out) == (2, "")
    assert "--quarter" in err


def test_no_cases_give_no_decisions(allay):
    (allay.folder / "cases.json").write_text("[]")
    assert allay("coverage", "decide", "cases.json")[:2] == (0, "[]\n")


@pytest.mark.parametrize("name", ["cases", "decisions", "rules"])
def test_shapes_are_printed(allay, name):
    status, out, _ = allay("coverage", "schema", name)
    assert status == 0
    assert "$defs" in json.loads(out)
