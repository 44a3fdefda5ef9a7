"""Fidelity: whether what was delivered is what the definition says, episode by episode and sign by sign."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from allay.measures.intervals import Interval
from allay.measures.responders import ResponderFigure
from allay.programs.definitions.entries import ComponentEntry, FidelityEntry
from allay.programs.episodes.completion import TOLERANCE
from allay.programs.episodes.planned import PlannedDoses
from allay.programs.episodes.records import EpisodeRecord, ScheduledSession

OBSERVED = "a person observes this; the file cannot tell"


@dataclass(frozen=True, slots=True)
class FidelityResult:
    """How often one sign of fidelity was met.

    Attributes
    ----------
    id, text : str
        As the definition has them.
    counted : str
        What is counted: ended episodes, or attended sessions; or why nothing is.
    met, of, unrecorded : int
        `unrecorded` sessions lack what the sign looks at, and are in neither number.
    share, interval
        None where nothing could be counted. The interval is Wilson's.
    """

    id: str
    text: str
    counted: str
    met: int
    of: int
    unrecorded: int
    share: float | None
    interval: Interval | None


def core_conformed(episode: EpisodeRecord, doses: PlannedDoses) -> bool:
    """Whether an episode received every core component that the definition plans for it.

    Received means all planned sessions less those canceled, or the share of them that a fidelity item of the
    component asks for. Core components without a dose are not looked at.
    """
    plan = doses.of(episode)
    wanted = {
        item.component: item.share_of_sessions for item in doses.definition.fidelity if item.share_of_sessions
    }
    return all(
        _enough(episode, component, plan.get(component, 0), wanted.get(component, 1.0))
        for component in doses.core
    )


def _enough(episode: EpisodeRecord, component: str, planned: int, share: float) -> bool:
    marks = [session.attended for session in episode.sessions if session.component == component]
    held = planned - marks.count("canceled")
    return marks.count("yes") >= math.ceil(share * held - TOLERANCE)


def fidelity(episodes: Sequence[EpisodeRecord], doses: PlannedDoses) -> tuple[FidelityResult, ...]:
    """Count every sign of fidelity of the definition, with `core_components` before them.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.programs.definitions.catalog import get
    >>> never = EpisodeRecord("B", dt.date(2026, 1, 5), is_open=False)
    >>> [(each.id, each.met, each.of) for each in fidelity([never], PlannedDoses(get("ppact")))]
    [('core_components', 0, 1), ('groups_attended', 0, 1), ('full_length', 0, 0)]
    """
    ended = [episode for episode in episodes if not episode.is_open]
    text = "Every core component is received as planned"
    met = sum(core_conformed(episode, doses) for episode in ended)
    found = [_result("core_components", text, "ended episodes", met, len(ended))]
    for item in doses.definition.fidelity:
        found += _of_item(item, ended, doses)
    return tuple(found)


def _of_item(
    item: FidelityEntry, ended: Sequence[EpisodeRecord], doses: PlannedDoses
) -> list[FidelityResult]:
    if not item.component:
        return [FidelityResult(item.id, item.text, OBSERVED, 0, 0, 0, None, None)]
    component = doses.definition.component(item.component)
    attended = [
        session
        for episode in ended
        for session in episode.sessions
        if session.component == component.id and session.attended == "yes"
    ]
    found = []
    if item.share_of_sessions:
        due = [episode for episode in ended if doses.of(episode).get(component.id)]
        met = sum(
            _enough(each, component.id, doses.of(each)[component.id], item.share_of_sessions) for each in due
        )
        found.append(_result(item.id, item.text, "ended episodes", met, len(due)))
    if item.share_of_minutes:
        timed = [session.minutes for session in attended if session.minutes is not None]
        least = item.share_of_minutes * (component.minutes or 0) - TOLERANCE
        met = sum(minutes >= least for minutes in timed)
        missing = len(attended) - len(timed)
        found.append(_result(item.id, item.text, "attended sessions", met, len(timed), missing))
    if item.group_size:
        found.append(_sizes(item, component, attended))
    return found


def _sizes(
    item: FidelityEntry, component: ComponentEntry, attended: Sequence[ScheduledSession]
) -> FidelityResult:
    size = component.group_size
    known = [session.group_size for session in attended if session.group_size is not None]
    met = sum(size is not None and size.low <= each <= size.high for each in known)
    return _result(item.id, item.text, "attended sessions", met, len(known), len(attended) - len(known))


def _result(name: str, text: str, counted: str, met: int, of: int, unrecorded: int = 0) -> FidelityResult:
    figure = ResponderFigure.of(met, of)
    return FidelityResult(name, text, counted, met, of, unrecorded, figure.share, figure.interval)
