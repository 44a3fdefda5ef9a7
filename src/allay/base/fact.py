"""A fact: a value from outside with its unit, its dates, how sure we are, and where it comes from.

Two clocks run. *Effective* dates say when the value holds in the world; the *recorded* date says when we
knew it. A mistake is never edited: a row for the same period with a later recorded date takes its place,
and whoever asks "as known on" an earlier day still gets the earlier answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import Final, Literal, NoReturn, Protocol, TypeAlias, TypeVar

from allay.base.dates import AsOf, holds_on
from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status


class Unknown(Enum):
    """The type of `UNKNOWN`: somebody looked, and the sources do not settle it.

    It is neither true nor false and no number, so code that forgets about it fails instead of guessing.
    """

    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        raise InvalidValue(expected="a test `is UNKNOWN` first", found="the truth of a value nobody knows")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

Value: TypeAlias = bool | int | Decimal | str | tuple[str, ...] | Literal[Unknown.UNKNOWN]
ScopeValue: TypeAlias = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value comes from.

    Parameters
    ----------
    title : str
        Name of the text, as one would cite it.
    seen_as : str
        Evidence mark: how the text was seen (`allay.base.status.MARKS`).
    href : str, optional
        Where it can be read.
    locator : str, optional
        Section, table or page; no quotation.
    reviewer : str, optional
        Who compared the value with the text.
    """

    title: str
    seen_as: str
    href: str | None = None
    locator: str | None = None
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class FactValue:
    """What a fact says for some days, as recorded on one day.

    An empty span (`effective_to` equal to `effective_from`) withdraws an earlier row: it never applied.
    """

    fact: str
    unit: str
    value: Value
    effective_from: dt.date
    effective_to: dt.date | None
    recorded_on: dt.date
    last_confirmed_on: dt.date | None
    status: Status
    references: tuple[Reference, ...]

    def __post_init__(self) -> None:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            expected = f"an effective_to on or after {self.effective_from}"
            raise InvalidValue(expected=expected, found=str(self.effective_to))
        if not self.references:
            raise InvalidValue(expected=f"at least one reference for {self.fact}", found="none")
        if (self.value is UNKNOWN) is not (self.status is Status.UNKNOWN):
            expected = "the status unknown with the value unknown, and only with it"
            raise InvalidValue(expected=expected, found=f"{self.value!r} with {self.status.value}")

    @property
    def known(self) -> bool:
        """Whether there is an answer."""
        return self.value is not UNKNOWN

    @property
    def number(self) -> int | Decimal:
        """The value, where it is a number.

        Raises
        ------
        NotFound
            When the value is unknown.
        InvalidValue
            When it is not a number.
        """
        if self.value is UNKNOWN:
            titles = "; ".join(reference.title for reference in self.references)
            raise NotFound(f"{self.fact} is unknown on {self.effective_from}: not settled by {titles}")
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            raise InvalidValue(expected=f"{self.fact} to be a number", found=repr(self.value))
        return self.value

    @property
    def texts(self) -> tuple[str, ...]:
        """The value, where it is a list of texts; nothing where it is anything else."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def version(self) -> str:
        """Name of exactly this row, for results to carry.

        It is the id, the first day it holds and the day it was recorded.
        """
        return f"{self.fact}@{self.effective_from}/{self.recorded_on}"

    @property
    def span(self) -> str:
        """The days it holds, for messages."""
        if self.effective_to is None:
            return f"from {self.effective_from}"
        return f"from {self.effective_from} to before {self.effective_to}"

    def covers(self, day: dt.date) -> bool:
        """Whether the value holds on that day."""
        return holds_on(day, self.effective_from, self.effective_to)

    def overlaps(self, other: FactValue) -> bool:
        """Whether some day is covered by both."""
        start = max(self.effective_from, other.effective_from)
        return self.covers(start) and other.covers(start)


@dataclass(frozen=True, slots=True)
class Fact:
    """One number, code list or answer from outside, with all its rows.

    Rows are in order of `effective_from`, then `recorded_on`.

    Examples
    --------
    >>> source = (Reference(title="Fee rule", seen_as="S1", href="https://example.org/rule"),)
    >>> def row(value, start, end, recorded):
    ...     days = [d and dt.date.fromisoformat(d) for d in (start, end, recorded)]
    ...     return FactValue("us.fee", "usd", value, *days, days[2], Status.VERIFIED, source)
    >>> fee = Fact("us.fee", "A fee", "usd", {}, (
    ...     row(20, "2024-01-01", "2025-01-01", "2024-02-01"),
    ...     row(25, "2025-01-01", None, "2024-12-01"),
    ...     row(26, "2025-01-01", None, "2025-03-01"),
    ... ))
    >>> fee.on(dt.date(2025, 6, 1)).value, fee.on(dt.date(2025, 6, 1), known_on=dt.date(2025, 2, 1)).value
    (26, 25)
    """

    id: str
    label: str
    unit: str
    scope: Mapping[str, ScopeValue]
    values: tuple[FactValue, ...]

    def __post_init__(self) -> None:
        ordered = sorted(self.values, key=lambda row: (row.effective_from, row.recorded_on))
        object.__setattr__(self, "values", tuple(ordered))
        if not ordered:
            raise InvalidValue(expected=f"at least one value for {self.id}", found="none")
        if clash := find_clash(ordered):
            earlier, later = clash
            raise InvalidValue(
                expected=f"one value of {self.id} for each day",
                found=f"{earlier.version} ({earlier.span}) and {later.version} ({later.span})",
            )

    def on(self, day: dt.date, *, known_on: dt.date | None = None) -> FactValue:
        """Return the value that holds on `day`, as known on `known_on` (default: all that is recorded).

        Raises
        ------
        NotFound
            When nothing recorded covers the day; the message says which days are covered.
        """
        view = current(row for row in self.values if known_on is None or row.recorded_on <= known_on)
        for row in view:
            if row.covers(day):
                return row
        asked = f"{self.id} has no value on {day}"
        if not view:
            first = min(row.recorded_on for row in self.values)
            raise NotFound(f"{asked} as known on {known_on}: the first was recorded on {first}")
        as_known = "" if known_on is None else f" as known on {known_on}"
        raise NotFound(f"{asked}{as_known}; there is one " + ", ".join(row.span for row in view))

    def at(self, when: AsOf) -> FactValue:
        """Return `on` for both clocks of `when`."""
        return self.on(when.on, known_on=when.known_on)

    def require(self, day: dt.date, *, known_on: dt.date | None = None) -> FactValue:
        """Return the value that holds on `day`, where records begin later than what they tell.

        As `on`, but asked as known before the first row was recorded, the first record counts: the world
        knew its rules before somebody wrote them down here, and only corrections move with that clock.

        Raises
        ------
        NotFound
            When no row covers the day.

        Examples
        --------
        >>> source = (Reference(title="Fee rule", seen_as="S1", href="https://example.org/rule"),)
        >>> first, recorded = dt.date(2020, 1, 21), dt.date(2026, 11, 22)
        >>> row = FactValue("us.visits", "visits", 12, first, None, recorded, None, Status.VERIFIED, source)
        >>> Fact("us.visits", "Visits", "visits", {}, (row,)).require(first, known_on=first).value
        12
        """
        if known_on is not None:
            known_on = max(known_on, min(row.recorded_on for row in self.values))
        return self.on(day, known_on=known_on)

    def known(self, day: dt.date, *, known_on: dt.date | None = None) -> FactValue | None:
        """Return `require`, or None where no row covers the day.

        Examples
        --------
        >>> source = (Reference(title="Fee rule", seen_as="S1", href="https://example.org/rule"),)
        >>> first, recorded = dt.date(2020, 1, 21), dt.date(2026, 11, 22)
        >>> row = FactValue("us.visits", "visits", 12, first, None, recorded, None, Status.VERIFIED, source)
        >>> visits = Fact("us.visits", "Visits", "visits", {}, (row,))
        >>> visits.known(dt.date(2019, 12, 31)) is None, visits.known(first, known_on=first) == row
        (True, True)
        """
        try:
            return self.require(day, known_on=known_on)
        except NotFound:
            return None

    @property
    def latest(self) -> FactValue:
        """The row that starts last, for values that do not hang on a date of service."""
        return current(self.values)[-1]


class Recorded(Protocol):
    """Anything that was recorded on a day."""

    @property
    def recorded_on(self) -> dt.date: ...


R = TypeVar("R", bound=Recorded)


def newest_known(rows: Sequence[R], known_on: dt.date | None) -> R:
    """Return the row that was recorded last by a day of knowledge; before the first record, the first counts.

    Parameters
    ----------
    rows : sequence of Recorded
        At least one; all for the same thing and day.

    Examples
    --------
    >>> source = (Reference(title="Fee rule", seen_as="S1", href="https://example.org/rule"),)
    >>> first, second = dt.date(2026, 11, 22), dt.date(2026, 11, 29)
    >>> rows = [
    ...     FactValue("us.fee", "usd", value, first, None, recorded, None, Status.VERIFIED, source)
    ...     for value, recorded in [(20, first), (21, second)]
    ... ]
    >>> [newest_known(rows, day).value for day in (dt.date(2020, 1, 1), first, second, None)]
    [20, 20, 21, 21]
    """
    known = [row for row in rows if known_on is None or row.recorded_on <= known_on]
    if known:
        return max(known, key=lambda row: row.recorded_on)
    return min(rows, key=lambda row: row.recorded_on)


def current(rows: Iterable[FactValue]) -> list[FactValue]:
    """Drop rows that a later recorded one with the same first day has replaced, and withdrawn ones."""
    newest: dict[dt.date, FactValue] = {}
    for row in sorted(rows, key=lambda row: row.recorded_on):
        newest[row.effective_from] = row
    kept = (row for row in newest.values() if row.effective_to != row.effective_from)
    return sorted(kept, key=lambda row: row.effective_from)


def find_clash(rows: Iterable[FactValue]) -> tuple[FactValue, FactValue] | None:
    """Find two rows that give one day two answers at some day of knowledge, or None.

    A later recorded row replaces an earlier one only when both start on the same day. So a value that ends
    because another begins needs its own row with the end: nothing ends silently.
    """
    everything = list(rows)
    seen: dict[tuple[dt.date, dt.date], FactValue] = {}
    for row in everything:
        if (first := seen.setdefault((row.effective_from, row.recorded_on), row)) is not row:
            return first, row
    for known_on in sorted({row.recorded_on for row in everything}):
        view = current(row for row in everything if row.recorded_on <= known_on)
        for earlier, later in pairwise(view):
            if earlier.overlaps(later):
                return earlier, later
    return None
