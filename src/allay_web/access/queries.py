"""Who is in a program."""

from __future__ import annotations

from django.db.models import QuerySet

from allay_web.access.models import Membership, Program


def members(program: Program) -> QuerySet[Membership]:
    """Everybody who is or was in the program, by name; those who left come last."""
    return (
        Membership.objects.filter(program=program)
        .select_related("user", "program")
        .order_by("-is_active", "user__name", "pk")
    )


def memberships_of(user_id: int | None) -> QuerySet[Membership]:
    """Where a person may go: their active memberships, by the program's name."""
    if user_id is None:
        return Membership.objects.none()
    return (
        Membership.objects.filter(user_id=user_id, is_active=True)
        .select_related("program")
        .order_by("program__name")
    )


def find_program(slug: str) -> Program | None:
    """The program of this short name, if there is one."""
    return Program.objects.filter(slug=slug).first()


def any_program() -> bool:
    """Whether this installation holds a program yet."""
    return Program.objects.exists()


__all__ = ["any_program", "find_program", "members", "memberships_of"]
