"""`allay scheduling rules`: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from tests.unit.scheduling.rules.linkedcases import linked_problem, linked_tree
from tests.unit.scheduling.rules.paircases import MEDICARE, clinic, told_tree

from allay.scheduling.plan.plan import Plan, Score, Session
from allay.scheduling.problem.problem import SchedulingProblem

MONDAY = dt.datetime(2024, 7, 15, 9)
PAIR = ("evaluation", "talk")


@pytest.fixture
def files(allay):
    """Write a problem and its payers."""

    def write(problem=None, payers=None):
        problem = problem or clinic(*PAIR)
        payers = payers or told_tree(MEDICARE, *PAIR)
        (allay.folder / "p.json").write_text(problem.model_dump_json(), encoding="utf-8")
        # JSON is YAML, too.
        (allay.folder / "payers.yaml").write_text(json.dumps(payers), encoding="utf-8")
        return problem

    return write


def written(allay, name):
    return SchedulingProblem.model_validate_json((allay.folder / name).read_bytes())


def test_the_problem_is_written_with_its_rules_and_the_reasons_are_said(allay, files):
    files()
    status, out, err = allay("scheduling", "rules", "p.json", "payers.yaml", "-o", "ruled.json")
    assert (status, err) == (0, "")
    (rule,) = written(allay, "ruled.json").same_day
    assert (rule.id, rule.effect) == ("coverage.medicare.evaluation.talk", "forbidden")
    assert out.splitlines()[0] == (
        "medicare: evaluation + talk: not both billable, loses 66.91 (as sure as contract)"
    )
    assert "  edit.97162.96158: 96158 is not paid beside 97162" in out
    assert out.splitlines()[-1].startswith("clinic on 2024-07-15, policy forbid: 1 rule of 1 pair")


def test_the_same_input_gives_the_same_bytes_and_rules_are_made_once(allay, files):
    files()
    allay("scheduling", "rules", "p.json", "payers.yaml", "-o", "one.json")
    allay("scheduling", "rules", "p.json", "payers.yaml", "-o", "two.json")
    allay("scheduling", "rules", "one.json", "payers.yaml", "-o", "again.json")
    texts = {(allay.folder / f"{name}.json").read_bytes() for name in ("one", "two", "again")}
    assert len(texts) == 1


def test_without_a_file_the_problem_is_printed_and_the_reasons_beside_it(allay, files):
    files()
    status, out, err = allay("scheduling", "rules", "p.json", "payers.yaml", "--policy", "price")
    assert status == 0
    (rule,) = SchedulingProblem.model_validate_json(out).same_day
    assert (rule.effect, rule.lost_cents) == ("priced", 6691)
    assert "policy price: 1 rule of 1 pair" in err


def test_findings_are_written_with_versions(allay, files):
    files(payers=told_tree(MEDICARE, "talk"))
    status, out, _ = allay(
        "scheduling", "rules", "p.json", "payers.yaml", "-o", "r.json", "--findings", "why.json"
    )
    assert status == 0
    assert "  ask: services/evaluation" in out
    found = json.loads((allay.folder / "why.json").read_text(encoding="utf-8"))["same_day"]
    assert found["allay_version"]
    assert found["rules_version"]
    assert [one["answer"] for one in found["findings"]] == ["unknown"]
    assert written(allay, "r.json").same_day == ()


def plan_of(problem, **update):
    one = Session(series="s-exercise", number=1, start=MONDAY, lead="pta", second="dc", room="gym")
    return Plan(
        allay_version="0",
        problem=problem.id,
        problem_digest=problem.digest(),
        method="good-greedy",
        sessions=(one.model_copy(update=update),),
        score=Score(**dict.fromkeys(Score.model_fields, 0)),
    )


def test_a_plan_whose_billable_member_fell_out_is_answered_no(allay, files):
    problem = files(linked_problem("MN"), linked_tree("MN"))
    words = ("scheduling", "rules", "p.json", "payers.yaml", "-o", "r.json", "--plan", "plan.json")
    (allay.folder / "plan.json").write_text(plan_of(problem).model_dump_json(), encoding="utf-8")
    status, out, _ = allay(*words)
    assert status == 0
    assert "s-exercise 1, pta with dc: bill yes as incident_to(dc)" in out
    (allay.folder / "plan.json").write_text(plan_of(problem, second=None).model_dump_json(), encoding="utf-8")
    status, out, _ = allay(*words)
    assert status == 1
    assert "s-exercise 1, pta with nobody: bill no as none, not allowed in a plan" in out


def test_a_whole_pair_that_is_not_billable_is_answered_no(allay, files):
    problem = files(linked_problem("MN"), linked_tree("MN", own_service=False))
    (allay.folder / "plan.json").write_text(plan_of(problem).model_dump_json(), encoding="utf-8")
    status, out, _ = allay(
        "scheduling", "rules", "p.json", "payers.yaml", "-o", "r.json", "--plan", "plan.json"
    )
    assert status == 1
    assert "s-exercise 1, pta with dc: bill no as none (as sure as" in out
    assert out.count("  no rule of coverage lets it be billed") == 3  # two pairs of a day, one session
    assert "plan-a: exercise + exercise: one is never billable (as sure as derived)" in out


def test_a_second_who_must_stay_is_kept_there(allay, files):
    files(linked_problem("MN", presence="start"), linked_tree("MN"))
    _, out, _ = allay("scheduling", "rules", "p.json", "payers.yaml", "-o", "r.json")
    exercise, massage = written(allay, "r.json").services
    assert exercise.linked.presence == "general"
    assert "us.mn.delegation.chiropractor (verified)" in exercise.linked.rule
    assert massage.linked.presence == "start"
    assert "`start` would not keep who bills there" in out
    assert "no rule of coverage states how many at once" in out


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"services": {"yoga": {"service": "yoga"}}}, "/services/yoga: expected a service of the problem"),
        (
            {"services": {"talk": {"service": "acupuncture", "practitioner": "psy-1"}}},
            "/services/talk/practitioner: expected nobody",
        ),
        ({"linked": {"talk": {"mode": "video"}}}, "/linked/talk: expected a linked service of the problem"),
        ({"practitioners": {"pt-9": {}}}, "/practitioners/pt-9: expected a practitioner of the problem"),
        ({"disciplines": {"yoga": {}}}, "/disciplines/yoga: expected a discipline of the problem"),
        ({"payers": {}}, "/payers: expected"),
        ({"policy": "forbid"}, "/policy: expected one of the keys"),
        (
            {"payers": {"a": {"plan": {"payer": "medicaid"}, "benefits": {"yoga": {}}}}},
            "/payers/a/benefits/yoga: expected a service of the problem",
        ),
        (
            {"payers": {"a": {"plan": {"payer": "medicaid"}, "services": {"yoga": {"service": "yoga"}}}}},
            "/payers/a/services/yoga: expected a service of the problem",
        ),
        ({"payers": {"a": {"plan": {"payer": "medicare"}}}}, "/payers/a/plan/payer: expected"),
    ],
)
def test_bad_payers_are_refused_with_their_place(allay, files, change, place):
    files()
    tree = json.loads((allay.folder / "payers.yaml").read_text(encoding="utf-8")) | change
    (allay.folder / "payers.yaml").write_text(json.dumps(tree), encoding="utf-8")
    status, out, err = allay("scheduling", "rules", "p.json", "payers.yaml", "-o", "r.json")
    assert (status, out) == (2, "")
    where, _, expected = place.partition(": ")
    assert err.startswith(f"payers.yaml:{where}: ")
    assert expected in err
    assert not (allay.folder / "r.json").exists()


def test_bad_use_is_refused(allay, files):
    problem = files()
    status, _, err = allay("scheduling", "rules", "-", "-")
    assert status == 2
    assert "the problem is read from standard input" in err
    status, _, err = allay("scheduling", "rules", "p.json", "payers.yaml", "--pairs", "p.txt")
    assert status == 2
    assert "--quarter" in err
    other = plan_of(problem.model_copy(update={"id": "other"}))
    (allay.folder / "plan.json").write_text(other.model_dump_json(), encoding="utf-8")
    words = ("scheduling", "rules", "p.json", "payers.yaml", "-o", "r.json")
    status, _, err = allay(*words, "--plan", "plan.json")
    assert status == 2
    assert "plan.json:/problem" in err
    assert not (allay.folder / "r.json").exists()


def test_official_pairs_settle_what_the_excerpt_leaves_open(allay, files):
    services = ("exercise", "talk")
    files(clinic(*services), told_tree(MEDICARE, *services))
    words = ("scheduling", "rules", "p.json", "payers.yaml", "-o", "r.json")
    assert "edits.excerpt" in allay(*words)[1]
    header = "Column 1,Column 2,*,Effective,Deletion,Modifier,Rationale\n"
    (allay.folder / "pairs.txt").write_text(header + "97110,96158,,20200101,*,0,Misuse\n", encoding="utf-8")
    status, out, _ = allay(*words, "--pairs", "pairs.txt", "--quarter", "2024-07-01")
    assert status == 0
    assert "edit.97110.96158: 96158 is not paid beside 97110" in out
    assert [one.effect for one in written(allay, "r.json").same_day] == ["forbidden"]


def test_shapes_are_printed(allay):
    for name in ("payers", "rules"):
        status, out, _ = allay("scheduling", "schema", name)
        assert (status, json.loads(out)["type"]) == (0, "object")
