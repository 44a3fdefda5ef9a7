"""Which quantities of a case a headline rests on, found by changing each of them by a percent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.case import Case
from allay.economics.case.quantity import UNITS, Quantity
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.program.mix import one_share_changed
from allay.economics.result.parts import Result
from allay.economics.result.run import CaseRun, run_case

Array = NDArray[np.float64]
Inputs = Mapping[str, Array]

STEP = 0.01
"""A percent: so little that it seldom crosses a step, so much that float64 does not drown it."""

DISCOUNT = "program/discount"

# What moves a headline by less than this share of it moves it by the rounding of sums alone.
_MOVED = 1e-10


class Feed(Result):
    """A quantity, what it was changed to, and by how much a headline then changes."""

    quantity: str
    value: float
    to: float
    change: float


def changed(one: Quantity) -> float:
    """Return the value of a quantity after a percent more, or a percent less where more cannot be."""
    low, high = UNITS[one.unit]
    step = abs(one.value) * STEP or STEP
    return one.value + step if one.value + step <= high else max(low, one.value - step)


def feeds(
    case: Case,
    headlines: Mapping[str, Callable[[CaseRun], Array]],
    *,
    evaluated: EvaluatedEffects | None = None,
) -> dict[str, tuple[Feed, ...]]:
    """Say by headline which quantities it rests on, those that move it most first.

    All changes run at once, as many draws as there are quantities. A quantity that is not listed does not
    move the headline at these values, or takes it away: it may still move it elsewhere, as capacity does once
    it binds. Where the share of a payer changes, the others make room.

    Parameters
    ----------
    case : Case
    headlines : mapping of str to callable
        From a run to an array [draw]. NaN stands for no number.
    evaluated : EvaluatedEffects, optional
    """
    quantities = case.quantities()
    names = list(quantities)
    inputs: dict[str, Array] = {}
    for place, name in enumerate(names):
        inputs[name] = np.full(len(names) + 1, quantities[name].value)
        inputs[name][place + 1] = changed(quantities[name])
    # One rate discounts all draws of a run, so another rate takes a run of its own.
    rate = float(inputs.pop(DISCOUNT)[names.index(DISCOUNT) + 1]) if DISCOUNT in inputs else None
    run = run_case(case, given=one_share_changed(case, inputs), evaluated=evaluated)
    other = None if rate is None else run_case(case, given={DISCOUNT: rate}, evaluated=evaluated)
    found = {}
    for headline, answer in headlines.items():
        outcome = answer(run)
        change = outcome[1:] - outcome[0]
        if other is not None:
            change[names.index(DISCOUNT)] = answer(other)[0] - outcome[0]
        size = max(abs(float(outcome[0])), 1.0) if np.isfinite(outcome[0]) else 1.0
        moved = [
            Feed(
                quantity=name,
                value=quantities[name].value,
                to=changed(quantities[name]),
                change=float(change[place]),
            )
            for place, name in enumerate(names)
            if abs(change[place]) > _MOVED * size
        ]
        found[headline] = tuple(sorted(moved, key=lambda one: -abs(one.change)))
    return found
