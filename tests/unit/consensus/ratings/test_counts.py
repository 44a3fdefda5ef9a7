"""Counts by point of the scale."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.ratings.counts import count_ratings, counts_of
from allay.consensus.ratings.table import RatingTable

TABLE = RatingTable(
    "r.csv",
    ("s1", "s2"),
    ("a", "b", "c"),
    np.array([[1, 9, np.nan], [5, 5, 5.0]]),
    np.array([[2, 3, 0], [4, 5, 6]]),
)


def test_all_raters_and_some():
    everybody = counts_of(TABLE)
    assert everybody.dtype == np.int64
    assert everybody.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 3, 0, 0, 0, 0]]
    some = counts_of(TABLE, raters=np.array([True, False, True]))
    assert some.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 2, 0, 0, 0, 0]]
    assert counts_of(TABLE, raters=np.zeros(3, dtype=bool)).sum() == 0


def test_a_scale_that_does_not_begin_at_one():
    scale = RatingScale(minimum=-1, maximum=1, low_to=-1, high_from=1)
    assert count_ratings(np.array([[-1, 0, 0, 1.0]]), scale).tolist() == [[1, 2, 1]]


@pytest.mark.parametrize("value", [0, 10, 6.5, -np.inf, np.inf])
def test_what_is_not_on_the_scale(value):
    with pytest.raises(InvalidValue, match="whole numbers from 1 to 9"):
        count_ratings(np.array([[1, value]]))
