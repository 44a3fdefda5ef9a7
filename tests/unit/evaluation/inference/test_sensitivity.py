"""Robust intervals against closed forms, a linear program, another implementation, and simulated coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import linprog

from allay.base.errors import InvalidValue
from allay.evaluation.inference.event_study import event_study
from allay.evaluation.inference.fixed_length import fixed_length, folded_quantile
from allay.evaluation.inference.sensitivity import relative_magnitudes, smoothness

EVENTS = np.array([-5, -4, -3, -2, 0, 1, 2])
ESTIMATES = np.array([0.02, -0.05, 0.04, -0.03, -0.6, -0.75, -0.9])
LAGS = np.abs(np.subtract.outer(EVENTS, EVENTS))
COVARIANCE = 0.01 * (0.5 + 0.5 * 0.6**LAGS)
STUDY = event_study(EVENTS, ESTIMATES, COVARIANCE)
# Closed forms and linear programs in double precision, on numbers around 1.
CLOSE = 1e-9
# The other implementation searches over a grid of 100 lengths and solves to about seven digits.
SEARCHED = 5e-5
REPLICATIONS = 4000
# Three Monte-Carlo errors of a coverage of 95% over that many replications: 0.0103.
CHANCE = 3 * math.sqrt(0.95 * 0.05 / REPLICATIONS)


def differences(order: int) -> np.ndarray:
    """Rows of first or second differences over all months, the reference (zero) among them."""
    months = np.arange(EVENTS.min(), EVENTS.max() + 1)
    rows = np.diff(np.eye(len(months)), order, axis=0)
    return rows[:, months != -1]


def program_ends(restrict: np.ndarray, limits: np.ndarray, weights: np.ndarray) -> tuple[float, float] | None:
    """Identified set by linear programming: ends of l'(estimate - violation) after the start."""
    fixed = np.eye(len(EVENTS))[EVENTS < -1]
    cost = np.zeros(len(EVENTS))
    cost[EVENTS > -1] = weights
    ends = []
    for sign in (1, -1):
        found = linprog(
            sign * cost,
            A_ub=restrict,
            b_ub=limits,
            A_eq=fixed,
            b_eq=ESTIMATES[EVENTS < -1],
            bounds=[(None, None)] * len(EVENTS),
        )
        if not found.success:
            return None
        ends.append(sign * found.fun)
    middle = float(cost @ ESTIMATES)
    return middle - ends[1], middle - ends[0]


@pytest.mark.parametrize(
    "weights", [[1 / 3, 1 / 3, 1 / 3], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 1.0]]
)
@pytest.mark.parametrize("bound", [0.0, 0.5, 2.0])
def test_identified_set_of_relative_magnitudes_is_that_of_linear_programs(weights, bound):
    steps = differences(1)
    before, after = steps[:4], steps[4:]
    ends = []
    for row in before:
        for sign in (1, -1):
            largest = sign * row
            restrict = np.concatenate(
                [after - bound * largest, -after - bound * largest, before - largest, -before - largest]
            )
            found = program_ends(restrict, np.zeros(len(restrict)), np.array(weights))
            ends += [found] if found else []
    expected = min(low for low, _ in ends), max(high for _, high in ends)
    found = relative_magnitudes(STUDY, bounds=[bound], target=weights).intervals[0]
    assert (found.set_low, found.set_high) == pytest.approx(expected, abs=CLOSE)
    assert found.low <= found.set_low <= found.set_high <= found.high


@pytest.mark.parametrize("weights", [[1 / 3, 1 / 3, 1 / 3], [0.0, 0.0, 1.0], [-1.0, 0.0, 1.0]])
@pytest.mark.parametrize("bound", [0.1, 0.17, 1.0])
def test_identified_set_of_smoothness_is_that_of_a_linear_program(weights, bound):
    bends = differences(2)
    restrict = np.concatenate([bends, -bends])
    expected = program_ends(restrict, np.full(len(restrict), bound), np.array(weights))
    found = smoothness(STUDY, bounds=[bound], target=weights).intervals[0]
    if expected is None:
        assert math.isnan(found.set_low)
        assert math.isnan(found.set_high)
    else:
        assert (found.set_low, found.set_high) == pytest.approx(expected, abs=CLOSE)


