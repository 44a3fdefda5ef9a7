"""The result of a model, as it is written to JSON."""

from __future__ import annotations

from typing import Literal

from allay.base.status import Status
from allay.base.tables import Strict

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


class ModelResult(Strict):
    """What a model comes to, with the conventions that made it and how sure its inputs are."""

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
