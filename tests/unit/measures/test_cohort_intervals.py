"""Intervals against the worked examples of the papers that introduced them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from allay.base.errors import InvalidValue
from allay.measures.intervals import Interval, difference_of_proportions, welch, wilson


# Newcombe RG, Stat Med 1998;17:857-872, table I, method 3.
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_limits(successes, n, low, high):
    found = wilson(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


# Newcombe RG, Stat Med 1998;17:873-890, table II, method 10.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_difference_gives_the_published_limits(first, second, low, high):
    found = difference_of_proportions(*first, *second)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_wilson_is_exact_at_the_ends():
    assert wilson(0, 5).low == 0
    assert wilson(5, 5).high == 1


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (-1, 5), (6, 5), (float("nan"), 5)])
def test_wilson_refuses_what_is_no_share(successes, n):
    with pytest.raises(InvalidValue):
        wilson(successes, n)


def test_welch_agrees_with_scipy():
    first, second = np.array([1.0, 2, 3, 4, 9]), np.array([2.0, 4, 6, 9])
    theirs = stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    difference, ours = welch(first, second)
    assert difference == pytest.approx(first.mean() - second.mean())
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-10)


def test_welch_says_nothing_when_nothing_varies_or_one_is_alone():
    assert welch(np.array([1.0, 1.0]), np.array([2.0, 2.0])) is None
    assert welch(np.array([1.0]), np.array([2.0, 3.0])) is None


def test_interval_refuses_limits_out_of_order():
    with pytest.raises(InvalidValue):
        Interval(1.0, 0.0)
