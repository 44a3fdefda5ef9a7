"""Arrays are checked once, with the reason of a refusal in words."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import covariance_matrix, holm, influence_covariance, numbers

# Sums of a few hundred products in double precision.
CLOSE = 1e-12


def test_covariance_of_means_by_influence_is_that_of_the_means():
    values = np.random.default_rng(1).normal(size=(300, 3))
    expected = np.cov(values.T, bias=True) / 300
    assert influence_covariance(values - values.mean(axis=0)) == pytest.approx(expected, abs=CLOSE)


def test_clusters_of_copies_are_worth_one_member_each():
    values = np.random.default_rng(1).normal(size=(50, 2))
    values -= values.mean(axis=0)
    fourfold = influence_covariance(np.repeat(values, 4, axis=0), cluster=np.repeat(np.arange(50), 4))
    assert fourfold == pytest.approx(influence_covariance(values), abs=CLOSE)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ([[1.0]], "2 by 2"),
        ([[1.0, np.nan], [np.nan, 1.0]], "finite"),
        ([[1.0, 0.0], [0.1, 1.0]], "symmetric"),
        ([[-1.0, 0.0], [0.0, 1.0]], "variances of 0 or more"),
    ],
)
def test_what_is_no_covariance_is_refused(matrix, expected):
    with pytest.raises(InvalidValue, match=expected):
        covariance_matrix(matrix, size=2)


def test_numbers_of_another_size_are_refused():
    with pytest.raises(InvalidValue, match="3 effects"):
        numbers([1.0, 2.0], what="effects", size=3)


def test_holm_by_hand():
    """Steps: 4 * 0.005, 3 * 0.01, 2 * 0.03, and 0.04 raised to the 0.06 before it."""
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    with pytest.raises(InvalidValue, match="p values from 0 to 1"):
        holm([1.2])
