"""Movement between rounds, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.consensus.protocol.scale import NINE_POINTS
from allay.consensus.ratings.table import RatingTable
from allay.consensus.rounds.movement import movement, variation
from allay.consensus.rounds.stability import round_stability

NAN = np.nan
RATERS = tuple("abcdef")
FIRST = {"s1": [1, 4, 6, 7, 8, NAN], "s2": [5, 5, 5, 5, 5, 5], "s3": [9, NAN, NAN, 9, 9, 9]}
# Of s1: a up within the low region, b down to it, c up to the high one, d and e as before, f only later.
SECOND = {"s2": [5, 5, 5, 5, 5, 5], "s1": [2, 3, 7, 7, 8, 9], "s3": [1, 1, 1, 1, NAN, 9], "s4": [1] * 6}


def table(rows, number, *, raters=RATERS, versions=()):
    values = np.array(list(rows.values()), dtype=float)
    lines = np.zeros(values.shape, dtype=np.int64)
    return RatingTable("r.csv", tuple(rows), raters, values, lines, number, versions)


@pytest.fixture
def rows():
    found = movement(table(FIRST, 1), table(SECOND, 2), smallest=5, scale=NINE_POINTS)
    return {row.statement: row for row in found}


def test_statements_of_both_rounds_in_the_order_of_the_later(rows):
    assert list(rows) == ["s2", "s1", "s3"]
    assert {(row.from_round, row.to_round) for row in rows.values()} == {(1, 2)}


def test_by_hand(rows):
    row = rows["s1"]
    assert (row.raters, row.changed, row.up, row.down) == (5, 3, 2, 1)
    assert row.share_changed == 3 / 5
    assert row.same_region == 3 / 5
    # All ratings of each round: 1 4 6 7 8, then 2 3 7 7 8 9.
    assert (row.median_from, row.median_to) == (6, 7)
    assert (row.iqr_from, row.iqr_to) == (7 - 4, 7.75 - 4)
    assert row.cv_from == pytest.approx(np.std([1, 4, 6, 7, 8], ddof=1) / 5.2, abs=1e-15)
    assert row.cv_to == pytest.approx(np.std([2, 3, 7, 7, 8, 9], ddof=1) / 6, abs=1e-15)


def test_an_unchanged_round_moved_by_nothing(rows):
    row = rows["s2"]
    assert (row.raters, row.changed, row.share_changed, row.same_region) == (6, 0, 0.0, 1.0)
    assert (row.iqr_from, row.cv_to) == (0, 0)


def test_of_too_few_raters_nothing_is_shown(rows):
    row = rows["s3"]
    assert row.raters == 3
    names = [name for name in row.__slots__ if name not in ("statement", "from_round", "to_round", "edited")]
    assert {name for name in names if getattr(row, name) is not None} == {"raters"}


def test_raters_are_matched_by_code_not_by_place():
    later = {name: values[::-1] for name, values in SECOND.items()}
    straight = movement(table(FIRST, 1), table(SECOND, 2), smallest=5)
    assert movement(table(FIRST, 1), table(later, 2, raters=RATERS[::-1]), smallest=5) == straight


def test_an_edited_statement_is_marked():
    before = table({"s": [1] * 6, "t": [1] * 6}, 1, versions=(1, 1))
    after = table({"t": [1] * 6, "s": [1] * 6}, 3, versions=(1, 2))
    assert [row.edited for row in movement(before, after, smallest=5)] == [False, True]
    # A statement of another wording is no part of the stability of the round.
    assert round_stability(before, after, smallest=5).pairs == 6


def test_nothing_in_common():
    assert movement(table({"s": [1] * 6}, 1), table({"t": [1] * 6}, 2), smallest=5) == ()
    other = table({"s": [1] * 6}, 2, raters=tuple("uvwxyz"))
    assert [row.raters for row in movement(table({"s": [1] * 6}, 1), other, smallest=5)] == [0]
    assert round_stability(table({"s": [1] * 6}, 1), other, smallest=5).raters == 0


def test_rounds_go_forward():
    with pytest.raises(InvalidValue, match="a round after round 2"):
        movement(table(SECOND, 2), table(FIRST, 1), smallest=5)


def test_variation_where_the_mean_says_nothing():
    assert np.isnan(variation(np.array([[-1.0, 1.0], [3.0, NAN], [NAN, NAN], [-2.0, -4.0]]))).all()


def test_stability_of_a_round_by_hand():
    # Two raters of three statements; quadratic kappa 1 - (2/6) / (var x + var y + 0) = 1 - 12 / 454.
    before = table({"s": [7, 8], "t": [5, 5], "u": [1, 3]}, 1, raters=("a", "b"))
    after = table({"s": [8, 8], "t": [5, 5], "u": [1, 2]}, 2, raters=("a", "b"))
    found = round_stability(before, after, smallest=2)
    assert (found.raters, found.pairs, found.share_changed) == (2, 6, 1 / 3)
    assert found.weighted_kappa == pytest.approx(1 - 12 / 454, abs=1e-15)
    assert found.spearman == pytest.approx(1, abs=1e-15)
    hidden = round_stability(before, after, smallest=3)
    assert (hidden.raters, hidden.pairs, hidden.weighted_kappa, hidden.spearman) == (2, None, None, None)


def test_spearman_of_a_reversed_order():
    before = table({"s": [1, 1], "t": [2, 5], "u": [3, 9]}, 1, raters=("a", "b"))
    after = table({"s": [3, 1], "t": [2, 5], "u": [1, 9]}, 2, raters=("a", "b"))
    assert round_stability(before, after, smallest=2).spearman == pytest.approx(0, abs=1e-15)


def test_one_rating_for_all_has_no_kappa():
    same = {"s": [5, 5], "t": [5, 5], "u": [5, 5]}
    found = round_stability(table(same, 1, raters=("a", "b")), table(same, 2, raters=("a", "b")), smallest=2)
    assert (found.share_changed, found.weighted_kappa, found.spearman) == (0, None, None)
