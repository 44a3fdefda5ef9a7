"""Verdicts by any rule of decision."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from allay.base.errors import InvalidValue
from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule, PercentRule, ThresholdRule
from allay.consensus.protocol.scale import NINE_POINTS, RatingScale
from allay.consensus.ratings.table import Ints
from allay.consensus.verdicts.appropriateness import WORDS, Words, appropriateness_of
from allay.consensus.verdicts.percentiles import RankedCounts
from allay.consensus.verdicts.regions import Directions, RegionCounts, region_counts
from allay.consensus.verdicts.shares import least_reaching, most_within
from allay.consensus.verdicts.verdict import VerdictWord

SHARE_WORDS: tuple[VerdictWord, VerdictWord, VerdictWord] = ("out", "none", "in")


def judge(
    counts: Ints,
    rule: DecisionRule,
    scale: RatingScale = NINE_POINTS,
    *,
    round: int = 1,  # noqa: A002
    group_counts: Mapping[str, Ints] | None = None,
) -> Words:
    """Say what a rule makes of each statement.

    Parameters
    ----------
    counts : int64 array of shape (statements, points)
        Ratings by point, at least one of every statement.
    rule : AppropriatenessRule, ThresholdRule or PercentRule
    scale : RatingScale
    round : int
        Number of the round; a two-step rule has another percentage in the first.
    group_counts : mapping of str to int64 array of the shape of `counts`
        Ratings of each group. A rule with `each_group` looks at nothing else: a statement is in (or out) only
        when it is in every group.

    Returns
    -------
    str array of shape (statements,)
        `appropriate`, `uncertain`, `inappropriate`, or `in`, `none`, `out`. Where a rule would say both in
        and out (its percentages allow it), it decides nothing: `none`.

    Raises
    ------
    InvalidValue
        When a statement has no rating, a rule asks groups and there are none or one is empty, or the rule
        cannot be used for this scale or size of panel.

    Examples
    --------
    >>> counts = np.array([[2, 0, 0, 4, 0, 0, 14, 0, 0], [3, 0, 0, 3, 0, 0, 14, 0, 0]])
    >>> judge(counts, ThresholdRule()).tolist()
    ['in', 'none']
    >>> judge(counts, PercentRule(share=70, first_round=50), round=2).tolist()
    ['in', 'in']
    """
    words = words_of(rule)
    return np.array(words)[directions(counts, rule, scale, round=round, group_counts=group_counts) + 1]


def words_of(rule: DecisionRule) -> tuple[VerdictWord, VerdictWord, VerdictWord]:
    """The words of a rule for no, undecided and yes.

    Examples
    --------
    >>> words_of(PercentRule())
    ('out', 'none', 'in')
    """
    return WORDS if isinstance(rule, AppropriatenessRule) else SHARE_WORDS


def directions(
    counts: Ints,
    rule: DecisionRule,
    scale: RatingScale = NINE_POINTS,
    *,
    round: int = 1,  # noqa: A002
    group_counts: Mapping[str, Ints] | None = None,
) -> Directions:
    """Verdicts as 1 for yes, 0 for undecided, -1 for no; otherwise as `judge`.

    Examples
    --------
    >>> directions(np.array([[9, 0, 0, 0, 0, 0, 0, 0, 0]]), PercentRule()).tolist()
    [-1]
    """
    return ranked_directions(RankedCounts.of(counts), rule, scale, round=round, group_counts=group_counts)


def ranked_directions(
    ranked: RankedCounts,
    rule: DecisionRule,
    scale: RatingScale = NINE_POINTS,
    *,
    round: int = 1,  # noqa: A002
    group_counts: Mapping[str, Ints] | None = None,
) -> Directions:
    """Verdicts from counts that are ranked already, as `directions`.

    Examples
    --------
    >>> ranked = RankedCounts.of(np.array([[0, 0, 0, 0, 0, 0, 0, 0, 9]]))
    >>> [ranked_directions(ranked, rule).tolist() for rule in (AppropriatenessRule(), PercentRule())]
    [[1], [1]]
    """
    if isinstance(rule, AppropriatenessRule):
        if not scale.nine_in_thirds:
            expected = "the scale 1 to 9 in thirds for the RAND/UCLA method"
            raise InvalidValue(expected=expected, found=f"{scale.minimum} to {scale.maximum}")
        return appropriateness_of(ranked, rule).direction
    if not rule.each_group:
        return _directions_of(region_counts(ranked.counts, scale), rule, round)
    if not group_counts:
        raise InvalidValue(expected="ratings by group for a rule that asks each group", found="no groups")
    found = [
        _directions_of(_of_group(name, given, scale, len(ranked.counts)), rule, round)
        for name, given in group_counts.items()
    ]
    lowest, highest = np.min(found, axis=0), np.max(found, axis=0)
    return np.where(lowest == highest, lowest, 0).astype(np.int8)


def _of_group(name: str, counts: Ints, scale: RatingScale, statements: int) -> RegionCounts:
    if len(counts) != statements:
        raise InvalidValue(expected=f"counts of {statements} statements", found=f"{len(counts)} of {name!r}")
    regions = region_counts(counts, scale)
    empty = np.flatnonzero(regions.n == 0)
    if empty.size:
        found = f"none of {name!r} for statement {empty[0] + 1} of {statements}"
        raise InvalidValue(expected="ratings of every group for a rule that asks each group", found=found)
    return regions


def _directions_of(regions: RegionCounts, rule: ThresholdRule | PercentRule, number: int) -> Directions:
    n = regions.n
    if isinstance(rule, PercentRule):
        first = number == 1 and rule.first_round is not None
        least = least_reaching(n, rule.first_round if first and rule.first_round is not None else rule.share)
        accepted, refused = regions.high >= least, regions.low >= least
    else:
        least, limit = least_reaching(n, rule.high_share), least_reaching(n, rule.low_limit)
        accepted = (regions.high >= least) & (regions.low < limit)
        if rule.exclusion == "a":
            refused = (regions.low >= least) & (regions.high < limit)
        else:
            refused = regions.high <= most_within(n, rule.high_at_most)
    return accepted.astype(np.int8) - refused.astype(np.int8)
