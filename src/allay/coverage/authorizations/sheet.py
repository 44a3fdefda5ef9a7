"""Reading authorizations from a CSV file, one row each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from allay.base.cells import last_day, member_of, yes_no
from allay.base.dates import Period, parse_date
from allay.base.errors import InvalidValue, NotFound, Problem
from allay.base.sheetrow import Sheet, SheetRow
from allay.base.tables import Readable, read_csv
from allay.base.vocabulary import service_id
from allay.coverage.authorizations.authorization import Authorization
from allay.coverage.authorizations.lifecycle import AuthorizationStage
from allay.coverage.codes.procedure import is_procedure

REQUIRED = ("authorization_id", "patient_id", "payer", "services", "status")
OPTIONAL = (
    "payer_type",
    "units_requested",
    "units_approved",
    "units_used",
    "from",
    "to",
    "requested_on",
    "requested_at",
    "decided_on",
    "urgent",
    "visits_per_week",
    "units_per_visit",
    "answer_days",
)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_PACE = re.compile(r"\d{1,3}(\.\d{1,4})?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class AuthorizationFile:
    """What was read; `problems` is empty unless wrong rows were left out."""

    authorizations: tuple[Authorization, ...]
    problems: tuple[Problem, ...] = ()


def read_authorizations(
    source: Readable, *, on_invalid: Literal["raise", "flag"] = "raise", name: str | None = None
) -> AuthorizationFile:
    """Read authorizations.

    Columns: `authorization_id`, `patient_id`, `payer`, `services` (ids or billing codes, separated by `;`),
    `status` (a stage), and perhaps `payer_type`, `units_requested`, `units_approved`, `units_used`, `from`,
    `to` (the last day covered), `requested_on`, `requested_at` (day and time), `decided_on`, `urgent` (`yes`
    or `no`), `visits_per_week`, `units_per_visit`, `answer_days` (calendar days agreed with the payer). Other
    columns are let be.

    Parameters
    ----------
    source : path or binary stream
    on_invalid : {'raise', 'flag'}
        Refuse the file, or leave wrong rows out and list their problems.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        Every cell that is wrong, with its line. More used than approved is no fault of the file: it is kept,
        and shown first.

    Examples
    --------
    >>> import io
    >>> head = b"authorization_id,patient_id,payer,services,status,units_approved,units_used\\n"
    >>> file = read_authorizations(io.BytesIO(head + b"A1,p1,plan,acupuncture;yoga,approved,12,4\\n"))
    >>> file.authorizations[0].services, file.authorizations[0].left
    (('acupuncture', 'yoga'), 8)
    """
    table = read_csv(source, columns=REQUIRED, optional=OPTIONAL, name=name)
    sheet = Sheet(table)
    found: dict[str, Authorization] = {}
    for row in sheet:
        made = _row(row)
        if made is not None and made.id in found:
            row.wrong("authorization_id", "an id of its own")
        elif made is not None:
            found[made.id] = made
    if on_invalid == "raise":
        sheet.refuse()
    return AuthorizationFile(tuple(found.values()), sheet.problems)


def _row(row: SheetRow) -> Authorization | None:
    taken: dict[str, Any] = {}
    for column in (*REQUIRED, *OPTIONAL):
        if column in REQUIRED and not row.cell(column):
            row.wrong(column, "a value")
        elif row.cell(column):
            taken[column] = row.must(column, _READ.get(column, str), otherwise=None)
    for column, expected in _contradictions(taken):
        if column in row.cells and column not in row.wrong_columns:
            row.wrong(column, expected)
    return _made(taken) if row.sound else None


def _contradictions(taken: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What single cells cannot show: days in the wrong order, a stage without what it needs."""
    stage, start, last = taken.get("status"), taken.get("from"), taken.get("to")
    asked, at, decided = taken.get("requested_on"), taken.get("requested_at"), taken.get("decided_on")
    found = []
    if start and last and last < start:
        found.append(("to", f"a last day not before {start}"))
    if last and not start:
        found.append(("from", "the first day, there being a last one"))
    if asked and decided and decided < asked:
        found.append(("decided_on", f"a day not before the request of {asked}"))
    if at and asked and at.date() != asked:
        found.append(("requested_at", f"a moment of the day of the request, {asked}"))
    if stage in (
        AuthorizationStage.DRAFT,
        AuthorizationStage.REQUESTED,
        AuthorizationStage.PENDED,
    ) and taken.get("units_used"):
        found.append(("units_used", f"nothing or 0 where the stage is {stage.value}"))
    return found


def _made(taken: Mapping[str, Any]) -> Authorization:
    start, last, at = taken.get("from"), taken.get("to"), taken.get("requested_at")
    end = None if last is None else last + dt.timedelta(days=1)
    return Authorization(
        taken["authorization_id"],
        taken["patient_id"],
        taken["payer"],
        taken["services"],
        taken["status"],
        taken.get("payer_type", ""),
        taken.get("units_requested"),
        taken.get("units_approved"),
        taken.get("units_used", 0),
        None if start is None else Period(start, end),
        taken.get("requested_on") or (at.date() if at else None),
        at,
        taken.get("decided_on"),
        taken.get("urgent", False),
        taken.get("visits_per_week"),
        taken.get("units_per_visit", 1),
        taken.get("answer_days"),
    )


def _whole(cell: str) -> int:
    if not _WHOLE.fullmatch(cell):
        raise InvalidValue(expected="a whole number of at least 0", found=repr(cell))
    return int(cell)


def _per_visit(cell: str) -> int:
    if _whole(cell) < 1:
        raise InvalidValue(expected="a whole number of at least 1", found=repr(cell))
    return int(cell)


def _pace(cell: str) -> Fraction:
    if not _PACE.fullmatch(cell):
        raise InvalidValue(expected="visits a week, such as 2 or 0.5", found=repr(cell))
    return Fraction(cell)


def _moment(cell: str) -> dt.datetime:
    expected = "a day and time, as 2026-03-02T14:30"
    if not _MOMENT.fullmatch(cell):
        raise InvalidValue(expected=expected, found=repr(cell))
    try:
        return dt.datetime.fromisoformat(cell)
    except ValueError:
        raise InvalidValue(expected=expected, found=repr(cell)) from None


def _services(cell: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in cell.split(";"))
    if not all(parts):
        raise InvalidValue(expected="services separated by ;", found=repr(cell))
    for part in parts:
        if not is_procedure(part):
            _known_service(part)
    return parts


def _known_service(name: str) -> None:
    try:
        service_id(name)
    except NotFound as unknown:
        raise InvalidValue(expected=f"ids of services or billing codes ({unknown})", found=name) from None


_READ: Mapping[str, Callable[[str], Any]] = {
    "services": _services,
    "status": member_of(AuthorizationStage),
    **dict.fromkeys(("units_requested", "units_approved", "units_used", "answer_days"), _whole),
    **dict.fromkeys(("from", "requested_on", "decided_on"), parse_date),
    "to": last_day,
    "requested_at": _moment,
    "urgent": yes_no,
    "visits_per_week": _pace,
    "units_per_visit": _per_visit,
}
