"""Cronbach's alpha."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.measures.reliability import cronbach_alpha


def test_equal_items_give_one():
    level = np.array([0.0, 1.0, 2.0, 3.0])
    assert cronbach_alpha(np.stack([level, level, level], axis=1)) == pytest.approx(1.0, abs=1e-12)


def test_by_covariances():
    """Alpha is also k * mean covariance / (mean variance + (k - 1) * mean covariance)."""
    points = np.random.default_rng(7).normal(size=(40, 5)) + np.arange(40)[:, None] / 20
    covariance = np.cov(points, rowvar=False)
    off = covariance[~np.eye(5, dtype=bool)].mean()
    expected = 5 * off / (np.diag(covariance).mean() + 4 * off)
    assert cronbach_alpha(points) == pytest.approx(expected, rel=1e-12)


def test_a_gap_leaves_the_row_out():
    points = np.array([[1, 2], [2, 2], [3, 4], [4, 3], [np.nan, 1]])
    assert cronbach_alpha(points) == cronbach_alpha(points[:4])


def test_no_spread_is_no_number():
    assert np.isnan(cronbach_alpha([[1, 1], [1, 1]]))


@pytest.mark.parametrize("points", [[[1], [2]], [1, 2], [[1, 2]], [[1, np.nan], [2, 1]]])
def test_too_little_is_refused(points):
    with pytest.raises(InvalidValue):
        cronbach_alpha(points)
