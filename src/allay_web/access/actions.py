"""Opening a program, and letting people into it or out of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from allay.base.errors import AllayError
from allay_web.access.actor import Actor, system
from allay_web.access.models import Membership, Program
from allay_web.access.permissions import Permission
from allay_web.access.roles import Role
from allay_web.accounts.models import User
from allay_web.audit.record import record


class LastDirector(AllayError):  # noqa: N818
    """A program would be left with nobody who can let people in."""

    def __init__(self) -> None:
        super().__init__("expected another active director first; this one is the program's last")


@transaction.atomic
def add_program(*, name: str, slug: str, **fields: Any) -> Program:
    """Open a program; an operator does it, so its own system is the actor."""
    program = Program(name=name, slug=slug, **fields)
    program.full_clean()
    program.save()
    record("program.add", by=system(program, name="operator"), about=program)
    return program


@transaction.atomic
def add_member(*, program: Program, email: str, name: str, role: str, by: Actor) -> Membership:
    """Give a person a role in a program; the account is made where there is none, without a password.

    Somebody who was in the program before comes back with the new role.
    """
    by.must(Permission.PROGRAM_CONFIGURE, program.pk)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email=email.strip(), name=name)
    membership, new = Membership.objects.select_for_update().get_or_create(
        program=program, user=user, defaults={"role": Role(role)}
    )
    if not new:
        _keep_a_director(membership, role=Role(role), active=True)
        membership.role, membership.is_active = Role(role), True
        membership.save()
    record("member.add", by=by, about=membership, detail={"user": user.pk, "role": str(role)})
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: Actor) -> Membership:
    """Give a member another role."""
    by.must(Permission.PROGRAM_CONFIGURE, membership.program_id)
    held = _locked(membership)
    _keep_a_director(held, role=Role(role), active=held.is_active)
    before, held.role = held.role, Role(role)
    held.save(update_fields=["role"])
    detail = {"user": held.user_id, "from": str(before), "to": str(held.role)}
    record("member.change_role", by=by, about=held, detail=detail)
    return held


@transaction.atomic
def set_active(*, membership: Membership, active: bool, by: Actor) -> Membership:
    """Let a member in or out; the next page they ask for already obeys."""
    by.must(Permission.PROGRAM_CONFIGURE, membership.program_id)
    held = _locked(membership)
    _keep_a_director(held, role=Role(held.role), active=active)
    held.is_active = active
    held.save(update_fields=["is_active"])
    action = "member.activate" if active else "member.deactivate"
    record(action, by=by, about=held, detail={"user": held.user_id})
    return held


def _locked(membership: Membership) -> Membership:
    """The membership anew, with the program's row locked: two directors may let each other out at once."""
    Program.objects.select_for_update().get(pk=membership.program_id)
    return Membership.objects.select_related("user").get(pk=membership.pk)


def _keep_a_director(membership: Membership, *, role: Role, active: bool) -> None:
    if active and role == Role.DIRECTOR:
        return
    others = Membership.objects.filter(
        program_id=membership.program_id, role=Role.DIRECTOR, is_active=True
    ).exclude(pk=membership.pk)
    if membership.role == Role.DIRECTOR and membership.is_active and not others.exists():
        raise LastDirector


__all__ = ["LastDirector", "add_member", "add_program", "change_role", "set_active"]
