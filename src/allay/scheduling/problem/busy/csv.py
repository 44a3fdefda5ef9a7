"""Busy times from a table: `who,start,end,reason`."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from zoneinfo import ZoneInfo

from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.tables import CsvTable, Readable, read_csv
from allay.scheduling.problem.busy.busy import ONE_DAY, BusyTimes, local_moment, somebody
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import Away

EXPECTED = "a time as YYYY-MM-DDTHH:MM, or a day as YYYY-MM-DD"
LONGEST_REASON = 500
YEARS = range(1900, 9000)  # others would leave the calendar when moved to another zone
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def read_busy_csv(
    source: Readable, problem: SchedulingProblem, *, who: str | None = None, name: str | None = None
) -> BusyTimes:
    """Read busy times of practitioners, rooms and patients from a CSV file.

    Parameters
    ----------
    source : path or binary stream
        Columns `who` (an id of the problem), `start`, `end` and perhaps `reason`. Times are local unless they
        have an offset. A day alone stands for all of it: `2027-01-04` to `2027-01-05` is two days.
    problem : SchedulingProblem
    who : str, optional
        Whose the rows without `who` are; the column may then be absent.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        With every row that names nobody, has no time, or ends before it starts.

    Examples
    --------
    >>> import io
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), patients=(),
    ...     practitioners=({"id": "pt-1", "disciplines": ("pt",)},))
    >>> rows = b"who,start,end\\npt-1,2027-01-04T12:00,2027-01-04T11:00\\n"
    >>> read_busy_csv(io.BytesIO(rows), problem, name="busy.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: busy.csv:2: end: expected a time after 2027-01-04 12:00, found ...
    """
    needed = ["start", "end"] if who else ["who", "start", "end"]
    table = read_csv(
        source, columns=needed, optional=["who", "reason"], others="refuse", name=name, minimum_rows=1
    )
    problems: list[Problem] = []
    found: dict[str, list[Away]] = defaultdict(list)
    rows = table.padded(["who", "start", "end", "reason"]).select("who", "start", "end", "reason")
    zone = ZoneInfo(problem.opening.timezone)
    for row, (named, start, end, reason) in enumerate(rows.iter_rows()):
        before = len(problems)
        whose = _who(table, row, named or who, problem, problems)
        first, last = _moment(table, row, "start", start, problems), _moment(table, row, "end", end, problems)
        if reason and len(reason) > LONGEST_REASON:
            expected = f"at most {LONGEST_REASON} characters"
            problems.append(table.problem(row, "reason", expected=expected, found=f"{len(reason)}"))
        if first is None or last is None or whose is None or len(problems) > before:
            continue
        begins = local_moment(first, zone)
        ends = local_moment(last + ONE_DAY if _is_day(end) else last, zone)
        if ends <= begins:
            expected = f"a time after {begins:%Y-%m-%d %H:%M}"
            problems.append(table.problem(row, "end", expected=expected))
            continue
        found[whose].append(Away(start=begins, end=ends, reason=reason))
    if problems:
        raise InvalidInput(problems)
    return BusyTimes({whose: tuple(each) for whose, each in found.items()})


def _who(
    table: CsvTable, row: int, name: str | None, problem: SchedulingProblem, problems: list[Problem]
) -> str | None:
    try:
        if name is None:
            raise InvalidValue(expected="the id of a practitioner, room or patient", found="nothing")
        return somebody(problem, name)
    except InvalidValue as wrong:
        problems.append(table.problem(row, "who", expected=wrong.expected, found=wrong.found))
    except NotFound as nobody:
        hint = str(nobody).rpartition("; ")[2]
        expected = "the id of a practitioner, room or patient"
        problems.append(table.problem(row, "who", expected=expected, found=f"{name!r} ({hint})"))
    return None


def _moment(
    table: CsvTable, row: int, column: str, text: str | None, problems: list[Problem]
) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text) if text and _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        problems.append(table.problem(row, column, expected=EXPECTED))
        return None
    return moment


def _is_day(text: str) -> bool:
    return len(text) == len("2027-01-04")
