"""`allay scheduling explain`: what it says, writes and refuses."""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path

from tests.unit.scheduling.explaining.weeks import (
    MON,
    Tree,
    Week,
    comes_once,
    group_full,
    hour_booked,
    never_together,
    on,
    planned,
    therapist_full,
    two_reasons,
    week,
)

from allay import __version__
from allay.scheduling.explaining.result import Explanation
from allay.scheduling.plan.plan import Plan, Score, Session, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem

FILES = ("problem.json", "plan.json")


def write(folder: Path, made: Week) -> None:
    """Write the problem of a week and a plan for it."""
    problem = week(made)
    save(folder, problem, planned(problem))


def save(folder: Path, problem: SchedulingProblem, plan: Plan) -> None:
    """Write a problem and a plan."""
    (folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    (folder / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")


def test_a_reason_is_told_in_sentences(allay) -> None:
    write(allay.folder, never_together)
    status, out, err = allay("scheduling", "explain", *FILES)
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "week (synthetic) by three-levels: 1 thing to explain",
        "- 1 of 1 session not served: pt and the patient are never there together; "
        "more hours of pt on Tuesday would help 1 of them, each by itself",
        "",
        "ana",
        "  Session 1 of ana-manual, due in week 1, is not served.",
        "    Because pt and ana are never there together for 1 hour.",
        "    Would fix it: ana can come on Monday, January 4, 08:00 to 12:00: "
        "then ana-manual on Monday, January 4 at 08:00 with pt-1.",
        "    Would fix it: pt-1 works on Tuesday, January 5, 08:00 to 09:00: "
        "then ana-manual on Tuesday, January 5 at 08:00 with pt-1.",
        "    Would fix it: 1 hour more of pt on Tuesday, January 5, 08:00 to 09:00: "
        "then ana-manual on Tuesday, January 5 at 08:00 with more-pt.",
        "    Whatever else is moved, it stays so: it would be so in an empty clinic.",
    ]


def test_hours_needed_and_free_are_told(allay) -> None:
    write(allay.folder, therapist_full)
    _, out, _ = allay("scheduling", "explain", *FILES)
    told = "can come: 0 hours left of 2 hours, and 1 hour in one piece needed"
    assert re.search(f"Because pt is full on Monday while (ana|ben|cy) {told}.", out)


def test_joint_reasons_are_told_together(allay) -> None:
    write(allay.folder, two_reasons)
    _, out, _ = allay("scheduling", "explain", *FILES)
    assert "Because of several things together: nobody of psy works on the days in question and rule" in out


def test_json_is_what_the_schema_says(allay) -> None:
    write(allay.folder, comes_once)
    status, out, err = allay("scheduling", "explain", *FILES, "--format", "json", "-o", "why.json")
    assert (status, out, err) == (0, "", "")
    text = (allay.folder / "why.json").read_text(encoding="utf-8")
    found = Explanation.model_validate_json(text)
    assert found.allay_version == __version__
    assert found.problem_digest == week(comes_once).digest()
    assert found.items[0].causes[0].id == "most_trips"
    assert [change.value for fix in found.items[0].fixes for change in fix.changes if change.value] == [2]


def test_only_what_is_asked_for_is_explained(allay) -> None:
    write(allay.folder, group_full)
    _, out, _ = allay("scheduling", "explain", *FILES, "--patient", "ben")
    assert out == "week (synthetic) by three-levels: 0 things to explain\n"
    _, out, _ = allay("scheduling", "explain", *FILES, "--patient", "ana", "--week", "1")
    assert "  No place in a group in week 1.\n    Because pain-1 has all 2 places taken.\n" in out


def test_trips_can_be_left_out(allay) -> None:
    write(allay.folder, hour_booked)
    _, with_trips, _ = allay("scheduling", "explain", *FILES)
    _, without, _ = allay("scheduling", "explain", *FILES, "--no-trips")
    assert with_trips == without


def test_what_is_not_there_is_refused(allay) -> None:
    write(allay.folder, never_together)
    status, out, err = allay("scheduling", "explain", *FILES, "--patient", "anna")
    assert (status, out) == (2, "")
    assert "there is no patient 'anna'; did you mean 'ana'?" in err
    status, _, err = allay("scheduling", "explain", *FILES, "--week", "2")
    assert status == 2
    assert "--week: expected a week from 1 to 1, found 2" in err


def test_a_plan_of_another_problem_is_refused(allay) -> None:
    write(allay.folder, never_together)
    (allay.folder / "other.json").write_text(week(comes_once).model_dump_json(), encoding="utf-8")
    status, out, err = allay("scheduling", "explain", "other.json", "plan.json", "-o", "why.json")
    assert (status, out) == (2, "")
    assert err.startswith("plan.json:")
    assert not (allay.folder / "why.json").exists()


def test_a_plan_outside_opening_hours_is_refused(allay) -> None:
    write(allay.folder, therapist_full)
    plan = allay.folder / "plan.json"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("2027-01-04T", "2027-01-09T"), encoding="utf-8")
    status, out, err = allay("scheduling", "explain", *FILES)
    assert (status, out) == (2, "")
    assert "plan.json" in err
    assert "Traceback" not in err


