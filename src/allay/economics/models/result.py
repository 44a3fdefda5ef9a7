"""The result of a model, as it is written to JSON."""

from __future__ import annotations

from typing import Literal

from allay.base.status import Status
from allay.base.tables import Strict
from allay.economics.models.onewayresult import OneWayResult

Comparison = Literal[
    "comparator",
    "dominates",
    "dominated",
    "more effect at more cost",
    "less effect at less cost",
    "the same",
]


class Spread(Strict):
    """What draws of one number come to: mean, standard deviation, and the 95% interval."""

    mean: float
    sd: float
    low: float
    high: float


class StrategyUncertainty(Strict):
    """A strategy over all draws; `icer` is the ratio of the mean increments, none where one dominates."""

    cost: Spread
    effect: Spread
    incremental_cost: Spread
    incremental_effect: Spread
    icer: float | None
    comparison: Comparison


class PathResult(Strict):
    """One way through a tree; `expected_cost` and `expected_effect` are its shares of the strategy's."""

    path: tuple[str, ...]
    end: str
    probability: float
    cost: float
    effect: float
    expected_cost: float
    expected_effect: float


class StrategyResult(Strict):
    """A strategy at the best estimates, beside the comparator.

    `icer` is incremental cost over incremental effect; there is none where one of both dominates.
    """

    strategy: str
    title: str
    cost: float
    effect: float
    incremental_cost: float
    incremental_effect: float
    icer: float | None
    comparison: Comparison
    other: dict[str, float] = {}
    uncertainty: StrategyUncertainty | None = None
    paths: tuple[PathResult, ...] = ()


class UncertainInput(Strict):
    """A parameter that was not read at its origin, and must be shown so."""

    name: str
    status: Status


class NetBenefitResult(Strict):
    """Incremental net benefit of a strategy against the comparator, at one willingness to pay.

    `net_benefit` is the mean of the draws, or that of the best estimates where there are none; then there is
    no interval, nor the share of draws in which the strategy is the best of all.
    """

    strategy: str
    net_benefit: float
    low: float | None
    high: float | None
    best_probability: float | None


class ChoiceResult(Strict):
    """The best strategy at one willingness to pay; `changes` where it is another than in the model itself."""

    wtp: float
    best: str
    changes: bool
    strategies: tuple[NetBenefitResult, ...]


class StructureResult(Strict):
    """A model that is built in another way: `differs` says how, in words; none for the model itself."""

    name: str
    model: str
    title: str
    status: Status
    differs: tuple[str, ...]
    notes: tuple[str, ...]
    strategies: tuple[StrategyResult, ...]
    choices: tuple[ChoiceResult, ...]


class StructuralResult(Strict):
    """The model itself and models that are built in another way, in the same draws.

    `wtp` is the willingness to pay at which the choice is least sure in the model itself, of those asked for.
    """

    wtp: float
    comparator: str
    models: tuple[StructureResult, ...]


class ModelResult(Strict):
    """What a model comes to, with the conventions that made it and how sure its inputs are.

    `tornado` and `scenarios` are there where a willingness to pay or a report was asked for: how far each
    unsure parameter moves the result, and what models that are built in another way come to.
    """

    allay_version: str
    model: str
    title: str
    type: Literal["cohort", "tree"]
    units: dict[str, str]
    conventions: dict[str, str]
    comparator: str
    status: Status
    unconfirmed: tuple[UncertainInput, ...]
    draws: int
    seed: int | None
    strategies: tuple[StrategyResult, ...]
    notes: tuple[str, ...] = ()
    tornado: OneWayResult | None = None
    scenarios: StructuralResult | None = None
