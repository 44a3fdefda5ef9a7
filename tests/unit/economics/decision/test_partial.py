"""EVPPI against two other ways: counting in bins, and nesting draws in draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from allay.base.errors import InvalidValue
from allay.economics.decision.partial import evppi, evppi_of_group
from allay.economics.decision.reference import plain_evppi
from allay.economics.decision.smoothing import RankSmoother

# A count in 40 bins of 200 draws errs by about as much as the draws themselves do.
ERRORS = 3


def bends(draws, *, seed):
    """Three strategies: a wave in one parameter, a steep curve in another, a switch; the last is idle."""
    luck = np.random.default_rng(seed)
    wave, steep = luck.normal(size=draws), luck.lognormal(0, 0.8, draws)
    switch, idle = luck.integers(0, 2, draws), luck.normal(size=draws)
    effects = np.column_stack([np.zeros(draws), np.sin(2 * wave), 0.5 * switch])
    costs = np.column_stack([np.zeros(draws), luck.normal(0, 900, draws), 1300 - 1000 * steep])
    return costs, effects, np.column_stack([wave, steep, switch, idle])


def nested(parameter, *, wtp, luck, outer=400, inner=400):
    """Fix the parameter, draw all the rest anew, average, decide: the definition itself."""
    known = {"wave": None, "steep": None}
    gain, now = [], []
    for _ in range(outer):
        fixed = {**known}
        fixed[parameter] = luck.normal() if parameter == "wave" else luck.lognormal(0, 0.8)
        wave = luck.normal(size=inner) if fixed["wave"] is None else fixed["wave"]
        steep = luck.lognormal(0, 0.8, inner) if fixed["steep"] is None else fixed["steep"]
        second = np.mean(wtp * np.sin(2 * wave) - luck.normal(0, 900, inner))
        third = np.mean(wtp * 0.5 * luck.integers(0, 2, inner) - 1300 + 1000 * steep)
        options = np.array([0.0, second, third])
        gain.append(options.max())
        now.append(options)
    gains = np.array(gain) - np.array(now)[:, np.mean(now, axis=0).argmax()]
    return gains.mean(), gains.std() / np.sqrt(outer)


def binned(parameter, benefit, *, bins=40):
    rows = np.array_split(benefit[np.argsort(parameter, kind="stable")], bins)
    means = np.array([each.mean(axis=0) for each in rows])
    return means.max(axis=1).mean() - means.mean(axis=0).max()


@pytest.mark.parametrize("wtp", [500, 2000])
@pytest.mark.parametrize("place", [0, 1])
def test_curves_agree_with_bins(wtp, place):
    costs, effects, parameters = bends(8000, seed=4)
    found = evppi(costs, effects, parameters, wtp=wtp)
    other = binned(parameters[:, place], wtp * effects - costs)
    assert abs(found.evppi[0, place] - other) < ERRORS * found.se[0, place]


@pytest.mark.parametrize(("place", "name"), [(0, "wave"), (1, "steep")])
def test_curves_agree_with_nested_draws(place, name):
    costs, effects, parameters = bends(8000, seed=5)
    found = evppi(costs, effects, parameters, wtp=2000)
    # The mean of 400 inner draws keeps an error of about 50, far below the differences that decide.
    other, error = nested(name, wtp=2000, luck=np.random.default_rng(6))
    assert abs(found.evppi[0, place] - other) < ERRORS * np.hypot(found.se[0, place], error)


@pytest.mark.parametrize("draws", [20, 45, 400])
def test_the_fast_way_is_the_plain_way(draws):
    costs, effects, parameters = bends(draws, seed=draws)
    found = evppi(costs, effects, parameters, wtp=[500, 2000])
    for column in (0, 1, 3):
        for row, wtp in enumerate((500, 2000)):
            other = plain_evppi(costs, effects, parameters[:, column], wtp=wtp)
            # The same equations in another basis, up to a scale of 1,000.
            assert found.evppi[row, column] == pytest.approx(other, rel=1e-6, abs=1e-4)


def test_a_switch_is_valued_by_the_means_of_its_sides():
    costs, effects, parameters = bends(1000, seed=7)
    costs[:, 2] += 600  # so that the switch decides whether the third is worth its cost
    benefit = 2000 * effects - costs
    switch = parameters[:, 2]
    sides = [benefit[switch == side].mean(axis=0).max() * np.mean(switch == side) for side in (0, 1)]
    found = evppi(costs, effects, parameters, wtp=2000)
    assert found.evppi[0, 2] > 100
    assert found.evppi[0, 2] == pytest.approx(sum(sides) - benefit.mean(axis=0).max())


def test_what_does_nothing_is_worth_no_more_than_its_error():
    costs, effects, parameters = bends(8000, seed=8)
    found = evppi(costs, effects, parameters, wtp=2000)
    assert found.evppi[0, 3] <= ERRORS * found.se[0, 3]


def test_the_value_follows_from_the_order_of_a_parameter_alone():
    costs, effects, parameters = bends(500, seed=9)
    plain = evppi(costs, effects, parameters[:, :2], wtp=2000)
    other = evppi(costs, effects, np.exp(parameters[:, :2]), wtp=2000)
    assert other.evppi.tolist() == plain.evppi.tolist()


def test_many_equal_values_share_what_to_expect():
    # Half of the draws have no cost at all: their order must not matter.
    costs, effects, parameters = bends(2000, seed=10)
    half = np.maximum(parameters[:, :1], 0)
    mixed = np.random.default_rng(1).permutation(2000)
    one = evppi(costs, effects, half, wtp=2000)
    two = evppi(costs[mixed], effects[mixed], half[mixed], wtp=2000)
    assert abs(one.evppi[0, 0] - two.evppi[0, 0]) < one.se[0, 0]


def test_a_constant_is_worth_nothing():
    costs, effects, _ = bends(100, seed=11)
    constant = np.full((100, 1), 7.0)
    assert evppi(costs, effects, constant, wtp=2000).evppi.tolist() == [[0.0]]
    assert evppi_of_group(costs, effects, constant, wtp=2000, seed=1).evppi.tolist() == [[0.0]]


def test_a_group_takes_in_how_parameters_act_together():
    luck = np.random.default_rng(12)
    pair = luck.normal(size=(3000, 2))
    product = pair[:, 0] * pair[:, 1]
    costs = np.column_stack([np.zeros(3000), -product + luck.normal(0, 0.5, 3000)])
    effects = np.zeros_like(costs)
    alone = evppi(costs, effects, pair, wtp=0)
    together = evppi_of_group(costs, effects, pair, wtp=0, seed=1, points=150)
    exact = np.maximum(product, 0).mean() - max(product.mean(), 0)
    assert abs(together.evppi[0, 0] - exact) < ERRORS * together.se[0, 0]
    assert (alone.evppi < exact / 3).all()


def test_a_group_may_hold_parameters_that_say_the_same():
    costs, effects, parameters = bends(600, seed=13)
    once = evppi_of_group(costs, effects, parameters[:, [1]], wtp=2000, seed=1, points=60)
    twice = np.column_stack([parameters[:, 1], -parameters[:, 1]])
    again = evppi_of_group(costs, effects, twice, wtp=2000, seed=1, points=60)
    assert abs(again.evppi[0, 0] - once.evppi[0, 0]) < once.se[0, 0]


def test_the_seed_fixes_a_group():
    costs, effects, parameters = bends(300, seed=14)
    one, two = (evppi_of_group(costs, effects, parameters, wtp=9, seed=5, points=40) for _ in range(2))
    assert one.evppi.tobytes() == two.evppi.tobytes()


def test_standard_errors_cover():
    """Of 60 analyses of 1,000 draws, about 57 hold the truth within two errors."""
    luck = np.random.default_rng(15)
    truth = norm.pdf(0.5) * 2 - 1 * norm.cdf(-0.5)
    held = 0
    for _ in range(60):
        parameters = luck.normal(size=(1000, 2)) * [1.0, 2.0] + [1.0, 0.0]
        costs = np.column_stack([np.zeros(1000), parameters[:, 1] - parameters[:, 0]])
        found = evppi(costs, np.zeros_like(costs), parameters[:, 1:], wtp=0)
        held += abs(found.evppi[0, 0] - truth) < 2 * found.se[0, 0]
    assert held >= 52  # fewer happen once in 100


def test_the_error_is_that_of_the_gain():
    parameter = np.random.default_rng(17).normal(0.2, 1, 500)
    costs = np.column_stack([np.zeros(500), -parameter])
    found = evppi(costs, np.zeros_like(costs), parameter[:, None], wtp=0)
    # Nothing else is uncertain, so the gain of a draw is what the better option spares.
    gain = np.maximum(parameter, 0) - parameter
    assert found.evppi[0, 0] == pytest.approx(gain.mean(), rel=0.01)
    assert found.se[0, 0] == pytest.approx(gain.std() / 500**0.5, rel=0.01)


@pytest.mark.parametrize(
    ("rows", "parameters", "said"),
    [
        (19, np.zeros((19, 1)), "at least 20 draws"),
        (30, np.zeros((29, 1)), "a row of parameters"),
        (30, np.zeros(30), "a row of parameters"),
        (30, np.zeros((30, 0)), "a row of parameters"),
        (30, np.full((30, 1), np.nan), "finite"),
    ],
)
def test_what_does_not_fit_is_refused(rows, parameters, said):
    with pytest.raises(InvalidValue, match=said):
        evppi(np.zeros((rows, 2)), np.zeros((rows, 2)), parameters, wtp=1)


def test_a_group_needs_more_points_than_parameters():
    luck = np.random.default_rng(16)
    with pytest.raises(InvalidValue, match="at least 14 points for 8 parameters"):
        evppi_of_group(
            luck.normal(size=(50, 2)), np.zeros((50, 2)), luck.normal(size=(50, 8)), wtp=0, seed=1, points=13
        )


@pytest.mark.parametrize("draws", [20, 57, 1000])
def test_straight_lines_are_not_smoothed(draws):
    smoother = RankSmoother.of(draws)
    line = smoother.basis[:, 1]
    assert np.allclose(smoother.basis.T @ smoother.basis, np.eye(smoother.basis.shape[1]), atol=1e-8)
    assert np.allclose(smoother.fit(line[None])[0], line, atol=1e-8)
