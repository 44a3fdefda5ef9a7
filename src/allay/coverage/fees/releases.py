"""Releases of relative values from the user's files of CMS."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from allay.base.dates import parse_date
from allay.base.errors import InvalidInput, Problem
from allay.base.fact import Reference
from allay.base.sheetrow import Sheet, SheetRow
from allay.base.status import Status
from allay.base.tables import Readable, read_csv
from allay.coverage.codes.procedure import procedure
from allay.coverage.fees.cells import matching, number
from allay.coverage.fees.given import references_of, unpacked
from allay.coverage.fees.relative_values import RelativeValues, RelativeValueTable, Release

COLUMNS = (
    "release",
    "effective",
    "hcpcs",
    "mod",
    "status_code",
    "work_rvu",
    "non_fac_pe_rvu",
    "facility_pe_rvu",
    "mp_rvu",
    "glob_days",
    "mult_proc",
)
OPTIONAL = ("non_fac_indicator", "facility_indicator", "non_facility_total", "facility_total")
_RELEASE = re.compile(r"rvu(?P<year>[0-9]{2})[a-d]r?(_[a-z]{3})?", re.ASCII)
_MARK = matching("(NA)?", "NA or a blank")
_FORMS = {
    "mod": matching("(26|TC|53)?", "26, TC, 53 or a blank"),
    "status_code": matching("[A-Z]", "a letter"),
    "mult_proc": matching("[0-9]", "a digit"),
    "glob_days": matching("[0-9]{3}|[A-Z]{3}", "three digits or three letters"),
}
_NAMED = "a release of CMS with its year, such as rvu24c_jul"


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseFile:
    """What one file holds: the day from which each release is in force, and the rows."""

    name: str
    starts: Mapping[str, dt.date]
    rows: tuple[RelativeValues, ...]
    status: Status
    references: tuple[Reference, ...]


def read_releases(
    source: Readable,
    *,
    recorded_on: dt.date | None = None,
    status: Status = Status.VERIFIED,
    name: str | None = None,
) -> ReleaseFile:
    """Read releases of relative values. Costs one pass, some 30 microseconds a row.

    A release is in force from its `effective` day to the next release, and the last one of a year to the end
    of that year: the schedule is made anew each year.

    Parameters
    ----------
    source : path or binary stream
        CSV, also packed with gzip, with the columns ``release, effective, hcpcs, mod, status_code, work_rvu,
        non_fac_pe_rvu, facility_pe_rvu, mp_rvu, glob_days, mult_proc``; ``*_indicator`` and ``*_total`` are
        read where they are there, and others are ignored.
    recorded_on : date, optional
        The day the file came to us; by default each row was known from the day it was in force.
    status : Status
        How sure the user is that the file is what CMS published.

    Raises
    ------
    InvalidInput
        With every problem, by line: a release without its year or of another year than its day, one release
        with two days or two with one, a code twice, a negative value, parts that do not add up to the total.

    Examples
    --------
    >>> import io
    >>> text = ",".join(COLUMNS) + "\\nrvu26a_jan,2026-01-01,97110,,A,0.45,0.42,0.42,0.01,000,5\\n"
    >>> table = table_of([read_releases(io.BytesIO(text.encode()), name="rvu26a.csv")])
    >>> table.in_force(dt.date(2026, 12, 31)).name
    'rvu26a_jan'
    """
    data, label = unpacked(source, name=name)
    sheet = Sheet(read_csv(data, columns=COLUMNS, optional=OPTIONAL, name=label, minimum_rows=1))
    references = references_of(label, status)
    started = _Starts()
    seen: set[tuple[str, str, str]] = set()
    rows = []
    for row in sheet:
        release = started.read(row)
        known = recorded_on or started.days.get(release, dt.date.min)
        found = _row(row, release, recorded_on=known, status=status, references=references)
        if (key := (release, found.code, found.modifier)) in seen and found.code:
            row.wrong("hcpcs", "each code and modifier once in a release")
        seen.add(key)
        rows.append(found)
    sheet.refuse()
    return ReleaseFile(label, started.days, tuple(rows), status, references)


def table_of(files: Iterable[ReleaseFile]) -> RelativeValueTable:
    """Put the releases of several files in order of their days.

    Raises
    ------
    InvalidInput
        When two files hold one release, or two releases that start on one day.
    """
    starts: list[tuple[dt.date, str, ReleaseFile]] = []
    problems = []
    for file in files:
        for release, day in file.starts.items():
            for other_day, other, holder in starts:
                if other == release or other_day == day:
                    found = f"{release} from {day}, beside {other} from {other_day} in {holder.name}"
                    problems.append(Problem(file.name, "1", "release", "releases of no other file", found))
            starts.append((day, release, file))
    if problems:
        raise InvalidInput(problems)
    starts.sort(key=lambda each: each[0])
    ends = [day for day, _, _ in starts[1:]] + [dt.date.max]
    spans = [
        Release(release, day, min(end, dt.date(day.year + 1, 1, 1)), file.status, file.references)
        for (day, release, file), end in zip(starts, ends, strict=True)
    ]
    return RelativeValueTable(
        spans, [row for file in dict.fromkeys(f for _, _, f in starts) for row in file.rows]
    )


class _Starts:
    """The day from which each release is in force, and what is wrong with it."""

    def __init__(self) -> None:
        self.days: dict[str, dt.date] = {}

    def read(self, row: SheetRow) -> str:
        """Return the release of a row, having kept its day."""
        release, day = row.cell("release"), row.must("effective", parse_date, otherwise=None)
        named = _RELEASE.fullmatch(release)
        if named is None:
            row.wrong("release", _NAMED)
        if named is None or day is None:
            return release
        if day.year % 100 != int(named["year"]):
            row.wrong("effective", f"a day of the year that {release} names")
        elif release not in self.days:
            if day in self.days.values():
                row.wrong("effective", "a day on which no other release starts")
            else:
                self.days[release] = day
        elif self.days[release] != day:
            row.wrong("effective", f"{self.days[release]}, as in other rows of {release}")
        return release


def _row(
    row: SheetRow,
    release: str,
    *,
    recorded_on: dt.date,
    status: Status,
    references: tuple[Reference, ...],
) -> RelativeValues:
    parts = ("work_rvu", "non_fac_pe_rvu", "facility_pe_rvu", "mp_rvu")
    work, non_facility, facility, malpractice = (row.must(part, number, otherwise=None) for part in parts)
    for total, practice in (("non_facility_total", non_facility), ("facility_total", facility)):
        if total in row.cells:
            _check_total(row, total, (work, practice, malpractice))
    seldom = [
        site
        for column, site in (("non_fac_indicator", "non-facility"), ("facility_indicator", "facility"))
        if column in row.cells and row.must(column, _MARK, otherwise="")
    ]
    texts = {column: row.must(column, form, otherwise="") for column, form in _FORMS.items()}
    return RelativeValues(
        release=release,
        code=row.must("hcpcs", procedure, otherwise=""),
        modifier=texts["mod"],
        status_code=texts["status_code"],
        work=work,
        practice_non_facility=non_facility,
        practice_facility=facility,
        malpractice=malpractice,
        seldom_at=" ".join(seldom),
        multiple_procedure=texts["mult_proc"],
        global_days=texts["glob_days"],
        recorded_on=recorded_on,
        status=status,
        references=references,
    )


def _check_total(row: SheetRow, column: str, parts: tuple[Fraction | None, ...]) -> None:
    total = row.must(column, number, otherwise=None)
    known = [part for part in parts if part is not None]
    if total is not None and len(known) == len(parts) and sum(known) != total:
        row.wrong(column, f"{float(sum(known)):g}, as work, practice and malpractice add up to")
