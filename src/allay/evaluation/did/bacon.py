"""The Goodman-Bacon decomposition: which comparisons two-way fixed effects average, and with what weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.did.cells import NEVER
from allay.evaluation.did.panel import WidePanel
from allay.evaluation.did.twoway import WARNING

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Comparison = Literal[
    "treated vs untreated", "earlier vs later", "later vs earlier", "later vs always treated"
]


@dataclass(frozen=True, slots=True)
class BaconPart:
    """One comparison of two cohorts.

    Attributes
    ----------
    kind : str
        Comparisons with cohorts that are treated already ("later vs earlier", "later vs always treated")
        are those that go wrong.
    treated, comparison : int
        Cohorts; 0 for never.
    weight : float
    estimate : float
    """

    kind: Comparison
    treated: int
    comparison: int
    weight: float
    estimate: float


@dataclass(frozen=True, slots=True)
class BaconDecomposition:
    """Comparisons whose weighted mean is the coefficient of two-way fixed effects.

    Attributes
    ----------
    parts : tuple of BaconPart
    att : float
        Their weighted mean.
    warning : str
    """

    parts: tuple[BaconPart, ...]
    att: float
    warning: str = WARNING

    def kinds(self) -> dict[Comparison, tuple[float, float]]:
        """Weight and mean estimate of each kind of comparison."""
        found: dict[Comparison, tuple[float, float]] = {}
        for kind in dict.fromkeys(part.kind for part in self.parts):
            own = [part for part in self.parts if part.kind == kind]
            weight = sum(part.weight for part in own)
            found[kind] = (weight, sum(part.weight * part.estimate for part in own) / weight)
        return found


def bacon_decomposition(panel: WidePanel) -> BaconDecomposition:
    """Take the coefficient of two-way fixed effects (without covariates) apart.

    References
    ----------
    Goodman-Bacon A. Difference-in-differences with variation in treatment timing. J Econometrics 2021;
    225:254-277.

    Examples
    --------
    >>> rows = np.array([[1.0, 5.0], [1.0, 3.0], [2.0, 3.0], [4.0, 5.0]])
    >>> found = bacon_decomposition(WidePanel(rows, np.array([1, 2]), np.array([2, 2, 0, 0])))
    >>> found.kinds()
    {'treated vs untreated': (1.0, 2.0)}
    """
    share, mean, treated = _cohorts(panel)
    order = sorted(share, key=lambda cohort: int(treated[cohort].sum()))
    found = []
    for place, later in enumerate(order):
        for earlier in order[place + 1 :]:
            found += _pair(earlier, later, share=share, mean=mean, treated=treated)
    total = sum(mass for _, mass in found)
    if not total > 0:
        raise InvalidValue(expected="cohorts whose treatment differs", found="only one kind")
    parts = tuple(
        BaconPart(part.kind, part.treated, part.comparison, mass / total, part.estimate)
        for part, mass in found
    )
    return BaconDecomposition(parts, sum(part.weight * part.estimate for part in parts))


def _cohorts(panel: WidePanel) -> tuple[dict[int, float], dict[int, Floats], dict[int, Mask]]:
    """Share, mean outcomes and treated periods of each cohort; one that starts after the end is never."""
    cohort = np.where(panel.cohort > panel.periods[-1], NEVER, panel.cohort)
    cohort = np.where(cohort == NEVER, NEVER, np.maximum(cohort, panel.periods[0]))
    weights = np.ones(len(cohort)) if panel.weights is None else panel.weights
    share, mean, treated = {}, {}, {}
    for one in np.unique(cohort).tolist():
        own = cohort == one
        mass = float(weights[own].sum())
        if mass > 0:
            share[one] = mass / float(weights.sum())
            mean[one] = weights[own] @ panel.outcome[own] / mass
            treated[one] = (panel.periods >= one) & (one != NEVER)
    return share, mean, treated


def _pair(
    earlier: int,
    later: int,
    *,
    share: dict[int, float],
    mean: dict[int, Floats],
    treated: dict[int, Mask],
) -> list[tuple[BaconPart, float]]:
    """Comparisons of two cohorts, each with its weight before all are made to sum to one.

    A cohort that is always treated against one that never is: their difference does not change, so none.
    """
    first, second = treated[earlier], treated[later]
    both = share[earlier] * share[later]
    found = []
    if (~first).any():  # the earlier one starts while the later one has not
        window = ~second
        kind: Comparison = "treated vs untreated" if not second.any() else "earlier vs later"
        estimate = _double(mean[earlier], mean[later], first & window, ~first)
        mass = both * float((first & window).mean() * (~first).mean())
        if mass > 0:
            found.append((BaconPart(kind, earlier, later, 0.0, estimate), mass))
    if second.any():  # the later one starts while the earlier one is treated
        kind = "later vs earlier" if (~first).any() else "later vs always treated"
        before = first & ~second
        estimate = _double(mean[later], mean[earlier], second, before)
        mass = both * float(second.mean() * before.mean())
        if mass > 0:
            found.append((BaconPart(kind, later, earlier, 0.0, estimate), mass))
    return found


def _double(treated: Floats, other: Floats, after: Mask, before: Mask) -> float:
    if not (after.any() and before.any()):
        return 0.0
    gap = treated - other
    return float(gap[after].mean() - gap[before].mean())
