"""The booking list: who is called in which order and why, and only about what is new."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from tests.unit.scheduling.checking.handmade import good, plan_of, plan_tree, problem_of, problem_tree

from allay.base.errors import NotFound
from allay.scheduling.appointments.appointments import appointments_of
from allay.scheduling.appointments.bookings import booking_list, settled, why
from allay.scheduling.appointments.bookingsheet import _cell, bookings_csv, calls_csv


def rows(data: bytes) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_the_earliest_day_comes_first_then_the_hardest_then_the_furthest():
    problem, plan = good()
    calls = booking_list(problem, plan)
    firsts = [call.first.date() for call in calls if call.first]
    assert firsts == sorted(firsts)
    of_day = [call.patient.id for call in calls if call.first and call.first.date() == dt.date(2027, 1, 5)]
    # cy lacks a meeting; ana and ben are as hard to place, and ben is further away.
    assert of_day == ["cy", "ben", "ana"]


def test_few_practitioners_and_few_hours_come_before_distance():
    problem, plan = good()
    calls = {call.patient.id: place for place, call in enumerate(booking_list(problem, plan))}
    on_friday = [name for name in sorted(calls, key=calls.__getitem__) if name in ("hal", "ida", "jo")]
    # hal lacks a session; jo has one practitioner to choose from, ida two.
    assert on_friday == ["hal", "jo", "ida"]


def test_all_columns_of_a_call():
    problem, plan = good()
    row = next(one for one in rows(calls_csv(booking_list(problem, plan))) if one["patient"] == "ana")
    assert row["first"] == "2027-01-05"
    assert row["trips"] == "4"
    assert row["days"] == "2027-01-05 2027-01-12 2027-01-13 2027-01-19"
    assert (row["appointments"], row["telehealth"], row["language"]) == ("7", "1", "en")
    hal = next(one for one in rows(calls_csv(booking_list(problem, plan))) if one["patient"] == "hal")
    assert (hal["hours"], hal["unserved"]) == ("18", "1")
    assert hal["why"] == ("first on 2027-01-08; 1 session without a place; 2 practitioners for manual")


def test_trips_are_those_of_the_score():
    problem, plan = good()
    calls = booking_list(problem, plan)
    assert sum(len(call.trips) for call in calls) == plan.score.trips
    assert sum(call.unserved for call in calls) == plan.score.unserved


def test_every_appointment_has_a_row_with_what_it_is():
    problem, plan = good()
    calls = booking_list(problem, plan)
    found = rows(bookings_csv(calls, others=settled(problem, plan, calls)))
    attended = sum(len(one.patients) for one in appointments_of(problem, plan))
    assert len(found) == attended
    coached = next(one for one in found if one["series"] == "eli-coached")
    assert ",".join(coached.values()) == (
        "eli,2027-01-07,11:00,12:00,coached,ex-1,chi-1,r1,onsite,1,1,yes,planned,,eli-coached"
    )
    booked = next(one for one in found if one["series"] == "dee-manual")
    assert booked["status"] == "booked"
    assert {one["status"] for one in found if one["series"] == "sleep-1"} == {"booked"}


def test_nobody_is_called_of_whom_all_is_booked():
    problem, plan = good()
    tree = problem_tree()
    tree["bookings"] = [one for one in plan_tree()["sessions"] if one["series"] in ("jo-visit", "dee-manual")]
    booked = problem_of(tree)
    calls = booking_list(booked, plan_of(plan_tree(), booked))
    assert {call.patient.id for call in booking_list(problem, plan)} - {c.patient.id for c in calls} == {"jo"}
    others = settled(booked, plan_of(plan_tree(), booked), calls)
    assert [(one.patient, one.status) for one in others] == [("jo", "booked")]


def test_after_a_new_plan_only_what_is_new_is_told():
    problem, before = good()
    tree = plan_tree()
    by_series = {(one["series"], one["number"]): one for one in tree["sessions"]}
    by_series["ana-talk", 1]["start"] = "2027-01-07T10:00:00"
    by_series["ida-manual", 1]["lead"] = "pt-1"
    by_series["ben-manual", 1]["room"] = "r3"
    tree["sessions"].remove(by_series["jo-visit", 1])
    tree["meetings"][2]["absent"] = ["cy"]
    calls = booking_list(problem, plan_of(tree, problem), before=appointments_of(problem, before))
    told = {call.patient.id: [(b.appointment.key, b.status) for b in call.bookings] for call in calls}
    assert told == {
        "ana": [("ana-talk/1", "moved")],
        "ida": [("ida-manual/1", "changed")],
        "jo": [("jo-visit/1", "canceled")],
        "cy": [("pain-1/2027-W03", "canceled")],
    }
    # The old day is the one by which ana must know.
    assert [call.patient.id for call in calls] == ["ana", "jo", "ida", "cy"]
    moved = next(one for one in rows(bookings_csv(calls)) if one["patient"] == "ana")
    assert (moved["date"], moved["was"]) == ("2027-01-07", "2027-01-06 09:00")
    jo = next(one for one in rows(calls_csv(calls)) if one["patient"] == "jo")
    assert (jo["canceled"], jo["trips"], jo["appointments"]) == ("1", "0", "0")
    assert not booking_list(problem, before, before=appointments_of(problem, before))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_starts_a_formula(start):
    assert _cell(f"{start}1+1") == f"'{start}1+1"
    assert (_cell("a=1"), _cell(-1), _cell("")) == ("a=1", "-1", "")


def test_unknown_series_and_cohorts_are_named():
    problem, _ = good()
    tree = plan_tree()
    tree["sessions"][0]["series"] = "ana-manuel"
    with pytest.raises(NotFound, match="did you mean 'ana-manual'"):
        appointments_of(problem, plan_of(tree, problem))
    tree = plan_tree()
    tree["meetings"][0]["cohort"] = "pain-2"
    with pytest.raises(NotFound, match="cohort"):
        appointments_of(problem, plan_of(tree, problem))


def test_why_says_far_away_and_one_practitioner():
    problem, plan = good()
    said = {call.patient.id: why(call) for call in booking_list(problem, plan)}
    assert said["ben"].endswith("far away (3)")
    assert "one practitioner for visit" in said["jo"]
    assert said["gus"].startswith("first on")


def test_only_practitioners_who_may_give_it_are_choices():
    tree = problem_tree()
    tree["series"].append({"id": "dee-more", "patient": "dee", "service": "manual"})
    tree["series"].append({"id": "cy-talk", "patient": "cy", "service": "talk"})
    problem = problem_of(tree)
    calls = {call.patient.id: call for call in booking_list(problem, plan_of(plan_tree(), problem))}
    # dee has a fixed practitioner for one series and avoids the other of two; cy needs one with Spanish.
    assert (calls["dee"].choices, calls["dee"].service) == (1, "manual")
    assert (calls["cy"].choices, calls["cy"].service) == (1, "talk")
    tree["series"] = [one for one in tree["series"] if one["id"] != "dee-manual"]
    tree["bookings"] = []
    plan = plan_tree()
    plan["sessions"] = [one for one in plan["sessions"] if one["series"] != "dee-manual"]
    problem = problem_of(tree)
    calls = {call.patient.id: call for call in booking_list(problem, plan_of(plan, problem))}
    assert (calls["dee"].choices, calls["dee"].service) == (1, "manual")


def test_what_was_booked_before_is_no_news_even_if_the_earlier_plan_lacks_it():
    problem, plan = good()
    tree = plan_tree()
    tree["sessions"] = [one for one in tree["sessions"] if one["series"] != "dee-manual"]
    before = appointments_of(problem, plan_of(tree, problem))
    assert not booking_list(problem, plan, before=before)
