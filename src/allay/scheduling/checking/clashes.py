"""Nobody is in two places at a time: everything somebody does, sorted and swept."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass

from allay.scheduling.checking.casebook import Casebook, said
from allay.scheduling.checking.sessions import first_slot_end
from allay.scheduling.plan.plan import Session


@dataclass(frozen=True, slots=True)
class _Occupancy:
    start: dt.datetime
    end: dt.datetime
    where: str
    as_second: bool = False


Line = defaultdict[str, list[_Occupancy]]


def check_clashes(book: Casebook) -> None:
    """Check that practitioners, patients and rooms have one thing at a time; n log n.

    Each thing is compared with that before it which lasts longest, so a thing that overlaps any other is
    found, and said once.
    """
    practitioners: Line = defaultdict(list)
    patients: Line = defaultdict(list)
    rooms: Line = defaultdict(list)
    _sessions(book, practitioners, patients, rooms)
    for meeting in book.meetings:
        occupied = _Occupancy(meeting.start, book.end(meeting), said(meeting))
        practitioners[meeting.lead].append(occupied)
        rooms[meeting.room].append(occupied)
        for patient in book.attending(meeting):
            patients[patient].append(occupied)
    _sweep(book, "practitioner.twice", practitioners)
    _sweep(book, "patient.twice", patients)
    _sweep(book, "room.twice", rooms)
    _ratios(book)


def _sessions(book: Casebook, practitioners: Line, patients: Line, rooms: Line) -> None:
    for one in book.sessions:
        occupied = _Occupancy(one.start, book.end(one), said(one))
        practitioners[one.lead].append(occupied)
        patients[book.series[one.series].patient].append(occupied)
        if one.room is not None:
            rooms[one.room].append(occupied)
        linked = book.service_of(one).linked
        if linked is not None and one.second not in (None, one.lead) and linked.presence != "general":
            end = first_slot_end(book, one) if linked.presence == "start" else book.end(one)
            practitioners[str(one.second)].append(_Occupancy(one.start, end, said(one), as_second=True))


def _sweep(book: Casebook, rule: str, lines: Line) -> None:
    for name in sorted(lines):
        longest: _Occupancy | None = None
        for one in sorted(lines[name], key=lambda each: (each.start, each.end, each.where)):
            if longest is not None and one.start < longest.end:
                second = one.as_second or longest.as_second
                text = f"{name} has also {longest.where}, until {longest.end:%H:%M}"
                book.add("linked.presence" if second else rule, one.where, text)
            if longest is None or one.end > longest.end:
                longest = one


def _ratios(book: Casebook) -> None:
    """Count the linked sessions of each second that run at one moment; each keeps its own ratio."""
    linked: dict[str, list[Session]] = defaultdict(list)
    for one in book.sessions:
        if one.second is not None and book.service_of(one).linked is not None:
            linked[one.second].append(one)
    for second in sorted(linked):
        running: list[tuple[dt.datetime, int]] = []
        ratios: Counter[int] = Counter()
        for one in linked[second]:  # in order of time
            while running and running[0][0] <= one.start:
                ratios[heapq.heappop(running)[1]] -= 1
            service = book.service_of(one)
            ratio = service.linked.max_ratio if service.linked else 1
            heapq.heappush(running, (book.end(one), ratio))
            ratios[ratio] += 1
            most = min(each for each, times in ratios.items() if times)
            if len(running) > most:
                text = f"{second} has {len(running)} linked sessions at {one.start:%H:%M}, not {most}"
                book.add("linked.ratio", said(one), text)
