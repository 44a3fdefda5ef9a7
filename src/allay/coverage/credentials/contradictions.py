"""Licenses that cannot both be true."""

from __future__ import annotations

from collections.abc import Sequence

from allay.base.sheetrow import SheetRow
from allay.coverage.credentials.license_map import OPEN_START
from allay.coverage.credentials.records import License, Record, as_known


def contradictions(rows: Sequence[tuple[Record, SheetRow]]) -> set[int]:
    """Note as wrong licenses of one practitioner, profession and state that differ in status on one day.

    A row recorded later with the same first day corrects an earlier one and is no contradiction. One pass
    over the licenses of each practitioner, profession and state in order of their first day.

    Returns
    -------
    set of int
        The place of the later row of each pair.

    Examples
    --------
    >>> contradictions([])
    set()
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for index, (record, _) in enumerate(rows):
        if isinstance(record, License):
            key = (record.practitioner, record.profession, record.state)
            groups.setdefault(key, []).append(index)
    found: set[int] = set()
    for places in groups.values():
        found |= _in_group({place: rows[place] for place in places})
    return found


def _in_group(rows: dict[int, tuple[Record, SheetRow]]) -> set[int]:
    licenses = {place: record for place, (record, _) in rows.items() if isinstance(record, License)}
    current = {id(record) for record in as_known(licenses.values())}
    places = sorted(licenses, key=lambda place: (licenses[place].period.start, place))
    found: set[int] = set()
    seen: dict[tuple[tuple[str, ...], object], int] = {}
    kept: list[int] = []
    for place in places:
        record = licenses[place]
        twin = seen.setdefault((record.key, record.recorded_on or OPEN_START), place)
        if twin != place and licenses[twin] != record:
            found.add(place)
            _say(rows[place][1], record, licenses[twin])
        elif id(record) in current:
            other = next((licenses[p] for p in reversed(kept) if _clash(licenses[p], record)), None)
            if other is not None:
                found.add(place)
                _say(rows[place][1], record, other)
            kept.append(place)
    return found


def _clash(one: License, other: License) -> bool:
    return one.status is not other.status and one.period.overlap(other.period) is not None


def _say(row: SheetRow, record: License, other: License) -> None:
    what = f"{record.profession} of {record.practitioner} in {record.state}"
    expected = f"one status of the license as {what} for each day ({other.status.value} {other.period})"
    row.wrong("status", expected, f"{record.status.value} {record.period}")
