"""`python -m allay_web add_member`: let somebody into a program."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from allay_web.access.actions import add_member
from allay_web.access.actor import system
from allay_web.access.models import Membership, Program
from allay_web.access.roles import Role
from allay_web.accounts.actions import set_password
from allay_web.accounts.links import password_path


class Command(BaseCommand):
    help = (
        "Give somebody a role in a program. Prints a link that sets the password once, within 24 hours; with "
        "--ask-password it asks for the password instead and prints nothing secret."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", required=True, metavar="SLUG")
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--ask-password", action="store_true")
        parser.add_argument("--site", metavar="URL", help="how people reach this installation")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        program = Program.objects.filter(slug=options["program"]).first()
        if program is None:
            raise CommandError(
                f"--program: expected a program's slug, found {options['program']!r}", returncode=2
            )
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(
                f"--email: expected an address, found {options['email']!r}", returncode=2
            ) from error
        member = add_member(
            program=program,
            email=options["email"],
            name=options["name"],
            role=options["role"],
            by=system(program, name="operator"),
        )
        self.stdout.write(f"{member.user} is in {program.name}: {Role(member.role).label}")
        if options["ask_password"]:
            self._ask(member)
        elif not member.user.has_usable_password():
            self.stdout.write("This link sets the password, once, within 24 hours; give it to nobody else:")
            self.stdout.write((options["site"] or _site()).rstrip("/") + password_path(member.user))

    def _ask(self, member: Membership) -> None:
        password = getpass.getpass("Password: ")
        try:
            validate_password(password, member.user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        if getpass.getpass("Again: ") != password:
            raise CommandError("expected the same password twice", returncode=2)
        set_password(user=member.user, password=password)


def _site() -> str:
    """The installation's first host, by https unless that is this machine."""
    host = (settings.ALLOWED_HOSTS or ["localhost"])[0]
    return f"http://{host}:8000" if host in {"127.0.0.1", "localhost"} else f"https://{host}"
