"""The steps of a cohort: one block of draws and strategies, cycle by cycle.

Arrays lie with the pairs of draw and strategy last, so that each step is one product along memory, and what
was counted is added to running sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.economics.models.powers import stride_for, weighted_counts

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CountSchedule:
    """Weight times discount factor of each cycle: of the count at its start, at its end, and of moves.

    `points` are the weights of the counts before the first cycle and after each, where no value changes.
    """

    start: Array
    end: Array
    moves: Array
    points: Array

    @classmethod
    def of(cls, start: Array, end: Array, moves: Array) -> CountSchedule:
        """Add the weights of what ends one cycle and starts the next."""
        return cls(start, end, moves, np.append(start, 0.0) + np.append(0.0, end))


@dataclass(frozen=True, slots=True, eq=False)
class BlockRun:
    """A block of draws with all strategies, in the shapes of `CohortModel`; `pairs` = (draws, strategies)."""

    pairs: tuple[int, int]
    cycles: int
    transitions: Array
    start: Array
    values: Mapping[str, Array]
    moves: Mapping[str, Array]
    schedules: Mapping[str, CountSchedule]
    trace: Array | None


def run_block(block: BlockRun) -> dict[str, Array]:
    """Run one block and return the totals of each outcome: arrays [draw, strategy]."""
    totals = {name: np.zeros(block.pairs[0] * block.pairs[1]) for name in block.values}
    stride = _stride(block)
    if stride is not None:
        return _run_strides(block, stride)
    timed = block.transitions.ndim == 6
    state = _pairs_last(block.start, block.pairs).copy()
    if timed:
        fresh = np.zeros((block.transitions.shape[3], *state.shape))
        fresh[0] = state
        state = fresh
    counters = _counters(block, state)
    after, room = np.empty_like(state), np.empty_like(state)
    _note(block, state, 0)
    for cycle in range(block.cycles):
        if cycle == 0 or block.transitions.shape[2] > 1:
            chances = _pairs_last(_of_cycle(block.transitions, cycle), block.pairs)
        for name, worth in block.moves.items():
            gained = _moved(state, chances, _pairs_last(_of_cycle(worth, cycle), block.pairs))
            totals[name] += block.schedules[name].moves[cycle] * gained
        if timed:
            _step_timed(state, chances, out=after)
        else:
            np.einsum("fp,ftp->tp", state, chances, out=after)
        for counter in counters:
            counter.count(state, point=cycle, room=room)
        for name, values in block.values.items():
            if values.shape[2] > 1:
                totals[name] += _counted_cycle(block, name, cycle, state, after)
        state, after = after, state
        _note(block, state, cycle + 1)
    for counter in counters:
        counter.count(state, point=block.cycles, room=room)
        for name in counter.names:
            totals[name] += _valued(counter.held, _laid_out(block, name, 0, state.ndim))
    return {name: total.reshape(block.pairs) for name, total in totals.items()}


def _stride(block: BlockRun) -> int | None:
    """Whether nothing depends on the cycle, and no trace or move is wanted: then in which strides to go."""
    alike = block.transitions.shape[2] == 1 and all(one.shape[2] == 1 for one in block.values.values())
    if not alike or block.transitions.ndim == 6 or block.moves or block.trace is not None:
        return None
    return stride_for(points=block.cycles + 1, states=block.start.shape[-1])


def _run_strides(block: BlockRun, stride: int) -> dict[str, Array]:
    """Run a block in which nothing depends on the cycle; the result is that of the plain steps."""
    state = _pairs_last(block.start, block.pairs)
    chances = _pairs_last(_of_cycle(block.transitions, 0), block.pairs)
    counters = _counters(block, state)
    sums = weighted_counts(state, chances, [counter.weights for counter in counters], stride=stride)
    return {
        name: _valued(held, _laid_out(block, name, 0, state.ndim)).reshape(block.pairs)
        for counter, held in zip(counters, sums, strict=True)
        for name in counter.names
    }


def _step_timed(state: Array, chances: Array, *, out: Array) -> None:
    """Move [time, state, pair] by [time, from, to, pair]: who stays grows older, who moves starts anew."""
    out[:] = 0.0
    size = state.shape[1]
    for here in range(size):
        stay = state[:, here] * chances[:, here, here]
        out[1:, here] += stay[:-1]
        out[-1, here] += stay[-1]
        for there in range(size):
            if there != here:
                out[0, there] += np.einsum("ap,ap->p", state[:, here], chances[:, here, there])


def _moved(state: Array, chances: Array, worth: Array) -> Array:
    """What the moves of a cycle are worth; those who stay have not moved, unless staying is given a worth."""
    pattern = "afp,aftp,ftp->p" if state.ndim == 3 else "fp,ftp,ftp->p"
    found: Array = np.einsum(pattern, state, chances, worth)
    return found


@dataclass(slots=True, eq=False)
class _Counter:
    """Sums the weighted counts of outcomes of one schedule whose values are the same in every cycle.

    Their values are met once, at the end.
    """

    names: list[str]
    weights: Array
    held: Array

    def count(self, state: Array, *, point: int, room: Array) -> None:
        if weight := self.weights[point]:
            np.multiply(state, weight, out=room)
            self.held += room


def _counters(block: BlockRun, state: Array) -> list[_Counter]:
    """One counter for each schedule: costs and effects at one rate are counted together."""
    found: list[_Counter] = []
    for name, schedule in block.schedules.items():
        if block.values[name].shape[2] > 1:
            continue
        for counter in found:
            if np.array_equal(counter.weights, schedule.points):
                counter.names.append(name)
                break
        else:
            found.append(_Counter([name], schedule.points, np.zeros_like(state)))
    return found


def _counted_cycle(block: BlockRun, name: str, cycle: int, before: Array, after: Array) -> Array:
    """Value the counts at both ends of a cycle with what is worth what in it."""
    value, schedule = _laid_out(block, name, cycle, before.ndim), block.schedules[name]
    found: Array = schedule.start[cycle] * _valued(before, value)
    found += schedule.end[cycle] * _valued(after, value)
    return found


def _valued(state: Array, value: Array) -> Array:
    found: Array = np.einsum("asp,asp->p" if state.ndim == 3 else "sp,sp->p", state, value)
    return found


def _laid_out(block: BlockRun, name: str, cycle: int, ndim: int) -> Array:
    """Values of a cycle with the pairs last; a missing axis of time in state stands for any time."""
    laid = _pairs_last(_of_cycle(block.values[name], cycle), block.pairs)
    return laid[None] if laid.ndim < ndim else laid


def _of_cycle(array: Array, cycle: int) -> Array:
    return array[:, :, cycle if array.shape[2] > 1 else 0]


def _pairs_last(array: Array, pairs: tuple[int, int]) -> Array:
    """Turn [draw, strategy, ...] into [..., pair], spread over draws and strategies."""
    spread = np.broadcast_to(array, (*pairs, *array.shape[2:]))
    laid = np.moveaxis(spread, (0, 1), (-2, -1))
    return laid.reshape(*array.shape[2:], pairs[0] * pairs[1])


def _note(block: BlockRun, state: Array, point: int) -> None:
    if block.trace is not None:
        flat = state.sum(axis=0) if state.ndim == 3 else state
        block.trace[:, :, point] = flat.T.reshape(*block.pairs, -1)
