"""Reading a license map from CSV: the shipped one, or a user's own that replaces rows of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allay.base.dates import parse_date
from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.fact import UNKNOWN, Fact, FactValue, Reference
from allay.base.status import MARKS, Status
from allay.base.tables import CsvTable, Readable, read_csv
from allay.base.vocabulary import profession_id
from allay.coverage.credentials.license_map import OPEN_START, VALUES, LicenseMap, MapKey, Topic
from allay.coverage.credentials.states import state_code

SHIPPED = Path(__file__).parents[1] / "data" / "licensing" / "licensing.csv"
COLUMNS = (
    "state",
    "profession",
    "topic",
    "value",
    "effective_from",
    "effective_to",
    "recorded_on",
    "status",
    "source",
)
OPTIONAL = ("locator", "href")
# How a source of a user's own map counts as seen, from the status the user gives its row.
_SEEN_AS = {
    Status.VERIFIED: "S1",
    Status.CONTRACT: "contract",
    Status.SECONDARY: "S2",
    Status.DERIVED: "J",
    Status.MEMORY: "M",
    Status.SYNTHETIC: "synthetic",
    Status.UNKNOWN: "M",
}


def read_license_map(
    source: Readable, *, sources: Mapping[str, Reference] | None = None, name: str | None = None
) -> LicenseMap:
    """Read a license map.

    One row per state, profession and topic, and more where the answer changed: columns `state`,
    `profession`, `topic`, `value`, `effective_from` (blank: not recorded when it began), `effective_to` (the
    first day it no longer holds), `recorded_on`, `status`, `source`, and perhaps `locator` and `href`.

    Parameters
    ----------
    source : path or binary stream
    sources : mapping, optional
        The sources that the column `source` points to. Without it, the column holds titles.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        Every cell that is wrong, rows that contradict each other, a status stronger than its source.

    Examples
    --------
    >>> import io
    >>> head = b"state,profession,topic,value,effective_from,effective_to,recorded_on,status,source\\n"
    >>> row = b"DC,physical_therapist,license,licensed,,,2026-12-01,verified,Board of physical therapy\\n"
    >>> ours = read_license_map(io.BytesIO(head + row))
    >>> ours.facts["DC", "physical_therapist", Topic.LICENSE].latest.value
    'licensed'
    """
    table = read_csv(source, columns=COLUMNS, optional=OPTIONAL, others="refuse", name=name)
    problems: list[Problem] = []
    rows: dict[MapKey, list[tuple[int, FactValue]]] = {}
    for index, cells in enumerate(table.frame.to_dicts()):
        made = _row(table, index, cells, sources, problems)
        if made is not None:
            rows.setdefault(made[0], []).append((index, made[1]))
    facts = {}
    for key, entries in rows.items():
        try:
            values = tuple(value for _, value in entries)
            label = f"{key[2].value.replace('_', ' ')} of {key[1].replace('_', ' ')}, {key[0]}"
            facts[key] = Fact(values[0].fact, label, "text", {}, values)
        except InvalidValue as wrong:
            problems.append(
                table.problem(entries[-1][0], "effective_from", expected=wrong.expected, found=wrong.found)
            )
    if problems:
        raise InvalidInput(sorted(problems, key=lambda problem: int(problem.at)))
    return LicenseMap(facts)


def _row(
    table: CsvTable,
    index: int,
    cells: dict[str, Any],
    sources: Mapping[str, Reference] | None,
    problems: list[Problem],
) -> tuple[MapKey, FactValue] | None:
    found: dict[str, Any] = {}

    def take(column: str, convert: Any) -> None:
        try:
            found[column] = convert(cells[column])
        except InvalidValue as wrong:
            problems.append(table.problem(index, column, expected=wrong.expected))
        except NotFound as missing:
            problems.append(table.problem(index, column, expected=f"a known one ({missing})"))

    take("state", lambda cell: state_code(cell or ""))
    take("profession", lambda cell: profession_id(cell or ""))
    take("topic", lambda cell: Topic(_one_of(cell, tuple(Topic))))
    take("status", lambda cell: Status(_one_of(cell, tuple(Status))))
    take("effective_from", lambda cell: OPEN_START if cell is None else parse_date(cell))
    take("effective_to", lambda cell: None if cell is None else parse_date(cell))
    take("recorded_on", lambda cell: parse_date(cell or ""))
    if "topic" in found:
        take("value", lambda cell: _one_of(cell, VALUES[found["topic"]]))
    if "status" in found:
        take("source", lambda cell: _reference(cell, cells, found["status"], sources))
    if len(found) < len(COLUMNS):
        return None
    key: MapKey = (found["state"], found["profession"], found["topic"])
    try:
        return key, _value(key, found)
    except InvalidValue as wrong:
        column = "effective_to" if "effective_to" in wrong.expected else "status"
        problems.append(table.problem(index, column, expected=wrong.expected, found=wrong.found))
        return None


def _value(key: MapKey, found: dict[str, Any]) -> FactValue:
    recorded: dt.date = found["recorded_on"]
    return FactValue(
        fact=f"{key[2].value}.{key[0].lower()}.{key[1]}",
        unit="text",
        value=UNKNOWN if found["value"] == UNKNOWN.value else found["value"],
        effective_from=found["effective_from"],
        effective_to=found["effective_to"],
        recorded_on=recorded,
        last_confirmed_on=recorded,
        status=found["status"],
        references=(found["source"],),
    )


def _reference(
    cell: str | None, cells: dict[str, Any], status: Status, sources: Mapping[str, Reference] | None
) -> Reference:
    if cell is None:
        raise InvalidValue(expected="where it is written", found="nothing")
    if sources is None:
        return Reference(cell, _SEEN_AS[status], cells.get("href"), cells.get("locator"))
    if cell not in sources:
        raise InvalidValue(expected="one of the sources " + ", ".join(sources), found=repr(cell))
    known = sources[cell]
    best = MARKS[known.seen_as]
    if status.rank < best.rank:
        raise InvalidValue(expected=f"a source seen well enough for {status.value}", found=best.value)
    return Reference(known.title, known.seen_as, known.href, cells.get("locator"))


def _one_of(cell: str | None, allowed: tuple[str, ...]) -> str:
    if cell is None or cell not in allowed:
        raise InvalidValue(expected="one of " + ", ".join(allowed), found=repr(cell))
    return cell
