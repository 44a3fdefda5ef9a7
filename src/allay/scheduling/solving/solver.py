"""OR-Tools' CP-SAT, where it is installed: one worker, a seed, a limit in deterministic seconds."""

from __future__ import annotations

import importlib
from typing import Any

from allay.base.errors import NotFound


def cp_model() -> Any:
    """Return the module of CP-SAT.

    Raises
    ------
    NotFound
        When OR-Tools is not installed; it says what to do.
    """
    try:
        return importlib.import_module("ortools.sat.python.cp_model")
    except ModuleNotFoundError:
        raise NotFound(
            "solving and bounding need OR-Tools, which is not installed: pip install 'allay[scheduling]'"
        ) from None


def plain_solver(*, seed: int, limit: float) -> Any:
    """Make a solver with one worker, a seed and a limit in deterministic seconds, and nothing else set."""
    solver = cp_model().CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = limit
    # Its own handler is not made for solves side by side; Python's ends them between two.
    solver.parameters.catch_sigint_signal = False
    return solver


def solver_of(*, seed: int, limit: float, gap: float = 0.0) -> Any:
    """Make a solver whose answer depends on nothing but the model, the seed and the limit.

    Parameters
    ----------
    seed : int
    limit : float
        Deterministic seconds: a count of work that is about a second each, on any machine.
    gap : float
        A solution so near to the bound is good enough.
    """
    solver = plain_solver(seed=seed, limit=limit)
    solver.parameters.absolute_gap_limit = gap
    # The linear relaxation decides these models: all rows belong in it, and little else pays.
    solver.parameters.linearization_level = 2
    solver.parameters.cut_level = 0
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    return solver
