"""Regression to the mean: the change that selection alone would show, and what matching makes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.measures.derived import Norm
from allay.measures.selection import ExpectedRegression, Side, expected_regression


def regression_of_average(
    population: Norm, *, correlation: float, cutoff: float, baselines: int = 1, side: Side = "above"
) -> ExpectedRegression:
    """Return the change to expect without any effect of people selected by the average of some baselines.

    Measurements are normal with one mean and standard deviation, and any two of a person have the same
    correlation. People are selected by the average of their baselines, and compared on it.

    Parameters
    ----------
    population : Norm
        Of one measurement, before selection.
    correlation : float
        Of two measurements of a person to whom nothing happens, from 0 to 1.
    cutoff : float
        People are selected whose average is at or beyond it.
    baselines : int
        How many measurements are averaged. More of them regress less.

    Notes
    -----
    The average of m has a standard deviation of sd x sqrt((1 + (m-1)r)/m), and a later measurement follows
    it with a slope of m r / (1 + (m-1)r) (Spearman and Brown); the rest is `expected_regression`.

    Examples
    --------
    >>> pain = Norm(5, 2)
    >>> round(regression_of_average(pain, correlation=0.6, cutoff=6).change, 4)
    -0.9129
    >>> round(regression_of_average(pain, correlation=0.6, cutoff=6, baselines=3).change, 4)
    -0.3746
    """
    if not 0 <= correlation <= 1:
        raise InvalidValue(expected="a correlation from 0 to 1", found=f"{correlation:g}")
    if baselines < 1:
        raise InvalidValue(expected="at least one baseline", found=str(baselines))
    inflation = 1 + (baselines - 1) * correlation
    average = Norm(population.mean, population.sd * math.sqrt(inflation / baselines))
    slope = baselines * correlation / inflation
    # Rounding may leave a slope of 1 a little above it.
    return expected_regression(average, reliability=min(slope, 1.0), cutoff=cutoff, side=side)


def matched_on_outcome_bias(*, gap: float, correlation: float) -> float:
    """Return the bias of matching on an outcome before the start, where nothing happens to anybody.

    Two populations have means that differ by a gap, before and after alike. Matched on one measurement
    before, treated and untreated people start equal and each fall back to their own mean; the difference that
    comes back is gap x (1 - correlation). Without matching, the difference in differences is 0. Daw JR,
    Hatfield LA, Health Serv Res 2018;53:4138-4156.

    Parameters
    ----------
    gap : float
        Mean of the treated less that of the untreated, without any effect.
    correlation : float
        Of the measurements before and after, within each population.

    Examples
    --------
    >>> round(matched_on_outcome_bias(gap=0.8, correlation=0.6), 6)
    0.32
    """
    if not -1 <= correlation <= 1:
        raise InvalidValue(expected="a correlation from -1 to 1", found=f"{correlation:g}")
    return gap * (1 - correlation)


@dataclass(frozen=True, slots=True)
class RegressionShown:
    """The change of starters beside that of people who met the same rule and did not start.

    Attributes
    ----------
    observed : float
        Mean change of those who started.
    expected : float
        Mean change of those whom the same rule selects among people who did not start: what regression to
        the mean alone would show.
    se_observed, se_expected : float
        Standard errors; not a number with fewer than two people.
    starters, selected, pool : int
        How many started, and how many of how many others the rule selects.
    """

    observed: float
    expected: float
    se_observed: float
    se_expected: float
    starters: int
    selected: int
    pool: int

    @property
    def left(self) -> float:
        """The change that regression to the mean does not account for."""
        return self.observed - self.expected

    @property
    def se_left(self) -> float:
        """Its standard error."""
        return float(np.hypot(self.se_observed, self.se_expected))


def regression_shown(
    before: ArrayLike, after: ArrayLike, started: ArrayLike, *, at_least: float
) -> RegressionShown:
    """Apply the rule that selects starters to those who did not start, and compare the changes.

    The rule may keep fewer starters than there are: those below it did not enter by it, so that only starters
    who meet it are compared.

    Parameters
    ----------
    before, after : array [n]
        The measurement that selects, and the same later; of the others, at the same distance in time.
    started : array [n] of bool
    at_least : float
        People are selected whose measurement before is this or more.

    Raises
    ------
    InvalidValue
        When the rule selects nobody among starters or among the others.

    Examples
    --------
    >>> before, after = [8, 7, 3, 8, 7, 2], [4, 4, 3, 6, 6, 2]
    >>> found = regression_shown(before, after, [1, 1, 0, 0, 0, 0], at_least=7)
    >>> found.observed, found.expected, found.left
    (-3.5, -1.5, -2.0)
    """
    x, y = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    who = np.asarray(started, dtype=bool)
    if not x.shape == y.shape == who.shape or x.ndim != 1:
        raise InvalidValue(expected="arrays of one length", found=f"{x.shape}, {y.shape}, {who.shape}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InvalidValue(expected="measurements before and after for everyone", found="a missing one")
    met = x >= at_least
    ours, theirs = (y - x)[met & who], (y - x)[met & ~who]
    for whose, changes in (("starters", ours), ("people who did not start", theirs)):
        if changes.size == 0:
            raise InvalidValue(expected=f"{whose} with at least {at_least:g} before", found="nobody")
    return RegressionShown(
        float(ours.mean()),
        float(theirs.mean()),
        _error(ours),
        _error(theirs),
        int(ours.size),
        int(theirs.size),
        int((~who).sum()),
    )


def _error(changes: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(changes.std(ddof=1) / np.sqrt(changes.size)) if changes.size > 1 else float("nan")