def test_both_outcomes_of_the_smooth_set_are_met():
    assert math.isnan(smoothness(STUDY, bounds=[0.1]).intervals[0].set_low)
    assert not math.isnan(smoothness(STUDY, bounds=[0.17]).intervals[0].set_low)


# Half-lengths that moderndid 0.2.0 (compute_flci, MIT license) finds for this study; run 2026-11-27.
MODERNDID = {0.0: 0.1990291, 0.02: 0.3088633, 0.05: 0.4802558, 0.1: 0.7157017, 0.3: 1.4447316}


@pytest.mark.parametrize(("bound", "half"), MODERNDID.items())
def test_fixed_length_is_that_of_another_implementation(bound, half):
    found = fixed_length(STUDY, np.full(3, 1 / 3), bound=bound, level=0.95)
    assert found.half == pytest.approx(half, rel=SEARCHED)


# Intervals of moderndid 0.2.0 (conditional with least-favorable hybrid) for the same study: ours may be
# wider.
HYBRID = {0.5: (-1.067618, -0.470881), 1.0: (-1.251746, -0.304675), 2.0: (-1.639066, 0.064429)}


@pytest.mark.parametrize(("bound", "ends"), HYBRID.items())
def test_union_is_wider_than_the_hybrid_but_not_by_much(bound, ends):
    found = relative_magnitudes(STUDY, bounds=[bound]).intervals[0]
    assert found.low < ends[0]
    assert found.high > ends[1]
    assert found.high - found.low < 1.2 * (ends[1] - ends[0])


def test_without_bends_the_estimator_is_the_generalized_least_squares_one():
    """At M = 0 the estimator is the effect over a straight line fitted by generalized least squares."""
    line = np.append(EVENTS + 1.0, 0.0)[:-1]
    design = np.column_stack([line, *np.eye(7)[4:]])
    inverse = np.linalg.inv(COVARIANCE)
    spread = np.linalg.inv(design.T @ inverse @ design)
    fitted = spread @ design.T @ inverse @ ESTIMATES
    found = fixed_length(STUDY, np.full(3, 1 / 3), bound=0.0, level=0.95)
    assert found.estimate == pytest.approx(fitted[1:].mean(), abs=CLOSE)
    assert found.se == pytest.approx(math.sqrt(spread[1:, 1:].sum() / 9), abs=CLOSE)


def test_quantile_of_a_folded_normal():
    draws = np.abs(0.7 + np.random.default_rng(1).standard_normal(400_000))
    # Monte-Carlo error of a 95% quantile here is about 0.003.
    assert folded_quantile(0.7, level=0.95) == pytest.approx(np.quantile(draws, 0.95), abs=0.01)


def covered(violation: np.ndarray, interval) -> float:
    """Share of replications whose interval has the true mean effect (zero) inside."""
    draw = np.random.default_rng(20261127)
    root = np.linalg.cholesky(COVARIANCE)
    hits = 0
    for noise in draw.standard_normal((REPLICATIONS, 7)):
        found = interval(event_study(EVENTS, violation + root @ noise, COVARIANCE))
        hits += found.low <= 0 <= found.high
    return hits / REPLICATIONS


# Differences in trends, the reference at zero; the last three at the worst the bound allows.
STEP = np.array([0.0, 0.0, 0.0, -0.1, 0.1, 0.2, 0.3])
FLAT = np.zeros(7)
BENT = np.array([-0.4, -0.3, -0.2, -0.1, 0.2, 0.5, 0.9])


@pytest.mark.parametrize(("violation", "bound"), [(STEP, 1.0), (FLAT, 1.0), (10 * STEP, 1.0)])
def test_relative_magnitudes_cover(violation, bound):
    share = covered(violation, lambda study: relative_magnitudes(study, bounds=[bound]).intervals[0])
    assert share >= 0.95 - CHANCE


