"""One-way analysis and scenarios."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.economics.decision.psa import Psa
from allay.economics.decision.scenarios import run_scenarios
from allay.economics.decision.tornado import interval_ends, tornado

BASE = {"visits": 8.0, "price": 100.0, "saved": 500.0}


def net(p):
    return p["saved"] - p["visits"] * p["price"]


def test_each_parameter_moves_alone():
    found = tornado(net, base=BASE, ends={"visits": (6, 12), "price": (90, 105)})
    assert found.base_outcome == -300.0
    assert found.low_outcome.tolist() == [-100.0, -220.0]
    assert found.high_outcome.tolist() == [-700.0, -340.0]
    assert found.swing.tolist() == [600.0, 120.0]
    assert [found.names[place] for place in found.order.tolist()] == ["visits", "price"]


def test_a_swing_takes_in_the_base():
    found = tornado(lambda p: p["x"] ** 2, base={"x": 0.0}, ends={"x": (-1, 1)})
    assert found.swing.tolist() == [1.0]


def test_the_model_is_called_once():
    calls = []
    tornado(lambda p: calls.append(len(p["price"])) or net(p), base=BASE, ends=dict.fromkeys(BASE, (1, 2)))
    assert calls == [7]


def test_an_unknown_parameter_is_named():
    with pytest.raises(NotFound, match="did you mean 'price'"):
        tornado(net, base=BASE, ends={"prise": (1, 2)})


@pytest.mark.parametrize("model", [lambda p: 1.0, lambda p: p["price"][:1], lambda p: p["price"] * np.nan])
def test_a_model_answers_every_run(model):
    with pytest.raises(InvalidValue, match="each of 3 runs"):
        tornado(model, base=BASE, ends={"price": (1, 2)})


def test_something_must_vary():
    with pytest.raises(InvalidValue, match="at least one parameter"):
        tornado(net, base=BASE, ends={})


def test_ends_are_percentiles():
    low, high = interval_ends({"x": np.arange(1001)}, level=0.9)["x"]
    assert (low, high) == pytest.approx((50, 950))
    with pytest.raises(InvalidValue, match="between 0 and 1"):
        interval_ends({"x": [1, 2]}, level=1)


def scenario(seed, *, effect):
    luck = np.random.default_rng(seed).normal(0, 0.1, (50, 1))
    effects = np.hstack([np.zeros((50, 1)), effect + luck])
    return Psa.of(["care", "program"], costs=np.tile([0.0, 1000.0], (50, 1)), effects=effects)


def test_scenarios_share_their_draws():
    weak, strong = run_scenarios(
        {"weak": lambda seed: scenario(seed, effect=0.01), "strong": lambda seed: scenario(seed, effect=0.5)},
        wtp=[0, 20_000],
        seed=3,
    )
    assert np.allclose(strong.psa.effects[:, 1] - weak.psa.effects[:, 1], 0.49)
    assert weak.best == ("care", "care")
    assert strong.best == ("care", "program")
    assert strong.changes == (False, True)


def test_scenarios_have_the_same_strategies():
    other = Psa.of(["care"], costs=[[1.0]], effects=[[1.0]])
    with pytest.raises(InvalidValue, match="care, program in scenario other"):
        run_scenarios(
            {"a": lambda seed: scenario(seed, effect=0), "other": lambda seed: other}, wtp=1, seed=1
        )
    with pytest.raises(InvalidValue, match="at least one scenario"):
        run_scenarios({}, wtp=1, seed=1)


def test_names_of_strategies_are_one_each():
    with pytest.raises(InvalidValue, match="2 different names"):
        Psa.of(["a", "a"], costs=[[1, 2]], effects=[[1, 2]])
