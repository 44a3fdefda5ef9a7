"""Cohort models: a cohort moves between states from cycle to cycle; costs and effects are counted on the way.

All draws and strategies run as one array program. Only the running state of a block of them is held, never
the whole trace, unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.economics.models.cohortcheck import check_shares
from allay.economics.models.corrections import Counting, cycle_weights
from allay.economics.models.discounting import Discounting
from allay.economics.models.steps import BlockRun, CountSchedule, run_block

Array = NDArray[np.float64]

PAIRS_AT_ONCE = 3072
"""How many draws times strategies run together: their running state stays in the processor's cache."""


UNDISCOUNTED = Discounting()


@dataclass(frozen=True, slots=True, eq=False)
class ModelOutcome:
    """What is counted: a cost, an effect, or a part of one.

    Parameters
    ----------
    values : array [draw, strategy, cycle, state] or [draw, strategy, cycle, time in state, state]
        What a cycle in a state is worth, in the unit of the outcome per cycle. Each of the axes before the
        state may have length 1: the same for all.
    discounting : Discounting, optional
    once : array [draw, strategy], optional
        What is counted once, before the first cycle, undiscounted. Axes may have length 1.
    moves : array [draw, strategy, cycle, from state, to state], optional
        What a move is worth, counted once where it ends, whatever the way of counting the states; discounted
        to the end of the cycle, or to the moment `discounting` names. Axes may have length 1.
    """

    values: Array
    discounting: Discounting = UNDISCOUNTED
    once: Array | None = None
    moves: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CohortModel:
    """A cohort state-transition model, for all draws and strategies.

    Parameters
    ----------
    states, strategies : tuple of str
    cycles : int
    transitions : array [draw, strategy, cycle, from, to] or [draw, strategy, cycle, time in state, from, to]
        Probabilities of a cycle. The axes of draws, strategies and cycles may have length 1. With time in
        state, the k-th place of its axis is for those who have spent k cycles in the state; the last place is
        for all who have spent longer, too. Nobody makes tunnel states of it.
    start : array [draw, strategy, state]
        How the cohort is spread before the first cycle; adds up to 1.
    outcomes : mapping of str to ModelOutcome
    cycle_length : float
        In years.
    counting : str
        See `allay.economics.models.corrections`.
    first_draw : int
        The number of the first draw, for messages.

    Raises
    ------
    InvalidValue
        When the arrays do not fit together, or when a probability is outside 0 to 1 or a row does not add up
        to 1: naming draw, strategy, cycle and state.

    Examples
    --------
    >>> model = CohortModel(
    ...     states=("well", "dead"),
    ...     strategies=("usual care",),
    ...     cycles=2,
    ...     transitions=np.array([[0.9, 0.1], [0, 1]])[None, None, None],
    ...     start=np.array([1.0, 0.0])[None, None],
    ...     outcomes={"effect": ModelOutcome(np.array([1.0, 0.0])[None, None, None])},
    ...     counting="end",
    ... )
    >>> run_cohort(model).outcomes["effect"].round(2).tolist()
    [[1.71]]
    """

    states: tuple[str, ...]
    strategies: tuple[str, ...]
    cycles: int
    transitions: Array
    start: Array
    outcomes: Mapping[str, ModelOutcome]
    cycle_length: float = 1.0
    counting: Counting = "half"
    first_draw: int = 1
    draws: int = field(init=False)

    def __post_init__(self) -> None:
        size, timed = len(self.states), self.transitions.ndim == 6
        ages = self.transitions.shape[3:4] if timed else ()
        lengths = [1]
        lengths.append(_fits("transitions", self.transitions, self, (*ages, size, size)))
        lengths.append(_fits("start", self.start[:, :, None], self, (size,)))
        for name, one in self.outcomes.items():
            held = (*one.values.shape[3:4], size) if timed and one.values.ndim == 5 else (size,)
            if len(held) == 2 and held[0] not in (1, *ages):
                raise InvalidValue(
                    expected=f"values of {name} by {ages[0]} times in state", found=str(held[0])
                )
            lengths.append(_fits(f"values of {name}", one.values, self, held))
            if one.once is not None:
                lengths.append(_fits(f"once of {name}", one.once[:, :, None], self, ()))
            if one.moves is not None:
                lengths.append(_fits(f"moves of {name}", one.moves, self, (size, size)))
        draws = max(lengths)
        if any(length not in (1, draws) for length in lengths):
            raise InvalidValue(expected=f"1 or {draws} draws everywhere", found=f"{sorted(set(lengths))}")
        object.__setattr__(self, "draws", draws)
        for what, shares in (("transitions", self.transitions), ("start", self.start)):
            check_shares(
                shares,
                what=what,
                states=self.states,
                strategies=self.strategies,
                first_draw=self.first_draw if draws > 1 else None,
            )


