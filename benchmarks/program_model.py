"""Ten years of a program by month, in 10,000 draws: drawing, patients, work, costs, revenue, grants.

The case is the shipped example: 4 services, 5 roles, 3 payers, a bundle, a grant, hazards and growth, and 10
numbers that are drawn. The public call is held against the clock. Beside it, without a limit: the plain loops
that tests hold it against, on a few of the same draws and scaled. A time is the median of some calls.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.program.run import run_program
from figures import Figure, report

# The plain loops live with the tests; a benchmark runs from its own folder.
sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.unit.economics.program.plain_program import PlainProgram, plain_of

DRAWS, SEED, MONTHS = 10_000, 6, 120
LIMIT, REPEATS = 1.0, 7
LOOPED = 40
# Arrays and loops add the same numbers in another order.
CLOSE = 1e-6


def main() -> int:
    """Measure, print, and return 1 when the limit is missed."""
    case = read_case(EXAMPLE)
    assert case.program.months == MONTHS
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        run = run_program(case, draws=DRAWS, seed=SEED)
        times.append(time.perf_counter() - began)
        held = sum(flow.amount.nbytes for flow in run.flows)
        cash, flows = run.cash[:LOOPED], len(run.flows)
        if len(times) <= REPEATS:
            del run
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    loops: list[PlainProgram] = [plain_of(run, draw, seed=SEED) for draw in range(LOOPED)]
    looped = (time.perf_counter() - began) / LOOPED * DRAWS
    plain = np.array([loop.cash() for loop in loops])
    assert np.allclose(plain, cash, rtol=CLOSE, atol=CLOSE)
    ours = float(np.median(times[1:]))
    code = report([Figure(f"{DRAWS:,} draws of {MONTHS} months", ours, LIMIT, "s")])
    ratio = f"{looped / ours:,.0f} times as long ({LOOPED} draws, scaled)"
    print(f"first call {times[0]:.2f} s; plain loops {looped:,.0f} s, {ratio}")
    peak_mb, held_mb = (peak - before) / 1024, held / 1e6
    print(f"memory: {peak_mb:,.0f} MB at most, of which {flows} flows hold {held_mb:,.0f} MB")
    return code


if __name__ == "__main__":
    sys.exit(main())
