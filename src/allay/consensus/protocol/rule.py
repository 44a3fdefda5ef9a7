"""Rules of decision: what makes ratings a consensus. Frozen with the protocol, before any round."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from allay.base.documents import Strict
from allay.consensus.protocol.words import Percent

PercentileRule: TypeAlias = Literal["linear", "nearest-rank"]
"""Which 30th and 70th percentile: interpolated between ratings, or a rating that was given."""
HalfPoint: TypeAlias = Literal["up", "down", "uncertain"]
"""What a median between two regions (3.5 and 6.5) counts as: the higher region, the lower, or uncertain."""
PanelRule: TypeAlias = Literal["ipras", "count"]
"""What disagreement is: an interpercentile range above its adjusted limit, or ratings in both extremes."""
Exclusion: TypeAlias = Literal["a", "b"]
"""When a statement is out: the mirror image of being in (a), or too few in the high region (b)."""


class AppropriatenessRule(Strict):
    """RAND/UCLA appropriateness method.

    Examples
    --------
    >>> AppropriatenessRule().percentile
    'linear'
    """

    method: Literal["ram"] = "ram"
    percentile: PercentileRule = "linear"
    half_point: HalfPoint = "up"
    panel_rule: PanelRule = "ipras"


class ThresholdRule(Strict):
    """Core outcome sets: enough ratings in the high region and few in the low one.

    Attributes
    ----------
    high_share : float
        In: at least this percentage of ratings in the high region and
    low_limit : float
        less than this percentage in the low one.
    exclusion : {"a", "b"}
        Out by `a`: the same with high and low exchanged; by `b`: at most `high_at_most` percent in the high
        region, in every group where the rule asks groups.
    high_at_most : float
    each_group : bool
        Whether every group of the panel has to meet the rule by itself.
    """

    method: Literal["comet"] = "comet"
    high_share: Percent = 70
    low_limit: Percent = 15
    exclusion: Exclusion = "a"
    high_at_most: Percent = 50
    each_group: bool = False


class PercentRule(Strict):
    """Percent agreement: enough ratings in one region.

    Attributes
    ----------
    share : float
        In: at least this percentage of ratings in the high region; out: in the low region.
    first_round : float, optional
        Another percentage for round 1 (a two-step rule).
    each_group : bool
        Whether every group of the panel has to meet the rule by itself.
    """

    method: Literal["percent"] = "percent"
    share: Annotated[float, Field(gt=50, le=100)] = 75
    first_round: Annotated[float, Field(ge=50, le=100)] | None = None
    each_group: bool = False


DecisionRule: TypeAlias = Annotated[
    AppropriatenessRule | ThresholdRule | PercentRule, Field(discriminator="method")
]
