"""What an episode was asked and answered, for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from allay.measures.catalog import get
from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.outcomes.asking import short_title
from allay_web.outcomes.models import Assignment, Invitation, Score
from allay_web.outcomes.queries.links import (
    UNFINISHED,
    LinkState,
    link_language,
    showable,
    state_of,
    why_no_link,
)
from allay_web.outcomes.schedule import asks_goals, standard, title

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from allay_web.access.actor import Actor
    from allay_web.access.models import Program
    from allay_web.enrolment.models import Episode

Status = Assignment.Status


@dataclass(frozen=True, slots=True)
class FormRow:
    """One questionnaire as a row."""

    assignment: Assignment
    title: str
    state: str
    chip: str
    may_enter: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One time point of an episode: its questionnaires and its link."""

    id: str
    title: str
    due_on: date
    closes_on: date
    forms: list[FormRow]
    link: Invitation | None
    link_live: bool
    link_state: str
    why_no_link: str
    link_note: str
    may_email: bool


def forms_of(program: Program) -> QuerySet[Assignment]:
    """A program's questionnaires, to look one up by its id."""
    found: QuerySet[Assignment] = Assignment.objects.of(program)
    return found.select_related("episode__patient", "episode__program")


def links_of(program: Program) -> QuerySet[Invitation]:
    """A program's links, to look one up by its id."""
    found: QuerySet[Invitation] = Invitation.objects.of(program)
    return found.select_related("episode__patient", "episode__program", "program")


def assignment(program: Program, *, assignment_id: int, by: Actor) -> Assignment | None:
    """One questionnaire with its patient; the reading is audited. None for another program's."""
    by.must(Permission.FORM_ENTER, program.pk)
    found = forms_of(program).filter(pk=assignment_id).first()
    if found is not None:
        record("patient.read", by=by, about=found, patient_id=found.episode.patient_id)
    return found


def assignments_of(episode_id: int, program: Program, *, by: Actor) -> list[Assignment]:
    """An episode's questionnaires in the order they are due, with `answered` counted; audited."""
    by.must(Permission.PATIENT_READ, program.pk)
    found: list[Assignment] = list(
        forms_of(program)
        .filter(episode=episode_id)
        .annotate(answered=Count("answers", filter=Q(answers__value__isnull=False)))
        .order_by("due_on", "pk")
    )
    if found:
        record("patient.read", by=by, about=found[0].episode, patient_id=found[0].episode.patient_id)
    return found


def scores_of(episode_id: int, program: Program, *, by: Actor) -> list[Score]:
    """An episode's scores, oldest first where a day is known, from forms and from registries; audited."""
    by.must(Permission.PATIENT_READ, program.pk)
    rows = Score.objects.of(program).filter(episode=episode_id).select_related("episode", "assignment")
    order = {point.id: point.day for point in standard().timepoints}
    found = sorted(rows, key=lambda s: (s.on or date.min, order.get(s.timepoint, 0), s.pk))
    if found:
        record("patient.read", by=by, about=found[0].episode, patient_id=found[0].episode.patient_id)
    return found


def points(episode: Episode, program: Program, *, by: Actor, at: datetime) -> list[Point]:
    """An episode's time points with their questionnaires and links; the reading is audited."""
    forms = assignments_of(episode.pk, program, by=by)
    links = {
        link.timepoint: link
        for link in Invitation.objects.of(program)
        .filter(episode=episode)
        .select_related("episode__program")
        .order_by("created_at", "pk")
    }
    groups: dict[str, list[Assignment]] = {}
    for form in forms:
        groups.setdefault(form.timepoint, []).append(form)
    today = at.astimezone(program.zone).date()
    return [
        _point(episode, timepoint, group, links.get(timepoint), today, at)
        for timepoint, group in groups.items()
    ]


def _point(
    episode: Episode,
    timepoint: str,
    forms: list[Assignment],
    link: Invitation | None,
    today: date,
    at: datetime,
) -> Point:
    waiting = [form for form in forms if form.status in UNFINISHED]
    language = link_language(episode)
    why = why_no_link(episode, waiting=waiting, asks_goals=asks_goals(timepoint))
    due, closes = min(form.due_on for form in forms), max(form.closes_on for form in forms)
    opens = due - (closes - due)
    if not why and today < opens:
        why = f"It is asked from {opens:%a} {opens.day} {opens:%b %Y} on."
    return Point(
        id=timepoint,
        title=title(timepoint),
        due_on=due,
        closes_on=closes,
        forms=[_row(form, today) for form in forms],
        link=link,
        link_live=link is not None and state_of(link, at=at) is LinkState.OPEN,
        link_state=_link_words(link, at=at) if link else "",
        why_no_link=why,
        link_note=_GOALS_ONLY if not why and not showable(waiting, language=language) else "",
        may_email=bool(episode.patient.email),
    )


_GOALS_ONLY = (
    "A link asks for goals only: no official wording may be shown in the patient's language. "
    "Call with an interpreter for the questionnaires."
)
_LINK_WORDS = {
    LinkState.COMPLETED: "Answers sent",
    LinkState.REVOKED: "Withdrawn",
    LinkState.LOCKED: "Locked after wrong birth dates: make a new one",
    LinkState.EXPIRED: "Expired",
}


def _link_words(link: Invitation, *, at: datetime) -> str:
    """How a link is doing, in a few words."""
    state = state_of(link, at=at)
    if state is not LinkState.OPEN:
        return _LINK_WORDS[state]
    days = (link.expires_at - at).days
    left = f"works for {days} more day{'' if days == 1 else 's'}" if days else "works until tomorrow"
    sent = "E-mailed" if link.emailed_at else "Made"
    day = link.created_at.astimezone(link.episode.program.zone)
    return f"{sent} {day:%a} {day.day} {day:%b}, {'opened' if link.opened_at else 'not opened yet'}, {left}"


def _row(form: Assignment, today: date) -> FormRow:
    scored = len(get(f"{form.instrument}@{form.version}").scored_items)
    answered = min(form.answered, scored)  # type: ignore[attr-defined]
    state, chip = form.get_status_display(), "chip-soft"
    if form.status == Status.STARTED:
        state = f"Started, {answered} of {scored} answered"
    elif form.status == Status.COMPLETED:
        chip = "chip-good"
        if form.not_asked:
            state, chip = "Completed, one question still to ask in person", "chip-warn"
    if form.status in UNFINISHED and form.due_on < today:
        days = (today - form.due_on).days
        state, chip = f"{state}, {days} day{'s' if days > 1 else ''} overdue", "chip-warn"
    return FormRow(
        assignment=form,
        title=short_title(get(f"{form.instrument}@{form.version}")),
        state=state,
        chip=chip,
        may_enter=form.status in UNFINISHED or bool(form.not_asked),
    )
