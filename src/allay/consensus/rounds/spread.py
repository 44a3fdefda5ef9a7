"""Median, percentiles and disagreement of statements on any scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.ratings.table import Floats, Ints
from allay.consensus.verdicts.appropriateness import appropriateness
from allay.consensus.verdicts.conventions import exact
from allay.consensus.verdicts.percentiles import HUNDRED, cumulated, median_halves, percentile_hundredths


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Where ratings lie and how far apart; all arrays have the shape (statements,).

    Attributes
    ----------
    median, p30, p70 : float64 array
    ipr, ai, ipras, di : float64 array, optional
        Of the appropriateness method; None on other scales than its nine points.
    disagreement : bool array, optional
        Also of that method.
    """

    median: Floats
    p30: Floats
    p70: Floats
    ipr: Floats | None = None
    ai: Floats | None = None
    ipras: Floats | None = None
    di: Floats | None = None
    disagreement: NDArray[np.bool_] | None = None


def spread_of(counts: Ints, rule: DecisionRule, scale: RatingScale) -> Spread:
    """Describe the ratings of statements, each of which somebody rated.

    Parameters
    ----------
    counts : int64 array of shape (statements, points)
    rule : AppropriatenessRule, ThresholdRule or PercentRule
        Its definitions of percentiles and disagreement hold where it has any; else linear interpolation and
        the interpercentile range.

    Returns
    -------
    Spread
        Time grows with the cells of `counts`.

    Raises
    ------
    InvalidValue
        As `allay.consensus.verdicts.appropriateness`.

    Examples
    --------
    >>> five = RatingScale(minimum=1, maximum=5, low_to=2, high_from=4)
    >>> found = spread_of(np.array([[0, 0, 1, 1, 2]]), AppropriatenessRule(), five)
    >>> found.median.tolist(), found.p30.round(2).tolist(), found.ipr
    ([4.5], [3.9], None)
    """
    own = rule if isinstance(rule, AppropriatenessRule) else AppropriatenessRule()
    if not scale.nine_in_thirds:
        up_to = cumulated(counts)
        low, high = (
            percentile_hundredths(up_to, int(exact(f"ram.percentile.{end}")), own.percentile) / HUNDRED
            for end in ("low", "high")
        )
        return Spread(
            median=median_halves(up_to) / 2 + scale.minimum,
            p30=low + scale.minimum,
            p70=high + scale.minimum,
        )
    found = appropriateness(
        counts, percentile=own.percentile, half_point=own.half_point, panel_rule=own.panel_rule
    )
    return Spread(
        median=found.median,
        p30=found.p30,
        p70=found.p70,
        ipr=found.ipr,
        ai=found.ai,
        ipras=found.ipras,
        di=found.di,
        disagreement=found.disagreement,
    )
