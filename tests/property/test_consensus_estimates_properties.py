"""Estimates, rankings and movement: what holds whoever gave what."""

from __future__ import annotations

import io
import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allay.consensus.estimates.limits import limits
from allay.consensus.estimates.ranking import ranking_result
from allay.consensus.estimates.rankingfile import RankingTable
from allay.consensus.estimates.reading import read_estimates
from allay.consensus.estimates.result import estimate_result
from allay.consensus.estimates.scale import EstimateScale
from allay.consensus.protocol.scale import NINE_POINTS
from allay.consensus.ratings.table import RatingTable
from allay.consensus.rounds.movement import movement
from allay.consensus.rounds.stability import round_stability

SHARES = EstimateScale(0, 1)
LOW, HIGH = limits().log_odds.lowest, limits().log_odds.highest

shares = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=12)
estimates = st.dictionaries(
    st.tuples(st.sampled_from("yz"), st.sampled_from("abcdefg"), st.sampled_from(["1", "2", "3"])),
    st.integers(0, 100).map(lambda cents: cents / 100),
    min_size=1,
)


def result(rows):
    text = "item,expert,round,best\n" + "".join(
        f"{item},{expert},{number},{best!r}\n" for (item, expert, number), best in rows
    )
    table = read_estimates(io.BytesIO(text.encode()), scale=SHARES)
    return {(row.item, row.round): row for row in estimate_result(table, allay_version="0").items}


def of_one(values):
    return result([(("y", f"e{place}", "1"), value) for place, value in enumerate(values)])["y", "1"]


@given(estimates, st.data())
def test_the_order_of_experts_changes_nothing(rows, data):
    assert result(data.draw(st.permutations(list(rows.items())))) == result(rows.items())


@given(estimates)
def test_against_a_loop(rows):
    found = result(rows.items())
    assert set(found) == {(item, number) for item, _, number in rows}
    for (item, number), row in found.items():
        best = {expert: value for (one, expert, when), value in rows.items() if (one, when) == (item, number)}
        ordered = sorted(best.values())
        assert row.n == len(ordered)
        assert row.mean == pytest.approx(statistics.fmean(ordered), abs=1e-15)
        assert row.median == pytest.approx(statistics.median(ordered), abs=1e-15)
        assert (row.q1, row.q3) == pytest.approx(tuple(np.percentile(ordered, [25, 75])), abs=1e-15)
        odds = [math.log(p / (1 - p)) for p in (min(max(value, LOW), HIGH) for value in ordered)]
        assert row.log_odds_mean == pytest.approx(1 / (1 + math.exp(-statistics.fmean(odds))), abs=1e-14)
        earlier = [when for when in ("1", "2", "3") if when < number and (item, when) in found]
        if not earlier:
            assert (row.iqr_change, row.both_rounds, row.share_changed) == (None, None, None)
            continue
        before = {
            expert: value for (one, expert, when), value in rows.items() if (one, when) == (item, earlier[-1])
        }
        both = best.keys() & before.keys()
        assert row.iqr_change == pytest.approx(row.iqr - found[item, earlier[-1]].iqr, abs=1e-15)
        assert row.both_rounds == len(both)
        changed = sum(best[expert] != before[expert] for expert in both)
        assert row.share_changed == (changed / len(both) if len(both) >= 5 else None)


@given(shares)
def test_aggregates_lie_between_the_estimates(values):
    row = of_one(values)
    assert min(values) <= row.mean <= max(values)
    assert min(values) <= row.q1 <= row.median <= row.q3 <= max(values)
    drawn = np.clip(values, LOW, HIGH)
    assert drawn.min() - 1e-15 <= row.log_odds_mean <= drawn.max() + 1e-15


@given(shares)
def test_the_log_odds_mean_of_the_opposite_is_the_opposite(values):
    assert of_one([1 - value for value in values]).log_odds_mean == pytest.approx(
        1 - of_one(values).log_odds_mean, abs=1e-13
    )


rankings = st.integers(1, 6).flatmap(
    lambda items: st.lists(st.permutations(range(1, items + 1)), min_size=1, max_size=8)
)


def ranked(ranks, **options):
    items = tuple(f"i{place}" for place in range(len(ranks[0])))
    raters = tuple(f"r{place}" for place in range(len(ranks)))
    table = RankingTable("r.csv", items, raters, np.array(ranks, dtype=float).T, options.pop("top", None))
    return ranking_result(table, allay_version="0", **options)


