"""The shape of what a result says of who benefits."""

from __future__ import annotations

from allay.base.status import Status
from allay.base.tables import Strict


class BenefitBand(Strict):
    """The effect on a group of members by how much they were predicted to benefit.

    Attributes
    ----------
    name : str
    predicted : float
        Mean predicted effect of its starters, by a rule that had not seen them.
    effect, se, low, high : float
    starters, comparison : int
    """

    name: str
    predicted: float
    effect: float
    se: float
    low: float
    high: float
    starters: int
    comparison: int


class BenefitTrait(Strict):
    """What the rule leans on.

    Attributes
    ----------
    covariate : str
    slopes : tuple of float
        Change of the effect for one standard deviation more of it, as learned from each half.
    """

    covariate: str
    slopes: tuple[float, ...]


class BenefitRecord(Strict):
    """Whether some benefit more than others, learned on one half of the members and judged on the other.

    Attributes
    ----------
    outcome : str
    differs : bool, optional
        None where it was not worked out.
    slope, slope_low, slope_high, p : float, optional
        How much of the predicted differences is there: 1 all of it, 0 nothing; p is one-sided.
    groups : tuple of BenefitBand
        From the least to the most predicted benefit.
    most_less_least : BenefitBand, optional
    traits : tuple of BenefitTrait
        By how much they move the effect.
    fewest : int
        Starters, and comparison members, that a group of a half must have.
    fewest_status : Status
        How sure that limit is.
    needed : int
        Starters below which nothing is worked out.
    words : str
    """

    outcome: str
    differs: bool | None = None
    slope: float | None = None
    slope_low: float | None = None
    slope_high: float | None = None
    p: float | None = None
    groups: tuple[BenefitBand, ...] = ()
    most_less_least: BenefitBand | None = None
    traits: tuple[BenefitTrait, ...] = ()
    fewest: int
    fewest_status: Status
    needed: int
    words: str
