"""One row of a credentials file: which cells its kind needs, and the record it becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from allay.base.cells import last_day, member_of, one_of, yes_no
from allay.base.dates import Period, parse_date
from allay.base.sheetrow import SheetRow
from allay.base.vocabulary import profession_id, service_id
from allay.coverage.credentials.license_map import OPEN_START
from allay.coverage.credentials.records import (
    Degree,
    Enrollment,
    License,
    LicenseStatus,
    Privilege,
    Record,
    Supervision,
    SupervisionMode,
)
from allay.coverage.credentials.states import licensing, state_code

COMMON = ("practitioner", "kind")
DATES = ("from", "to", "recorded_on")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "profession": ("type",),
    "license": ("type", "state", "status", "from"),
    "privilege": ("type", "compact", "status", "from"),
    "enrollment": ("payer", "from"),
    "degree": ("type", "level"),
    "supervision": ("whom", "mode", "from"),
}
"""Cells that a row of each kind must have."""

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "profession": (),
    "license": ("number",),
    "privilege": ("state",),
    "enrollment": ("network",),
    "degree": ("accredited", "from"),
    "supervision": ("service", "setting"),
}
"""Cells that it may have besides; the dates `to` and `recorded_on` always, except for a profession."""

COLUMNS = (
    *COMMON,
    "type",
    "state",
    "status",
    "number",
    "compact",
    "payer",
    "network",
    "level",
    "accredited",
    "whom",
    "mode",
    "service",
    "setting",
    *DATES,
)


def read_record(row: SheetRow) -> Record | tuple[str, str] | None:
    """Return the record of a row, (practitioner, profession) where it states one, or None when wrong.

    Examples
    --------
    >>> from allay.base.sheetrow import Sheet
    >>> cells = {"practitioner": "p1", "kind": "profession", "type": "acupuncturist"}
    >>> read_record(next(iter(Sheet.of_entries("a.json", "/credentials", [cells]))))
    ('p1', 'acupuncturist')
    """
    kind = row.must("kind", one_of(REQUIRED), otherwise=None)
    if kind is None:
        return None
    _needed(row, kind)
    taken = {c: row.must(c, _READ.get(c, str), otherwise=None) for c in COLUMNS if row.cell(c)}
    if kind == "supervision" and row.cell("whom") and row.cell("whom") == row.cell("practitioner"):
        row.wrong("whom", "somebody other than the supervisor")
    period = _period(row, taken)
    return None if period is None or not row.sound else _made(kind, taken, period)


def _needed(row: SheetRow, kind: str) -> None:
    needed = (*COMMON, *REQUIRED[kind])
    dates = () if kind == "profession" else ("to", "recorded_on")
    for column in COLUMNS:
        there = bool(row.cell(column))
        if column in needed and not there:
            row.wrong(column, f"a value in a row of kind {kind}", "nothing")
        elif there and column not in (*needed, *ALLOWED[kind], *dates):
            row.wrong(column, f"nothing in a row of kind {kind}")


def _period(row: SheetRow, taken: Mapping[str, Any]) -> Period | None:
    """Days on which it is valid; `to` is the last one, as it is printed on a license."""
    start: dt.date = taken.get("from") or OPEN_START
    last: dt.date | None = taken.get("to")
    if last is None:
        return Period(start)
    if last < start:
        row.wrong("to", f"a last day not before {start}")
        return None
    return Period(start, last + dt.timedelta(days=1))


_READ: Mapping[str, Callable[[str], Any]] = {
    "type": profession_id,
    "state": state_code,
    "status": member_of(LicenseStatus),
    "mode": member_of(SupervisionMode),
    "compact": lambda cell: one_of(licensing().compacts)(cell),
    "accredited": yes_no,
    "service": service_id,
    **dict.fromkeys(DATES, parse_date),
    "to": last_day,
}


def _made(kind: str, taken: Mapping[str, Any], period: Period) -> Record | tuple[str, str]:
    who, recorded = taken["practitioner"], taken.get("recorded_on")
    if kind == "profession":
        return who, taken["type"]
    if kind == "license":
        number = taken.get("number", "")
        return License(who, taken["type"], taken["state"], taken["status"], period, number, recorded)
    if kind == "privilege":
        state = taken.get("state", "")
        return Privilege(who, taken["type"], taken["compact"], taken["status"], period, state, recorded)
    if kind == "enrollment":
        return Enrollment(who, taken["payer"], period, taken.get("network", ""), recorded)
    if kind == "degree":
        return Degree(who, taken["type"], taken["level"], taken.get("accredited"), period, recorded)
    about = (taken.get("service", ""), taken.get("setting", ""))
    return Supervision(who, taken["whom"], taken["mode"], period, *about, recorded)
