"""`seed_demo`: the synthetic demonstration program."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allay_web.access.queries import any_program
from allay_web.ops.demo.load import load
from allay_web.ops.demo.staff import PROGRAM_SLUG


class Command(BaseCommand):
    """Loads the demonstration into a database that has no program."""

    help = "Load the synthetic demonstration program: 244 referrals over 18 months, one sign-in per role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day it stands at; default today")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is a program")

    def handle(self, *args: Any, **options: Any) -> None:
        if any_program():
            if options["if_empty"]:
                return
            raise CommandError(f"There is a program already; {PROGRAM_SLUG} needs an empty database.")
        # Nobody is written to about synthetic alerts of the past.
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        as_of = options["as_of"] or timezone.localdate()
        load(as_of=as_of, progress=self._progress if self.stdout.isatty() else None)
        self.stdout.write(f"Loaded the synthetic demonstration program as of {as_of}.")

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r{done} of {total} people", ending="\n" if done == total else "")
        self.stdout.flush()
