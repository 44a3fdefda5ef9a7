"""Our own check of a transaction's structure, for guides that no map is at hand for.

It knows which segments must be there and how levels (HL) hang together; it is coarser than a guide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.interop.x12.envelope import Transaction
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.segments import Segment

FILE = resources.files("allay.interop") / "data" / "x12" / "structure.yaml"


class StructureSource(Strict):
    """What the structures were read from."""

    title: str
    href: str
    accessed: dt.date
    status: Status


class SectionRow(Strict):
    """What must stand between a segment that begins a section and the next section."""

    required: tuple[str, ...]


class LevelRow(SectionRow):
    """A level: under which others it may hang (an empty text: under none), and what it must hold."""

    under: tuple[str, ...]


class StructureRow(Strict):
    """The structure of one transaction."""

    header: tuple[str, ...]
    levels: dict[str, LevelRow] = {}
    sections: dict[str, SectionRow] = {}
    required: tuple[str, ...] = ()


class StructureFile(Strict):
    """The file of structures."""

    recorded_on: dt.date
    status: Status
    sources: tuple[StructureSource, ...]
    notes: str
    transactions: dict[str, StructureRow]


@cache
def structures() -> StructureFile:
    """Return the structures that ship.

    Examples
    --------
    >>> structures().status.value, "278" in structures().transactions
    ('derived', True)
    """
    return read_yaml(FILE, StructureFile)


def structure_findings(transaction: Transaction) -> list[X12Finding]:
    """Check one transaction of a known type; an unknown type is itself a finding."""
    rows = structures().transactions
    row = rows.get(transaction.type)
    first = transaction.segments[0]
    if row is None:
        known = ", ".join(sorted(rows))
        return [X12Finding("unknown_transaction", first.position, "ST01", f"one of {known}", "another")]
    found = list(_missing(transaction.body, row.required, first))
    # The header ends where the first level, claim or section begins.
    starts = [i for i, each in enumerate(transaction.body) if each.id == "HL" or each.id in row.sections]
    header = transaction.body[: starts[0]] if starts else transaction.body
    found += _missing(header, row.header, first)
    for place, start in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else len(transaction.body)
        segment, members = transaction.body[start], transaction.body[start + 1 : end]
        level = row.levels.get(segment[3]) if segment.id == "HL" else row.sections[segment.id]
        if level is not None:
            found += _missing(members, level.required, segment, loop=_section(segment))
    found += _levels([each for each in transaction.body if each.id == "HL"], row)
    return found


def _missing(
    members: Sequence[Segment], required: Sequence[str], start: Segment, *, loop: str = ""
) -> Iterator[X12Finding]:
    for wanted in required:
        if not any(_is(segment, wanted) for segment in members):
            name = wanted.replace("|", " or ")
            yield X12Finding("missing_segment", start.position, name, "this segment", "none", loop)


def _is(segment: Segment, wanted: str) -> bool:
    """Whether a segment is ``NM1*IL`` (id and first element) or one of ``SV1|SV2`` (ids)."""
    name, _, first = wanted.partition("*")
    return segment.id in name.split("|") and (not first or segment[1] == first)


def _section(segment: Segment) -> str:
    return f"HL {segment[3]}" if segment.id == "HL" else segment.id


def _levels(levels: Sequence[Segment], row: StructureRow) -> Iterator[X12Finding]:
    kinds: dict[str, str] = {}
    parents = {segment[2] for segment in levels}
    for number, segment in enumerate(levels, start=1):
        here, under, kind, children = segment[1], segment[2], segment[3], segment[4]

        def wrong(what: str, element: str, expected: str, at: int = segment.position) -> X12Finding:
            return X12Finding(what, at, element, expected, "another value")

        if here != str(number):
            yield wrong("hl_number", "HL01", f"levels numbered in order, here {number}")
        if kind not in row.levels:
            yield wrong("hl_level", "HL03", f"one of the levels {', '.join(row.levels)}")
        elif under and under not in kinds:
            yield wrong("hl_parent", "HL02", "the number of a level before")
        elif kinds.get(under, "") not in row.levels[kind].under:
            above = " or ".join(each or "no level" for each in row.levels[kind].under)
            yield wrong("hl_parent", "HL02", f"level {kind} under {above}")
        if children in ("0", "1") and (children == "1") != (here in parents):
            yield wrong("hl_children", "HL04", "1 with levels below, 0 without")
        kinds[here] = kind
