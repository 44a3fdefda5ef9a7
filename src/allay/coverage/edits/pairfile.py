"""The official file of practitioner pair edits of a quarter. Its layout is from memory."""

from __future__ import annotations

import datetime as dt
import sys

from allay.base.sources import Readable
from allay.base.status import Status
from allay.coverage.codes.edition import Edition
from allay.coverage.edits.official import RowCheck, cells, end_of, file_reference, read_official
from allay.coverage.edits.pair import Indicator, PairEdit

TITLE = "Practitioner pair edits"
_HEADERS = (("column 1", "column 2"), ("column1", "column2"))
_INDICATORS = {each.value: each for each in Indicator if each.value}
_LEAST, _MOST = 6, 7


def load_pairs(
    source: Readable, *, quarter: dt.date, recorded_on: dt.date, name: str | None = None
) -> tuple[PairEdit, ...]:
    """Load a file of practitioner pair edits. A hundred thousand rows take about a second.

    Parameters
    ----------
    source : path or binary stream
        Columns, by place: column 1, column 2, mark of pairs from before 1996, effective day, deletion day
        or ``*``, modifier indicator, rationale. Separated by tabs or commas.
    quarter : date
        First day of the quarter it was issued for.
    recorded_on : date
        Day from which its rows are known, for the knowledge clock.

    Raises
    ------
    InvalidInput
        With every problem by line: fields too few or too many, codes of no form, days that are none, a
        deletion before the first day, another indicator, a pair with one first day twice.

    Examples
    --------
    >>> import io
    >>> text = b"Column 1,Column 2,*,Effective,Deletion,Modifier,Rationale\\n20561,97810,,20200101,*,0,Misuse"
    >>> dates = {"quarter": dt.date(2024, 7, 1), "recorded_on": dt.date(2024, 6, 20)}
    >>> load_pairs(io.BytesIO(text), **dates)[0].indicator.name
    'NEVER'
    """
    edition = Edition.quarter(TITLE, quarter, recorded_on=recorded_on)
    table = read_official(
        source,
        is_header=lambda names: names[:2] in _HEADERS,
        described="Column 1 and Column 2",
        least=_LEAST,
        name=name,
    )
    check = RowCheck(table)
    reference = file_reference(f"{TITLE} for the quarter from {quarter}", table)
    seen: dict[tuple[str, str, dt.date], int] = {}
    found = []
    for line, fields in table.rows:
        read = _read(check, line, fields)
        if read is None:
            continue
        first, second, start, deleted, indicator, rationale = read
        if (earlier := seen.setdefault((first, second, start), line)) != line:
            again = f"{first} and {second} from {start}, as in line {earlier}"
            check.wrong(line, "(row)", expected="a pair once for each first day", found=again)
            continue
        found.append(
            PairEdit(
                column1=first,
                column2=second,
                indicator=indicator,
                effective_from=start,
                effective_to=end_of(start, deleted),
                recorded_on=recorded_on,
                edition=edition,
                status=Status.VERIFIED,
                reference=reference,
                rationale=rationale,
            )
        )
    check.refuse()
    return tuple(found)


def _read(
    check: RowCheck, line: int, fields: list[str]
) -> tuple[str, str, dt.date, dt.date | None, Indicator, str] | None:
    """Read the fields of a row; None when something is wrong with it, which is kept."""
    if not _LEAST <= len(fields) <= _MOST:
        check.wrong(line, "(row)", expected=f"{_LEAST} or {_MOST} fields", found=str(len(fields)))
        return None
    first, second, _, start_text, end_text, indicator, rationale = cells(fields, _MOST)
    before = len(check.problems)
    first = check.code(line, "Column 1", first)
    second = check.code(line, "Column 2", second)
    start = check.day(line, "Effective Date", start_text)
    deleted = check.day(line, "Deletion Date", end_text)
    if indicator not in _INDICATORS:
        check.wrong(line, "Modifier", expected="0, 1 or 9", found=repr(indicator))
    if len(check.problems) > before:
        return None
    if start is None:
        check.wrong(line, "Effective Date", expected="a day as YYYYMMDD", found=repr(start_text))
        return None
    if deleted is not None and deleted < start:
        check.wrong(line, "Deletion Date", expected=f"{start:%Y%m%d} or later", found=repr(end_text))
        return None
    if first == second:
        check.wrong(line, "Column 2", expected="another code than column 1", found=repr(second))
        return None
    return first, second, start, deleted, _INDICATORS[indicator], sys.intern(rationale)
