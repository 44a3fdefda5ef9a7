"""Roles and what each may do. Nobody may do anything that is not written here."""

from __future__ import annotations

from django.db import models

from allay_web.access.permissions import Permission as P  # noqa: N817


class Role(models.TextChoices):
    """A person's part in one program."""

    DIRECTOR = "director", "Director"
    COORDINATOR = "coordinator", "Care coordinator"
    CLINICIAN = "clinician", "Clinician"
    FINANCE = "finance", "Finance lead"
    ANALYST = "analyst", "Analyst (limited data)"


_CARE = frozenset({P.FORM_ASSIGN, P.FORM_ENTER, P.GOAL_WRITE, P.PATIENT_READ, P.TASK_ACT, P.TASK_READ})

PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.DIRECTOR: _CARE
    | {
        P.AUDIT_READ,
        P.DASHBOARD_READ,
        P.EPISODE_WRITE,
        P.LINK_CREATE,
        P.PATIENT_MERGE,
        P.PROGRAM_CONFIGURE,
        P.REFERRAL_READ,
        P.REFERRAL_TRIAGE,
        P.REFERRAL_WRITE,
        P.REGISTRY_IMPORT,
        P.SAFETY_ACT,
    },
    Role.COORDINATOR: _CARE
    | {
        P.DASHBOARD_READ,
        P.EPISODE_WRITE,
        P.LINK_CREATE,
        P.PATIENT_MERGE,
        P.REFERRAL_READ,
        P.REFERRAL_TRIAGE,
        P.REFERRAL_WRITE,
        P.SAFETY_ACT,
    },
    Role.CLINICIAN: _CARE
    | {P.DASHBOARD_READ, P.EPISODE_WRITE, P.LINK_CREATE, P.REFERRAL_READ, P.REFERRAL_TRIAGE, P.SAFETY_ACT},
    # Aggregates with small cells hidden; no page that names a patient.
    Role.FINANCE: frozenset({P.DASHBOARD_READ}),
    Role.ANALYST: frozenset({P.DASHBOARD_READ}),
}
