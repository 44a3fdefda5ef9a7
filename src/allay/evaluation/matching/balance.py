"""Balance: how alike treated and untreated people are, before and after weighing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.evaluation.matching.arrays import Flags, Floats, checked
from allay.evaluation.matching.comparison import effective_size

BinarySd = Literal["sample", "population"]
Denominator = Literal["treated", "pooled", "none"]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One covariate in one sample.

    Attributes
    ----------
    treated, untreated : float
        Means.
    smd : float or None
        Standardized mean difference; None where the covariate does not vary and means differ.
    variance_ratio : float or None
        Of the treated to the untreated; None for an indicator.
    ecdf : float
        Largest distance of the two distribution functions.
    """

    treated: float
    untreated: float
    smd: float | None
    variance_ratio: float | None
    ecdf: float


@dataclass(frozen=True, slots=True)
class CovariateBalance:
    """Balance of one covariate; `denominator` says whose standard deviation the differences are in."""

    name: str
    binary: bool
    denominator: Denominator
    before: Contrast
    after: Contrast


@dataclass(frozen=True, slots=True)
class Balance:
    """Balance of all covariates, with the effective sample sizes (treated, untreated)."""

    covariates: tuple[CovariateBalance, ...]
    effective_before: tuple[float, float]
    effective_after: tuple[float, float]

    def worst(self) -> CovariateBalance:
        """Return the covariate with the largest standardized difference after weighing."""
        return max(self.covariates, key=lambda one: np.inf if one.after.smd is None else abs(one.after.smd))

    def beyond(self, limit: float) -> tuple[str, ...]:
        """Name the covariates whose standardized difference after weighing is larger than a limit."""
        return tuple(
            one.name for one in self.covariates if one.after.smd is None or abs(one.after.smd) > limit
        )


def balance(
    treated: ArrayLike,
    covariates: ArrayLike,
    weights: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    binary_sd: BinarySd = "sample",
) -> Balance:
    """Compare covariates before and after weighing.

    A standardized mean difference is the difference of means over the standard deviation of the treated
    before weighing, so that both samples are on one scale. Where the treated do not vary, the root of the
    mean of both variances takes its place.

    Parameters
    ----------
    treated : array [n] of bool
    covariates : array [n, k]
    weights : array [n]
        0 for whoever is not used.
    binary_sd : {"sample", "population"}
        For a covariate of 0 and 1: divide squares by n - 1, as for all others, or by n, which gives
        sqrt(p(1-p)), as MatchIt prints it.

    Examples
    --------
    >>> treated = [1, 1, 1, 0, 0, 0]
    >>> found = balance(treated, [[1], [2], [3], [2], [4], [6]], [1, 1, 1, 3, 0, 0], names=["severity"])
    >>> found.covariates[0].before.smd, found.covariates[0].after.smd, found.effective_after
    (-2.0, 0.0, (3.0, 1.0))
    """
    who, x, labels = checked(treated, covariates, names)
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != who.shape or not np.isfinite(w).all() or (w < 0).any():
        raise InvalidValue(expected=f"{len(who)} weights of 0 or more", found=f"{w.shape}")
    if not (w[who].sum() > 0 and w[~who].sum() > 0):
        raise InvalidValue(expected="treated and untreated people with a weight", found="none of one kind")
    plain = np.ones(len(who))
    rows = tuple(_row(name, x[:, j], who, plain, w, binary_sd) for j, name in enumerate(labels))
    before = (float(who.sum()), float((~who).sum()))
    return Balance(rows, before, (effective_size(w[who]), effective_size(w[~who])))


def _row(name: str, x: Floats, who: Flags, plain: Floats, w: Floats, binary_sd: BinarySd) -> CovariateBalance:
    binary = bool(np.isin(x, (0.0, 1.0)).all())
    sd, denominator = _denominator(x, who, ddof=0 if binary and binary_sd == "population" else 1)
    order = np.argsort(x, kind="stable")
    before, after = (_contrast(x, who, each, order, sd, binary=binary) for each in (plain, w))
    return CovariateBalance(name, binary, denominator, before, after)


def _denominator(x: Floats, who: Flags, *, ddof: int) -> tuple[float, Denominator]:
    ours, theirs = (float(each.var(ddof=ddof)) if len(each) > ddof else 0.0 for each in (x[who], x[~who]))
    if ours > 0:
        return float(np.sqrt(ours)), "treated"
    return (float(np.sqrt(theirs / 2)), "pooled") if theirs > 0 else (0.0, "none")


def _contrast(
    x: Floats,
    who: Flags,
    w: Floats,
    order: np.ndarray[tuple[int], np.dtype[np.intp]],
    sd: float,
    *,
    binary: bool,
) -> Contrast:
    (ours, spread), (theirs, other) = (_moments(x[side], w[side]) for side in (who, ~who))
    gap = ours - theirs
    smd = gap / sd if sd > 0 else (0.0 if gap == 0 else None)
    ratio = None if binary or not other > 0 else spread / other
    steps = np.where(who, w / w[who].sum(), -w / w[~who].sum())[order]
    last = np.append(np.diff(x[order]) > 0, True)
    ecdf = float(np.abs(np.cumsum(steps)[last]).max())
    return Contrast(ours, theirs, smd, ratio, ecdf)


def _moments(x: Floats, w: Floats) -> tuple[float, float]:
    """Weighted mean and variance; the latter with the correction that gives n - 1 for equal weights."""
    total, squares = float(w.sum()), float((w**2).sum())
    mean = float(w @ x) / total
    free = total - squares / total
    return mean, float(w @ (x - mean) ** 2) / free if free > 0 else 0.0
