"""Reading credentials from CSV (one row per record, with its `kind`) or from JSON with the same names."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from allay.base.documents import Strict, read_json
from allay.base.errors import Problem
from allay.base.sheetrow import Sheet, SheetRow
from allay.base.sources import Readable, read_bytes
from allay.base.tables import read_csv
from allay.coverage.credentials.contradictions import contradictions
from allay.coverage.credentials.records import Credentials, Record, gather
from allay.coverage.credentials.row import COLUMNS, COMMON, read_record

__all__ = ["CredentialFile", "CredentialsFile", "read_credentials"]


class CredentialEntry(Strict):
    """One record in a JSON file of credentials; which keys it needs hangs on its kind."""

    practitioner: str
    kind: str
    type: str | None = None
    state: str | None = None
    status: str | None = None
    number: str | None = None
    compact: str | None = None
    payer: str | None = None
    network: str | None = None
    level: str | None = None
    accredited: str | None = None
    whom: str | None = None
    mode: str | None = None
    service: str | None = None
    setting: str | None = None
    from_: dt.date | None = Field(None, alias="from")
    to: dt.date | None = None
    recorded_on: dt.date | None = None


class CredentialsFile(Strict):
    """A JSON file of credentials."""

    credentials: tuple[CredentialEntry, ...]


@dataclass(frozen=True, slots=True)
class CredentialFile:
    """What was read; `problems` is empty unless wrong rows were left out."""

    credentials: Credentials
    problems: tuple[Problem, ...] = ()


def read_credentials(
    source: Readable,
    *,
    on_invalid: Literal["raise", "flag"] = "raise",
    name: str | None = None,
) -> CredentialFile:
    """Read licenses, privileges, enrollments, degrees and agreements of supervision.

    Columns: `practitioner`, `kind` (`license`, `privilege`, `enrollment`, `degree`, `supervision`, or
    `profession` to state one), and those the kind needs: `type` (a profession), `state`, `status`, `number`,
    `compact`, `payer`, `network`, `level`, `accredited` (`yes` or `no`), `whom`, `mode` (`in_suite`,
    `on_site`, `video`, `phone`, `general`), `service`, `setting`, `from`, `to` (the last day it is valid),
    `recorded_on`. In JSON: ``{"credentials": [{...}]}`` with the same names.

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
        Every cell that is wrong, and licenses that contradict each other.

    Examples
    --------
    >>> head = b"practitioner,kind,type,state,status,from,to\\n"
    >>> row = b"p1,license,acupuncturist,VT,active,2024-01-01,2026-12-31\\n"
    >>> file = read_credentials(io.BytesIO(head + row))
    >>> file.credentials.get("p1").licenses[0].period.last
    datetime.date(2026, 12, 31)
    """
    data, label = read_bytes(source, name=name)
    is_json = data.lstrip()[:1] in (b"{", b"[")
    sheet = _json_sheet(data, label) if is_json else _csv_sheet(data, label)
    placed: list[tuple[Record, SheetRow]] = []
    professions: dict[str, str] = {}
    for row in sheet:
        made = read_record(row)
        if isinstance(made, tuple):
            if professions.setdefault(*made) != made[1]:
                row.wrong("type", f"one profession of {made[0]}: {professions[made[0]]}")
        elif made is not None:
            placed.append((made, row))
    wrong = contradictions(placed)
    if on_invalid == "raise":
        sheet.refuse()
    kept = [record for place, (record, _) in enumerate(placed) if place not in wrong]
    return CredentialFile(gather(kept, professions=professions), sheet.problems)


def _csv_sheet(data: bytes, name: str) -> Sheet:
    table = read_csv(io.BytesIO(data), columns=COMMON, optional=COLUMNS[2:], others="refuse", name=name)
    return Sheet(table)


def _json_sheet(data: bytes, name: str) -> Sheet:
    file = read_json(io.BytesIO(data), CredentialsFile, name=name)
    given = (entry.model_dump(by_alias=True).items() for entry in file.credentials)
    cells = ({key: None if value is None else str(value) for key, value in items} for items in given)
    return Sheet.of_entries(name, "/credentials", cells)
