"""The page of `allay economics model`: what strategies cost and bring, how sure that is, what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import allay
from allay.base.status import Status
from allay.economics.decision.parameterfile import ParameterDraws
from allay.economics.decision.psa import Psa
from allay.economics.decision.report import decision_report
from allay.economics.decision.smoothing import FEWEST_DRAWS
from allay.economics.decision.usual import frontier_rows, usual_thresholds
from allay.economics.models.modelfile import ModelFile
from allay.economics.models.result import ModelResult
from allay.economics.models.run import ModelDraws
from allay.reports.decision import DecisionView, decision_view
from allay.reports.decision_figures import figure_of_frontier, steps_of
from allay.reports.economics_words import Units, amount, choice
from allay.reports.model_sensitivity import called, choice_alone, scenario_view, tornado_views
from allay.reports.page import environment, stylesheet

__all__ = ["model_html"]


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A parameter that was not read at its origin: what it is, and where it comes from."""

    name: str
    status: Status
    title: str
    value: str
    source: str


def model_html(
    result: ModelResult, drawn: ModelDraws | None, *, file: ModelFile, wtp: Sequence[float] | None = None
) -> str:
    """Write the page of a model.

    Parameters
    ----------
    result, drawn
        From `allay.economics.models.summary.run_model`; the result with tornado and scenarios from
        `allay.economics.models.sensitivity.with_sensitivity`, where they are to be shown.
    file
        The head of the model, for what its parameters are called and where they come from.
    wtp
        Willingness to pay; by default from zero to twice the highest ratio.

    Returns
    -------
    str
        A whole HTML document. The same model, draws and seed give the same text.

    Examples
    --------
    >>> import io
    >>> from allay.economics.models.run import read_model
    >>> from allay.economics.models.summary import run_model
    >>> text = b'''
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
    >>> model = read_model(io.BytesIO(text), name="example.yaml")
    >>> page = model_html(*run_model(model), file=model.file)
    >>> "none up to 50.00 USD per qaly; above that, yoga." in page
    True
    """
    names = _names(result)
    units = Units(result.units["cost"], result.units["effect"])
    rows = frontier_rows(
        [names[each.strategy] for each in result.strategies],
        [each.cost for each in result.strategies],
        [each.effect for each in result.strategies],
    )
    moved = result.tornado
    tornados = () if moved is None else tornado_views(moved, names=names, units=units)
    page = environment().get_template("economics_model.html")
    return page.render(
        result=result,
        names=names,
        units=units,
        rows=rows,
        figure=figure_of_frontier(rows, units=units, note="at the best estimates"),
        headline=f"At the best estimates: {choice(steps_of(rows), units=units)}",
        view=None if drawn is None else _view(result, drawn, names, units, wtp),
        tornados=None
        if (moved := result.tornado) is None
        else tornado_views(moved, names=names, units=units),
        scenarios=None
        if (built := result.scenarios) is None
        else scenario_view(built, names=names, units=units, draws=result.draws),
        alone=None if moved is None or not tornados else choice_alone(moved, names=names, units=units),
        called=called,
        varies=bool(file.sheet.unsure),
        unsure=None if drawn is None else len(drawn.parameters),
        fewest=FEWEST_DRAWS,
        file=file,
        unconfirmed=_unconfirmed(result, file),
        style=stylesheet("report.css"),
        version=allay.__version__,
        amount=amount,
    )


def _names(result: ModelResult) -> dict[str, str]:
    """What each strategy is called: its title where it has one that no other has."""
    titles = [each.title for each in result.strategies]
    return {
        each.strategy: each.title if each.title and titles.count(each.title) == 1 else each.strategy
        for each in result.strategies
    }


def _view(
    result: ModelResult,
    drawn: ModelDraws,
    names: dict[str, str],
    units: Units,
    wtp: Sequence[float] | None,
) -> DecisionView | None:
    """The decision over draws; None where all draws are alike."""
    if not drawn.parameters or result.draws < 2:
        return None
    psa = Psa.of(
        [names[each] for each in drawn.strategies],
        costs=drawn.outcomes["cost"],
        effects=drawn.outcomes["effect"],
    )
    means = frontier_rows(psa.strategies, psa.mean_costs.tolist(), psa.mean_effects.tolist())
    known = None
    if result.draws >= FEWEST_DRAWS:
        known = ParameterDraws(tuple(drawn.parameters), np.column_stack(list(drawn.parameters.values())))
    report = decision_report(
        psa,
        wtp=list(wtp) if wtp else usual_thresholds(means),
        allay_version=allay.__version__,
        parameters=known,
        seed=result.seed or 1,
    )
    return decision_view(
        report,
        psa,
        units=units,
        comparator=names[result.comparator],
        structural=result.scenarios is not None,
    )


def _unconfirmed(result: ModelResult, file: ModelFile) -> list[Unconfirmed]:
    found = []
    for each in result.unconfirmed:
        entry = file.parameters[each.name]
        source = file.sources.get(entry.source or file.source)
        value = "several numbers" if entry.value is None else f"{entry.value:,.10g}".replace("-", "−")
        where = "not stated" if source is None else source.title
        title = f"{entry.title} {entry.note}".strip()
        unit = f" {entry.unit}" if entry.unit and entry.value is not None else ""
        found.append(Unconfirmed(each.name, each.status, title, value + unit, where))
    return found
