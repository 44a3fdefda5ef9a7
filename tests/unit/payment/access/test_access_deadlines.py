"""Deadlines of ACCESS alignments and the work list made of them."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.money import Money
from allay.base.status import Status
from allay.payment.access.deadlines import (
    AccessReport,
    DeadlineState,
    ReportKind,
    control_group_end,
    deadlines,
)
from allay.payment.access.worklist import read_alignments, work_list

ALIGNED = dt.date(2026, 8, 1)
BASELINE = AccessReport(ReportKind.BASELINE, dt.date(2026, 8, 20))


def quarterly(day):
    return AccessReport(ReportKind.QUARTERLY, dt.date.fromisoformat(day))


def end(day):
    return AccessReport(ReportKind.END_OF_PERIOD, dt.date.fromisoformat(day))


def of_kind(found, kind):
    return [each for each in found if each.kind == kind]


@pytest.mark.parametrize(
    ("kind", "day", "state"),
    [
        ("baseline", "2026-08-01", DeadlineState.OPEN),
        ("baseline", "2026-09-29", DeadlineState.OPEN),
        ("baseline", "2026-09-30", DeadlineState.OPEN),
        ("baseline", "2026-10-01", DeadlineState.OVERDUE),
        ("end-of-period", "2027-02-01", DeadlineState.NOT_YET),
        ("end-of-period", "2027-02-02", DeadlineState.OPEN),
        ("end-of-period", "2027-02-03", DeadlineState.OPEN),
        ("end-of-period", "2027-09-30", DeadlineState.OPEN),
        ("end-of-period", "2027-10-01", DeadlineState.OVERDUE),
        ("lock-in", "2026-11-01", DeadlineState.OPEN),
        ("lock-in", "2026-11-02", DeadlineState.OVER),
    ],
)
def test_the_day_before_of_and_after(kind, day, state):
    (found,) = of_kind(deadlines(ALIGNED), kind)
    assert found.state(dt.date.fromisoformat(day)) is state


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-10-28", DeadlineState.NOT_YET),
        ("2026-10-29", DeadlineState.OPEN),
        ("2026-12-08", DeadlineState.OPEN),
        ("2026-12-09", DeadlineState.OVERDUE),
    ],
)
def test_the_quarterly_window(day, state):
    (found,) = of_kind(deadlines(ALIGNED, reports=[BASELINE]), "quarterly")
    assert found.state(dt.date.fromisoformat(day)) is state


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2027-06-01", DeadlineState.NOT_YET),
        ("2027-06-02", DeadlineState.OPEN),
        ("2027-08-02", DeadlineState.OVER),
    ],
)
def test_consent_is_renewed_in_behavioral_health_only(day, state):
    assert of_kind(deadlines(ALIGNED), "follow-on-consent") == []
    (found,) = of_kind(deadlines(ALIGNED, track="bh"), "follow-on-consent")
    assert found.state(dt.date.fromisoformat(day)) is state
    assert found.status is Status.DERIVED  # the days are secondary; which day is day 0 is our reading


def test_days_left_count_to_the_last_day():
    (found,) = of_kind(deadlines(ALIGNED), "baseline")
    days = [found.days_left(dt.date(2026, 9, 30) + dt.timedelta(days=shift)) for shift in (-1, 0, 1)]
    assert days == [1, 0, -1]


@pytest.mark.parametrize(
    ("track", "first"), [("msk", "2027-02-02"), ("bh", "2027-02-02"), ("ckm", "2027-05-03")]
)
def test_tracks_differ_in_when_the_end_may_be_reported(track, first):
    (found,) = of_kind(deadlines(ALIGNED, track=track), "end-of-period")
    assert str(found.first_day) == first


def test_quarterly_reports_follow_one_another():
    found = of_kind(deadlines(ALIGNED, reports=[quarterly("2026-11-30"), BASELINE]), "quarterly")
    assert [(each.number, str(each.sent_on or "")) for each in found] == [(1, "2026-11-30"), (2, "")]
    assert str(found[1].first_day) == "2027-02-08"


def test_a_report_outside_its_window_is_named():
    found = of_kind(deadlines(ALIGNED, reports=[BASELINE, quarterly("2026-10-01")]), "quarterly")
    assert found[0].state(dt.date(2027, 1, 1)) is DeadlineState.OUTSIDE


def test_no_quarterly_window_opens_after_the_year():
    late = [BASELINE, *(quarterly(day) for day in ("2026-11-20", "2027-02-20", "2027-05-23"))]
    assert [each.sent_on for each in of_kind(deadlines(ALIGNED, reports=late), "quarterly")][-1] is None
    later = [*late[:-1], quarterly("2027-05-24")]
    assert all(each.sent_on for each in of_kind(deadlines(ALIGNED, reports=later), "quarterly"))


def test_whether_an_early_end_ends_the_quarters_is_unknown():
    found = of_kind(deadlines(ALIGNED, reports=[BASELINE, end("2027-02-02")]), "quarterly")
    assert [each.status for each in found] == [Status.UNKNOWN]
    assert "not found" in found[0].note
    after = of_kind(deadlines(ALIGNED, reports=[BASELINE, end("2027-08-01")]), "quarterly")
    assert after == []


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([AccessReport(ReportKind.BASELINE, dt.date(2026, 7, 31))], "on or after the alignment"),
        ([quarterly("2026-11-01")], "a baseline report before any other"),
        ([end("2027-03-01")], "a baseline report before any other"),
        ([BASELINE, AccessReport(ReportKind.BASELINE, dt.date(2026, 8, 21))], "one baseline report"),
        ([BASELINE, quarterly("2026-08-20")], "one accepted report on a day"),
        ([BASELINE, end("2027-03-01"), end("2027-04-01")], "one end-of-period report"),
    ],
)
def test_reports_that_cannot_be(reports, said):
    with pytest.raises(InvalidValue, match=said):
        deadlines(ALIGNED, reports=reports)


def test_leap_days():
    assert str(control_group_end(dt.date(2028, 2, 29)).last_day) == "2029-02-28"
    (found,) = of_kind(deadlines(dt.date(2027, 12, 31)), "baseline")
    assert str(found.last_day) == "2028-02-29"


def test_unknown_tracks_and_days():
    with pytest.raises(NotFound, match="did you mean 'msk'"):
        deadlines(ALIGNED, track="mks")
    with pytest.raises(NotFound):
        deadlines(dt.date(2026, 7, 4))
    with pytest.raises(InvalidValue, match="with a date"):
        deadlines(dt.date(9999, 12, 1))


def sheet(*rows):
    head = "patient_id,track,aligned_on,control_on,baseline_on,quarterly_on,end_on"
    return io.BytesIO("\n".join([head, *rows, ""]).encode())


def test_work_list_is_by_days_left_then_money():
    # p2 and p3 have the same day left; p3's end of period holds 90, the baseline of p2 the whole 180.
    rows = ["p1,,2026-10-05,,,,", "p3,,2025-01-01,,,,", "p4,,,2026-08-01,,,"]
    with pytest.raises(InvalidInput, match="a day on which the model has rules"):
        read_alignments(sheet(*rows))
    alignments = read_alignments(
        sheet("p1,,2026-10-05,,,,", "p2,,2026-08-01,,2026-08-20,,", "p4,,,2026-08-01,,,")
    )
    found = work_list(alignments, as_of=dt.date(2026, 12, 1))
    order = [(item.patient_id, item.deadline.kind, item.days_left, item.at_risk) for item in found]
    assert order[:3] == [
        ("p1", "baseline", 3, Money(18000)),
        ("p2", "quarterly", 7, None),
        ("p1", "lock-in", 35, None),
    ]
    assert ("p2", "end-of-period", 303, Money(9000)) in order
    assert [item.state for item in found if item.patient_id == "p4"] == [DeadlineState.OPEN]


def test_equal_days_go_by_money():
    # The end of the first and the baseline of the second fall on one day.
    first, second = dt.date(2026, 8, 1), dt.date(2027, 8, 1)
    rows = [f"a,,{first},,{first},,", f"b,,{second},,,,"]
    found = work_list(read_alignments(sheet(*rows)), as_of=dt.date(2027, 9, 1))
    same = [item for item in found if item.days_left == 29]
    assert [(item.patient_id, item.at_risk.cents) for item in same] == [("b", 18000), ("a", 9000)]


def test_the_money_of_an_unknown_rate_is_unknown():
    (item,) = [
        item
        for item in work_list(read_alignments(sheet("p,,2028-01-01,,,,")), as_of=dt.date(2028, 1, 2))
        if item.deadline.kind == "baseline"
    ]
    assert (item.at_risk, item.status) == (None, Status.UNKNOWN)


def test_every_problem_of_a_sheet_is_named():
    rows = [
        "p1,msk,2026-08-01,,2026-07-01,,",
        "p1,msk,2026-08-01,,,,",
        "p2,knee,2026-8-1,,,,",
        "p3,,,,,,",
        "p4,,,,2026-08-20,,",
        ",,2026-08-01,,,,",
        "p5,,2026-12-24,,,,",
        "p6,,2026-08-01,,2026-08-02 2026-08-03,,",
        "p7,,1999-08-01,,,,",
    ]
    with pytest.raises(InvalidInput) as caught:
        read_alignments(sheet(*rows), as_of=dt.date(2026, 11, 22), name="a.csv")
    said = [f"{problem.at}: {problem.field}" for problem in caught.value.problems]
    assert said == [
        "2: patient_id",
        "3: patient_id",
        "4: track",
        "4: aligned_on",
        "5: aligned_on",
        "6: aligned_on",
        "7: patient_id",
        "8: aligned_on",
        "9: baseline_on",
        "10: aligned_on",
    ]
