"""Each series as a whole: complete, in its window, in order, apart, with whom; what is booked stays."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise

from allay.scheduling.checking.casebook import Casebook, said
from allay.scheduling.plan.plan import Session
from allay.scheduling.problem.care import Booking, Series


def check_series(book: Casebook) -> None:
    """Check every series; n log n in its sessions."""
    placed: dict[str, list[Session]] = defaultdict(list)
    for one in book.sessions:  # in order of time
        placed[one.series].append(one)
    unserved: dict[str, list[int]] = defaultdict(list)
    for lost in book.plan.unserved_sessions:
        unserved[lost.series].append(lost.number)
    for series in book.problem.series:
        _complete(book, series, placed[series.id], unserved[series.id])
        for one in placed[series.id]:
            _window(book, series, one)
        _order(book, series, placed[series.id])
    _bookings(book, placed)


def _complete(book: Casebook, series: Series, placed: list[Session], unserved: list[int]) -> None:
    where = f"series {series.id}"
    in_plan = Counter(one.number for one in placed)
    lost = Counter(unserved)
    for number in sorted({*in_plan, *lost, *range(1, series.sessions + 1)}):
        at = f"{where}, number {number}"
        if number > series.sessions:
            book.add("series.number", at, f"the series has {series.sessions} sessions")
        elif in_plan[number] + lost[number] == 0:
            book.add("series.missing", at, "neither in the plan nor among the unserved")
        if in_plan[number] > 1:
            book.add("series.twice", at, f"{in_plan[number]} times in the plan")
        if lost[number] > 1:
            book.add("unserved.twice", at, f"{lost[number]} times among the unserved")
        if in_plan[number] and lost[number]:
            book.add("unserved.served", at, "in the plan and among the unserved")


def _window(book: Casebook, series: Series, one: Session) -> None:
    first, last = book.span(series)
    day = one.start.date()
    if not first <= day <= last:
        book.add("series.window", said(one), f"the window is {first} to {last}")
    due = book.due_week(series, one.number)
    if book.week(day) < due:
        book.add("series.too_early", said(one), f"in week {book.week(day) + 1}, but due in week {due + 1}")


def _order(book: Casebook, series: Series, placed: list[Session]) -> None:
    gap = dt.timedelta(hours=series.min_gap_hours)
    for before, after in pairwise(placed):
        if before.number > after.number and before.start < after.start:
            book.add(
                "series.order", said(after), f"after number {before.number}, {before.start:%Y-%m-%d %H:%M}"
            )
        if after.start - before.start < gap:
            hours = (after.start - before.start) / dt.timedelta(hours=1)
            text = f"{hours:g} hours after number {before.number}, not {series.min_gap_hours}"
            book.add("series.gap", said(after), text)
    if series.continuity == "require":
        by_number = sorted(placed, key=lambda one: one.number)
        for one in by_number[1:]:
            if one.lead != by_number[0].lead:
                text = f"with {one.lead}; number {by_number[0].number} is with {by_number[0].lead}"
                book.add("series.continuity", said(one), text)


def _bookings(book: Casebook, placed: dict[str, list[Session]]) -> None:
    by_number = {(series, one.number): one for series, found in placed.items() for one in found}
    for booking in book.problem.bookings:
        where = f"series {booking.series}, number {booking.number}, booked {booking.start:%Y-%m-%d %H:%M}"
        found = by_number.get((booking.series, booking.number))
        if found is None:
            book.add("booking.missing", where, f"with {booking.lead}, but not in the plan")
        elif _kept(booking) != _kept(found):
            book.add("booking.moved", where, f"booked {_words(booking)}; in the plan {_words(found)}")


def _kept(one: Booking | Session) -> tuple[object, ...]:
    return one.start, one.lead, one.second, one.room, one.mode


def _words(one: Booking | Session) -> str:
    second = f" and {one.second}" if one.second else ""
    place = f"in {one.room}" if one.room else "without a room"
    return f"{one.start:%Y-%m-%d %H:%M} with {one.lead}{second} {place}, {one.mode}"
