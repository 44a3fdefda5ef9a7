"""Deadlines of one alignment: reports, lock-in, control group, each with its first and last day.

Day 0 is the alignment date. Quarterly reports follow the prior submission, not the calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import FactValue
from allay.base.status import Status
from allay.payment.access.parameters import TRACKS, facts, parameter, weakest
from allay.programs.definitions.program_days import add_months


class ReportKind(StrEnum):
    """The three types of report."""

    BASELINE = "baseline"
    QUARTERLY = "quarterly"
    END_OF_PERIOD = "end-of-period"


class DeadlineState(StrEnum):
    """Where a deadline stands on a day."""

    NOT_YET = "not yet"
    OPEN = "open"
    OVERDUE = "overdue"
    SENT = "sent"
    OUTSIDE = "sent outside its window"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class AccessReport:
    """A report that CMS accepted, and the day it was submitted."""

    kind: ReportKind
    submitted_on: dt.date


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline.

    Attributes
    ----------
    kind : str
        ``baseline``, ``quarterly``, ``end-of-period``, ``lock-in``, ``control-group`` or
        ``follow-on-consent``.
    number : int
        Which of its kind, from 1.
    first_day, last_day : date
        The window, both days in it.
    status : Status
        The weakest of the facts used, that of which day is day 0 among them.
    facts : tuple of FactValue
        They name the source.
    sent_on : date or None
        When the report was submitted.
    due : bool
        Whether something must be sent; the ends of lock-in and control group only pass.
    note : str
        What happens when it is missed, or what is not known.

    Examples
    --------
    >>> first = deadlines(dt.date(2026, 8, 1))[0]
    >>> first.kind, str(first.last_day), first.days_left(dt.date(2026, 9, 28))
    ('baseline', '2026-09-30', 2)
    """

    kind: str
    number: int
    first_day: dt.date
    last_day: dt.date
    status: Status
    facts: tuple[FactValue, ...]
    sent_on: dt.date | None = None
    due: bool = True
    note: str = ""

    def days_left(self, as_of: dt.date) -> int:
        """Days from `as_of` to the last day: 0 on it, negative after it."""
        return (self.last_day - as_of).days

    def state(self, as_of: dt.date) -> DeadlineState:
        """Where it stands on `as_of`."""
        if self.sent_on is not None:
            inside = self.first_day <= self.sent_on <= self.last_day
            return DeadlineState.SENT if inside else DeadlineState.OUTSIDE
        if as_of < self.first_day:
            return DeadlineState.NOT_YET
        if as_of <= self.last_day:
            return DeadlineState.OPEN
        return DeadlineState.OVERDUE if self.due else DeadlineState.OVER


def deadlines(
    aligned_on: dt.date,
    *,
    reports: Sequence[AccessReport] = (),
    track: str = "msk",
    known_on: dt.date | None = None,
) -> tuple[Deadline, ...]:
    """Return the deadlines of an alignment that are settled by the reports so far.

    Parameters
    ----------
    aligned_on : date
        Day 0.
    reports : sequence of AccessReport
        Those CMS accepted, in any order. The next quarterly window follows the last of them; later ones are
        not listed, since they hang on a day that is not known yet.
    track : str
        One of ``msk, bh, ckm, eckm``.
    known_on : date, optional
        Use what was recorded by then.

    Returns
    -------
    tuple of Deadline
        By first day: baseline, lock-in, quarterly reports, end of period; for behavioral health also the
        renewed consent before a follow-on period.

    Raises
    ------
    InvalidValue
        A report before the alignment, two baselines or two ends, two reports on one day, a quarterly report
        without or before a baseline, anything after the end.
    NotFound
        When the model has no rules for that day.

    Examples
    --------
    >>> sent = [AccessReport(ReportKind.BASELINE, dt.date(2026, 8, 20))]
    >>> for each in deadlines(dt.date(2026, 8, 1), reports=sent):
    ...     print(each.kind, each.first_day, each.last_day)
    baseline 2026-08-01 2026-09-30
    quarterly 2026-10-29 2026-12-08
    lock-in 2026-10-30 2026-11-01
    end-of-period 2027-02-02 2027-09-30
    """
    if track not in TRACKS:
        raise NotFound.among("track", track, known=TRACKS)
    ordered = sorted(reports, key=lambda report: (report.submitted_on, _ORDER[report.kind]))
    _check(aligned_on, ordered)

    def fact(name: str) -> FactValue:
        return parameter(name, on=aligned_on, known_on=known_on)

    sent = {report.kind: report.submitted_on for report in ordered if report.kind is not ReportKind.QUARTERLY}
    last, zero = fact("baseline.last_day"), fact("day_zero")
    found = [
        Deadline(
            ReportKind.BASELINE.value,
            1,
            _after(aligned_on, zero),
            _after(aligned_on, last),
            last.status,
            (last,),
            sent_on=sent.get(ReportKind.BASELINE),
            note="without it the patient is unaligned",
        ),
        _lock_in(aligned_on, fact("lock_in.days"), fact("lock_in.months")),
        *_quarterly(aligned_on, ordered, fact),
        _end(aligned_on, sent.get(ReportKind.END_OF_PERIOD), fact, track),
        *_consent(aligned_on, fact, track),
    ]
    return tuple(sorted((_counted(each, zero) for each in found), key=_by_days))


