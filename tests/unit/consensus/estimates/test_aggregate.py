"""Aggregates of estimates, worked out by hand."""

from __future__ import annotations

import io
import math

import pytest

from allay.base.errors import InvalidValue
from allay.consensus.estimates.limits import limits
from allay.consensus.estimates.reading import read_estimates
from allay.consensus.estimates.result import estimate_result
from allay.consensus.estimates.scale import EstimateScale

HEAD = "item,expert,round,lower,best,upper\n"
ROWS = [
    *("y1,a,2,10,20,40", "y1,b,2,70,80,90", "y1,c,2,,50,", "y1,d,2,60,65,70", "y1,e,2,50,55,60"),
    *("y1,a,1,0,10,30", "y1,b,1,80,90,100", "y1,c,1,,50,", "y1,d,1,60,65,70", "y1,e,1,40,45,60"),
    *("y2,a,1,,0,", "y2,b,1,,100,", "y2,c,1,,,", "y2,b,10,,100,", "y2,a,10,,100,"),
]


def result(rows, head=HEAD, **options):
    table = read_estimates(io.BytesIO((head + "\n".join(rows)).encode()), name="e.csv", **options)
    return estimate_result(table, allay_version="0", other_scale=options.get("other_scale", "warn"))


def by_key(found):
    return {(row.item, row.round): row for row in found.items}


def test_by_hand():
    row = by_key(result(ROWS))["y1", "2"]
    # Sorted: 20 50 55 65 80.
    assert (row.n, row.mean, row.median, row.q1, row.q3, row.iqr) == (5, 54, 55, 50, 65, 15)
    odds = [20 / 80, 1, 55 / 45, 65 / 35, 80 / 20]
    geometric = math.prod(odds) ** (1 / 5)
    assert row.log_odds_mean == pytest.approx(100 * geometric / (1 + geometric), abs=1e-12)
    # Of the four who gave bounds.
    assert (row.lower, row.upper) == (190 / 4, 260 / 4)


def test_change_against_the_round_before():
    rows = by_key(result(ROWS))
    first, second = rows["y1", "1"], rows["y1", "2"]
    # First: 10 45 50 65 90, a range of 20; a, b and e changed, c and d did not.
    assert (first.iqr, first.iqr_change, first.both_rounds, first.share_changed) == (20, None, None, None)
    assert (second.iqr_change, second.both_rounds, second.share_changed) == (-5, 5, 3 / 5)


def test_of_fewer_than_five_nobody_is_counted_as_changing():
    row = by_key(result(ROWS))["y2", "10"]
    assert (row.iqr_change, row.both_rounds, row.share_changed) == (-50, 2, None)


def test_rounds_in_the_order_of_their_numbers():
    assert [(row.item, row.round) for row in result(ROWS).items] == [
        *(("y1", "1"), ("y1", "2"), ("y2", "1"), ("y2", "10"))
    ]


def test_certainty_is_drawn_to_the_limits():
    rows = by_key(result(ROWS))
    # 0 and 100 become 0.01 and 0.99, whose log-odds cancel out; two of 100 stay at 0.99.
    assert rows["y2", "1"].log_odds_mean == pytest.approx(50, abs=1e-12)
    assert rows["y2", "10"].log_odds_mean == pytest.approx(99, abs=1e-12)
    assert (rows["y2", "10"].mean, rows["y2", "10"].lower) == (100, None)


def test_a_row_without_numbers_is_no_estimate():
    assert by_key(result(ROWS))["y2", "1"].n == 2


def test_the_same_on_another_scale():
    rows = ["y,a,0.2", "y,b,0.55", "y,c,0.9"]
    shares = result(rows, head="item,expert,best\n", scale=EstimateScale(0, 1)).items[0]
    percent = result(["y,a,20", "y,b,55", "y,c,90"], head="item,expert,best\n").items[0]
    for name in ("mean", "median", "log_odds_mean", "q1", "q3", "iqr"):
        assert 100 * getattr(shares, name) == pytest.approx(getattr(percent, name), abs=1e-12)
    shifted = result(
        ["y,a,-60", "y,b,10", "y,c,80"], "item,expert,best\n", scale=EstimateScale(-100, 100)
    ).items[0]
    assert (shifted.log_odds_mean + 100) / 2 == pytest.approx(percent.log_odds_mean, abs=1e-12)


def test_the_limits_carry_their_source():
    assert (limits().log_odds.lowest, limits().log_odds.highest) == (0.01, 0.99)
    found = result(ROWS)
    assert found.log_odds.source.status.value == "secondary"
    assert found.other_scale_rule.source.status.value == "derived"


@pytest.mark.parametrize("text", ["100", "a:b", "1:2:3", "100:0", "5:5", "0:inf", "nan:1", "0:1e10", ""])
def test_what_is_no_scale(text):
    with pytest.raises(InvalidValue):
        EstimateScale.of(text)
