"""`python -m allay_web add_program`: open a program."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from allay_web.access.actions import add_program


class Command(BaseCommand):
    help = (
        "Open a program. Example: add_program --name 'River Valley Pain Program' --slug river-valley "
        "--time-zone America/New_York --phone '304 555 0100'"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--slug", required=True, help="its part of every address: /p/SLUG/")
        parser.add_argument("--time-zone", default="America/New_York")
        parser.add_argument("--phone", default="", help="where a patient reaches staff")
        parser.add_argument("--crisis-phone", default="988", help="shown when an answer calls for help")
        parser.add_argument("--local-crisis-name", default="")
        parser.add_argument("--local-crisis-phone", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        names = (
            "name",
            "slug",
            "time_zone",
            "phone",
            "crisis_phone",
            "local_crisis_name",
            "local_crisis_phone",
        )
        try:
            program = add_program(**{name: options[name] for name in names})
        except ValidationError as error:
            said = "; ".join(f"{name}: {' '.join(words)}" for name, words in error.message_dict.items())
            raise CommandError(said, returncode=2) from error
        self.stdout.write(f"{program.name} is open at /p/{program.slug}/")
        self.stdout.write(f"Next: add_member --program {program.slug} --email ... --name ... --role director")
