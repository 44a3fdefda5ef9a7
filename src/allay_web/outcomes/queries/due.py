"""Which questionnaires wait for whom, and why: what the worklist is told at every tick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from allay.measures.catalog import get
from allay_web.access.permissions import Permission
from allay_web.outcomes import keys
from allay_web.outcomes.asking import short_title
from allay_web.outcomes.models import Assignment, Invitation
from allay_web.outcomes.queries.links import (
    UNFINISHED,
    LinkState,
    interpreter_needed,
    link_language,
    showable,
    state_of,
)
from allay_web.outcomes.queries.watch import follow_up
from allay_web.outcomes.schedule import title
from allay_web.worklist.actions import NewTask, Settled, TaskKind, end_of_day
from allay_web.worklist.queries import staff_with, tasks_of

if TYPE_CHECKING:
    from allay_web.access.models import Program
    from allay_web.enrolment.models import Episode

# House rules: a patient gets some days before somebody calls, and what a person put to rest stays so a while.
UNOPENED_AFTER = timedelta(days=3)
UNFINISHED_AFTER = timedelta(days=1)
REST = timedelta(days=7)
REFUSED = "refused"

Place = tuple[int, str]  # episode and time point


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is unanswered at one time point of one episode."""

    episode: Episode
    timepoint: str
    forms: list[Assignment]
    link: Invitation | None

    @property
    def due_on(self) -> date:
        """The day the first of them is due."""
        return min(form.due_on for form in self.forms)

    @property
    def needs_interpreter(self) -> bool:
        """Whether any of them may not be shown in the patient's language, or the one chosen on the link."""
        return interpreter_needed(self.forms, language=self._language)

    @property
    def on_paper_only(self) -> bool:
        """Whether none of them may be shown at all, so that no link can bring the answers."""
        return not showable(self.forms, language=self._language)

    @property
    def _language(self) -> str:
        return self.link.language if self.link else link_language(self.episode)


def waiting(program: Program) -> list[Waiting]:
    """Everything unanswered in a program, by episode and time point, in two queries."""
    forms = (
        Assignment.objects.of(program)
        .filter(status__in=UNFINISHED)
        .select_related("episode__patient", "episode__program", "episode__referral")
        .annotate(answered=Count("answers", filter=Q(answers__value__isnull=False)))
        .order_by("episode_id", "due_on", "pk")
    )
    links: dict[Place, Invitation] = {
        (link.episode_id, link.timepoint): link
        for link in Invitation.objects.of(program)
        .filter(revoked_at=None, completed_at=None)
        .order_by("created_at")
    }
    groups: dict[Place, list[Assignment]] = defaultdict(list)
    for form in forms:
        groups[form.episode_id, form.timepoint].append(form)
    return [Waiting(group[0].episode, place[1], group, links.get(place)) for place, group in groups.items()]


def phase_of(group: Waiting, *, at: datetime) -> tuple[str, str] | None:
    """What a due time point waits for, and why a person is needed; None while the patient has time."""
    zone = group.episode.program.zone
    started = [form for form in group.forms if form.status == Assignment.Status.STARTED]
    if started:
        since = max(form.started_at for form in started if form.started_at)
        counts = ", ".join(f"{_name(form)} {_answered(form)}" for form in started)
        return ("unfinished", f"started, {counts}") if at - since >= UNFINISHED_AFTER else None
    if group.on_paper_only:
        return "on_paper", "no wording is shipped; give it on paper and enter the answers"
    link = group.link
    if link is None:
        return "no_link", "no link sent yet"
    state = state_of(link, at=at)
    if state is not LinkState.OPEN:
        return "no_link", f"the link is {state}, make a new one"
    if at - link.created_at < UNOPENED_AFTER:
        return None
    day = link.created_at.astimezone(zone)
    opened = "opened, nothing answered" if link.opened_at else "not opened"
    return "unopened", f"link sent {day:%a} {day.day} {day:%b}, {opened}"


def _name(form: Assignment) -> str:
    return short_title(get(f"{form.instrument}@{form.version}"))


def _answered(form: Assignment) -> str:
    scored = len(get(f"{form.instrument}@{form.version}").scored_items)
    return f"{min(form.answered, scored)} of {scored} answered"  # type: ignore[attr-defined]


def wanted_tasks(program: Program, groups: list[Waiting], *, at: datetime) -> Iterator[NewTask]:
    """The tasks that should be open now, whether they are or not."""
    today = at.astimezone(program.zone).date()
    able = {member.user_id for member in staff_with(program, Permission.LINK_CREATE)}
    usual = follow_up(program)
    for group in groups:
        episode = group.episode
        if group.needs_interpreter:
            kind, key = TaskKind.INTERPRETER, keys.interpreter(episode.pk, group.timepoint)
            why = "needs interpreter: no official wording in the patient's language"
        elif (phase := phase_of(group, at=at)) is not None:
            kind, key = TaskKind.FORM, keys.form(episode.pk, group.timepoint, phase[0])
            why = phase[1]
        else:
            continue
        if group.due_on > today:
            continue
        referrer = episode.referral.owner_id if episode.referral else None
        yield NewTask(
            kind=kind,
            key=key,
            why=f"{title(group.timepoint)}, {', '.join(_name(form) for form in group.forms)}: {why}"[:300],
            patient_id=episode.patient_id,
            episode_id=episode.pk,
            owner_id=referrer if referrer in able else usual,
            due_at=end_of_day(group.due_on, zone=program.zone),
        )


def open_keys(program: Program) -> set[str]:
    """The keys of the questionnaire tasks that are open."""
    tasks = tasks_of(program).filter(kind__in=(TaskKind.FORM, TaskKind.INTERPRETER), closed_at=None)
    return set(tasks.values_list("key", flat=True))


def put_to_rest(program: Program, *, at: datetime) -> tuple[set[str], set[str]]:
    """Keys a person closed of late, and those closed because the patient does not want to answer."""
    closed = (
        tasks_of(program)
        .filter(kind__in=(TaskKind.FORM, TaskKind.INTERPRETER), closed_at__isnull=False)
        .exclude(disposition__in=Settled.values)
    )
    recent = set(closed.filter(closed_at__gt=at - REST).values_list("key", flat=True))
    refused = set(closed.filter(disposition=REFUSED).values_list("key", flat=True))
    return recent, refused
