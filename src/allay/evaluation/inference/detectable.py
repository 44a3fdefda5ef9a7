"""The smallest effect a study could show, found before any outcome after the start is read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Floats, numbers
from allay.evaluation.inference.conventions import convention

__all__ = ["DetectableEffect", "contrasts", "detectable_effect", "members_needed", "power_to_show"]

# Sizes settle within a few rounds: only the degrees of freedom change between them.
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class DetectableEffect:
    """Smallest effect that a study would show with the stated power.

    Attributes
    ----------
    effect : float
        Its size, in the unit of the outcome, in a month.
    share_of_mean : float or None
        The same over the mean that was given.
    se : float
        Standard error that the estimate will have.
    df : float or None
        Degrees of freedom (Satterthwaite); None where the normal is used.
    significance, power : float
    members : tuple of float
        Comparison first, then each cohort.
    """

    effect: float
    share_of_mean: float | None
    se: float
    df: float | None
    significance: float
    power: float
    members: tuple[float, ...]


def contrasts(
    starts: Sequence[int], members: ArrayLike, *, months: int, until: int | None = None, anticipation: int = 0
) -> Floats:
    """Weights on each group's monthly means that make up the simple aggregate of group-time effects.

    Each cohort's months from its start on are compared with the month before it (and before any
    anticipation), less the same change of the comparison; all cells of cohort and month are weighted by the
    cohort's size.

    Parameters
    ----------
    starts : sequence of int
        Place of the first month of each cohort, counted from 0.
    members : array [cohort + 1]
        Comparison first.
    months : int
        Months of the study.
    until : int, optional
        Months after the start that count; all by default.
    anticipation : int
        Months before the start that may already be affected.

    Returns
    -------
    array [group, month]
        Comparison first.

    Examples
    --------
    >>> contrasts([2], [300, 100], months=4).tolist()
    [[0.0, 1.0, -0.5, -0.5], [0.0, -1.0, 0.5, 0.5]]
    """
    sizes = numbers(members, what="group sizes", size=len(starts) + 1)
    found = np.zeros((len(starts) + 1, months))
    for place, start in enumerate(starts, start=1):
        base = start - 1 - anticipation
        if not 0 <= base < start < months:
            raise InvalidValue(
                expected=f"a start after month {anticipation} and within the {months} months",
                found=f"month {start}",
            )
        after = range(start, months if until is None else min(months, start + until))
        for month in after:
            found[place, month] += sizes[place]
            found[place, base] -= sizes[place]
    weight = found[found > 0].sum()
    if not weight > 0:
        raise InvalidValue(expected="cohorts with members and months after their start", found="none")
    found /= weight
    found[0] = 0.0 - found[1:].sum(axis=0)
    return found


def detectable_effect(
    covariance: ArrayLike,
    members: ArrayLike,
    weights: ArrayLike,
    *,
    mean: float | None = None,
    significance: float | None = None,
    power: float | None = None,
    design_effect: float = 1.0,
    small_sample: bool = True,
) -> DetectableEffect:
    """Find the smallest detectable effect of a contrast of group means.

    It is (t of 1 - significance / 2, plus t of the power) times the standard error (Bloom HS, Minimum
    detectable effects, Evaluation Review 1995;19:547-556), with the degrees of freedom of Satterthwaite.

    Parameters
    ----------
    covariance : array [group, month, month]
        Of a member's months: known from before the start (`serial_covariance`) or assumed
        (`count_covariance`).
    members : array [group]
        Members of each group, comparison first; effective sizes where they are weighted.
    weights : array [group, month]
        The contrast (`contrasts`).
    mean : float, optional
        Mean of the outcome without the program, to express the effect as a share.
    significance, power : float, optional
        By default as the convention has it (0.05 two-sided and 0.80, from memory).
    design_effect : float
        By how much the variance grows because members of a practice are alike: 1 + (members - 1) * intraclass
        correlation.
    small_sample : bool
        Whether Student's t is used; else the normal.

    Examples
    --------
    A month before and a month after, independent with variance 50, 100 members on each side: the variance of
    the estimate is 2 * (50 + 50) / 100 = 2.

    >>> found = detectable_effect([50 * np.eye(2)] * 2, [100, 100], contrasts([1], [100, 100], months=2),
    ...                           mean=20.0, small_sample=False)
    >>> round(found.effect, 3), round(found.se, 3), round(found.share_of_mean, 3)
    (3.962, 1.414, 0.198)
    """
    sizes = numbers(members, what="group sizes")
    parts = _variances(covariance, sizes, weights) * _positive(design_effect, "a design effect")
    likely = _share(significance, "detectable.significance")
    wanted = _share(power, "detectable.power")
    se = math.sqrt(parts.sum())
    df = _degrees(parts, sizes) if small_sample else None
    effect = (_quantile(1 - likely / 2, df) + _quantile(wanted, df)) * se
    share = None if mean is None else effect / _positive(mean, "a mean")
    return DetectableEffect(effect, share, se, df, likely, wanted, tuple(sizes.tolist()))


def members_needed(
    wanted: float,
    covariance: ArrayLike,
    members: ArrayLike,
    weights: ArrayLike,
    *,
    significance: float | None = None,
    power: float | None = None,
    design_effect: float = 1.0,
) -> tuple[int, ...]:
    """Members of each group for a wanted effect to be shown, in the proportions of `members`.

    Examples
    --------
    >>> weights = contrasts([1], [100, 100], months=2)
    >>> members_needed(2.0, [50 * np.eye(2)] * 2, [100, 100], weights)
    (394, 394)
    """
    target, sizes = _positive(abs(wanted), "an effect other than 0"), numbers(members, what="group sizes")
    scale = 1.0
    for _ in range(_ROUNDS):
        found = detectable_effect(
            covariance,
            np.maximum(sizes * scale, 2.0),
            weights,
            significance=significance,
            power=power,
            design_effect=design_effect,
        )
        scale *= (found.effect / target) ** 2
    return tuple(max(2, math.ceil(size * scale - 1e-9)) for size in sizes.tolist())


def power_to_show(effect: float, se: float, *, df: float | None = None, significance: float = 0.05) -> float:
    """Probability of a significant result when the true effect is `effect`.

    Examples
    --------
    >>> round(power_to_show(2.8016, 1.0), 3), round(power_to_show(0.0, 1.0), 3)
    (0.8, 0.05)
    """
    away = abs(effect) / _positive(se, "a standard error")
    edge = _quantile(1 - significance / 2, df)
    if df is None:
        return float(ndtr(away - edge) + ndtr(-away - edge))
    return float(stdtr(df, away - edge) + stdtr(df, -away - edge))


def _variances(covariance: ArrayLike, sizes: Floats, weights: ArrayLike) -> Floats:
    """What each group adds to the variance of the contrast."""
    matrices, rows = np.asarray(covariance, np.float64), np.asarray(weights, np.float64)
    if rows.ndim != 2 or matrices.shape != (*rows.shape, rows.shape[-1]) or len(rows) != len(sizes):
        raise InvalidValue(
            expected="covariance [group, month, month] and contrast [group, month] of the same groups",
            found=f"{matrices.shape} and {rows.shape} of {len(sizes)} groups",
        )
    if (sizes < 2).any():
        raise InvalidValue(expected="at least 2 members in every group", found=f"{sizes.min():g}")
    parts = np.einsum("gi,gij,gj->g", rows, matrices, rows) / sizes
    if not (np.isfinite(parts).all() and (parts >= 0).all() and parts.sum() > 0):
        raise InvalidValue(expected="a contrast with a variance above 0", found=f"{parts.sum():g}")
    return np.asarray(parts)


def _degrees(parts: Floats, sizes: Floats) -> float:
    return float(parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum())


def _quantile(share: float, df: float | None) -> float:
    return float(ndtri(share) if df is None else stdtrit(df, share))


def _share(given: float | None, name: str) -> float:
    found = float(convention(name).number) if given is None else given
    if not 0 < found < 1:
        raise InvalidValue(expected="a probability between 0 and 1", found=f"{found:g}")
    return found


def _positive(value: float, what: str) -> float:
    if not 0 < value < float("inf"):
        raise InvalidValue(expected=f"{what} above 0", found=f"{value:g}")
    return value
