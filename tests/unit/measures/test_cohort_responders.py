"""Responders four ways, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.measures.intervals import wilson
from allay.measures.responders import percent_improvement, responders

NAN = float("nan")
#           yes  no   worse zero  lost lost  no baseline  yes
BEFORE = [10.0, 8.0, 5.0, 0.0, 6.0, 0.0, NAN, 4.0]
AFTER = [7.0, 7.0, 8.0, 2.0, NAN, NAN, 3.0, 1.0]


def figures(**settings):
    return responders(BEFORE, AFTER, fraction=0.3, direction="higher_worse", **settings)


def test_four_ways_by_hand():
    found = figures()
    assert (found.followed.n, found.followed.denominator) == (2, 4)
    # Enrolled: 8 less the two who began at 0; the one without a baseline stays.
    assert (found.enrolled.n, found.enrolled.denominator) == (2, 6)
    assert (found.lower.share, found.upper.share) == (2 / 6, 4 / 6)
    assert (found.baseline_zero, found.missing) == (2, 2)
    assert (found.worse.n, found.worse.denominator) == (1, 4)
    assert found.bounds.low == wilson(2, 6).low
    assert found.bounds.high == wilson(4, 6).high
    assert found.weighted is None


def test_equal_weights_change_nothing():
    found = figures(weights=np.full(8, 2.0))
    assert found.weighted.share == found.followed.share
    assert found.weighted_effective_n == 4
    # Linearized variance with equal weights is p (1 - p) / n, so the interval is Wilson's of the counts.
    assert found.weighted.interval.low == pytest.approx(wilson(2, 4).low)


def test_weights_by_hand():
    # Followed: patients 0, 1, 2, 7. Patient 2 has no weight.
    found = figures(weights=[1.0, 3.0, NAN, NAN, NAN, NAN, NAN, 2.0])
    assert found.weighted.share == pytest.approx(3 / 6)
    assert (found.unweighted.n, found.unweighted.denominator) == (2, 3)
    assert found.weighted_effective_n == pytest.approx(36 / 14)


def test_no_weight_where_it_counts():
    assert figures(weights=[NAN] * 8).weighted is None


def test_exactly_thirty_percent_responds():
    found = responders([10, 5.1, 7], [7, 3.57, 4.91], fraction=0.3, direction="higher_worse")
    assert found.followed.n == 2


def test_direction():
    gain = percent_improvement([10, 10, 0], [13, 8, 5], direction="higher_better")
    assert np.array_equal(gain, [0.3, -0.2, NAN], equal_nan=True)


def test_nobody():
    found = responders([0.0, 0.0], [1.0, NAN], fraction=0.5, direction="higher_worse")
    assert (found.followed.share, found.enrolled.share, found.bounds) == (None, None, None)


@pytest.mark.parametrize("fraction", [0, -0.1, 1.1, NAN])
def test_impossible_fraction(fraction):
    with pytest.raises(InvalidValue):
        responders([1], [1], fraction=fraction, direction="higher_worse")


@pytest.mark.parametrize("weights", [[1.0], [0.0] * 8, [-1.0] * 8])
def test_impossible_weights(weights):
    with pytest.raises(InvalidValue):
        figures(weights=weights)


def test_negative_baseline():
    with pytest.raises(InvalidValue):
        percent_improvement([-1.0], [0.0], direction="higher_worse")
