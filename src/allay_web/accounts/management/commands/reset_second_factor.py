"""`python -m allay_web reset_second_factor`: for somebody who lost the phone and the recovery codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from allay_web.accounts.models import User


class Command(BaseCommand):
    help = (
        "Remove somebody's second factor and recovery codes; they set up new ones at their next sign-in. "
        "Make sure first that it is them who ask. It is written into the trail of each of their programs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)

    @transaction.atomic
    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"--email: expected somebody's sign-in address, found {email!r}", returncode=2)
        removed = list(Authenticator.objects.filter(user=user))
        for factor in removed:
            factor.removed_by_operator = True  # the trail tells who did it
            factor.delete()
        self.stdout.write(f"{len(removed)} removed; {user} sets up a new second factor at the next sign-in")
