"""Completing a form: scores at once, what follows from them, and the tasks that are done with."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from allay.measures.catalog import get
from allay.measures.scoring import ScaleScore, score_one
from allay_web.audit.record import record
from allay_web.outcomes import keys
from allay_web.outcomes.actions.alarms import ask_in_person
from allay_web.outcomes.actions.assign import follow_last_score
from allay_web.outcomes.models import Assignment, Score
from allay_web.outcomes.queries.links import UNFINISHED
from allay_web.worklist.actions import Settled, close_key

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.outcomes.asking import Answers

LONGEST_REASON = 200


def complete(
    *,
    assignment: Assignment,
    answers: Answers,
    not_asked: list[str],
    on: date,
    by: Actor,
    at: datetime,
) -> tuple[Score, ...]:
    """Score a form that is locked, mark it completed and do what follows."""
    first_time = assignment.status != Assignment.Status.COMPLETED
    asked_later = bool(assignment.not_asked) and not not_asked
    assignment.status = Assignment.Status.COMPLETED
    assignment.completed_at = assignment.completed_at or at
    assignment.not_asked = not_asked
    assignment.save()
    scores = _write_scores(assignment, answers, on)
    record(
        "form.complete" if first_time else "form.amend",
        by=by,
        about=assignment,
        patient_id=assignment.episode.patient_id,
        detail={
            "instrument": assignment.instrument,
            "timepoint": assignment.timepoint,
            "mode": assignment.mode,
        },
    )
    if not_asked:
        ask_in_person(assignment=assignment, items=not_asked, by=by, at=at)
    elif asked_later:
        _close(assignment, keys.not_asked(assignment.pk), by, at)
    follow_last_score(assignment=assignment, on=on)
    if first_time:
        close_follow_up(assignment=assignment, by=by, at=at)
    return scores


def close_follow_up(*, assignment: Assignment, by: Actor, at: datetime) -> None:
    """Close the tasks that waited for this time point, once nothing is left to answer at it."""
    left = Assignment.objects.of(assignment.program_id).filter(
        episode=assignment.episode_id, timepoint=assignment.timepoint, status__in=UNFINISHED
    )
    if left.exists():
        return
    place = (assignment.episode_id, assignment.timepoint)
    for key in (keys.interpreter(*place), keys.locked(*place), *(keys.form(*place, p) for p in keys.PHASES)):
        _close(assignment, key, by, at)


def _close(assignment: Assignment, key: str, by: Actor, at: datetime) -> None:
    close_key(program=assignment.episode.program, key=key, disposition=Settled.ANSWERED, by=by, at=at)


def _write_scores(assignment: Assignment, answers: Answers, on: date) -> tuple[Score, ...]:
    instrument = get(f"{assignment.instrument}@{assignment.version}")
    held = Score.objects.of(assignment.program_id).filter(assignment=assignment)
    held.delete()
    return tuple(
        Score.objects.bulk_create([_score(assignment, found, on) for found in score_one(instrument, answers)])
    )


def _score(assignment: Assignment, found: ScaleScore, on: date) -> Score:
    reasons = [found.reason] if found.reason else []
    held_back = [item for item in assignment.not_asked if item in found.scale.items]
    if held_back:
        reasons.append(f"{', '.join(held_back)} was not asked: nobody was on duty")
    return Score(
        program_id=assignment.program_id,
        episode_id=assignment.episode_id,
        assignment=assignment,
        instrument=assignment.instrument,
        version=assignment.version,
        scale=found.scale.id,
        timepoint=assignment.timepoint,
        on=on,
        raw=found.raw,
        score=found.score,
        se=found.se,
        band=found.band,
        answered=found.answered,
        items=found.items,
        status=found.status,
        reason="; ".join(reasons)[:LONGEST_REASON],
    )
