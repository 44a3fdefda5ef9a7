"""Structural scenarios: the same question asked of models that are built in another way, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.economics.decision.acceptability import Acceptability, acceptability
from allay.economics.decision.psa import Psa

Run = Callable[[int], Psa]
"""Takes a seed and returns the analysis of one scenario."""


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioResult:
    """One scenario.

    Attributes
    ----------
    name : str
    psa : Psa
    decision : Acceptability
        At each threshold.
    best : tuple of str
        The strategy with the highest expected net benefit at each threshold.
    changes : tuple of bool
        Whether that is another one than in the first scenario, at each threshold.
    """

    name: str
    psa: Psa
    decision: Acceptability
    best: tuple[str, ...]
    changes: tuple[bool, ...]


def run_scenarios(scenarios: Mapping[str, Run], *, wtp: ArrayLike, seed: int) -> tuple[ScenarioResult, ...]:
    """Run scenarios with the same seed, and say which of them change the decision.

    Parameters
    ----------
    scenarios : mapping of name to callable
        The first is the one that the others are held against. What they share is drawn alike, so that a
        difference is one of structure.
    wtp : array_like of shape (thresholds,)
    seed : int

    Raises
    ------
    InvalidValue
        No scenario; one whose strategies are not those of the first.

    Examples
    --------
    >>> def model(seed, *, years):
    ...     return Psa.of(["care", "program"], costs=[[0, 900]] * 2, effects=[[0, 0.02 * years]] * 2)
    >>> from functools import partial
    >>> found = run_scenarios(
    ...     {"one year": partial(model, years=1), "five years": partial(model, years=5)}, wtp=20_000, seed=1
    ... )
    >>> [(each.name, each.best, each.changes) for each in found]
    [('one year', ('care',), (False,)), ('five years', ('program',), (True,))]
    """
    if not scenarios:
        raise InvalidValue(expected="at least one scenario", found="none")
    results: list[ScenarioResult] = []
    for name, run in scenarios.items():
        psa = run(seed)
        if results and psa.strategies != results[0].psa.strategies:
            expected = f"the strategies {', '.join(results[0].psa.strategies)} in scenario {name}"
            raise InvalidValue(expected=expected, found=", ".join(psa.strategies))
        decision = acceptability(psa.costs, psa.effects, wtp=wtp)
        best = tuple(psa.strategies[place] for place in decision.best.tolist())
        first = results[0].best if results else best
        changes = tuple(ours != theirs for ours, theirs in zip(best, first, strict=True))
        results.append(ScenarioResult(name, psa, decision, best, changes))
    return tuple(results)