def control_group_end(assigned_on: dt.date, *, known_on: dt.date | None = None) -> Deadline:
    """Return when a patient drawn into the control group may be aligned again: after the last day.

    Examples
    --------
    >>> str(control_group_end(dt.date(2026, 8, 1)).last_day)
    '2027-08-01'
    """
    months = parameter("control_group.months", on=assigned_on, known_on=known_on)
    ends = add_months(assigned_on, int(months.number))
    note = "not alignable until then; keep out of the denominator"
    found = Deadline("control-group", 1, assigned_on, ends, months.status, (months,), due=False, note=note)
    return _counted(found, parameter("day_zero", on=assigned_on, known_on=known_on))


def _by_days(deadline: Deadline) -> tuple[dt.date, dt.date]:
    return deadline.first_day, deadline.last_day


def _counted(deadline: Deadline, zero: FactValue) -> Deadline:
    """No deadline is surer than which day counts as the first."""
    status = Status.weakest((deadline.status, zero.status))
    return replace(deadline, status=status, facts=(*deadline.facts, zero))


def _after(day: dt.date, count: FactValue) -> dt.date:
    try:
        return day + dt.timedelta(days=int(count.number))
    except OverflowError:
        raise InvalidValue(expected="a day with a date", found=f"{count.number} days after {day}") from None


def _check(aligned_on: dt.date, ordered: Sequence[AccessReport]) -> None:
    seen: dict[dt.date, AccessReport] = {}
    kinds: list[ReportKind] = []
    for report in ordered:
        said = f"{report.kind.value} on {report.submitted_on}"
        if report.submitted_on < aligned_on:
            raise InvalidValue(expected=f"reports on or after the alignment on {aligned_on}", found=said)
        if report.submitted_on in seen:
            raise InvalidValue(expected="one accepted report on a day", found=f"a second, {said}")
        if report.kind is not ReportKind.QUARTERLY and report.kind in kinds:
            raise InvalidValue(expected=f"one {report.kind.value} report", found=f"a second, {said}")
        if report.kind is not ReportKind.BASELINE and ReportKind.BASELINE not in kinds:
            raise InvalidValue(expected="a baseline report before any other", found=said)
        if ReportKind.END_OF_PERIOD in kinds and report.kind is ReportKind.BASELINE:
            raise InvalidValue(expected="no baseline report after the end-of-period report", found=said)
        seen[report.submitted_on] = report
        kinds.append(report.kind)


def _lock_in(aligned_on: dt.date, days: FactValue, months: FactValue) -> Deadline:
    ends = sorted((_after(aligned_on, days), add_months(aligned_on, int(months.number))))
    note = "the patient may switch or leave; 90 days and 3 months are both stated, the window is between them"
    status = weakest((days, months))
    return Deadline("lock-in", 1, ends[0], ends[1], status, (days, months), due=False, note=note)


def _quarterly(
    aligned_on: dt.date, ordered: Sequence[AccessReport], fact: Callable[[str], FactValue]
) -> Iterator[Deadline]:
    """One window after each submission, as long as it opens before the care period is a year old."""
    first, last, year = fact("quarterly.first_day"), fact("quarterly.last_day"), fact("care_period.days")
    prior: dt.date | None = None
    sent: list[tuple[dt.date, dt.date | None]] = []
    ended: dt.date | None = None
    for report in ordered:
        if report.kind is ReportKind.END_OF_PERIOD:
            ended = report.submitted_on
            continue
        if prior is not None:
            sent.append((prior, report.submitted_on))
        prior = report.submitted_on
    over = _after(aligned_on, year)
    if prior is not None and _after(prior, first) <= over and (ended is None or ended < over):
        sent.append((prior, None))
    for number, (after, on) in enumerate(sent, start=1):
        early = ended is not None and on is None
        yield Deadline(
            ReportKind.QUARTERLY.value,
            number,
            _after(after, first),
            _after(after, last),
            Status.UNKNOWN if early else weakest((first, last)),
            (first, last),
            sent_on=on,
            note=_AFTER_EARLY_END if early else "what missing it costs was not found",
        )


_ORDER = {kind: place for place, kind in enumerate(ReportKind)}
_AFTER_EARLY_END = "whether an early end-of-period report ends the quarterly ones was not found"


def _end(
    aligned_on: dt.date, sent_on: dt.date | None, fact: Callable[[str], FactValue], track: str
) -> Deadline:
    first, last = fact(f"end_of_period.first_day.{track}"), fact("end_of_period.last_day")
    return Deadline(
        ReportKind.END_OF_PERIOD.value,
        1,
        _after(aligned_on, first),
        _after(aligned_on, last),
        weakest((first, last)),
        (first, last),
        sent_on=sent_on,
        note="without it the patient counts as not improved",
    )


def _consent(aligned_on: dt.date, fact: Callable[[str], FactValue], track: str) -> Iterator[Deadline]:
    """Renewed consent, known for behavioral health only."""
    before, year = fact("follow_on.consent_days"), fact("care_period.days")
    if track != facts().get(before.fact).scope["track"]:
        return
    ends = _after(aligned_on, year)
    opens = ends - dt.timedelta(days=int(before.number))
    note = "without renewed consent a follow-on period is not paid"
    yield Deadline(
        "follow-on-consent", 1, opens, ends, weakest((before, year)), (before, year), due=False, note=note
    )
