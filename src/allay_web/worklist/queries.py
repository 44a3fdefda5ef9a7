"""Reading the worklist: what needs somebody today, who is on duty, and who may act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from allay_web.access.models import Membership, Program
from allay_web.access.permissions import Permission
from allay_web.access.roles import PERMISSIONS, Role
from allay_web.audit.record import record
from allay_web.worklist.due import local_day
from allay_web.worklist.duty import Duty, Shift, duty_at
from allay_web.worklist.models import Absence, DutyShift, Task, TaskKind

if TYPE_CHECKING:
    from allay_web.access.actor import Actor

ROWS_A_PAGE = 40

Whose = Literal["mine", "all"]


@dataclass(frozen=True, slots=True)
class Today:
    """One page of the list, with how much there is in all."""

    tasks: list[Task]
    things: int
    late: int
    closed_today: int
    page: int
    pages: int

    @property
    def below(self) -> int:
        """How many come on later pages."""
        return max(self.things - (self.page - 1) * ROWS_A_PAGE - len(self.tasks), 0)


def _needs(program: Program, *, by: Actor, at: datetime, whose: Whose) -> QuerySet[Task]:
    """Open tasks that are not put off. A safety alert is on the list of everybody who may act on it."""
    tasks = Task.objects.of(program).filter(closed_at=None)
    tasks = tasks.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=at))
    if whose == "mine":
        mine = Q(owner=None) | Q(owner=by.user_id)
        if by.may(Permission.SAFETY_ACT, program.pk):
            mine |= Q(kind=TaskKind.SAFETY)
        tasks = tasks.filter(mine)
    return tasks


@transaction.atomic
def today(program: Program, *, by: Actor, at: datetime, whose: Whose = "all", page: int = 1) -> Today:
    """What needs somebody now: safety first, then what is late, then by due time; one audit entry."""
    by.must(Permission.TASK_READ, program.pk)
    needs = _needs(program, by=by, at=at, whose=whose)
    late = Q(due_at__lt=at) & ~Q(kind=TaskKind.SAFETY)
    counts = needs.aggregate(things=Count("pk"), late=Count("pk", filter=late))
    pages = max(-(-counts["things"] // ROWS_A_PAGE), 1)
    page = min(max(page, 1), pages)
    urgency = Case(
        When(kind=TaskKind.SAFETY, acknowledged_at=None, then=Value(0)),
        When(kind=TaskKind.SAFETY, then=Value(1)),
        When(late, then=Value(2)),
        default=Value(3),
    )
    ordered = needs.select_related("patient", "episode", "referral", "owner", "deputy").order_by(
        urgency, F("due_at").asc(nulls_last=True), "opened_at", "pk"
    )
    tasks = list(ordered[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE])
    seen = sorted({task.patient_id for task in tasks if task.patient_id})
    record("patient.list", by=by, detail={"page": "today", "patients": seen})
    return Today(tasks, counts["things"], counts["late"], _closed_today(program, by, at, whose), page, pages)


def _closed_today(program: Program, by: Actor, at: datetime, whose: Whose) -> int:
    midnight = datetime.combine(local_day(at, zone=program.zone), time(0), tzinfo=program.zone)
    closed = Task.objects.of(program).filter(closed_at__gte=midnight)
    return closed.filter(closed_by=by.user_id).count() if whose == "mine" else closed.count()


def counts(program: Program, *, by: Actor, at: datetime, whose: Whose) -> dict[str, int]:
    """How many things need somebody, and how many of them are late; names nobody."""
    late = Q(due_at__lt=at) & ~Q(kind=TaskKind.SAFETY)
    needs = _needs(program, by=by, at=at, whose=whose)
    return needs.aggregate(things=Count("pk"), late=Count("pk", filter=late))


def tasks_of(program: Program) -> QuerySet[Task]:
    """The program's tasks, to look one up by its id."""
    tasks: QuerySet[Task] = Task.objects.of(program)
    return tasks.select_related("patient", "episode", "referral", "owner", "deputy")


def open_of_episode(program: Program, *, episode_id: int) -> QuerySet[Task]:
    """Open tasks of one episode, the most urgent first; the caller's page audits the reading."""
    return tasks_of(program).filter(episode_id=episode_id, closed_at=None).order_by("due_at", "pk")


