"""The result of one-way analysis of a model, as it is written to JSON."""

from __future__ import annotations

from allay.base.tables import Strict


class OneWayEnd(Strict):
    """A strategy against the comparator with one parameter at one end, the others at their best estimates.

    `net_benefit` is the incremental one at the willingness to pay of the analysis; `best` is the best of all
    strategies there.
    """

    value: float
    incremental_cost: float
    incremental_effect: float
    icer: float | None
    net_benefit: float
    best: str


class OneWayParameter(Strict):
    """A parameter at both ends of its 95% interval.

    `swing` is how far the incremental net benefit moves, its value at the best estimates included;
    `changes_sign` says whether the strategy is worth it against the comparator on one side and not on the
    other. `note` says what moves with the parameter.
    """

    parameter: str
    unit: str
    low: OneWayEnd
    high: OneWayEnd
    swing: float
    changes_sign: bool
    note: str = ""


class OneWayStrategy(Strict):
    """A strategy against the comparator: all parameters, widest swing first.

    `net_benefit` is the incremental one with every parameter at its best estimate.
    """

    strategy: str
    net_benefit: float
    parameters: tuple[OneWayParameter, ...]


class FixedParameter(Strict):
    """A parameter that is unsure and was not varied, with the reason."""

    parameter: str
    reason: str


class OneWayResult(Strict):
    """How far each parameter moves the incremental net benefit of each strategy against the comparator.

    `best` is the best of all strategies with every parameter at its best estimate.
    """

    wtp: float
    comparator: str
    best: str
    strategies: tuple[OneWayStrategy, ...]
    not_varied: tuple[FixedParameter, ...] = ()
