"""Adding effects of cohorts and periods up: to one number, by cohort, by time since treatment, by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.did.bands import Multiplier, multiplied, pointwise, simultaneous
from allay.evaluation.did.grouptime import GroupTimeEffects

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Kind = Literal["simple", "group", "dynamic", "calendar"]
LEVEL, SEED, DRAWS = 0.95, 1, 20_000
"""Of bands; 20,000 draws settle the critical value to about 0.01."""


@dataclass(frozen=True, slots=True, eq=False)
class AggregateParts:
    """Effects by cohort, time since treatment, or period.

    Attributes
    ----------
    label : int64 array [part]
        The cohort, the periods since treatment began (below 0 before), or the period.
    att, se : float64 array [part]
        The error is NaN where the effect is 0 by definition.
    low, high : float64 array [part]
        The band that holds all parts at once.
    pointwise_low, pointwise_high : float64 array [part]
        The interval of each part by itself.
    """

    label: Integers
    att: Floats
    se: Floats
    low: Floats
    high: Floats
    pointwise_low: Floats
    pointwise_high: Floats

    def __len__(self) -> int:
        return len(self.label)


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate:
    """Effects that were added up, overall and in parts.

    Attributes
    ----------
    kind : str
    level : float
    att, se, low, high : float
        Overall, with its interval.
    by : AggregateParts
        Empty for the simple aggregate.
    critical : float
        How many standard errors the band reaches to either side.
    covariance : float64 array [part, part]
    weights : float64 array [part, cell]
        Of the effects in each part.
    overall : float64 array [cell]
        Weights of the effects in the overall one.
    """

    kind: Kind
    level: float
    att: float
    se: float
    low: float
    high: float
    by: AggregateParts
    critical: float
    covariance: Floats
    weights: Floats
    overall: Floats


def aggregate(
    effects: GroupTimeEffects,
    kind: Kind = "simple",
    *,
    level: float = LEVEL,
    balance: int | None = None,
    multiplier: Multiplier | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Aggregate:
    """Add effects up as Callaway and Sant'Anna do; errors include that of estimated weights.

    Parameters
    ----------
    effects : GroupTimeEffects
    kind : {"simple", "group", "dynamic", "calendar"}
        All treated cells by size of cohort; the mean of each cohort; by periods since treatment (overall: the
        mean of those from 0 on); by period.
    level : float
        Of intervals and bands.
    balance : int, optional
        For ``dynamic``: only cohorts that are seen so many periods after treatment began, and only event
        times that all of them reach.
    multiplier : {"rademacher", "mammen"}, optional
        Band by this bootstrap of the influence of units, in place of normal draws from the covariance.
    seed, draws : int

    Raises
    ------
    InvalidValue
        No treated cell; a bootstrap of effects that keep no influence.

    Examples
    --------
    >>> from allay.evaluation.did.effects import group_time_effects
    >>> from allay.evaluation.did.panel import wide
    >>> panel = wide([1, 1, 2, 2, 3, 3, 4, 4], [1, 2] * 4, [2] * 4 + [0] * 4, [1, 5, 1, 3, 2, 3, 4, 5])
    >>> found = aggregate(group_time_effects(panel), "dynamic")
    >>> found.att, found.by.label.tolist(), round(found.se, 4)
    (2.0, [0], 0.7071)
    """
    label, part, overall = _loadings(effects, kind, balance)
    both = np.vstack([part, overall])
    covariance = both @ effects.joint @ both.T
    cells = len(effects.att)
    att = both[:, :cells] @ effects.att
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    by = covariance[:-1, :-1]
    if multiplier is None:
        critical = simultaneous(by, level=level, seed=seed, draws=draws)
    elif effects.influence is None:
        raise InvalidValue(expected="effects with influence=True for a bootstrap", found="none kept")
    else:
        influence = effects.influence @ part.T
        critical = multiplied(influence, level=level, seed=seed, draws=draws, kind=multiplier)
    one = pointwise(level)
    error = np.where(_empty(part[:, :cells], effects), np.nan, scale[:-1])
    parts = AggregateParts(
        label,
        att[:-1],
        error,
        att[:-1] - critical * error,
        att[:-1] + critical * error,
        att[:-1] - one * error,
        att[:-1] + one * error,
    )
    mean, spread = float(att[-1]), float(scale[-1])
    return Aggregate(
        kind=kind,
        level=level,
        att=mean,
        se=spread,
        low=mean - one * spread,
        high=mean + one * spread,
        by=parts,
        critical=critical,
        covariance=by,
        weights=part[:, :cells],
        overall=overall[:cells],
    )


def _loadings(effects: GroupTimeEffects, kind: Kind, balance: int | None) -> tuple[Integers, Floats, Floats]:
    """Labels, how each part hangs on effects and shares of groups, and how the overall effect does."""
    if kind not in get_args(Kind):
        raise InvalidValue(expected=f"kind {', '.join(get_args(Kind))}", found=repr(kind))
    if balance is not None and kind != "dynamic":
        raise InvalidValue(expected="balance with kind 'dynamic'", found=f"kind {kind!r}")
    post = effects.event >= 0
    if not post.any():
        raise InvalidValue(expected="a period after treatment began", found="only earlier ones")
    group = np.searchsorted(effects.groups, effects.cohort)
    if kind == "simple":
        return np.empty(0, dtype=np.int64), *_weighed(effects, group, [], post)
    if kind == "group":
        label = np.unique(effects.cohort[post])
        means = [_mean(effects, post & (effects.cohort == one)) for one in label.tolist()]
        parts = np.array(means)
        return label, parts, _by_size(effects, label, parts)
    if kind == "calendar":
        label = np.unique(effects.time[post])
        masks = [post & (effects.time == one) for one in label.tolist()]
        parts, _ = _weighed(effects, group, masks, post)
        return label, parts, parts.mean(axis=0)
    there = np.ones(len(post), dtype=bool) if balance is None else _balanced(effects, balance)
    label = np.unique(effects.event[there])
    masks = [there & (effects.event == one) for one in label.tolist()]
    parts, _ = _weighed(effects, group, masks, post)
    return label, parts, parts[label >= 0].mean(axis=0)


def _balanced(effects: GroupTimeEffects, balance: int) -> Mask:
    """Cells of cohorts that are seen `balance` periods after treatment, at times that all of them reach."""
    first, last = effects.periods[0], effects.periods[-1]
    long = last - effects.cohort >= balance
    there: Mask = long & (effects.event <= balance) & (effects.event >= balance - (last - first))
    if balance < 0 or not (there & (effects.event >= 0)).any():
        raise InvalidValue(
            expected="a balance that some cohort reaches",
            found=f"{balance} (the longest is seen for {int(last - effects.cohort.min())})",
        )
    return there


def _mean(effects: GroupTimeEffects, mask: Mask) -> Floats:
    loading = np.zeros(len(effects.joint))
    loading[: len(mask)] = mask / mask.sum()
    return loading


def _weighed(
    effects: GroupTimeEffects, group: Integers, masks: list[Mask], all_of: Mask
) -> tuple[Floats, Floats]:
    """Weigh the cells of each mask, and of all, by the size of their cohorts.

    With weights ``w = s / sum(s)`` the mean effect changes with a share s by ``(effect - mean) / sum(s)``:
    that is how estimated shares enter its error.
    """
    cells = len(group)
    loading = np.zeros((len(masks) + 1, len(effects.joint)))
    for row, mask in zip(loading, [*masks, all_of], strict=True):
        size = np.where(mask, effects.size[group], 0.0)
        row[:cells] = size / size.sum()
        apart = np.where(mask, effects.att - row[:cells] @ effects.att, 0.0) / size.sum()
        np.add.at(row, cells + group, apart)
    return loading[:-1], loading[-1]


def _by_size(effects: GroupTimeEffects, label: Integers, parts: Floats) -> Floats:
    """Weigh the means of cohorts by their size."""
    cells, place = len(effects.att), np.searchsorted(effects.groups, label)
    size = effects.size[place]
    att = parts[:, :cells] @ effects.att
    weights = size / size.sum()
    loading: Floats = weights @ parts
    loading[cells + place] += (att - weights @ att) / size.sum()
    return loading


def _empty(weights: Floats, effects: GroupTimeEffects) -> Mask:
    """Parts that rest on nothing but effects that are 0 by definition."""
    undefined: Mask = np.isnan(effects.se)
    found: Mask = ((weights != 0) <= undefined).all(axis=1)
    return found
