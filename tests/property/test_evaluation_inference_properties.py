"""Statements about inference that hold for every study."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from allay.base.status import Status
from allay.economics.effects.evaluated import read_effects
from allay.evaluation.inference.arrays import holm
from allay.evaluation.inference.credibility import PriorEffect, weigh_with_prior
from allay.evaluation.inference.detectable import contrasts, detectable_effect, power_to_show
from allay.evaluation.inference.effect_draws import draw_effects
from allay.evaluation.inference.event_study import event_study
from allay.evaluation.inference.fieller import fieller
from allay.evaluation.inference.log_ratios import LogRatios
from allay.evaluation.inference.rate_ratio import rate_ratios
from allay.evaluation.inference.savings import ProgramCost, savings
from allay.evaluation.inference.sensitivity import relative_magnitudes, smoothness
from allay.evaluation.inference.serial_covariance import SerialCovariance, serial_covariance

seeds = st.integers(0, 2**32 - 1)
# Numbers of ordinary size in double precision, through some sums and one matrix inverse.
CLOSE = 1e-7


def studies(seed: int, before: int, after: int):
    """A study with any covariance."""
    draw = np.random.default_rng(seed)
    root = draw.normal(size=(before + after, before + after + 2))
    months = np.concatenate([np.arange(-before - 1, -1), np.arange(after)])
    return event_study(months, draw.normal(size=before + after), root @ root.T / 10)


@given(seeds, st.integers(1, 5), st.integers(1, 4), st.floats(0, 3), st.floats(0, 3))
def test_more_room_for_violations_never_narrows_the_interval(seed, before, after, one, other):
    small, large = relative_magnitudes(studies(seed, before, after), bounds=sorted((one, other))).intervals
    assert large.low <= small.low + CLOSE
    assert large.high >= small.high - CLOSE
    assert large.low <= large.set_low <= large.set_high <= large.high


@given(seeds, st.integers(1, 5), st.integers(1, 4), st.floats(0, 3), st.floats(0.1, 10))
def test_intervals_follow_the_unit_of_the_outcome(seed, before, after, bound, unit):
    study = studies(seed, before, after)
    scaled = event_study(study.event, study.estimate * unit, study.covariance * unit**2)
    plain, other = (relative_magnitudes(each, bounds=[bound]).intervals[0] for each in (study, scaled))
    assert (other.low, other.high) == pytest.approx((unit * plain.low, unit * plain.high), rel=1e-9, abs=1e-9)
    (smooth,), (scaled_smooth,) = (
        smoothness(each, bounds=[room]).intervals for each, room in ((study, bound), (scaled, bound * unit))
    )
    # Two searches for the shortest interval, each as near to it as its tolerance.
    length, expected = scaled_smooth.high - scaled_smooth.low, unit * (smooth.high - smooth.low)
    assert length == pytest.approx(expected, rel=1e-3)


@given(seeds, st.integers(2, 5), st.integers(1, 4), st.floats(-5, 5))
def test_a_straight_trend_moves_nothing_under_smoothness(seed, before, after, slope):
    study = studies(seed, before, after)
    tilted = event_study(study.event, study.estimate + slope * (study.event + 1), study.covariance)
    plain, other = (smoothness(each, bounds=[0.0, 0.1]).intervals for each in (study, tilted))
    for one, two in zip(plain, other, strict=True):
        assert (two.low, two.high) == pytest.approx((one.low, one.high), abs=1e-5)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_a_p_value_and_keeps_the_order(p):
    found = holm(p)
    assert (found >= np.array(p)).all()
    assert (found <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(found[order]) >= 0).all()


@given(st.floats(-1e4, 1e4), st.floats(0, 1e3), st.floats(-1e4, 1e4), st.floats(0.01, 1e3))
def test_credibility_lies_between_the_estimate_and_the_prior(own, se, mean, sd):
    found = weigh_with_prior(own, se, prior=PriorEffect(mean, sd, "made up", Status.SYNTHETIC))
    assert 0 <= found.z <= 1
    assert min(own, mean) - CLOSE <= found.estimate <= max(own, mean) + CLOSE
    assert found.se <= min(se, sd) + CLOSE


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(0, 100), st.floats(0, 100), st.floats(-0.9, 0.9))
def test_fieller_always_holds_the_ratio_itself(top, bottom, one, other, correlation):
    assume(abs(bottom) > 1e-3)
    covariance = correlation * np.sqrt(one * other)
    found = fieller(top, bottom, variance=(one, other), covariance=covariance)
    nudge = 1e-7 * (1 + abs(found.ratio))
    assert any(found.covers(found.ratio + shift) for shift in (0.0, nudge, -nudge))
    assert found.low <= found.high


@given(seeds, st.integers(1, 6), st.floats(1, 1000))
def test_savings_add_up(seed, months, members):
    draw = np.random.default_rng(seed)
    root = draw.normal(size=(months, months))
    cost = ProgramCost(10.0, "made up")
    found = savings(
        draw.normal(size=months), root @ root.T, draw.uniform(1, 9, months), members=members, cost=cost
    )
    assert sum(each.estimate for each in found.by_month) == pytest.approx(found.total.estimate, abs=CLOSE)
    assert found.net.estimate == pytest.approx(found.total.estimate - 10 * members, abs=CLOSE)
    assert found.per_member.estimate * members == pytest.approx(found.total.estimate, abs=CLOSE)
    assert (found.net.interval.low > 0) == (found.return_ratio.low > 1)


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    seeds,
    st.integers(0, 2),
)
def test_contrasts_weigh_to_one_and_cancel(starts, seed, anticipation):
    starts = [start + anticipation for start in starts]
    sizes = np.random.default_rng(seed).uniform(2, 50, len(starts) + 1)
    found = contrasts(starts, sizes, months=12, anticipation=anticipation)
    assert found.sum(axis=0) == pytest.approx(np.zeros(12), abs=CLOSE)
    assert found.sum(axis=1) == pytest.approx(np.zeros(len(sizes)), abs=CLOSE)
    assert np.clip(found[1:], 0, None).sum() == pytest.approx(1.0)


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0, 0.9), st.floats(0.1, 10), st.integers(10, 400))
def test_the_smallest_effect_has_its_power_and_shrinks_with_members(stays, passes, rho, noise, size):
    weights = contrasts([3], [size, size], months=6)
    covariance = [SerialCovariance(stays, passes, rho, noise).matrix(6)] * 2
    found = detectable_effect(covariance, [size, size], weights)
    # The same formula turned round, but for results that are significant with the wrong sign.
    assert power_to_show(found.effect, found.se, df=found.df) == pytest.approx(found.power, abs=1e-3)
    assert detectable_effect(covariance, [2 * size, size], weights).effect < found.effect


@given(st.floats(0, 10), st.floats(0, 10), st.integers(0, 95), st.floats(0.1, 10), st.integers(3, 14))
def test_a_fitted_covariance_is_one_over_any_months(stays, passes, rho, noise, months):
    found = serial_covariance(SerialCovariance(stays, passes, rho / 100, noise).matrix(months)).matrix(30)
    assert np.linalg.eigvalsh(found)[0] >= -CLOSE
    assert found[0, 0] == pytest.approx(stays + passes + noise)


@given(seeds, st.floats(0.2, 5))
def test_rate_ratios_do_not_depend_on_the_unit(seed, unit):
    draw = np.random.default_rng(seed)
    outcome, cohort = draw.gamma(1.0, size=(30, 4)), np.repeat([0, 2, 3], 10)
    plain, other = (rate_ratios(each, np.arange(1, 5), cohort) for each in (outcome, outcome * unit))
    assert other.log_ratio == pytest.approx(plain.log_ratio, abs=CLOSE)
    assert other.covariance == pytest.approx(plain.covariance, rel=1e-6)


@given(seeds, st.integers(1, 3), st.integers(1, 3), st.integers(1, 5))
def test_every_draw_can_be_read_back(seed, events, months, draws):
    names = ("mri", "ct", "injection")[:events]
    root = np.random.default_rng(seed).normal(size=(events * months,) * 2) / 3
    ratios = LogRatios(names, np.arange(1.0, months + 1), np.zeros((events, months)), root @ root.T)
    drawn = draw_effects(ratios, draws=draws, seed=seed)
    file = io.BytesIO(drawn.table().write_csv().encode())
    found = read_effects(file)
    assert (drawn.ratios > 0).all()
    for place, name in enumerate(names):
        assert np.array_equal(found.ratios[name], drawn.ratios[:, place])
