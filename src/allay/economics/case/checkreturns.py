"""Checks of what a case counts beside the program's own cash: effects, returns without a price, scenarios."""

from __future__ import annotations

from collections.abc import Iterator

from allay.economics.case.case import Case, Keys
from allay.economics.case.quantity import UNITS
from allay.economics.case.varied import impossible

Doubt = tuple[Keys, str, str]


def check_returns(case: Case) -> Iterator[Doubt]:
    """Yield what does not hold together: keys in the file, what was expected, what was found."""
    yield from _effects(case)
    yield from _scenarios(case)
    for index, one in enumerate(case.non_financial):
        yield from _source(case, ("non_financial", index), one.source)
        if one.name in [other.name for other in case.non_financial[:index]]:
            yield ("non_financial", index, "name"), "a name of its own", f"{one.name} again"


def _source(case: Case, keys: Keys, source: str) -> Iterator[Doubt]:
    if source not in case.sources:
        yield (*keys, "source"), f"one of the sources {', '.join(case.sources)}", source


def _effects(case: Case) -> Iterator[Doubt]:
    effects = case.effects
    named = [event.event for event in effects.events]
    for index, event in enumerate(effects.events):
        if event.event in named[:index]:
            yield ("effects", "events", index, "event"), "each event once", f"{event.event} again"
        if not event.knots and effects.evaluation is None:
            yield ("effects", "events", index), "knots of relative risk, or an evaluation", "neither"
    if effects.events and not case.payers:
        yield ("effects", "events"), "payers, whose money avoided events are", "none in the case"
    if effects.evaluation is not None:
        yield from _source(case, ("effects", "evaluation"), effects.evaluation.source)
    if effects.visits is not None:
        services = sorted(service.id for service in case.services)
        for place, one in enumerate(effects.visits.at_home):
            if one not in services:
                expected = f"a service that is delivered: {', '.join(services)}"
                yield ("effects", "visits", "at_home", place), expected, repr(one)


def _scenarios(case: Case) -> Iterator[Doubt]:
    quantities = case.quantities() if case.scenarios else {}
    for index, scenario in enumerate(case.scenarios):
        if scenario.id in [other.id for other in case.scenarios[:index]]:
            yield ("scenarios", index, "id"), "an id of its own", f"{scenario.id} again"
        keys = ("scenarios", index, "given")
        doubts: list[Doubt] = []
        for name, value in scenario.given.items():
            if name not in quantities:
                expected = "the name of a quantity of the case, such as demand/no_show"
                doubts.append(((*keys, name), expected, repr(name)))
                continue
            low, high = UNITS[quantities[name].unit]
            if not low <= value <= high:
                expected = f"{name} within {low:g} and {high:g} {quantities[name].unit}"
                doubts.append(((*keys, name), expected, f"{value:g}"))
        yield from doubts or ((keys, *told) for told in impossible(case, scenario.given))
