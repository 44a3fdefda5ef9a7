"""Regression to the mean: theory against simulation; the bias of matching on outcomes before the start."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.evaluation.matching.nearest import nearest_neighbors
from allay.evaluation.series.regression_to_mean import (
    matched_on_outcome_bias,
    regression_of_average,
    regression_shown,
)
from allay.measures.derived import Norm

# Means of a few hundred thousand normal numbers: four Monte-Carlo errors of 2/sqrt(300,000).
SIMULATED = 0.015
# Matched pairs: 4,000 differences with a deviation of about 1.2, four errors.
MATCHED = 0.08
# The notes print four decimals.
PRINTED = 5e-5

PAIN, RULE = Norm(5, 2), {"correlation": 0.6, "cutoff": 6}


def measurements(n, *, times, seed, mean=5.0, sd=2.0, correlation=0.6):
    draw = np.random.default_rng(seed)
    person = draw.normal(size=(n, 1)) * np.sqrt(correlation)
    return mean + sd * (person + draw.normal(size=(n, times)) * np.sqrt(1 - correlation))


@pytest.mark.parametrize(("baselines", "drop"), [(1, 0.9129), (2, 0.5297), (3, 0.3746)])
def test_the_drop_of_people_who_enter_at_a_peak(baselines, drop):
    found = regression_of_average(PAIN, **RULE, baselines=baselines)
    assert found.change == pytest.approx(-drop, abs=PRINTED)
    pain = measurements(600_000, times=baselines + 1, seed=baselines)
    before, after = pain[:, :-1].mean(axis=1), pain[:, -1]
    met = before >= 6
    assert met.mean() == pytest.approx(found.share_selected, abs=SIMULATED)
    assert before[met].mean() == pytest.approx(found.mean_selected, abs=SIMULATED)
    assert after[met].mean() == pytest.approx(found.mean_again, abs=SIMULATED)


def test_a_perfect_correlation_shows_no_drop_and_none_all_of_it():
    assert regression_of_average(PAIN, **{**RULE, "correlation": 1}).change == pytest.approx(0)
    assert regression_of_average(PAIN, **{**RULE, "correlation": 0}).mean_again == pytest.approx(5)


@pytest.mark.parametrize(
    "change",
    [{"correlation": 1.1}, {"correlation": -0.1}, {"baselines": 0}, {"cutoff": np.nan}],
)
def test_what_cannot_be_is_refused(change):
    with pytest.raises(InvalidValue):
        regression_of_average(PAIN, **{**RULE, **change})


def test_the_pool_shows_what_regression_alone_would():
    pain = measurements(400_000, times=2, seed=8)
    started = np.zeros(400_000, dtype=bool)
    started[:100_000] = pain[:100_000, 0] >= 6
    after = pain[:, 1] - 0.5 * started
    found = regression_shown(pain[:, 0], after, started, at_least=6)
    assert found.expected == pytest.approx(regression_of_average(PAIN, **RULE).change, abs=SIMULATED)
    assert found.left == pytest.approx(-0.5, abs=2 * SIMULATED)
    assert found.se_left == pytest.approx(np.hypot(found.se_observed, found.se_expected))
    assert found.pool == 400_000 - started.sum()


def test_only_starters_who_meet_the_rule_are_compared():
    found = regression_shown([8, 2, 8, 8], [4, 2, 7, 5], [1, 1, 0, 0], at_least=6)
    assert (found.observed, found.expected, found.starters, found.selected, found.pool) == (-4, -2, 1, 2, 2)
    assert np.isnan(found.se_observed)
    assert found.se_expected == pytest.approx(1.0)


@pytest.mark.parametrize("started", [[1, 1, 1], [0, 0, 0]])
def test_nobody_to_look_at_is_refused(started):
    with pytest.raises(InvalidValue, match="nobody"):
        regression_shown([8, 7, 9], [5, 5, 5], started, at_least=6)


@pytest.mark.parametrize(("before", "after"), [([8, 7], [5, 5]), ([8, 7, np.nan], [5, 5, 5])])
def test_arrays_that_do_not_fit_are_refused(before, after):
    with pytest.raises(InvalidValue):
        regression_shown(before, after, [1, 0, 0], at_least=6)


def test_matching_on_the_outcome_before_makes_an_effect_of_nothing():
    # Two populations, 0.8 apart, with a correlation of 0.6; nothing happens to anybody.
    theory = matched_on_outcome_bias(gap=0.8, correlation=0.6)
    assert theory == pytest.approx(0.32)
    ours = measurements(4_000, times=2, seed=1, mean=0.8, sd=1)
    theirs = measurements(80_000, times=2, seed=2, mean=0.0, sd=1)
    both = np.vstack([ours, theirs])
    treated = np.arange(len(both)) < 4_000
    change = both[:, 1] - both[:, 0]
    unmatched = change[treated].mean() - change[~treated].mean()
    taken = nearest_neighbors(treated, both[:, 0])[:4_000, 0]
    matched = change[:4_000].mean() - change[taken].mean()
    assert unmatched == pytest.approx(0, abs=MATCHED / 2)
    assert matched == pytest.approx(theory, abs=MATCHED)


def test_without_a_gap_matching_on_the_outcome_does_no_harm():
    assert matched_on_outcome_bias(gap=0, correlation=0.3) == 0
    with pytest.raises(InvalidValue):
        matched_on_outcome_bias(gap=1, correlation=2)
