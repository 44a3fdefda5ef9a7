"""What the page of a model says of its tornado and of models that are built in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from allay.economics.models.onewayresult import OneWayParameter, OneWayResult, OneWayStrategy
from allay.economics.models.result import ChoiceResult, NetBenefitResult, StructuralResult, StructureResult
from allay.economics.models.structural import ITSELF
from allay.reports import plots
from allay.reports.decision import thinned
from allay.reports.decision_figures import MOST_PARAMETERS
from allay.reports.economics_words import Units, amount
from allay.reports.plots_scale import short

__all__ = ["ScenarioView", "TornadoView", "called", "choice_alone", "scenario_view", "tornado_views"]

_MOST_STRATEGIES, _MOST_NAMED = 4, 5

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TornadoView:
    """One strategy against the comparator: the bars, and the rows with what they make of the choice."""

    strategy: str
    figure: Markup
    rows: tuple[tuple[OneWayParameter, str], ...]
    left_out: int
    still: int
    most: float


def tornado_views(found: OneWayResult, *, names: Names, units: Units) -> tuple[TornadoView, ...]:
    """Draw the tornado of each strategy, at most of four, with the parameters that move it most.

    Parameters
    ----------
    names
        What each strategy is called.
    """
    return tuple(
        _tornado(each, found, names, units) for each in found.strategies[:_MOST_STRATEGIES] if each.parameters
    )


def _tornado(each: OneWayStrategy, found: OneWayResult, names: Names, units: Units) -> TornadoView:
    moving = [row for row in each.parameters if row.swing] or list(each.parameters)
    rows = moving[:MOST_PARAMETERS]
    strategy, other = names[each.strategy], names[found.comparator]
    few = "" if len(rows) == len(moving) else f", the first {len(rows)} of {len(moving)}"
    money = f" {units.cost}" if units.cost else ""
    figure = plots.tornado_bars(
        [row.parameter for row in rows],
        [row.low.net_benefit for row in rows],
        [row.high.net_benefit for row in rows],
        each.net_benefit,
        low_labels=[short(row.low.value) for row in rows],
        high_labels=[short(row.high.value) for row in rows],
        title=f"{strategy} against {other}: what moves the net benefit",
        description=f"Widest: {rows[0].parameter}, by {amount(rows[0].swing)}{money}.",
        x_title=f"Net benefit at {amount(found.wtp)} {units.per}"
        + (f" ({units.cost})" if units.cost else ""),
        note=f"{amount(each.net_benefit, signed=True)} with all at their best estimates{few}",
    )
    most = max(abs(end.net_benefit) for row in rows for end in (row.low, row.high))
    left_out, still = len(moving) - len(rows), len(each.parameters) - len(moving)
    shown = tuple((row, _other_choice(row, found.best, names)) for row in rows)
    return TornadoView(strategy, figure, shown, left_out, still, most)


def _other_choice(row: OneWayParameter, best: str, names: Names) -> str:
    """Say to which strategy a parameter turns the choice, and at which of its ends."""
    said = [
        f"{names[end.best]} at its {side} end"
        for side, end in (("low", row.low), ("high", row.high))
        if end.best != best
    ]
    return ", ".join(said) or "no"


def choice_alone(found: OneWayResult, *, names: Names, units: Units) -> str:
    """Say which parameters alone could change which strategy is best.

    Parameters
    ----------
    names
        What each strategy is called.
    """
    rows = found.strategies[0].parameters
    changing = [row.parameter for row in rows if {row.low.best, row.high.best} != {found.best}]
    named = ", ".join(changing[:_MOST_NAMED])
    if len(changing) > _MOST_NAMED:
        named += f" and {len(changing) - _MOST_NAMED} more"
    end = {0: "no parameter alone changes", 1: f"{named} alone could change"}.get(
        len(changing), f"each of {named} alone could change"
    )
    return (
        f"At {amount(found.wtp)} {units.per}, {names[found.best]} is best at the best estimates, and {end} "
        "that within its 95% interval."
    )


def called(model: StructureResult) -> str:
    """What a model is called beside others: as it was named, or "This model"."""
    return ITSELF.capitalize() if model.name == ITSELF else model.name


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """Models side by side: what they say, ranges of net benefit, and the best strategy by threshold."""

    found: StructuralResult
    said: tuple[str, ...]
    figures: tuple[Markup, ...]
    rows: tuple[tuple[ChoiceResult, ...], ...]
    thresholds: int


def scenario_view(found: StructuralResult, *, names: Names, units: Units, draws: int) -> ScenarioView:
    """Draw the net benefit of each strategy in each model, at most of four strategies.

    Parameters
    ----------
    names
        What each strategy is called.
    """
    others = [each.strategy for each in found.models[0].strategies if each.strategy != found.comparator]
    table = list(zip(*(model.choices for model in found.models), strict=True))
    return ScenarioView(
        found,
        tuple(_held(model, found.models[0], names, units) for model in found.models[1:]),
        tuple(_ranges(found, name, names, units, draws) for name in others[:_MOST_STRATEGIES]),
        tuple(thinned(table)),
        len(table),
    )


def _held(model: StructureResult, first: StructureResult, names: Names, units: Units) -> str:
    """Say whether the decision is the same when the model is built in another way."""
    pairs = list(zip(model.choices, first.choices, strict=True))
    every, changed = len(pairs), sum(ours.changes for ours, _ in pairs)
    if not changed:
        at = f"at {amount(pairs[0][0].wtp)} {units.per}" if every == 1 else f"at each of {every} thresholds"
        return f"Built as in {model.name}, the same strategy is best {at}."
    spans = [
        _span([ours.wtp for ours, _ in span], f"{names[best]} instead of {names[before]}")
        for (changes, best, before), run in groupby(pairs, lambda pair: _change(*pair))
        if changes and (span := list(run))
    ]
    named = "; ".join(spans[:_MOST_NAMED]) + ("; and so on" if len(spans) > _MOST_NAMED else "")
    at = "" if every == 1 else f" at {changed} of {every} thresholds"
    return f"Built as in {model.name}, another strategy is best{at}: {named}."


def _change(ours: ChoiceResult, theirs: ChoiceResult) -> tuple[bool, str, str]:
    return ours.changes, ours.best, theirs.best


def _span(wtp: Sequence[float], said: str) -> str:
    return (
        f"{said} {f'at {amount(wtp[0])}' if len(wtp) == 1 else f'from {amount(wtp[0])} to {amount(wtp[-1])}'}"
    )


def _ranges(found: StructuralResult, strategy: str, names: Names, units: Units, draws: int) -> Markup:
    at = [_benefit(model, strategy, found.wtp) for model in found.models]
    drawn = all(each.low is not None for each in at)
    titles = [called(model) for model in found.models]
    return plots.scenario_ranges(
        titles,
        [each.net_benefit for each in at],
        [each.low or 0.0 for each in at] if drawn else None,
        [each.high or 0.0 for each in at] if drawn else None,
        title=f"{names[strategy]} against {names[found.comparator]}, in each model",
        description="; ".join(
            f"{title}: {amount(each.net_benefit)}" for title, each in zip(titles, at, strict=True)
        ),
        x_title=f"Net benefit at {amount(found.wtp)} {units.per}"
        + (f" ({units.cost})" if units.cost else ""),
        mid_label="Mean of the draws" if drawn else "Best estimate",
        note=f"{draws:,} draws" if drawn else "at the best estimates",
    )


def _benefit(model: StructureResult, strategy: str, wtp: float) -> NetBenefitResult:
    choice = next(each for each in model.choices if each.wtp == wtp)
    return next(each for each in choice.strategies if each.strategy == strategy)
