"""`allay scheduling solve`: what it writes, says and answers."""

from __future__ import annotations

import json

import pytest
from tests.unit.scheduling.problems import tiny

from allay import __version__


def put(allay, **changes: object) -> None:
    (allay.folder / "problem.json").write_text(tiny(**changes).model_dump_json(), encoding="utf-8")


def test_a_plan_is_written_that_the_checker_accepts(allay) -> None:
    put(allay)
    assert allay("scheduling", "solve", "problem.json", "-o", "plan.json") == (0, "", "")
    plan = json.loads((allay.folder / "plan.json").read_text(encoding="utf-8"))
    assert (plan["allay_version"], plan["method"], plan["score"]["total"]) == (__version__, "three-levels", 5)
    assert [bound["kind"] for bound in plan["bounds"]] == ["given_template", "free"]
    assert allay("scheduling", "check", "problem.json", "plan.json")[0] == 0


def test_the_same_options_write_the_same_bytes(allay) -> None:
    put(allay)
    first = allay("scheduling", "solve", "problem.json", "--seed", "3")
    assert first[0] == 0
    assert allay("scheduling", "solve", "problem.json", "--seed", "3") == first
    assert json.loads(first[1])["seed"] == 3


def test_something_unserved_answers_no_and_still_writes_the_plan(allay) -> None:
    staff = [one.model_dump(mode="json") for one in tiny().practitioners]
    staff[0]["hours"] = staff[0]["hours"][:1]
    staff[0]["hours"][0].update(start="08:00:00", end="09:00:00")
    put(allay, practitioners=staff)
    status, out, err = allay("scheduling", "solve", "problem.json", "-o", "plan.json", "--format", "table")
    assert (status, err) == (1, "")
    plan = json.loads((allay.folder / "plan.json").read_text(encoding="utf-8"))
    assert len(plan["unserved_sessions"]) == plan["score"]["unserved"] == 2
    assert "unserved        2     100" in out


def test_the_table_says_in_words_how_good_the_plan_is(allay) -> None:
    put(allay)
    status, out, _ = allay("scheduling", "solve", "problem.json", "--format", "table")
    assert status == 0
    assert "bound with these cohorts: 5, ratio 1.000: no plan with these cohorts scores less" in out
    assert "bound with any cohorts: 5, ratio 1.000" in out


def test_a_limit_by_the_clock_is_said(allay) -> None:
    put(allay)
    out = allay("scheduling", "solve", "problem.json", "--seconds", "50")[1]
    assert json.loads(out)["notes"] == [
        "limited to 50 seconds by the clock: another run may find another plan"
    ]


def test_bad_usage_is_named_before_anything_is_solved(allay) -> None:
    put(allay)
    assert allay("scheduling", "solve", "missing.json")[0] == 2
    assert allay("scheduling", "solve", "problem.json", "--seconds", "0")[0] == 2
    status, _, err = allay("scheduling", "solve", "problem.json", "-o", "no/folder/plan.json")
    assert status == 2
    assert "a folder that exists" in err


@pytest.mark.parametrize("verb", ["solve", "bound", "price"])
@pytest.mark.parametrize(
    ("option", "value"), [("--effort", "nan"), ("--seconds", "nan"), ("--seed", "99999999999999999999")]
)
def test_what_is_no_limit_or_seed_is_bad_usage(allay, verb: str, option: str, value: str) -> None:
    put(allay)
    status, out, err = allay("scheduling", verb, "problem.json", option, value)
    assert (status, out) == (2, "")
    assert option in err
    assert "internal error" not in err


def test_the_largest_seed_is_taken(allay) -> None:
    put(allay)
    assert allay("scheduling", "bound", "problem.json", "--seed", str(2**31 - 1))[0] == 0
