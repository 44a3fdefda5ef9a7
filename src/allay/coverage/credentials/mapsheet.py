"""Reading a license map from CSV: the shipped one, or a user's own that replaces rows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from allay.base.cells import member_of, one_of
from allay.base.dates import parse_date
from allay.base.errors import InvalidValue
from allay.base.fact import UNKNOWN, Fact, FactValue, Reference
from allay.base.sheetrow import Sheet, SheetRow
from allay.base.status import MARKS, Status
from allay.base.tables import Readable, read_csv
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
    sheet = Sheet(table)
    rows: dict[MapKey, list[tuple[SheetRow, FactValue]]] = {}
    for row in sheet:
        made = _row(row, sources)
        if made is not None:
            rows.setdefault(made[0], []).append((row, made[1]))
    facts = {}
    for key, entries in rows.items():
        try:
            values = tuple(value for _, value in entries)
            label = f"{key[2].value.replace('_', ' ')} of {key[1].replace('_', ' ')}, {key[0]}"
            facts[key] = Fact(values[0].fact, label, "text", {}, values)
        except InvalidValue as wrong:
            entries[-1][0].wrong("effective_from", wrong.expected, wrong.found)
    sheet.refuse()
    return LicenseMap(facts)


def _row(row: SheetRow, sources: Mapping[str, Reference] | None) -> tuple[MapKey, FactValue] | None:
    state = row.must("state", state_code, otherwise="")
    profession = row.must("profession", profession_id, otherwise="")
    topic = row.must("topic", member_of(Topic), otherwise=None)
    status = row.must("status", member_of(Status), otherwise=None)
    start, end = (row.maybe(each, parse_date) for each in ("effective_from", "effective_to"))
    recorded = row.must("recorded_on", parse_date, otherwise=None)
    value = topic and row.must("value", one_of(VALUES[topic]), otherwise=None)
    read_source = _reference(row, status, sources) if status else None
    source = read_source and row.must("source", read_source, otherwise=None)
    if not (row.sound and topic and status and recorded and value and source):
        return None
    try:
        found = FactValue(
            fact=f"{topic.value}.{state.lower()}.{profession}",
            unit="text",
            value=UNKNOWN if value == UNKNOWN.value else value,
            effective_from=start or OPEN_START,
            effective_to=end,
            recorded_on=recorded,
            last_confirmed_on=recorded,
            status=status,
            references=(source,),
        )
    except InvalidValue as wrong:
        column = "effective_to" if "effective_to" in wrong.expected else "status"
        row.wrong(column, wrong.expected, wrong.found)
        return None
    return (state, profession, topic), found


def _reference(
    row: SheetRow, status: Status, sources: Mapping[str, Reference] | None
) -> Callable[[str], Reference]:
    href, locator = row.cell("href") or None, row.cell("locator") or None

    def read(cell: str) -> Reference:
        if not cell:
            raise InvalidValue(expected="where it is written", found="nothing")
        if sources is None:
            return Reference(cell, _SEEN_AS[status], href, locator)
        known = sources[one_of(sources)(cell)]
        best = MARKS[known.seen_as]
        if status.rank < best.rank:
            raise InvalidValue(expected=f"a source seen well enough for {status.value}", found=best.value)
        return Reference(known.title, known.seen_as, known.href, locator)

    return read
