"""At which willingness to pay a decision is looked at, and which of several matters most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import allay
from allay.base.rounding import round_step
from allay.economics.decision.acceptability import acceptability
from allay.economics.decision.psa import Psa
from allay.economics.decision.report import decision_report
from allay.economics.decision.result import StrategyResult

_STEPS = 20
"""Thresholds above zero, where none were asked for."""


def usual_thresholds(found: Sequence[StrategyResult]) -> list[float]:
    """Willingness to pay from zero to twice the highest ratio, at round steps.

    The highest ratio is that of the frontier, or else of any strategy against the first.

    Examples
    --------
    >>> rows = frontier_rows(["A", "B"], [100.0, 400.0], [1.0, 2.0])
    >>> usual_thresholds(rows)[:3], usual_thresholds(rows)[-1]
    ([0.0, 50.0, 100.0], 600.0)
    """
    ratios = [row.icer for row in found if row.icer]
    first = found[0]
    for row in found[1:] if not ratios else ():
        if row.effect != first.effect:
            ratios.append(abs((row.cost - first.cost) / (row.effect - first.effect)))
    top = 2 * max(ratios, default=0.0) or 1.0
    step = round_step(top, _STEPS)
    return [step * place for place in range(round(top / step) + 1)]


def frontier_rows(
    strategies: Sequence[str], costs: Sequence[float], effects: Sequence[float]
) -> list[StrategyResult]:
    """Say where strategies stand, in the order of printed tables.

    Examples
    --------
    >>> [row.icer for row in frontier_rows(["A", "B"], [100.0, 400.0], [1.0, 2.0])]
    [None, 300.0]
    """
    single = Psa.of(strategies, costs=[costs], effects=[effects])
    return decision_report(single, wtp=0, allay_version=allay.__version__).frontier


def least_sure(psa: Psa, *, wtp: Sequence[float]) -> float:
    """Return the willingness to pay at which the choice is least sure, of those given.

    Over draws that is where perfect information is worth most; where draws are alike, or there is one only,
    where the lead of the best strategy is smallest. Of equals the first.

    Examples
    --------
    >>> single = Psa.of(["care", "program"], costs=[[0, 900]], effects=[[0, 0.1]])
    >>> least_sure(single, wtp=[0, 5000, 8000, 20_000])
    8000
    """
    decision = acceptability(psa.costs, psa.effects, wtp=wtp)
    if decision.evpi.any():
        return wtp[int(np.argmax(decision.evpi))]
    ranked = np.sort(decision.expected, axis=1)
    lead = ranked[:, -1] - ranked[:, -2] if len(psa.strategies) > 1 else np.zeros(len(wtp))
    return wtp[int(np.argmin(lead))]
