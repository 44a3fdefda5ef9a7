"""Everything a person may be allowed to do in a program. One name a permission, in alphabetical order."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What one role of a program may do; a patient's link carries `FORM_ANSWER` alone."""

    AUDIT_READ = "audit.read"
    DASHBOARD_READ = "dashboard.read"
    EPISODE_WRITE = "episode.write"
    FORM_ANSWER = "form.answer"
    FORM_ASSIGN = "form.assign"
    FORM_ENTER = "form.enter"
    GOAL_WRITE = "goal.write"
    LINK_CREATE = "link.create"
    PATIENT_MERGE = "patient.merge"
    PATIENT_READ = "patient.read"
    PROGRAM_CONFIGURE = "program.configure"
    REFERRAL_READ = "referral.read"
    REFERRAL_TRIAGE = "referral.triage"
    REFERRAL_WRITE = "referral.write"
    REGISTRY_IMPORT = "registry.import"
    SAFETY_ACT = "safety.act"
    TASK_ACT = "task.act"
    TASK_READ = "task.read"
