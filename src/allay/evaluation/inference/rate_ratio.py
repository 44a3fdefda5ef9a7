"""Difference-in-differences as a ratio: for skewed cost and for counts, where trends are parallel in percent.

Poisson pseudo-likelihood needs only that means multiply - cohort times month, times the effect - and not that
anything is Poisson; errors are those of the members (or clusters) themselves. Source: Wooldridge JM, Simple
approaches to nonlinear difference-in-differences with panel data, Econometrics Journal 2023;26:C31-C66. The
cohort and month factors come from the cells that are not yet, or never, treated; every treated cell has an
effect of its own, so staggered starts do no harm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Flags, Floats, Ints, critical_value, sums_by
from allay.evaluation.inference.poisson_cells import fit_cells
from allay.measures.intervals import Interval

__all__ = ["RateRatio", "RateRatios", "TwoPart", "rate_ratios", "split_ratio", "two_part"]


@dataclass(frozen=True, slots=True)
class RateRatio:
    """A rate ratio with its interval, which is symmetric on the log scale.

    Attributes
    ----------
    ratio, log_se : float
    interval : Interval
    """

    ratio: float
    log_se: float
    interval: Interval


@dataclass(frozen=True, slots=True, eq=False)
class RateRatios:
    """Observed over expected of the treated: in all, and by months since the start.

    Attributes
    ----------
    overall : RateRatio
    event : int array [event]
        Months since the start.
    log_ratio : float array [event]
    covariance : float array [event, event]
        Of the logs, by member or cluster.
    observed, expected : float array [event]
        Means of a treated member: as they were, and as they would have been.
    influence : float array [unit, 1 + event]
        Of the log ratios, overall first: their errors are the means of its columns.
    """

    overall: RateRatio
    event: Ints
    log_ratio: Floats
    covariance: Floats
    observed: Floats
    expected: Floats
    influence: Floats


def rate_ratios(
    outcome: ArrayLike,
    periods: ArrayLike,
    cohort: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    anticipation: int = 0,
    level: float = 0.95,
) -> RateRatios:
    """Estimate rate ratios from a balanced panel.

    Parameters
    ----------
    outcome : array [unit, period]
        Cost or counts. Means must be above zero, single values need not be.
    periods : array [period] of int
    cohort : array [unit] of int
        First treated period; 0 = never.
    weights : array [unit], optional
    cluster : array [unit], optional
        Units that move together.
    anticipation : int
        Periods before the start that are not taken as untreated.
    level : float

    Raises
    ------
    InvalidValue
        No treated or no untreated cell in a period, or no outcome at all where one is needed.

    Examples
    --------
    The comparison doubles; the treated only go from 3 to 4.5, where 6 was to be expected.

    >>> outcome = [[1.0, 2.0], [3.0, 6.0], [2.0, 4.0], [4.0, 5.0]]
    >>> found = rate_ratios(outcome, [1, 2], [0, 0, 2, 2])
    >>> round(found.overall.ratio, 6), found.observed.tolist(), found.expected.round(6).tolist()
    (0.75, [4.5], [6.0])
    """
    values, months, starts, weight = _checked(outcome, periods, cohort, weights)
    cohorts, place = np.unique(starts, return_inverse=True)
    size: Floats = np.bincount(place, weights=weight).astype(np.float64)
    mean = sums_by(values * weight[:, None], place) / size[:, None]
    event = months[None, :] - cohorts[:, None]
    treatable = (cohorts > 0)[:, None] & np.ones_like(event, dtype=bool)
    untreated = ~treatable | (event < -anticipation)
    treated = treatable & (event >= 0)
    _refuse_empty(treated, untreated, months, cohorts)
    fitted = fit_cells(mean, size, untreated=untreated)
    labels = np.unique(event[treated])
    masks = np.concatenate([treated[None], treated[None] & (event[None] == labels[:, None, None])])
    cells: Floats = masks * size[:, None]
    observed, expected = (np.einsum("kgt,gt->k", cells, each) for each in (mean, fitted.mean))
    if not (observed > 0).all():
        where = "in all" if observed[0] <= 0 else f"at month {labels[int(np.argmin(observed[1:] > 0))]}"
        raise InvalidValue(expected=f"outcomes of the treated above zero {where}", found="none")
    influence = np.empty((len(values), len(masks)))
    for group in range(len(cohorts)):
        own = place == group
        moves = _influence(
            values[own], group, fitted.mean, fitted.inverse, masks, cells, untreated, observed, expected
        )
        influence[own] = weight[own, None] * moves
    summed = influence if cluster is None else sums_by(influence, cluster)
    spread = summed.T @ summed * (len(summed) / (len(summed) - 1))
    logs = np.log(observed / expected)
    counts = np.einsum("kgt->k", cells)
    return RateRatios(
        _ratio(float(logs[0]), float(spread[0, 0]), level),
        labels.astype(np.int64),
        logs[1:],
        spread[1:, 1:],
        observed[1:] / counts[1:],
        expected[1:] / counts[1:],
        influence * len(values),
    )


@dataclass(frozen=True, slots=True)
class TwoPart:
    """A rate ratio of a skewed cost in two parts: whether there is any, and how much where there is.

    Attributes
    ----------
    any_use, amount, total : RateRatio
        total = any_use * amount.
    """

    any_use: RateRatio
    amount: RateRatio
    total: RateRatio


def two_part(
    outcome: ArrayLike,
    periods: ArrayLike,
    cohort: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    anticipation: int = 0,
    level: float = 0.95,
) -> TwoPart:
    """Split the overall rate ratio into the share with any outcome and the amount of those who have one.

    Both the share and the total are taken to have parallel trends in percent; the amount is what remains,
    with its error from the influence of each member on both. The amount compares other members before and
    after (who has any cost changes), so it describes and is no effect on anybody.

    Examples
    --------
    >>> outcome = [[1.0, 2.0], [0.0, 2.0], [1.0, 0.0], [0.0, 3.0], [0.0, 0.0]]
    >>> found = two_part(outcome, [1, 2], [0, 0, 2, 2, 2])
    >>> round(found.any_use.ratio, 3), round(found.amount.ratio, 3), round(found.total.ratio, 3)
    (0.5, 1.5, 0.75)
    """
    values = np.asarray(outcome, dtype=np.float64)
    whole, share = (
        rate_ratios(
            each, periods, cohort, weights=weights, cluster=cluster, anticipation=anticipation, level=level
        )
        for each in (values, (values > 0).astype(np.float64))
    )
    return split_ratio(whole, share, cluster=cluster, level=level)


def split_ratio(
    whole: RateRatios, share: RateRatios, *, cluster: ArrayLike | None = None, level: float = 0.95
) -> TwoPart:
    """Split a rate ratio by that of the share with any outcome, both of the same units.

    Parameters
    ----------
    whole, share : RateRatios
    cluster : array [unit], optional
        Units that move together.
    level : float

    Examples
    --------
    >>> cost = np.array([[1.0, 2.0], [0.0, 2.0], [1.0, 0.0], [0.0, 3.0], [0.0, 0.0]])
    >>> whole, share = (rate_ratios(each, [1, 2], [0, 0, 2, 2, 2]) for each in (cost, cost > 0))
    >>> round(split_ratio(whole, share).amount.ratio, 3)
    1.5
    """
    rest = (whole.influence[:, :1] - share.influence[:, :1]) / len(whole.influence)
    summed = rest if cluster is None else sums_by(rest, cluster)
    variance = float((summed**2).sum() * (len(summed) / (len(summed) - 1)))
    logs = math.log(whole.overall.ratio / share.overall.ratio)
    return TwoPart(share.overall, _ratio(logs, variance, level), whole.overall)


def _influence(
    values: Floats,
    group: int,
    mean: Floats,
    inverse: Floats,
    masks: Flags,
    cells: Floats,
    untreated: Flags,
    observed: Floats,
    expected: Floats,
) -> Floats:
    """What each unit of a cohort moves the log ratios, for a weight of one: array [unit, target]."""
    cohorts = len(mean)
    own = masks[:, group].astype(np.float64)
    direct = values @ (own / observed[:, None]).T - (own @ mean[group]) / expected
    # Through the fitted means: slope of log expected in the parameters, times what the unit moves them.
    moved = cells * mean
    slope = np.concatenate([moved.sum(axis=2), moved.sum(axis=1)[:, 1:]], axis=1) / expected[:, None]
    away = (values - mean[group]) * untreated[group]
    by_parameter = slope @ inverse
    through = away.sum(axis=1)[:, None] * by_parameter[:, group] + away[:, 1:] @ by_parameter[:, cohorts:].T
    return np.asarray(direct - through)


def _ratio(log: float, variance: float, level: float) -> RateRatio:
    error = math.sqrt(variance)
    half = critical_value(level) * error
    return RateRatio(math.exp(log), error, Interval(math.exp(log - half), math.exp(log + half), level))


def _checked(
    outcome: ArrayLike, periods: ArrayLike, cohort: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Ints, Ints, Floats]:
    values, months = np.asarray(outcome, np.float64), np.asarray(periods, np.int64)
    starts = np.asarray(cohort, np.int64)
    weight = np.ones(len(values)) if weights is None else np.asarray(weights, np.float64)
    if values.shape != (*starts.shape, *months.shape) or weight.shape != starts.shape or len(starts) < 2:
        raise InvalidValue(
            expected="outcomes [unit, period] with a cohort and a weight for each unit",
            found=f"shapes {values.shape}, {starts.shape} and {weight.shape}",
        )
    if not np.isfinite(values).all() or not (weight >= 0).all() or (np.diff(months) <= 0).any():
        raise InvalidValue(expected="finite outcomes, weights of 0 or more, rising periods", found="others")
    used = weight > 0
    if not used.all():
        raise InvalidValue(expected="units with a weight above 0", found=f"{int((~used).sum())} without one")
    return values, months, starts, weight


def _refuse_empty(treated: Flags, untreated: Flags, months: Ints, cohorts: Ints) -> None:
    if not treated.any():
        raise InvalidValue(expected="a cohort treated within the periods", found="none")
    if not untreated.any(axis=0).all():
        month = months[int(np.argmin(untreated.any(axis=0)))]
        raise InvalidValue(expected="a comparison in every period", found=f"nobody untreated in {month}")
    if not untreated.any(axis=1).all():
        first = cohorts[int(np.argmin(untreated.any(axis=1)))]
        raise InvalidValue(expected="a period before the start of every cohort", found=f"none for {first}")
