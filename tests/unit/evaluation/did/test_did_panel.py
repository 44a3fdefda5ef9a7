"""Laying a long table out: in any order, with what cannot be used named."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.evaluation.did.panel import WidePanel, wide

UNIT = np.repeat([11, 7, 9], 3)
TIME = np.tile([1, 2, 3], 3)
COHORT = np.repeat([2, 0, 3], 3)
OUTCOME = np.arange(9.0)


def test_rows_in_order_are_taken_as_they_lie():
    panel = wide(UNIT, TIME, COHORT, OUTCOME)
    assert panel.outcome.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert panel.units.tolist() == [11, 7, 9]
    assert panel.cohort.tolist() == [2, 0, 3]
    assert np.shares_memory(panel.outcome, OUTCOME)


@pytest.mark.parametrize("text", [False, True])
def test_any_order_gives_the_same_units(text):
    order = np.random.default_rng(1).permutation(9)
    names = UNIT.astype(str) if text else UNIT
    panel = wide(names[order], TIME[order], COHORT[order], OUTCOME[order])
    found = {str(name): row.tolist() for name, row in zip(panel.units, panel.outcome, strict=True)}
    assert found == {"11": [0, 1, 2], "7": [3, 4, 5], "9": [6, 7, 8]}
    assert dict(zip(map(str, panel.units), panel.cohort.tolist(), strict=True)) == {"11": 2, "7": 0, "9": 3}


def test_ids_far_apart_are_found_too():
    panel = wide(np.array([10**15, 5, 10**15, 5]), [1, 1, 2, 2], [0, 2, 0, 2], [1, 2, 3, 4])
    assert panel.units.tolist() == [5, 10**15]
    assert panel.outcome.tolist() == [[2, 4], [1, 3]]


def test_a_unit_that_is_split_is_one_unit():
    with pytest.raises(InvalidValue, match="unit 1 in period 1 2 times"):
        wide([1, 1, 2, 2, 1, 1], [1, 2] * 3, [0, 0, 2, 2, 0, 0], np.arange(6.0))


def test_units_with_gaps_are_left_out_and_counted_or_refused():
    keep = np.arange(9) != 4
    panel = wide(UNIT[keep], TIME[keep], COHORT[keep], OUTCOME[keep])
    assert (panel.dropped, panel.units.tolist()) == (1, [9, 11])
    with pytest.raises(InvalidValue, match="unit 7 in 2 of 3"):
        wide(UNIT[keep], TIME[keep], COHORT[keep], OUTCOME[keep], unbalanced="refuse")


def test_nobody_seen_throughout_is_refused():
    with pytest.raises(InvalidValue, match="every period"):
        wide([1, 2], [1, 2], [0, 2], [1.0, 2.0])


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("what", ["cohort", "weight", "cluster", "age"])
def test_what_changes_within_a_unit_is_named(what, shuffled):
    columns = {name: np.repeat([1.0, 2.0, 3.0], 3) for name in ("weight", "cluster", "age")}
    columns["cohort"] = COHORT.astype(float)
    columns[what][5] = 8.0
    order = np.random.default_rng(2).permutation(9) if shuffled else np.arange(9)
    with pytest.raises(InvalidValue, match=f"one {what} for all rows of unit 7"):
        wide(
            UNIT[order],
            TIME[order],
            columns["cohort"][order],
            OUTCOME[order],
            weights=columns["weight"][order],
            cluster=columns["cluster"][order],
            covariates=columns["age"][order, None],
            covariate_names=("age",),
        )


def test_what_belongs_to_units_keeps_their_order():
    order = np.random.default_rng(3).permutation(9)
    panel = wide(
        UNIT[order],
        TIME[order],
        COHORT[order],
        OUTCOME[order],
        weights=UNIT[order] / 2,
        cluster=(UNIT[order] > 8).astype(str),
        covariates=UNIT[order, None] * 1.0,
        covariate_names=("id",),
    )
    assert panel.units.tolist() == [7, 9, 11]
    assert panel.weights.tolist() == [3.5, 4.5, 5.5]
    assert panel.covariates.ravel().tolist() == [7, 9, 11]
    assert panel.cluster.tolist() == [0, 1, 1]


def test_outcomes_that_are_no_numbers_are_named_by_unit_and_period():
    for wrong in (np.nan, np.inf):
        outcome = OUTCOME.copy()
        outcome[4] = wrong
        with pytest.raises(InvalidValue, match="unit 7, period 2"):
            wide(UNIT, TIME, COHORT, outcome)


def test_infinity_is_never():
    assert wide(UNIT, TIME, np.where(COHORT > 0, COHORT, np.inf), OUTCOME).cohort.tolist() == [2, 0, 3]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"time": TIME + 0.5}, "whole number as time"),
        ({"cohort": COHORT + np.nan}, "whole number as cohort"),
        ({"cohort": -COHORT}, "0 means never"),
        ({"time": TIME - 1}, "0 means never"),
        ({"weights": -np.ones(9)}, "weights of 0 or more"),
        ({"weights": np.zeros(9)}, "weights above 0"),
        ({"covariates": np.full((9, 1), np.nan), "covariate_names": ("age",)}, "a number as age"),
        ({"covariates": np.ones((9, 2)), "covariate_names": ("age",)}, "1 columns"),
        ({"outcome": OUTCOME[1:]}, "9 rows"),
        ({"unit": UNIT[1:]}, "9 rows"),
        ({"unit": [], "time": [], "cohort": [], "outcome": []}, "rows"),
        ({"time": np.array(["a"] * 9)}, "whole numbers as time"),
    ],
)
def test_what_is_no_panel_is_refused(changed, expected):
    given = {"unit": UNIT, "time": TIME, "cohort": COHORT, "outcome": OUTCOME} | changed
    with pytest.raises(InvalidValue, match=expected):
        wide(**given)


def test_one_period_is_no_panel():
    with pytest.raises(InvalidValue, match="two or more periods"):
        WidePanel(np.ones((2, 1)), np.array([1]), np.array([2, 0]))
