"""Value of knowing each of 30 parameters at 10,000 draws of three strategies.

The public call values all of them, with standard errors; it is held against the clock. Beside it, without a
limit and without standard errors: the same in a plain loop, whose values are equal within rounding; and
heormodel (PyPI) where it is installed, on the identical draws. That smooths in another way, with fewer knots,
so its values are held to ours within standard errors. Draws are made up; a time is the median of some calls.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable

import numpy as np

from allay.economics.decision.partial import evppi, evppi_of_group
from allay.economics.decision.reference import plain_evppi
from figures import Figure, report

DRAWS, PARAMETERS, WTP, SEED = 10_000, 30, 20_000.0, 30
LIMIT, REPEATS = 0.2, 9
# The fast way and the plain one solve the same equations in another basis.
CLOSE = 1e-6
# Smoothing in another way moves a value by less than the draws themselves do.
ERRORS = 2.0


def invented() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Costs, effects and parameters: curves and products of parameters, and some noise."""
    luck = np.random.default_rng(SEED)
    parameters = luck.normal(size=(DRAWS, PARAMETERS))
    fade = 0.85 ** np.arange(PARAMETERS)
    effects, costs = np.zeros((DRAWS, 3)), np.zeros((DRAWS, 3))
    for option in (1, 2):
        effects[:, option] = 0.05 * np.tanh(parameters) @ (luck.normal(size=PARAMETERS) * fade)
        costs[:, option] = np.exp(0.3 * parameters) @ (400 * luck.normal(size=PARAMETERS) * fade)
    effects[:, 2] += 0.02 * parameters[:, 0] * parameters[:, 1] + 0.01 * luck.normal(size=DRAWS)
    costs -= costs.mean(axis=0) - WTP * effects.mean(axis=0)  # no option is ahead, so much is worth knowing
    return costs, effects, parameters


def loop(costs: np.ndarray, effects: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Smooth for each parameter, outcome and strength, one after the other."""
    return np.array([plain_evppi(costs, effects, column, wtp=WTP) for column in parameters.T])


def heormodel(costs: np.ndarray, effects: np.ndarray, parameters: np.ndarray) -> Callable[[], np.ndarray]:
    """Return a call of the peer, its tables made beforehand."""
    import pandas as pd
    from heormodel.models import Outcomes
    from heormodel.voi import evppi as theirs

    options = ["now", "first", "second"]
    outcomes = Outcomes.from_wide(
        pd.DataFrame(costs, columns=options), pd.DataFrame(effects, columns=options)
    )
    names = [f"p{place}" for place in range(PARAMETERS)]
    draws = pd.DataFrame(parameters, columns=names, index=pd.RangeIndex(DRAWS, name="iteration"))
    return lambda: np.array([theirs(outcomes, draws, name, WTP) for name in names])


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Return the median time, the first call left out."""
    times = []
    for _ in range(repeats + 1):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return float(np.median(times[1:]))


def main() -> int:
    """Measure, print, and return 1 when the limit is missed."""
    costs, effects, parameters = invented()
    found = evppi(costs, effects, parameters, wtp=WTP)
    ours = seconds(lambda: evppi(costs, effects, parameters, wtp=WTP), REPEATS)
    plain = loop(costs, effects, parameters)
    assert np.allclose(plain, found.evppi[0], rtol=CLOSE, atol=CLOSE * found.evppi.max())
    theirs = seconds(lambda: loop(costs, effects, parameters), 1)
    print(f"plain loop: {theirs:.2f} s, {theirs / ours:.0f} times")
    if importlib.util.find_spec("heormodel"):
        peer = heormodel(costs, effects, parameters)
        off = np.abs(peer() - found.evppi[0]) / np.maximum(found.se[0], found.se.max() / 10)
        assert (off < ERRORS).all(), f"heormodel differs by {off.max():.2f} standard errors"
        theirs = seconds(peer, 2)
        print(f"heormodel: {theirs:.2f} s, {theirs / ours:.1f} times; within {off.max():.2f} standard errors")
    else:
        print("heormodel is not installed: pip install heormodel")
    group = seconds(lambda: evppi_of_group(costs, effects, parameters[:, :5], wtp=WTP, seed=1), 2)
    print(f"one group of 5 parameters, Gaussian process: {group:.2f} s")
    return report([Figure(f"EVPPI of {PARAMETERS} parameters at {DRAWS:,} draws, clock", ours, LIMIT, "s")])


if __name__ == "__main__":
    sys.exit(main())
