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


__all__ = ["members"]