def in_the_way(p: Tree) -> None:
    """Ana can come at 8 only, Ben later as well; there is one hour for each."""
    therapist_full(p)
    p["patients"] = [{"id": "ana", "hours": on(MON, end="09:00")}, {"id": "ben"}]
    p["series"] = p["series"][:2]


def test_a_week_is_planned_anew_when_others_might_move(allay) -> None:
    problem = week(in_the_way)
    ben = Session(series="ben-manual", number=1, start=dt.datetime(2027, 1, 4, 8), lead="pt-1", room="room")
    plan = planned(problem).model_copy(update={"sessions": (ben,), "bounds": ()})
    gone = {"unserved_sessions": (UnservedSession(series="ana-manual", number=1),)}
    score = Score(**{**dict.fromkeys(Score.model_fields, 0), "unserved": 1, "total": 51})
    save(allay.folder, problem, plan.model_copy(update={**gone, "score": score}))
    _, out, _ = allay("scheduling", "explain", *FILES)
    assert "Because pt is full on Monday" in out
    assert "Whether moving other patients would help was not tried." in out
    status, out, err = allay("scheduling", "explain", *FILES, "--again")
    assert (status, err) == (0, "")
    assert "The week planned anew puts it right: 2 points instead of 51, 2 sessions elsewhere." in out


def test_planning_anew_says_when_nothing_scores_less(allay) -> None:
    problem = week(therapist_full)
    save(allay.folder, problem, planned(problem).model_copy(update={"bounds": ()}))
    _, out, _ = allay("scheduling", "explain", *FILES, "--again")
    assert "Moving others gains nothing: it is proven that no plan with these groups scores less." in out


def test_the_change_that_helps_most_is_weighed_with_everybody_free_to_move(allay) -> None:
    write(allay.folder, therapist_full)
    status, out, err = allay("scheduling", "explain", *FILES, "--weigh", "1")
    assert (status, err) == (0, "")
    assert "1 unserved become 0, 2 trips 3, 52 points 3\n" in out
    assert out.endswith("1 further change was not weighed with everybody free to move.\n")


def test_without_the_solver_explaining_works_and_weighing_says_what_to_install(allay, monkeypatch) -> None:
    write(allay.folder, therapist_full)
    for name in ("ortools", "ortools.sat", "ortools.sat.python", "ortools.sat.python.cp_model"):
        monkeypatch.setitem(sys.modules, name, None)
    assert allay("scheduling", "explain", *FILES)[0] == 0
    status, out, err = allay("scheduling", "explain", *FILES, "--weigh", "1")
    assert (status, out) == (2, "")
    assert "pip install 'allay[scheduling]'" in err
