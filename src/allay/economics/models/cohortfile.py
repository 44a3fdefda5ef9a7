"""Cohort models in YAML: reading, checking, and laying them out as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, InvalidValue
from allay.base.tables import Document
from allay.economics.models.cohort import CohortModel, ModelOutcome
from allay.economics.models.cohortcheck import WrongShares
from allay.economics.models.modelfile import (
    NEEDED,
    REST,
    CohortFile,
    OutcomeEntry,
    head_check,
    head_doubts,
    refuse,
    set_doubts,
)
from allay.economics.models.worked import at, known_parameters, worked
from allay.economics.uncertainty.sheetcheck import Doubt, SheetCheck, near
from allay.economics.uncertainty.sheetfile import Formula
from allay.economics.uncertainty.units import NUMBER, Unit

Array = NDArray[np.float64]
Sampled = Mapping[str, Array]
Row = Mapping[str, Formula]
CohortDocument = Document[CohortFile]


def check_cohort(document: CohortDocument) -> None:
    """Refuse a cohort model that does not hold together.

    Raises
    ------
    InvalidInput
        Naming line and field of everything found.
    """
    model = document.value
    given = ("cycle", "cycle_length", *(("time_in_state",) if model.time_in_state else ()))
    check = head_check(document, *given)
    doubts = [*head_doubts(model, check)]
    for name, entry in model.strategies.items():
        doubts += set_doubts(entry, ("strategies", name), check, model.sheet)
    if model.comparator not in model.strategies:
        hint = near(model.comparator, model.strategies)
        doubts.append((("comparator",), f"one of the strategies{hint}", model.comparator))
    try:
        _ = model.years
    except InvalidValue as wrong:
        doubts.append((("cycle_length",), wrong.expected, wrong.found))
    if len(set(model.states)) < len(model.states):
        doubts.append((("states",), "each state once", ", ".join(model.states)))
    doubts += _row(model, ("start",), model.start, check)
    doubts += _transitions(model, check)
    doubts += _outcomes(model, check)
    refuse(document, doubts or [*check.circles()])


def _row(model: CohortFile, keys: tuple[str, ...], row: Row, check: SheetCheck) -> Iterator[Doubt]:
    """Check the shares of one row: its states and expressions, and that `rest` stands there once at most."""
    for state, formula in row.items():
        if state not in model.states:
            yield (*keys, state), f"one of the states{near(state, model.states)}", state
        if formula != REST:
            yield from check.formula((*keys, state), formula, unit=NUMBER)
    if list(row.values()).count(REST) > 1:
        yield keys, f"{REST} once at most", "it more often"


def _transitions(model: CohortFile, check: SheetCheck) -> Iterator[Doubt]:
    for state in model.states:
        if state not in model.transitions:
            yield ("transitions",), f"a row for every state, {state} too", "none for it"
    for state, row in model.transitions.items():
        if state not in model.states:
            yield ("transitions", state), f"one of the states{near(state, model.states)}", state
        yield from _row(model, ("transitions", state), row, check)


def _outcomes(model: CohortFile, check: SheetCheck) -> Iterator[Doubt]:
    for name in NEEDED:
        if name not in model.outcomes:
            yield ("outcomes",), f"the outcomes {' and '.join(NEEDED)}", f"no {name}"
    for name, entry in model.outcomes.items():
        keys = ("outcomes", name)
        yield from _discount(keys, entry)
        try:
            whole = Unit.named(entry.unit)
            held = Unit.named(f"{entry.unit}/year") if entry.per == "year" else whole
        except InvalidValue as wrong:
            yield (*keys, "unit"), wrong.expected, wrong.found
            continue
        yield from check.formula((*keys, "once"), entry.once, unit=whole)
        for state in model.states:
            if state not in entry.states:
                yield (*keys, "states"), f"a value for every state, {state} too", "none for it"
        for state, formula in entry.states.items():
            if state not in model.states:
                yield (*keys, "states", state), f"one of the states{near(state, model.states)}", state
            yield from check.formula((*keys, "states", state), formula, unit=held)
        for state, row in entry.moves.items():
            for there, formula in row.items():
                for known in {state, there} - set(model.states):
                    yield (*keys, "moves", state, there), f"states{near(known, model.states)}", known
                yield from check.formula((*keys, "moves", state, there), formula, unit=whole)


def _discount(keys: tuple[str, ...], entry: OutcomeEntry) -> Iterator[Doubt]:
    try:
        entry.discount.made()
    except InvalidValue as wrong:
        yield (*keys, "discount", "rate"), wrong.expected, wrong.found


class _Cell(NamedTuple):
    """A number of a model's array: where it stands after the axes of draw and cycle, and its values."""

    place: tuple[int, ...]
    value: Array


