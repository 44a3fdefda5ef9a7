"""What difference-in-differences keeps, whatever the panel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allay.evaluation.did.aggregate import aggregate
from allay.evaluation.did.bacon import bacon_decomposition
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.imputation import imputed_effects
from allay.evaluation.did.moments import effects_of_moments, moments_of, pool
from allay.evaluation.did.panel import WidePanel, wide
from allay.evaluation.did.twoway import two_way

KINDS = ("simple", "group", "dynamic", "calendar")
# Sums of some hundred products of numbers up to 100, in another order.
SAME = 1e-8
# What is promised of sites that hand over moments only.
POOLED = 1e-9
CONTROLS = st.sampled_from(["never", "notyet"])
BASES = st.sampled_from(["varying", "universal"])


@st.composite
def panels(draw, *, weights=None, covariates=False):
    """Panels of 3 to 7 periods with never treated and two or three cohorts, of 4 to 9 units each."""
    periods = draw(st.integers(3, 7))
    starts = draw(st.lists(st.integers(2, periods), min_size=1, max_size=3, unique=True))
    sizes = draw(st.lists(st.integers(4, 9), min_size=len(starts) + 1, max_size=len(starts) + 1))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    cohort = np.repeat([0, *sorted(starts)], sizes)
    units = len(cohort)
    weighted = draw(st.booleans()) if weights is None else weights
    return WidePanel(
        random.normal(10, 5, (units, 1)) + random.standard_normal((units, periods)) * 3,
        np.arange(1, periods + 1),
        cohort,
        weights=random.uniform(0.1, 4, units) if weighted else None,
        covariates=random.standard_normal((units, 1)) if covariates else None,
        covariate_names=("age",) if covariates else (),
    )


def apart(one, two):
    return max(np.abs(one.att - two.att).max(), np.abs(one.joint - two.joint).max())


@given(panels(), CONTROLS, BASES)
def test_effects_of_units_and_periods_change_nothing(panel, control, base):
    random = np.random.default_rng(1)
    units, periods = panel.outcome.shape
    moved = panel.outcome + random.uniform(-50, 50, (units, 1)) + random.uniform(-50, 50, periods)
    for estimate in (
        lambda one: group_time_effects(one, control=control, base=base),
        lambda one: imputed_effects(one),
    ):
        assert apart(estimate(panel), estimate(replace(panel, outcome=moved))) < SAME


@given(panels(covariates=True), CONTROLS)
def test_nor_with_covariates(panel, control):
    random = np.random.default_rng(1)
    units, periods = panel.outcome.shape
    moved = panel.outcome + random.uniform(-50, 50, (units, 1)) + random.uniform(-50, 50, periods)
    one, two = (
        group_time_effects(each, control=control, method="reg")
        for each in (panel, replace(panel, outcome=moved))
    )
    assert apart(one, two) < SAME


@given(panels(), CONTROLS)
def test_the_order_of_units_changes_nothing(panel, control):
    order = np.random.default_rng(2).permutation(len(panel.cohort))
    mixed = WidePanel(
        panel.outcome[order],
        panel.periods,
        panel.cohort[order],
        weights=None if panel.weights is None else panel.weights[order],
    )
    one, two = (group_time_effects(each, control=control) for each in (panel, mixed))
    assert apart(one, two) < SAME


@given(panels(), st.floats(0.01, 100))
def test_effects_scale_with_outcomes_and_not_with_weights(panel, factor):
    one = group_time_effects(panel)
    scaled = group_time_effects(replace(panel, outcome=panel.outcome * factor))
    assert scaled.att == pytest.approx(one.att * factor, abs=SAME * factor)
    assert scaled.se == pytest.approx(one.se * factor, abs=SAME * factor)
    weights = np.ones(len(panel.cohort)) if panel.weights is None else panel.weights
    weighed = group_time_effects(replace(panel, weights=weights * factor))
    assert apart(one, weighed) < SAME


@given(panels(), st.sampled_from(KINDS))
def test_every_unit_twice_halves_variances_and_twice_in_a_cluster_does_not(panel, kind):
    units = len(panel.cohort)
    double = WidePanel(
        np.tile(panel.outcome, (2, 1)),
        panel.periods,
        np.tile(panel.cohort, 2),
        weights=None if panel.weights is None else np.tile(panel.weights, 2),
    )
    clustered = replace(double, cluster=np.tile(np.arange(units), 2))
    one, two, three = (aggregate(group_time_effects(each), kind) for each in (panel, double, clustered))
    assert two.att == pytest.approx(one.att, abs=SAME)
    assert two.se == pytest.approx(one.se / 2**0.5, abs=SAME)
    assert three.se == pytest.approx(one.se, abs=SAME)


@given(panels(), CONTROLS, BASES, st.integers(0, 1))
def test_moments_are_enough(panel, control, base, anticipation):
    assume((panel.cohort > 1 + anticipation).any())
    chosen = {"control": control, "base": base, "anticipation": anticipation}
    direct = group_time_effects(panel, **chosen, influence=True)
    assert apart(direct, effects_of_moments(moments_of(panel), **chosen)) < SAME


@given(panels(), st.integers(2, 5), CONTROLS)
def test_pooled_moments_are_those_of_pooled_data(panel, sites, control):
    place = np.random.default_rng(3).integers(0, sites, len(panel.cohort))
    parts = [
        WidePanel(
            panel.outcome[place == one],
            panel.periods,
            panel.cohort[place == one],
            weights=None if panel.weights is None else panel.weights[place == one],
        )
        for one in range(sites)
        if (place == one).any()
    ]
    pooled = pool([moments_of(part) for part in parts])
    together = group_time_effects(panel, control=control)
    assert apart(effects_of_moments(pooled, control=control), together) < POOLED


@given(panels(), st.sampled_from(KINDS))
def test_weights_of_aggregates_sum_to_one(panel, kind):
    found = aggregate(group_time_effects(panel), kind)
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(len(found.by)))
    assert found.overall.sum() == pytest.approx(1)
    assert (found.overall >= 0).all()
    assert found.by.att == pytest.approx(found.weights @ group_time_effects(panel).att)


@given(panels())
def test_bacon_weights_sum_to_one_and_make_two_way_fixed_effects(panel):
    found = bacon_decomposition(panel)
    assert sum(part.weight for part in found.parts) == pytest.approx(1)
    assert found.att == pytest.approx(two_way(panel).att, abs=SAME)


@given(panels())
def test_without_covariates_the_methods_are_one(panel):
    one, two, three = (group_time_effects(panel, method=method) for method in ("dr", "reg", "ipw"))
    assert apart(one, two) == apart(one, three) == 0


@given(panels())
def test_with_one_cohort_not_yet_is_never(panel):
    first = panel.cohort[panel.cohort > 0].min()
    own = (panel.cohort == 0) | (panel.cohort == first)
    one = WidePanel(panel.outcome[own], panel.periods, panel.cohort[own])
    assert apart(group_time_effects(one), group_time_effects(one, control="notyet")) < SAME


@given(panels())
def test_after_treatment_the_base_does_not_matter(panel):
    one, two = (group_time_effects(panel, base=base) for base in ("varying", "universal"))
    assert one.att[one.event >= 0] == pytest.approx(two.att[two.event >= 0], abs=SAME)
    assert one.se[one.event >= 0] == pytest.approx(two.se[two.event >= 0], abs=SAME)
    assert one.pretest == two.pretest


@given(panels(weights=False, covariates=True))
@settings(max_examples=30)
def test_a_covariate_moved_and_scaled_changes_nothing(panel):
    moved = replace(panel, covariates=panel.covariates * -7 + 1900)
    one, two = (group_time_effects(each, method="reg") for each in (panel, moved))
    assert apart(one, two) < SAME


@given(panels(), st.randoms(use_true_random=False))
def test_rows_in_any_order_are_the_same_panel(panel, random):
    units, periods = panel.outcome.shape
    order = list(range(units * periods))
    random.shuffle(order)
    unit, time = np.divmod(np.array(order), periods)
    found = wide(unit, panel.periods[time], panel.cohort[unit], panel.outcome[unit, time])
    assert (found.outcome == panel.outcome).all()
    assert (found.cohort == panel.cohort).all()
