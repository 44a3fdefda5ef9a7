"""A task as a row of the list: who, what and why now, due, and the one next step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from allay_web.access.permissions import Permission
from allay_web.worklist.dispositions import choices_for, label
from allay_web.worklist.due import ago, due_words, is_late, local_day
from allay_web.worklist.models import Task, TaskKind

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program

CHIPS = {
    TaskKind.SAFETY: "chip-alarm",
    TaskKind.ITEM_9_NOT_ASKED: "chip-warn",
    TaskKind.LINK_LOCKED: "chip-warn",
}
STEPS = {
    TaskKind.SAFETY: "Open patient",
    TaskKind.ITEM_9_NOT_ASKED: "Ask and fill in",
    TaskKind.LINK_LOCKED: "Send a new link",
    TaskKind.INTERPRETER: "Arrange and fill in",
    TaskKind.REFERRAL: "Open referral",
    TaskKind.FORM: "Open forms",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row, ready to print."""

    task: Task
    who: str
    about: str
    language: str
    chip: str
    due: str
    late: bool
    note: str
    step: str
    step_url: str
    may_act: bool
    dispositions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def safety(self) -> bool:
        """Whether this is a safety alert."""
        return self.task.kind == TaskKind.SAFETY

    @property
    def must_acknowledge(self) -> bool:
        """Whether somebody must first take it on."""
        return self.safety and self.task.acknowledged_at is None

    @property
    def by_next_step(self) -> bool:
        """Whether setting a referral's next step is what closes it."""
        return self.task.kind == TaskKind.REFERRAL

    @property
    def closed(self) -> str:
        """What was done, once it is closed."""
        return label(self.task.kind, self.task.disposition) if self.task.closed_at else ""


def row_of(task: Task, *, program: Program, by: Actor, at: datetime) -> Row:
    """A task as a row; reads nothing but the task and what was fetched with it."""
    patient = task.patient
    safety = task.kind == TaskKind.SAFETY
    late = is_late(task.due_at, at=at) and not safety
    return Row(
        task=task,
        who=patient.name if patient else "The program",
        about=" · ".join(_about(task, program, at)),
        language=patient.get_language_display() if patient and patient.language not in {"en", ""} else "",
        chip=CHIPS.get(TaskKind(task.kind), ""),
        due="now" if safety else due_words(task.due_at, at=at, zone=program.zone),
        late=late or safety,
        note=_note(task, program, at),
        step=STEPS[TaskKind(task.kind)],
        step_url=_step_url(task, program),
        may_act=by.may(Permission.SAFETY_ACT if safety else Permission.TASK_ACT, program.pk),
        dispositions=choices_for(task.kind),
    )


def _about(task: Task, program: Program, at: datetime) -> list[str]:
    words = []
    if task.referral is not None and task.episode is None:
        days = (local_day(at, zone=program.zone) - task.referral.received_on).days
        words.append("Referred today" if days < 1 else f"Referred {days} day{'s' if days > 1 else ''} ago")
        words.append(task.referral.referred_by)
    elif task.episode is not None and task.episode.opened_on is not None:
        words.append(f"In since {task.episode.opened_on:%b} {task.episode.opened_on.year}")
    if task.patient is not None and task.patient.payer_type:
        words.append(task.patient.payer_name or task.patient.get_payer_type_display())
    if task.patient is not None and task.patient.best_time:
        words.append(f"best time: {task.patient.best_time}")
    return [word for word in words if word]


def _note(task: Task, program: Program, at: datetime) -> str:
    """Who has it, and for a safety alert what happens next and when."""
    owner = f"Owner: {task.owner}" if task.owner else "Nobody's yet"
    if task.kind != TaskKind.SAFETY:
        return f"{owner}."
    if task.acknowledged_at is not None:
        return f"{owner}, who took it {ago(task.acknowledged_at, at=at, zone=program.zone)}."
    if task.escalate_at is None:
        return f"{owner}. All directors were told."
    clock = f"{task.escalate_at.astimezone(program.zone):%H:%M}"
    heir = f"deputy {task.deputy} takes over" if task.deputy else "the directors take over"
    return f"{owner}; {heir} at {clock}."


def _step_url(task: Task, program: Program) -> str:
    """Where the next step is taken; nothing where the task is about no one."""
    if task.kind == TaskKind.REFERRAL and task.referral_id:
        return reverse("enrolment:referral", kwargs={"program": program.slug, "referral": task.referral_id})
    if task.episode_id:
        route = "care:patient" if task.kind == TaskKind.SAFETY else "outcomes:forms"
        return reverse(route, kwargs={"program": program.slug, "episode": task.episode_id})
    return ""
