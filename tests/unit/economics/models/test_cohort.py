"""Cohorts: against a plain loop, counted in every way, with time in state, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.economics.models import cohort
from allay.economics.models.cohort import CohortModel, ModelOutcome, run_cohort
from allay.economics.models.corrections import COUNTINGS, cycle_weights, point_weights
from allay.economics.models.discounting import Discounting

# Sums of some hundred products in another order of adding differ in their last bits.
CLOSE = 1e-11
STATES, STRATEGIES, CYCLES, DRAWS = 3, 2, 7, 5


def shares(draw, *shape):
    found = draw.random(shape)
    return found / found.sum(axis=-1, keepdims=True)


def made_up(counting="half", *, times=None, moves=False):
    draw = np.random.default_rng(7)
    inner = () if times is None else (times,)
    worth = draw.normal(size=(1, STRATEGIES, CYCLES, *inner, STATES))
    outcomes = {
        "cost": ModelOutcome(
            worth,
            Discounting(0.05),
            draw.normal(size=(DRAWS, 1)),
            draw.normal(size=(1, 1, CYCLES, STATES, STATES)) if moves else None,
        ),
        "effect": ModelOutcome(draw.normal(size=(DRAWS, 1, 1, STATES)), Discounting(0.02, at="cycle-end")),
        "third": ModelOutcome(draw.normal(size=(1, 1, 1, STATES)), Discounting(0.02, at="cycle-end")),
    }
    return CohortModel(
        states=("a", "b", "c"),
        strategies=("one", "two"),
        cycles=CYCLES,
        transitions=shares(draw, DRAWS, STRATEGIES, CYCLES, *inner, STATES, STATES),
        start=shares(draw, 1, 1, STATES),
        outcomes=outcomes,
        cycle_length=0.5,
        counting=counting,
    )


def spread(array, index):
    """The entry of an array whose axes of length 1 stand for all."""
    return array[
        tuple(0 if length == 1 else place for place, length in zip(index, array.shape, strict=False))
    ]


def plainly(model, name, draw, strategy):
    """Work one number out with loops over cycles, times in state and states; tunnel by tunnel."""
    outcome, weights = model.outcomes[name], cycle_weights(model.counting, cycles=model.cycles)
    averaged = model.counting == "life-table"
    ends = outcome.discounting.ends(cycles=model.cycles, cycle_length=model.cycle_length, averaged=averaged)
    moved = outcome.discounting.ends(cycles=model.cycles, cycle_length=model.cycle_length)[1]
    timed = model.transitions.ndim == 6
    times = model.transitions.shape[3] if timed else 1
    state = {(k, s): 0.0 for k in range(times) for s in range(STATES)}
    for s in range(STATES):
        state[0, s] = spread(model.start, (draw, strategy))[s]
    total = 0.0 if outcome.once is None else float(spread(outcome.once, (draw, strategy)))
    for cycle in range(model.cycles):
        after = dict.fromkeys(state, 0.0)
        chances = spread(model.transitions, (draw, strategy, cycle))
        values = spread(outcome.values, (draw, strategy, cycle))
        for (k, here), share in state.items():
            for there in range(STATES):
                chance = chances[k, here, there] if timed else chances[here, there]
                after[min(k + 1, times - 1) if there == here else 0, there] += share * chance
                if outcome.moves is not None:
                    worth = spread(outcome.moves, (draw, strategy, cycle))[here, there]
                    total += moved[cycle] * share * chance * worth
        for (k, s), share in state.items():
            value = values[k, s] if values.ndim == 2 else values[s]
            total += value * (weights.start[cycle] * ends[0][cycle] * share)
            total += value * (weights.end[cycle] * ends[1][cycle] * after[k, s])
        state = after
    return total


@pytest.mark.parametrize("times", [None, 1, 3])
@pytest.mark.parametrize("counting", COUNTINGS)
def test_arrays_agree_with_loops(counting, times):
    model = made_up(counting, times=times, moves=counting in ("half", "life-table"))
    ran = run_cohort(model)
    for name, found in ran.outcomes.items():
        for draw in range(DRAWS):
            for strategy in range(STRATEGIES):
                assert abs(found[draw, strategy] - plainly(model, name, draw, strategy)) < CLOSE


def test_blocks_change_nothing(monkeypatch):
    whole = run_cohort(made_up(), trace=True)
    monkeypatch.setattr(cohort, "PAIRS_AT_ONCE", 4)
    parts = run_cohort(made_up(), trace=True)
    assert np.array_equal(whole.cost, parts.cost)
    assert np.array_equal(whole.trace, parts.trace)
    assert whole.trace.shape == (DRAWS, STRATEGIES, CYCLES + 1, STATES)
    assert np.abs(whole.trace.sum(axis=-1) - 1).max() < CLOSE


@pytest.mark.parametrize("cycles", [1, 2, 7, 23, 24, 25, 60, 64])
@pytest.mark.parametrize("counting", ["half", "darth", "start"])
def test_strides_agree_with_plain_steps(counting, cycles):
    """A trace is made by plain steps; without one, and nothing depending on the cycle, strides are taken."""
    draw = np.random.default_rng(cycles)
    model = CohortModel(
        states=("a", "b", "c"),
        strategies=("one", "two"),
        cycles=cycles,
        transitions=shares(draw, 4, 2, 1, 3, 3),
        start=shares(draw, 1, 2, 3),
        outcomes={
            "cost": ModelOutcome(draw.normal(size=(4, 1, 1, 3)), Discounting(0.06), draw.normal(size=(1, 2))),
            "effect": ModelOutcome(draw.normal(size=(1, 2, 1, 3)), Discounting(0.015)),
            "years": ModelOutcome(np.ones((1, 1, 1, 3)), Discounting(0.015)),
        },
        counting=counting,
    )
    fast, plain = run_cohort(model), run_cohort(model, trace=True)
    for name, found in plain.outcomes.items():
        assert np.abs(fast.outcomes[name] - found).max() < CLOSE * cycles


def test_threads_change_no_bit(monkeypatch):
    monkeypatch.setattr(cohort, "PAIRS_AT_ONCE", 2)
    one, two = (run_cohort(made_up(), threads=threads).cost for threads in (1, 2))
    assert one.tobytes() == two.tobytes()


def test_time_in_state_without_a_difference_is_a_plain_cohort():
    plain = made_up()
    timed = CohortModel(
        states=plain.states,
        strategies=plain.strategies,
        cycles=CYCLES,
        transitions=np.repeat(plain.transitions[:, :, :, None], 4, axis=3),
        start=plain.start,
        outcomes=plain.outcomes,
        cycle_length=plain.cycle_length,
    )
    for name, found in run_cohort(timed).outcomes.items():
        assert np.abs(found - run_cohort(plain).outcomes[name]).max() < CLOSE


def test_who_has_stayed_two_cycles_leaves():
    """Everybody stays two cycles in the first state and then leaves it for good."""
    stay, leave = [1.0, 0.0], [0.0, 1.0]
    rows = np.array([[stay, leave], [stay, leave], [leave, leave]])
    model = CohortModel(
        states=("in", "out"),
        strategies=("one",),
        cycles=5,
        transitions=rows[None, None, None],
        start=np.array([[[1.0, 0.0]]]),
        outcomes={},
    )
    assert run_cohort(model, trace=True).trace[0, 0, :, 0].tolist() == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("counting", [name for name in COUNTINGS if name != "none"])
def test_weights_add_up_to_the_cycles_when_they_are_even(counting):
    assert point_weights(counting, cycles=12).sum() == pytest.approx(12 if counting != "darth" else 34 / 3)
    assert point_weights("simpson", cycles=75).sum() == pytest.approx(75 - 1 / 3)


def test_simpson_is_exact_for_a_cubic_and_darth_is_not():
    points = np.linspace(0, 1, 11) ** 3
    found = {name: point_weights(name, cycles=10) @ points / 10 for name in ("simpson", "darth")}
    assert found["simpson"] == pytest.approx(0.25, abs=1e-15)
    assert abs(found["darth"] - 0.25) > 0.01


@pytest.mark.parametrize(
    ("discounting", "expected"),
    [
        (Discounting(0.1), 1.1**-1.5),
        (Discounting(0.1, compounding="whole-years"), 1.1**-1),
        (Discounting(0.1, compounding="per-cycle"), 1.1**-3),
        (Discounting(0.1, compounding="continuous"), np.exp(-0.15)),
    ],
)
def test_compounding_over_three_half_years(discounting, expected):
    assert discounting.factor(3, cycle_length=0.5) == pytest.approx(expected, rel=1e-14)


def test_moments_of_discounting():
    first, last = Discounting(0.1).ends(cycles=2, cycle_length=1)
    assert (first * last).tolist() == pytest.approx([1 / 1.1, 1.1**-3])
    for at, power in (("cycle-start", 0.0), ("cycle-middle", 0.5), ("cycle-end", 1.0)):
        first, last = Discounting(0.1, at=at).ends(cycles=1, cycle_length=1)
        assert first == last == pytest.approx(1.1**-power)
    first, last = Discounting(0.1).ends(cycles=1, cycle_length=1, averaged=True)
    assert first == last == pytest.approx(1.1**-0.5)


def test_a_row_that_does_not_add_up_is_named():
    model = made_up()
    wrong = model.transitions.copy()
    wrong[2, 1, 4, 0] *= 0.9
    with pytest.raises(InvalidValue) as refused:
        remade(model, transitions=wrong)
    expected = "transitions that add up to 1, found 0.9 in draw 3, strategy two, cycle 5, from a"
    assert str(refused.value) == f"expected {expected}"


def test_a_probability_outside_its_range_is_named():
    model = made_up()
    wrong = model.transitions.copy()
    wrong[0, 0, 0, 1] = [-0.25, 1.25, 0]
    wrong[1, 0, 0, 1, 2] = np.nan
    with pytest.raises(
        InvalidValue, match=r"-0.25 in draw 1, strategy one, cycle 1, from b to a \(and 2 more\)"
    ):
        remade(model, transitions=wrong)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": np.ones((1, 1, 3)) / 2}, "start that adds up to 1, found 1.5"),
        ({"start": np.ones((1, 1, 2)) / 2}, "start as an array"),
        ({"transitions": np.ones((3, 1, 1, 3, 3)) / 3}, "1 or 5 draws everywhere"),
        (
            {"transitions": np.ones((1, 3, 1, 3, 3)) / 3},
            r"transitions as an array \[draws, 1 or 2, 1 or 7, 3, 3\]",
        ),
        ({"cycles": 6}, "1 or 6"),
        ({"outcomes": {"cost": ModelOutcome(np.ones((1, 1, 1, 2)))}}, "values of cost as an array"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change, said):
    with pytest.raises(InvalidValue, match=said):
        remade(made_up(), **change)


def remade(model, **changes):
    names = ("states", "strategies", "cycles", "transitions", "start", "outcomes", "cycle_length", "counting")
    return CohortModel(**{name: changes.get(name, getattr(model, name)) for name in names})


def test_unknown_conventions_are_refused():
    with pytest.raises(NotFound, match="did you mean 'half'"):
        cycle_weights("halv", cycles=3)
    with pytest.raises(InvalidValue, match="one cycle or more"):
        cycle_weights("half", cycles=0)
    with pytest.raises(NotFound, match="annual"):
        Discounting(0.1, compounding="anual")
    with pytest.raises(NotFound, match="cycle-end"):
        Discounting(0.1, at="cycle-ends")
    with pytest.raises(InvalidValue, match="0 or more and below 1, found 3"):
        Discounting(3)
