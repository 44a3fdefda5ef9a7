"""Moments of sites: what pools, and what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.evaluation.did.did_panels import invented_panel

from allay.base.errors import InvalidValue
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.moments import CohortMoments, effects_of_moments, moments_of, pool
from allay.evaluation.did.panel import WidePanel

# Sums of 80 products in another order.
SAME = 1e-10


def sites(panel, number):
    place = np.arange(len(panel.cohort)) % number
    return [
        WidePanel(
            panel.outcome[place == one],
            panel.periods,
            panel.cohort[place == one],
            weights=None if panel.weights is None else panel.weights[place == one],
        )
        for one in range(number)
    ]


@pytest.mark.parametrize("weights", [False, True])
def test_pooled_sites_are_the_whole(weights):
    # Of 3 sites and 4 cohorts in turn every site has every cohort; of 2 sites each lacks some.
    panel = invented_panel(weights=weights)
    whole = group_time_effects(panel)
    for number in (2, 3):
        pooled = effects_of_moments(pool([moments_of(site) for site in sites(panel, number)]))
        assert np.abs(pooled.att - whole.att).max() < SAME
        assert np.abs(pooled.joint - whole.joint).max() < SAME
        assert pooled.n == whole.n


def test_sites_with_and_without_weights_pool():
    plain, weighted = invented_panel(), invented_panel(seed=2, weights=True)
    both = WidePanel(
        np.vstack([plain.outcome, weighted.outcome]),
        plain.periods,
        np.concatenate([plain.cohort, weighted.cohort]),
        weights=np.concatenate([np.ones(80), weighted.weights]),
    )
    pooled = effects_of_moments(pool([moments_of(plain), moments_of(weighted)]))
    assert np.abs(pooled.joint - group_time_effects(both).joint).max() < SAME
    assert pooled.n == {0: 40, 3: 40, 4: 40, 6: 40}


def test_weights_equal_within_a_cohort_need_no_squared_sums():
    panel = invented_panel(weights=True)
    equal = replace(panel, weights=1.0 + panel.cohort)
    full = moments_of(equal)
    short = CohortMoments(full.periods, full.cohorts, full.n, full.n2, full.total, full.cross)
    assert np.abs(effects_of_moments(short).joint - effects_of_moments(full).joint).max() < SAME


def test_other_periods_do_not_pool():
    with pytest.raises(InvalidValue, match="same periods"):
        pool([moments_of(invented_panel()), moments_of(invented_panel(periods=7))])
    with pytest.raises(InvalidValue, match="a site or more"):
        pool([])


@pytest.mark.parametrize(
    "change",
    [
        {"n": np.ones(3)},
        {"total": np.ones((4, 5))},
        {"cohorts": np.array([0, 4, 3, 6])},
        {"total2": np.ones((4, 6))},
        {"cross": np.full((4, 6, 6), np.nan)},
    ],
)
def test_moments_that_do_not_go_together_are_refused(change):
    with pytest.raises(InvalidValue):
        replace(moments_of(invented_panel()), **change)
