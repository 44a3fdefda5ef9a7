"""Effort: how much deterministic time each part of the solver may take, and one way to make a solver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from allay.scheduling.solving.solver import plain_solver

LEAST_SECONDS = 0.05
WHOLE_WORK = 30_000
"""Options times slots up to which a week that is not proven is solved as one exact model."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Limits of one solve: deterministic time (about seconds), seed, workers, seconds by the clock if wanted.

    `linear` is how much of a model goes into linear relaxations: all of it (2) proves level 2 in a second
    where the usual (1) does not in a minute.

    With one worker the same limits give the same result on any machine, unless a wall-clock limit
    (`seconds`) cuts it short.
    """

    work: float
    seed: int = 0
    workers: int = 1
    seconds: float | None = None
    linear: int = 1


def solver_of(limit: Limit) -> Any:
    """Make a solver that keeps these limits.

    Raises
    ------
    NotFound
        When OR-Tools is not installed; it says what to do.
    """
    solver = plain_solver(seed=limit.seed % 2**31, limit=limit.work)
    solver.parameters.num_workers = limit.workers
    solver.parameters.interleave_search = limit.workers > 1
    solver.parameters.linearization_level = limit.linear
    if limit.seconds is not None:
        solver.parameters.max_time_in_seconds = max(LEAST_SECONDS, limit.seconds)
    return solver


@dataclass(frozen=True, slots=True)
class Effort:
    """What the parts of a week may take, in deterministic time, which is about seconds.

    Attributes
    ----------
    plain, timed, exact : float
        Level 2 by days only; with counted clock times; and with those of every single visit.
    sequence, idle : float
        Level 3 of a day: finding a place for everything, then shortening what patients wait.
    repair : float
        Each step of the repair.
    repairs : int
        Most steps of the repair of a week.
    templates : int
        Templates tried while a plan is above the bound that is free of any template.
    """

    plain: float = 20.0
    timed: float = 12.0
    exact: float = 20.0
    sequence: float = 3.0
    idle: float = 0.3
    repair: float = 1.5
    repairs: int = 24
    templates: int = 4

    def for_weeks(self, weeks: int) -> Effort:
        """Allow less for each week's tighter models where there are several: another week brings more.

        Examples
        --------
        >>> Effort().for_weeks(13).timed, Effort().for_weeks(1).timed
        (4.0, 12.0)
        """
        if weeks == 1:
            return self
        return replace(
            self,
            timed=self.timed / 3,
            exact=self.exact / 3,
            repairs=max(1, self.repairs // 2),
            templates=max(1, self.templates // 4),
        )

    def scaled(self, factor: float) -> Effort:
        """Allow more of everything, or less.

        Examples
        --------
        >>> Effort().scaled(0.5).repairs
        12
        """
        return Effort(
            plain=self.plain * factor,
            timed=self.timed * factor,
            exact=self.exact * factor,
            sequence=self.sequence * factor,
            idle=self.idle * factor,
            repair=self.repair * factor,
            repairs=max(1, round(self.repairs * factor)),
            templates=max(1, round(self.templates * factor)),
        )


@dataclass(frozen=True, slots=True)
class Search:
    """How to search: effort, seed, threads for independent days, and until when, if a clock limits it.

    `until` is a reading of `clock`, which is looked at only when it is given: then another run may find
    another plan.
    """

    effort: Effort = Effort()
    seed: int = 0
    threads: int = 2
    until: float | None = None
    clock: Callable[[], float] | None = None

    def limit(self, work: float, *, linear: int = 1) -> Limit:
        """Limits of a solve that may take so much work."""
        return Limit(work, seed=self.seed, seconds=self.left(), linear=linear)

    def left(self) -> float | None:
        """Seconds left on the clock; None without one."""
        if self.until is None or self.clock is None:
            return None
        return max(0.0, self.until - self.clock())

    def over(self) -> bool:
        """Whether the clock has run out."""
        return self.left() == 0

    def share(self, parts: int) -> Search:
        """Take an even share of the time left, of so many parts."""
        left = self.left()
        if left is None or self.until is None:
            return self
        return replace(self, until=self.until - left + left / max(1, parts))
