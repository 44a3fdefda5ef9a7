"""The work list: deadlines of many alignments, the nearest first, with the money that hangs on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from allay.base.cells import one_of
from allay.base.errors import NotFound
from allay.base.money import Money
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.status import Status
from allay.base.tables import Readable, read_csv
from allay.payment.access.cells import day_until, days_until
from allay.payment.access.deadlines import (
    AccessReport,
    Deadline,
    DeadlineState,
    ReportKind,
    control_group_end,
    deadlines,
)
from allay.payment.access.parameters import TRACKS, parameter

COLUMNS = ("patient_id",)
OPTIONAL = ("track", "aligned_on", "control_on", "baseline_on", "quarterly_on", "end_on")


@dataclass(frozen=True, slots=True)
class Alignment:
    """One patient in one track: aligned on a day, or drawn into the control group on a day."""

    patient_id: str
    track: str
    aligned_on: dt.date | None
    control_on: dt.date | None = None
    reports: tuple[AccessReport, ...] = ()

    def deadlines(self, *, known_on: dt.date | None = None) -> tuple[Deadline, ...]:
        """Return the deadlines of this alignment, or the end of its control group."""
        found: tuple[Deadline, ...] = ()
        if self.aligned_on is not None:
            found = deadlines(self.aligned_on, reports=self.reports, track=self.track, known_on=known_on)
        if self.control_on is not None:
            found = (control_group_end(self.control_on, known_on=known_on), *found)
        return found


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One deadline of one patient on a day.

    Attributes
    ----------
    at_risk : Money or None
        The most that a missed report can cost for this patient: the payment of the period for the baseline
        (without it the patient is unaligned), the part withheld for the end of period. None where it is not
        known (quarterly reports) or nothing is due.
    status : Status
        The weakest of the deadline and of the money.
    """

    patient_id: str
    track: str
    deadline: Deadline
    state: DeadlineState
    days_left: int
    at_risk: Money | None
    status: Status


def read_alignments(
    source: Readable, *, as_of: dt.date | None = None, name: str | None = None
) -> tuple[Alignment, ...]:
    """Read a sheet of alignments.

    Parameters
    ----------
    source : path or binary stream
        One row per patient and track: ``patient_id``, ``track`` (blank: ``msk``), ``aligned_on`` or
        ``control_on``, and the days of accepted reports: ``baseline_on``, ``quarterly_on`` (several with
        blanks between), ``end_on``.
    as_of : date, optional
        No day may be later.

    Raises
    ------
    InvalidInput
        With the problems of all rows.

    Examples
    --------
    >>> import io
    >>> rows = b"patient_id,aligned_on,baseline_on,quarterly_on\\np1,2026-08-01,2026-08-20,2026-11-10\\n"
    >>> [report.kind.value for report in read_alignments(io.BytesIO(rows))[0].reports]
    ['baseline', 'quarterly']
    """
    table = read_csv(source, columns=COLUMNS, optional=OPTIONAL, minimum_rows=1, name=name)
    seen: dict[Hashable, int] = {}

    def build(row: SheetRow) -> Alignment:
        patient = row.text("patient_id")
        track = row.maybe("track", one_of(TRACKS)) or TRACKS[0]
        row.once("patient_id", (patient, track), seen=seen, expected="a patient once in a track")
        aligned, control = (row.maybe(each, day_until(as_of)) for each in ("aligned_on", "control_on"))
        if aligned is None and control is None and row.sound:
            row.wrong("aligned_on", expected="a day here or in control_on", found="nothing")
        reports = tuple(_reports(row, as_of))
        if reports and aligned is None and row.sound:
            row.wrong("aligned_on", expected="the alignment that was reported on", found="nothing")
        alignment = Alignment(patient, track, aligned, control, reports)
        if row.sound:
            _try(row, alignment)
        return alignment

    return read_rows(table, build)


_COLUMN = {
    ReportKind.BASELINE: "baseline_on",
    ReportKind.QUARTERLY: "quarterly_on",
    ReportKind.END_OF_PERIOD: "end_on",
}


def _reports(row: SheetRow, as_of: dt.date | None) -> Iterable[AccessReport]:
    for kind, column in _COLUMN.items():
        several = row.maybe(column, days_until(as_of)) or ()
        if len(several) > 1 and kind is not ReportKind.QUARTERLY:
            row.wrong(column, expected="one day", found=f"{len(several)} days")
        yield from (AccessReport(kind, each) for each in several)


def work_list(
    alignments: Iterable[Alignment],
    *,
    as_of: dt.date,
    known_on: dt.date | None = None,
    all_states: bool = False,
) -> tuple[WorkItem, ...]:
    """Return what is to be done: overdue and open first, by days left, then by money at risk.

    Parameters
    ----------
    alignments : iterable of Alignment
    as_of : date
        Today.
    all_states : bool
        Keep what was sent and what is over, too.

    Examples
    --------
    >>> patients = [Alignment("p1", "msk", dt.date(2026, 8, 1)), Alignment("p2", "msk", dt.date(2026, 8, 9))]
    >>> for item in work_list(patients, as_of=dt.date(2026, 9, 28))[:2]:
    ...     print(item.patient_id, item.deadline.kind, item.days_left, item.at_risk)
    p1 baseline 2 180.00
    p2 baseline 10 180.00
    """
    done = (DeadlineState.SENT, DeadlineState.OUTSIDE, DeadlineState.OVER)
    found = [
        _item(alignment, deadline, as_of, known_on)
        for alignment in alignments
        for deadline in alignment.deadlines(known_on=known_on)
        if all_states or deadline.state(as_of) not in done
    ]
    return tuple(sorted(found, key=_rank))


def _rank(item: WorkItem) -> tuple[int, int, str, str, dt.date]:
    money = item.at_risk.cents if item.at_risk is not None else 0
    return (item.days_left, -money, item.patient_id, item.track, item.deadline.first_day)


def _item(alignment: Alignment, deadline: Deadline, as_of: dt.date, known_on: dt.date | None) -> WorkItem:
    money, status = _at_risk(alignment, deadline, known_on)
    return WorkItem(
        alignment.patient_id,
        alignment.track,
        deadline,
        deadline.state(as_of),
        deadline.days_left(as_of),
        money,
        status,
    )


def _at_risk(
    alignment: Alignment, deadline: Deadline, known_on: dt.date | None
) -> tuple[Money | None, Status]:
    risky = (ReportKind.BASELINE.value, ReportKind.END_OF_PERIOD.value)
    if alignment.aligned_on is None or deadline.kind not in risky or deadline.sent_on is not None:
        return None, deadline.status
    name = f"amount.initial.{alignment.track}"
    amount = parameter(name, on=alignment.aligned_on, known_on=known_on)
    if not amount.known:
        return None, Status.weakest((deadline.status, amount.status))
    whole = Money.rounded(amount.number)
    if deadline.kind == ReportKind.BASELINE.value:
        return whole, Status.weakest((deadline.status, amount.status))
    held = parameter("withhold.share", on=alignment.aligned_on, known_on=known_on)
    return whole * held.number, Status.weakest((deadline.status, amount.status, held.status))


def _try(row: SheetRow, alignment: Alignment) -> None:
    """Let the deadlines refuse reports that cannot be; `read_rows` gives the refusal its line."""
    try:
        alignment.deadlines()
    except NotFound as missing:
        row.wrong("aligned_on", expected="a day on which the model has rules", found=str(missing))
