"""Balance: means, standardized differences, variance ratios and distances of distribution functions."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.evaluation.matching.people import made_up
from tests.unit.evaluation.matching.slow_matching import slow_ecdf

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.evaluation.matching import balance, balance_limits, judge, weigh


def test_one_covariate_by_hand():
    # Treated 1, 2, 3 (mean 2, variance 1); untreated 2, 4, 6 (mean 4, variance 4).
    treated = [1, 1, 1, 0, 0, 0]
    found = balance(treated, [[1], [2], [3], [2], [4], [6]], [1, 1, 1, 2, 1, 0], names=["pain"])
    (row,) = found.covariates
    assert (row.before.treated, row.before.untreated, row.before.smd) == (2, 4, -2)
    assert row.before.variance_ratio == pytest.approx(0.25)
    assert row.before.ecdf == pytest.approx(2 / 3)
    # Weights 2 and 1 on 2 and 4: mean 8/3, squares 2 (4/9) + 16/9 = 8/3 over 3 - 5/3.
    assert row.after.untreated == pytest.approx(8 / 3)
    assert row.after.smd == pytest.approx(-2 / 3)
    assert row.after.variance_ratio == pytest.approx(1 / 2)
    assert found.effective_before == (3, 3)
    assert found.effective_after == (3, pytest.approx(9 / 5))


def test_an_indicator_has_two_conventions_and_no_variance_ratio():
    treated, x = [1, 1, 1, 1, 0, 0], [[1], [1], [1], [0], [1], [0]]
    sample = balance(treated, x, np.ones(6)).covariates[0]
    population = balance(treated, x, np.ones(6), binary_sd="population").covariates[0]
    assert sample.binary
    assert sample.before.variance_ratio is None
    assert sample.before.smd == pytest.approx(0.25 / 0.5)
    assert population.before.smd == pytest.approx(0.25 / np.sqrt(3 / 16))


def test_the_convention_of_indicators_leaves_numbers_alone():
    treated, x = made_up(50, seed=1)
    one, two = (balance(treated, x, np.ones(50), binary_sd=each) for each in ("sample", "population"))
    assert one == two


def test_where_the_treated_do_not_vary_the_untreated_give_the_scale():
    rows = balance([1, 1, 0, 0], [[2, 1], [2, 1], [1, 1], [3, 1]], [1, 1, 1, 1], names=["a", "b"]).covariates
    assert (rows[0].denominator, rows[0].before.smd) == ("pooled", 0)
    assert (rows[1].denominator, rows[1].before.smd) == ("none", 0)
    # Variances of 0 and 2: the root of their mean is 1.
    (shifted,) = balance([1, 1, 0, 0], [[3], [3], [1], [3]], [1, 1, 1, 1]).covariates
    assert shifted.before.smd == pytest.approx(1.0)
    apart = balance([1, 1, 0, 0], [[2], [2], [1], [1]], [1, 1, 1, 1])
    assert apart.covariates[0].after.smd is None
    assert apart.beyond(0.1) == ("x1",)
    assert judge(apart).answer == "far from balanced"
    assert "entirely" in judge(apart).reasons[0]


@pytest.mark.parametrize("seed", range(4))
def test_distances_of_distribution_functions_are_those_of_a_look_at_every_value(seed):
    treated, x = made_up(80, seed=seed)
    x[:, 1] = x[:, 1].round()
    weights = weigh(treated, x, method="ipw").weights
    for column, row in enumerate(balance(treated, x, weights).covariates):
        assert row.before.ecdf == pytest.approx(slow_ecdf(x[:, column], treated, np.ones(80)))
        assert row.after.ecdf == pytest.approx(slow_ecdf(x[:, column], treated, weights))


def test_the_worst_covariate_is_the_one_farthest_apart():
    treated, x = made_up(400, seed=2)
    found = balance(treated, x, np.ones(400), names=["leans", "does not"])
    assert found.worst().name == "leans"


def test_a_verdict_names_what_is_apart_and_the_status_of_its_limits():
    treated, x = made_up(400, seed=2)
    before = judge(balance(treated, x, np.ones(400), names=["leans", "not"]))
    assert (before.answer, before.beyond[0]) == ("far from balanced", "leans")
    comparison = weigh(treated, x, method="entropy")
    after = judge(balance(treated, x, comparison.weights), comparison)
    assert (after.answer, after.beyond) == ("balanced", ())
    assert after.status is Status.MEMORY


def test_a_verdict_says_when_many_treated_are_not_used():
    treated, x = made_up(200, seed=3, k=4)
    comparison = weigh(treated, x, method="cem")
    reasons = judge(balance(treated, x, comparison.weights), comparison).reasons
    assert any(
        f"{comparison.dropped_treated} of {treated.sum()} treated are not used" in one for one in reasons
    )


def test_between_the_limits_the_verdict_is_not_balanced():
    treated = np.repeat([True, False], 100)
    x = np.tile(np.linspace(-1, 1, 100), 2)
    shift = 0.2 * x[:100].std(ddof=1)
    assert judge(balance(treated, (x + shift * treated)[:, None], np.ones(200))).answer == "not balanced"


@pytest.mark.parametrize("weights", [[1, 1, 1], [1, 1, -1, 1], [1, 1, 0, 0], [1, 1, np.nan, 1]])
def test_weights_that_cannot_be_are_refused(weights):
    with pytest.raises(InvalidValue):
        balance([1, 1, 0, 0], [[1], [2], [3], [4]], weights)


def test_limits_have_sources():
    limits = balance_limits()
    assert {one.source for one in limits.limits.values()} == set(limits.sources)
    assert limits["smd"] < limits["smd_far"]
    assert limits["variance_ratio_low"] < 1 < limits["variance_ratio_high"]