def test_relative_magnitudes_without_room_do_not_cover_a_violation():
    """The bound matters: with half the room that the violation needs, a precise interval misses."""
    share = covered(10 * STEP, lambda study: relative_magnitudes(study, bounds=[0.5]).intervals[0])
    assert share < 0.05


def test_smoothness_covers_at_its_level_at_the_worst_bend():
    """Bends of 0.1 at every month, in the direction in which they add to the bias of the estimator."""
    target, bound = np.full(3, 1 / 3), 0.1
    found = fixed_length(STUDY, target, bound=bound, level=0.95)
    # The worst violation in closed form: each second difference at the bound, with the sign of its
    # coefficient.
    bends = differences(2)
    weights = np.concatenate([found.weights[::-1], target])
    worst = linprog(
        -weights,
        A_ub=np.concatenate([bends, -bends]),
        b_ub=np.full(2 * len(bends), bound),
        bounds=[(None, None)] * 7,
    )
    assert -worst.fun == pytest.approx(found.bias, rel=1e-6)
    draw = np.random.default_rng(7).standard_normal((100_000, 7)) @ np.linalg.cholesky(COVARIANCE).T
    misses = np.abs((worst.x + draw) @ weights) > found.half
    # Three Monte-Carlo errors of 5% over 100,000 replications: 0.0021.
    assert misses.mean() == pytest.approx(0.05, abs=0.0021)


def test_breakdown_is_where_the_interval_reaches_zero():
    found = relative_magnitudes(STUDY)
    low, high = relative_magnitudes(STUDY, bounds=[0.99 * found.breakdown, 1.01 * found.breakdown]).intervals
    assert low.excludes_zero
    assert not high.excludes_zero
    smooth = smoothness(STUDY, bounds=[0.0])
    low, high = smoothness(STUDY, bounds=[0.99 * smooth.breakdown, 1.01 * smooth.breakdown]).intervals
    assert low.excludes_zero
    assert not high.excludes_zero


def test_nothing_to_break_where_the_effect_is_not_clear():
    weak = event_study(EVENTS, ESTIMATES / 100, COVARIANCE)
    assert relative_magnitudes(weak).breakdown is None
    assert smoothness(weak, bounds=[0.0]).breakdown is None


@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_estimates_without_error_of_their_own_leave_the_room_for_violations(spread):
    """No error at all, or one that all months share and the reference's bend cancels: bias is all there
    is."""
    study = event_study(EVENTS, ESTIMATES, np.full((7, 7), spread))
    smooth = smoothness(study, bounds=[0.0, 0.17, 1e9]).intervals
    assert smooth[0].low <= smooth[0].high
    assert smooth[1].high - smooth[1].low >= smooth[1].set_high - smooth[1].set_low - CLOSE
    if spread == 0:
        relative = relative_magnitudes(study, bounds=[0.5]).intervals[0]
        assert (relative.low, relative.high) == pytest.approx((relative.set_low, relative.set_high))


def test_bent_trend_is_within_its_bound():
    study = event_study(EVENTS, BENT, COVARIANCE)
    assert not math.isnan(smoothness(study, bounds=[0.2 + CLOSE]).intervals[0].set_low)
    assert smoothness(study, bounds=[0.0]).estimate == pytest.approx(1.6 / 3)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([-3, 0, 1], "without a gap"),
        ([0, 1], "one month before the reference"),
        ([-3, -2], "one after it"),
        ([-2, -2, 0], "months that rise"),
    ],
)
def test_studies_that_cannot_be_are_refused(events, expected):
    with pytest.raises(InvalidValue, match=expected):
        event_study(events, np.zeros(len(events)), np.eye(len(events)))


def test_bounds_below_zero_are_refused():
    with pytest.raises(InvalidValue, match="a bound of 0 or more"):
        relative_magnitudes(STUDY, bounds=[-1.0])
    with pytest.raises(InvalidValue, match="a bound of 0 or more"):
        smoothness(STUDY, bounds=[float("nan")])
