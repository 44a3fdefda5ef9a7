"""What may be said when a task is closed: our own words, one list per kind of task."""

from __future__ import annotations

from django.db import models

from allay_web.worklist.models import TaskKind


class SafetyDisposition(models.TextChoices):
    """What was done about a safety alert. Each says that somebody acted or asked for help."""

    SAFETY_PLAN = "safety_plan", "Spoken with patient, safety plan made"
    NO_ACUTE_RISK = "no_acute_risk", "Assessed, no acute risk"
    CRISIS_SERVICE = "crisis_service", "Transferred to crisis service"
    EMERGENCY = "emergency", "Emergency services called"
    WELFARE_CHECK = "welfare_check", "Could not reach - welfare check requested"


class AskedDisposition(models.TextChoices):
    """What came of a question that had to be put in person."""

    ASKED_NO_RISK = "asked_no_risk", "Asked, no risk"
    ASKED_RISK = "asked_risk", "Asked, risk handled as a safety alert"
    NOT_REACHED = "not_reached", "Could not reach after several tries"
    DECLINED = "declined_to_answer", "Patient would rather not answer"


class LinkDisposition(models.TextChoices):
    """What was done about a locked link."""

    NEW_LINK = "new_link", "New link sent"
    BY_PHONE = "by_phone", "Answers taken by phone"
    NOT_PATIENT = "not_patient", "Not the patient - link withdrawn"


class InterpreterDisposition(models.TextChoices):
    """What was arranged."""

    ARRANGED = "arranged", "Interpreter arranged"
    NOT_NEEDED = "not_needed", "Patient prefers English"
    UNAVAILABLE = "unavailable", "No interpreter to be had"


class FormDisposition(models.TextChoices):
    """What came of a questionnaire that was due."""

    BY_PHONE = "by_phone", "Filled in by phone"
    REMINDED = "reminded", "Reminded - patient will answer"
    REFUSED = "refused", "Patient does not want to answer"
    UNREACHED = "unreached", "Could not reach after several tries"


class Settled(models.TextChoices):
    """Closed by what happened, without anybody closing it by hand."""

    ANSWERED = "answered", "Answered"
    ARRANGED = "arranged", "Arranged"
    NEXT_STEP = "next_step", "Next step set"
    DECIDED = "decided", "Decided"
    WINDOW_CLOSED = "window_closed", "Time for it has passed"
    UNLOCKED = "unlocked", "New link made"
    NO_LONGER_NEEDED = "no_longer_needed", "No longer needed"


# A referral's task has no list: setting its next step, or deciding it, is what closes it.
BY_HAND: dict[TaskKind, type[models.TextChoices] | None] = {
    TaskKind.SAFETY: SafetyDisposition,
    TaskKind.ITEM_9_NOT_ASKED: AskedDisposition,
    TaskKind.LINK_LOCKED: LinkDisposition,
    TaskKind.INTERPRETER: InterpreterDisposition,
    TaskKind.REFERRAL: None,
    TaskKind.FORM: FormDisposition,
}


def choices_for(kind: str) -> list[tuple[str, str]]:
    """The dispositions a person may give a task of this kind; none for a referral's."""
    words = BY_HAND[TaskKind(kind)]
    return list(words.choices) if words else []


def label(kind: str, value: str) -> str:
    """A disposition in words."""
    return dict([*Settled.choices, *choices_for(kind)]).get(value, value.replace("_", " "))
