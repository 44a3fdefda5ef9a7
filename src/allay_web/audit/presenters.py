"""The audit trail in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allay_web.audit.models import AuditEntry

LABELS = {
    "absence.add": "Entered an absence",
    "absence.remove": "Removed an absence",
    "access.denied": "Was refused a page",
    "account.factor_add": "Set up a second factor or its recovery codes",
    "account.factor_remove": "Removed a second factor or its recovery codes",
    "account.password_change": "Changed the password",
    "account.password_reset": "Set the password with a link",
    "account.password_set": "Set a first password",
    "account.sign_in": "Signed in",
    "account.sign_in_refused": "A sign-in was refused",
    "account.sign_out": "Signed out",
    "answer.save": "Saved an answer",
    "audit.read": "Read the audit trail",
    "audit.verify": "Checked the audit trail: whole",
    "dashboard.read": "Read the dashboard",
    "duty.add": "Entered hours of duty",
    "duty.remove": "Removed hours of duty",
    "episode.completed": "Completed an episode",
    "episode.left": "Closed an episode that ended early",
    "episode.open_registry": "Opened episodes from a registry",
    "form.amend": "Corrected a questionnaire's answers",
    "form.assign": "Assigned questionnaires",
    "form.close": "Closed a questionnaire",
    "form.complete": "Completed a questionnaire",
    "form.draft": "Kept a questionnaire's answers for later",
    "form.enter": "Entered a questionnaire's answers",
    "form.read": "Read a questionnaire",
    "form.submit": "Submitted a questionnaire",
    "goal.rate": "Rated a goal",
    "goal.read": "Read goals",
    "goal.state": "Wrote down goals",
    "help.seen": "Was shown crisis help",
    "link.complete": "Finished a private link",
    "link.create": "Made a private link",
    "link.email": "Sent a private link by e-mail",
    "link.language": "Chose the language of a private link",
    "link.lock": "A private link was locked",
    "link.open": "Opened a private link",
    "link.refuse": "A private link was refused",
    "link.revoke": "Took back a private link",
    "link.unlock": "Unlocked a private link",
    "member.activate": "Let somebody in again",
    "member.add": "Added somebody to the program",
    "member.change_role": "Changed somebody's role",
    "member.deactivate": "Closed somebody's access",
    "patient.edit": "Changed a patient's details",
    "patient.list": "Read a list of patients",
    "patient.merge": "Merged two records of one patient",
    "patient.read": "Read a patient's record",
    "patient.register": "Registered a patient",
    "patient.register_many": "Registered several patients",
    "patient.register_registry": "Registered a registry's patients",
    "program.add": "Opened the program",
    "program.configure": "Changed the program's settings",
    "referral.accept": "Accepted a referral",
    "referral.contact": "Logged a contact",
    "referral.decline": "Declined a referral",
    "referral.enter": "Entered a referral",
    "referral.import": "Imported referrals",
    "referral.next_step": "Set a referral's next step",
    "referral.resume": "Took up a waiting referral",
    "referral.wait": "Set a referral to wait",
    "registry.import": "Imported a registry",
    "report.outcomes": "Made an outcomes report",
    "report.read": "Read a report",
    "task.acknowledge": "Acknowledged a task",
    "task.close": "Closed a task",
    "task.escalate": "A task went to the deputy",
    "task.hand_over": "Handed over a task",
    "task.open": "Opened a task",
    "task.open_many": "Opened several tasks",
    "task.snooze": "Put off a task",
    "task.tell_anew": "Told of a task anew",
    "trail.open": "Began a trail",
    "upload.expire": "Deleted files nobody confirmed",
    "upload.finish": "Took a file in",
    "upload.hold": "Uploaded a file",
    "upload.read": "Read an uploaded file",
    "upload.take": "Confirmed an uploaded file",
}

KINDS = {"staff": "", "patient_link": "patient, by private link", "system": "Allay itself"}
NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page shows it."""

    number: int
    at: datetime
    who: str
    kind: str
    what: str
    patient_id: int | None
    about: str
    detail: str
    address: str


def label(action: str) -> str:
    """An action in words."""
    return LABELS.get(action) or " ".join(reversed(action.replace("_", " ").split("."))).capitalize()


def _value(value: Any) -> str:
    if isinstance(value, list):
        shown = ", ".join(str(item) for item in value[:NAMES_SHOWN])
        more = len(value) - NAMES_SHOWN
        return f"{shown} and {more} more" if more > 0 else shown
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(inner)}" for key, inner in value.items())
    return "none" if value is None else str(value).replace("_", " ")


def detail(entry: AuditEntry) -> str:
    """The further facts of an entry."""
    facts = {key: value for key, value in entry.detail.items() if value not in ("", [], {})}
    return "; ".join(f"{key.replace('_', ' ')}: {_value(value)}" for key, value in facts.items())


def line(entry: AuditEntry) -> Line:
    """One entry, ready to be shown."""
    about = entry.object_type.rpartition(".")[2].replace("_", " ")
    return Line(
        number=entry.number,
        at=entry.at,
        who=entry.actor_name,
        kind=KINDS.get(entry.actor_kind, entry.actor_kind),
        what=label(entry.action),
        patient_id=entry.patient_id,
        about=f"{about} {entry.object_id}" if entry.object_id is not None else about,
        detail=detail(entry),
        address=entry.address,
    )
