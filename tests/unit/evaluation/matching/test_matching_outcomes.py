"""Differences of outcomes and their errors: by hand, by formulas of paired data, by resampling."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.evaluation.matching.people import made_up

from allay.base.errors import InvalidValue
from allay.evaluation.matching import differences, weigh
from allay.evaluation.matching.influence import weighting_influence

# Ten digits are plenty for sums of a few hundred products.
CLOSE = 1e-9
# Of 200 resamples the standard deviation is known to about 1/sqrt(400); three of those.
RESAMPLES, RESAMPLED = 200, 0.15
# Share of 95% intervals that cover, of 200: two binomial errors are 0.03.
TIMES, COVERED = 200, (0.92, 0.98)


def outcome_of(treated, x, *, seed, effect=1.0):
    draw = np.random.default_rng(seed + 1000)
    return x @ np.arange(1, x.shape[1] + 1) + effect * treated + draw.normal(size=len(treated))


def test_unadjusted_is_welch():
    treated, x = made_up(60, seed=1)
    y = outcome_of(treated, x, seed=1)
    found = differences(y, weigh(treated, x, method="ipw")).unadjusted
    ours, theirs = y[treated], y[~treated]
    assert found.estimate == pytest.approx(ours.mean() - theirs.mean())
    assert found.se == pytest.approx(np.sqrt(ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs)))


def test_pairs_have_the_error_of_their_differences():
    treated, x = made_up(200, seed=2)
    comparison = weigh(treated, x)
    y = outcome_of(treated, x, seed=2)
    pairs = []
    for group in range(comparison.groups.max() + 1):
        one, other = y[(comparison.groups == group) & treated], y[(comparison.groups == group) & ~treated]
        pairs.append(float(one[0] - other[0]))
    found = differences(y, comparison).weighted
    m = len(pairs)
    assert found.estimate == pytest.approx(np.mean(pairs))
    # The sandwich of G pairs and two coefficients, against the variance of the differences.
    factor = m / (m - 1) * (2 * m - 1) / (2 * m - 2)
    assert found.se == pytest.approx(np.sqrt(factor * np.var(pairs) / m))
    assert found.error == "robust, by matched set"


def test_regression_is_least_squares_with_its_classical_error():
    treated, x = made_up(80, seed=3)
    y = outcome_of(treated, x, seed=3)
    found = differences(y, weigh(treated, x, method="cem")).regression
    design = np.column_stack([np.ones(80), treated, x])
    coef, left = np.linalg.lstsq(design, y, rcond=None)[:2]
    error = np.sqrt(np.linalg.inv(design.T @ design)[1, 1] * left[0] / (80 - 4))
    assert (found.estimate, found.se) == (pytest.approx(coef[1]), pytest.approx(error))


def test_weighted_error_of_given_weights_by_hand():
    # Two and two with weights 1: HC1 of a difference of means, (n / (n-2)) times the sum of squared parts.
    comparison = weigh([1, 1, 0, 0], [[1.0], [2.0], [1.0], [2.0]], method="cem", bins=1)
    found = differences([3.0, 5.0, 1.0, 5.0], comparison).weighted
    assert found.estimate == pytest.approx(1.0)
    assert found.se == pytest.approx(np.sqrt(4 / 2 * (1 + 1 + 4 + 4) / 4))


@pytest.mark.parametrize("method", ["ipw", "overlap", "entropy"])
def test_errors_that_count_the_estimation_of_weights_are_those_of_resampling(method):
    treated, x = made_up(400, seed=4)
    y = outcome_of(treated, x, seed=4)
    draw = np.random.default_rng(9)
    found = []
    for _ in range(RESAMPLES):
        rows = draw.integers(0, 400, 400)
        found.append(differences(y[rows], weigh(treated[rows], x[rows], method=method)).weighted.estimate)
    se = differences(y, weigh(treated, x, method=method)).weighted.se
    assert se == pytest.approx(np.std(found, ddof=1), rel=RESAMPLED)


@pytest.mark.parametrize("method", ["ipw", "overlap", "entropy"])
def test_influence_is_what_leaving_a_person_out_changes(method):
    treated, x = made_up(300, seed=6, lean=1.2)
    y = outcome_of(treated, x, seed=6) + x[:, 0] ** 2
    comparison = weigh(treated, x, method=method)
    whole = differences(y, comparison).weighted.estimate
    left_out = []
    for row in range(0, 300, 10):
        rest = np.arange(300) != row
        without = weigh(treated[rest], x[rest], method=method)
        left_out.append(whole - differences(y[rest], without).weighted.estimate)
    influence = weighting_influence(y, comparison)[::10]
    # The first order of the change: what is left is a share of about k/n of it, and more for a few far out.
    off = np.abs(np.array(left_out) - influence)
    assert np.median(off) < 0.03 * np.median(np.abs(influence))


@pytest.mark.parametrize("method", ["nearest", "ipw", "overlap", "entropy"])
def test_intervals_cover_a_known_effect(method):
    covered, estimates = 0, []
    for seed in range(TIMES):
        treated, x = made_up(300, seed=seed, lean=0.5)
        found = differences(outcome_of(treated, x, seed=seed), weigh(treated, x, method=method))
        one = found.weighted_regression if method == "nearest" else found.weighted
        covered += one.low <= 1.0 <= one.high
        estimates.append(one.estimate)
    assert np.mean(estimates) == pytest.approx(1.0, abs=3 * np.std(estimates) / np.sqrt(TIMES))
    assert COVERED[0] <= covered / TIMES <= COVERED[1]


def test_covariates_that_do_not_vary_among_the_matched_are_left_out():
    treated = np.array([1, 1, 0, 0, 0, 0], dtype=bool)
    x = np.array([[1, 0], [2, 0], [1, 0], [2, 0], [1, 1], [2, 1]], dtype=float)
    found = differences([5.0, 6.0, 3.0, 5.0, 9.0, 9.0], weigh(treated, x, method="cem"))
    assert found.weighted_regression.estimate == pytest.approx(1.5)


def test_a_higher_level_widens_the_interval():
    treated, x = made_up(60, seed=5)
    comparison, y = weigh(treated, x), outcome_of(treated, x, seed=5)
    narrow, wide = (differences(y, comparison, level=each).weighted for each in (0.9, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_one_treated_person_has_no_welch_error():
    comparison = weigh([1, 0, 0, 0], [[2.0], [1.0], [2.0], [3.0]], method="cem", bins=1)
    assert np.isnan(differences([3.0, 1.0, 2.0, 3.0], comparison).unadjusted.se)


@pytest.mark.parametrize("y", [[1.0, 2.0], [1.0, 2.0, np.nan, 3.0]])
def test_missing_outcomes_are_refused(y):
    with pytest.raises(InvalidValue, match="4 outcomes, none missing"):
        differences(y, weigh([1, 1, 0, 0], [[1.0], [2.0], [1.0], [2.0]], method="cem"))
