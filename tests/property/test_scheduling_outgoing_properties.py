"""What goes out of any plan: nothing is lost, nothing is told to others, and the same plan says the same."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cache
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from allay.interop.schedule_calendars import patient_calendars, practitioner_calendars, room_calendars
from allay.reports.schedule_week import week_svg
from allay.scheduling.appointments.appointments import appointments_of
from allay.scheduling.appointments.bookings import booking_list, settled
from allay.scheduling.appointments.bookingsheet import bookings_csv, calls_csv
from allay.scheduling.appointments.changes import patient_appointments
from allay.scheduling.instances.generator import generate
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.greedy import good_greedy

SVG = "{http://www.w3.org/2000/svg}"
WEEKS = 2
FEW = 20  # writing calendars and pictures takes longer than what they show


@cache
def clinic(seed: int) -> tuple[SchedulingProblem, Plan]:
    """A small clinic, with telehealth, Spanish and a linked visit, and a plan of it."""
    problem = generate("small-clinic", patients=8, seed=seed, weeks=WEEKS)
    return problem, good_greedy(problem)


@st.composite
def plans(draw: st.DrawFn) -> tuple[SchedulingProblem, Plan, Plan]:
    """A problem, a plan of it, and another plan in which some sessions are gone or moved by a day."""
    problem, plan = clinic(draw(st.integers(1, 3)))
    fates = draw(
        st.lists(
            st.sampled_from(["kept", "kept", "gone", "moved"]),
            min_size=len(plan.sessions),
            max_size=len(plan.sessions),
        )
    )
    day = dt.timedelta(days=1)
    sessions = tuple(
        one if fate == "kept" else one.model_copy(update={"start": one.start + day})
        for one, fate in zip(plan.sessions, fates, strict=True)
        if fate != "gone"
    )
    meetings = plan.meetings[draw(st.integers(0, len(plan.meetings))) :]
    return problem, plan, plan.model_copy(update={"sessions": sessions, "meetings": meetings})


def uids(calendars: dict[str, bytes]) -> Counter[tuple[str, str]]:
    """Keys of appointments by whose calendar they are in."""
    found: Counter[tuple[str, str]] = Counter()
    for owner, data in calendars.items():
        for uid in re.findall(rb"UID:(.*)\r\n", data.replace(b"\r\n ", b"")):
            found[owner, "/".join(uid.decode().split("/")[1:3])] += 1
    return found


@settings(max_examples=FEW, deadline=None)
@given(plans())
def test_every_appointment_is_once_in_the_calendar_of_each_whom_it_concerns(drawn):
    problem, _, plan = drawn
    visits = appointments_of(problem, plan)
    patients = uids(patient_calendars(problem, plan))
    assert patients == Counter((patient, one.key) for one in visits for patient in one.patients)
    sessions = Counter(key for (_, key), times in patients.items() for _ in range(times))
    assert all(sessions[f"{one.series}/{one.number}"] == 1 for one in plan.sessions)
    assert uids(practitioner_calendars(problem, plan)) == Counter(
        (who, one.key) for one in visits for who in one.practitioners
    )
    assert uids(room_calendars(problem, plan)) == Counter(
        (one.room, one.key) for one in visits if one.room is not None
    )


@settings(max_examples=FEW, deadline=None)
@given(plans())
def test_calendars_of_a_later_plan_hold_all_that_was_and_all_that_is(drawn):
    problem, before, now = drawn
    old, new = appointments_of(problem, before), appointments_of(problem, now)
    found = patient_calendars(problem, now, before=old, revision=1)
    keys = {(patient, one.key) for one in (*old, *new) for patient in one.patients}
    assert uids(found) == Counter(keys)
    kept = {(patient, one.key) for one in new for patient in one.patients}
    canceled = sum(data.count(b"STATUS:CANCELLED") for data in found.values())
    assert canceled == len(keys - kept)


@settings(deadline=None)
@given(plans())
def test_changes_account_for_everything_before_and_now(drawn):
    problem, before, now = drawn
    old, new = appointments_of(problem, before), appointments_of(problem, now)
    found = patient_appointments(new, before=old)
    by_status = {
        status: {(one.patient, one.appointment.key) for one in found if one.status == status}
        for status in ("same", "new", "moved", "changed", "canceled")
    }
    assert sum(map(len, by_status.values())) == len(found)
    keys_now = {(patient, one.key) for one in new for patient in one.patients}
    keys_before = {(patient, one.key) for one in old for patient in one.patients}
    assert keys_now == by_status["same"] | by_status["new"] | by_status["moved"] | by_status["changed"]
    assert by_status["canceled"] == keys_before - keys_now
    called = {call.patient.id for call in booking_list(problem, now, before=old)}
    assert called == {one.patient for one in found if one.status != "same"}


@settings(deadline=None)
@given(plans())
def test_the_booking_list_has_every_appointment_once_and_days_in_order(drawn):
    problem, _, plan = drawn
    calls = booking_list(problem, plan)
    listed = [*(one for call in calls for one in call.bookings), *settled(problem, plan, calls)]
    visits = appointments_of(problem, plan)
    assert Counter((one.patient, one.appointment.key) for one in listed) == Counter(
        (patient, one.key) for one in visits for patient in one.patients
    )
    days = [dt.date.max if call.first is None else call.first.date() for call in calls]
    assert days == sorted(days)
    assert len({call.patient.id for call in calls}) == len(calls)


@settings(max_examples=FEW, deadline=None)
@given(plans())
def test_a_picture_is_xml_and_holds_a_block_for_each_appointment(drawn):
    problem, _, plan = drawn
    for by in ("practitioner", "room"):
        kinds: Counter[str] = Counter()
        for week in range(WEEKS):
            root = ElementTree.fromstring(week_svg(problem, plan, week=week, by=by))
            kinds.update(one.get("class", "") for one in root.iter(f"{SVG}g"))
        # What was moved from the last day of the horizon's last week has left the horizon.
        end = problem.opening.start + dt.timedelta(weeks=WEEKS)
        assert kinds["session"] == sum(one.start.date() < end for one in plan.sessions)
        assert kinds["meeting"] == len(plan.meetings)


@settings(max_examples=FEW, deadline=None)
@given(plans(), st.integers(0, 20))
def test_the_same_plan_in_another_order_gives_the_same_bytes(drawn, first):
    problem, before, plan = drawn
    turned = (*plan.sessions[first:], *plan.sessions[:first])
    mixed = plan.model_copy(update={"sessions": turned[::-1], "meetings": plan.meetings[::-1]})
    old = appointments_of(problem, before)

    def all_of(one: Plan) -> list[object]:
        calls = booking_list(problem, one, before=old)
        calendars = [write(problem, one) for write in (patient_calendars, practitioner_calendars)]
        return [calls_csv(calls), bookings_csv(calls), *calendars, week_svg(problem, one)]

    assert all_of(plan) == all_of(mixed)
