"""Small counts are hidden, with whatever would give them away."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.disclosure import largest_hidden, suppress, suppress_counts
from allay.base.errors import InvalidValue

_ = None


def test_the_limit_is_a_sourced_fact():
    assert largest_hidden() == 10


def test_nothing_small_nothing_hidden():
    assert suppress([[11, 0], [200, 30]]).shown() == [[11, 0, 11], [200, 30, 230], [211, 30, 241]]


@pytest.mark.parametrize("count", [1, 10])
def test_one_to_ten_are_hidden(count):
    shown = suppress([[count, 50], [60, 70]]).shown()
    assert shown[0][0] is None
    # One hidden cell alone could be subtracted from its row and from its column.
    assert shown == [[_, _, count + 50], [_, _, 130], [count + 60, 120, count + 180]]


def test_zero_and_eleven_are_shown():
    assert suppress([[0, 11]]).shown() == [[0, 11, 11], [0, 11, 11]]


def test_totals_stay_when_they_can():
    shown = suppress([[5, 30, 40], [20, 25, 35], [50, 60, 70]])
    assert not shown.hidden[-1].any()
    assert not shown.hidden[:, -1].any()
    assert shown.hidden.sum() == 4


def test_a_row_with_one_group_hides_its_total_too():
    shown = suppress([[5, 0], [0, 20], [30, 40]])
    assert shown.cell(0, -1) is None
    assert shown.cell(-1, -1) == 95


def test_a_small_table_is_hidden_whole_but_for_its_zeros():
    assert suppress([[3, 0], [2, 4]]).shown() == [[_, 0, _], [_, _, _], [_, _, _]]


def test_ones_alone_would_be_given_away_by_their_total():
    # Hidden cells are at least 1, so two hidden ones with a sum of 2 are both 1.
    groups, total = suppress_counts({"a": 1, "b": 1, "c": 40, "d": 50})
    assert (groups, total) == ({"a": _, "b": _, "c": _, "d": 50}, 92)


@pytest.mark.parametrize(
    ("counts", "groups", "total"),
    [
        ({"a": 20, "b": 0}, {"a": 20, "b": 0}, 20),
        ({"a": 7, "b": 210, "c": 12}, {"a": _, "b": 210, "c": _}, 229),
        ({"a": 7, "b": 8, "c": 12}, {"a": _, "b": _, "c": 12}, 27),
        ({"a": 7, "b": 0}, {"a": _, "b": 0}, _),
        ({"a": 7, "b": 5}, {"a": _, "b": _}, 12),
        ({"a": 1, "b": 1}, {"a": _, "b": _}, _),
        ({f"g{n}": 1 for n in range(12)}, {f"g{n}": _ for n in range(12)}, _),
        ({}, {}, 0),
    ],
)
def test_one_list_with_its_total(counts, groups, total):
    assert suppress_counts(counts) == (groups, total)


def test_the_limit_may_be_another():
    assert suppress_counts({"a": 12, "b": 40, "c": 13}, hidden_up_to=12)[0] == {"a": _, "b": 40, "c": _}
    assert suppress([[1, 2], [3, 4]], hidden_up_to=0).shown()[0] == [1, 2, 3]
    with pytest.raises(InvalidValue):
        suppress([[1]], hidden_up_to=-1)


@pytest.mark.parametrize("wrong", [[1, 2], [[1.0]], [[-1]], [[]], [["a"]]])
def test_what_is_no_table_of_counts(wrong):
    with pytest.raises(InvalidValue):
        suppress(wrong)


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "3"])
def test_what_is_no_count(wrong):
    with pytest.raises(InvalidValue, match="for a"):
        suppress_counts({"a": wrong})


def test_the_given_table_is_left_alone():
    counts = np.array([[5, 50], [60, 70]])
    before = counts.copy()
    suppress(counts)
    assert (counts == before).all()
