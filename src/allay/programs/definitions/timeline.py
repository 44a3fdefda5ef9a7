"""The timeline of an episode: all that a program definition schedules, from first day to last follow-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from allay.base.errors import InvalidValue
from allay.programs.definitions.activity import KINDS, Activity, Kind, Timeline, on_day
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.entries import ComponentEntry, MeasureEntry
from allay.programs.definitions.gates import NOTHING, Known, answers, conditions
from allay.programs.definitions.placement import PlacedPhase, place
from allay.programs.definitions.points import Placed, asked, decisions, points_of
from allay.programs.definitions.program_days import numbers_of, session_days
from allay.programs.definitions.recurring import renewals, reviews

MOST_KEPT = 1000
A_MONDAY = dt.date(2001, 1, 1)
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


class _Session(NamedTuple):
    """What the sessions of a component share: the fields of an activity from `time` to `who`."""

    time: str
    kind: Kind
    id: str
    title: str
    phase: str
    what: str
    how: str
    minutes: int | None
    minutes_most: int | None
    who: str


def timeline(definition: ProgramDefinition, start: dt.date, *, known: Known = NOTHING) -> Timeline:
    """Lay out one episode; for many of one definition make a `Planner` once.

    Parameters
    ----------
    definition : ProgramDefinition
        In the version the episode began with.
    start : date
        First day of the episode.
    known : Known
        Scores, decisions and days done so far.

    Raises
    ------
    InvalidValue
        Knowledge that does not fit the definition.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> found = timeline(get("path@1.0.0"), dt.date(2026, 1, 5))
    >>> print(found.end, (found.end - found.start).days + 1)
    2026-03-01 56
    """
    return Planner(definition).timeline(start, known=known)


class Planner:
    """Makes timelines of one definition. What does not depend on the date is worked out once.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> planner = Planner(get("wa-simp"))
    >>> [phase.phase.id for phase in planner.timeline(dt.date(2026, 12, 28)).phases]
    ['evaluation', 'treatment', 'follow_up']
    """

    def __init__(self, definition: ProgramDefinition) -> None:
        self.definition = definition
        self._open_on = numbers_of(definition.weekdays)
        self._wanted = conditions(definition)
        self._measures: dict[str, list[MeasureEntry]] = {each.id: [] for each in definition.timepoints}
        for measure in definition.measures:
            for timepoint in measure.at:
                self._measures[timepoint].append(measure)
        self._sessions: dict[tuple[int, int, int], list[tuple[int, _Session]]] = {}
        self._kept: dict[dt.date, Timeline] = {}
        self._weekly = not _counts_months(definition)
        self._unscheduled = tuple(
            component.id for _, component in definition.components() if not self._dose_of(component).dosed
        )

    def timeline(self, start: dt.date, *, known: Known = NOTHING) -> Timeline:
        """Lay out the episode that begins on `start`; episodes that begin together share their timeline."""
        try:
            return self._laid_out(start, known) if known is not NOTHING else self._found(start)
        except OverflowError:
            expected = "a start that leaves room for the whole episode in the calendar"
            raise InvalidValue(expected=expected, found=start.isoformat()) from None

    def _found(self, start: dt.date) -> Timeline:
        if start not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[start] = self._shifted(start) if self._weekly else self._laid_out(start, NOTHING)
        return self._kept[start]

    def _shifted(self, start: dt.date) -> Timeline:
        """Where no calendar month plays a part, a timeline repeats with the weekday of its start."""
        first = A_MONDAY + dt.timedelta(days=start.weekday())
        if first not in self._kept:
            self._kept[first] = self._laid_out(first, NOTHING)
        return moved(self._kept[first], start - first)

    def _laid_out(self, start: dt.date, known: Known) -> Timeline:
        for name in known.done:
            if name not in self._measures:
                expected = f"a time point of {self.definition.reference}"
                raise InvalidValue(expected=expected, found=name)
        phases = place(
            self.definition.phases,
            start,
            wanted=self._wanted,
            known=answers(self.definition, known),
            open_on=self._open_on,
        )
        end = max(each.end for each in phases if each.phase.kind == "care")
        found: list[Activity] = []
        for each in phases:
            self._add_sessions(found, each)
        points = points_of(self.definition, Placed(phases, end, found), done=known.done)
        for each in phases:
            found += _entry(each)
        found += asked(self.definition, points, self._measures)
        found += decisions(self.definition, points)
        found += reviews(self.definition, phases, (start, end), open_on=self._open_on)
        found += renewals(self.definition, phases, (start, end))
        found.sort(key=_place)
        return Timeline(self.definition.reference, start, end, tuple(phases), tuple(found), self._unscheduled)

    def _dose_of(self, component: ComponentEntry) -> ComponentEntry:
        return self.definition.component(component.linked_to) if component.linked_to else component

    def _add_sessions(self, found: list[Activity], placed: PlacedPhase) -> None:
        first, certainty, condition = placed.start.toordinal(), placed.certainty, placed.condition
        for offset, session in self._template(placed):
            day = dt.date.fromordinal(first + offset)
            found.append(Activity(day, day, day, *session, certainty, condition))

    def _template(self, placed: PlacedPhase) -> list[tuple[int, _Session]]:
        """The sessions of a phase by day; they depend on the weekday it begins and on its length only."""
        key = placed.index, placed.start.weekday(), placed.days
        if key not in self._sessions:
            rows = []
            for each in placed.phase.components:
                dose = self._dose_of(each)
                days = session_days(dose, weekday=key[1], days=key[2], open_on=self._open_on)
                session = _Session(
                    dose.time or "",
                    "session",
                    each.id,
                    each.title or each.id.replace("_", " ").capitalize(),
                    placed.phase.id,
                    each.service,
                    each.how,
                    each.minutes,
                    each.minutes_most,
                    " ".join(each.roles),
                )
                rows += [(day, session) for day in days]
            self._sessions[key] = rows
        return self._sessions[key]


def moved(found: Timeline, shift: dt.timedelta) -> Timeline:
    """Return a timeline with every day so much later.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> found = timeline(get("ppact"), dt.date(2026, 1, 5))
    >>> print(moved(found, dt.timedelta(weeks=1)).start)
    2026-01-12
    """
    return Timeline(
        found.definition,
        found.start + shift,
        found.end + shift,
        tuple(replace(each, start=each.start + shift, end=each.end + shift) for each in found.phases),
        tuple(
            Activity(each[0] + shift, each[1] + shift, each[2] + shift, *each[3:])
            for each in found.activities
        ),
        found.unscheduled,
    )


def _counts_months(definition: ProgramDefinition) -> bool:
    return (
        any(phase.length.months for phase in definition.phases)
        or any(point.offset_months for point in definition.timepoints)
        or any(renewal.every_months for renewal in definition.renewals)
    )


def _place(activity: Activity) -> tuple[dt.date, int, str, str]:
    return activity.date, _RANK[activity.kind], activity.time, activity.id


def _entry(placed: PlacedPhase) -> Iterator[Activity]:
    """The phase itself, and what must be there before it begins."""
    phase, day = placed.phase, placed.start
    sure, condition = placed.certainty, placed.condition
    yield on_day(
        day,
        closes=placed.end,
        kind="phase",
        name=phase.id,
        title=phase.title,
        phase=phase.id,
        certainty=sure,
        condition=condition,
    )
    if phase.entry is None:
        return
    needs = [f"referral by the {phase.entry.referral}"] if phase.entry.referral else []
    needs += ["authorization"] if phase.entry.authorization else []
    for need in [*needs, *phase.entry.documents]:
        yield on_day(
            day,
            kind="document",
            name=f"{phase.id}_{need.replace(' ', '_')}",
            title=need.capitalize(),
            phase=phase.id,
            what=need,
            certainty=sure,
            condition=condition,
        )
