"""What has changed from one plan to the next, in the order in which patients are called."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from allay.scheduling.plan.plan import CohortPlace, Meeting, Plan, Session
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import week_of

PlanChangeKind = Literal["day", "time", "mode", "practitioner", "dropped", "added", "room"]
KINDS: tuple[PlanChangeKind, ...] = ("day", "time", "mode", "practitioner", "dropped", "added", "room")
COLUMNS = (
    *("patient", "kind", "of", "number", "before_day", "before_time", "before_with"),
    *("after_day", "after_time", "after_with", "before_room", "after_room", "call"),
)


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One session or meeting that is not as it was.

    Attributes
    ----------
    patient : str
        Empty for a group's meeting with another lead or in another room: the group is told when it meets.
    kind : str
        The first that applies of `dropped`, `added`, `day`, `time`, `mode`, `practitioner`, `room`.
    of : str
        Series or cohort.
    number : int
        Of the session, or the week of the meeting from 1.
    before, after : Session, Meeting or None
    """

    patient: str
    kind: PlanChangeKind
    of: str
    number: int
    before: Session | Meeting | None
    after: Session | Meeting | None

    @property
    def call(self) -> bool:
        """Whether to call: a room alone is shown on the day, another lead when the group meets."""
        return bool(self.patient) and self.kind != "room"

    @property
    def first(self) -> dt.datetime:
        """The earliest time concerned."""
        return min(one.start for one in (self.before, self.after) if one is not None)


def changes_between(
    problem: SchedulingProblem, before: Plan, after: Plan, *, since: dt.date
) -> tuple[PlanChange, ...]:
    """List what is not as it was, from a day on.

    Patients who are in the problem no longer are left out: nobody calls them. What is booked in the problem
    by now is known to them. Sessions of a series are paired by what they are to the patient, then by number.
    A change of more than one thing is listed once.

    Parameters
    ----------
    problem : SchedulingProblem
        As it is now.
    before, after : Plan
        `after` is one of this problem.
    since : datetime.date
        The first day that may have changed.

    Returns
    -------
    tuple of PlanChange
        In calling order: patients whose earliest change comes first are first, all of one together; groups
        and rooms alone stand where their time is. Time grows with sessions, and meetings times members.
    """
    found = [
        one
        for one in (*_sessions(problem, before, after), *_meetings(problem, before, after))
        if one.first.date() >= since
    ]
    first: dict[str, dt.datetime] = {}
    for one in found:
        if one.call:
            first[one.patient] = min(first.get(one.patient, one.first), one.first)

    def order(one: PlanChange) -> tuple[object, ...]:
        return first.get(one.patient, one.first), one.patient, one.first, one.of, one.number

    return tuple(sorted(found, key=order))


def notified(changes: Iterable[PlanChange]) -> tuple[str, ...]:
    """Patients to be called, in calling order, each once."""
    return tuple(dict.fromkeys(one.patient for one in changes if one.call))


def counts(changes: Iterable[PlanChange]) -> str:
    """Count changes by kind, in words.

    Examples
    --------
    >>> counts(())
    'nothing'
    """
    found = Counter(one.kind for one in changes)
    return ", ".join(f"{found[kind]} {kind}" for kind in KINDS if found[kind]) or "nothing"


