"""Nominal group ranking: private rankings added up, with ties shown as ties."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from allay.base.documents import Strict
from allay.base.errors import InvalidInput, Problem
from allay.consensus.estimates.rankingfile import RankingTable
from allay.consensus.estimates.stages import NominalStages, nominal_stages
from allay.consensus.ratings.table import Ints

Points: TypeAlias = Literal["rank-sum", "reverse"]
"""What is added: ranks, of which few are good, or points from K for rank 1 down to 1, of which many are."""


class RankedItem(Strict):
    """An item in its place.

    Attributes
    ----------
    place : int
        1 for the first; items with the same score share a place, and the places after it are left out.
    score : int
        What items are placed by: the sum of ranks (fewest first) or of points (most first).
    raters : int
        How many ranked it.
    tied : bool
        Whether it shares its place.
    """

    place: int
    item: str
    score: int
    raters: int
    tied: bool


class RankingResult(Strict):
    """What private rankings come to. No ranking of a single rater is meant to stand in it.

    Attributes
    ----------
    points : {"rank-sum", "reverse"}
    top : int
        How many items each rater could rank.
    raters, complete : int
        Raters; those of them who ranked as many as they could.
    kendall_w : float, optional
        How far raters agree, from 0 to 1; None where it is not defined, and `why_no_w` says why.
    technique : NominalStages
        Stages of the technique; of all but the ranking nothing is in the file.
    """

    format: Literal["allay-consensus-ranking/1"] = "allay-consensus-ranking/1"
    allay_version: str
    points: Points
    top: int
    raters: int
    complete: int
    kendall_w: float | None
    why_no_w: str | None
    technique: NominalStages
    items: tuple[RankedItem, ...]


def ranking_result(table: RankingTable, *, allay_version: str, points: Points | None = None) -> RankingResult:
    """Add up private rankings and put the items in their places.

    Parameters
    ----------
    table : RankingTable
    points : {"rank-sum", "reverse"}, optional
        By default `rank-sum` where everybody ranks every item, else `reverse`: K points for rank 1 down to 1
        for rank K and none without a rank, K being how many a rater could rank. Of complete rankings both
        make the same places. Time grows with items times raters.

    Raises
    ------
    InvalidInput
        When ranks are to be added and somebody did not rank an item: no rank would then be the best.

    Examples
    --------
    >>> ranks = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]])
    >>> table = RankingTable("r.csv", ("tea", "yoga", "rest"), ("a", "b"), ranks)
    >>> result = ranking_result(table, allay_version="0")
    >>> [(row.place, row.item, row.score, row.tied) for row in result.items]
    [(1, 'tea', 3, True), (1, 'yoga', 3, True), (3, 'rest', 6, False)]
    """
    ranked = ~np.isnan(table.ranks)
    chosen = points or ("rank-sum" if table.top is None else "reverse")
    if chosen == "rank-sum" and not ranked.all():
        expected = "a rank of every item by every rater, or reverse points"
        short = int((~ranked.all(axis=0)).sum())
        raise InvalidInput(Problem(table.name, "-", "rank", expected, f"{short} raters with fewer"))
    most = len(table.items) if table.top is None else table.top
    ranks = np.where(ranked, table.ranks, most + 1).astype(np.int64)
    score = ranks.sum(axis=1) if chosen == "rank-sum" else (most + 1 - ranks).sum(axis=1)
    w, why = _kendall_w(table, complete=bool(ranked.all()))
    return RankingResult(
        allay_version=allay_version,
        points=chosen,
        top=most,
        raters=len(table.raters),
        complete=int((ranked.sum(axis=0) == min(most, len(table.items))).sum()),
        kendall_w=w,
        why_no_w=why,
        technique=nominal_stages(),
        items=_placed(table, score if chosen == "rank-sum" else -score, ranked.sum(axis=1)),
    )


def _placed(table: RankingTable, size: Ints, raters: Ints) -> tuple[RankedItem, ...]:
    """Smallest first; what is equal stays in the order of the file."""
    order = np.argsort(size, kind="stable")
    ordered = size[order]
    first = np.searchsorted(ordered, ordered, side="left")
    alike = np.searchsorted(ordered, ordered, side="right") - first
    return tuple(
        RankedItem(
            place=int(first[row]) + 1,
            item=table.items[item],
            score=abs(int(size[item])),
            raters=int(raters[item]),
            tied=bool(alike[row] > 1),
        )
        for row, item in enumerate(order.tolist())
    )


def _kendall_w(table: RankingTable, *, complete: bool) -> tuple[float | None, str | None]:
    if not complete:
        return None, "not everybody ranked every item"
    from allay.consensus.agreement.coefficients import coefficients

    (found,) = coefficients(table.ranks, measures=["kendall_w"])
    return found.value, found.why or None