def build_cohort(document: CohortDocument, sampled: Sampled, *, first_draw: int = 1) -> CohortModel:
    """Lay a checked model out as arrays, for all strategies and the draws given.

    Parameters
    ----------
    document : Document of CohortFile
    sampled : mapping of str to array [draw]
        From `ParameterSheet.best` or `.draw`.
    first_draw : int
        The number of the first draw, for messages.

    Raises
    ------
    InvalidInput
        When a probability is outside 0 to 1, a row does not add up, or an expression is no number, with the
        line of the row.
    """
    model = document.value
    builder = _Builder(document, {name: values[:, None, None] for name, values in sampled.items()})
    transitions = builder.shares(model.transitions, "transitions")
    if model.time_in_state is None:
        transitions = transitions[:, :, :, 0]
    spread = builder.shares({"": model.start}, "start")
    if spread.shape[2:4] != (1, 1):
        expected, found = "a start that does not depend on the cycle", "one for every cycle"
        raise InvalidInput(document.problem("start", expected=expected, found=found))
    outcomes = {name: builder.outcome(name, entry) for name, entry in model.outcomes.items()}
    try:
        return CohortModel(
            states=model.states,
            strategies=tuple(model.strategies),
            cycles=model.cycles,
            transitions=transitions,
            start=spread[:, :, 0, 0, 0],
            outcomes=outcomes,
            cycle_length=model.years,
            counting=model.counting,
            first_draw=first_draw,
        )
    except WrongShares as wrong:
        keys = ("start",) if len(wrong.place) < 3 else ("transitions", model.states[wrong.place[-1]])
        raise InvalidInput(document.problem(*keys, expected=wrong.expected, found=wrong.found)) from None


class _Builder:
    """Works the expressions of a model out, strategy by strategy, and puts them into arrays.

    Inside, every value has the axes draw, cycle and time in state.
    """

    def __init__(self, document: CohortDocument, sampled: Sampled) -> None:
        self.document, self.model = document, document.value
        given = {
            "cycle": np.arange(1.0, self.model.cycles + 1)[None, :, None],
            "cycle_length": np.array(self.model.years),
        }
        if self.model.time_in_state is not None:
            given["time_in_state"] = np.arange(float(self.model.time_in_state))[None, None, :]
        self.known = [
            {**known_parameters(document, sampled, replaced=entry.set, given=given), **given}
            for entry in self.model.strategies.values()
        ]

    def shares(self, rows: Mapping[str, Row], key: str) -> Array:
        """Lay rows of shares out: [draw, strategy, cycle, time in state, row, state]."""
        order = list(self.model.states) if key == "transitions" else [""]
        cells = []
        for strategy, known in enumerate(self.known):
            for state, row in rows.items():
                keys = (key, state) if state else (key,)
                sums = np.array(0.0)
                for to, formula in row.items():
                    if formula != REST:
                        value = worked(self.document, formula, known, *keys, to)
                        sums = sums + value
                        cells.append(self._cell(strategy, order.index(state), to, value))
                for to in (to for to, formula in row.items() if formula == REST):
                    cells.append(self._cell(strategy, order.index(state), to, 1 - sums))
        timed = self.model.time_in_state if key == "transitions" else None
        return self._laid(cells, (len(order), len(self.model.states)), timed=timed)

    def _cell(self, strategy: int, row: int, state: str, value: Array) -> _Cell:
        return _Cell((strategy, row, self.model.states.index(state)), value)

    def outcome(self, name: str, entry: OutcomeEntry) -> ModelOutcome:
        """Lay an outcome out; values for a year become values for a cycle."""
        keys = ("outcomes", name)
        length = self.model.years if entry.per == "year" else 1.0
        states, moves, once = [], [], []
        for strategy, known in enumerate(self.known):
            for state, formula in entry.states.items():
                value = length * worked(self.document, formula, known, *keys, "states", state)
                states.append(self._cell(strategy, 0, state, value))
            for state, row in entry.moves.items():
                here = self.model.states.index(state)
                for to, formula in row.items():
                    value = worked(self.document, formula, known, *keys, "moves", state, to)
                    moves.append(self._cell(strategy, here, to, value))
            value = worked(self.document, entry.once, known, *keys, "once")
            with at(self.document, *keys, "once"):
                _same_in_all_cycles(value)
            once.append(_Cell((strategy, 0, 0), value))
        with at(self.document, *keys, "moves"):
            _same_at_all_times(cell.value for cell in moves)
        size = len(self.model.states)
        held = self._laid(states, (1, size), timed=None)[:, :, :, :, 0]
        return ModelOutcome(
            values=held if held.shape[3] > 1 else held[:, :, :, 0],
            discounting=entry.discount.made(),
            once=self._laid(once, (1, 1), timed=None)[:, :, 0, 0, 0, 0],
            moves=self._laid(moves, (size, size), timed=None)[:, :, :, 0] if moves else None,
        )

    def _laid(self, cells: list[_Cell], inner: tuple[int, int], *, timed: int | None) -> Array:
        outer = np.broadcast_shapes((1, 1, timed or 1), *(cell.value.shape for cell in cells))
        # Stored with draws and strategies last, as the steps go through them.
        stored = np.zeros((*inner, outer[1], outer[2], outer[0], len(self.known)))
        for (strategy, row, column), value in cells:
            spread = np.broadcast_to(value, outer)
            stored[row, column, :, :, :, strategy] = np.moveaxis(spread, 0, -1)
        return stored.transpose(4, 5, 2, 3, 0, 1)


def _same_in_all_cycles(value: Array) -> None:
    if value.ndim > 1 and max(value.shape[1:]) > 1:
        raise InvalidValue(expected="one number, since it is counted once", found="one for every cycle")


def _same_at_all_times(values: Iterable[Array]) -> None:
    if any(value.ndim > 2 and value.shape[2] > 1 for value in values):
        raise InvalidValue(
            expected="worths of moves that do not depend on time_in_state", found="some that do"
        )
