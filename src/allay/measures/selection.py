"""Regression to the mean after selection: the change to expect from nothing but a high score at entry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import erfcx, log_ndtr

from allay.base.errors import InvalidValue
from allay.measures.derived import Norm
from allay.measures.logistic import NotEstimable

__all__ = [
    "ExpectedRegression",
    "SelectionView",
    "Side",
    "expected_regression",
    "selection_view",
    "uncut_norm",
]

Side = Literal["above", "below"]

# Beyond six standard deviations a cut normal distribution cannot be told from an exponential one.
_FARTHEST = 6.0


@dataclass(frozen=True, slots=True)
class ExpectedRegression:
    """What a second measurement of selected patients is expected to show when nothing happened to them.

    Attributes
    ----------
    share_selected : float
        Share of the population whose first score lies beyond the cutoff.
    mean_selected, mean_again : float
        Expected first and second score of those.
    change : float
        Second minus first: below 0 after selection above a cutoff, above 0 after selection below one.
    """

    share_selected: float
    mean_selected: float
    mean_again: float
    change: float


def expected_regression(
    population: Norm, *, reliability: float, cutoff: float, side: Side = "above"
) -> ExpectedRegression:
    """Expected change without any treatment of patients selected by their score.

    Parameters
    ----------
    population : Norm
        Mean and SD of the score in the population from which patients were selected, before selection.
    reliability : float
        Correlation of two measurements of a patient to whom nothing happens, from 0 to 1.
    cutoff : float
        Patients were taken whose score was at or beyond it.
    side : {'above', 'below'}
        Which side was taken.

    Raises
    ------
    InvalidValue
        When the reliability is not from 0 to 1, or the cutoff is not a number.

    Notes
    -----
    Both measurements are taken to be normal with the same mean and SD. With ``z = (cutoff - mean) / sd`` the
    first score of the selected is expected at ``mean + sd * phi(z) / (1 - Phi(z))``, and the second falls
    back by ``1 - reliability`` of the way to the mean.
    Source: Davis CE, Am J Epidemiol 1976;104:493-498; Barnett AG and others, Int J Epidemiol 2005;34:215-220.

    Examples
    --------
    >>> found = expected_regression(Norm(50, 10), reliability=0.8, cutoff=60)
    >>> round(found.share_selected, 4), round(found.mean_selected, 2), round(found.change, 2)
    (0.1587, 65.25, -3.05)
    """
    if not 0 <= reliability <= 1:
        raise InvalidValue(expected="a reliability from 0 to 1", found=str(reliability))
    if not math.isfinite(cutoff):
        raise InvalidValue(expected="a cutoff that is a number", found=str(cutoff))
    sign = _sign(side)
    z = sign * (cutoff - population.mean) / population.sd
    beyond = population.sd * _hazard(z)
    return ExpectedRegression(
        share_selected=math.exp(float(log_ndtr(-z))),
        mean_selected=population.mean + sign * beyond,
        mean_again=population.mean + sign * reliability * beyond,
        change=0.0 - sign * (1 - reliability) * beyond,
    )


def uncut_norm(scores: ArrayLike, *, cutoff: float, side: Side = "above") -> Norm:
    """Mean and SD of the population behind selected scores, taken to be a normal distribution cut off.

    Parameters
    ----------
    scores : float64 array
        Baseline scores of the selected; NaN is left out.
    cutoff : float
        All scores lie at or beyond it.

    Returns
    -------
    Norm
        The values of maximum likelihood: the mean and variance of the cut distribution are those observed.

    Raises
    ------
    InvalidValue
        When a score lies on the other side of the cutoff.
    NotEstimable
        When there are fewer than three scores, they do not vary, or they spread too widely beyond the cutoff
        to be the tail of a normal distribution.

    Notes
    -----
    The farther in the tail the cutoff lies, the less the scores beyond it say about the population.
    Source: Cohen AC, Ann Math Stat 1950;21:557-569.

    Examples
    --------
    >>> from scipy.special import ndtri
    >>> everyone = 50 + 10 * ndtri((np.arange(100_000) + 0.5) / 100_000)
    >>> found = uncut_norm(everyone[everyone >= 55], cutoff=55)
    >>> round(found.mean, 1), round(found.sd, 1)
    (50.0, 10.0)
    """
    values = np.asarray(scores, dtype=np.float64)
    sign = _sign(side)
    excess = sign * (values[~np.isnan(values)] - cutoff)
    if (excess < 0).any():
        raise InvalidValue(
            expected=f"scores {side} {cutoff:g} or equal to it", found=f"{int((excess < 0).sum())} others"
        )
    if excess.size < 3 or float(np.ptp(excess)) <= 0:
        raise NotEstimable(f"three scores that vary are needed, not {excess.size}")
    mean, variance = float(excess.mean()), float(excess.var())
    ratio = variance / mean**2
    if not _ratio(-_FARTHEST) < ratio < _ratio(_FARTHEST):
        raise NotEstimable("the scores beyond the cutoff do not look like the tail of a normal distribution")
    z = float(brentq(lambda place: _ratio(place) - ratio, -_FARTHEST, _FARTHEST, xtol=1e-12))
    sd = mean / (_hazard(z) - z)
    return Norm(cutoff - sign * sd * z, sd)


@dataclass(frozen=True, slots=True)
class SelectionView:
    """The change seen in selected patients beside the change expected without any treatment.

    Attributes
    ----------
    n, paired, outside : int
        Patients at or beyond the cutoff, those of them with a follow-up, and patients with a baseline on the
        other side: they were not selected by this rule and are in no other figure here.
    population : Norm or None
        From whom patients were selected; ``estimated`` says whether it was estimated from the selected.
    expected : ExpectedRegression or None
        What nothing but chance would bring; None when ``reason`` says why not.
    mean_selected, observed : float or None
        Mean baseline of the paired, and their mean change (follow-up minus baseline).
    """

    cutoff: float
    side: Side
    n: int
    paired: int
    outside: int
    population: Norm | None
    estimated: bool
    reliability: float | None
    expected: ExpectedRegression | None
    mean_selected: float | None
    observed: float | None
    reason: str = ""

    @property
    def beyond_expected(self) -> float | None:
        """Observed minus expected change; no effect of care by itself, for there is no comparison group."""
        if self.expected is None or self.observed is None:
            return None
        return self.observed - self.expected.change


def selection_view(
    baseline: ArrayLike,
    followup: ArrayLike,
    *,
    cutoff: float,
    side: Side = "above",
    reliability: float | None = None,
    sem: float | None = None,
    population: Norm | None = None,
) -> SelectionView:
    """Put the change of selected patients beside the change to expect from their selection alone.

    Parameters
    ----------
    baseline, followup : float64 arrays of one shape
        Scores, NaN where missing. The baseline is the score by which they were selected.
    cutoff, side
        The rule of selection.
    reliability, sem : float, optional
        One of them; the reliability follows from the standard error of measurement and the population's SD.
    population : Norm, optional
        Mean and SD before selection; estimated by `uncut_norm` when left out.

    Examples
    --------
    >>> known = {"reliability": 0.8, "population": Norm(50, 10)}
    >>> found = selection_view([62, 66, 71], [58, 60, 68], cutoff=60, **known)
    >>> round(found.observed, 2), round(found.expected.change, 2), round(found.beyond_expected, 2)
    (-4.33, -3.05, -1.28)
    """
    before, after = np.asarray(baseline, dtype=np.float64), np.asarray(followup, dtype=np.float64)
    chosen = _sign(side) * (before - cutoff) >= 0
    pairs, reason, expected, used = chosen & ~np.isnan(after), "", None, reliability
    estimated = population is None
    try:
        population = population or uncut_norm(before[chosen], cutoff=cutoff, side=side)
        if used is None and sem is not None:
            used = max(0.0, 1 - (sem / population.sd) ** 2)
        if used is None:
            reason = "the reliability of the scale is not known"
        else:
            expected = expected_regression(population, reliability=used, cutoff=cutoff, side=side)
    except NotEstimable as problem:
        reason = str(problem)
    return SelectionView(
        cutoff=cutoff,
        side=side,
        n=int(chosen.sum()),
        paired=int(pairs.sum()),
        outside=int((~chosen & ~np.isnan(before)).sum()),
        population=population,
        estimated=estimated,
        reliability=used,
        expected=expected,
        mean_selected=float(before[pairs].mean()) if pairs.any() else None,
        observed=float((after - before)[pairs].mean()) if pairs.any() else None,
        reason=reason,
    )


def _sign(side: Side) -> float:
    if side not in ("above", "below"):
        raise InvalidValue(expected="a side of above or below", found=repr(side))
    return 1.0 if side == "above" else -1.0


def _hazard(z: float) -> float:
    """Density over upper tail of the standard normal, without underflow."""
    return math.sqrt(2 / math.pi) / float(erfcx(z / math.sqrt(2)))


def _ratio(z: float) -> float:
    """Variance over squared mean of the excess of a standard normal beyond z; rises with z."""
    hazard = _hazard(z)
    return (1 + z * hazard - hazard**2) / (hazard - z) ** 2
