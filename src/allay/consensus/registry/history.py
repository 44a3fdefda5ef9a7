"""Histories of a status: what held on a day, and what goes backwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar


class DatedStatus(Protocol):
    """A row of a history: since when something has a status."""

    @property
    def on(self) -> dt.date:
        """The day."""

    @property
    def status(self) -> str:
        """The status since then."""

    @property
    def note(self) -> str | None:
        """Why, where that has to be said."""


C = TypeVar("C", bound=DatedStatus)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The statuses something goes through, in order, and those it ends with.

    Examples
    --------
    >>> ladder = Ladder(("open", "in progress"), ends=("done", "dropped"))
    >>> ladder.goes_back("in progress", "open"), ladder.goes_back("done", "in progress")
    (True, True)
    >>> ladder.goes_back("open", "done"), ladder.goes_back("done", "done")
    (False, False)
    """

    steps: tuple[str, ...]
    ends: tuple[str, ...] = ()

    @property
    def statuses(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.steps, *self.ends)

    def goes_back(self, before: str, after: str) -> bool:
        """Whether a change undoes something: a step down, or away from an end."""
        if before == after:
            return False
        if before in self.ends:
            return True
        return after in self.steps and self.steps.index(after) < self.steps.index(before)

    def unexplained(self, history: Sequence[DatedStatus]) -> list[tuple[int, str]]:
        """Return the changes that go back without a note, by place, each with the status before.

        Statuses that are not of this ladder, such as `unknown`, are passed over.
        """
        found, before = [], None
        for place, change in enumerate(history):
            if change.status not in self.statuses:
                continue
            if before is not None and change.note is None and self.goes_back(before, change.status):
                found.append((place, before))
            before = change.status
        return found


def standing(history: Iterable[C], day: dt.date) -> C | None:
    """Return the last change up to a day; None before the first.

    Of several on one day the last in the file holds.

    Examples
    --------
    >>> from allay.consensus.registry.action import ActionChange
    >>> history = [ActionChange(on=dt.date(2026, month, 1), status=status)
    ...     for month, status in ((1, "open"), (3, "in progress"))]
    >>> standing(history, dt.date(2026, 2, 28)).status, standing(history, dt.date(2025, 12, 31))
    ('open', None)
    """
    last = None
    for change in history:
        if change.on <= day and (last is None or change.on >= last.on):
            last = change
    return last


Ladders = Mapping[str, Ladder]
