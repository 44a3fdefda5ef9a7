"""Rate ratios against closed forms, a second way of fitting, and simulated coverage; the member bootstrap."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import influence_covariance
from allay.evaluation.inference.bootstrap import bootstrap_totals, percentile_interval
from allay.evaluation.inference.poisson_cells import fit_cells
from allay.evaluation.inference.rate_ratio import rate_ratios, two_part

# Newton's method ends with steps below 1e-12; proportional fitting is repeated until it stands still.
CLOSE = 1e-9
REPLICATIONS = 1000
# Three Monte-Carlo errors of a coverage of 95%: 0.021.
CHANCE = 3 * math.sqrt(0.95 * 0.05 / REPLICATIONS)


def skewed(draw, cohorts, *, months=6, ratio=1.0):
    """Spending of members with a gamma frailty; a share spends nothing. The start multiplies the mean."""
    frailty = draw.gamma(0.7, 1 / 0.7, (len(cohorts), 1))
    level = np.where(cohorts > 0, 1.5, 1.0)[:, None] * np.linspace(1, 1.4, months)
    treated = (cohorts > 0)[:, None] & (np.arange(1, months + 1) >= cohorts[:, None])
    amount = draw.gamma(0.5, 2.0, (len(cohorts), months)) * (draw.random((len(cohorts), months)) < 0.6)
    return 100 * frailty * level * amount / 0.6 * np.where(treated, ratio, 1.0)


COHORTS = np.repeat([0, 4, 5], [150, 60, 40])
PERIODS = np.arange(1, 7)
SPENDING = skewed(np.random.default_rng(1), COHORTS)


def test_cells_are_those_of_proportional_fitting():
    """The likelihood is at its top when sums by cohort and by month are met: scale rows and columns in
    turn."""
    labels = np.unique(COHORTS)
    mean = np.stack([SPENDING[label == COHORTS].mean(axis=0) for label in labels])
    weight = np.array([150.0, 60.0, 40.0])
    untreated = np.array([[label == 0 or month < label for month in PERIODS] for label in labels])
    cells, fitted = np.where(untreated, mean, 0.0) * weight[:, None], untreated * weight[:, None]
    for _ in range(2000):
        fitted = fitted * (cells.sum(axis=1) / fitted.sum(axis=1))[:, None]
        fitted = fitted * (cells.sum(axis=0) / fitted.sum(axis=0))
    found = fit_cells(mean, weight, untreated=untreated)
    assert (found.mean * weight[:, None])[untreated] == pytest.approx(fitted[untreated], rel=CLOSE)


def test_two_groups_and_two_periods_have_a_closed_form():
    """log ratio = change of the treated less that of the comparison; its variance sums four covariances."""
    cohorts, two = np.where(COHORTS > 0, 2, 0), SPENDING[:, [0, 5]]
    found = rate_ratios(two, [1, 2], cohorts)
    logs, variance = 0.0, 0.0
    for sign, own in ((1, two[cohorts == 2]), (-1, two[cohorts == 0])):
        before, after = own.mean(axis=0)
        logs += sign * math.log(after / before)
        moved = own[:, 1] / after - own[:, 0] / before
        variance += (moved**2).sum() / len(own) ** 2
    assert math.log(found.overall.ratio) == pytest.approx(logs, abs=CLOSE)
    assert found.overall.log_se == pytest.approx(math.sqrt(variance * 250 / 249), rel=CLOSE)
    assert found.event.tolist() == [0]
    assert found.log_ratio[0] == pytest.approx(logs, abs=CLOSE)


def test_influence_is_what_leaving_one_member_out_moves():
    """Against the jackknife: leaving a member out moves an estimate by minus its influence over n - 1."""
    found = rate_ratios(SPENDING, PERIODS, COHORTS)
    for place in (0, 149, 155, 215, 249):
        kept = np.arange(250) != place
        without = rate_ratios(SPENDING[kept], PERIODS, COHORTS[kept])
        moved = np.append(
            math.log(without.overall.ratio / found.overall.ratio), without.log_ratio - found.log_ratio
        )
        # The jackknife differs from the derivative by terms of the order of the squared influence.
        assert -249 * moved == pytest.approx(found.influence[place], rel=0.1, abs=0.05)
    assert found.influence.mean(axis=0) == pytest.approx(np.zeros(4), abs=CLOSE)
    assert influence_covariance(found.influence)[1:, 1:] * 250 / 249 == pytest.approx(found.covariance)


def test_weights_count_as_members():
    """A weight of two is a member twice over for the estimate, and two who move together for the error."""
    weights = np.where(np.arange(250) % 3 == 0, 2.0, 1.0)
    twice = np.repeat(np.arange(250), weights.astype(int))
    weighted = rate_ratios(SPENDING, PERIODS, COHORTS, weights=weights)
    repeated = rate_ratios(SPENDING[twice], PERIODS, COHORTS[twice], cluster=twice)
    assert weighted.log_ratio == pytest.approx(repeated.log_ratio, abs=CLOSE)
    assert weighted.covariance == pytest.approx(repeated.covariance, rel=CLOSE)


@pytest.mark.parametrize("ratio", [1.0, 0.7])
def test_intervals_cover_the_true_ratio_with_staggered_starts(ratio):
    draw = np.random.default_rng(20261127)
    cohorts = np.repeat([0, 3, 5], [400, 120, 120])
    found = [
        rate_ratios(skewed(draw, cohorts, ratio=ratio), PERIODS, cohorts).overall for _ in range(REPLICATIONS)
    ]
    # Half a percent for the delta method with skewed spending of 640 members.
    assert np.mean([each.interval.covers(ratio) for each in found]) == pytest.approx(0.95, abs=CHANCE + 0.005)
    logs = np.log([each.ratio for each in found])
    assert abs(logs.mean() - math.log(ratio)) < 3 * logs.std() / math.sqrt(REPLICATIONS) + 0.005


def test_anticipated_months_are_not_taken_as_untreated():
    """Spending falls a month early; with that month set aside the ratio of later months is as it was."""
    early = SPENDING.copy()
    early[COHORTS == 4, 2] *= 0.1
    early[COHORTS == 5, 3] *= 0.1
    clean, moved = (rate_ratios(each, PERIODS, COHORTS, anticipation=1) for each in (SPENDING, early))
    assert moved.log_ratio == pytest.approx(clean.log_ratio, abs=CLOSE)
    assert rate_ratios(early, PERIODS, COHORTS).overall.ratio > 1.1 * clean.overall.ratio


def test_two_parts_multiply_to_the_whole():
    found = two_part(SPENDING, PERIODS, COHORTS)
    assert found.any_use.ratio * found.amount.ratio == pytest.approx(found.total.ratio)
    assert found.any_use.ratio == rate_ratios(SPENDING > 0, PERIODS, COHORTS).overall.ratio
    # Amounts vary more than whether there are any; and the parts' errors do not exceed their sum.
    assert found.any_use.log_se < found.amount.log_se < found.any_use.log_se + found.total.log_se


def test_always_some_spending_leaves_everything_to_the_amount():
    found = two_part(SPENDING + 1, PERIODS, COHORTS)
    assert found.any_use.ratio == pytest.approx(1.0)
    assert found.amount.log_se == pytest.approx(found.total.log_se)


@pytest.mark.parametrize(
    ("outcome", "cohorts", "expected"),
    [
        (np.ones((3, 2)), [0, 0, 0], "a cohort treated"),
        (np.ones((3, 2)), [2, 2, 2], "nobody untreated in 2"),
        (np.ones((3, 2)), [0, 1, 2], "none for 1"),
        (np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 1.0]]), [0, 2, 2], "0 in cohort number 1"),
        (np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0]]), [0, 2, 2], "0 in month number 2"),
        (np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]]), [0, 2, 2], "outcomes of the treated above zero"),
        (np.full((3, 2), np.nan), [0, 2, 2], "finite outcomes"),
        (np.ones((3, 3)), [0, 2, 2], "with a cohort"),
    ],
)
def test_ratios_of_nothing_are_refused(outcome, cohorts, expected):
    with pytest.raises(InvalidValue, match=expected):
        rate_ratios(outcome, [1, 2], cohorts)


def test_bootstrap_of_a_ratio_has_the_error_of_the_delta_method():
    cohorts, two = np.where(COHORTS > 0, 2, 0), SPENDING[:, [0, 5]]
    found = rate_ratios(two, [1, 2], cohorts)
    treated = (cohorts > 0)[:, None]
    totals = bootstrap_totals(np.hstack([two * treated, two * ~treated]), draws=2000, seed=3, strata=cohorts)
    logs = np.log(totals[:, 1] * totals[:, 2] / (totals[:, 0] * totals[:, 3]))
    # Bootstrap errors have a Monte-Carlo error of 1.6%; the rest is what is not linear in 100 skewed members.
    assert logs.std() == pytest.approx(found.overall.log_se, rel=0.08)
    assert percentile_interval(np.exp(logs)).covers(found.overall.ratio)


def test_bootstrap_against_a_plain_loop():
    """The same picks one member at a time; strata keep their size."""
    values, strata = np.arange(10.0).reshape(5, 2), np.array([0, 1, 0, 1, 1])
    found = bootstrap_totals(values, draws=3, seed=11, strata=strata)
    random, expected = np.random.default_rng(11), np.zeros((3, 2))
    for label in (0, 1):
        own = values[strata == label]
        for draw in range(3):
            for pick in random.integers(len(own), size=len(own)):
                expected[draw] += own[pick]
    assert found.tolist() == expected.tolist()
    ones = bootstrap_totals(np.column_stack([strata == 0, strata == 1]), draws=50, seed=1, strata=strata)
    assert (ones == [2, 3]).all()


def test_clusters_are_drawn_whole():
    values = np.array([[1.0], [10.0], [100.0], [1000.0]])
    found = bootstrap_totals(values, draws=200, seed=2, cluster=[5, 5, 8, 8])
    assert set(found[:, 0]) == {22.0, 1111.0, 2200.0}
    with pytest.raises(InvalidValue, match="cluster 5 in several"):
        bootstrap_totals(values, draws=2, seed=2, cluster=[5, 5, 8, 8], strata=[0, 1, 0, 0])


def test_draws_beside_a_zero_denominator_have_no_percentiles():
    with pytest.raises(InvalidValue, match="1 of 2"):
        percentile_interval([1.0, float("inf")])
