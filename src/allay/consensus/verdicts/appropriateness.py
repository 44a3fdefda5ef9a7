"""RAND/UCLA appropriateness: median, interpercentile range and its adjusted limit, exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.consensus.protocol.rule import AppropriatenessRule, HalfPoint, PanelRule, PercentileRule
from allay.consensus.protocol.scale import NINE_POINTS
from allay.consensus.ratings.table import Floats, Ints
from allay.consensus.verdicts.conventions import exact
from allay.consensus.verdicts.panel_count import panel_count_of
from allay.consensus.verdicts.percentiles import HUNDRED, RankedCounts
from allay.consensus.verdicts.regions import Directions, is_between, region_counts, region_of_median
from allay.consensus.verdicts.verdict import VerdictWord

WORDS: tuple[VerdictWord, VerdictWord, VerdictWord] = ("inappropriate", "uncertain", "appropriate")
Words = NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Appropriateness:
    """What the method says of each statement; all arrays have the shape (statements,).

    Attributes
    ----------
    n : int64 array
        Ratings.
    median, p30, p70 : float64 array
    ipr : float64 array
        Interpercentile range, p70 - p30.
    ai : float64 array
        Asymmetry index: how far the middle of the range lies from 5.
    ipras : float64 array
        Interpercentile range adjusted for symmetry, the limit: 2.35 + 1.5 x ai.
    di : float64 array
        Disagreement index, ipr / ipras.
    disagreement : bool array
        By the rule that was asked for: ipr > ipras, or by counting.
    half_point : bool array
        Whether the median lies between two regions (3.5 or 6.5).
    direction : int8 array
        1 appropriate, 0 uncertain, -1 inappropriate.
    """

    n: Ints
    median: Floats
    p30: Floats
    p70: Floats
    ipr: Floats
    ai: Floats
    ipras: Floats
    di: Floats
    disagreement: NDArray[np.bool_]
    half_point: NDArray[np.bool_]
    direction: Directions

    @property
    def verdict(self) -> Words:
        """Verdicts in words."""
        return np.array(WORDS)[self.direction + 1]


def appropriateness(
    counts: Ints,
    *,
    percentile: PercentileRule = "linear",
    half_point: HalfPoint = "up",
    panel_rule: PanelRule = "ipras",
) -> Appropriateness:
    """Work out the verdict of every statement. Ties (ipr = ipras) are no disagreement, and are found exactly.

    Parameters
    ----------
    counts : int64 array of shape (statements, 9)
        Ratings by point, at least one of every statement.
    percentile : {"linear", "nearest-rank"}
        Definition of the 30th and the 70th percentile.
    half_point : {"up", "down", "uncertain"}
        What a median of 3.5 or 6.5 counts as: the higher region, the lower, or uncertain.
    panel_rule : {"ipras", "count"}
        Disagreement is ipr > ipras, or enough ratings in each of 1-3 and 7-9.

    Returns
    -------
    Appropriateness
        In a time that grows with the statements, whatever the number of raters.

    Raises
    ------
    InvalidValue
        When a statement has no rating, the counts are not of nine points, or the count rule is asked for a
        statement of which there are not 8 to 16 ratings.

    Notes
    -----
    Fitch et al. 2001, RAND MR-1269; constants and their sources are in ``data/conventions.yaml``.

    Examples
    --------
    >>> ratings = np.array([[0, 0, 3, 0, 0, 0, 3, 3, 0]])
    >>> found = appropriateness(ratings)
    >>> found.p30.tolist(), found.p70.tolist(), found.ipras.tolist(), found.verdict.tolist()
    ([4.6], [7.6], [4.0], ['appropriate'])
    >>> appropriateness(ratings, percentile="nearest-rank").verdict.tolist()
    ['uncertain']
    """
    rule = AppropriatenessRule(percentile=percentile, half_point=half_point, panel_rule=panel_rule)
    return appropriateness_of(RankedCounts.of(counts), rule)


def appropriateness_of(ranked: RankedCounts, rule: AppropriatenessRule) -> Appropriateness:
    """Work out the verdicts of counts that are ranked already, as `appropriateness` does.

    Examples
    --------
    >>> ranked = RankedCounts.of(np.array([[0, 0, 0, 0, 0, 0, 5, 4, 0]]))
    >>> appropriateness_of(ranked, AppropriatenessRule(panel_rule="count")).verdict.tolist()
    ['appropriate']
    """
    regions = region_counts(ranked.counts, NINE_POINTS)
    # Numerators of hundredths, of two-hundredths and of 1 / unit: exact until the last division.
    first = HUNDRED * NINE_POINTS.minimum
    low, high = (
        ranked.percentile(int(exact(f"ram.percentile.{end}")), rule.percentile) + first
        for end in ("low", "high")
    )
    asymmetry = np.abs(low + high - int(2 * HUNDRED * exact("ram.ipras.center")))
    limit, unit = _limit(asymmetry)
    spread = (unit // HUNDRED) * (high - low)
    disagreement = spread > limit
    if rule.panel_rule == "count":
        counted = panel_count_of(ranked, half_point=rule.half_point)
        counted.require()
        disagreement = counted.disagreement
    direction = region_of_median(ranked.halves, NINE_POINTS, rule.half_point)
    direction[disagreement] = 0
    return Appropriateness(
        n=regions.n,
        median=ranked.halves / 2 + NINE_POINTS.minimum,
        p30=low / HUNDRED,
        p70=high / HUNDRED,
        ipr=(high - low) / HUNDRED,
        ai=asymmetry / (2 * HUNDRED),
        ipras=limit / unit,
        di=spread / limit,
        disagreement=disagreement,
        half_point=is_between(ranked.halves, NINE_POINTS),
        direction=direction,
    )


def _limit(asymmetry: Ints) -> tuple[Ints, int]:
    """The adjusted limit as numerators over a common unit; the asymmetry is in two-hundredths."""
    base, slope = exact("ram.ipras.base"), exact("ram.ipras.slope") / (2 * HUNDRED)
    unit = math.lcm(base.denominator, slope.denominator, HUNDRED)
    return int(base * unit) + int(slope * unit) * asymmetry, unit
