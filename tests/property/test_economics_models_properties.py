"""Cohorts and trees for every input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allay.economics.models.cohort import CohortModel, ModelOutcome, run_cohort
from allay.economics.models.compare import against
from allay.economics.models.corrections import COUNTINGS, cycle_weights, point_weights
from allay.economics.models.discounting import COMPOUNDINGS, DISCOUNT_AT, Discounting
from allay.economics.models.rates import prob_to_rate, rate_to_prob

# Some hundred sums and products of numbers around 1, in another order.
CLOSE = 1e-10
seeds = st.integers(0, 2**32 - 1)
countings = st.sampled_from(COUNTINGS)


def made_up(seed, counting, *, rate=0.0, times=None, alive=None):
    draw = np.random.default_rng(seed)
    draws, strategies, cycles, states = (int(n) for n in draw.integers(1, 5, size=4) + [0, 0, 0, 1])
    inner = () if times is None else (times,)
    transitions = draw.dirichlet(np.ones(states), size=(draws, strategies, cycles, *inner, states))
    worth = draw.random((1, 1, cycles, states)) if alive is None else np.full((1, 1, 1, states), alive)
    return CohortModel(
        states=tuple("abcdef"[:states]),
        strategies=tuple(str(n) for n in range(strategies)),
        cycles=cycles,
        transitions=transitions,
        start=draw.dirichlet(np.ones(states), size=(draws, 1)),
        outcomes={"effect": ModelOutcome(worth, Discounting(rate))},
        counting=counting,
    )


@given(seeds, countings, st.sampled_from([None, 1, 3]))
def test_nobody_appears_or_vanishes(seed, counting, times):
    trace = run_cohort(made_up(seed, counting, times=times), trace=True).trace
    assert np.abs(trace.sum(axis=-1) - 1).max() < CLOSE
    assert trace.min() >= 0


@given(seeds, countings)
def test_the_order_of_states_changes_nothing(seed, counting):
    model = made_up(seed, counting, rate=0.03)
    order = np.random.default_rng(seed).permutation(len(model.states))
    turned = CohortModel(
        states=tuple(model.states[place] for place in order),
        strategies=model.strategies,
        cycles=model.cycles,
        transitions=model.transitions[..., order, :][..., order],
        start=model.start[..., order],
        outcomes={
            name: ModelOutcome(one.values[..., order], one.discounting)
            for name, one in model.outcomes.items()
        },
        counting=counting,
    )
    assert np.abs(run_cohort(model).effect - run_cohort(turned).effect).max() < CLOSE


@given(seeds, st.sampled_from([name for name in COUNTINGS if name != "none"]))
def test_nobody_lives_longer_than_the_horizon(seed, counting):
    """A value of 1 in every state: undiscounted, the weights of the counts; discounted, never more."""
    model = made_up(seed, counting, alive=1.0)
    years = run_cohort(model).effect
    assert np.abs(years - point_weights(counting, cycles=model.cycles).sum()).max() < CLOSE
    if counting not in ("simpson", "darth"):
        assert years.max() <= model.cycles + CLOSE
    assert (run_cohort(made_up(seed, counting, alive=1.0, rate=0.05)).effect <= years + CLOSE).all()


@given(seeds, countings)
def test_the_same_input_gives_the_same_bytes(seed, counting):
    one, other = (run_cohort(made_up(seed, counting)).effect.tobytes() for _ in range(2))
    assert one == other


@given(seeds, countings)
def test_a_draw_does_not_depend_on_the_others(seed, counting):
    model = made_up(seed, counting)
    alone = CohortModel(
        states=model.states,
        strategies=model.strategies,
        cycles=model.cycles,
        transitions=model.transitions[-1:],
        start=model.start[-1:],
        outcomes=model.outcomes,
        counting=counting,
    )
    assert np.abs(run_cohort(model).effect[-1] - run_cohort(alone).effect[0]).max() < CLOSE


@given(st.integers(1, 50), countings)
def test_no_count_weighs_less_than_nothing(cycles, counting):
    weights = cycle_weights(counting, cycles=cycles)
    assert min(weights.start.min(), weights.end.min()) >= 0
    assert len(weights.start) == len(weights.end) == cycles


@given(st.floats(0, 0.99), st.sampled_from(COMPOUNDINGS), st.sampled_from(DISCOUNT_AT), st.integers(1, 60))
def test_what_comes_later_is_worth_no_more(rate, compounding, at, cycles):
    first, last = Discounting(rate, compounding, at).ends(cycles=cycles, cycle_length=1 / 12)
    assert (last <= first).all()
    assert (np.diff(first) <= 0).all()
    assert 0 < last.min() <= first.max() <= 1


@given(st.floats(0, 20), st.floats(0.01, 10))
def test_rates_and_probabilities_there_and_back(rate, time):
    probability = rate_to_prob(rate, time=time)
    assert 0 <= probability <= 1
    if rate * time < 10:  # above, the probability is so near 1 that a rate cannot be read off it exactly
        assert prob_to_rate(probability, time=time) == pytest.approx(rate, rel=1e-9, abs=1e-9)


@given(*[st.floats(-1e6, 1e6)] * 4)
def test_two_strategies_are_compared_alike_from_both_sides(cost, effect, other_cost, other_effect):
    there = against(cost, effect, comparator=(other_cost, other_effect))
    back = against(other_cost, other_effect, comparator=(cost, effect))
    opposite = {
        "dominates": "dominated",
        "more effect at more cost": "less effect at less cost",
        "the same": "the same",
    }
    opposite |= {back: there for there, back in opposite.items()}
    assert back.comparison == opposite[there.comparison]
    assert there.icer == back.icer
