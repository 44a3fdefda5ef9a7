"""Who benefits: a rule learned on one half of the members and judged on the other, both ways round.

What a rule finds in the data it was learned from is partly chance; only members it has not seen can show
whether it predicts. After Chernozhukov V, Demirer M, Duflo E, Fernandez-Val I, Generic machine learning
inference on heterogeneous treatment effects, Econometrica 2025 (best linear predictor; sorted groups), with
one split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Flags, Floats, Ints, critical_value, sums_by
from allay.evaluation.inference.benefit_rule import BenefitRule, learn_rule
from allay.evaluation.inference.conventions import convention
from allay.evaluation.inference.members import MemberChanges
from allay.evaluation.inference.regression import least_squares
from allay.measures.intervals import Interval

__all__ = ["BenefitGroup", "CalibrationSlope", "WhoBenefits", "who_benefits"]


@dataclass(frozen=True, slots=True)
class BenefitGroup:
    """Effect on the members of a group by predicted benefit, whom the rule had not seen.

    Attributes
    ----------
    name : str
    predicted : float
        Mean predicted effect of its treated members.
    effect, se : float
        The error is an upper bound: the two halves are counted as if they erred together.
    interval : Interval
    treated, comparison : int
        Members.
    """

    name: str
    predicted: float
    effect: float
    se: float
    interval: Interval
    treated: int
    comparison: int


@dataclass(frozen=True, slots=True)
class CalibrationSlope:
    """How much of the predicted differences between members is really there.

    Attributes
    ----------
    slope : float
        1: as predicted; 0: nothing of it.
    se : float
        An upper bound, as for groups.
    interval : Interval
    p : float
        One-sided, of no or an opposite relation.
    halves : tuple of (slope, se)
    """

    slope: float
    se: float
    interval: Interval
    p: float
    halves: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class WhoBenefits:
    """Whether effects differ between members, and how.

    Attributes
    ----------
    differs : bool
        Whether the rules predict, at the stated significance.
    statement : str
        The same in words.
    calibration : CalibrationSlope
    groups : tuple of BenefitGroup
        From the least to the most predicted benefit.
    most_less_least : BenefitGroup
        Effect of the last group less that of the first.
    rules : tuple of BenefitRule
        One for each half that was learned from.
    """

    differs: bool
    statement: str
    calibration: CalibrationSlope
    groups: tuple[BenefitGroup, ...]
    most_less_least: BenefitGroup
    rules: tuple[BenefitRule, ...]


def who_benefits(
    members: MemberChanges,
    *,
    seed: int,
    groups: int = 3,
    lower_is_better: bool = True,
    significance: float = 0.05,
    level: float = 0.95,
) -> WhoBenefits:
    """Learn who benefits and validate it out of sample.

    Parameters
    ----------
    members : MemberChanges
        With covariates.
    seed : int
        Of the split; halves have the same share of treated, and clusters stay whole.
    groups : int
        Groups of equal numbers of treated members by predicted benefit.
    lower_is_better : bool
        Whether a fall of the outcome is the benefit.
    significance, level : float

    Raises
    ------
    InvalidValue
        When a group of a half has fewer treated or compared members than the house rule wants (20).

    Notes
    -----
    In each half the change is regressed on covariates, treatment, and treatment times the predicted effect
    (less its mean), with robust errors; the last coefficient over its error is z. The mean of the two z is
    judged by the standard normal: where nothing differs the two may be equal, so it counts as one z and no
    more. The covariates in that regression, and weights that balance them, are what makes it a comparison of
    like with like; within a group no more balance is promised than the weights give.

    Examples
    --------
    >>> draw = np.random.default_rng(3)
    >>> x, treated = draw.normal(size=(3000, 2)), draw.random(3000) < 0.4
    >>> change = treated * (-1 - 0.8 * x[:, 0]) + draw.normal(size=3000)
    >>> found = who_benefits(MemberChanges.of(change, treated, covariates=x, names=("pain", "age")), seed=1)
    >>> found.differs, [round(group.effect, 1) for group in found.groups]
    (True, [-0.1, -1.0, -1.9])
    """
    if not members.names:
        raise InvalidValue(expected="covariates to tell members apart by", found="none")
    if groups < 2:
        raise InvalidValue(expected="at least 2 groups", found=str(groups))
    half = _halves(members, seed)
    rules, slopes, parts = [], [], []
    for own in (0, 1):
        seen, new = members.only(half != own), members.only(half == own)
        rule = learn_rule(
            seen.change, seen.treated, seen.covariates, names=members.names, weights=seen.weights
        )
        predicted = rule.predict(new.covariates)
        rules.append(rule)
        slopes.append(_slope(new, predicted))
        parts.append(_groups(new, predicted, groups, -1.0 if lower_is_better else 1.0))
    calibration = _calibration(slopes, level)
    differs = calibration.p < significance
    bands, contrast = _pool(parts, groups, level)
    return WhoBenefits(differs, _statement(differs, calibration), calibration, bands, contrast, tuple(rules))


def _halves(members: MemberChanges, seed: int) -> Ints:
    """Half of each member; clusters whole, treated (or clusters with treated) spread evenly."""
    units = np.arange(len(members.change)) if members.cluster is None else members.cluster
    _, place = np.unique(units, return_inverse=True)
    share = sums_by(np.column_stack([members.treated, np.ones(len(place))]).astype(np.float64), place)
    some = share[:, 0] > 0
    random = np.random.default_rng(seed)
    half = np.empty(len(share), dtype=np.int64)
    for stratum in (some, ~some):
        order = random.permutation(np.flatnonzero(stratum))
        half[order] = (np.arange(len(order)) + random.integers(2)) % 2
    return half[place]


def _slope(members: MemberChanges, predicted: Floats) -> tuple[float, float]:
    treated, weights = members.treated.astype(np.float64), members.weights
    middle = (weights * treated) @ predicted / (weights * treated).sum()
    varying = members.covariates[:, np.ptp(members.covariates, axis=0) > 0]
    design = np.column_stack([np.ones(len(treated)), varying, treated, treated * (predicted - middle)])
    fit = least_squares(design, members.change, weights=weights, cluster=members.cluster)
    return fit.combination(np.append(np.zeros(design.shape[1] - 1), 1.0))


def _calibration(slopes: list[tuple[float, float]], level: float) -> CalibrationSlope:
    z = float(np.mean([slope / se for slope, se in slopes]))
    slope, se = (float(np.mean(column)) for column in zip(*slopes, strict=True))
    half = critical_value(level) * se
    return CalibrationSlope(
        slope, se, Interval(slope - half, slope + half, level), float(ndtr(-z)), tuple(slopes)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Half:
    """Groups of one half: arrays [group], the last entry of effect and se being most less least."""

    predicted: Floats
    effect: Floats
    se: Floats
    treated: Ints
    comparison: Ints


def _groups(members: MemberChanges, predicted: Floats, groups: int, sign: float) -> _Half:
    benefit = sign * predicted
    cuts = np.quantile(benefit[members.treated], np.arange(1, groups) / groups)
    place = np.searchsorted(cuts, benefit, side="left")
    fewest = int(convention("subgroups.fewest").number)
    influence = np.zeros((len(benefit), groups))
    effect, mean, counts = np.zeros(groups), np.zeros(groups), np.zeros((2, groups), dtype=np.int64)
    for group in range(groups):
        for arm, sign_of_arm in ((members.treated, 1.0), (~members.treated, -1.0)):
            own = arm & (place == group)
            counts[int(sign_of_arm < 0), group] = own.sum()
            if own.sum() < fewest:
                who = "treated" if sign_of_arm > 0 else "compared"
                raise InvalidValue(
                    expected=f"at least {fewest} members {who} in group {group + 1} of {groups} of each half "
                    "(use fewer groups)",
                    found=str(int(own.sum())),
                )
            average, moves = _mean(members, own)
            effect[group] += sign_of_arm * average
            influence[:, group] += sign_of_arm * moves
        chosen = members.treated & (place == group)
        mean[group] = np.average(predicted[chosen], weights=members.weights[chosen])
    both = np.column_stack([influence, influence[:, -1] - influence[:, 0]])
    summed = both if members.cluster is None else sums_by(both, members.cluster)
    se = np.sqrt((summed**2).sum(axis=0))
    return _Half(mean, np.append(effect, effect[-1] - effect[0]), se, counts[0], counts[1])


def _mean(members: MemberChanges, own: Flags) -> tuple[float, Floats]:
    """Weighted mean change, and what each member moves it (n / (n - 1) as for a sample variance)."""
    weights = members.weights * own
    average = float(weights @ members.change / weights.sum())
    count = int(own.sum())
    moves = weights * (members.change - average) / weights.sum() * np.sqrt(count / (count - 1))
    return average, moves


def _pool(parts: list[_Half], groups: int, level: float) -> tuple[tuple[BenefitGroup, ...], BenefitGroup]:
    share = np.array([part.treated.sum() for part in parts], dtype=np.float64)
    share /= share.sum()
    effect = share @ np.stack([part.effect for part in parts])
    se = share @ np.stack([part.se for part in parts])
    predicted = share @ np.stack([part.predicted for part in parts])
    treated = np.stack([part.treated for part in parts]).sum(axis=0)
    comparison = np.stack([part.comparison for part in parts]).sum(axis=0)
    z = critical_value(level)

    def band(name: str, place: int, expected: float, who: tuple[int, int]) -> BenefitGroup:
        middle, error = float(effect[place]), float(se[place])
        interval = Interval(middle - z * error, middle + z * error, level)
        return BenefitGroup(name, expected, middle, error, interval, *who)

    bands = tuple(
        band(_name(g, groups), g, float(predicted[g]), (int(treated[g]), int(comparison[g])))
        for g in range(groups)
    )
    ends = int(treated[0] + treated[-1]), int(comparison[0] + comparison[-1])
    return bands, band("most less least", groups, float(predicted[-1] - predicted[0]), ends)


def _name(group: int, groups: int) -> str:
    ends = {0: "least predicted benefit", groups - 1: "most predicted benefit"}
    return ends.get(group, f"group {group + 1} of {groups}")


def _statement(differs: bool, calibration: CalibrationSlope) -> str:
    if differs:
        return (
            "Effects differ between members as predicted, in members the rule had not seen "
            f"(slope {calibration.slope:.2f}, p = {calibration.p:.3f})."
        )
    # Where hardly any difference is predicted its slope may be anything, so only p is told.
    return (
        "No evidence of different effects: what the rule predicts is not found in members it had not seen "
        f"(p = {calibration.p:.3f})."
    )
