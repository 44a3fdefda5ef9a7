"""Adding effects up: against plain loops, with the error of estimated weights; and bands."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.unit.evaluation.did.did_panels import invented_panel
from tests.unit.evaluation.did.slow_did import slow_aggregate, slow_cells, slow_error

from allay.base.errors import InvalidValue
from allay.evaluation.did.aggregate import aggregate
from allay.evaluation.did.bands import multiplied, pointwise, simultaneous
from allay.evaluation.did.effects import group_time_effects

KINDS = ("simple", "group", "dynamic", "calendar")
# The same sums in another order.
SAME = 1e-10
# Quantiles of 20,000 draws differ by about this.
DRAWN = 0.04


@pytest.mark.parametrize(("kind", "weights"), list(itertools.product(KINDS, [False, True])))
def test_both_ways_agree(kind, weights):
    panel = invented_panel(weights=weights)
    found = aggregate(group_time_effects(panel), kind)
    (att, influence), parts = slow_aggregate(panel, slow_cells(panel), kind)
    assert found.att == pytest.approx(att, abs=SAME)
    assert found.se == pytest.approx(slow_error(influence), abs=SAME)
    assert found.by.label.tolist() == list(parts)
    for place, (effect, part) in enumerate(parts.values()):
        assert found.by.att[place] == pytest.approx(effect, abs=SAME)
        assert found.by.se[place] == pytest.approx(slow_error(part), abs=SAME)


@pytest.mark.parametrize("kind", KINDS)
def test_both_ways_agree_by_cluster(kind):
    panel = invented_panel(clusters=12)
    found = aggregate(group_time_effects(panel), kind)
    (_, influence), _ = slow_aggregate(panel, slow_cells(panel), kind)
    assert found.se == pytest.approx(slow_error(influence, panel.cluster), abs=SAME)


def test_estimated_weights_add_to_errors():
    effects = group_time_effects(invented_panel(effect=3.0))
    found = aggregate(effects)
    fixed = (found.overall @ effects.covariance @ found.overall) ** 0.5
    assert found.se > fixed * 1.01


def test_a_universal_base_has_a_zero_without_error_and_the_same_overall():
    panel = invented_panel()
    varying, universal = (
        aggregate(group_time_effects(panel, base=base), "dynamic") for base in ("varying", "universal")
    )
    place = universal.by.label.tolist().index(-1)
    assert universal.by.att[place] == 0
    assert np.isnan(universal.by.se[place])
    assert universal.att == pytest.approx(varying.att, abs=SAME)
    assert universal.se == pytest.approx(varying.se, abs=SAME)


def test_balance_keeps_cohorts_that_are_seen_long_enough():
    effects = group_time_effects(invented_panel(periods=6, cohorts=(0, 3, 4, 6)))
    found = aggregate(effects, "dynamic", balance=2)
    assert found.by.label.tolist() == [-2, -1, 0, 1, 2]
    assert set(effects.cohort[(found.weights != 0).any(axis=0)].tolist()) == {3, 4}
    with pytest.raises(InvalidValue, match="seen for 3"):
        aggregate(effects, "dynamic", balance=4)
    with pytest.raises(InvalidValue, match="dynamic"):
        aggregate(effects, "simple", balance=1)


def test_bands_are_wider_than_intervals_and_narrower_than_bonferroni():
    found = aggregate(group_time_effects(invented_panel()), "dynamic")
    assert pointwise(0.95) < found.critical < pointwise(1 - 0.05 / len(found.by)) + DRAWN
    assert (found.by.low < found.by.pointwise_low).all()
    assert np.allclose(found.by.high - found.by.att, found.critical * found.by.se)


def test_the_same_seed_gives_the_same_band():
    effects = group_time_effects(invented_panel())
    one, two, three = (aggregate(effects, "dynamic", seed=seed).critical for seed in (1, 1, 2))
    assert one == two != three


@pytest.mark.parametrize("multiplier", ["rademacher", "mammen"])
def test_the_bootstrap_gives_about_the_same_band(multiplier):
    panel = invented_panel(units=600)
    effects = group_time_effects(panel, influence=True)
    normal = aggregate(effects, "dynamic").critical
    found = aggregate(effects, "dynamic", multiplier=multiplier, draws=4000).critical
    assert found == pytest.approx(normal, abs=4 * DRAWN)
    with pytest.raises(InvalidValue, match="influence=True"):
        aggregate(group_time_effects(panel), "dynamic", multiplier=multiplier)


def test_the_last_digits_of_a_covariance_do_not_move_the_band():
    # Independent estimates of equal variance: which directions are the main ones hangs on the last digits.
    random = np.random.default_rng(5)
    one = simultaneous(np.eye(6), level=0.95, seed=1, draws=20_000)
    shaken = np.eye(6) + 1e-14 * random.standard_normal((6, 6))
    two = simultaneous((shaken + shaken.T) / 2, level=0.95, seed=1, draws=20_000)
    assert one == pytest.approx(two, abs=1e-10)


def test_independent_estimates_have_the_band_of_their_number():
    # P(max of 5 |z| <= c) = 0.95 where P(|z| <= c) = 0.95 ** (1 / 5): c = 2.5687.
    expected = pointwise(0.95 ** (1 / 5))
    assert simultaneous(np.eye(5) * 7, level=0.95, seed=1, draws=20_000) == pytest.approx(expected, abs=DRAWN)
    influence = np.kron(np.eye(5), np.ones((400, 1)))
    assert multiplied(influence, level=0.95, seed=1, draws=20_000) == pytest.approx(expected, abs=DRAWN)


def test_estimates_that_are_one_need_no_wider_band():
    found = simultaneous(np.ones((4, 4)), level=0.9, seed=1, draws=20_000)
    assert found == pytest.approx(pointwise(0.9), abs=DRAWN)


def test_only_periods_before_treatment_add_up_to_nothing():
    effects = group_time_effects(invented_panel(periods=5, cohorts=(0, 6)), anticipation=1)
    with pytest.raises(InvalidValue, match="after treatment"):
        aggregate(effects)


def test_wrong_options_are_refused():
    effects = group_time_effects(invented_panel(), influence=True)
    for wrong in ({"kind": "all"}, {"level": 1.0}, {"kind": "dynamic", "multiplier": "normal"}):
        with pytest.raises(InvalidValue):
            aggregate(effects, **wrong)
