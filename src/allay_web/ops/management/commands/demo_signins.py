"""`demo_signins`: how to sign in to the demonstration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from allay_web.access.queries import find_program, members
from allay_web.ops.demo.staff import PASSWORD, PROGRAM_SLUG


class Command(BaseCommand):
    """Prints one sign-in per role, where the demonstration is loaded."""

    help = "Print the demonstration's sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        program = find_program(PROGRAM_SLUG)
        if program is None or not program.synthetic:
            return
        for member in members(program).order_by("pk"):
            self.stdout.write(f"  {member.get_role_display():24} {member.user.email:28} {PASSWORD}")
