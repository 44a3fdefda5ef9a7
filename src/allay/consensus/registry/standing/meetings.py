"""When a workgroup meets: the days of its monthly slots, and the meetings the registry knows of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from allay.base.documents import Strict
from allay.consensus.registry.registry import Registry
from allay.consensus.registry.workgroup import Workgroup


class MeetingRow(Strict):
    """A day on which a workgroup meets.

    Attributes
    ----------
    status : {"by slot", "planned", "held", "canceled"}
        Only computed from the monthly slot, or said by an entry of the registry.
    slot : str, optional
        The monthly slot that gives the day.
    meeting : str, optional
        Id of the entry.
    """

    on: dt.date
    until: dt.date
    status: Literal["by slot", "planned", "held", "canceled"]
    slot: str | None = None
    time: str | None = None
    meeting: str | None = None
    title: str
    place: str | None = None


class MeetingList(Strict):
    """When a workgroup meets within some days; the result of `registry meetings`."""

    allay_version: str
    workgroup: str
    name: str
    first: dt.date
    last: dt.date
    synthetic: bool
    meetings: tuple[MeetingRow, ...]


def meetings_of(
    registry: Registry, workgroup: str, *, first: dt.date, last: dt.date, allay_version: str
) -> MeetingList:
    """Return when a workgroup meets from `first` to `last`, both included.

    An entry of the registry on a day of a slot takes its place. The cost grows with the months between.

    Parameters
    ----------
    workgroup : str
        By its id or any name it has or had.

    Raises
    ------
    NotFound
        When there is no such workgroup.
    InvalidValue
        When `last` is before `first`, or more than 50 years off.

    Examples
    --------
    >>> from allay.consensus.registry.reading import read_registry
    >>> from allay.consensus.registry.seed import FIELD
    >>> found = meetings_of(read_registry(FIELD), "Improving Access to Quality Pain Care",
    ...     first=dt.date(2026, 12, 1), last=dt.date(2027, 1, 31), allay_version="1")
    >>> [str(one.on) for one in found.meetings]
    ['2026-12-15', '2027-01-19']
    """
    group = registry.workgroup(workgroup)
    entered = {row.on: row for row in _entered(registry, group) if row.until >= first and row.on <= last}
    computed = {row.on: row for row in _computed(group, first, last)}
    rows = []
    for day in sorted({*entered, *computed}):
        row = entered.get(day) or computed[day]
        if day in entered and day in computed:
            row = row.model_copy(update={"slot": computed[day].slot, "time": computed[day].time})
        rows.append(row)
    return MeetingList(
        allay_version=allay_version,
        workgroup=group.id,
        name=group.name,
        first=first,
        last=last,
        synthetic=bool({"workgroups", "meetings"} & registry.synthetic),
        meetings=tuple(rows),
    )


def _computed(group: Workgroup, first: dt.date, last: dt.date) -> Iterator[MeetingRow]:
    for slot in group.slots:
        for day in slot.dates(first, last):
            yield MeetingRow(
                on=day, until=day, status="by slot", slot=slot.day, time=slot.time, title=group.name
            )


def _entered(registry: Registry, group: Workgroup) -> Iterator[MeetingRow]:
    for one in registry.meetings:
        if one.workgroup is not None and registry.find("workgroups", one.workgroup) == group.id:
            yield MeetingRow(
                on=one.on,
                until=one.until or one.on,
                status=one.status,
                meeting=one.id,
                title=one.title,
                place=one.place,
            )
