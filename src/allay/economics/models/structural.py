"""Structural scenarios: a model beside models of the same strategies that are built in another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.economics.decision.acceptability import net_benefit
from allay.economics.decision.psa import Psa
from allay.economics.decision.scenarios import ScenarioResult, run_scenarios
from allay.economics.models.differences import differences
from allay.economics.models.result import (
    ChoiceResult,
    ModelResult,
    NetBenefitResult,
    StructuralResult,
    StructureResult,
)
from allay.economics.models.run import ModelDraws
from allay.economics.models.runnable import Place, RunnableModel
from allay.economics.models.summary import INTERVAL, run_model

ITSELF = "this model"
"""What the model itself is called among its scenarios."""

_COUNTED: tuple[Place, ...] = ("cost", "effect")

Ran = tuple[ModelResult, ModelDraws | None]


def decision_draws(result: ModelResult, drawn: ModelDraws | None) -> Psa:
    """Return the draws of a model that differ, or its best estimates as a single draw.

    Examples
    --------
    See `compare_structures`.
    """
    if drawn is not None and drawn.parameters and result.draws > 1:
        return Psa.of(drawn.strategies, costs=drawn.outcomes["cost"], effects=drawn.outcomes["effect"])
    return Psa.of(
        [each.strategy for each in result.strategies],
        costs=[[each.cost for each in result.strategies]],
        effects=[[each.effect for each in result.strategies]],
    )


def compare_structures(
    model: RunnableModel,
    ran: Ran,
    others: Mapping[str, RunnableModel],
    *,
    wtp: Sequence[float],
    featured: float,
) -> StructuralResult:
    """Run models that are built in another way with the draws and the seed of a model, and compare.

    Draws are keyed by the names of parameters: those of one name are drawn alike everywhere, so that a
    difference is one of structure.

    Parameters
    ----------
    model : RunnableModel
    ran : ModelResult, ModelDraws or None
        From `allay.economics.models.summary.run_model`, of the model.
    others : mapping of str to RunnableModel
        By the name of the scenario.
    wtp : sequence of float
    featured : float
        The willingness to pay that matters most.

    Raises
    ------
    InvalidInput
        Scenarios of other strategies, comparators or units, with the place in their files.
    InvalidValue
        A scenario with the name of the model itself.

    Examples
    --------
    >>> import io
    >>> from allay.economics.models.run import read_model
    >>> text = '''
    ... type: tree
    ... id: example
    ... title: An example
    ... status: synthetic
    ... sources: {made_up: {title: Made up, accessed: 2026-01-01, status: synthetic}}
    ... comparator: none
    ... units: {cost: USD, effect: qaly}
    ... root: care
    ... nodes:
    ...   care: {type: decision, options: {yoga: {to: well, cost: 100}, none: {to: ill}}}
    ...   well: {type: terminal, effect: 1}
    ...   ill: {type: terminal, cost: 50}
    ... '''
    >>> one = read_model(io.BytesIO(text.encode()), name="a.yaml")
    >>> other = read_model(io.BytesIO(text.replace("cost: 50", "cost: 5").encode()), name="b.yaml")
    >>> found = compare_structures(one, run_model(one), {"cheap": other}, wtp=[80], featured=80)
    >>> [(each.name, each.choices[0].best, each.choices[0].changes) for each in found.models]
    [('this model', 'yoga', False), ('cheap', 'none', True)]
    """
    if ITSELF in others:
        raise InvalidValue(expected=f"another name than {ITSELF!r}", found=ITSELF)
    if problems := [problem for other in others.values() for problem in _misfits(other, model)]:
        raise InvalidInput(problems)
    result, seed = ran[0], ran[0].seed or 0
    every: dict[str, Ran] = {ITSELF: ran}
    for name, other in others.items():
        every[name] = run_model(other, draws=result.draws, seed=seed)
    strategies = tuple(model.strategies)
    psas = {name: _ordered(decision_draws(*one), strategies) for name, one in every.items()}
    # The models have run already, with the seed of the first.
    found = run_scenarios({name: partial(_ran, psa) for name, psa in psas.items()}, wtp=list(wtp), seed=seed)
    return StructuralResult(
        wtp=featured,
        comparator=result.comparator,
        models=tuple(
            _structure(each, every[each.name][0], others.get(each.name), model, result.comparator)
            for each in found
        ),
    )


def _ran(psa: Psa, _seed: int) -> Psa:
    return psa


def _misfits(other: RunnableModel, model: RunnableModel) -> Iterator[Problem]:
    """Say why a model answers another question."""
    if set(other.strategies) != set(model.strategies):
        expected = f"the strategies {', '.join(model.strategies)}, as in the model that it is held against"
        yield other.problem("strategies", expected=expected, found=", ".join(other.strategies))
    elif other.file.comparator != model.file.comparator:
        expected = f"the comparator {model.file.comparator}, as in the model that it is held against"
        yield other.problem("comparator", expected=expected, found=other.file.comparator)
    for name in _COUNTED:
        if other.units[name] != model.units[name]:
            expected = f"{model.units[name]}, as in the model that it is held against"
            yield other.problem(name, expected=expected, found=other.units[name])


def _ordered(psa: Psa, strategies: Sequence[str]) -> Psa:
    places = [psa.strategies.index(name) for name in strategies]
    return Psa.of(strategies, costs=psa.costs[:, places], effects=psa.effects[:, places])


def _structure(
    found: ScenarioResult,
    result: ModelResult,
    other: RunnableModel | None,
    model: RunnableModel,
    comparator: str,
) -> StructureResult:
    by_name = {each.strategy: each for each in result.strategies}
    return StructureResult(
        name=found.name,
        model=result.model,
        title=result.title,
        status=result.status,
        differs=() if other is None else differences(other, model),
        notes=result.notes,
        # Paths through trees are long, and those of the model itself stand in its own result.
        strategies=tuple(by_name[name].model_copy(update={"paths": ()}) for name in found.psa.strategies),
        choices=tuple(_choice(found, place, comparator) for place in range(len(found.best))),
    )


def _choice(found: ScenarioResult, place: int, comparator: str) -> ChoiceResult:
    psa, wtp = found.psa, float(found.decision.wtp[place])
    benefit = net_benefit(psa.costs, psa.effects, wtp=wtp)
    more = benefit - benefit[:, [psa.strategies.index(comparator)]]
    ends = np.quantile(more, INTERVAL, axis=0) if psa.draws > 1 else None
    return ChoiceResult(
        wtp=wtp,
        best=found.best[place],
        changes=found.changes[place],
        strategies=tuple(
            NetBenefitResult(
                strategy=name,
                net_benefit=float(more[:, column].mean()),
                low=None if ends is None else float(ends[0, column]),
                high=None if ends is None else float(ends[1, column]),
                best_probability=None if ends is None else float(found.decision.probability[place, column]),
            )
            for column, name in enumerate(psa.strategies)
        ),
    )
