"""Weighing: from treated people and covariates to a comparison, by one of five methods."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue, NotFound
from allay.evaluation.matching.arrays import Flags, Floats, checked
from allay.evaluation.matching.coarsened import cell_weights, coarsened_cells
from allay.evaluation.matching.comparison import Comparison, Estimand
from allay.evaluation.matching.entropy import entropy_weights
from allay.evaluation.matching.nearest import Search, nearest_neighbors
from allay.evaluation.matching.preoutcomes import refuse_pre_outcomes
from allay.evaluation.matching.propensity import propensity

On: TypeAlias = Literal["score", "logit"]

NOT_OFFERED: Mapping[str, str] = {
    "full": "full matching, which is not offered: it needs a minimum-cost flow over all pairs, which does "
    "not scale to claims; overlap weights or entropy balancing use everybody too",
    "optimal": "optimal pair matching, which is not offered: it needs the distance of every pair; nearest "
    "neighbors with a caliper come close",
}


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """How neighbors and cells are made."""

    ratio: int = 1
    caliper: float | None = None
    on: On = "score"
    search: Search = "nearest"
    bins: int | None = None


def weigh(
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    method: str = "nearest",
    names: Sequence[str] | None = None,
    ratio: int = 1,
    caliper: float | None = None,
    on: On = "score",
    search: Search = "nearest",
    bins: int | None = None,
    pre_outcomes: Collection[str] = (),
    allow_pre_outcomes: bool = False,
) -> Comparison:
    """Weigh untreated people so that they stand for the treated.

    Parameters
    ----------
    treated : array [n] of bool
    covariates : array [n, k]
        Numbers and indicators (see `encode`), without an intercept and without missing values.
    method : {"nearest", "cem", "ipw", "overlap", "entropy"}
        Nearest neighbors on the propensity score without replacement; coarsened exact matching; inverse
        probability weights for the treated; overlap weights; entropy balancing.
    names : sequence of str, optional
        Of the covariates.
    ratio : int
        Nearest: untreated people for each treated one.
    caliper : float, optional
        Nearest: widest distance, in standard deviations of the score over everybody.
    on : {"score", "logit"}
        Nearest: match on the propensity score or on its log odds.
    search : {"nearest", "below"}
        Nearest: see `nearest_neighbors`.
    bins : int, optional
        CEM: see `coarsened_cells`.
    pre_outcomes : collection of str
        Which of the covariates are outcomes before the start; refused unless `allow_pre_outcomes`.

    Raises
    ------
    InvalidValue
        A method that is not offered, covariates that cannot be used, nobody left; see also `propensity`,
        `entropy_weights` and `refuse_pre_outcomes`.

    Examples
    --------
    >>> treated = [1, 1, 0, 0, 0, 0]
    >>> comparison = weigh(treated, [[1], [2], [2], [1], [3], [2]], method="cem", names=["severity"])
    >>> comparison.weights.tolist(), comparison.dropped_untreated
    ([1.0, 1.0, 0.5, 1.0, 0.0, 0.5], 1)
    """
    who, x, labels = checked(treated, covariates, names)
    check_method(method)
    refuse_pre_outcomes(labels, pre_outcomes, allow=allow_pre_outcomes)
    settings = MatchSettings(ratio, caliper, on, search, bins)
    _check(settings, method)
    found = _METHODS[method](who, x, labels, settings)
    if not (found.weights[who] > 0).any():
        raise InvalidValue(
            expected="treated people with somebody comparable",
            found="none; try fewer covariates or wider bins",
        )
    return replace(found, covariates=x, names=labels)


def check_method(method: str) -> None:
    """Refuse a method that is not offered, and say why or what is.

    Examples
    --------
    >>> check_method("ipw")
    """
    if method in NOT_OFFERED:
        raise InvalidValue(expected=f"one of {', '.join(_METHODS)}", found=NOT_OFFERED[method])
    if method not in _METHODS:
        raise NotFound.among("method", method, known=_METHODS)


def _check(settings: MatchSettings, method: str) -> None:
    if settings.ratio < 1:
        raise InvalidValue(expected="a ratio of 1 or more", found=str(settings.ratio))
    if settings.caliper is not None and not 0 < settings.caliper < np.inf:
        raise InvalidValue(expected="a caliper above 0", found=f"{settings.caliper:g}")
    if settings.on not in ("score", "logit"):
        raise NotFound.among("scale of matching", settings.on, known=("score", "logit"))
    if settings.search not in ("nearest", "below"):
        raise NotFound.among("search", settings.search, known=("nearest", "below"))
    if method != "nearest" and (settings.ratio != 1 or settings.caliper is not None):
        raise InvalidValue(expected="a ratio or caliper only for nearest neighbors", found=f"method {method}")


def _nearest(who: Flags, x: Floats, names: Sequence[str], settings: MatchSettings) -> Comparison:
    scores = propensity(who, x, names=names)
    along = scores.score if settings.on == "score" else scores.linear
    width = None if settings.caliper is None else settings.caliper * float(along.std(ddof=1))
    taken = nearest_neighbors(who, along, ratio=settings.ratio, caliper=width, search=settings.search)
    count = (taken >= 0).sum(axis=1)
    weights, groups = np.zeros(len(who)), np.full(len(who), -1, dtype=np.int64)
    row, turn = np.nonzero(taken >= 0)
    mates = taken[row, turn]
    weights[count > 0] = 1.0
    weights[mates] = 1.0 / count[row]
    sets = np.cumsum(count > 0) - 1
    groups[count > 0] = sets[count > 0]
    groups[mates] = sets[row]
    estimand: Estimand = "ATT" if (count[who] > 0).all() else "ATT among the matched"
    return Comparison("nearest", estimand, who, weights, groups, scores, width)


def _cem(who: Flags, x: Floats, names: Sequence[str], settings: MatchSettings) -> Comparison:
    cell = coarsened_cells(x, bins=settings.bins)
    weights = cell_weights(who, cell)
    estimand: Estimand = "ATT" if (weights[who] > 0).all() else "ATT among the matched"
    return Comparison("cem", estimand, who, weights, np.where(weights > 0, cell, -1))


def _ipw(who: Flags, x: Floats, names: Sequence[str], settings: MatchSettings) -> Comparison:
    scores = propensity(who, x, names=names)
    odds = np.exp(scores.linear)
    weights = np.where(who, 1.0, odds * (who.sum() / odds[~who].sum()))
    return Comparison("ipw", "ATT", who, weights, scores=scores)


def _overlap(who: Flags, x: Floats, names: Sequence[str], settings: MatchSettings) -> Comparison:
    scores = propensity(who, x, names=names)
    return Comparison("overlap", "ATO", who, np.where(who, 1 - scores.score, scores.score), scores=scores)


def _entropy(who: Flags, x: Floats, names: Sequence[str], settings: MatchSettings) -> Comparison:
    return Comparison("entropy", "ATT", who, entropy_weights(who, x, names=names))


_METHODS: Mapping[str, Callable[[Flags, Floats, Sequence[str], MatchSettings], Comparison]] = {
    "nearest": _nearest,
    "cem": _cem,
    "ipw": _ipw,
    "overlap": _overlap,
    "entropy": _entropy,
}
METHODS = tuple(_METHODS)
