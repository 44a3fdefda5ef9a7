"""Adaptive tests beside catsim on a two-category bank, and the wait for the next question.

Both give 20 of 200 items to the same people by the same rule: the largest Fisher information at the present
theta, the mean of the posterior on the same grid. catsim chooses, asks and stops with its own parts; a small
estimate with prepared tables is lent to it, as it has none of this kind. The answers it drew are then given
to ours, and every item of every test must be the same. A further line has catsim do nothing but choose.
The wait is that of one person: everything from the answers so far to the next of 100 graded items.
Times are of the processor, one thread each.
"""

from __future__ import annotations

import gc
import sys
import time

import numexpr
import numpy as np
from catsim.estimation import BaseEstimator
from catsim.initialization import FixedPointInitializer
from catsim.item_bank import ItemBank as PeerBank
from catsim.selection import MaxInfoSelector
from catsim.simulation import Simulator
from catsim.stopping import TestLengthStopper

from allay.measures.irt.adaptive import AdaptiveTest
from allay.measures.irt.bank import GradedItem, ItemBank
from allay.measures.irt.rules import AdaptiveRules
from allay.measures.irt.settings import adaptive_rules, quadrature
from allay.measures.irt.simulation import AdaptiveSimulation, simulate
from figures import Figure, report

PEOPLE, ITEMS, LENGTH, SEED, REPEATS = 500, 200, 20, 20, 9
GRADED, WAITS = 100, 2_000
TIMES, WAIT = 20.0, 2.0
GRID = quadrature("promis-pattern")
# catsim adds the same numbers up in another order.
CLOSE = 1e-9


class PosteriorMean(BaseEstimator):
    """The mean of the posterior, for catsim."""

    def __init__(self, bank: ItemBank) -> None:
        super().__init__()
        self.logs = bank.log_probabilities(GRID.points)

    def __str__(self) -> str:
        return "posterior mean"

    def estimate(
        self, index=None, item_bank=None, administered_items=None, response_vector=None, est_theta=None
    ):
        """Estimate theta from the answers of one examinee so far."""
        items, answers = self._prepare_args(
            return_administered_items=True,
            return_response_vector=True,
            index=index,
            item_bank=item_bank,
            administered_items=administered_items,
            response_vector=response_vector,
        )
        logs = GRID.log_weights + self.logs[items, np.asarray(answers, dtype=np.intp)].sum(axis=0)
        weights = np.exp(logs - logs.max())
        return float(weights @ GRID.points / weights.sum())


def two_category_bank() -> ItemBank:
    """Make up a bank of two-category items."""
    draw = np.random.default_rng(SEED)
    slopes, places = draw.uniform(0.8, 2.5, ITEMS), draw.normal(size=ITEMS)
    rows = zip(slopes.tolist(), places.tolist(), strict=True)
    return ItemBank(tuple(GradedItem(f"I{n:03d}", a, (b,)) for n, (a, b) in enumerate(rows)))


def peer(bank: ItemBank) -> tuple[Simulator, float]:
    """Let catsim give the tests; the simulator, and the processor time it took."""
    zeros, ones = np.zeros(ITEMS), np.ones(ITEMS)
    items = PeerBank(np.column_stack([bank.slopes, bank.thresholds[:, 0], zeros, ones]))
    people = np.random.default_rng(SEED + 1).normal(size=PEOPLE)
    simulator = Simulator(items, people, seed=SEED)
    parts = (
        FixedPointInitializer(0.0),
        MaxInfoSelector(),
        PosteriorMean(bank),
        TestLengthStopper(max_items=LENGTH),
    )
    numexpr.set_num_threads(1)
    began = time.process_time()
    simulator.simulate(*parts)
    return simulator, time.process_time() - began


def peer_choices(simulator: Simulator) -> float:
    """Return the processor time catsim takes to choose those items once more, given the thetas."""
    selector = MaxInfoSelector()
    simulator.item_bank.reset()  # it would not ask again what everybody was asked
    began = time.process_time()
    for items, thetas in zip(simulator.administered_items, simulator.estimations, strict=True):
        for asked in range(LENGTH):
            chosen = selector.select(
                item_bank=simulator.item_bank, administered_items=items[:asked], est_theta=thetas[asked]
            )
            assert chosen == items[asked]
    return time.process_time() - began


def ours(bank: ItemBank, answers: np.ndarray) -> tuple[AdaptiveSimulation, float]:
    """Give the same tests; the result, and the median processor time."""
    rules = AdaptiveRules(GRID, "mfi", min_items=LENGTH, max_items=LENGTH)
    times = []
    for _ in range(REPEATS + 1):
        gc.collect()
        began = time.process_time()
        found = simulate(bank, answers, rules=rules)
        times.append(time.process_time() - began)
    return found, float(np.median(times[1:]))


def waits(selection: str) -> np.ndarray:
    """Milliseconds of processor time from the answers so far to the next of 100 graded items."""
    draw = np.random.default_rng(SEED + 2)
    slopes = draw.uniform(1.5, 4.4, GRADED).tolist()
    thresholds = np.sort(draw.normal(size=(GRADED, 4)), axis=1) + 0.2 * np.arange(4)
    bank = ItemBank(
        tuple(GradedItem(f"G{n:03d}", slopes[n], tuple(thresholds[n].tolist())) for n in range(GRADED))
    )
    usual = adaptive_rules("promis-adult")
    test = AdaptiveTest(bank, AdaptiveRules(usual.quadrature, selection, usual.min_items, usual.max_items))
    test.state({})
    times, answers = [], {}
    for _ in range(WAITS):
        began = time.process_time()
        state = test.state(answers)
        times.append((time.process_time() - began) * 1000)
        answers = {} if state.item is None else {**answers, state.item: int(draw.integers(1, 6))}
    return np.array(times)


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    bank = two_category_bank()
    simulator, theirs = peer(bank)
    # What catsim did not ask has an answer too, so that asking it would show.
    answers = np.ones((PEOPLE, ITEMS), dtype=np.int8)
    for row, (items, given) in enumerate(
        zip(simulator.administered_items, simulator.response_vectors, strict=True)
    ):
        answers[row, items] = 1 + np.asarray(given, dtype=np.int8)
    found, taken = ours(bank, answers)
    assert found.items.tolist() == [list(map(int, items)) for items in simulator.administered_items]
    assert np.abs(found.theta - np.array(simulator.estimations)[:, 1:]).max() < CLOSE
    choosing = peer_choices(simulator)
    print(f"{PEOPLE} people, {LENGTH} of {ITEMS} items: the same items, the same thetas")
    print(f"catsim {theirs:.2f} s, of which choosing {choosing:.2f} s; ours {taken * 1e3:.1f} ms")
    print(f"ours against choosing alone: {choosing / taken:.1f} times")
    figures = [Figure("adaptive tests, times catsim", theirs / taken, TIMES, "x", at_least=True)]
    for selection in ("mpwi", "mfi"):
        name = f"next of {GRADED} graded items, {selection} (p99)"
        figures.append(Figure(name, float(np.percentile(waits(selection), 99)), WAIT, "ms"))
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
