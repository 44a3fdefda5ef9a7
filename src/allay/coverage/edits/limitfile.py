"""The official file of unit limits of a quarter. Its layout is from memory."""

from __future__ import annotations

import datetime as dt

from allay.base.errors import InvalidValue
from allay.base.sources import Readable
from allay.base.status import Status
from allay.coverage.codes.edition import Edition
from allay.coverage.codes.sheet import whole
from allay.coverage.edits.limits import LimitScope, UnitLimit
from allay.coverage.edits.official import RowCheck, cells, file_reference, read_official

TITLE = "Practitioner unit limits"
_SCOPES = {each.value: each for each in LimitScope if each.value}
_LEAST, _MOST = 3, 4


def load_unit_limits(
    source: Readable, *, quarter: dt.date, recorded_on: dt.date, name: str | None = None
) -> tuple[UnitLimit, ...]:
    """Load a file of unit limits.

    Parameters
    ----------
    source : path or binary stream
        Columns, by place: code, most units, adjudication indicator (its first character counts: 1 line, 2
        or 3 day), rationale. Separated by tabs or commas.
    quarter, recorded_on : date
        As for `load_pairs`.

    Raises
    ------
    InvalidInput
        With every problem by line: fields too few or too many, codes of no form, units that are no whole
        number, another indicator, a code twice.

    Examples
    --------
    >>> import io
    >>> text = b"HCPCS/CPT Code,MUE Value,MUE Indicator,Rationale\\n97110,6,3 Day: Clinical,Data"
    >>> dates = {"quarter": dt.date(2024, 7, 1), "recorded_on": dt.date(2024, 6, 20)}
    >>> load_unit_limits(io.BytesIO(text), **dates)[0].scope.name
    'DAY_CLINICAL'
    """
    edition = Edition.quarter(TITLE, quarter, recorded_on=recorded_on)
    table = read_official(source, is_header=_is_header, described="the code and MUE", least=_LEAST, name=name)
    check = RowCheck(table)
    reference = file_reference(f"{TITLE} for the quarter from {quarter}", table)
    seen: dict[str, int] = {}
    found = []
    for line, fields in table.rows:
        if not _LEAST <= len(fields) <= _MOST:
            check.wrong(line, "(row)", expected=f"{_LEAST} or {_MOST} fields", found=str(len(fields)))
            continue
        code, value, indicator, rationale = cells(fields, _MOST)
        before, units = len(check.problems), 0
        check.code(line, "Code", code)
        try:
            units = whole(value)
        except InvalidValue as error:
            check.wrong(line, "MUE Value", expected=error.expected, found=error.found)
        if indicator[:1] not in _SCOPES:
            expected = "an indicator that starts with 1, 2 or 3"
            check.wrong(line, "MUE Adjudication Indicator", expected=expected, found=repr(indicator))
        if (earlier := seen.setdefault(code, line)) != line:
            check.wrong(line, "Code", expected="a code once", found=f"{code}, as in line {earlier}")
        if len(check.problems) == before:
            scope = _SCOPES[indicator[:1]]
            found.append(UnitLimit(code, units, scope, edition, Status.VERIFIED, reference, rationale))
    check.refuse()
    return tuple(found)


def _is_header(names: tuple[str, ...]) -> bool:
    return len(names) >= _LEAST and "code" in names[0] and "mue" in names[1]
