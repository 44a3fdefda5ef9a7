"""Gates: what is known of an episode so far, and which phases follow from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from allay.base.errors import InvalidValue
from allay.measures.catalog import get as get_instrument
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.entries import GateEntry

ScoreKey = tuple[str, str, str]
Answers = Mapping[str, bool | None]
Conditions = Mapping[str, bool]

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an episode.

    Parameters
    ----------
    scores : mapping of (time point, instrument, scale) to score
        In the unit of the scale.
    decisions : mapping of gate id to bool
        What people decided; it goes before what the scores say.
    done : mapping of time point id to date
        When a time point was met, by a measure or a report; those that follow it move along.

    Examples
    --------
    >>> Known(scores={("baseline", "peg", "total"): 7.0}).decisions
    {}
    """

    scores: Mapping[ScoreKey, float] = field(default_factory=dict)
    decisions: Mapping[str, bool] = field(default_factory=dict)
    done: Mapping[str, dt.date] = field(default_factory=dict)


NOTHING = Known()


def answer(gate: GateEntry, known: Known) -> bool | None:
    """Say whether a gate is open, as far as that is known.

    Returns
    -------
    bool or None
        None while a score, or the decision of people, is missing. A threshold met exactly is met.

    Raises
    ------
    InvalidValue
        A score outside the range of its scale.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> gate = get("acupuncture-clbp").gates[0]
    >>> scores = {("baseline", "peg", "total"): 7.0, ("after_first_visits", "peg", "total"): 5.0}
    >>> answer(gate, Known(scores=scores)), answer(gate, Known())
    (True, None)
    """
    if gate.id in known.decisions:
        return known.decisions[gate.id]
    wanted = gate.score
    if wanted is None or not known.scores:
        return None
    scale = get_instrument(wanted.instrument).scale(wanted.scale)
    found = []
    for timepoint in (gate.at, wanted.since):
        score = known.scores.get((timepoint, wanted.instrument, wanted.scale)) if timepoint else None
        if score is not None and not scale.minimum <= score <= scale.maximum:
            expected = f"a {wanted.instrument} {wanted.scale} of {scale.minimum:g} to {scale.maximum:g}"
            raise InvalidValue(expected=expected, found=f"{score:g}")
        found.append(score)
    now, before = found
    if now is None:
        return None
    if wanted.rule == "at_least":
        return now >= wanted.value
    if wanted.rule == "at_most":
        return now <= wanted.value
    if before is None:
        return None
    better = before - now if scale.direction == "higher_worse" else now - before
    if wanted.rule == "improved_by":
        return better >= wanted.value
    return before > 0 and better * PERCENT >= wanted.value * before


def answers(definition: ProgramDefinition, known: Known) -> dict[str, bool | None]:
    """Answer every gate of a definition.

    Raises
    ------
    InvalidValue
        A decision about a gate that the definition does not have, or a score that cannot be.
    """
    ids = [gate.id for gate in definition.gates]
    for decided in known.decisions:
        if decided not in ids:
            expected = f"one of the gates {', '.join(ids)}" if ids else f"no gate: {definition.id} has none"
            raise InvalidValue(expected=expected, found=decided)
    return {gate.id: answer(gate, known) for gate in definition.gates}


def conditions(definition: ProgramDefinition) -> dict[str, Conditions]:
    """Return for each phase the gates that must open, and how, for it to happen.

    A gate within a phase that itself depends on a gate brings that one along.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> conditions(get("acupuncture-clbp"))["more_visits"]
    {'improving': True}
    """
    found: dict[str, Conditions] = {}
    for phase in definition.phases:  # gates are decided in earlier phases, so these are there already
        opened = definition.gate_of(phase.id)
        if opened is None:
            found[phase.id] = {}
            continue
        gate, side = opened
        inherited = found.get(phase_of(definition, gate.at), {})
        found[phase.id] = {**inherited, gate.id: side}
    return found


def phase_of(definition: ProgramDefinition, timepoint_id: str) -> str:
    """Return the phase a time point lies by; the program's start counts as its first phase.

    Returns
    -------
    str
        Empty where it lies by the end of all care, or at the sessions of a component.
    """
    seen: set[str] = set()
    timepoint = definition.timepoint(timepoint_id)
    while timepoint.after and timepoint.id not in seen:
        seen.add(timepoint.id)
        timepoint = definition.timepoint(timepoint.after)
    if timepoint.of == "program":
        return definition.phases[0].id if timepoint.edge == "start" else ""
    return timepoint.of


def happens(wanted: Conditions, known: Answers) -> bool | None:
    """Say whether what hangs on these conditions happens, None while that is open.

    Examples
    --------
    >>> happens({"improving": True}, {"improving": None}), happens({"improving": True}, {"improving": False})
    (None, False)
    """
    if any(known[gate] is (not side) for gate, side in wanted.items()):
        return False
    return None if any(known[gate] is None for gate in wanted) else True


def compatible(first: Conditions, second: Conditions) -> bool:
    """Say whether two things can both happen in one episode.

    Examples
    --------
    >>> compatible({"improving": True}, {"improving": False}), compatible({}, {"improving": False})
    (False, True)
    """
    return all(second.get(gate, side) == side for gate, side in first.items())
