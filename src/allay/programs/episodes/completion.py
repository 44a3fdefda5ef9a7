"""Completion: who met the completion rule of the program definition, of everybody who was enrolled."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from allay.measures.intervals import Interval
from allay.measures.responders import ResponderFigure
from allay.programs.episodes.planned import PlannedDoses
from allay.programs.episodes.records import EpisodeRecord

NEVER_STARTED = "before the first session"
TOLERANCE = 1e-9  # 0.7 * 10 is a hair more than 7 in floating point


@dataclass(frozen=True, slots=True)
class DropOut:
    """How many ended without completing, by the phase they got to and the reason recorded."""

    phase: str
    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Completion:
    """Completion as the outcome definition `completion` has it.

    Attributes
    ----------
    enrolled : int
        Everybody, those who never started and those still in care included.
    still_open : int
        In neither number of the share.
    completed : int
        Ended, and met the rule.
    never_started : int
        Ended without one attended session; they count among those who did not complete.
    share : float or None
        Completed of those ended; None when nobody has.
    interval : Interval or None
        Wilson's.
    drop_outs : tuple of DropOut
        Everybody who ended and did not complete, the largest group first.
    """

    enrolled: int
    still_open: int
    completed: int
    never_started: int
    share: float | None
    interval: Interval | None
    drop_outs: tuple[DropOut, ...]

    @property
    def ended(self) -> int:
        """How many episodes have ended."""
        return self.enrolled - self.still_open


def completed(episode: EpisodeRecord, doses: PlannedDoses) -> bool:
    """Whether an ended episode met the completion rule of its definition.

    Core sessions count: those attended, against those the definition plans less those the program canceled.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.programs.definitions.catalog import get
    >>> from allay.programs.episodes.records import ScheduledSession
    >>> day = dt.date(2026, 1, 5)
    >>> weekly = [ScheduledSession(day + dt.timedelta(weeks=w), "weekly_group", "yes") for w in range(9)]
    >>> episode = EpisodeRecord("A", day, is_open=False, sessions=tuple(weekly))
    >>> completed(episode, PlannedDoses(get("ppact")))
    True
    """
    rule = doses.definition.completion
    core = [session for session in episode.sessions if session.component in doses.core]
    attended = sum(session.attended == "yes" for session in core)
    if rule.core_sessions and attended < rule.core_sessions:
        return False
    if rule.share_of_core_sessions:
        planned = sum(count for component, count in doses.of(episode).items() if component in doses.core)
        held = planned - sum(session.attended == "canceled" for session in core)
        wanted = max(math.ceil(rule.share_of_core_sessions * held - TOLERANCE), 1)
        if attended < wanted:
            return False
    if rule.through_phase:
        reached = {doses.phase_of(s.component) for s in episode.sessions if s.attended == "yes"}
        return rule.through_phase in reached
    return True


def furthest_phase(episode: EpisodeRecord, doses: PlannedDoses) -> str:
    """Return the phase of the last session attended."""
    attended = [session for session in episode.sessions if session.attended == "yes"]
    if not attended:
        return NEVER_STARTED
    last = max(attended, key=lambda session: session.date)
    return doses.phase_of(last.component)


def completion(episodes: Iterable[EpisodeRecord], doses: PlannedDoses) -> Completion:
    """Count completion over all episodes.

    Parameters
    ----------
    episodes : iterable of EpisodeRecord
        Everybody enrolled.
    doses : PlannedDoses
        Of the definition they are under.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.programs.definitions.catalog import get
    >>> gone = EpisodeRecord("B", dt.date(2026, 1, 5), is_open=False, reason="moved away")
    >>> found = completion([gone], PlannedDoses(get("ppact")))
    >>> found.share, found.drop_outs
    (0.0, (DropOut(phase='before the first session', reason='moved away', n=1),))
    """
    everybody = list(episodes)
    ended = [episode for episode in everybody if not episode.is_open]
    lost: Counter[tuple[str, str]] = Counter()
    done = 0
    for episode in ended:
        if completed(episode, doses):
            done += 1
        else:
            lost[furthest_phase(episode, doses), episode.reason] += 1
    figure = ResponderFigure.of(done, len(ended))
    return Completion(
        enrolled=len(everybody),
        still_open=len(everybody) - len(ended),
        completed=done,
        never_started=sum(furthest_phase(each, doses) == NEVER_STARTED for each in ended),
        share=figure.share,
        interval=figure.interval,
        drop_outs=tuple(
            DropOut(*key, n) for key, n in sorted(lost.items(), key=lambda item: (-item[1], item[0]))
        ),
    )
