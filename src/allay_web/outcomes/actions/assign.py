"""Assigning questionnaires: the schedule of a new episode, what a high score adds, and single forms."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from allay.measures.catalog import get
from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.outcomes.actions.interpreter import ask_for_interpreter
from allay_web.outcomes.asking import short_title
from allay_web.outcomes.models import Assignment, Score
from allay_web.outcomes.refusals import Refused
from allay_web.outcomes.schedule import Schedule, Timepoint, planned, standard

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.enrolment.models import Episode

Status = Assignment.Status


def _new(episode: Episode, instrument: str, timepoint: Timepoint, opened_on: date) -> Assignment:
    return Assignment(
        program_id=episode.program_id,
        episode=episode,
        instrument=instrument,
        version=get(instrument).version,
        timepoint=timepoint.id,
        due_on=timepoint.due_on(opened_on),
        closes_on=timepoint.closes_on(opened_on),
    )


@transaction.atomic
def assign_schedule(*, episode: Episode, by: Actor, at: datetime) -> int:
    """Assign what the schedule asks of everybody; how many were new. A second time changes nothing.

    Where the patient's language has no official wording, the coordinator is told at once.
    """
    by.must(Permission.FORM_ASSIGN, episode.program_id)
    schedule = standard()
    opened_on = episode.opened_on or at.astimezone(episode.program.zone).date()
    there = set(
        Assignment.objects.of(episode.program_id)
        .filter(episode=episode)
        .values_list("instrument", "timepoint")
    )
    new = [
        _new(episode, row.instrument, schedule.timepoint(row.timepoint), opened_on)
        for row in planned(schedule, opened_on=opened_on)
        if (row.instrument, row.timepoint) not in there
    ]
    if not new:
        return 0
    Assignment.objects.bulk_create(new)
    record(
        "form.assign",
        by=by,
        about=episode,
        patient_id=episode.patient_id,
        detail={"forms": len(new), "schedule": f"{schedule.id}@{schedule.version}"},
    )
    first = schedule.timepoints[0]
    if first.due_on(opened_on) <= at.astimezone(episode.program.zone).date():
        ask_for_interpreter(episode=episode, timepoint=first.id, by=by, at=at)
    return len(new)


@transaction.atomic
def add_assignment(
    *, episode: Episode, instrument: str, timepoint: str, by: Actor, at: datetime
) -> Assignment:
    """Assign one more questionnaire at one time point, as for a form that came in on paper."""
    by.must(Permission.FORM_ASSIGN, episode.program_id)
    point = standard().timepoint(timepoint)
    opened_on = episode.opened_on or at.astimezone(episode.program.zone).date()
    asked = Assignment.objects.of(episode.program_id).filter(
        episode=episode, instrument=get(instrument).id, timepoint=point.id
    )
    if (found := asked.first()) is not None:
        if found.status != Status.CLOSED:
            raise Refused(f"{short_title(get(instrument))} is on the list at {point.title} already.")
        found.status, found.why_closed = Status.OPEN, ""
        found.save(update_fields=["status", "why_closed"])
    else:
        found = _new(episode, instrument, point, opened_on)
        found.save()
    record(
        "form.assign",
        by=by,
        about=found,
        patient_id=episode.patient_id,
        detail={"instrument": instrument, "timepoint": timepoint},
    )
    return found


def follow_last_score(*, assignment: Assignment, on: date) -> None:
    """Ask again, or no longer, at the next time points, as the last score of this instrument says."""
    schedule = standard()
    points = [p for p in schedule.timepoints if assignment.instrument in p.ask_while_high]
    if not points:
        return
    last = _last_score(assignment, schedule)
    if last is None:
        return
    timepoint, score = last
    later = {p.id: p for p in schedule.after(timepoint) if p in points}
    there = {
        a.timepoint: a
        for a in Assignment.objects.of(assignment.program_id)
        .filter(episode=assignment.episode_id, instrument=assignment.instrument, timepoint__in=later)
        .select_for_update()
    }
    if score >= schedule.last_score.at_least:
        _ask_again(assignment, later, there, on)
        return
    for found in there.values():
        if found.status == Status.OPEN:
            found.status = Status.CLOSED
            found.why_closed = (
                f"Not needed: the last {short_title(get(assignment.instrument))} was {score:g}, "
                f"below {schedule.last_score.at_least}."
            )
            found.save(update_fields=["status", "why_closed"])


def _last_score(assignment: Assignment, schedule: Schedule) -> tuple[str, float] | None:
    """The total at the latest scheduled time point that has one."""
    scores = dict(
        Score.objects.of(assignment.program_id)
        .filter(
            episode=assignment.episode_id,
            instrument=assignment.instrument,
            scale=schedule.last_score.scale,
            score__isnull=False,
        )
        .values_list("timepoint", "score")
    )
    known = [point.id for point in schedule.timepoints if point.id in scores]
    return (known[-1], scores[known[-1]]) if known else None


def _ask_again(
    assignment: Assignment, later: dict[str, Timepoint], there: dict[str, Assignment], on: date
) -> None:
    opened_on = assignment.episode.opened_on
    if opened_on is None:
        return
    for point in later.values():
        found = there.get(point.id)
        if point.closes_on(opened_on) < on:
            continue
        if found is None:
            _new(assignment.episode, assignment.instrument, point, opened_on).save()
        elif found.status == Status.CLOSED and found.started_at is None:
            found.status, found.why_closed = Status.OPEN, ""
            found.save(update_fields=["status", "why_closed"])
