"""Who answers safety alerts at a moment: the rule itself, on plain values."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, time

# A time field knows no 24:00, so a shift that ends at 23:59 runs to the end of the day.
TO_MIDNIGHT = time(23, 59)


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of one weekday (ISO: Monday is 1) with a named owner and perhaps a deputy."""

    weekday: int
    starts: time
    ends: time
    owner_id: int
    deputy_id: int | None = None

    def covers(self, local: datetime) -> bool:
        """Whether a local wall-clock time lies in the shift: its start belongs to it, its end does not."""
        clock = local.time().replace(tzinfo=None)
        before_end = clock < self.ends or self.ends >= TO_MIDNIGHT
        return local.isoweekday() == self.weekday and self.starts <= clock and before_end


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers now, and who takes over when they do not."""

    owner_id: int
    deputy_id: int | None = None


def duty_at(shifts: Iterable[Shift], *, absent: Set[int], local: datetime) -> Duty | None:
    """Who is on duty at a local time; nobody outside the hours or with both away.

    Parameters
    ----------
    shifts : the week's shifts
    absent : ids of people who are away that day or may no longer act
    local : the moment on the program's clock

    Examples
    --------
    >>> monday = Shift(1, time(8), time(17), owner_id=1, deputy_id=2)
    >>> at = datetime(2026, 11, 23, 10)
    >>> duty_at([monday], absent=set(), local=at)
    Duty(owner_id=1, deputy_id=2)
    >>> duty_at([monday], absent={1}, local=at)
    Duty(owner_id=2, deputy_id=None)
    >>> duty_at([monday], absent={1, 2}, local=at) is None
    True
    """
    for shift in sorted(shifts, key=lambda shift: (shift.weekday, shift.starts)):
        if not shift.covers(local):
            continue
        deputy = shift.deputy_id if shift.deputy_id not in absent else None
        if shift.owner_id not in absent:
            return Duty(shift.owner_id, deputy)
        if deputy is not None:
            return Duty(deputy)
    return None


def overlapping(shift: Shift, others: Iterable[Shift]) -> Shift | None:
    """The first of the others that shares time with a shift."""
    for other in others:
        if other.weekday == shift.weekday and shift.starts < other.ends and other.starts < shift.ends:
            return other
    return None
