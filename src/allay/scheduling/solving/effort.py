"""Effort: how much deterministic time each part of the solver may take, and one way to make a solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from allay.scheduling.solving.bounds_solver import cp_model

EffortName = Literal["quick", "normal", "thorough"]


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
    whole : int
        Up to so many visits, a week that is not proven is solved as one exact model.
    templates : int
        Templates tried while the bound given the template is above the free one.
    """

    plain: float
    timed: float
    exact: float
    sequence: float
    idle: float
    repair: float
    repairs: int
    whole: int
    templates: int


EFFORTS: Mapping[EffortName, Effort] = {
    "quick": Effort(5, 5, 5, 1, 0.1, 1, 8, 60, 1),
    "normal": Effort(20, 20, 20, 3, 0.4, 2, 24, 160, 4),
    "thorough": Effort(60, 120, 120, 10, 3, 4, 100, 300, 8),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """Limits of one solve: deterministic time (about seconds), seed, and a wall-clock limit if wanted.

    `linear` is how much of a model goes into linear relaxations: all of it (2) proves level 2 in a second
    where the usual (1) does not in a minute.

    With one worker, or with interleaved ones, the same limits give the same result on any machine, unless a
    wall-clock limit (`seconds`) cuts it short.
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
    solver = cp_model().CpSolver()
    solver.parameters.num_workers = limit.workers
    solver.parameters.interleave_search = limit.workers > 1
    solver.parameters.random_seed = limit.seed
    solver.parameters.max_deterministic_time = limit.work
    solver.parameters.linearization_level = limit.linear
    if limit.seconds is not None:
        solver.parameters.max_time_in_seconds = max(0.01, limit.seconds)
    return solver