def staff_with(program: Program | int, permission: Permission) -> list[Membership]:
    """Active members whose role includes a permission, in the order they joined."""
    roles = [role for role in Role if permission in PERMISSIONS[role]]
    members = Membership.objects.filter(program=program, role__in=roles, is_active=True, user__is_active=True)
    return list(members.select_related("user").order_by("pk"))


def away(program: Program, at: datetime) -> set[int]:
    """Ids of those who are away on the program's calendar day of a moment."""
    day = local_day(at, zone=program.zone)
    absences = Absence.objects.of(program).filter(first_day__lte=day, last_day__gte=day)
    return set(absences.values_list("user_id", flat=True))


def shifts_of(program: Program) -> list[Shift]:
    """The week's shifts as plain values."""
    rows = DutyShift.objects.of(program).order_by("weekday", "starts")
    return [Shift(*row) for row in rows.values_list("weekday", "starts", "ends", "owner_id", "deputy_id")]


def on_duty(program: Program, at: datetime) -> Duty | None:
    """Who answers safety alerts at a moment, by the program's clock; None when nobody does.

    An absent owner's deputy acts as owner. Somebody whose membership ended, or whose role may not act on
    safety alerts, counts as absent. A shift's start belongs to it and its end does not.
    """
    shifts = shifts_of(program)
    if not shifts:
        return None
    able = {member.user_id for member in staff_with(program, Permission.SAFETY_ACT)}
    named = {shift.owner_id for shift in shifts} | {shift.deputy_id for shift in shifts if shift.deputy_id}
    absent = away(program, at) | (named - able)
    return duty_at(shifts, absent=absent, local=at.astimezone(program.zone))


def responsible(program: Program, at: datetime) -> Duty:
    """Who gets a safety alert in any case: whoever is on duty, else the first director who is there.

    An alert can arise outside duty hours, from answers a member of staff enters or when a shift ends while
    a patient answers. With no director, anybody who may act gets it; with nobody left, the oldest member.
    """
    if (duty := on_duty(program, at)) is not None:
        return duty
    gone = away(program, at)
    able = staff_with(program, Permission.SAFETY_ACT)
    able.sort(key=lambda member: (member.role != Role.DIRECTOR, member.user_id in gone))
    if able:
        return Duty(able[0].user_id, able[1].user_id if len(able) > 1 else None)
    oldest = Membership.objects.filter(program=program).order_by("-is_active", "pk")[:1]
    return Duty(oldest.get().user_id)


def duty_page(program: Program, *, by: Actor, at: datetime) -> dict[str, object]:
    """What the settings page shows: shifts, absences to come, who may act, and who is on duty now."""
    by.must(Permission.PROGRAM_CONFIGURE, program.pk)
    day = local_day(at, zone=program.zone)
    duty = on_duty(program, at)
    names = {member.user_id: str(member.user) for member in staff_with(program, Permission.TASK_ACT)}
    return {
        "shifts": list(shifts(program)),
        "absences": list(absences(program).filter(last_day__gte=day - timedelta(days=7))),
        "on_duty": names.get(duty.owner_id) if duty else None,
        "deputy": names.get(duty.deputy_id) if duty and duty.deputy_id else None,
    }


def shifts(program: Program) -> QuerySet[DutyShift]:
    """The week's shifts, in order, with names."""
    rows: QuerySet[DutyShift] = DutyShift.objects.of(program)
    return rows.select_related("owner", "deputy").order_by("weekday", "starts", "pk")


def absences(program: Program) -> QuerySet[Absence]:
    """Absences in order of their first day, with names."""
    rows: QuerySet[Absence] = Absence.objects.of(program)
    return rows.select_related("user").order_by("first_day", "pk")


def addresses(users: Sequence[int]) -> list[str]:
    """E-mail addresses of members of staff who can sign in."""
    members = Membership.objects.filter(user_id__in=users, is_active=True, user__is_active=True)
    return sorted(set(members.values_list("user__email", flat=True)))


def lock(program: Program) -> Program:
    """The program's row, locked until the transaction ends."""
    return Program.objects.select_for_update().get(pk=program.pk)
