"""Savings: what the effect on cost comes to in money, net of what the program cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Floats, covariance_matrix, critical_value, numbers
from allay.evaluation.inference.fieller import RatioSet, fieller
from allay.measures.intervals import Interval

__all__ = ["Amount", "ProgramCost", "ProgramSavings", "savings", "savings_side_by_side"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money as estimated.

    Attributes
    ----------
    estimate, se : float
    interval : Interval

    Examples
    --------
    >>> Amount.of(100.0, 10.0, level=0.95).interval.low.__round__(2)
    80.4
    """

    estimate: float
    se: float
    interval: Interval

    @classmethod
    def of(cls, estimate: float, se: float, *, level: float) -> Amount:
        """An amount with its normal interval."""
        half = critical_value(level) * se
        return cls(estimate, se, Interval(estimate - half, estimate + half, level))


@dataclass(frozen=True, slots=True)
class ProgramCost:
    """What the program cost for each treated member, with its standard error where it was estimated.

    Attributes
    ----------
    per_member : float
        Above 0.
    se : float
        Taken as independent of the savings.
    source : str
        Where the figure comes from.
    """

    per_member: float
    source: str
    se: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.per_member < float("inf") and 0 <= self.se < float("inf")):
            raise InvalidValue(
                expected="a cost per member above 0, its standard error 0 or more",
                found=f"{self.per_member:g} and {self.se:g}",
            )


@dataclass(frozen=True, slots=True, eq=False)
class ProgramSavings:
    """Gross and net savings of the treated members.

    Attributes
    ----------
    members : float
        Treated members.
    member_months : float
        Their months after the start.
    by_month : tuple of Amount
        Gross savings of all treated members, in the order of the effects given.
    total, per_member, per_member_month : Amount
        Gross: before the cost of the program.
    cost : ProgramCost or None
    net, net_per_member : Amount or None
        Less the cost of the program; None where that is not given.
    return_ratio : RatioSet or None
        Gross savings for each unit of money spent (1 = it paid for itself), with Fieller's confidence set.
    """

    members: float
    member_months: float
    by_month: tuple[Amount, ...]
    total: Amount
    per_member: Amount
    per_member_month: Amount
    cost: ProgramCost | None
    net: Amount | None
    net_per_member: Amount | None
    return_ratio: RatioSet | None


def savings(
    att: ArrayLike,
    covariance: ArrayLike,
    member_months: ArrayLike,
    *,
    members: float,
    cost: ProgramCost | None = None,
    level: float = 0.95,
) -> ProgramSavings:
    """Turn effects on cost into savings: minus the effect, times the treated member-months.

    Parameters
    ----------
    att : array [month]
        Effect on the cost of a treated member in a month; event months, calendar months or cells, as long as
        each treated member-month belongs to one.
    covariance : array [month, month]
        Of the effects; from influence summed by cluster where members move together (`influence_covariance`).
    member_months : array [month]
        Treated member-months behind each effect, taken as known.
    members : float
        Treated members.
    cost : ProgramCost, optional
    level : float

    Examples
    --------
    Two months, 10 members: 20 saved in the first, 30 in the second.

    >>> found = savings([-20.0, -30.0], np.diag([4.0, 9.0]), [10, 10], members=10,
    ...                 cost=ProgramCost(25.0, "made up"))
    >>> found.total.estimate, round(found.total.se, 2), found.net.estimate, found.return_ratio.ratio
    (500.0, 36.06, 250.0, 2.0)
    """
    effects = numbers(att, what="effects")
    matrix = covariance_matrix(covariance, size=len(effects))
    months = numbers(member_months, what="member-months", size=len(effects))
    if (months < 0).any() or not months.sum() > 0 or not 0 < members < float("inf"):
        raise InvalidValue(
            expected="member-months of 0 or more, some above 0, and members above 0",
            found=f"{months.min(initial=0):g} at least, {months.sum():g} in all, {members:g} members",
        )
    total = float(-months @ effects)
    se = math.sqrt(max(0.0, float(months @ matrix @ months)))
    net = net_member = ratio = None
    if cost is not None:
        spent = cost.per_member * members
        net = Amount.of(total - spent, float(np.hypot(se, cost.se * members)), level=level)
        net_member = _scaled(net, members, level)
        ratio = fieller(total, spent, variance=(se**2, (cost.se * members) ** 2), level=level)
    whole = Amount.of(total, se, level=level)
    return ProgramSavings(
        members,
        float(months.sum()),
        _by_month(effects, matrix, months, level),
        whole,
        _scaled(whole, members, level),
        _scaled(whole, float(months.sum()), level),
        cost,
        net,
        net_member,
        ratio,
    )


def savings_side_by_side(
    effects: Mapping[str, tuple[ArrayLike, ArrayLike]],
    member_months: ArrayLike,
    *,
    members: float,
    cost: ProgramCost | None = None,
    level: float = 0.95,
) -> dict[str, ProgramSavings]:
    """Savings from several versions of the cost, such as raw and top-coded, so that neither is shown alone.

    Parameters
    ----------
    effects : mapping of str to (att, covariance)
        By what the version is called.
    member_months, members, cost, level
        As in `savings`.

    Examples
    --------
    >>> effects = {"raw": ([-9.0], [[4.0]]), "top-coded": ([-6.0], [[1.0]])}
    >>> found = savings_side_by_side(effects, [10], members=5)
    >>> {name: each.total.estimate for name, each in found.items()}
    {'raw': 90.0, 'top-coded': 60.0}
    """
    return {
        name: savings(att, covariance, member_months, members=members, cost=cost, level=level)
        for name, (att, covariance) in effects.items()
    }


def _by_month(effects: Floats, matrix: Floats, months: Floats, level: float) -> tuple[Amount, ...]:
    errors = months * np.sqrt(np.diag(matrix))
    return tuple(
        Amount.of(float(amount), float(error), level=level)
        for amount, error in zip(-months * effects, errors, strict=True)
    )


def _scaled(amount: Amount, by: float, level: float) -> Amount:
    return Amount.of(amount.estimate / by, amount.se / by, level=level)
