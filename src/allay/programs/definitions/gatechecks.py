"""Checks of gates: each can be answered before it is needed, and can open as well as stay shut."""

from __future__ import annotations

from collections.abc import Iterator

from allay.base.errors import NotFound
from allay.measures.catalog import get as get_instrument
from allay.measures.scale import Scale
from allay.programs.definitions.definition import Keys, ProgramDefinition
from allay.programs.definitions.entries import GateEntry, ScoreEntry
from allay.programs.definitions.gates import PERCENT, phase_of

Doubts = Iterator[tuple[Keys, str, str]]


def gate_doubts(definition: ProgramDefinition) -> Doubts:
    """Go through what is wrong with the gates: (keys, what was expected, what was found)."""
    places = {phase.id: index for index, phase in enumerate(definition.phases)}
    opened: dict[str, str] = {}
    for index, gate in enumerate(definition.gates):
        keys: Keys = ("gates", index)
        yield from _question(definition, gate, keys)
        if not gate.then and not gate.otherwise:
            yield keys, "phases that follow: `then` or `otherwise`", "neither"
        for name in ("then", "otherwise"):
            for number, phase in enumerate(getattr(gate, name)):
                where = (*keys, name, number)
                if phase not in places:
                    yield where, "one of the phases " + ", ".join(places), phase
                elif phase in opened:
                    yield where, f"a phase that {opened[phase]} does not open already", phase
                opened.setdefault(phase, gate.id)
    yield from _order(definition, places)


def _question(definition: ProgramDefinition, gate: GateEntry, keys: Keys) -> Doubts:
    points = {point.id: point for point in definition.timepoints}
    if gate.at not in points:
        yield (*keys, "at"), "one of the time points " + ", ".join(points), gate.at
        return
    if points[gate.at].each or not phase_of(definition, gate.at):
        yield (*keys, "at"), "a time point by one phase, or by the program's start", gate.at
    if bool(gate.score) == bool(gate.decision):
        yield keys, "a score or a decision", "both" if gate.score else "neither"
    if gate.decision and gate.by not in [role.id for role in definition.roles]:
        yield (*keys, "by"), "the role that decides", gate.by or "nobody"
    if gate.score:
        yield from _score(definition, gate, gate.score, (*keys, "score"))


def _score(definition: ProgramDefinition, gate: GateEntry, score: ScoreEntry, keys: Keys) -> Doubts:
    try:
        scale = get_instrument(score.instrument).scale(score.scale)
    except NotFound as missing:
        yield (*keys, "scale"), "an instrument and a scale that are known", str(missing)
        return
    compared = score.rule in ("improved_by", "improved_percent")
    if compared != bool(score.since):
        found = score.since or "nothing"
        yield (*keys, "since"), f"an earlier time point if the rule compares ({score.rule})", found
        return
    for timepoint in (gate.at, *((score.since,) if compared else ())):
        if not _taken(definition, score, timepoint):
            expected = f"{score.instrument} {score.scale} to be measured at {timepoint}"
            yield keys, expected, "a gate that can never open: it is not measured then"
    low, high, text = _reach(score, scale)
    if not low <= score.value <= high or (score.value == low and score.rule != "at_most"):
        yield (*keys, "value"), text, f"{score.value:g}"
    if score.rule == "improved_percent" and scale.minimum != 0:
        yield (*keys, "rule"), "percent only of a scale that starts at 0", f"{scale.minimum:g}"


def _reach(score: ScoreEntry, scale: Scale) -> tuple[float, float, str]:
    """The least and the most that can be asked, and how to say so."""
    low, high = scale.minimum, scale.maximum
    named = f"{score.scale} ({low:g} to {high:g})"
    if score.rule == "improved_by":
        return 0, high - low, f"an improvement above 0 and up to {high - low:g}, as {named} has room for"
    if score.rule == "improved_percent":
        return 0, PERCENT, "a percentage above 0 and up to 100"
    if score.rule == "at_least":
        return low, high, f"a threshold of {named} above its lowest value"
    return low, high, f"a threshold within {named}"


def _taken(definition: ProgramDefinition, score: ScoreEntry, timepoint: str) -> bool:
    return any(
        measure.instrument == score.instrument
        and timepoint in measure.at
        and (not measure.scales or score.scale in measure.scales)
        for measure in definition.measures
    )


def _order(definition: ProgramDefinition, places: dict[str, int]) -> Doubts:
    """Each gate is decided in a phase before those it opens; a circle of gates breaks this somewhere."""
    known = {point.id for point in definition.timepoints}
    decided = {gate.id: phase_of(definition, gate.at) for gate in definition.gates if gate.at in known}
    for index, gate in enumerate(definition.gates):
        at = decided.get(gate.id, "")
        for name in ("then", "otherwise"):
            for number, phase in enumerate(getattr(gate, name)):
                if not at or phase not in places or places[at] < places[phase]:
                    continue
                circle = _circle(definition, decided, phase)
                found = f"the circle {' needs '.join(circle)}" if circle else f"it is decided in {at}"
                expected = f"a gate that is decided before {phase} begins"
                yield ("gates", index, name, number), expected, found


def _circle(definition: ProgramDefinition, decided: dict[str, str], phase: str) -> list[str]:
    """The phases that need each other, beginning and ending with `phase`; empty where there is no circle."""
    way, at = [phase], phase
    while (opened := definition.gate_of(at)) is not None:
        at = decided.get(opened[0].id, "")
        way.append(at)
        if at == phase:
            return way
        if at in way[:-1] or not at:
            return []
    return []
