"""Which cells there are, what they are compared with, and what is left out with a word."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.evaluation.did.cells import cells_of

PERIODS = np.arange(1, 6)


def laid_out(cohorts, **options):
    cohorts = np.array(cohorts)
    cells = cells_of(PERIODS, cohorts, **options)
    rows = zip(cells.group, cells.time, cells.base, cells.control, strict=True)
    return [
        (int(cohorts[g]), int(PERIODS[t]), int(PERIODS[b]), cohorts[mask].tolist()) for g, t, b, mask in rows
    ]


def test_before_treatment_changes_count_from_the_period_before():
    assert laid_out([0, 4]) == [(4, 2, 1, [0]), (4, 3, 2, [0]), (4, 4, 3, [0]), (4, 5, 3, [0])]


def test_or_always_from_the_last_before_treatment():
    found = laid_out([0, 4], base="universal")
    assert [(t, b) for _, t, b, _ in found] == [(1, 3), (2, 3), (3, 3), (4, 3), (5, 3)]


def test_anticipating_periods_count_from_before_anticipation():
    assert [(t, b) for _, t, b, _ in laid_out([0, 4], anticipation=1)] == [(2, 1), (3, 2), (4, 2), (5, 2)]
    assert [(t, b) for _, t, b, _ in laid_out([0, 5], anticipation=2)] == [(2, 1), (3, 2), (4, 2), (5, 2)]


def test_those_not_treated_yet_are_compared_with_until_they_start():
    found = laid_out([0, 3, 5], control="notyet")
    assert [c for g, _, _, c in found if g == 3] == [[0, 5], [0, 5], [0, 5], [0]]
    assert [c for g, _, _, c in found if g == 5] == [[0, 3], [0], [0], [0]]


def test_or_until_they_anticipate():
    found = laid_out([0, 3, 5], control="notyet", anticipation=1)
    assert [c for g, _, _, c in found if g == 3] == [[0, 5], [0, 5], [0], [0]]


def test_from_a_later_base_those_treated_by_then_do_not_count():
    found = laid_out([0, 2, 5], control="notyet", base="universal")
    assert [c for g, _, _, c in found if g == 5] == [[0], [0], [0], [0], [0]]


def test_the_last_cohort_stays_where_somebody_is_never_treated():
    assert {g for g, *_ in laid_out([0, 3, 5], control="notyet")} == {3, 5}
    assert {g for g, *_ in laid_out([0, 3, 5])} == {3, 5}


def test_where_nobody_is_never_treated_the_last_cohort_is_compared_with_only():
    found = laid_out([3, 5], control="notyet")
    assert [(g, t, c) for g, t, _, c in found] == [(3, 2, [5]), (3, 3, [5]), (3, 4, [5])]
    assert "cohort 5 is compared with only" in cells_of(PERIODS, np.array([3, 5]), control="notyet").notes[0]


def test_and_never_treated_cannot_be_asked_for():
    with pytest.raises(InvalidValue, match="notyet"):
        laid_out([3, 5])


def test_who_starts_after_the_end_is_never_treated():
    assert {tuple(c) for *_, c in laid_out([3, 9])} == {(9,)}


def test_unless_anticipation_may_touch_the_end():
    assert {g for g, *_ in laid_out([0, 3, 6], anticipation=1)} == {3, 6}


def test_a_cohort_treated_from_the_start_is_left_out_with_a_word():
    cells = cells_of(PERIODS, np.array([0, 1, 3]), control="notyet")
    assert "cohort 1 is left out" in cells.notes[0]
    assert not cells.control[:, 1].any()


def test_nobody_to_evaluate_is_refused():
    for cohorts in ([0], [0, 1], [4]):
        with pytest.raises(InvalidValue):
            laid_out(cohorts, control="notyet")
