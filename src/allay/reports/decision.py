"""What a page says of a decision under uncertainty, and the page of `allay economics voi`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

import allay
from allay.economics.decision.psa import Psa
from allay.economics.decision.result import DecisionReport, InformationResult, PartialResult, ThresholdResult
from allay.reports import decision_figures as figures
from allay.reports.decision_figures import Against
from allay.reports.economics_words import Units, amount, choice, simulation_error
from allay.reports.page import environment, stylesheet
from allay.reports.words import percent

__all__ = ["DecisionView", "ValueOfParameters", "decision_html", "decision_view", "thinned"]

T = TypeVar("T")

# More thresholds than these are drawn, but every so many are in the tables.
_ROWS, _FEW = 21, 3
_MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class ValueOfParameters:
    """What knowing parameters is worth at one willingness to pay."""

    wtp: float
    rows: tuple[PartialResult, ...]
    figure: Markup


@dataclass(frozen=True, slots=True)
class DecisionView:
    """All that a page says of a decision."""

    report: DecisionReport
    units: Units
    headline: str
    says: tuple[str, ...]
    cannot_say: tuple[str, ...]
    featured: float
    thresholds: tuple[tuple[ThresholdResult, InformationResult], ...]
    frontier: Markup
    acceptability: Markup
    loss: Markup
    information: Markup
    compared: tuple[Against, ...]
    not_compared: tuple[str, ...]
    parameters: tuple[ValueOfParameters, ...]


def decision_view(
    report: DecisionReport,
    psa: Psa,
    *,
    units: Units | None = None,
    comparator: str | None = None,
    structural: bool = False,
) -> DecisionView:
    """Gather what a page says.

    Parameters
    ----------
    report
        From `allay.economics.decision.report.decision_report`, of the same draws.
    comparator
        What the others are held against; by default the cheapest strategy of the frontier.
    structural
        Whether the page also shows models that are built in another way.
    """
    units = units or Units()
    wtp = [at.wtp for at in report.acceptability]
    # Where the decision is least sure, as what choosing wrongly costs.
    featured = max(report.evpi, key=lambda at: at.evpi).wtp
    told = wtp if len(wtp) <= _FEW else [wtp[0], featured, wtp[-1]]
    steps = figures.steps_of(report.frontier)
    base = comparator or steps[0].strategy
    others = [row.strategy for row in report.frontier if row.strategy != base]
    valued = wtp if len(wtp) <= _FEW else [featured]
    note = f"means of {report.draws:,} draws"
    return DecisionView(
        report=report,
        units=units,
        headline=f"Going by the means of the draws: {choice(steps, units=units)}",
        says=tuple(_sure(report, at, units) for at in dict.fromkeys(told)),
        cannot_say=_limits(report, structural=structural),
        featured=featured,
        thresholds=tuple(thinned(list(zip(report.acceptability, report.evpi, strict=True)))),
        frontier=figures.figure_of_frontier(report.frontier, units=units, note=note),
        acceptability=figures.figure_of_acceptability(report, units=units),
        loss=figures.figure_of_loss(report, units=units),
        information=figures.figure_of_information(report, units=units),
        compared=tuple(
            figures.against(psa, name, base, wtp=featured, units=units) for name in others[:_MOST_COMPARED]
        ),
        not_compared=tuple(others[_MOST_COMPARED:]),
        parameters=tuple(_valued(report, valued, units)),
    )


def _sure(report: DecisionReport, wtp: float, units: Units) -> str:
    at = next(each for each in report.acceptability if each.wtp == wtp)
    value = next(each for each in report.evpi if each.wtp == wtp)
    sure = (
        f"At {amount(wtp)} {units.per}, {at.best} is best on average and in {percent(at.best_probability, 0)}"
    )
    more = f" of {report.draws:,} draws"
    if value.evpi == 0:
        return f"{sure}{more}: knowing more would not change the choice."
    money = f" {units.cost}" if units.cost else ""
    return (
        f"{sure}{more}. Choosing it in all of them forgoes {amount(value.evpi)}{money} a person on average: "
        "what perfect information would be worth."
    )


def _limits(report: DecisionReport, *, structural: bool) -> tuple[str, ...]:
    others = "the page shows those that were given" if structural else "this page shows none"
    return (
        "Which willingness to pay is right. That is for those who pay, and not for a model.",
        "Whether the model is right. Draws carry how unsure its inputs are, and not whether it is built as "
        f"it should be. Of models built in another way (structural scenarios) {others}.",
        "What a program causes. Effects are as good as the sources of the inputs are.",
        f"Shares of {report.draws:,} draws are off by up to {simulation_error(report.draws)} percentage "
        "points (95% interval), as draws are a sample.",
    )


def thinned(rows: Sequence[T]) -> list[T]:
    """Take so many of the rows of a long table that it can be read, the first and the last among them.

    Examples
    --------
    >>> thinned(range(101))[:3], len(thinned(range(101))), thinned("ab")
    ([0, 5, 10], 21, ['a', 'b'])
    """
    if len(rows) <= _ROWS:
        return list(rows)
    last = len(rows) - 1
    return [rows[place] for place in sorted({round(last * row / (_ROWS - 1)) for row in range(_ROWS)})]


def _valued(report: DecisionReport, wtp: Sequence[float], units: Units) -> list[ValueOfParameters]:
    found = []
    for price in wtp:
        rows = tuple(row for row in report.evppi if row.wtp == price)
        if rows:
            figure = figures.figure_of_parameters(rows, wtp=price, draws=report.draws, units=units)
            found.append(ValueOfParameters(price, rows, figure))
    return found


def decision_html(report: DecisionReport, psa: Psa, *, source: str) -> str:
    """Write the page of a decision.

    Parameters
    ----------
    source
        The name of the file of draws.

    Examples
    --------
    >>> from allay.economics.decision.report import decision_report
    >>> psa = Psa.of(["care", "program"], costs=[[0, 900], [0, 1100]], effects=[[0, 0.1], [0, 0.3]])
    >>> report = decision_report(psa, wtp=[2000, 8000], allay_version="1.0")
    >>> decision_html(report, psa, source="psa.csv").count("<h1")
    1
    """
    view = decision_view(report, psa)
    page = environment().get_template("decision.html")
    return page.render(
        view=view, source=source, style=stylesheet("report.css"), version=allay.__version__, amount=amount
    )
