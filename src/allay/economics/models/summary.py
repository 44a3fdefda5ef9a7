"""The result of a model: each strategy beside the comparator, and how sure the inputs are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import allay
from allay.base.status import Status
from allay.economics.models.compare import against
from allay.economics.models.modelfile import NEEDED, ModelFile
from allay.economics.models.result import (
    ModelResult,
    Spread,
    StrategyResult,
    StrategyUncertainty,
    UncertainInput,
)
from allay.economics.models.run import ModelDraws, draw_model
from allay.economics.models.runnable import RunnableModel
from allay.economics.uncertainty.sheetcheck import holds_numbers, status_of

Array = NDArray[np.float64]
INTERVAL = (0.025, 0.975)
"""The shares of draws below the ends of an interval of 95%."""


def run_model(
    model: RunnableModel, *, draws: int = 0, seed: int = 1
) -> tuple[ModelResult, ModelDraws | None]:
    """Run a model at its best estimates, and over draws where they are asked for.

    Parameters
    ----------
    model : RunnableModel
        From `allay.economics.models.run.read_model`.
    draws : int
        0 for none.
    seed : int

    Returns
    -------
    ModelResult, ModelDraws or None

    Raises
    ------
    InvalidInput
        When a probability, at the best estimates or in a draw, cannot be; with the line of the file.
    """
    best = model.outcomes(model.file.sheet.best())
    drawn = draw_model(model, draws=draws, seed=seed) if draws else None
    result = ModelResult(
        allay_version=allay.__version__,
        model=model.file.id,
        title=model.file.title,
        type=model.type,
        units=dict(model.units),
        conventions=dict(model.conventions),
        comparator=model.file.comparator,
        status=_status(model.file),
        unconfirmed=_unconfirmed(model.file),
        draws=draws,
        seed=seed if draws else None,
        strategies=tuple(_strategy(model, best, drawn, place) for place in range(len(model.strategies))),
        notes=model.notes,
    )
    return result, drawn


def _strategy(
    model: RunnableModel, best: dict[str, Array], drawn: ModelDraws | None, place: int
) -> StrategyResult:
    names = list(model.strategies)
    base = names.index(model.file.comparator)
    (cost, effect), comparator = ([float(best[key][0, column]) for key in NEEDED] for column in (place, base))
    beside = against(cost, effect, comparator=(comparator[0], comparator[1]))
    return StrategyResult(
        strategy=names[place],
        title=model.strategies[names[place]],
        cost=cost,
        effect=effect,
        incremental_cost=beside.cost,
        incremental_effect=beside.effect,
        icer=beside.icer,
        comparison="comparator" if place == base else beside.comparison,
        other={key: float(one[0, place]) for key, one in best.items() if key not in NEEDED},
        uncertainty=None if drawn is None else _uncertainty(drawn, place, base),
        paths=model.paths(names[place]),
    )


def _uncertainty(drawn: ModelDraws, place: int, base: int) -> StrategyUncertainty:
    cost, effect = drawn.outcomes["cost"], drawn.outcomes["effect"]
    means = [float(one[:, column].mean()) for column in (place, base) for one in (cost, effect)]
    beside = against(means[0], means[1], comparator=(means[2], means[3]))
    return StrategyUncertainty(
        cost=spread(cost[:, place]),
        effect=spread(effect[:, place]),
        incremental_cost=spread(cost[:, place] - cost[:, base]),
        incremental_effect=spread(effect[:, place] - effect[:, base]),
        icer=beside.icer,
        comparison="comparator" if place == base else beside.comparison,
    )


def spread(values: Array) -> Spread:
    """Return mean, standard deviation and 95% interval of draws, array [draw].

    Examples
    --------
    >>> spread(np.array([1.0, 2.0, 3.0]))
    Spread(mean=2.0, sd=1.0, low=1.05, high=2.95)
    """
    if values.min() == values.max():  # the mean of equal numbers differs from them in the last bit
        one = float(values[0])
        return Spread(mean=one, sd=0.0, low=one, high=one)
    low, high = np.quantile(values, INTERVAL)
    sd = float(values.std(ddof=1))
    return Spread(mean=float(values.mean()), sd=sd, low=float(low), high=float(high))


def _statuses(model: ModelFile) -> dict[str, Status]:
    """The status of every parameter that holds numbers."""
    held = {name: entry.status for name, entry in model.sources.items()}
    return {
        name: status_of(entry, held, model)
        for name, entry in model.parameters.items()
        if holds_numbers(entry)
    }


def _status(model: ModelFile) -> Status:
    held = {name: entry.status for name, entry in model.sources.items()}
    found = [*_statuses(model).values(), *(status_of(entry, held, model) for entry in model.correlations)]
    if model.source or model.status is not None:
        found.append(status_of(model, held, model))
    return Status.weakest(found) if found else Status.UNKNOWN


def _unconfirmed(model: ModelFile) -> tuple[UncertainInput, ...]:
    found = _statuses(model)
    return tuple(UncertainInput(name=name, status=one) for name, one in found.items() if not one.certain)