def _fits(name: str, array: Array, model: CohortModel, inner: tuple[int, ...]) -> int:
    """Check the shape of an array and return its number of draws."""
    outer, rest = array.shape[:3], array.shape[3:]
    allowed = (None, (1, len(model.strategies)), (1, model.cycles))
    good = len(outer) == 3 and outer[0] > 0 and rest == inner
    if not good or any(a is not None and n not in a for n, a in zip(outer, allowed, strict=True)):
        axes = ["draws", f"1 or {len(model.strategies)}", f"1 or {model.cycles}", *map(str, inner)]
        raise InvalidValue(
            expected=f"{name} as an array [{', '.join(axes)}]", found=f"the shape {array.shape}"
        )
    return int(outer[0])


@dataclass(frozen=True, slots=True, eq=False)
class CohortResult:
    """What a cohort model comes to.

    Attributes
    ----------
    outcomes : mapping of str to array [draw, strategy]
    trace : array [draw, strategy, cycle + 1, state], optional
        How the cohort is spread before the first cycle and after each; only where it was asked for.
    """

    outcomes: Mapping[str, Array]
    trace: Array | None = None

    @property
    def cost(self) -> Array:
        """The outcome of that name: array [draw, strategy]."""
        return self.outcomes["cost"]

    @property
    def effect(self) -> Array:
        """The outcome of that name: array [draw, strategy]."""
        return self.outcomes["effect"]


def run_cohort(model: CohortModel, *, trace: bool = False, threads: int = 1) -> CohortResult:
    """Run a cohort model: all draws and strategies, block by block.

    Besides the model's own arrays and the result, one block is held: its transition probabilities of a cycle
    and the running state, some megabytes. With `trace`, draws x strategies x (cycles + 1) x states numbers.

    Parameters
    ----------
    model : CohortModel
    trace : bool
        Whether to keep the trace.
    threads : int
        How many blocks run at once; the result is the same to the last bit.

    Returns
    -------
    CohortResult

    Examples
    --------
    See `CohortModel`.
    """
    draws, strategies = model.draws, len(model.strategies)
    found = {name: np.empty((draws, strategies)) for name in model.outcomes}
    kept = np.empty((draws, strategies, model.cycles + 1, len(model.states))) if trace else None
    schedules = {name: _schedule(model, one) for name, one in model.outcomes.items()}

    def run(part: slice) -> None:
        block = BlockRun(
            pairs=(part.stop - part.start, strategies),
            cycles=model.cycles,
            transitions=_part(model.transitions, part),
            start=_part(model.start, part),
            values={name: _part(one.values, part) for name, one in model.outcomes.items()},
            moves={
                name: _part(one.moves, part) for name, one in model.outcomes.items() if one.moves is not None
            },
            schedules=schedules,
            trace=None if kept is None else kept[part],
        )
        for name, total in run_block(block).items():
            once = model.outcomes[name].once
            found[name][part] = total if once is None else total + _part(once, part)

    parts = _blocks(draws, strategies)
    if threads == 1:
        for part in parts:
            run(part)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, parts))
    return CohortResult(found, kept)


def _schedule(model: CohortModel, outcome: ModelOutcome) -> CountSchedule:
    weights = cycle_weights(model.counting, cycles=model.cycles)
    averaged = model.counting == "life-table"
    first, last = outcome.discounting.ends(
        cycles=model.cycles, cycle_length=model.cycle_length, averaged=averaged
    )
    _, moved = outcome.discounting.ends(cycles=model.cycles, cycle_length=model.cycle_length)
    return CountSchedule.of(weights.start * first, weights.end * last, moved)


def _blocks(draws: int, strategies: int) -> Iterator[slice]:
    size = max(1, PAIRS_AT_ONCE // strategies)
    for begin in range(0, draws, size):
        yield slice(begin, min(begin + size, draws))


def _part(array: Array, part: slice) -> Array:
    return array if len(array) == 1 else array[part]
