"""Regression to the mean: the change that selection alone would show, and what matching makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from allay.base.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class ExpectedRegression:
    """What would be seen of people selected by one or more measurements, if nothing happened to them.

    Attributes
    ----------
    share : float
        How many of everybody are selected.
    before, after : float
        Their expected means.
    change : float
        After less before: below zero where selection is from above.
    """

    share: float
    before: float
    after: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


def expected_regression(
    *, mean: float, sd: float, correlation: float, threshold: float, baselines: int = 1
) -> ExpectedRegression:
    """Return the regression to the mean of people selected at or above a threshold.

    Measurements are normal, each with the same mean and standard deviation, and any two of a person have the
    same correlation. People are selected by the mean of some baselines, and compared on that mean.

    Parameters
    ----------
    mean, sd : float
        Of everybody.
    correlation : float
        Of two measurements of a person, from 0 to 1.
    threshold : float
        People are selected from here on.
    baselines : int
        How many measurements are averaged. More of them regress less.

    Notes
    -----
    With C = phi(z) / (1 - Phi(z)) at z = (threshold - mean) / s, where s is the standard deviation of the
    average of m baselines, sd x sqrt((1 + (m-1)r)/m): the selected start at mean + s C and end at
    mean + (r sd^2 / s) C. Gardner MJ, Heady JA, J Chronic Dis 1973;26:781-795; Barnett AG and others, Int J
    Epidemiol 2005;34:215-220.

    Examples
    --------
    >>> alone = expected_regression(mean=5, sd=2, correlation=0.6, threshold=6)
    >>> round(alone.change, 4)
    -0.9129
    >>> round(expected_regression(mean=5, sd=2, correlation=0.6, threshold=6, baselines=3).change, 4)
    -0.3746
    """
    if not (sd > 0 and np.isfinite([mean, sd, threshold]).all()):
        raise InvalidValue(expected="a finite mean and threshold and a deviation above 0", found=f"{sd:g}")
    if not 0 <= correlation <= 1:
        raise InvalidValue(expected="a correlation from 0 to 1", found=f"{correlation:g}")
    if baselines < 1:
        raise InvalidValue(expected="at least one baseline", found=str(baselines))
    spread = sd * float(np.sqrt((1 + (baselines - 1) * correlation) / baselines))
    z = (threshold - mean) / spread
    share = float(ndtr(-z))
    if share == 0:
        raise InvalidValue(
            expected="a threshold that somebody reaches", found=f"{z:.1f} deviations above the mean"
        )
    lift = float(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)) / share
    return ExpectedRegression(share, mean + spread * lift, mean + correlation * sd**2 / spread * lift)


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
