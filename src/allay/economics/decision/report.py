"""All that draws of strategies, and the parameters behind them, say of a decision."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import NotFound
from allay.economics.decision.acceptability import Acceptability, acceptability
from allay.economics.decision.arrays import Floats
from allay.economics.decision.frontier import NONE
from allay.economics.decision.parameterfile import ParameterDraws
from allay.economics.decision.partial import MOST_POINTS, PartialInformation, evppi, evppi_of_group
from allay.economics.decision.psa import Psa
from allay.economics.decision.result import (
    DecisionReport,
    InformationResult,
    Method,
    PartialResult,
    StrategyResult,
    ThresholdResult,
)


def decision_report(
    psa: Psa,
    *,
    wtp: ArrayLike,
    allay_version: str,
    parameters: ParameterDraws | None = None,
    groups: Sequence[Sequence[str]] = (),
    seed: int = 1,
    points: int = MOST_POINTS,
    people: float | None = None,
) -> DecisionReport:
    """Weigh strategies at each threshold, and value what could be learned.

    Parameters
    ----------
    psa : Psa
    wtp : array_like of shape (thresholds,)
    parameters : ParameterDraws, optional
        Without them, single parameters are not valued.
    groups : sequence of sequences of str
        Parameters to value together.
    seed, points : int
        See `allay.economics.decision.partial.evppi_of_group`.
    people : float, optional
        Those whom the decision affects.

    Raises
    ------
    NotFound
        A group with a parameter that is not there.

    Examples
    --------
    >>> psa = Psa.of(["A", "B"], costs=[[0, 10], [0, 30]], effects=[[0, 2], [0, 2]])
    >>> report = decision_report(psa, wtp=[12.5], allay_version="1.0", people=100)
    >>> report.acceptability[0].best, report.evpi[0].population_evpi
    ('B', 250.0)
    """
    decision = acceptability(psa.costs, psa.effects, wtp=wtp)
    return DecisionReport(
        allay_version=allay_version,
        draws=psa.draws,
        strategies=list(psa.strategies),
        seed=seed,
        people=people,
        frontier=list(_strategies(psa)),
        acceptability=list(_thresholds(psa, decision)),
        evpi=list(_information(decision, people)),
        evppi=list(_partial(psa, decision.wtp, parameters, groups=groups, seed=seed, points=points)),
    )


def _strategies(psa: Psa) -> Iterator[StrategyResult]:
    found, cost, effect = psa.frontier, psa.mean_costs, psa.mean_effects
    for place in found.order.tolist():
        against = found.compared_with[place]
        yield StrategyResult(
            strategy=psa.strategies[place],
            cost=cost[place],
            effect=effect[place],
            status=found.status[place],
            inc_cost=_known(found.incremental_cost[place]),
            inc_effect=_known(found.incremental_effect[place]),
            icer=_known(found.icer[place]),
            compared_with=None if against == NONE else psa.strategies[against],
        )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _thresholds(psa: Psa, decision: Acceptability) -> Iterator[ThresholdResult]:
    for place, price in enumerate(decision.wtp.tolist()):
        yield ThresholdResult(
            wtp=price,
            best=psa.strategies[decision.best[place]],
            best_probability=decision.best_probability[place],
            expected_nb=_by_strategy(psa, decision.expected[place]),
            ceac=_by_strategy(psa, decision.probability[place]),
            expected_loss=_by_strategy(psa, decision.expected_loss[place]),
        )


def _by_strategy(psa: Psa, values: Floats) -> dict[str, float]:
    return dict(zip(psa.strategies, values.tolist(), strict=True))


def _information(decision: Acceptability, people: float | None) -> Iterator[InformationResult]:
    for price, value, error in zip(decision.wtp, decision.evpi, decision.evpi_se, strict=True):
        everybody = None if people is None else value * people
        yield InformationResult(wtp=price, evpi=value, se=error, population_evpi=everybody)


def _partial(
    psa: Psa,
    wtp: Floats,
    parameters: ParameterDraws | None,
    *,
    groups: Sequence[Sequence[str]],
    seed: int,
    points: int,
) -> Iterator[PartialResult]:
    known = () if parameters is None else parameters.names
    for name in (name for group in groups for name in group):
        if name not in known:
            raise NotFound.among("parameter", name, known=known)
    if parameters is None:
        return
    single = evppi(psa.costs, psa.effects, parameters.values, wtp=wtp)
    yield from _rows(parameters.names, single, "spline")
    if groups:
        chosen = [parameters.values[:, [known.index(name) for name in group]] for group in groups]
        found = [
            evppi_of_group(psa.costs, psa.effects, values, wtp=wtp, seed=seed, points=points)
            for values in chosen
        ]
        joint = PartialInformation(
            wtp, np.hstack([each.evppi for each in found]), np.hstack([each.se for each in found])
        )
        yield from _rows(["+".join(group) for group in groups], joint, "gaussian process")


def _rows(names: Sequence[str], found: PartialInformation, method: Method) -> Iterator[PartialResult]:
    for place, price in enumerate(found.wtp.tolist()):
        for rank, column in enumerate(found.ranking(place=place).tolist(), start=1):
            yield PartialResult(
                parameter=names[column],
                wtp=price,
                evppi=found.evppi[place, column],
                se=found.se[place, column],
                rank=rank,
                method=method,
            )