@given(rankings, st.data())
def test_rankings_against_a_loop_in_any_order_of_raters(ranks, data):
    found = ranked(ranks)
    sums = [sum(of_item) for of_item in zip(*ranks, strict=True)]
    for row in found.items:
        score = sums[int(row.item[1:])]
        assert (row.score, row.place) == (score, 1 + sum(other < score for other in sums))
        assert row.tied == (sums.count(score) > 1)
    assert [row.place for row in found.items] == sorted(row.place for row in found.items)
    assert [(row.place, row.item) for row in ranked(ranks, points="reverse").items] == [
        (row.place, row.item) for row in found.items
    ]
    m, n = len(ranks), len(sums)
    if m > 1 and n > 1:
        w = 12 * sum((one - m * (n + 1) / 2) ** 2 for one in sums) / (m**2 * (n**3 - n))
        assert found.kendall_w == pytest.approx(w, abs=1e-12)
    assert ranked(data.draw(st.permutations(ranks))).items == found.items


@given(rankings, st.integers(1, 6))
def test_points_of_the_first_few_against_a_loop(ranks, top):
    found = ranked([[rank if rank <= top else math.nan for rank in of] for of in ranks], top=top)
    for row in found.items:
        given_ranks = [of[int(row.item[1:])] for of in ranks if of[int(row.item[1:])] <= top]
        assert (row.score, row.raters) == (sum(top + 1 - rank for rank in given_ranks), len(given_ranks))


ratings = st.lists(
    st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=7, max_size=7), min_size=3, max_size=3
)
STATEMENTS, RATERS = ("s", "t", "u"), tuple("abcdefg")


def rated(rows, number, order=range(7)):
    values = np.array([[np.nan if row[at] is None else row[at] for at in order] for row in rows], dtype=float)
    lines = np.zeros(values.shape, dtype=np.int64)
    return RatingTable("r.csv", STATEMENTS, tuple(RATERS[at] for at in order), values, lines, number)


@given(ratings, ratings, st.permutations(range(7)))
def test_movement_against_a_loop_in_any_order_of_raters(first, second, order):
    found = movement(rated(first, 1), rated(second, 2, order), smallest=5, scale=NINE_POINTS)
    for row, before, after in zip(found, first, second, strict=True):
        pairs = [(a, b) for a, b in zip(before, after, strict=True) if a is not None and b is not None]
        assert row.raters == len(pairs)
        if len(pairs) < 5:
            assert (row.changed, row.share_changed, row.median_to, row.cv_from) == (None,) * 4
            continue
        assert (row.up, row.down) == (sum(b > a for a, b in pairs), sum(b < a for a, b in pairs))
        assert row.changed == row.up + row.down
        assert row.share_changed == row.changed / len(pairs)
        assert row.same_region == sum((a - 1) // 3 == (b - 1) // 3 for a, b in pairs) / len(pairs)
        for side, values in (("from", before), ("to", after)):
            given_ratings = [value for value in values if value is not None]
            low, high = np.percentile(given_ratings, [25, 75])
            assert getattr(row, f"iqr_{side}") == high - low
            assert getattr(row, f"median_{side}") == statistics.median(given_ratings)
            variation = statistics.stdev(given_ratings) / statistics.fmean(given_ratings)
            assert getattr(row, f"cv_{side}") == pytest.approx(variation, abs=1e-14)


@given(ratings)
def test_an_unchanged_round_is_stable(rows):
    assert {row.share_changed for row in movement(rated(rows, 1), rated(rows, 2), smallest=1)} <= {0.0, None}
    found = round_stability(rated(rows, 1), rated(rows, 2), smallest=1)
    assert found.share_changed in (0.0, None)
    assert found.weighted_kappa in (1.0, None)
    assert found.spearman is None or found.spearman == pytest.approx(1, abs=1e-12)


@given(ratings, ratings)
def test_weighted_kappa_against_the_table_of_both_rounds(first, second):
    found = round_stability(rated(first, 1), rated(second, 2), smallest=1)
    pairs = [(a, b) for x, y in zip(first, second, strict=True) for a, b in zip(x, y, strict=True) if a and b]
    if not pairs:
        assert found.pairs is None
        return
    table = np.zeros((10, 10))
    for a, b in pairs:
        table[a, b] += 1 / len(pairs)
    apart = np.subtract.outer(np.arange(10), np.arange(10)) ** 2
    by_chance = (apart * np.outer(table.sum(axis=1), table.sum(axis=0))).sum()
    assert found.pairs == len(pairs)
    if by_chance < 1e-9:
        assert found.weighted_kappa is None
    else:
        assert found.weighted_kappa == pytest.approx(1 - (apart * table).sum() / by_chance, abs=1e-9)
