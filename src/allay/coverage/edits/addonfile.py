"""The official file of add-on codes. Its layout is from memory; columns are found by their names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from allay.base.sources import Readable
from allay.base.status import Status
from allay.coverage.codes.add_ons import AddOn
from allay.coverage.codes.edition import Edition
from allay.coverage.edits.official import (
    OfficialTable,
    RowCheck,
    end_of,
    file_reference,
    read_official,
)

TITLE = "Add-on codes"
_ADD_ON = re.compile(r"add.?on")
_NO_CODE = ("", "*", "0", "CCCCC")  # where the bases are left to the payer


def load_add_ons(
    source: Readable, *, quarter: dt.date, recorded_on: dt.date, name: str | None = None
) -> tuple[AddOn, ...]:
    """Load a file of add-on codes.

    Parameters
    ----------
    source : path or binary stream
        With a column of the add-on code and one of the primary code, and columns of effective and deletion
        days of the row or of the primary code. A row without a primary code leaves the bases to the payer.
    quarter, recorded_on : date
        As for `load_pairs`.

    Raises
    ------
    InvalidInput
        With every problem by line: codes of no form, days that are none, a deletion before the first day.

    Examples
    --------
    >>> import io
    >>> text = b"Add-On Code,Primary Code,Effective Date,Deletion Date\\n97811,97810,20050101,*"
    >>> dates = {"quarter": dt.date(2024, 7, 1), "recorded_on": dt.date(2024, 6, 20)}
    >>> load_add_ons(io.BytesIO(text), **dates)[0].base
    '97810'
    """
    edition = Edition.quarter(TITLE, quarter, recorded_on=recorded_on)
    table = read_official(
        source,
        is_header=lambda names: _place(names, _is_add_on) is not None and _place(names, _is_base) is not None,
        described="an add-on code and a primary code",
        least=2,
        name=name,
    )
    check = RowCheck(table)
    reference = file_reference(f"{TITLE} of the quarter from {quarter}", table)
    code_at, base_at = (_place(table.header, which) or 0 for which in (_is_add_on, _is_base))
    found = []
    for line, fields in table.rows:
        if len(fields) != len(table.header):
            expected = f"{len(table.header)} fields as in the header"
            check.wrong(line, "(row)", expected=expected, found=str(len(fields)))
            continue
        before = len(check.problems)
        code = check.code(line, table.header[code_at], fields[code_at].strip())
        base: str | None = fields[base_at].strip()
        base = None if base in _NO_CODE else check.code(line, table.header[base_at], base or "")
        start, end = _days(table, check, line, fields)
        if len(check.problems) == before:
            found.append(AddOn(code, base, start, end, edition, Status.VERIFIED, reference))
    check.refuse()
    return tuple(found)


def _days(
    table: OfficialTable, check: RowCheck, line: int, fields: list[str]
) -> tuple[dt.date | None, dt.date | None]:
    """Return the first day and the day after the last: of all days given, those that hold together."""
    starts, deletions = [], []
    for name, field in zip(table.header, fields, strict=True):
        if "eff" in name and (day := check.day(line, name, field.strip())):
            starts.append(day)
        elif "del" in name and (day := check.day(line, name, field.strip())):
            deletions.append(day)
    start, deleted = max(starts, default=None), min(deletions, default=None)
    if start is not None and deleted is not None and deleted < start:
        check.wrong(line, "(row)", expected=f"a deletion on or after {start}", found=str(deleted))
    return start, end_of(start, deleted)


def _is_add_on(name: str) -> bool:
    return bool(_ADD_ON.search(name)) and "code" in name and not _about(name)


def _is_base(name: str) -> bool:
    return "primary" in name and not _about(name)


def _about(name: str) -> bool:
    """Whether a column is about a code: its days or its text."""
    return any(word in name for word in ("eff", "del", "desc", "instruct", "type"))


def _place(names: Iterable[str], which: Callable[[str], bool]) -> int | None:
    return next((place for place, name in enumerate(names) if which(name)), None)
