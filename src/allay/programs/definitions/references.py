"""References of a program definition: sources, services, professions, instruments, and its own parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from allay.base import vocabulary
from allay.base.errors import NotFound
from allay.base.status import Status
from allay.measures.catalog import get as get_instrument
from allay.measures.outcome_definitions import outcome_definition
from allay.programs.definitions.definition import Keys, ProgramDefinition

Doubts = Iterator[tuple[Keys, str, str]]


def reference_doubts(definition: ProgramDefinition) -> Doubts:
    """Go through the references that lead nowhere: (keys, what was expected, what was found)."""
    yield from _sources(definition)
    yield from _outside(definition)
    yield from _inside(definition)
    yield from _measures(definition)
    yield from _after_in_circles(definition)


def _sources(definition: ProgramDefinition) -> Doubts:
    for keys, part in definition.parts():
        if part.source not in definition.sources:
            yield (*keys, "source"), "one of the sources " + ", ".join(definition.sources), part.source
        elif part.status and part.status.rank < definition.sources[part.source].status.rank:
            strongest = definition.sources[part.source].status
            yield (*keys, "status"), f"at most {strongest}, as its source is", part.status.value
        for name in part.synthetic:
            if name not in part.model_fields_set or name in ("source", "status", "synthetic", "note"):
                yield (*keys, "synthetic"), "names of fields given beside it", name
    for name, source in definition.sources.items():
        if source.status is Status.UNKNOWN:
            yield ("sources", name, "status"), "how sure we are of it", source.status.value


def _outside(definition: ProgramDefinition) -> Doubts:
    """Ids of the shared lists."""
    for index, phase in enumerate(definition.phases):
        for place, component in enumerate(phase.components):
            keys = ("phases", index, "components", place, "service")
            yield from _known(keys, component.service, vocabulary.service_id)
    for index, role in enumerate(definition.roles):
        for place, profession in enumerate(role.professions):
            yield from _known(("roles", index, "professions", place), profession, vocabulary.profession_id)
    for index, partner in enumerate(definition.partners):
        for place, service in enumerate(partner.services):
            yield from _known(("partners", index, "services", place), service, vocabulary.service_id)
    for index, step in enumerate(definition.growth):
        yield from _known(("growth", index, "service"), step.service, vocabulary.service_id)


def _known(keys: Keys, wanted: str, find: Callable[[str], object]) -> Doubts:
    try:
        find(wanted)
    except NotFound as missing:
        yield keys, "an id that is known", str(missing)


def _inside(definition: ProgramDefinition) -> Doubts:
    """Ids of parts of the same definition."""
    roles = [role.id for role in definition.roles]
    phases = [phase.id for phase in definition.phases]
    components = [component.id for _, component in definition.components()]
    points = [point.id for point in definition.timepoints]
    for name in ("champion", "deputy"):
        found = getattr(definition.leadership, name)
        yield from _among(("leadership", name), "roles", found, roles)
    if definition.leadership.champion == definition.leadership.deputy:
        yield ("leadership", "deputy"), "another role than the champion's", definition.leadership.deputy
    for index, phase in enumerate(definition.phases):
        beside = [component.id for component in phase.components]
        for place, component in enumerate(phase.components):
            keys: Keys = ("phases", index, "components", place)
            for number, role in enumerate(component.roles):
                yield from _among((*keys, "roles", number), "roles", role, roles)
            if component.linked_to:
                others = [each for each in beside if each != component.id]
                yield from _among(
                    (*keys, "linked_to"), "components of its phase", component.linked_to, others
                )
                linked = [e for e in phase.components if e.id == component.linked_to and e.linked_to]
                if linked:
                    yield (*keys, "linked_to"), "a component with its own dose", component.linked_to
    for index, point in enumerate(definition.timepoints):
        if point.of:
            yield from _among(("timepoints", index, "of"), "phases", point.of, ["program", *phases])
        if point.each:
            yield from _among(("timepoints", index, "each"), "components", point.each, components)
        if point.after:
            others = [each for each in points if each != point.id]
            yield from _among(("timepoints", index, "after"), "time points", point.after, others)
    for index, review in enumerate(definition.reviews):
        if review.phase:
            yield from _among(("reviews", index, "phase"), "phases", review.phase, phases)
        for number, role in enumerate(review.roles):
            yield from _among(("reviews", index, "roles", number), "roles", role, roles)
    for index, renewal in enumerate(definition.renewals):
        for number, phase_id in enumerate(renewal.phases):
            yield from _among(("renewals", index, "phases", number), "phases", phase_id, phases)
    if definition.completion.through_phase:
        keys = ("completion", "through_phase")
        yield from _among(keys, "phases", definition.completion.through_phase, phases)
    for index, item in enumerate(definition.fidelity):
        if item.component:
            yield from _among(("fidelity", index, "component"), "components", item.component, components)


def _among(keys: Keys, kind: str, wanted: str, known: Collection[str]) -> Doubts:
    if wanted not in known:
        yield keys, f"one of the {kind} " + ", ".join(known), wanted


def _measures(definition: ProgramDefinition) -> Doubts:
    points = [point.id for point in definition.timepoints]
    for index, measure in enumerate(definition.measures):
        for number, point in enumerate(measure.at):
            yield from _among(("measures", index, "at", number), "time points", point, points)
        if measure.definition:
            yield from _known(("measures", index, "definition"), measure.definition, outcome_definition)
        if not measure.instrument:
            continue
        try:
            instrument = get_instrument(measure.instrument)
        except NotFound as missing:
            yield ("measures", index, "instrument"), "an instrument that is known", str(missing)
            continue
        for number, scale in enumerate(measure.scales):
            yield from _known(("measures", index, "scales", number), scale, instrument.scale)


def _after_in_circles(definition: ProgramDefinition) -> Doubts:
    after = {point.id: point.after for point in definition.timepoints}
    for index, point in enumerate(definition.timepoints):
        seen, at = [point.id], point.after
        while at and at in after and at not in seen:
            seen.append(at)
            at = after[at]
        if at == point.id and len(seen) > 1:
            found = " after ".join([*seen, at])
            yield (
                ("timepoints", index, "after"),
                "time points that do not follow each other in a circle",
                found,
            )
