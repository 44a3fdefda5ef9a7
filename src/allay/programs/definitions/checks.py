"""Checks of a program definition: what does not hold together is named with file, line and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from allay.base.errors import InvalidInput
from allay.base.tables import Document
from allay.programs.definitions.definition import Keys, ProgramDefinition
from allay.programs.definitions.entries import ComponentEntry, LengthEntry, TimepointEntry
from allay.programs.definitions.gatechecks import gate_doubts
from allay.programs.definitions.references import reference_doubts
from allay.programs.definitions.timechecks import time_doubts


class Doubt(NamedTuple):
    """One thing that does not hold together, by the keys under which it stands in the file."""

    keys: Keys
    expected: str
    found: str


def check(document: Document[ProgramDefinition]) -> None:
    """Refuse a definition that does not hold together.

    Checked are, one after the other: ids, references, sources and shapes; gates; and then what a timeline
    shows: doses that do not fit, windows that overlap, an end without a measure.

    Raises
    ------
    InvalidInput
        With every problem found, each with its line and JSON pointer.
    """
    definition = document.value
    found = [Doubt(*each) for each in (*_shapes(definition), *reference_doubts(definition))]
    if not found:
        found = [Doubt(*each) for each in gate_doubts(definition)]
    if not found:
        found = [Doubt(*each) for each in time_doubts(definition)]
    if found:
        problems = [document.problem(*d.keys, expected=d.expected, found=d.found) for d in found]
        raise InvalidInput(sorted(problems, key=lambda problem: int(problem.at)))


def _shapes(definition: ProgramDefinition) -> Iterator[tuple[Keys, str, str]]:
    yield from _twice(definition)
    for index, phase in enumerate(definition.phases):
        yield from _length(phase.length, ("phases", index, "length"))
        for place, component in enumerate(phase.components):
            yield from _dose(component, ("phases", index, "components", place))
    for index, timepoint in enumerate(definition.timepoints):
        yield from _anchor(timepoint, ("timepoints", index))
    for index, measure in enumerate(definition.measures):
        if bool(measure.instrument) == bool(measure.definition):
            found = "both" if measure.instrument else "neither"
            yield ("measures", index), "an instrument or an outcome definition", found
    for keys, part in definition.parts():
        low, high = getattr(part, "low", None), getattr(part, "high", None)
        if low is not None and high is not None and low > high:
            yield (*keys, "high"), f"a size of at least {low}", str(high)
    for index, review in enumerate(definition.reviews):
        if bool(review.every_weeks) == bool(review.on_days):
            found = "both" if review.on_days else "neither"
            yield ("reviews", index), "every_weeks or on_days", found
    rule = definition.completion
    if not (rule.share_of_core_sessions or rule.core_sessions or rule.through_phase):
        expected = "share_of_core_sessions, core_sessions or through_phase"
        yield ("completion",), expected, "none of them"
    if definition.phases[0].kind != "care" or definition.gate_of(definition.phases[0].id):
        found = f"{definition.phases[0].id}, which is not"
        yield ("phases", 0), "a first phase of care that every episode has", found


def _twice(definition: ProgramDefinition) -> Iterator[tuple[Keys, str, str]]:
    groups: dict[str, Iterable[tuple[Keys, str]]] = {
        name: [((name, index, "id"), each.id) for index, each in enumerate(getattr(definition, name))]
        for name in ("roles", "phases", "timepoints", "gates", "reviews", "renewals", "fidelity")
    }
    groups["components"] = [
        (("phases", index, "components", place, "id"), component.id)
        for index, phase in enumerate(definition.phases)
        for place, component in enumerate(phase.components)
    ]
    for entries in groups.values():
        times = Counter(name for _, name in entries)
        seen: set[str] = set()
        for keys, name in entries:
            if times[name] > 1 and name in seen:
                yield keys, "an id of its own", f"{name} again"
            seen.add(name)


def _length(length: LengthEntry, keys: Keys) -> Iterator[tuple[Keys, str, str]]:
    given = [name for name in ("weeks", "days", "months", "program_days") if getattr(length, name)]
    if len(given) != 1:
        expected = "a length in one of weeks, days, months, program_days"
        yield keys, expected, " and ".join(given) or "none: a phase of no length"


def _dose(component: ComponentEntry, keys: Keys) -> Iterator[tuple[Keys, str, str]]:
    ways = [name for name in ("every_day", "on_days", "per_week", "spacing_days") if getattr(component, name)]
    if len(ways) > 1:
        yield (*keys, ways[1]), f"one way to say when: {ways[0]} alone", " and ".join(ways)
    if component.spacing_days and not component.sessions:
        yield (*keys, "spacing_days"), "how many sessions there are, beside their spacing", "no sessions"
    if any(day < 1 for day in component.on_days):
        yield (*keys, "on_days"), "days of the phase, the first being 1", str(min(component.on_days))
    if component.minutes_most and component.minutes_most < (component.minutes or component.minutes_most + 1):
        found = str(component.minutes_most)
        yield (*keys, "minutes_most"), "minutes, and at least as many at most", found
    if bool(component.linked_to) != (component.how == "linked"):
        found = component.linked_to or "no linked_to"
        yield (*keys, "linked_to"), "the component it is linked to, when (and only when) how is linked", found
    if component.linked_to and (ways or component.sessions):
        yield keys, f"no dose of its own: it happens with {component.linked_to}", " and ".join(ways)
    if component.patient_chooses and component.part == "core":
        yield (*keys, "patient_chooses"), "a flexible component, if patients choose it", "a core one"


def _anchor(timepoint: TimepointEntry, keys: Keys) -> Iterator[tuple[Keys, str, str]]:
    given = [name for name in ("of", "after", "each") if getattr(timepoint, name)]
    if len(given) != 1:
        yield keys, "one of `of` (with `edge`), `after`, `each`", " and ".join(given) or "none of them"
    elif bool(timepoint.edge) != (given == ["of"]):
        yield (*keys, "edge"), "start or end beside `of`, and nowhere else", timepoint.edge or "nothing"
