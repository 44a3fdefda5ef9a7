"""`import_registry FILE --map MAP --program SLUG`: a registry too large for the browser."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allay.base.errors import AllayError, InvalidInput
from allay.interop.registry import load_map, read_registry
from allay_web.access.actor import system
from allay_web.access.queries import find_program
from allay_web.outcomes.actions.registry import take_in
from allay_web.outcomes.queries.registry import compare

EVERY = 100_000


class Command(BaseCommand):
    """Takes in a registry's file in one transaction; a second run changes nothing."""

    help = "Take in a registry's file of past assessments. A second run of the same file changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV with one row per patient")
        parser.add_argument("--map", required=True, help="name of a shipped map, or a YAML file")
        parser.add_argument("--program", required=True, help="the program's short name, as in its address")
        parser.add_argument("--dry-run", action="store_true", help="say what would come in; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        program = find_program(options["program"])
        if program is None:
            found = options["program"]
            raise CommandError(f"expected the short name of a program, as in its address, found {found!r}")
        by = system(program, name="import_registry")
        try:
            registry = load_map(options["map"])
            reading = read_registry(options["file"], registry)
            for note in reading.notes:
                self.stderr.write(str(note))
            if options["dry_run"]:
                counts = compare(program, registry, reading, by=by).counts()
            else:
                with options["file"].open("rb") as content:
                    sha256 = hashlib.file_digest(content, "sha256").hexdigest()
                counts = take_in(
                    program=program,
                    registry=registry,
                    reading=reading,
                    sha256=sha256,
                    by=by,
                    at=timezone.now(),
                    progress=self._progress,
                )
        except InvalidInput as wrong:
            lines = "\n".join(str(problem) for problem in wrong.problems)
            raise CommandError(f"{lines}\n{wrong.total} problems; nothing was taken in") from None
        except AllayError as wrong:
            raise CommandError(str(wrong)) from None
        for name, number in counts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {'none' if number is None else number}")

    def _progress(self, done: int) -> None:
        if self.stderr.isatty() and done % EVERY == 0:
            self.stderr.write(f"{done} scores")
