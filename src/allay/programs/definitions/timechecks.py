"""Checks on the calendar: doses that do not fit, windows that overlap, an end at which nothing is measured.

They look at timelines that begin on each weekday in a short February, so that what fits there fits anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise, product

from allay.programs.definitions.activity import Activity, Timeline
from allay.programs.definitions.definition import Keys, ProgramDefinition
from allay.programs.definitions.entries import ComponentEntry, MeasureEntry
from allay.programs.definitions.gates import Known, compatible, conditions
from allay.programs.definitions.program_days import DAYS_OF_WEEK
from allay.programs.definitions.timeline import Planner

Doubts = Iterator[tuple[Keys, str, str]]

SHORT_FEBRUARY = dt.date(2025, 2, 1)
MOST_GATES_COMBINED = 6


def time_doubts(definition: ProgramDefinition) -> Doubts:
    """Go through what a timeline shows to be wrong: (keys, what was expected, what was found)."""
    planner = Planner(definition)
    starts = [SHORT_FEBRUARY + dt.timedelta(days=day) for day in range(DAYS_OF_WEEK)]
    timelines = [planner.timeline(start) for start in starts]
    for doubts in (_doses, _windows, _gates_in_time):
        seen: set[Keys] = set()
        for each in timelines:
            for doubt in doubts(definition, each):
                if doubt[0] not in seen:
                    seen.add(doubt[0])
                    yield doubt
    yield from _measured_at_end(definition, planner)


def _doses(definition: ProgramDefinition, found: Timeline) -> Doubts:
    sessions = found.of_kind("session")
    days = {placed.phase.id: placed.days for placed in found.phases}
    for index, phase in enumerate(definition.phases):
        for place, component in enumerate(phase.components):
            if component.dosed and phase.id in days:
                wanted, name = _wanted(component, days[phase.id])
                fit = sum(each.id == component.id for each in sessions)
                if fit < wanted:
                    keys = ("phases", index, "components", place, name)
                    expected = f"a dose that fits in the {days[phase.id]} days of {phase.id}"
                    yield keys, expected, f"{wanted} sessions, of which {fit} fit"


def _wanted(component: ComponentEntry, days: int) -> tuple[int, str]:
    if component.sessions:
        return component.sessions, "sessions"
    if component.on_days:
        return len(component.on_days), "on_days"
    if component.per_week:
        return component.per_week * max(days // DAYS_OF_WEEK, 1), "per_week"
    return 1, "every_day"


def _windows(definition: ProgramDefinition, found: Timeline) -> Doubts:
    """Two windows of one instrument must not share a day: an answer would count for either."""
    places = {point.id: index for index, point in enumerate(definition.timepoints)}
    wanted = {"": {}, **conditions(definition)}
    asked = [each for each in found.activities if each.kind == "questionnaire"]
    for number, measure in enumerate(definition.measures):
        ours = sorted(_of(asked, definition, number), key=lambda each: (each.opens, each.closes))
        others = [
            each
            for other in range(number)
            if _same(definition.measures[other], measure)
            for each in _of(asked, definition, other)
        ]
        pairs = [*pairwise(ours), *((first, second) for first in others for second in ours)]
        for first, second in pairs:
            apart = first.closes < second.opens or second.closes < first.opens
            if apart or not compatible(wanted[first.phase], wanted[second.phase]):
                continue
            expected = f"windows of {measure.instrument or measure.definition} that do not overlap"
            told = f"{second.opens} to {second.closes}, and {first.id} {first.opens} to {first.closes}"
            yield ("timepoints", places[second.id], "opens_days"), expected, f"{told} (from {found.start})"


def _of(asked: list[Activity], definition: ProgramDefinition, number: int) -> list[Activity]:
    measure = definition.measures[number]
    what = " ".join((measure.instrument or measure.definition, *measure.scales))
    return [each for each in asked if each.what == what and each.id in measure.at]


def _same(first: MeasureEntry, second: MeasureEntry) -> bool:
    named = (first.instrument or first.definition) == (second.instrument or second.definition)
    apart = bool(first.scales and second.scales and not set(first.scales) & set(second.scales))
    return named and not apart and first.only_for == second.only_for


def _gates_in_time(definition: ProgramDefinition, found: Timeline) -> Doubts:
    starts = {placed.phase.id: placed.start for placed in found.phases}
    days = {each.id: each.date for each in found.activities if each.kind in ("decision", "questionnaire")}
    for index, gate in enumerate(definition.gates):
        for phase in (*gate.then, *gate.otherwise):
            if gate.id in days and days[gate.id] > starts[phase]:
                expected = f"a time point on or before {phase} begins ({starts[phase]})"
                yield ("gates", index, "at"), expected, f"{gate.at} on {days[gate.id]}"
        since = gate.score.since if gate.score else ""
        if since in days and days[since] >= days[gate.at]:
            expected = f"a time point before {gate.at} ({days[gate.at]})"
            yield ("gates", index, "score", "since"), expected, f"{since} on {days[since]}"


def _measured_at_end(definition: ProgramDefinition, planner: Planner) -> Doubts:
    gates = [gate.id for gate in definition.gates[:MOST_GATES_COMBINED]]
    for answers in product((True, False), repeat=len(gates)):
        found = planner.timeline(
            SHORT_FEBRUARY, known=Known(decisions=dict(zip(gates, answers, strict=True)))
        )
        asked = [each for each in found.activities if each.kind == "questionnaire"]
        if not any(each.opens <= found.end <= each.closes for each in asked):
            told = ", ".join(f"{g}: {'yes' if a else 'no'}" for g, a in zip(gates, answers, strict=True))
            when = f" when {told}" if told else ""
            yield (
                ("measures",),
                f"a measure at the end of care{when}",
                "a program that measures nothing at its end",
            )
            return
