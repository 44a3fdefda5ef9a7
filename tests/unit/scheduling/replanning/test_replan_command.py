"""`allay scheduling replan`: what it writes, says and refuses."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.unit.scheduling.problems import json_of
from tests.unit.scheduling.replanning.changed import MONDAY, TUESDAY, at, away, gym, of, plan_of

from allay import __version__


@pytest.fixture
def sick(allay):
    """The plan of a gym, and the gym as it is since kim is sick on Monday."""
    tree = gym("ana", "ben", staff=("kim", "lee"))
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", TUESDAY, 8, "kim"))
    of(tree, "practitioners", "kim")["away"] = away(MONDAY)
    (allay.folder / "now.json").write_bytes(json_of(tree))
    (allay.folder / "before.json").write_text(before.model_dump_json(), encoding="utf-8")
    return tree


def test_a_plan_and_a_list_of_calls_are_written_and_the_checker_accepts_the_plan(allay, sick) -> None:
    files = "now.json", "before.json", "-o", "plan.json", "--changes", "calls.csv"
    assert allay("scheduling", "replan", *files) == (0, "", "")
    plan = json.loads((allay.folder / "plan.json").read_text(encoding="utf-8"))
    assert (plan["method"], plan["allay_version"], plan["synthetic"]) == ("replan", __version__, True)
    assert [(one["series"], one["lead"]) for one in plan["sessions"]] == [
        ("ana-pt", "lee"),
        ("ben-pt", "kim"),
    ]
    text = (allay.folder / "calls.csv").read_text(encoding="utf-8")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row == {
        "patient": "ana",
        "kind": "practitioner",
        "of": "ana-pt",
        "number": "1",
        "call": "yes",
        "before_day": "2027-01-04",
        "before_time": "08:00",
        "before_with": "kim",
        "before_room": "r1",
        "after_day": "2027-01-04",
        "after_time": "08:00",
        "after_with": "lee",
        "after_room": "r1",
    }
    assert allay("scheduling", "check", "now.json", "plan.json")[0] == 0
    first = (allay.folder / "plan.json").read_bytes()
    allay("scheduling", "replan", *files)
    assert (allay.folder / "plan.json").read_bytes() == first
    assert (allay.folder / "calls.csv").read_text(encoding="utf-8") == text


def test_the_summary_says_who_is_to_be_called(allay, sick) -> None:
    status, out, err = allay("scheduling", "replan", "now.json", "before.json", "--format", "table")
    assert (status, err) == (0, "")
    assert "patients to be notified: 1 (the fewest possible, which is proven)" in out
    assert "to call, in this order: ana" in out


def test_what_cannot_be_served_is_answered_with_no_and_still_written(allay, sick) -> None:
    for name in ("kim", "lee"):
        of(sick, "practitioners", name)["away"] = [*away(MONDAY), *away(TUESDAY, "09:00", "11:00")]
    of(sick, "patients", "ana")["away"] = away(TUESDAY)
    (allay.folder / "now.json").write_bytes(json_of(sick))
    status, out, err = allay("scheduling", "replan", "now.json", "before.json", "-o", "plan.json")
    assert (status, out, err) == (1, "", "")
    plan = json.loads((allay.folder / "plan.json").read_text(encoding="utf-8"))
    assert plan["unserved_sessions"] == [{"series": "ana-pt", "number": 1}]


def test_days_before_a_date_stay(allay, sick) -> None:
    status, _, err = allay("scheduling", "replan", "now.json", "before.json", "--from", "2027-01-05")
    assert status == 2
    assert err.startswith("before.json:/sessions/0: start: expected what the problem still allows")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["--from", "2027-02-01"], "a day of the problem, from 2027-01-04 to 2027-01-10"),
        (["--from", "soon"], "soon"),
        (["--effort", "0"], "--effort"),
        (["-o", "plan.json", "--changes", "plan.json"], "write to the same place"),
        (["--changes", "-"], "write to the same place"),
        (["--changes", "none/calls.csv", "-o", "plan.json"], "a folder that exists"),
    ],
)
def test_bad_usage_is_named_and_nothing_is_written(allay, sick, more, expected) -> None:
    status, out, err = allay("scheduling", "replan", "now.json", "before.json", *more)
    assert (status, out) == (2, "")
    assert expected in err
    assert "Traceback" not in err
    assert {one.name for one in allay.folder.iterdir()} == {"now.json", "before.json"}


def test_a_plan_for_another_problem_is_refused_with_its_place(allay, sick) -> None:
    (allay.folder / "now.json").write_bytes(json_of(gym("eve")))
    status, out, err = allay(
        "scheduling", "replan", "now.json", "before.json", "-o", "plan.json", "--changes", "calls.csv"
    )
    assert (status, out) == (2, "")
    assert err.startswith("before.json:/sessions: sessions: expected a plan with at least one session")
    assert {one.name for one in allay.folder.iterdir()} == {"now.json", "before.json"}


def test_both_inputs_cannot_be_standard_input(allay, sick) -> None:
    status, _, err = allay("scheduling", "replan", "-", "-")
    assert status == 2
    assert "the problem is read from standard input" in err
