"""The checker accepts what the formats allow, and scores it as by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.unit.scheduling.checking.draft import Draft, checked
from tests.unit.scheduling.checking.handmade import DAYS, SCORE, good, hours, meeting, session

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.checking.template import most
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.seats import most_members


def test_the_handmade_plan_is_accepted_with_the_score_by_hand() -> None:
    report = check_plan(*good())
    assert report.violations == ()
    assert report.ok
    assert report.score.model_dump() == SCORE
    assert report.stated == SCORE["total"]
    assert report.checked == {
        "cohorts": 2,
        "members": 5,
        "meetings": 4,
        "sessions": 16,
        "unserved_sessions": 1,
        "unserved_members": 4,
    }


def booked_in_the_meeting(d: Draft) -> None:
    """Ben has something booked during a meeting: he is absent, as what is booked stays."""
    booked = session("ben-manual", 1, "05T11:00", "pt-1", "r1")
    d.problem["bookings"].append(booked)
    d.drop("ben-manual")
    d.plan["sessions"].append(booked)
    d.meeting("05").update(absent=["ben"])


def absent_but_in_part(d: Draft) -> None:
    """Ana can come to half a meeting: she is absent, and may have a session in the other half."""
    d.patient("ana").update(away=[{"start": "2027-01-05T10:00:00", "end": "2027-01-05T11:00:00"}])
    d.meeting("05").update(absent=["ana"])
    d.session("ana-manual").update(start="2027-01-05T11:00:00")


def nobody_kept_in_the_template(d: Draft) -> None:
    """The running cohort has no place any more: a note says so, and its members are unserved."""
    d.plan["template"].remove(d.place("sleep-1"))
    d.plan["meetings"].remove(d.meeting("07"))
    d.plan["notes"].append("sleep-1: nobody leads it.")
    d.lost_members(*((name, None, week) for name in ("eli", "fay", "gus") for week in (0, 1)))


ALLOWED: list[tuple[str, int, Callable[[Draft], object]]] = [
    ("a bound as high as the score", 0, lambda d: d.plan["bounds"][0].update(value=SCORE["total"])),
    ("a second at the start only", 0, lambda d: d.session("fay-begun").update(start="2027-01-07T15:30:00")),
    (
        "a second who leads while in general supervision",
        0,
        lambda d: d.practitioner("md-1").update(hours=hours(start="09:00", end="10:00")),
    ),
    (
        "a session right after the meeting, one trip less",
        -1 - 4 - 3 + 2,
        lambda d: d.session("ana-manual", 2).update(start="2027-01-12T12:00:00", lead="pt-1"),
    ),
    (
        "linked visits of one second, one after the other",
        0,
        lambda d: (
            d.service("begun")["linked"].update(max_ratio=1),
            d.session("gus-begun").update(start="2027-01-07T14:00:00"),
        ),
    ),
    (
        "the last day of the horizon",
        20,
        lambda d: (
            d.problem["opening"].update(weekdays=[*DAYS, "sunday"]),
            d.practitioner("md-1").update(
                hours=[*hours(), {**hours()[0], "weekday": "sunday", "first": "2027-01-24"}]
            ),
            d.session("jo-visit").update(start="2027-01-24T09:30:00"),
        ),
    ),
    ("the lead of the visit before", -4, lambda d: d.series("ana-manual").update(continuity="none")),
    ("more members than seats, by the rule", 0, lambda d: d.cohort("sleep-1").update(expected_no_show=0.2)),
    (
        "touching windows",
        0,
        lambda d: d.practitioner("psy-2").update(hours=[*hours(end="10:00"), *hours(start="10:00")]),
    ),
    (
        "hours of some weeks only",
        0,
        lambda d: d.practitioner("md-1").update(hours=[{**one, "last": "2027-01-08"} for one in hours()]),
    ),
    ("a booking in a meeting", 50 - 2, booked_in_the_meeting),
    ("a session in a meeting missed", 50 - 2, absent_but_in_part),
    ("a cohort without a place", 100, nobody_kept_in_the_template),
    ("a payer without the rule", -4, lambda d: d.patient("ana").update(payer="commercial")),
    ("a dearer same-day rule", 8, lambda d: d.problem["same_day"][0].update(lost_cents=7501)),
    ("a cheap one", -4, lambda d: d.problem["same_day"][0].update(lost_cents=1)),
    (
        "a rule for everybody",
        1,
        lambda d: d.problem["same_day"].append(
            {"id": "all", "services": ["coached", "group"], "effect": "priced", "lost_cents": 100}
        ),
    ),
    ("nothing preferred of that discipline", -3, lambda d: d.patient("ana").update(prefers=["md-1"])),
    ("preferences of several", -3, lambda d: d.patient("ana").update(prefers=["pt-1", "pt-2"])),
    ("two weeks late", 10, lambda d: d.session("ben-manual", 2).update(start="2027-01-19T14:00:00")),
    (
        "a substitute who speaks the language",
        0,
        lambda d: (
            d.practitioner("psy-2").update(languages=["es"]) or d.cohort("sleep-1").update(language="es")
        ),
    ),
    (
        "a meeting not held",
        150 - 1 - 3 - 2,
        lambda d: (
            d.plan["meetings"].remove(d.meeting("19")),
            d.plan["unserved_members"].extend(
                {"patient": name, "cohort": "pain-1", "week": 2} for name in ("ana", "ben", "cy")
            ),
        ),
    ),
]


@pytest.mark.parametrize(("what", "points", "change"), ALLOWED, ids=[one[0] for one in ALLOWED])
def test_what_is_allowed_is_accepted(what: str, points: int, change: Callable[[Draft], object]) -> None:
    report = checked(change)
    assert [str(one) for one in report.violations] == [], what
    assert report.score.total - SCORE["total"] == points


def test_every_horizon_has_its_own_first_weekday() -> None:
    """A week that starts on a Wednesday: its Tuesday comes six days later."""
    report = checked(
        lambda d: (
            d.problem["opening"].update(start="2027-01-06", weeks=2),
            d.problem.update(series=[], bookings=[], cohorts=[d.cohort("pain-1")]),
            d.patient("gus").update(group=None),
            d.plan.update(sessions=[], unserved_sessions=[], notes=[], bounds=[]),
            d.plan["template"].remove(d.place("sleep-1")),
            d.plan["meetings"].remove(d.meeting("05")),
            d.plan["meetings"].remove(d.meeting("07")),
            d.lost_members(),
        )
    )
    assert [str(one) for one in report.violations] == []
    assert (report.score.trips, report.score.unserved) == (5, 1)


def test_a_cohort_of_some_days_meets_only_on_them() -> None:
    """From Wednesday of the first week to Monday of the third: only the second Tuesday is due."""

    def change(d: Draft) -> None:
        d.cohort("pain-1").update(first="2027-01-06", last="2027-01-18")
        d.plan["meetings"] = [d.meeting("12"), d.meeting("07")]

    assert checked(change).violations == ()
    early = checked(
        lambda d: (change(d), d.plan["meetings"].append(meeting("pain-1", "05T10:00", "psy-1", "hall")))
    )
    assert set(early.broken) == {"meeting.extra"}


def test_two_groups_missed_are_two_members_unserved() -> None:
    """Fay has a place in a cohort that is not held any more, and asks for a group of another kind."""

    def change(d: Draft, times: int) -> None:
        nobody_kept_in_the_template(d)
        d.cohort("tai-1").update(last="2027-01-10")
        d.patient("fay").update(group="tai")
        d.plan["unserved_members"].extend([{"patient": "fay", "week": 0}] * (times - 1))

    assert set(checked(lambda d: change(d, 1)).broken) == {"unserved.member_not_said"}
    assert checked(lambda d: change(d, 2)).ok
    assert set(checked(lambda d: change(d, 3)).broken) == {"unserved.twice"}


@pytest.mark.parametrize("start", ["05T09:00", "05T12:00"])
def test_a_booking_beside_a_meeting_is_no_excuse(start: str) -> None:
    def change(d: Draft) -> None:
        booked_in_the_meeting(d)
        for one in (d.problem["bookings"][-1], d.session("ben-manual")):
            one.update(start=f"2027-01-{start}:00")

    assert set(checked(change).broken) == {"meeting.absent_wrongly"}


def test_a_cohort_of_one_day_meets_on_it() -> None:
    def change(d: Draft) -> None:
        d.cohort("pain-1").update(first="2027-01-12", last="2027-01-12")
        d.plan["meetings"] = [d.meeting("12"), d.meeting("07")]

    assert checked(change).ok
    missing = checked(lambda d: (change(d), d.plan["meetings"].pop(0)))
    assert set(missing.broken) == {"meeting.missing"}


def test_a_cohort_that_runs_already_may_have_shrunk() -> None:
    assert checked(lambda d: d.cohort("sleep-1").update(min_size=3, max_size=3)).ok


def test_whom_a_patient_avoids_may_work_on_site_and_lead_a_group_joined_before() -> None:
    assert checked(lambda d: d.patient("hal").update(avoids=["md-1"])).ok
    assert checked(lambda d: d.patient("eli").update(avoids=["psy-2"])).ok


@pytest.mark.parametrize("seats", [1, 8, 10, 12, 30])
@pytest.mark.parametrize("share", [None, 0.0, 0.05, 0.1, 0.2, 0.3, 0.5])
def test_the_binomial_rule_is_that_of_problems(seats: int, share: float | None) -> None:
    cohort = Cohort(id="c", kind="k", service="s", min_size=1, max_size=seats, expected_no_show=share)
    assert most(cohort) == most_members(cohort)


def test_away_counts_by_the_minute() -> None:
    late = [{"start": "2027-01-08T10:00:00", "end": "2027-01-08T12:00:00"}]
    assert checked(lambda d: d.patient("jo").update(away=late)).ok
    late[0]["start"] = "2027-01-08T09:59:00"
    assert set(checked(lambda d: d.patient("jo").update(away=late)).broken) == {"patient.off_calendar"}


def test_the_place_is_said() -> None:
    report = checked(lambda d: d.session("jo-visit").update(room="hall"))
    expected = (
        "series jo-visit, number 1, 2027-01-08 09:30: room.type: hall is a group; visit needs treatment"
    )
    assert [str(one) for one in report.violations] == [expected]
