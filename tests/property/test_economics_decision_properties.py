"""Properties of decisions that hold for any costs, effects and draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.economics.decision.acceptability import acceptability
from allay.economics.decision.frontier import frontier
from allay.economics.decision.partial import evppi, evppi_of_group

# Sums of a few hundred numbers in another order differ in their last digits.
BITS = 1e-9
# A curve is no conditional mean, so its gain may pass that of perfect information by part of its error.
ERRORS = 3

points = st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=1, max_size=8)
seeds = st.integers(0, 10_000)


def plain_status(costs, effects):
    """Dominance by its definitions: against every one, and against every mix of two."""
    options = list(zip(costs, effects, strict=True))

    def beats(other, mine):
        return other[0] <= mine[0] and other[1] >= mine[1] and other != mine

    def mixed(mine):
        for low in options:
            for high in options:
                if low[1] < mine[1] < high[1]:
                    share = (mine[1] - low[1]) / (high[1] - low[1])
                    if low[0] + share * (high[0] - low[0]) < mine[0] - BITS:
                        return True
        return False

    return tuple(
        "dominated"
        if any(beats(other, mine) for other in options)
        else "extended"
        if mixed(mine)
        else "frontier"
        for mine in options
    )


@given(points)
def test_statuses_follow_from_the_definitions(rows):
    costs, effects = zip(*rows, strict=True)
    assert frontier(costs, effects).status == plain_status(costs, effects)


@given(points, st.randoms(use_true_random=False))
def test_the_order_of_strategies_changes_nothing(rows, luck):
    places = list(range(len(rows)))
    luck.shuffle(places)
    costs, effects = np.array(rows).T
    plain, mixed = frontier(costs, effects), frontier(costs[places], effects[places])
    assert mixed.status == tuple(plain.status[place] for place in places)
    np.testing.assert_array_equal(mixed.icer, plain.icer[places])


@given(points)
def test_the_frontier_is_convex(rows):
    costs, effects = np.array(rows).T
    found = frontier(costs, effects)
    steps = found.icer[list(found.members)]
    steps = steps[np.isfinite(steps)]
    assert (steps > 0).all()
    assert (np.diff(steps) >= -BITS).all()


@given(points)
def test_the_best_at_any_price_is_on_the_frontier(rows):
    costs, effects = np.array(rows, dtype=float).T
    found = frontier(costs, effects)
    for price in (0.0, 0.37, 1.0, 2.71, 40.0):
        best = (price * effects - costs).max()
        on = list(found.members)
        assert (price * effects - costs)[on].max() == pytest.approx(best)


@given(points, st.integers(-9, 9), st.integers(-9, 9))
def test_a_constant_for_all_strategies_moves_no_ratio(rows, cost, effect):
    costs, effects = np.array(rows).T
    plain, moved = frontier(costs, effects), frontier(costs + cost, effects + effect)
    assert moved.status == plain.status
    np.testing.assert_array_equal(moved.icer, plain.icer)


def analysis(seed, *, draws=200, strategies=3, spread=1.0):
    luck = np.random.default_rng(seed)
    parameters = luck.normal(size=(draws, 3))
    signal = np.tanh(parameters @ luck.normal(size=(3, strategies)))
    effects = luck.normal(size=strategies) * 0.3 + spread * signal
    costs = luck.normal(size=strategies) + spread * luck.normal(size=(draws, strategies))
    return costs, effects, parameters


@given(seeds, st.integers(1, 5))
@settings(max_examples=30)
def test_nothing_uncertain_leaves_nothing_to_learn(seed, strategies):
    costs, effects, parameters = analysis(seed, strategies=strategies, spread=0.0)
    assert acceptability(costs, effects, wtp=[0, 1, 7]).evpi == pytest.approx(np.zeros(3), abs=BITS)
    assert evppi(costs, effects, parameters, wtp=[0, 1]).evppi == pytest.approx(np.zeros((2, 3)), abs=BITS)
    group = evppi_of_group(costs, effects, parameters, wtp=[0, 1], seed=1, points=30)
    assert group.evppi == pytest.approx(np.zeros((2, 1)), abs=BITS)


@given(seeds, st.integers(2, 5))
@settings(max_examples=40)
def test_parts_are_worth_between_nothing_and_the_whole(seed, strategies):
    costs, effects, parameters = analysis(seed, strategies=strategies)
    whole = acceptability(costs, effects, wtp=[0, 1, 7])
    single = evppi(costs, effects, parameters, wtp=[0, 1, 7])
    assert (single.evppi >= 0).all()
    assert (single.evppi <= whole.evpi[:, None] + ERRORS * single.se + BITS).all()


@given(seeds)
@settings(max_examples=10)
def test_a_group_is_worth_between_nothing_and_the_whole(seed):
    costs, effects, parameters = analysis(seed)
    whole = acceptability(costs, effects, wtp=[0, 1, 7])
    group = evppi_of_group(costs, effects, parameters, wtp=[0, 1, 7], seed=1, points=40)
    assert (group.evppi >= 0).all()
    assert (group.evppi[:, 0] <= whole.evpi + ERRORS * group.se[:, 0] + BITS).all()


@given(seeds, st.integers(-50, 50), st.integers(-50, 50))
@settings(max_examples=30)
def test_a_constant_for_all_strategies_changes_nothing(seed, cost, effect):
    costs, effects, parameters = analysis(seed)
    plain = acceptability(costs, effects, wtp=[0, 1, 7])
    moved = acceptability(costs + cost, effects + effect, wtp=[0, 1, 7])
    assert moved.best.tolist() == plain.best.tolist()
    assert moved.probability == pytest.approx(plain.probability)
    assert moved.expected_loss == pytest.approx(plain.expected_loss, abs=BITS)
    first = evppi(costs, effects, parameters, wtp=[0, 1, 7])
    other = evppi(costs + cost, effects + effect, parameters, wtp=[0, 1, 7])
    assert other.evppi == pytest.approx(first.evppi, abs=BITS)


@given(seeds)
@settings(max_examples=20)
def test_shares_add_up_and_the_best_has_the_least_loss(seed):
    costs, effects, _ = analysis(seed, strategies=4)
    found = acceptability(costs, effects, wtp=np.linspace(0, 9, 7))
    assert found.probability.sum(axis=1) == pytest.approx(np.ones(7))
    assert found.evpi == pytest.approx(found.expected_loss.min(axis=1), abs=BITS)
    assert (found.expected_loss >= 0).all()


@given(seeds)
@settings(max_examples=15)
def test_a_parameter_alone_is_worth_the_same_beside_others(seed):
    costs, effects, parameters = analysis(seed)
    together = evppi(costs, effects, parameters, wtp=2)
    alone = evppi(costs, effects, parameters[:, [1]], wtp=2)
    assert alone.evppi[0, 0] == together.evppi[0, 1]
