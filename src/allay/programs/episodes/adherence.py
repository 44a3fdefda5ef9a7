"""Adherence and dose: the sessions that were attended, of those scheduled and of those planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.measures.intervals import Interval, wilson
from allay.programs.episodes.planned import PlannedDoses
from allay.programs.episodes.records import EpisodeRecord


@dataclass(frozen=True, slots=True)
class Adherence:
    """Adherence as the outcome definition `adherence` has it.

    Attributes
    ----------
    attended, scheduled, canceled : int
        Sessions. Those the program canceled are not among the scheduled. A session without a record of
        attendance is scheduled and not attended; how many there are is `unrecorded`.
    share : float or None
        Attended of scheduled; None when none was.
    interval : Interval or None
        Wilson's, over as many sessions as would tell as much if they were all of different patients.
    """

    attended: int
    scheduled: int
    canceled: int
    unrecorded: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class ComponentDose:
    """What ended episodes received of one component.

    Attributes
    ----------
    component, service, part : str
    planned : int
        Sessions the definition plans for these episodes, less those the program canceled; 0 where it gives
        no dose.
    received : int
        Sessions attended.
    share : float or None
        Received of planned.
    planned_minutes, received_minutes : float or None
        None where the definition, or every attended session, is silent about minutes.
    minutes_unrecorded : int
        Attended sessions without minutes.
    """

    component: str
    service: str
    part: str
    planned: int
    received: int
    share: float | None
    planned_minutes: float | None
    received_minutes: float | None
    minutes_unrecorded: int


def adherence(
    episodes: Sequence[EpisodeRecord], doses: PlannedDoses, *, as_of: dt.date | None = None
) -> Adherence:
    """Count the sessions attended of those scheduled.

    An episode without any session row counts with the sessions the definition plans for it up to `as_of`.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> never = EpisodeRecord("B", dt.date(2026, 1, 5), is_open=False)
    >>> found = adherence([never], PlannedDoses(get("ppact")))
    >>> found.attended, found.scheduled
    (0, 12)
    """
    attended, scheduled = np.zeros(len(episodes)), np.zeros(len(episodes))
    canceled = unrecorded = 0
    for index, episode in enumerate(episodes):
        marks = [session.attended for session in episode.sessions]
        attended[index] = marks.count("yes")
        scheduled[index] = len(marks) - marks.count("canceled")
        canceled += marks.count("canceled")
        unrecorded += marks.count("")
        if not marks:
            scheduled[index] = sum(doses.of(episode, until=as_of).values())
    share, interval = _share(attended, scheduled)
    return Adherence(int(attended.sum()), int(scheduled.sum()), canceled, unrecorded, share, interval)


def _share(
    attended: NDArray[np.float64], scheduled: NDArray[np.float64]
) -> tuple[float | None, Interval | None]:
    """The share of sessions, with Wilson's interval for patients who differ.

    Sessions of one patient are alike, so that they tell less than so many sessions of different people. Their
    number is divided by the design effect: the variance of the ratio between patients over that of a simple
    proportion, at least 1 (Kish 1965). Where that cannot be worked out - one patient, or all sessions alike -
    the patients are counted in place of their sessions.
    """
    n = scheduled.sum()
    if n == 0:
        return None, None
    share = float(attended.sum() / n)
    used = scheduled > 0
    k = int(used.sum())
    effective = float(k)
    if k > 1 and 0 < share < 1:
        left = attended[used] - share * scheduled[used]
        between = k / (k - 1) * float(left @ left) / n**2
        simple = share * (1 - share) / n
        effective = float(n / max(between / simple, 1.0))
    return share, wilson(share * effective, effective)


def dose_received(episodes: Sequence[EpisodeRecord], doses: PlannedDoses) -> tuple[ComponentDose, ...]:
    """Compare the dose received with the dose planned, per component, over ended episodes.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> from allay.programs.episodes.records import ScheduledSession
    >>> once = ScheduledSession(dt.date(2026, 1, 5), "weekly_group", "yes", 80)
    >>> episode = EpisodeRecord("A", dt.date(2026, 1, 5), is_open=False, sessions=(once,))
    >>> found = dose_received([episode], PlannedDoses(get("ppact")))[0]
    >>> found.planned, found.received, found.planned_minutes, found.received_minutes
    (12, 1, 1080, 80.0)
    """
    ended = [episode for episode in episodes if not episode.is_open]
    plans = [doses.of(episode) for episode in ended]
    found = []
    for _, component in doses.definition.components():
        sessions = [s for episode in ended for s in episode.sessions if s.component == component.id]
        canceled = sum(session.attended == "canceled" for session in sessions)
        planned = max(sum(plan.get(component.id, 0) for plan in plans) - canceled, 0)
        attended = [session for session in sessions if session.attended == "yes"]
        minutes = [session.minutes for session in attended if session.minutes is not None]
        found.append(
            ComponentDose(
                component=component.id,
                service=component.service,
                part=component.part,
                planned=planned,
                received=len(attended),
                share=len(attended) / planned if planned else None,
                planned_minutes=planned * component.minutes if component.minutes and planned else None,
                received_minutes=float(sum(minutes)) if minutes else None,
                minutes_unrecorded=len(attended) - len(minutes),
            )
        )
    return tuple(found)
