"""Reading referrals and episodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.enrolment.models import Contact, Episode, Referral, ReferralStatus
from allay_web.enrolment.reminders import UNDECIDED
from allay_web.worklist.queries import staff_with

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Membership, Program

ROWS_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Page:
    """One page of referrals, with how many there are and how many need somebody."""

    referrals: list[Referral]
    total: int
    no_step: int
    overdue: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """Everybody referred, and how far they came. A registry's episodes were never referred here.

    `days_to_accept` is the median of whole days from receipt to acceptance; None with nobody accepted.
    """

    referred: int
    open: int
    waiting: int
    accepted: int
    declined: int
    days_to_accept: float | None
    active: int
    completed: int
    left: int
    from_registry: int


def referrals_of(program: Program) -> QuerySet[Referral]:
    """The program's referrals, to look one up by its id."""
    referrals: QuerySet[Referral] = Referral.objects.of(program)
    return referrals.select_related("program", "patient", "owner", "decided_by")


@transaction.atomic
def referral_list(
    program: Program,
    *,
    by: Actor,
    on: date,
    owner_id: int | None = None,
    blocked_by: str | None = None,
    status: str = "",
    page: int = 1,
) -> Page:
    """Referrals that need a hand first: those without a next step, then overdue, then longest waiting.

    Parameters
    ----------
    status : a `ReferralStatus`, or blank for all that are undecided
    blocked_by : a `Blocker`; blank finds those nothing blocks, None does not ask
    """
    by.must(Permission.REFERRAL_READ, program.pk)
    chosen = referrals_of(program)
    chosen = chosen.filter(status=status) if status else chosen.filter(status__in=UNDECIDED)
    if owner_id is not None:
        chosen = chosen.filter(owner_id=owner_id)
    if blocked_by is not None:
        chosen = chosen.filter(blocked_by=blocked_by)
    no_step = Q(next_step="", status__in=UNDECIDED)
    overdue = Q(due_on__lt=on, status__in=UNDECIDED)
    counts = chosen.aggregate(
        total=Count("pk"), no_step=Count("pk", filter=no_step), overdue=Count("pk", filter=overdue)
    )
    pages = max(-(-counts["total"] // ROWS_A_PAGE), 1)
    page = min(max(page, 1), pages)
    need = Case(When(no_step, then=Value(0)), When(overdue, then=Value(1)), default=Value(2))
    ordered = _with_last_contact(chosen, program).order_by(need, *_order(status))
    found = list(ordered[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE])
    seen = sorted({referral.patient_id for referral in found})
    record("patient.list", by=by, detail={"page": "referrals", "patients": seen})
    return Page(found, page=page, pages=pages, **counts)


def _order(status: str) -> list[Any]:
    decided = status in {ReferralStatus.ACCEPTED, ReferralStatus.DECLINED}
    return [F("decided_on").desc(), "-pk"] if decided else ["received_on", "pk"]


def _with_last_contact(referrals: QuerySet[Referral], program: Program) -> QuerySet[Referral]:
    last = Contact.objects.of(program).filter(referral=OuterRef("pk")).order_by("-at", "-pk")
    return referrals.annotate(
        last_contact_at=Subquery(last.values("at")[:1]),
        last_contact_channel=Subquery(last.values("channel")[:1]),
        last_contact_outcome=Subquery(last.values("outcome")[:1]),
    )


@transaction.atomic
def referral(program: Program, referral_id: int, *, by: Actor) -> Referral | None:
    """One referral with its patient; one audit entry."""
    by.must(Permission.REFERRAL_READ, program.pk)
    found = referrals_of(program).select_related("episode").filter(pk=referral_id).first()
    if found is not None:
        record("patient.read", by=by, about=found, patient_id=found.patient_id)
    return found


def contacts(referral: Referral) -> list[Contact]:
    """A referral's contact log, the latest first; the caller's page audits the reading."""
    log = Contact.objects.of(referral.program_id).filter(referral=referral)
    return list(log.select_related("by").order_by("-at", "-pk"))


def undecided_of(program: Program, *, patients: Iterable[int]) -> dict[int, Referral]:
    """Undecided referrals by patient id."""
    wanted = set(patients)
    return {
        found.patient_id: found
        for found in Referral.objects.of(program).filter(status__in=UNDECIDED)
        if found.patient_id in wanted
    }


def owners(program: Program) -> list[Membership]:
    """Who may own a referral."""
    return staff_with(program, Permission.REFERRAL_TRIAGE)


def clinicians(program: Program) -> list[Membership]:
    """Who may be an episode's clinician."""
    return staff_with(program, Permission.EPISODE_WRITE)


def may_own(program: Program, user_id: int) -> bool:
    """Whether somebody may own a referral."""
    return user_id in {member.user_id for member in owners(program)}


def may_treat(program: Program, user_id: int) -> bool:
    """Whether somebody may be an episode's clinician."""
    return user_id in {member.user_id for member in clinicians(program)}


def episodes_of(program: Program) -> QuerySet[Episode]:
    """The program's episodes, to look one up by its id."""
    episodes: QuerySet[Episode] = Episode.objects.of(program)
    return episodes.select_related("program", "patient", "referral", "clinician")


def episode(program: Program, episode_id: int) -> Episode | None:
    """One episode with its patient and referral; the caller's page audits the reading."""
    return episodes_of(program).filter(pk=episode_id).first()


def registry_episodes(program: Program) -> dict[str, int]:
    """Episode ids by the registry's number for the person, merged patients included."""
    known = Episode.objects.of(program).exclude(registry_key="")
    return dict(known.values_list("registry_key", "pk"))


def episode_facts(program: Program) -> QuerySet[Any, tuple[Any, ...]]:
    """What groups and predicts outcomes, of every episode; no name, and no audit entry.

    Rows of id, source, status, opened on, born on, age at start, sex, language, payer type, payer name.
    Days are ISO text: a dashboard reads tens of thousands, and SQLite's driver takes longer over a date
    than over a row.
    """
    rows: QuerySet[Any, tuple[Any, ...]] = Episode.objects.of(program).values_list(
        "pk",
        "source",
        "status",
        _text("opened_on"),
        _text("patient__birth_date"),
        "age_at_start",
        "patient__sex",
        "patient__language",
        "patient__payer_type",
        "patient__payer_name",
    )
    return rows


def funnel(program: Program) -> Funnel:
    """Counts of everybody referred and of every episode, in three queries."""
    status = Referral.objects.of(program).aggregate(
        referred=Count("pk"),
        **{name: Count("pk", filter=Q(status=name)) for name in ReferralStatus.values},
    )
    ended = Episode.objects.of(program).aggregate(
        **{name: Count("pk", filter=Q(status=name)) for name in Episode.Status.values},
        from_registry=Count("pk", filter=Q(source=Episode.Source.REGISTRY)),
    )
    taken = Referral.objects.of(program).filter(status=ReferralStatus.ACCEPTED)
    days = np.array(list(taken.values_list(_text("received_on"), _text("decided_on"))), dtype="datetime64[D]")
    waited = np.diff(days, axis=1).astype(np.float64) if len(days) else np.empty(0)
    return Funnel(**status, **ended, days_to_accept=float(np.median(waited)) if waited.size else None)


def _text(day: str) -> Cast:
    """A date as `YYYY-MM-DD`."""
    return Cast(day, CharField())


def days_waiting(referral: Referral, *, on: date) -> int:
    """Whole days from receipt to the decision, or to today while there is none."""
    return ((referral.decided_on or on) - referral.received_on).days


__all__ = [
    "Funnel",
    "Page",
    "clinicians",
    "contacts",
    "days_waiting",
    "episode",
    "episode_facts",
    "episodes_of",
    "funnel",
    "owners",
    "referral",
    "referral_list",
    "referrals_of",
    "registry_episodes",
    "undecided_of",
]
