"""Cohort models: 10,000 draws of 4 states, 20 strategies and 60 cycles, beside heormodel on the same model.

Four states of pain; a draw has probabilities of getting better and worse, costs and utilities; a strategy
multiplies the chances of getting better. Both start from the same draws, lay out the transition
probabilities, check them, run the cohort, and discount and count with the half-cycle correction; the results
are equal. The peer is written as its documentation shows: it calls a function for each draw and strategy. So
it is timed on fewer draws and scaled up: its time grows with the draws. The comparison is in processor time,
one thread each; the limit of seconds is held against the clock, with the better of one and two threads. A
time is the best of several calls, since what else the machine does meanwhile only makes it longer. Of hesim
it is only said whether it is here.
"""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from allay.economics.models.cohort import CohortModel, ModelOutcome, run_cohort
from allay.economics.models.discounting import Discounting
from figures import Figure, report

DRAWS, STRATEGIES, CYCLES, STATES, SEED = 10_000, 20, 60, 4, 6
PEER_DRAWS, REPEATS = 50, 15
LIMIT, TIMES = 0.25, 300.0
RATE = 0.03
# Sums of some hundred products in another order of adding, of totals around 100,000.
CLOSE = 1e-9


NAMES = (
    *(f"better_{n}" for n in range(1, STATES)),
    *(f"worse_{n}" for n in range(STATES - 1)),
    *(f"cost_{n}" for n in range(STATES)),
    *(f"utility_{n}" for n in range(STATES)),
)
RATIOS = np.linspace(1.0, 1.5, STRATEGIES)


def invented_draws() -> dict[str, np.ndarray]:
    """Make up the parameters of every draw, by name."""
    draw = np.random.default_rng(SEED)
    ranges = {"better": (0.05, 0.3), "worse": (0.05, 0.3), "cost": (0, 700), "utility": (0.5, 0.9)}
    return {name: draw.uniform(*ranges[name.split("_")[0]], DRAWS) for name in NAMES}


def ours(draws: dict[str, np.ndarray], *, threads: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Lay out, check and run the model: arrays [draw, strategy]."""
    # Stored with the draws last, as the steps want them; any order gives the same result.
    stored = np.zeros((STATES, STATES, DRAWS, STRATEGIES))
    for here in range(STATES):
        better = draws[f"better_{here}"][:, None] * RATIOS if here > 0 else 0.0
        worse = draws[f"worse_{here}"][:, None] if here < STATES - 1 else 0.0
        if here > 0:
            stored[here, here - 1] = better
        if here < STATES - 1:
            stored[here, here + 1] = worse
        stored[here, here] = 1 - better - worse
    values = {
        outcome: np.stack([draws[f"{name}_{n}"] for n in range(STATES)], axis=-1)[:, None, None]
        for outcome, name in (("cost", "cost"), ("effect", "utility"))
    }
    model = CohortModel(
        states=("none", "low", "moderate", "high"),
        strategies=tuple(map(str, range(STRATEGIES))),
        cycles=CYCLES,
        transitions=np.moveaxis(stored, (0, 1), (2, 3))[:, :, None],
        start=np.eye(STATES)[STATES - 1][None, None],
        outcomes={name: ModelOutcome(one, Discounting(RATE)) for name, one in values.items()},
        counting="half",
    )
    found = run_cohort(model, threads=threads)
    return found.cost, found.effect


def peer(draws: dict[str, np.ndarray]) -> Callable[[], np.ndarray] | None:
    """Set heormodel up on the first draws; None where it is not installed."""
    try:
        import pandas as pd
        from heormodel.models import CohortSpec, MarkovModel
    except ImportError:
        return None

    def specification(row: pd.Series, strategy: str) -> CohortSpec:
        ratio = RATIOS[int(strategy)]
        b1, b2, b3 = row["better_1"] * ratio, row["better_2"] * ratio, row["better_3"] * ratio
        w0, w1, w2 = row["worse_0"], row["worse_1"], row["worse_2"]
        transition = np.array(
            [
                [1 - w0, w0, 0.0, 0.0],
                [b1, 1 - b1 - w1, w1, 0.0],
                [0.0, b2, 1 - b2 - w2, w2],
                [0.0, 0.0, b3, 1 - b3],
            ]
        )
        costs = np.array([row["cost_0"], row["cost_1"], row["cost_2"], row["cost_3"]])
        utilities = np.array([row["utility_0"], row["utility_1"], row["utility_2"], row["utility_3"]])
        return CohortSpec(transition, costs, utilities)

    names = list(map(str, range(STRATEGIES)))
    engine = MarkovModel(
        states=("none", "low", "moderate", "high"),
        interventions=tuple(names),
        transitions_and_rewards=specification,
        n_cycles=CYCLES,
        initial_state="high",
        discount_rate=RATE,
        cycle_correction="half_cycle",
    )
    table = pd.DataFrame({name: values[:PEER_DRAWS] for name, values in draws.items()})
    table.index.name = "iteration"

    def run() -> np.ndarray:
        found = engine.evaluate(table)
        return np.stack([found.data[name].unstack(0)[names].to_numpy() for name in ("cost", "qaly")])

    return run


def seconds(*calls: Callable[[], object], repeats: int) -> list[tuple[float, float]]:
    """Return the best (clock, processor) time of each call, the first ones left out.

    They take turns, so that a moment in which the machine is slow does not fall on one of them alone.
    """
    times = []
    for _ in range(repeats + 1):
        turn = []
        for call in calls:
            gc.collect()
            clock, processor = time.perf_counter(), time.process_time()
            call()
            turn.append((time.perf_counter() - clock, time.process_time() - processor))
        times.append(turn)
    return [(float(clock), float(used)) for clock, used in np.min(times[1:], axis=0)]


def memory(call: Callable[[], object]) -> float:
    """Return the most megabytes held at once besides the inputs."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def hesim() -> str:
    """Say whether hesim can be timed here."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return "hesim: skipped, there is no R on this machine"
    has = subprocess.run([rscript, "-e", 'quit(status = !requireNamespace("hesim", quietly = TRUE))'])
    return (
        "hesim: R has it; time its own vignette"
        if has.returncode == 0
        else "hesim: skipped, R does not have it"
    )


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    draws = invented_draws()
    run = peer(draws)
    calls = [lambda: ours(draws), lambda: ours(draws, threads=2), *([run] if run else [])]
    (clock, used), (two, _), *theirs = seconds(*calls, repeats=REPEATS)
    size = sum(array.nbytes for array in draws.values()) / 1e6
    print(
        f"clock: one thread {clock * 1e3:.0f} ms, two {two * 1e3:.0f} ms; processor {used * 1e3:.0f} ms; "
        f"draws {size:.0f} MB, besides them at most {memory(lambda: ours(draws)):.0f} MB"
    )
    figures = [
        Figure(
            f"{DRAWS:,} draws x {STRATEGIES} strategies x {CYCLES} cycles, clock", min(clock, two), LIMIT, "s"
        )
    ]
    if run is None:
        print("heormodel: skipped, it is not installed (`pip install heormodel`)")
    else:
        other, mine = run(), np.stack(ours(draws))[:, :PEER_DRAWS]
        assert np.abs(other.reshape(mine.shape) / mine - 1).max() < CLOSE
        ((_, taken),) = theirs
        scaled = taken * DRAWS / PEER_DRAWS
        print(
            f"heormodel: {taken:.2f} s for {PEER_DRAWS} draws, so {scaled:.0f} s for {DRAWS:,}; equal results"
        )
        figures.append(Figure("times heormodel, processor", scaled / used, TIMES, "x", at_least=True))
    print(hesim())
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
