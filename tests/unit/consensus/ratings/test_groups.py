"""Groups that may be shown: nobody stands out, in no table and by no subtraction."""

from __future__ import annotations

import numpy as np
import pytest

from allay.consensus.ratings.groups import shown_groups, shown_rows


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"A": 5, "B": 6}, {"A": ("A",), "B": ("B",)}),
        ({"A": 9, "B": 4, "C": 4}, {"A": ("A",), "B and C": ("B", "C")}),
        ({"A": 9, "B": 2, "C": 3}, {"A": ("A",), "B and C": ("B", "C")}),
        # Four alone are too few: the smallest of the others joins.
        ({"A": 9, "B": 7, "C": 4}, {"A": ("A",), "B and C": ("B", "C")}),
        ({"C": 4, "B": 7, "A": 9}, {"C and B": ("C", "B"), "A": ("A",)}),
        ({"A": 9, "B": 1, "C": 1, "D": 1}, {"A, B, C and D": ("A", "B", "C", "D")}),
        ({"A": 9, "B": 0}, {"A": ("A",)}),
        ({"A": 2, "B": 2}, {}),
        ({}, {}),
    ],
)
def test_merging(sizes, shown):
    found = shown_groups(sizes, smallest=5)
    assert found == shown
    assert list(found) == list(shown)


def test_a_protocol_may_ask_for_more():
    assert shown_groups({"A": 9, "B": 9, "C": 12}, smallest=10) == {"A and B": ("A", "B"), "C": ("C",)}


def test_no_row_of_a_statement_is_too_small():
    sizes = np.array([[9, 9, 9, 9, 3], [8, 4, 4, 0, 0], [6, 6, 1, 6, 0]])
    shown = shown_rows(sizes, smallest=5).T.tolist()
    assert shown == [
        [True, True, True],
        [True, False, False],  # 4 alone, so 6 goes with it
        [True, False, False],  # 4 and 1 are five together
        [True, False, True],  # nobody of a group: nobody to protect
        [False, False, False],
    ]
