"""The ends of intervals, and what moves with them: held against draws of the same sheet."""

from __future__ import annotations

import numpy as np
import pytest

from allay.economics.uncertainty.ends import NotVaried, parameter_ends
from allay.economics.uncertainty.sheet import ParameterSheet
from allay.economics.uncertainty.sheetfile import (
    CorrelationEntry,
    DistributionEntry,
    MultiNormalEntry,
    ParameterEntry,
)

DRAWS = 200_000


def ends_of(entries, correlations=()):
    sheet = ParameterSheet(entries, correlations)
    return sheet, {one.name: one for one in parameter_ends(sheet)}


def near(values, at, *, share=0.01):
    """The draws in which a number lies next to an end: some 2,000."""
    return np.argsort(np.abs(values - at))[: int(share * len(values))]


def test_ends_of_a_distribution_are_its_quantiles():
    gamma = DistributionEntry(kind="gamma", se=200)
    sheet, found = ends_of({"cost": ParameterEntry(value=1000, distribution=gamma)})
    drawn = sheet.draw(seed=1, draws=DRAWS)["cost"]
    assert [found["cost"].low, found["cost"].high] == pytest.approx(
        np.quantile(drawn, [0.025, 0.975]), rel=0.005
    )
    assert found["cost"].along == ({}, {})


def test_shares_of_a_row_stay_a_whole_and_are_what_draws_expect():
    sheet, found = ends_of({"row": ParameterEntry(counts={"well": 30, "ill": 12, "dead": 4})})
    drawn = sheet.draw(seed=1, draws=DRAWS)
    for name, one in found.items():
        assert [one.low, one.high] == pytest.approx(np.quantile(drawn[name], [0.025, 0.975]), rel=0.02)
        for end, along in zip((one.low, one.high), one.along, strict=True):
            assert end + sum(along.values()) == pytest.approx(1)
            rows = near(drawn[name], end)
            for other, value in along.items():
                assert value == pytest.approx(drawn[other][rows].mean(), rel=0.05)


def test_of_two_shares_one_is_enough():
    _, found = ends_of({"row": ParameterEntry(counts={"stay": 9, "go": 1, "fly": 0})})
    assert not isinstance(found["row_stay"], NotVaried)
    assert found["row_stay"].along[0] == {"row_go": pytest.approx(1 - found["row_stay"].low)}
    assert found["row_go"].reason == "it is what row_stay leaves, and moves with it"
    assert "never seen" in found["row_fly"].reason
    _, found = ends_of({"row": ParameterEntry(counts={"stay": 9, "go": 0})})
    assert [one.reason.partition(":")[0] for one in found.values()] == [
        "nothing else was seen",
        "it was never seen",
    ]


def test_numbers_that_are_normal_together_move_as_draws_expect():
    both = MultiNormalEntry(
        means={"level": 2.0, "slope": -1.0, "apart": 5.0},
        covariance=((0.04, -0.03, 0.0), (-0.03, 0.09, 0.0), (0.0, 0.0, 0.0)),
    )
    sheet, found = ends_of({"line": ParameterEntry(multinormal=both)})
    drawn = sheet.draw(seed=1, draws=DRAWS)
    assert found["apart"].reason == "its variance is 0"
    one = found["level"]
    assert (one.low, one.high) == pytest.approx((2 - 1.959964 * 0.2, 2 + 1.959964 * 0.2))
    for end, along in zip((one.low, one.high), one.along, strict=True):
        assert list(along) == ["slope"]
        assert along["slope"] == pytest.approx(drawn["slope"][near(drawn["level"], end)].mean(), abs=0.02)


def test_what_a_copula_correlates_moves_alone_and_says_so():
    normal = DistributionEntry(kind="normal", se=1)
    entries = {name: ParameterEntry(value=5, distribution=normal) for name in ("a", "b", "c")}
    _, found = ends_of(entries, (CorrelationEntry(between=("a", "b"), correlation=0.6),))
    assert found["b"].note == "moves alone here; in draws it moves with a (correlation 0.6)"
    assert (found["b"].along, found["c"].note) == (({}, {}), "")


def test_a_distribution_of_one_value_has_no_ends():
    fixed = DistributionEntry(kind="fixed")
    _, found = ends_of({"a": ParameterEntry(value=5, distribution=fixed), "b": ParameterEntry(value=1)})
    assert [(one.name, one.reason) for one in found.values()] == [
        ("a", "its distribution has one value only")
    ]
