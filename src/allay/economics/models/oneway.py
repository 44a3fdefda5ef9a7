"""One-way analysis of a model: each parameter at the ends of its 95% interval, the others at their best.

All runs of a model are one call: its arrays take a run where they take a draw elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput
from allay.economics.decision.tornado import Tornado, one_way_runs
from allay.economics.models.compare import SAME, Increment, against
from allay.economics.models.onewayresult import (
    FixedParameter,
    OneWayEnd,
    OneWayParameter,
    OneWayResult,
    OneWayStrategy,
)
from allay.economics.models.run import run_parts
from allay.economics.models.runnable import RunnableModel
from allay.economics.uncertainty.ends import NotVaried, ParameterEnds, parameter_ends

Array = NDArray[np.float64]
Ends = Sequence[ParameterEnds]


def one_way(model: RunnableModel, *, wtp: float) -> OneWayResult | None:
    """Say how far each unsure parameter moves the incremental net benefit of each strategy.

    Parameters
    ----------
    model : RunnableModel
        From `allay.economics.models.run.read_model`.
    wtp : float
        Willingness to pay for a unit of effect.

    Returns
    -------
    OneWayResult or None
        None where the file says of no parameter how unsure it is, or where there is one strategy only.

    Raises
    ------
    InvalidInput
        When the model cannot be run at its best estimates.

    Examples
    --------
    >>> import io
    >>> from allay.economics.models.run import read_model
    >>> text = b'''
    ... type: tree
    ... id: example
    ... title: An example
    ... status: synthetic
    ... sources: {made_up: {title: Made up, accessed: 2026-01-01, status: synthetic}}
    ... comparator: none
    ... parameters: {p: {value: 0.4, distribution: {kind: uniform, low: 0.2, high: 0.6}}}
    ... units: {cost: USD, effect: qaly}
    ... root: care
    ... nodes:
    ...   care: {type: decision, options: {yoga: {to: mild, cost: 100}, none: {to: ill}}}
    ...   mild: {type: chance, branches: {yes: {probability: p, to: well}, no: {probability: rest, to: ill}}}
    ...   well: {type: terminal, effect: 1}
    ...   ill: {type: terminal}
    ... '''
    >>> found = one_way(read_model(io.BytesIO(text), name="example.yaml"), wtp=500).strategies[0]
    >>> p = found.parameters[0]
    >>> found.net_benefit, round(p.low.value, 2), round(p.low.net_benefit, 2), round(p.high.icer, 2)
    (100.0, 0.21, 5.0, 169.49)
    """
    found = parameter_ends(model.file.sheet)
    if not found or len(model.strategies) < 2:
        return None
    ends = [one for one in found if isinstance(one, ParameterEnds)]
    fixed = {one.name: one.reason for one in found if isinstance(one, NotVaried)}
    try:
        outcomes = _run(model, ends)
    except InvalidInput:
        impossible = dict(_impossible(model, ends))
        fixed |= impossible
        ends = [one for one in ends if one.name not in impossible]
        outcomes = _run(model, ends)
    # In the order of the file, whatever the reason.
    order = [one.name for one in found if one.name in fixed]
    runs = _Runs.of(model, outcomes, wtp)
    return OneWayResult(
        wtp=wtp,
        comparator=model.file.comparator,
        best=runs.best[0],
        strategies=tuple(
            _strategy(model, runs, ends, name) for name in model.strategies if name != model.file.comparator
        ),
        not_varied=tuple(FixedParameter(parameter=name, reason=fixed[name]) for name in order),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Each strategy against the comparator in every run, and the best of all."""

    beside: Mapping[str, Sequence[Increment]]
    benefit: Mapping[str, Array]
    best: Sequence[str]

    @classmethod
    def of(cls, model: RunnableModel, outcomes: Mapping[str, Array], wtp: float) -> _Runs:
        names, cost, effect = list(model.strategies), outcomes["cost"].T, outcomes["effect"].T
        pairs = [list(zip(*both, strict=True)) for both in zip(cost.tolist(), effect.tolist(), strict=True)]
        base = pairs[names.index(model.file.comparator)]
        # A parameter of which a strategy makes no use still moves the last digits.
        rounding = SAME * max(float(np.abs(wtp * effect[:, 0]).max()), float(np.abs(cost[:, 0]).max()))
        beside, benefit = {}, {}
        for name, mine in zip(names, pairs, strict=True):
            beside[name] = [against(*one, comparator=other) for one, other in zip(mine, base, strict=True)]
            more = np.array([wtp * one.effect - one.cost for one in beside[name]])
            benefit[name] = np.where(np.abs(more - more[0]) <= rounding, more[0], more)
        most = np.argmax(np.stack(list(benefit.values())), axis=0)
        return cls(beside, benefit, [names[place] for place in most.tolist()])


def _run(model: RunnableModel, ends: Ends) -> Mapping[str, Array]:
    """Run everything at its best estimates, then each parameter at its low and at its high end."""
    best = model.file.sheet.best()
    moved = {name for one in ends for name in (one.name, *one.along[0])}
    runs = one_way_runs(
        {name: float(best[name][0]) for name in best if name in moved},
        {one.name: (one.low, one.high) for one in ends},
        along={one.name: one.along for one in ends},
    )
    return run_parts(model, best | runs, varied=tuple(runs), draws=1 + 2 * len(ends))


def _impossible(model: RunnableModel, ends: Ends) -> list[tuple[str, str]]:
    """Find the parameters at an end of which the model cannot be, one by one."""
    best, found = model.file.sheet.best(), []
    model.outcomes(best)  # what is wrong there is wrong with the file
    for one in ends:
        for side, end, along in (("low", one.low, one.along[0]), ("high", one.high, one.along[1])):
            moved = {name: np.array([value]) for name, value in ({one.name: end} | dict(along)).items()}
            try:
                model.outcomes(best | moved)
            except InvalidInput as wrong:
                problem = wrong.problems[0]
                said = f"at its {side} end, {end:g}: expected {problem.expected}, found {problem.found}"
                found.append((one.name, f"the model cannot be {said}"))
                break
    return found


def _strategy(model: RunnableModel, runs: _Runs, ends: Ends, name: str) -> OneWayStrategy:
    more = runs.benefit[name]
    tornado = Tornado(
        names=tuple(one.name for one in ends),
        low=np.array([one.low for one in ends]),
        high=np.array([one.high for one in ends]),
        base_outcome=float(more[0]),
        low_outcome=more[1::2],
        high_outcome=more[2::2],
    )

    def end(run: int, value: float) -> OneWayEnd:
        beside = runs.beside[name][run]
        return OneWayEnd(
            value=value,
            incremental_cost=beside.cost,
            incremental_effect=beside.effect,
            icer=beside.icer,
            net_benefit=float(more[run]),
            best=runs.best[run],
        )

    swing, units = tornado.swing, _units(model)
    return OneWayStrategy(
        strategy=name,
        net_benefit=tornado.base_outcome,
        parameters=tuple(
            OneWayParameter(
                parameter=ends[place].name,
                unit=units.get(ends[place].name, ""),
                low=end(1 + 2 * place, ends[place].low),
                high=end(2 + 2 * place, ends[place].high),
                swing=float(swing[place]),
                changes_sign=_changes(more[[0, 1 + 2 * place, 2 + 2 * place]]),
                note=ends[place].note,
            )
            for place in tornado.order.tolist()
        ),
    )


def _changes(three: Array) -> bool:
    return bool(three.min() < 0 < three.max())


def _units(model: RunnableModel) -> dict[str, str]:
    return {name: entry.unit for name, entry in model.file.parameters.items()}
