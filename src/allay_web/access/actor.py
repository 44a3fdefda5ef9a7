"""Who acts: a member of staff, a patient through a private link, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import PermissionDenied

from allay_web.access.permissions import Permission

if TYPE_CHECKING:
    from allay_web.access.models import Membership, Program

Kind = Literal["staff", "patient_link", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in one program, with what they may do there.

    Parameters
    ----------
    kind : staff, patient_link or system
    id : the user's or the invitation's id; None for the system
    name : for the audit trail and for lists; never a patient's name
    program_id : the one program this actor acts in
    permissions : everything allowed; nothing else is
    """

    kind: Kind
    id: int | None
    name: str
    program_id: int
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    @property
    def user_id(self) -> int | None:
        """The member of staff's id, where it is one."""
        return self.id if self.kind == "staff" else None

    def may(self, permission: Permission, program_id: int) -> bool:
        """Whether this actor may do this in that program."""
        return program_id == self.program_id and permission in self.permissions

    def must(self, permission: Permission, program_id: int) -> None:
        """Raise PermissionDenied unless this actor may do this in that program."""
        if not self.may(permission, program_id):
            raise PermissionDenied(f"{self.kind} may not {permission} here")


def staff(membership: Membership) -> Actor:
    """The actor a membership makes of its user."""
    return Actor(
        kind="staff",
        id=membership.user_id,
        name=str(membership.user),
        program_id=membership.program_id,
        permissions=membership.permissions,
    )


def system(program: Program, *, name: str) -> Actor:
    """The program's own worker or a command an operator runs; it may do all that staff may."""
    return Actor(kind="system", id=None, name=name, program_id=program.pk, permissions=frozenset(Permission))


def patient_link(invitation_id: int, *, program_id: int) -> Actor:
    """Whoever opened a private link: a patient, who may answer the link's questions and nothing else."""
    return Actor(
        kind="patient_link",
        id=invitation_id,
        name="private link",
        program_id=program_id,
        permissions=frozenset({Permission.FORM_ANSWER}),
    )
