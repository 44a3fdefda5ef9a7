"""Weighing by five methods, against loops, other methods and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.evaluation.matching.people import made_up
from tests.unit.evaluation.matching.slow_matching import slow_cem, slow_entropy

from allay.base.errors import InvalidValue, NotFound
from allay.evaluation.matching import METHODS, propensity, weigh

# Sums of some hundred products in another order of adding.
CLOSE = 1e-9
# What a general optimizer of the primal leaves of the weights.
SEARCHED = 1e-5


def difference(comparison, outcome):
    who, w = comparison.treated, comparison.weights
    return np.average(outcome[who], weights=w[who]) - np.average(outcome[~who], weights=w[~who])


@pytest.mark.parametrize("seed", range(5))
def test_cells_are_those_of_loops(seed):
    treated, x = made_up(120, seed=seed)
    x[:, 1] = x[:, 1] > 0
    assert weigh(treated, x, method="cem").weights.tolist() == pytest.approx(slow_cem(treated, x))


def test_entropy_weights_are_those_of_a_general_optimizer():
    treated, x = made_up(60, seed=2)
    weights = weigh(treated, x, method="entropy").weights
    assert weights[~treated] / treated.sum() == pytest.approx(slow_entropy(treated, x), abs=SEARCHED)


def test_entropy_weights_by_hand():
    # A mean of 1/4 of an indicator: those who have it share 1/4 of the weight, the others 3/4.
    treated = np.array([1] * 4 + [0] * 6, dtype=bool)
    x = np.array([1, 0, 0, 0, 1, 1, 1, 1, 0, 0], dtype=float)[:, None]
    weights = weigh(treated, x, method="entropy").weights
    assert weights[4:] == pytest.approx([0.25] * 4 + [1.5] * 2)


def test_a_value_on_an_edge_goes_to_the_upper_bin():
    # Two bins from 0 to 2: the edge is at 1.
    comparison = weigh([1, 0, 0, 0], [[1.0], [0.0], [2.0], [0.5]], method="cem", bins=2)
    assert comparison.weights.tolist() == [1, 0, 1, 0]


def test_entropy_at_the_lower_border_leaves_out_whoever_is_above():
    treated = np.array([1, 1, 0, 0, 0], dtype=bool)
    comparison = weigh(treated, np.array([[0], [0], [0], [0], [1]], dtype=float), method="entropy")
    assert comparison.weights.tolist() == pytest.approx([1, 1, 1, 1, 0])


def test_entropy_at_the_border_leaves_out_whoever_is_beyond():
    treated = np.array([1, 1, 0, 0, 0, 0], dtype=bool)
    married = np.array([[1, 3], [1, 4], [1, 2], [1, 5], [0, 3], [0, 4]], dtype=float)
    comparison = weigh(treated, married, method="entropy")
    assert comparison.weights.tolist() == pytest.approx([1, 1, 1, 1, 0, 0])
    assert comparison.dropped_untreated == 2


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (
            [[5, 1], [6, 1], [1, 0], [2, 1], [3, 2]],
            "'age' with a mean of 5.5 among the treated and a range",
        ),
        # Each mean is within reach, both together are not: the untreated lie on a line, the treated off it.
        ([[1, 0.4], [1, 0.6], [0, 0], [1, 1], [2, 2], [3, 3]], "'age', 'pain' together out of reach"),
    ],
)
def test_entropy_out_of_reach_is_named(x, message):
    treated = [1, 1] + [0] * (len(x) - 2)
    with pytest.raises(InvalidValue, match=message):
        weigh(treated, x, method="entropy", names=["age", "pain"])


def test_inverse_probability_weights_by_hand():
    # Of those with 0, 1 in 4 is treated (odds 1/3); of those with 1, 3 in 4 (odds 3).
    treated = np.array([0, 0, 0, 1, 0, 1, 1, 1], dtype=bool)
    x = np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=float)[:, None]
    assert weigh(treated, x, method="ipw").weights == pytest.approx([1 / 3] * 3 + [1, 3, 1, 1, 1], rel=1e-7)
    overlap = weigh(treated, x, method="overlap")
    assert overlap.weights == pytest.approx([0.25] * 3 + [0.75] + [0.75] + [0.25] * 3, rel=1e-7)
    assert overlap.estimand == "ATO"


def test_with_one_score_for_all_weights_give_the_plain_difference():
    treated = np.tile([True, True, False, False], 5)
    x = np.repeat(np.arange(5.0), 4)[:, None]
    outcome = np.random.default_rng(1).normal(size=20)
    plain = outcome[treated].mean() - outcome[~treated].mean()
    for method in ("ipw", "overlap", "entropy"):
        assert difference(weigh(treated, x, method=method), outcome) == pytest.approx(plain)


def test_everybody_who_is_not_used_is_counted():
    treated, x = made_up(200, seed=4, lean=2.0)
    for method, settings in (("nearest", {"caliper": 0.05}), ("cem", {})):
        comparison = weigh(treated, x, method=method, **settings)
        used = comparison.used
        assert comparison.dropped_treated == (treated & ~used).sum() > 0
        assert comparison.dropped_untreated == (~treated & ~used).sum() > 0
        assert comparison.estimand == "ATT among the matched"
        # The untreated together weigh as much as the treated who are used.
        assert comparison.weights[~treated].sum() == pytest.approx((treated & used).sum())
        assert ((comparison.groups >= 0) == used).all()


def test_several_neighbors_share_the_weight_of_one_treated():
    comparison = weigh([1, 1, 0, 0, 0], [[2.0], [3.0], [2.1], [1.0], [3.2]], ratio=2)
    sets = comparison.groups.tolist()
    for each in {0, 1}:
        rows = [row for row in (2, 3, 4) if sets[row] == each]
        assert sum(comparison.weights[row] for row in rows) == pytest.approx(1)
    assert comparison.effective == (2.0, pytest.approx(4 / (1 + 0.25 + 0.25)))


def test_a_caliper_is_in_deviations_of_the_score():
    treated, x = made_up(100, seed=5)
    scores = propensity(treated, x)
    assert weigh(treated, x, caliper=0.2).caliper == pytest.approx(0.2 * scores.score.std(ddof=1))
    on_logit = weigh(treated, x, caliper=0.2, on="logit")
    assert on_logit.caliper == pytest.approx(0.2 * scores.linear.std(ddof=1))


@pytest.mark.parametrize("method", METHODS)
def test_rows_in_another_order_have_the_same_weights(method):
    treated, x = made_up(150, seed=6)
    x[:, 1] = np.round(x[:, 1])
    order = np.random.default_rng(1).permutation(150)
    plain, mixed = weigh(treated, x, method=method), weigh(treated[order], x[order], method=method)
    assert mixed.weights == pytest.approx(plain.weights[order], abs=1e-7)


@pytest.mark.parametrize("method", [method for method in METHODS if method != "nearest"])
def test_everybody_twice_has_the_same_weights(method):
    treated, x = made_up(100, seed=7)
    settings = {"bins": 4} if method == "cem" else {}
    plain = weigh(treated, x, method=method, **settings).weights
    twice = weigh(np.tile(treated, 2), np.tile(x, (2, 1)), method=method, **settings).weights
    assert twice == pytest.approx(np.tile(plain, 2), rel=1e-6)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"method": "full"}, InvalidValue, "full matching, which is not offered"),
        ({"method": "optimal"}, InvalidValue, "optimal pair matching, which is not offered"),
        ({"method": "nearst"}, NotFound, "did you mean 'nearest'"),
        ({"ratio": 0}, InvalidValue, "a ratio of 1 or more"),
        ({"caliper": 0}, InvalidValue, "a caliper above 0"),
        ({"caliper": float("nan")}, InvalidValue, "a caliper above 0"),
        ({"method": "cem", "caliper": 0.2}, InvalidValue, "only for nearest neighbors"),
        ({"method": "cem", "bins": 0}, InvalidValue, "at least one bin"),
        ({"on": "rank"}, NotFound, "scale of matching"),
        ({"search": "above"}, NotFound, "search"),
        ({"names": ["a"]}, InvalidValue, "2 names"),
        ({"pre_outcomes": ["x1"]}, InvalidValue, "regression to the mean"),
    ],
)
def test_what_is_not_offered_is_refused_with_the_reason(settings, error, message):
    treated, x = made_up(40, seed=1)
    with pytest.raises(error, match=message):
        weigh(treated, x, **settings)


def test_nobody_comparable_is_refused():
    with pytest.raises(InvalidValue, match="treated people with somebody comparable"):
        weigh([1, 1, 0, 0], [[1.0], [2.0], [8.0], [9.0]], method="cem")


@pytest.mark.parametrize(
    ("treated", "x", "message"),
    [
        ([1, 1], [[1.0], [2.0]], "nobody untreated"),
        ([0, 0], [[1.0], [2.0]], "nobody treated"),
        ([1, 0, 2], [[1.0], [2.0], [3.0]], "0 or 1"),
        ([1, 0], [[1.0], [np.nan]], "nothing for 'x1' in row 2"),
        ([1, 0], [1.0, 2.0], "covariates"),
    ],
)
def test_arrays_that_cannot_be_compared_are_refused(treated, x, message):
    with pytest.raises(InvalidValue, match=message):
        weigh(treated, x)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[1, 5], [2, 6], [3, 7], [4, 8]], "'age', whose lowest value among the untreated"),
        ([[1, 1], [0, 1], [0, 0], [1, 1]], "'pain', whose lowest value among the treated"),
        ([[1, 7], [0, 7], [0, 7], [1, 7]], "'pain', which is 7 for everyone"),
    ],
)
def test_a_covariate_that_separates_is_named(x, message):
    with pytest.raises(InvalidValue, match=message):
        propensity([1, 1, 0, 0], x, names=["age", "pain"])


def test_a_constant_covariate_does_not_stop_methods_without_a_score():
    treated, x = made_up(50, seed=3)
    with_one = np.column_stack([x, np.full(50, 7.0)])
    for method in ("cem", "entropy"):
        plain = weigh(treated, x, method=method).weights
        assert weigh(treated, with_one, method=method).weights == pytest.approx(plain, abs=CLOSE)
