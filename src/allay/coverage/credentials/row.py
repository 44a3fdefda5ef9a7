"""One row of a credentials file: which cells its kind needs, and the record it becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from allay.base.dates import Period, parse_date
from allay.base.errors import InvalidValue, NotFound, Problem
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

Say = Callable[[str, str, str], Problem]
"""Makes the problem of a column: (column, expected, found)."""


@dataclass(slots=True)
class CredentialRow:
    """The cells of one row, and the problems found in them."""

    cells: Mapping[str, str | None]
    say: Say
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> Record | tuple[str, str] | None:
        """Return the record, (practitioner, profession) for a row that states one, or None when wrong."""
        kind = self.cells.get("kind")
        if kind is None or kind not in REQUIRED:
            self._wrong("kind", "one of " + ", ".join(REQUIRED))
            return None
        self._needed(kind)
        taken = {column: self._take(column) for column in COLUMNS if self.cells.get(column) is not None}
        if kind == "supervision" and self.cells.get("whom") == self.cells.get("practitioner"):
            self._wrong("whom", "somebody other than the supervisor")
        period = self._period(taken)
        if self.problems or period is None:
            return None
        return _made(kind, taken, period)

    def _needed(self, kind: str) -> None:
        needed = (*COMMON, *REQUIRED[kind])
        dates = () if kind == "profession" else ("to", "recorded_on")
        for column in COLUMNS:
            there = self.cells.get(column) is not None
            if column in needed and not there:
                self._wrong(column, f"a value in a row of kind {kind}")
            elif there and column not in (*needed, *ALLOWED[kind], *dates):
                self._wrong(column, f"nothing in a row of kind {kind}")

    def _take(self, column: str) -> Any:
        cell = str(self.cells[column])
        try:
            return _READ[column](cell) if column in _READ else cell
        except InvalidValue as wrong:
            self.problems.append(self.say(column, wrong.expected, wrong.found))
        except NotFound as missing:
            self.problems.append(self.say(column, f"a known one ({missing})", repr(cell)))
        return None

    def _period(self, taken: Mapping[str, Any]) -> Period | None:
        """Days on which it is valid; `to` is the last one, as it is printed on a license."""
        start: dt.date = taken.get("from") or OPEN_START
        last: dt.date | None = taken.get("to")
        if last is None:
            return Period(start)
        if last < start:
            self._wrong("to", f"a last day not before {start}")
            return None
        if last == dt.date.max:
            self._wrong("to", "a day before the end of the calendar, or nothing where no end is known")
            return None
        return Period(start, last + dt.timedelta(days=1))

    def _wrong(self, column: str, expected: str) -> None:
        cell = self.cells.get(column)
        self.problems.append(self.say(column, expected, "nothing" if cell is None else repr(cell)))


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(cell: str) -> str:
        if cell not in allowed:
            raise InvalidValue(expected="one of " + ", ".join(allowed), found=repr(cell))
        return cell

    return check


_STATUS, _MODE = _one_of(*LicenseStatus), _one_of(*SupervisionMode)
_READ: Mapping[str, Callable[[str], Any]] = {
    "type": profession_id,
    "state": state_code,
    "status": lambda cell: LicenseStatus(_STATUS(cell)),
    "mode": lambda cell: SupervisionMode(_MODE(cell)),
    "compact": lambda cell: _one_of(*licensing().compacts)(cell),
    "accredited": lambda cell: _one_of("yes", "no")(cell) == "yes",
    "service": service_id,
    **dict.fromkeys(DATES, parse_date),
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
