"""Each week made by hand is explained by the one reason it was made for, and its fixes fix it."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.scheduling.explaining.weeks import (
    MON,
    WEEKS,
    Week,
    base,
    made_of,
    nobody_at_all,
    on,
    patient,
    planned,
    talk,
    therapist_full,
    two_reasons,
    week,
)
from tests.unit.scheduling.problems import problem_of

from allay.scheduling.explaining.changes import changed
from allay.scheduling.explaining.explain import explain_plan
from allay.scheduling.explaining.result import Cause, Item
from allay.scheduling.explaining.summary import summary_of
from allay.scheduling.plan.plan import Bound, Plan, Session, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem

ALL = pytest.mark.parametrize("made", WEEKS, ids=lambda made: made.__name__)


def explained(problem: SchedulingProblem) -> tuple[Plan, tuple[Item, ...]]:
    """A plan that the checker accepts, and what is said of what it does not serve."""
    plan = planned(problem)
    items = explain_plan(problem, plan, allay_version="0", trips=False).items
    assert len(items) == plan.score.unserved > 0
    return plan, items


@ALL
def test_the_cause_it_was_made_for_is_named_first(made: Week) -> None:
    _, items = explained(week(made))
    assert {item.standing for item in items} == {"blocked"}
    for item in items:
        enough = [cause.id for cause in item.causes if not cause.together]
        assert WEEKS[made] in (enough if made.__name__ == "window_before" else enough[:1])


@ALL
def test_each_fix_serves_when_it_is_made_and_the_week_planned_again(made: Week) -> None:
    problem = week(made)
    plan, items = explained(problem)
    assert all(item.fixes for item in items)
    for fix in (fix for item in items for fix in item.fixes):
        after = changed(problem, fix.changes)
        again = planned(after)
        assert again.score.unserved < plan.score.unserved


def test_a_discipline_that_nobody_has_is_named_though_checks_refuse_it() -> None:
    tree = base()
    nobody_at_all(tree)
    _, (item,) = explained(problem_of(tree))
    assert [(cause.id, cause.subject) for cause in item.causes] == [("no_practitioner", "pt")]
    assert [change.kind for change in item.fixes[0].changes] == ["discipline_hours"]


def test_two_joint_causes_are_both_named_and_one_alone_does_not_help() -> None:
    problem = week(two_reasons)
    plan, (item,) = explained(problem)
    assert {cause.id: cause.together for cause in item.causes} == {
        "same_day_rule": ("no_practitioner",),
        "no_practitioner": ("same_day_rule",),
    }
    for fix in item.fixes:
        assert len(fix.changes) == 2
        assert planned(changed(problem, fix.changes)).score.unserved == 0
        for change in fix.changes:
            assert planned(changed(problem, [change])).score.unserved == plan.score.unserved


def test_at_least_twelve_weeks_and_as_many_kinds_of_cause() -> None:
    assert len(WEEKS) >= 12
    assert len(set(WEEKS.values())) >= 12


def test_a_session_that_the_plan_forgot_is_possible_as_it_stands() -> None:
    tree = base()
    patient(tree, "ben")
    problem = made_of(tree)
    plan = planned(problem)
    gone, *left = plan.sessions
    unserved = (UnservedSession(series=gone.series, number=gone.number),)
    forgot = plan.model_copy(update={"sessions": tuple(left), "unserved_sessions": unserved})
    (item,) = explain_plan(problem, forgot, allay_version="0").items
    assert (item.standing, item.causes, item.fixes) == ("possible_now", (), ())
    assert item.at == "ana-manual on Monday, January 4 at 08:00 with pt-1"


def test_a_patients_own_visits_are_moved_before_anything_is_called_a_cause() -> None:
    tree = base()
    talk(tree, hours=on(MON, end="09:00"))
    problem = made_of(tree)
    at = {"start": dt.datetime(2027, 1, 4, 8), "room": "room", "number": 1}
    plan = planned(problem)
    placed = Session(series="ana-manual", lead="pt-1", **at)
    unserved = (UnservedSession(series="ana-talk", number=1),)
    plan = plan.model_copy(update={"sessions": (placed,), "unserved_sessions": unserved})
    (item,) = explain_plan(problem, plan, allay_version="0").items
    assert (item.standing, item.moving) == ("possible_moving_own", "possible")
    assert item.at is not None
    assert "ana-talk on Monday, January 4 at 08:00 with psy-1" in item.at


def test_a_plan_that_reaches_its_bound_gains_nothing_by_moving_others() -> None:
    problem = week(therapist_full)
    plan = planned(problem)
    bound = Bound(kind="given_template", value=plan.score.total, proven=True)
    (item,) = explain_plan(problem, plan.model_copy(update={"bounds": (bound,)}), allay_version="0").items
    assert item.moving == "no_gain"


def test_the_summary_begins_with_sessions_and_with_the_most_frequent_cause() -> None:
    full = Cause(id="room_full", text="all rooms are taken", subject="quiet")
    gap = Cause(id="gap", text="the gap", subject="s")
    whom = {"patient": "ana", "week": 0, "standing": "blocked"}
    items = [
        *[Item(what="second_trip", causes=(gap,), **whom)] * 9,
        Item(what="unserved_session", causes=(gap,), **whom),
        *[Item(what="unserved_session", causes=(full,), **whom)] * 2,
        Item(what="unserved_session", **{**whom, "standing": "possible_now"}),
    ]
    assert [group.text for group in summary_of(items)] == [
        "2 of 4 sessions not served: quiet rooms are full",
        "1 of 4 sessions not served: the gap within a series",
        "1 of 4 sessions not served: possible as it stands",
        "9 of 9 further trips: the gap within a series",
    ]
