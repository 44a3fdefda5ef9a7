"""Second trips made by hand: the reason for each, and that it goes when the reason goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from tests.unit.scheduling.explaining.weeks import (
    MON,
    TUE,
    Tree,
    base,
    made_of,
    on,
    patient,
    person,
    planned,
    talk,
)

from allay.scheduling.explaining.changes import changed
from allay.scheduling.explaining.explain import explain_plan
from allay.scheduling.explaining.result import Item
from allay.scheduling.explaining.trips import trip_days
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.firstfit import first_fit

MONDAY = dt.date(2027, 1, 4)


def with_group(p: Tree) -> None:
    """Ana's group meets on Monday from 8 to 10."""
    person(p, "lead-1", "lead")
    p["rooms"].append({"id": "hall", "type": "group", "seats": 12})
    p["services"].append({"id": "class", "discipline": "lead", "minutes": 120, "room_type": "group"})
    meets = {"weekday": MON, "start": "08:00", "lead": "lead-1", "room": "hall"}
    cohort = {"id": "pain-1", "kind": "pain", "service": "class", "min_size": 1, "max_size": 9}
    p["cohorts"] = [{**cohort, "members": ["ana"], "meets": meets}]
    p["patients"][0]["group"] = "pain"


def forbidden_on_the_group_day(p: Tree) -> None:
    with_group(p)
    p["patients"][0]["payer"] = "medicaid"
    p["same_day"] = [{"id": "split", "payers": ["medicaid"], "services": ["class", "manual"]}]


def priced_on_the_group_day(p: Tree) -> None:
    forbidden_on_the_group_day(p)
    p["same_day"][0].update(effect="priced", lost_cents=10_000)


def nobody_on_the_group_day(p: Tree) -> None:
    with_group(p)
    p["practitioners"][0]["hours"] = on(TUE)


def full_on_the_group_day(p: Tree) -> None:
    with_group(p)
    p["rooms"].append({"id": "room-2", "type": "treatment"})
    p["practitioners"][0]["hours"] = [
        *on(MON, end="09:00", start="08:00"),
        *on(MON, start="10:00", end="11:00"),
    ]
    p["practitioners"][0]["hours"] += on(TUE)
    for name in ("ben", "cy"):
        patient(p, name, trip_weight=3, hours=on(MON))
    p["patients"][0]["hours"] = [*on(MON, end="11:00"), *on(TUE)]


def leaves_after_the_group(p: Tree) -> None:
    with_group(p)
    p["patients"][0]["hours"] = [*on(MON, end="10:00"), *on(TUE)]


def prefers_somebody(p: Tree) -> None:
    with_group(p)
    p["practitioners"][0]["hours"] = on(TUE)
    person(p, "pt-2", "pt", hours=on(MON))
    p["patients"][0]["prefers"] = ["pt-1"]
    p["weights"] = {"preference": 5}


def two_days_apart(p: Tree) -> None:
    p["series"][0].update(sessions=2, per_week=2, min_gap_hours=20)


def one_service_a_day(p: Tree) -> None:
    p["practitioners"][0]["hours"] = on(MON)
    talk(p, hours=on(TUE))


Made = Callable[[Tree], None]
TRIPS: dict[Made, tuple[str, str]] = {
    forbidden_on_the_group_day: ("same_day_rule", "impossible"),
    priced_on_the_group_day: ("same_day_rule", "no_gain"),
    nobody_on_the_group_day: ("practitioner_away", "impossible"),
    full_on_the_group_day: ("practitioner_full", "no_gain"),
    leaves_after_the_group: ("patient_unavailable", "impossible"),
    prefers_somebody: ("preference", "no_gain"),
    two_days_apart: ("gap", "impossible"),
    one_service_a_day: ("practitioner_away", "impossible"),
}
ALL = pytest.mark.parametrize("made", TRIPS, ids=lambda made: made.__name__)


def explained(made: Made) -> tuple[SchedulingProblem, Plan, Item]:
    tree = base()
    made(tree)
    problem = made_of(tree)
    plan = planned(problem)
    assert plan.score.unserved == 0
    (item,) = explain_plan(problem, plan, allay_version="0", patients=["ana"]).items
    assert item.what == "second_trip"
    assert len(item.days) == 2
    return problem, plan, item


@ALL
def test_the_reason_of_a_second_trip_is_named_first(made: Made) -> None:
    _, _, item = explained(made)
    assert (item.causes[0].id, item.moving) == TRIPS[made]
    assert item.causes[0].together == ()


@ALL
def test_with_each_fix_the_second_trip_goes(made: Made) -> None:
    problem, _, item = explained(made)
    assert item.fixes
    for fix in item.fixes:
        after = changed(problem, fix.changes)
        again = planned(after)
        assert len(trip_days(after, again)["ana", 0]) == 1


def test_a_trip_that_need_not_be_is_said_to_be_possible_at_once() -> None:
    tree = base()
    tree["practitioners"][0]["hours"] = on(MON, TUE)
    talk(tree, hours=on(TUE))
    problem = made_of(tree)
    plan = first_fit(problem)
    assert plan.score.trips == 2
    (item,) = explain_plan(problem, plan, allay_version="0").items
    assert (item.standing, item.moving) == ("possible_now", "possible")
    assert item.at is not None
    assert "Tuesday, January 5" in item.at


def test_what_is_booked_on_another_day_is_the_reason() -> None:
    tree = base()
    talk(tree)
    booked = {"series": "ana-manual", "number": 1, "start": "2027-01-04T08:00:00", "room": "room"}
    other = {"series": "ana-talk", "number": 1, "start": "2027-01-05T08:00:00", "room": "room"}
    tree["bookings"] = [{**booked, "lead": "pt-1"}, {**other, "lead": "psy-1"}]
    problem = made_of(tree)
    (item,) = explain_plan(problem, planned(problem), allay_version="0").items
    assert [cause.id for cause in item.causes] == ["booking"]
    assert {change.kind for change in item.fixes[0].changes} == {"unbook"}


def test_trip_days_count_meetings_attended_and_sessions_on_site() -> None:
    tree = base()
    with_group(tree)
    tree["patients"][0]["away"] = [{"start": "2027-01-04T08:00:00", "end": "2027-01-04T12:00:00"}]
    problem = made_of(tree)
    plan = planned(problem)
    assert plan.meetings[0].absent == ("ana",)
    assert trip_days(problem, plan) == {("ana", 0): (MONDAY + dt.timedelta(days=1),)}
