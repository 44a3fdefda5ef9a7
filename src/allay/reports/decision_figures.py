"""Figures of a decision under uncertainty, each with what it shows in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from allay.economics.decision.psa import Psa
from allay.economics.decision.result import DecisionReport, PartialResult, StrategyResult
from allay.reports import plots
from allay.reports.economics_words import Step, Units, amount, choice
from allay.reports.words import percent

__all__ = [
    "Against",
    "against",
    "figure_of_acceptability",
    "figure_of_frontier",
    "figure_of_information",
    "figure_of_loss",
    "figure_of_parameters",
    "steps_of",
]

MOST_PARAMETERS = 15
_ENDS = (0.025, 0.975)


def steps_of(rows: Sequence[StrategyResult]) -> list[Step]:
    """The steps of a frontier, by cost."""
    return [Step(row.strategy, row.icer) for row in rows if row.status == "frontier"]


def figure_of_frontier(rows: Sequence[StrategyResult], *, units: Units, note: str) -> Markup:
    """Draw where strategies stand."""
    return plots.frontier_plot(
        [row.strategy for row in rows],
        [row.cost for row in rows],
        [row.effect for row in rows],
        [row.status for row in rows],
        title="Cost against effect, and the frontier",
        description=f"Highest expected net benefit: {choice(steps_of(rows), units=units)}",
        x_title=units.of_effect,
        y_title=units.of_cost,
        note=note,
    )


def figure_of_acceptability(report: DecisionReport, *, units: Units) -> Markup:
    """Draw how often each strategy is best."""
    found = report.acceptability
    ends = found[:1] + found[1:][-1:]
    said = [
        f"At {amount(at.wtp)}: {at.best}, best in {percent(at.best_probability, 0)} of draws." for at in ends
    ]
    return plots.acceptability_curves(
        [at.wtp for at in found],
        {name: [at.ceac[name] for at in found] for name in report.strategies},
        [at.best_probability for at in found],
        title="How often each strategy is best",
        description=" ".join(said),
        x_title=units.of_wtp,
        note=f"{report.draws:,} draws",
    )


def figure_of_loss(report: DecisionReport, *, units: Units) -> Markup:
    """Draw what choosing each strategy forgoes on average."""
    found = report.acceptability
    return plots.loss_curves(
        [at.wtp for at in found],
        {name: [at.expected_loss[name] for at in found] for name in report.strategies},
        title="What choosing each strategy forgoes on average",
        description="The lowest curve at a willingness to pay is that of the strategy to choose there.",
        x_title=units.of_wtp,
        y_title=units.of_value,
        note=f"{report.draws:,} draws",
    )


def figure_of_information(report: DecisionReport, *, units: Units) -> Markup:
    """Draw the expected value of perfect information."""
    most = max(report.evpi, key=lambda at: at.evpi)
    return plots.evpi_curve(
        [at.wtp for at in report.evpi],
        [at.evpi for at in report.evpi],
        [at.se for at in report.evpi],
        title="What perfect information would be worth",
        description=f"Most at {amount(most.wtp)}: {amount(most.evpi)}.",
        x_title=units.of_wtp,
        y_title=units.of_value,
        note=f"{report.draws:,} draws",
    )


def figure_of_parameters(rows: Sequence[PartialResult], *, wtp: float, draws: int, units: Units) -> Markup:
    """Draw what knowing each parameter would be worth; of many, those that are worth most."""
    ranked = sorted(rows, key=lambda row: -row.evppi)[:MOST_PARAMETERS]
    few = "" if len(ranked) == len(rows) else f", the first {len(ranked)} of {len(rows)}"
    return plots.evppi_bars(
        [row.parameter for row in ranked],
        [row.evppi for row in ranked],
        [row.se for row in ranked],
        title=f"What knowing each parameter would be worth, at {amount(wtp)} {units.per}",
        description=f"{ranked[0].parameter} is worth most: {amount(ranked[0].evppi)}.",
        x_title=units.of_value,
        note=f"{draws:,} draws{few}",
    )


@dataclass(frozen=True, slots=True)
class Against:
    """One strategy against another, over draws: means, 95% intervals, and how often what holds."""

    strategy: str
    other: str
    cost: tuple[float, float, float]
    effect: tuple[float, float, float]
    more_effect: float
    less_cost: float
    worth_it: float
    figure: Markup


def against(psa: Psa, strategy: str, other: str, *, wtp: float, units: Units) -> Against:
    """Hold one strategy against another.

    Examples
    --------
    >>> psa = Psa.of(["care", "program"], costs=[[0, 900], [0, 1100]], effects=[[0, 0.1], [0, 0.3]])
    >>> found = against(psa, "program", "care", wtp=5000, units=Units())
    >>> found.cost[0], found.more_effect, found.worth_it
    (1000.0, 1.0, 0.5)
    """
    this, that = (psa.strategies.index(name) for name in (strategy, other))
    cost = psa.costs[:, this] - psa.costs[:, that]
    effect = psa.effects[:, this] - psa.effects[:, that]
    worth = float((wtp * effect - cost > 0).mean())
    spreads = [
        (float(values.mean()), *(float(end) for end in np.quantile(values, _ENDS)))
        for values in (cost, effect)
    ]
    figure = plots.plane(
        effect,
        cost,
        wtp=wtp,
        title=f"{strategy} against {other}",
        description=f"Worth it at {amount(wtp)} in {percent(worth, 0)} of draws.",
        x_title=f"More effect than {other}" + (f" ({units.effect})" if units.effect else ""),
        y_title=f"More cost than {other}" + (f" ({units.cost})" if units.cost else ""),
    )
    return Against(
        strategy,
        other,
        (spreads[0][0], spreads[0][1], spreads[0][2]),
        (spreads[1][0], spreads[1][1], spreads[1][2]),
        float((effect > 0).mean()),
        float((cost < 0).mean()),
        worth,
        figure,
    )
