"""Pattern scores: 100,000 respondents, 28 items with five answers, 81 grid points, 2% missing.

The public call gives every theta and standard error, having checked every answer. It is held against the
clock with the better of one and two threads, and against a plain NumPy loop over items and grid points whose
scores are equal within rounding. That comparison is in processor time, one thread each: what else the machine
does meanwhile is not their doing. A loop over items only, whole rows of the grid at a time, is shown without
a limit. Parameters and answers are made up; a time is the median of several calls.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable

import numpy as np

from allay.measures.irt.bank import GradedItem, ItemBank
from allay.measures.irt.eap import eap_scores
from allay.measures.irt.settings import quadrature
from figures import Figure, report

N, ITEMS, SEED, REPEATS = 100_000, 28, 81, 11
LIMIT, TIMES = 0.1, 15.0
GRID = quadrature("promis-pattern")
# Sums of 81 products in another order of adding differ in their last bits.
CLOSE = 1e-9


def invented_bank(items: int = ITEMS, *, answers: int = 5) -> ItemBank:
    """Make up items with slopes and thresholds in the range of published banks."""
    draw = np.random.default_rng(SEED)
    slopes = draw.uniform(1.5, 4.4, items)
    lowest = draw.uniform(-0.5, 1.0, items)
    steps = draw.uniform(0.4, 0.9, (items, answers - 2))
    thresholds = np.cumsum(np.column_stack([lowest, steps]), axis=1)
    rows = zip(slopes.tolist(), thresholds.tolist(), strict=True)
    return ItemBank(tuple(GradedItem(f"I{n:03d}", a, tuple(b)) for n, (a, b) in enumerate(rows)))


def invented_answers(bank: ItemBank, n: int, *, missing: float = 0.0) -> np.ndarray:
    """Draw answers of n respondents from the model, a share of them missing."""
    draw = np.random.default_rng(SEED + 1)
    theta = draw.normal(size=n)
    found = np.ones((n, len(bank.items)), dtype=np.int8)
    for place, item in enumerate(bank.items):
        luck = draw.logistic(size=n)
        for threshold in item.thresholds:
            found[:, place] += item.slope * (theta - threshold) > luck
    found[draw.random(found.shape) < missing] = -1
    return found


def plain(bank: ItemBank, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multiply item by item and grid point by grid point; the grid first, so that rows lie together."""
    chances = np.exp(bank.log_probabilities(GRID.points))
    weights = np.repeat(np.exp(GRID.log_weights)[:, None], len(answers), axis=1)
    for item in range(len(bank.items)):
        given = answers[:, item]
        known = given > 0
        for point in range(len(GRID.points)):
            weights[point] *= np.where(known, chances[item, :, point][given - 1], 1.0)
    return scored(weights.T)


def by_items(bank: ItemBank, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multiply item by item, whole rows of the grid at a time."""
    chances = np.exp(bank.log_probabilities(GRID.points))
    weights = np.tile(np.exp(GRID.log_weights), (len(answers), 1))
    for item in range(len(bank.items)):
        table = np.vstack([np.ones(len(GRID.points)), chances[item]])
        weights *= table[np.maximum(answers[:, item], 0)]
    return scored(weights)


def scored(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each row."""
    mass = weights.sum(axis=1)
    theta = weights @ GRID.points / mass
    return theta, np.sqrt(weights @ GRID.points**2 / mass - theta**2)


def seconds(call: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the median (clock, processor) time, the first call left out."""
    times = []
    for _ in range(repeats + 1):
        gc.collect()
        clock, processor = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - clock, time.process_time() - processor))
    clock, processor = np.median(times[1:], axis=0)
    return float(clock), float(processor)


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    bank = invented_bank()
    answers = invented_answers(bank, N, missing=0.02)
    fast = eap_scores(bank, answers, quadrature=GRID)
    for theta, se in (plain(bank, answers), by_items(bank, answers)):
        assert np.abs(theta - fast.theta).max() < CLOSE
        assert np.abs(se - fast.se).max() < CLOSE
    one, used = seconds(lambda: eap_scores(bank, answers, quadrature=GRID), REPEATS)
    two, _ = seconds(lambda: eap_scores(bank, answers, quadrature=GRID, threads=2), REPEATS)
    _, loop = seconds(lambda: plain(bank, answers), 2)
    _, rows = seconds(lambda: by_items(bank, answers), 2)
    print(
        f"clock: one thread {one * 1e3:.1f} ms ({N / one:,.0f} respondents/s), two threads {two * 1e3:.1f} ms"
    )
    print(
        f"processor: {used * 1e3:.1f} ms; plain loop over items and grid points {loop:.2f} s; "
        f"loop over items only {rows:.2f} s ({rows / used:.1f} times)"
    )
    return report(
        [
            Figure(f"{N:,} x {ITEMS} items x {len(GRID.points)} points, clock", min(one, two), LIMIT, "s"),
            Figure("the same per core, times the plain loop", loop / used, TIMES, "x", at_least=True),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
