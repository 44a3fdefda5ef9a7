"""Time points: the days on which a timeline asks, reports and decides, and the windows around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from allay.programs.definitions.activity import Activity, on_day
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.entries import MeasureEntry, ScoreEntry, TimepointEntry
from allay.programs.definitions.placement import Certainty, PlacedPhase
from allay.programs.definitions.program_days import add_months


class Point(NamedTuple):
    """One day of a time point, with the phase it lies by and whether it is sure to come."""

    day: dt.date
    phase: str
    certainty: Certainty
    condition: str


class Placed(NamedTuple):
    """The part of a timeline that time points hang on: phases, last day of care, sessions."""

    phases: Sequence[PlacedPhase]
    end: dt.date
    sessions: Sequence[Activity]


def points_of(
    definition: ProgramDefinition, placed: Placed, *, done: Mapping[str, dt.date]
) -> dict[str, list[Point]]:
    """Place every time point; one whose phase does not happen has no day.

    Parameters
    ----------
    definition : ProgramDefinition
        Whose time points do not follow each other in a circle.
    placed : Placed
        The phases and sessions.
    done : mapping of time point id to date
        When a time point was met; those that follow it count from there.
    """
    found: dict[str, list[Point]] = {}
    waiting = list(definition.timepoints)
    while waiting:
        for each in list(waiting):
            if each.after and each.after not in found:
                continue
            anchors = _after(found[each.after], done.get(each.after)) if each.after else _by(each, placed)
            found[each.id] = [point._replace(day=_moved(point.day, each)) for point in anchors]
            waiting.remove(each)
    return found


def _after(earlier: list[Point], done: dt.date | None) -> list[Point]:
    return [point._replace(day=done) if done else point for point in earlier]


def _moved(day: dt.date, timepoint: TimepointEntry) -> dt.date:
    if timepoint.offset_months:
        day = add_months(day, timepoint.offset_months)
    return day + dt.timedelta(days=timepoint.offset_days)


def _by(timepoint: TimepointEntry, placed: Placed) -> list[Point]:
    if timepoint.each:
        return [
            Point(each.date, each.phase, each.certainty, each.condition)
            for each in placed.sessions
            if each.kind == "session" and each.id == timepoint.each
        ]
    if timepoint.of == "program":
        if timepoint.edge == "start":
            return [Point(placed.phases[0].start, "", "planned", "")]
        sure = all(each.certainty == "planned" for each in placed.phases if each.phase.kind == "care")
        return [Point(placed.end, "", "planned" if sure else "provisional", "")]
    return [
        Point(
            each.start if timepoint.edge == "start" else each.end,
            each.phase.id,
            each.certainty,
            each.condition,
        )
        for each in placed.phases
        if each.phase.id == timepoint.of
    ]


def asked(
    definition: ProgramDefinition,
    points: Mapping[str, Sequence[Point]],
    measures: Mapping[str, Sequence[MeasureEntry]],
) -> Iterator[Activity]:
    """Go through the questionnaires and reports of all time points, with their windows."""
    for timepoint in definition.timepoints:
        before, after = dt.timedelta(timepoint.opens_days), dt.timedelta(timepoint.closes_days)
        for day, phase, certainty, condition in points[timepoint.id]:
            for measure in measures[timepoint.id]:
                only = f"only for {measure.only_for}" if measure.only_for else ""
                yield on_day(
                    day,
                    opens=day + before,
                    closes=day + after,
                    kind="questionnaire",
                    name=timepoint.id,
                    title=timepoint.title,
                    phase=phase,
                    what=" ".join((measure.instrument or measure.definition, *measure.scales)),
                    how=" ".join(measure.channels),
                    who=measure.by,
                    certainty="conditional" if only else certainty,
                    condition="; ".join(part for part in (condition, only) if part),
                )
            if timepoint.report:
                yield on_day(
                    day,
                    opens=day + before,
                    closes=day + after,
                    kind="report",
                    name=timepoint.id,
                    title=timepoint.title,
                    phase=phase,
                    what=timepoint.report,
                    who="staff",
                    certainty=certainty,
                    condition=condition,
                )


def decisions(definition: ProgramDefinition, points: Mapping[str, Sequence[Point]]) -> Iterator[Activity]:
    """Go through the gates, each decided within the window of its time point."""
    for gate in definition.gates:
        closes = dt.timedelta(definition.timepoint(gate.at).closes_days)
        for day, phase, certainty, condition in points[gate.at]:
            yield on_day(
                day,
                closes=day + closes,
                kind="decision",
                name=gate.id,
                title=gate.title,
                phase=phase,
                what=rule_text(gate.score) if gate.score else gate.decision,
                who=gate.by,
                certainty=certainty,
                condition=condition,
            )


def rule_text(score: ScoreEntry) -> str:
    """Say in words what a score must be.

    Examples
    --------
    >>> rule_text(ScoreEntry(instrument="peg", scale="total", rule="improved_by", value=1.0, since="start"))
    'peg total improved by 1 since start'
    """
    since = f" since {score.since}" if score.since else ""
    asked = f"improved by {score.value:g}%" if score.rule == "improved_percent" else ""
    asked = asked or f"{score.rule.replace('_', ' ')} {score.value:g}"
    return f"{score.instrument} {score.scale} {asked}{since}"
