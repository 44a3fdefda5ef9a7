"""The monthly model: against plain loops, and one behavior at a time."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from tests.unit.economics.program.plain_program import PlainProgram

from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.program.run import ProgramRun, run_program
from allay.economics.uncertainty.draws import uniforms

ROUNDING = 1e-9
"""Relative: arrays and loops add the same numbers in another order."""
A_CENT = 0.01
"""Absolute: what is zero on one side."""

DRAWS, SEED = 6, 11


def plain(run: ProgramRun, draw: int, *, seed: int, sampled: bool) -> PlainProgram:
    """Run the loops on the numbers of one draw."""
    numbers = {name: float(value[draw % len(value)]) for name, value in run.drawn.values.items()}
    chance = numbers.get("hazards/champion/chance", 0.0)
    gone = [0.0]
    uniform = float(uniforms("hazards/champion", seed=seed, draws=draw + 1)[draw])
    still = 1.0
    for _ in range(run.case.program.months):
        gone.append(float(uniform >= still) if sampled else 1 - still)
        still *= 1 - chance
    return PlainProgram(run.case, numbers, champion_left=gone)


def grouped(run: ProgramRun, draw: int) -> dict[tuple[object, ...], np.ndarray]:
    found: dict[tuple[object, ...], np.ndarray] = defaultdict(lambda: np.zeros(run.case.program.months + 1))
    for flow in run.flows:
        found[flow.source, flow.target, flow.kind, flow.service, flow.payer] += flow.amount[draw]
    return found


def assert_same(run: ProgramRun, draw: int, *, seed: int, sampled: bool) -> None:
    loops = plain(run, draw, seed=seed, sampled=sampled)
    close = {"rtol": ROUNDING, "atol": ROUNDING}
    np.testing.assert_allclose(run.started[draw], loops.started, **close)
    np.testing.assert_allclose(run.waiting[draw], loops.waiting, **close)
    for place, service in enumerate(run.services):
        np.testing.assert_allclose(run.visits[draw, :, place], loops.visits[service], **close)
        np.testing.assert_allclose(run.sessions[draw, :, place], loops.sessions[service], **close)
        np.testing.assert_allclose(
            run.backlog[draw, :, place], loops.backlog[service], rtol=ROUNDING, atol=1e-7
        )
    for place, role in enumerate(run.roles):
        np.testing.assert_allclose(run.minutes[draw, :, place], loops.minutes[role], **close)
    arrays = grouped(run, draw)
    for key in set(arrays) | set(loops.money):
        expected = loops.money[key]
        np.testing.assert_allclose(arrays[key], expected, rtol=ROUNDING, atol=1e-6, err_msg=str(key))


@pytest.mark.parametrize("draw", range(DRAWS))
def test_each_draw_is_what_plain_loops_make_of_it(draw: int) -> None:
    assert_same(run_program(read_case(EXAMPLE), draws=DRAWS, seed=SEED), draw, seed=SEED, sampled=True)


def test_the_best_estimates_are_what_plain_loops_make_of_them() -> None:
    assert_same(run_program(read_case(EXAMPLE)), 0, seed=0, sampled=False)