def changes_csv(changes: Iterable[PlanChange]) -> str:
    """Write changes as a CSV table.

    Examples
    --------
    >>> changes_csv(()).startswith("patient,kind,of,number,before_day")
    True
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in changes:
        was, now = one.before, one.after
        writer.writerow(
            [
                *(one.patient, one.kind, one.of, one.number, *_when(was), *_when(now)),
                *(_where(was), _where(now)),
                "yes" if one.call else "no",
            ]
        )
    return file.getvalue()


def _when(one: Session | Meeting | None) -> tuple[str, str, str]:
    if one is None:
        return "", "", ""
    return one.start.date().isoformat(), f"{one.start:%H:%M}", " and ".join(_with(one))


def _where(one: Session | Meeting | None) -> str:
    if one is None:
        return ""
    return one.room or "telehealth"


def _with(one: Session | Meeting) -> tuple[str, ...]:
    second = one.second if isinstance(one, Session) else None
    return (one.lead,) if second is None else (one.lead, second)


def _kind(was: Session | Meeting | None, now: Session | Meeting | None) -> PlanChangeKind | None:
    if was is None or now is None:
        return "dropped" if now is None else "added"
    if was.start != now.start:
        return "time" if was.start.date() == now.start.date() else "day"
    if isinstance(was, Session) and isinstance(now, Session) and was.mode != now.mode:
        return "mode"
    if _with(was) != _with(now):
        return "practitioner"
    return None if was.room == now.room else "room"


def _sessions(problem: SchedulingProblem, before: Plan, after: Plan) -> Iterator[PlanChange]:
    """Changes of sessions: at the same time with the same people it is the same session, whatever number."""
    booked = {(one.series, one.number) for one in problem.bookings}
    was, now = _by_series(before, booked), _by_series(after, booked)
    patients = {one.id for one in problem.patients}
    for series in problem.series:
        if series.patient in patients:
            for one, other in _paired(was.get(series.id, []), now.get(series.id, [])):
                if kind := _kind(one, other):
                    number = (other or one).number  # type: ignore[union-attr]
                    yield PlanChange(series.patient, kind, series.id, number, one, other)


def _by_series(plan: Plan, booked: Collection[tuple[str, int]]) -> dict[str, list[Session]]:
    found: dict[str, list[Session]] = {}
    for one in sorted(plan.sessions, key=lambda each: each.number):
        if (one.series, one.number) not in booked:
            found.setdefault(one.series, []).append(one)
    return found


def _paired(
    was: Sequence[Session], now: Sequence[Session]
) -> Iterator[tuple[Session | None, Session | None]]:
    """Pair sessions of a series: those that are the same to the patient, then those of a number, the rest."""
    rest, left = list(was), list(now)
    alike: tuple[Callable[[Session], object], ...] = (_to_the_patient, _number)
    for same in alike:
        for one in tuple(rest):
            other = next((each for each in left if same(each) == same(one)), None)
            if other is not None:
                rest.remove(one)
                left.remove(other)
                yield one, other
    yield from zip_longest(rest, left)


def _to_the_patient(session: Session) -> Session:
    return session.model_copy(update={"number": 1, "room": None})


def _number(session: Session) -> int:
    return session.number


def _meetings(problem: SchedulingProblem, before: Plan, after: Plan) -> Iterator[PlanChange]:
    patients = {one.id for one in problem.patients}
    was, now = _by_week(problem, before.meetings), _by_week(problem, after.meetings)
    coming_was, coming_now = _coming(before.template), _coming(after.template)
    for key in dict.fromkeys((*was, *now)):
        one, other = was.get(key), now.get(key)
        came = _attending(one, coming_was)
        come = _attending(other, coming_now)
        number = key[1] + 1
        if one and other and (kind := _kind(one, other)):
            yield PlanChange("", kind, key[0], number, one, other)
        for name in came:
            if name not in come and name in patients:
                yield PlanChange(name, "dropped", key[0], number, one, None)
        for name in come:
            if name not in came:
                yield PlanChange(name, "added", key[0], number, None, other)


def _by_week(problem: SchedulingProblem, meetings: Sequence[Meeting]) -> dict[tuple[str, int], Meeting]:
    return {(one.cohort, week_of(problem, one.start.date())): one for one in meetings}


def _coming(template: Sequence[CohortPlace]) -> dict[str, tuple[str, ...]]:
    return {one.cohort: one.members for one in template}


def _attending(meeting: Meeting | None, members: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if meeting is None:
        return ()
    return tuple(one for one in members.get(meeting.cohort, ()) if one not in meeting.absent)
