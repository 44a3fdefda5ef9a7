"""One week's part of the relaxed model: its variables by what they stand for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from allay.scheduling.solving.freebound.needs import GroupClass, Need, SessionPool
from allay.scheduling.solving.grid import Bools, Grid

Key = tuple[int, int]


@dataclass(slots=True)
class WeekModel:
    """One week's part of a model.

    Attributes
    ----------
    attend : mapping of (patient, class, day) to variables, of which one at most is true
    present : mapping of (class, day, start) to the variables of who attends at a start
    unable : int
        Groups that patients need and may belong to, without a day of the week on which they can attend.
    held : mapping of (need, pool, day) to a variable
    on : mapping of (need, day) to its variables of all pools
    met : mapping of (class, day) to an integer expression: meetings
    trip : mapping of (patient, day) to a variable
    led : mapping of (class, practitioner, day) to an integer variable: meetings led
    spare : float
        Share of each practitioner's day that is better left free; for templates.
    wishes : list of linear terms
        Slots beyond that share.
    costs : list of linear terms
        Their sum is the week's points.
    there : bool[K, D, S], optional
        When practitioners are there, whatever is booked with them; without it, what the grid has left.
    """

    grid: Grid
    days: list[int]
    needs: tuple[Need, ...]
    classes: tuple[GroupClass, ...]
    attend: dict[tuple[int, int, int], list[Any]] = field(default_factory=lambda: defaultdict(list))
    present: dict[tuple[int, int, int], list[Any]] = field(default_factory=lambda: defaultdict(list))
    unable: int = 0
    held: dict[tuple[int, SessionPool, int], Any] = field(default_factory=dict)
    on: dict[Key, list[Any]] = field(default_factory=lambda: defaultdict(list))
    met: dict[Key, Any] = field(default_factory=dict)
    trip: dict[Key, Any] = field(default_factory=dict)
    led: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    spare: float = 0.0
    wishes: list[Any] = field(default_factory=list)
    costs: list[Any] = field(default_factory=list)
    constant: int = 0
    there: Bools | None = None

    def by_pool(self) -> dict[tuple[SessionPool, int], list[Any]]:
        """Gather the variables of sessions by pool and day."""
        found: dict[tuple[SessionPool, int], list[Any]] = defaultdict(list)
        for (_, pool, day), held in self.held.items():
            found[pool, day].append(held)
        return found

    def series_span(self, need: int) -> float:
        """Most hours from the start of one session of a need's service to that of another on one day."""
        opening = self.grid.problem.opening
        hours = opening.closes.hour - opening.opens.hour
        minutes = opening.closes.minute - opening.opens.minute - self.needs[need].service.minutes
        return hours + minutes / 60
