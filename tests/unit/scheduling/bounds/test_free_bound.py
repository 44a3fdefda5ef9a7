"""The free bound is never above the best plan, and is that plan where clock times do not matter."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.scheduling.bounds.plainsearch import best_total
from tests.unit.scheduling.bounds.verysmall import very_small
from tests.unit.scheduling.problems import EVERY_DAY, hours, tiny

from allay.scheduling.plan.plan import Bound
from allay.scheduling.solving.freebound.freebound import bound_free


def free(**changes: object) -> int:
    found = bound_free(tiny(**changes))
    assert found.kind == "free"
    assert found.proven
    return found.value


@pytest.mark.parametrize("seed", range(50))
def test_with_one_slot_a_day_the_bound_is_the_best_plan(seed: int) -> None:
    problem = very_small(seed, slots=1)
    assert bound_free(problem) == Bound(kind="free", value=best_total(problem), proven=True)


@pytest.mark.parametrize("seed", [*range(20), 86, 95, 118])
def test_with_clock_times_the_bound_is_not_above_the_best_plan(seed: int) -> None:
    problem = very_small(seed, slots=2)
    assert bound_free(problem).value <= best_total(problem)


def test_a_day_on_site_for_each_patient_is_enough_in_the_tiny_problem() -> None:
    # Ana (weight 1) has two manual sessions that may be on the day of her group, Ben counts 3, Cy 1.
    assert free() == 1 + 3 + 1


def test_a_gap_of_two_days_takes_a_second_trip() -> None:
    manual = {"id": "m", "patient": "cy", "service": "manual", "sessions": 2, "per_week": 2}
    assert free(patients=[{"id": "cy"}], cohorts=[], series=[manual]) == 1
    assert free(patients=[{"id": "cy"}], cohorts=[], series=[{**manual, "min_gap_hours": 48}]) == 2


def test_three_sessions_two_days_apart_do_not_fit_between_monday_and_thursday() -> None:
    manual = {
        "id": "m",
        "patient": "cy",
        "service": "manual",
        "sessions": 3,
        "per_week": 3,
        "min_gap_hours": 48,
    }
    few = [{"id": "pt-1", "disciplines": ["pt"], "hours": hours("08:00", "17:00", *EVERY_DAY[:4])}]
    assert free(patients=[{"id": "cy"}], cohorts=[], series=[manual]) == 3
    assert free(patients=[{"id": "cy"}], cohorts=[], series=[manual], practitioners=few) == 2 + 50


def test_telehealth_takes_no_trip_where_state_and_both_people_allow_it() -> None:
    ana = {"id": "ana", "telehealth": True, "state": "VT"}
    talk = {"id": "t", "patient": "ana", "service": "talk", "mode": "either"}
    assert free(patients=[ana], cohorts=[], series=[talk]) == 0
    assert free(patients=[{**ana, "state": "NH"}], cohorts=[], series=[talk]) == 1
    assert free(patients=[{**ana, "telehealth": False}], cohorts=[], series=[talk]) == 1
    assert free(patients=[{**ana, "state": "NH"}], cohorts=[], series=[{**talk, "mode": "telehealth"}]) == 50


@pytest.mark.parametrize(
    ("effect", "cents", "total"), [("forbidden", 0, 4), ("priced", 2000, 3), ("priced", 9000, 4)]
)
def test_a_same_day_rule_costs_a_trip_or_what_it_loses(effect: str, cents: int, total: int) -> None:
    rule = {"id": "r", "services": ["group", "talk"], "effect": effect, "lost_cents": cents}
    ben = {"id": "ben", "group": "pain", "trip_weight": 2}
    talk = {"id": "t", "patient": "ben", "service": "talk"}
    assert free(patients=[ben], series=[talk], same_day=[rule]) == total
    assert free(patients=[ben], series=[talk], same_day=[{**rule, "payers": ["other"]}]) == 2


def test_a_same_day_rule_holds_for_telehealth_and_beside_bookings() -> None:
    rule = {"id": "r", "services": ["manual", "talk"]}
    ana = {"id": "ana", "telehealth": True, "state": "VT"}
    staff = [
        {"id": "pt-1", "disciplines": ["pt"], "hours": hours("08:00", "17:00", "monday")},
        {
            "id": "psy-1",
            "disciplines": ["psy"],
            "hours": hours("08:00", "17:00", "monday"),
            "telehealth": True,
            "states": ["VT"],
        },
    ]
    asked = [
        {"id": "m", "patient": "ana", "service": "manual"},
        {"id": "t", "patient": "ana", "service": "talk", "mode": "telehealth"},
    ]
    kept = {"patients": [ana], "cohorts": [], "practitioners": staff, "series": asked}
    assert free(**kept) == 1
    assert free(**kept, same_day=[rule]) == 50
    booked = {"series": "m", "number": 1, "start": "2027-01-04T09:00", "lead": "pt-1", "room": "room"}
    assert free(**kept, same_day=[rule], bookings=[booked]) == 1 + 50


def test_a_practitioner_gives_what_the_free_runs_of_the_day_hold() -> None:
    # 90 minutes and 2 hours hold one and two hours' sessions: three, of four.
    split = [
        {
            "id": "pt-1",
            "disciplines": ["pt"],
            "hours": [*hours("08:00", "09:30", "monday"), *hours("10:00", "12:00", "monday")],
        }
    ]
    people = [{"id": f"p{at}"} for at in range(4)]
    asked = [{"id": f"s{at}", "patient": f"p{at}", "service": "manual"} for at in range(4)]
    rooms = [{"id": f"room-{at}", "type": "treatment"} for at in range(4)]
    assert free(patients=people, series=asked, cohorts=[], practitioners=split, rooms=rooms) == 3 + 50


def test_rooms_of_a_type_hold_what_their_hours_hold() -> None:
    people = [{"id": f"p{at}"} for at in range(4)]
    asked = [{"id": f"s{at}", "patient": f"p{at}", "service": "manual"} for at in range(4)]
    rooms = [{"id": "room", "type": "treatment", "hours": hours("08:00", "11:00", "monday")}]
    assert free(patients=people, series=asked, cohorts=[], rooms=rooms) == 3 + 50


def test_most_trips_are_kept_even_if_something_is_lost() -> None:
    manual = {
        "id": "m",
        "patient": "cy",
        "service": "manual",
        "sessions": 2,
        "per_week": 2,
        "min_gap_hours": 24,
    }
    assert free(patients=[{"id": "cy", "most_trips": 1}], cohorts=[], series=[manual]) == 1 + 50


def test_what_can_follow_later_pays_only_for_being_late() -> None:
    away = [{"start": "2027-01-04T00:00", "end": "2027-01-11T00:00"}]
    manual = {"id": "m", "patient": "cy", "service": "manual"}
    cy = {"id": "cy", "away": away}
    assert free(weeks=2, patients=[cy], cohorts=[], series=[manual]) == 10
    assert free(weeks=2, patients=[cy], cohorts=[], series=[{**manual, "last": "2027-01-10"}]) == 50


def test_a_linked_visit_needs_both_practitioners() -> None:
    linked = {"discipline": "psy", "billable": "second", "presence": "full"}
    service = {"id": "both", "discipline": "pt", "minutes": 60, "room_type": "treatment", "linked": linked}
    asked = [{"id": f"s{at}", "patient": f"p{at}", "service": "both"} for at in range(3)]
    people = [{"id": f"p{at}"} for at in range(3)]
    staff = [
        {"id": "pt-1", "disciplines": ["pt"], "hours": hours()},
        {"id": "psy-1", "disciplines": ["psy"], "hours": hours("08:00", "10:00", "monday")},
    ]
    kept = {"patients": people, "cohorts": [], "services": [service], "practitioners": staff}
    assert free(**kept, series=asked) == 2 + 50
    once = {**service, "linked": {**linked, "presence": "start"}}
    assert free(**{**kept, "services": [once]}, series=asked) == 3
    assert free(**{**kept, "practitioners": staff[:1]}, series=asked) == 150


def test_a_second_there_in_general_may_have_something_booked() -> None:
    eight = "2027-01-04T08:00:00"
    staff = [
        {"id": "pt-1", "disciplines": ["pt"], "hours": hours("08:00", "12:00", "monday")},
        {"id": "md-1", "disciplines": ["md"], "hours": hours("08:00", "09:00", "monday")},
    ]
    linked = {"discipline": "md", "billable": "second", "presence": "general"}
    visit = {"id": "v", "discipline": "pt", "minutes": 60, "room_type": "treatment", "linked": linked}
    own = {"id": "own", "discipline": "md", "minutes": 60, "room_type": "md"}
    found = free(
        practitioners=staff,
        rooms=[{"id": "room", "type": "treatment"}, {"id": "office", "type": "md"}],
        services=[visit, own],
        patients=[{"id": "cy"}, {"id": "ben"}],
        cohorts=[],
        series=[
            {"id": "s", "patient": "cy", "service": "v"},
            {"id": "o", "patient": "ben", "service": "own"},
        ],
        bookings=[{"series": "o", "number": 1, "start": eight, "lead": "md-1", "room": "office"}],
    )
    assert found == 1 + 1


def test_a_booking_keeps_its_time_its_trip_and_its_lateness() -> None:
    manual = {"id": "m", "patient": "cy", "service": "manual", "sessions": 2, "per_week": 2}
    booked = {"series": "m", "number": 1, "start": "2027-01-12T09:00", "lead": "pt-1", "room": "room"}
    kept = {"weeks": 2, "patients": [{"id": "cy"}], "cohorts": [], "series": [manual]}
    # One week late, with a trip; its fellow cannot come before it, which the relaxed first week does not see.
    assert free(**kept, bookings=[booked]) == 10 + 1 + 1


def test_a_patient_is_owed_a_group_of_each_kind() -> None:
    kinds = [
        {"id": kind, "kind": kind, "service": "group", "min_size": 1, "members": members}
        for kind, members in (("pain", []), ("sleep", ["ana"]), ("calm", ["ana"]))
    ]
    ana = {"patients": [{"id": "ana", "group": "pain"}], "series": [], "cohorts": kinds}
    assert free(**ana, practitioners=[]) == 3 * 50
    lead = {"id": "psy-1", "disciplines": ["psy"]}
    assert free(**ana, practitioners=[{**lead, "hours": hours("08:00", "14:00", "monday")}]) == 1
    assert free(**ana, practitioners=[{**lead, "hours": hours("08:00", "12:00", "monday")}]) == 50 + 1
    rule = [{"id": "r", "services": ["group", "group"]}]
    three = hours("08:00", "14:00", "monday", "tuesday", "wednesday")
    assert free(**ana, practitioners=[{**lead, "hours": three}], same_day=rule) == 3


def test_nobody_is_owed_a_group_in_a_week_in_which_it_may_not_be_due() -> None:
    cohort = {"id": "c", "kind": "pain", "service": "group", "min_size": 1, "first": "2027-01-06"}
    nobody = {"patients": [{"id": "ana", "group": "pain"}], "series": [], "practitioners": []}
    assert free(**nobody, cohorts=[{**cohort, "first": "2027-01-04"}]) == 50
    assert free(**nobody, cohorts=[cohort]) == 0
    assert free(**nobody, cohorts=[cohort], weeks=2) == 50
    # Of two cohorts the patient may be in the one that is not surely due.
    assert free(**nobody, cohorts=[cohort, {**cohort, "id": "d", "first": "2027-01-04"}]) == 0


def test_a_cohort_that_runs_already_keeps_its_day() -> None:
    meets = {"weekday": "friday", "start": "09:00", "lead": "psy-1", "room": "hall"}
    cohort = {
        "id": "c",
        "kind": "pain",
        "service": "group",
        "min_size": 1,
        "members": ["ana"],
        "meets": meets,
    }
    psy = {"id": "psy-1", "disciplines": ["psy"], "hours": hours("08:00", "12:00", "monday", "friday")}
    talk = {"id": "t", "patient": "ana", "service": "talk", "last": "2027-01-05"}
    kept = {"patients": [{"id": "ana", "group": "pain"}], "series": [talk], "practitioners": [psy]}
    assert free(**kept, cohorts=[cohort]) == 2
    assert free(**kept, cohorts=[{**cohort, "meets": None}]) == 1


def test_what_lies_off_the_grid_is_not_bounded_away() -> None:
    # 45 minutes from 10:00 fit into hours until 10:45, although the second slot is not free to its end.
    short = {"id": "short", "discipline": "pt", "minutes": 45, "room_type": "treatment"}
    staff = [{"id": "pt-1", "disciplines": ["pt"], "hours": hours("10:00", "10:45", "monday")}]
    asked = [{"id": "s", "patient": "cy", "service": "short"}]
    assert free(patients=[{"id": "cy"}], cohorts=[], services=[short], practitioners=staff, series=asked) == 1


def test_a_search_that_is_cut_short_still_bounds() -> None:
    problem = tiny()
    found = bound_free(problem, effort=1e-9)
    assert found.value <= 5
    assert bound_free(problem).proven
    assert found == bound_free(problem, effort=1e-9)


def test_weeks_are_told_as_they_are_done() -> None:
    told: list[tuple[int, int]] = []
    bound_free(tiny(weeks=2), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_the_week_of_a_start_in_midweek_is_its_own() -> None:
    assert free(start=dt.date(2027, 1, 6)) == 5
