"""The whole result of weighing strategies under uncertainty, as it is written to a file."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from allay.economics.decision.frontier import FrontierStatus

Method = Literal["spline", "gaussian process"]


class Result(BaseModel):
    """Base of results: costs and net benefits are in the money of the draws."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StrategyResult(Result):
    """Expected cost and effect of a strategy, and where it stands on the frontier."""

    strategy: str
    cost: float
    effect: float
    status: FrontierStatus
    inc_cost: float | None
    inc_effect: float | None
    icer: float | None
    compared_with: str | None


class InformationResult(Result):
    """Expected value of perfect information for one person, and for a population where one was given."""

    wtp: float
    evpi: float
    se: float
    population_evpi: float | None


class PartialResult(Result):
    """Expected value of knowing one parameter, or a group joined by plus signs.

    `rank` counts within a threshold and a method, from the most worth knowing.
    """

    parameter: str
    wtp: float
    evppi: float
    se: float
    rank: int
    method: Method


class ThresholdResult(Result):
    """The decision at one willingness to pay; `best_probability` is the acceptability frontier."""

    wtp: float
    best: str
    best_probability: float
    expected_nb: dict[str, float]
    ceac: dict[str, float]
    expected_loss: dict[str, float]


class DecisionReport(Result):
    """What draws of strategies, and of the parameters behind them, say of a decision."""

    allay_version: str
    draws: int
    strategies: list[str]
    seed: int
    people: float | None
    frontier: list[StrategyResult]
    acceptability: list[ThresholdResult]
    evpi: list[InformationResult]
    evppi: list[PartialResult]
