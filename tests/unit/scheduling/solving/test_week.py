"""Weeks by hand: trips, telehealth, linked visits, part-time staff, gaps, leftovers, stand-ins, absences."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from tests.unit.scheduling.problems import hours, tiny, tree

from allay.base.errors import InvalidValue
from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances.generator import generate
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.solve import solve

pytest.importorskip("ortools")
EFFORT = 0.25


def planned(problem: SchedulingProblem, **options: object) -> Plan:
    plan = solve(problem, effort=EFFORT, **options)
    report = check_plan(problem, plan)
    assert report.violations == ()
    assert report.score == plan.score
    return plan


def proven(plan: Plan) -> bool:
    return plan.score.total == next(one.value for one in plan.bounds if one.kind == "given_template")


def test_the_tiny_week_is_served_in_a_trip_for_each_patient() -> None:
    plan = planned(tiny())
    assert (plan.score.unserved, plan.score.trips, plan.score.total) == (0, 3, 5)
    assert proven(plan)
    assert plan.method == "three-levels"


def test_what_is_on_site_by_choice_is_by_telehealth_where_that_saves_a_trip() -> None:
    series = [{"id": "talk", "patient": "ana", "service": "talk", "mode": "either"}]
    plan = planned(tiny(series=series, cohorts=[], patients=[{**tree()["patients"][0], "group": None}]))
    assert [(one.mode, one.room) for one in plan.sessions] == [("telehealth", None)]
    assert plan.score.trips == 0


def test_practitioners_work_only_in_their_hours() -> None:
    staff = tree()["practitioners"]
    staff[1]["hours"] = hours("09:00", "10:00", "monday", "wednesday")
    plan = planned(tiny(practitioners=staff, cohorts=[], patients=_without_groups()))
    talks = [one.start for one in plan.sessions if one.lead == "psy-1"]
    assert sorted(talks) == [dt.datetime(2027, 1, 4, 9), dt.datetime(2027, 1, 6, 9)]


def test_one_room_and_one_hour_serve_one_and_the_other_is_listed() -> None:
    staff = tree()["practitioners"][:1]
    staff[0]["hours"] = hours("09:00", "10:00", "monday")
    series = [{"id": f"{name}-manual", "patient": name, "service": "manual"} for name in ("ana", "ben")]
    plan = planned(tiny(practitioners=staff, series=series, cohorts=[], patients=_without_groups()))
    assert plan.score.total == 51
    assert proven(plan)
    # The one with the shorter way comes: the other would cost two points more.
    assert [one.series for one in plan.unserved_sessions] == ["ben-manual"]


def test_a_gap_keeps_sessions_apart_to_the_hour() -> None:
    staff = tree()["practitioners"]
    staff[0]["hours"] = [*hours("09:00", "12:00", "monday"), *hours("08:00", "11:00", "wednesday")]
    series = [
        {
            "id": "m",
            "patient": "cy",
            "service": "manual",
            "sessions": 2,
            "per_week": 2,
            "min_gap_hours": 48,
        }
    ]
    plan = planned(tiny(practitioners=staff, series=series, cohorts=[], patients=_without_groups()))
    first, second = sorted(one.start for one in plan.sessions)
    assert second - first >= dt.timedelta(hours=48)
    assert plan.score.unserved == 0


@pytest.mark.parametrize(
    ("start", "end", "served"), [("09:00", "11:00", 2), ("10:00", "11:00", 2), ("11:00", "12:00", 1)]
)
def test_a_gap_is_measured_from_start_to_start(start: str, end: str, served: int) -> None:
    staff = tree()["practitioners"]
    staff[0]["hours"] = [*hours("10:00", "11:00", "tuesday"), *hours("10:00", "11:00", "thursday")]
    if served == 1:
        staff[0]["hours"] = [*hours(start, end, "tuesday"), *hours("10:00", "11:00", "thursday")]
    series = [
        {"id": "m", "patient": "cy", "service": "manual", "sessions": 2, "per_week": 2, "min_gap_hours": 48}
    ]
    plan = planned(tiny(practitioners=staff, series=series, cohorts=[], patients=_without_groups()))
    assert (len(plan.sessions), proven(plan)) == (served, True)


@pytest.mark.parametrize(
    ("presence", "ratio", "hours_needed"),
    [("full", 1, 2), ("start", 1, 2), ("start", 2, 2), ("general", 2, 1)],
)
def test_linked_visits_share_room_and_start_and_keep_the_ratio(
    presence: str, ratio: int, hours_needed: int
) -> None:
    services = tree()["services"]
    services[0]["linked"] = {
        "discipline": "md",
        "billable": "second",
        "presence": presence,
        "max_ratio": ratio,
    }
    day = hours("09:00", "11:00", "monday")
    staff = [
        {"id": "pt-1", "disciplines": ["pt"], "hours": day},
        {"id": "pt-2", "disciplines": ["pt"], "hours": day},
        {"id": "md-1", "disciplines": ["md"], "hours": day},
    ]
    rooms = [{"id": f"room-{number}", "type": "treatment"} for number in (1, 2)]
    series = [{"id": name, "patient": name, "service": "manual"} for name in ("ana", "ben")]
    plan = planned(
        tiny(
            practitioners=staff,
            services=services,
            rooms=rooms,
            cohorts=[],
            patients=_without_groups(),
            series=series,
        )
    )
    assert {one.second for one in plan.sessions} == {"md-1"}
    assert plan.score.unserved == 0
    if ratio == 1:
        one, other = sorted(each.start for each in plan.sessions)
        assert other - one >= dt.timedelta(hours=1)


def test_without_the_second_a_linked_visit_is_not_given() -> None:
    services = tree()["services"]
    services[0]["linked"] = {"discipline": "md", "billable": "second"}
    series = [{"id": "m", "patient": "cy", "service": "manual"}]
    plan = planned(tiny(services=services, cohorts=[], patients=_without_groups(), series=series))
    assert [one.series for one in plan.unserved_sessions] == ["m"]


def test_what_one_week_cannot_serve_follows_late() -> None:
    staff = tree()["practitioners"][:1]
    staff[0]["hours"] = [
        {**hours("09:00", "10:00", "monday")[0], "last": "2027-01-04"},
        {**hours("09:00", "11:00", "monday")[0], "first": "2027-01-11"},
    ]
    series = [{"id": name, "patient": name, "service": "manual", "sessions": 1} for name in ("ana", "ben")]
    plan = planned(tiny(weeks=2, practitioners=staff, series=series, cohorts=[], patients=_without_groups()))
    assert (plan.score.unserved, plan.score.late) == (0, 1)
    assert plan.score.total == 1 + 3 + 10
    # Of the one who waits, the bound knows that being late costs, but not that the later trip is its own.
    assert [one.value for one in plan.bounds] == [1 + 10, 1 + 10]


def test_bookings_stay_and_others_go_around_them() -> None:
    booking = {
        "series": "cy-manual",
        "number": 1,
        "start": "2027-01-05T09:30:00",
        "lead": "pt-1",
        "room": "room",
    }
    plan = planned(tiny(bookings=[booking]))
    kept = next(one for one in plan.sessions if one.series == "cy-manual")
    assert (kept.start, kept.lead, kept.room) == (dt.datetime(2027, 1, 5, 9, 30), "pt-1", "room")


def test_somebody_stands_in_while_the_usual_lead_is_away() -> None:
    staff = [*tree()["practitioners"], {"id": "psy-2", "disciplines": ["psy"], "hours": hours()}]
    cohort = {**tree()["cohorts"][0], "meets": _meets("psy-1"), "members": ["ana", "ben"]}
    staff[1]["away"] = [{"start": "2027-01-12T00:00:00", "end": "2027-01-13T00:00:00"}]
    plan = planned(tiny(weeks=2, practitioners=staff, cohorts=[cohort], series=[]))
    assert [one.lead for one in plan.meetings] == ["psy-1", "psy-2"]


def test_without_a_stand_in_every_member_is_unserved() -> None:
    staff = tree()["practitioners"]
    cohort = {**tree()["cohorts"][0], "meets": _meets("psy-1"), "members": ["ana", "ben"]}
    staff[1]["away"] = [{"start": "2027-01-12T00:00:00", "end": "2027-01-13T00:00:00"}]
    plan = planned(tiny(weeks=2, practitioners=staff, cohorts=[cohort], series=[]))
    assert [(one.patient, one.week) for one in plan.unserved_members] == [("ana", 1), ("ben", 1)]
    assert plan.score.total == 100 + 4


def test_who_cannot_come_is_absent() -> None:
    patients = tree()["patients"]
    patients[0]["away"] = [{"start": "2027-01-12T08:00:00", "end": "2027-01-12T11:00:00"}]
    cohort = {**tree()["cohorts"][0], "meets": _meets("psy-1"), "members": ["ana", "ben"]}
    plan = planned(tiny(weeks=2, patients=patients, cohorts=[cohort], series=[]))
    assert [one.absent for one in plan.meetings] == [(), ("ana",)]


def test_a_required_practitioner_stays_over_the_weeks() -> None:
    staff = [*tree()["practitioners"], {"id": "pt-2", "disciplines": ["pt"], "hours": hours()}]
    series = [
        {
            "id": "m",
            "patient": "cy",
            "service": "manual",
            "sessions": 6,
            "per_week": 2,
            "continuity": "require",
        }
    ]
    plan = planned(tiny(weeks=3, practitioners=staff, series=series, cohorts=[], patients=_without_groups()))
    assert len({one.lead for one in plan.sessions}) == 1
    assert plan.score.unserved == 0


@pytest.mark.parametrize(("his", "other"), [("friday", "tuesday"), ("tuesday", "friday")])
def test_a_preferred_practitioner_is_followed_to_another_day(his: str, other: str) -> None:
    staff = tree()["practitioners"][:1]
    staff[0]["hours"] = [{**hours("09:00", "10:00", other)[0], "first": "2027-01-11"}]
    others = [
        {**hours("09:00", "10:00", "monday")[0], "last": "2027-01-04"},
        {**hours("15:00", "16:00", his)[0], "first": "2027-01-11"},
    ]
    staff.append({"id": "pt-2", "disciplines": ["pt"], "hours": others})
    series = [{"id": "m", "patient": "cy", "service": "manual", "sessions": 3, "continuity": "prefer"}]
    plan = planned(tiny(weeks=3, practitioners=staff, series=series, cohorts=[], patients=_without_groups()))
    assert [one.lead for one in plan.sessions] == ["pt-2", "pt-2", "pt-2"]
    assert plan.score.continuity_points == 0


def test_weekday_and_time_stay_over_the_weeks() -> None:
    series = [{"id": "m", "patient": "cy", "service": "manual", "sessions": 3, "continuity": "prefer"}]
    plan = planned(tiny(weeks=3, series=series, cohorts=[], patients=_without_groups()))
    assert len({(one.start.weekday(), one.start.time()) for one in plan.sessions}) == 1


def test_a_clock_limit_is_said_in_the_plan() -> None:
    plan = planned(tiny(), seconds=60, clock=time.monotonic)
    assert plan.notes[0].startswith("limited to 60 seconds by the clock")


def _meets(lead: str) -> dict[str, str]:
    return {"weekday": "tuesday", "start": "09:00:00", "lead": lead, "room": "hall"}


def _without_groups() -> list[dict[str, object]]:
    return [{**one, "group": None} for one in tree()["patients"]]


def test_a_search_cut_short_is_not_worse_than_good_greedy():
    problem = generate("a4", patients=40, seed=1)
    plan = solve(problem, effort=1e-6)
    greedy = good_greedy(problem, plan.template)
    assert check_plan(problem, plan).violations == ()
    assert plan.score.total <= greedy.score.total


def test_seconds_need_a_clock():
    with pytest.raises(InvalidValue, match="together"):
        solve(tiny(), seconds=1)
