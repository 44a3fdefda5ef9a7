"""`python -m allay_web verify_audit`: is the audit trail as it was written?"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from allay.base.errors import InvalidInput
from allay_web.access.actor import system
from allay_web.access.models import Program
from allay_web.audit import anchors
from allay_web.audit.chain import HOUSE
from allay_web.audit.models import AuditHead
from allay_web.audit.record import record
from allay_web.audit.verify import End, Result, chains, verify


class Command(BaseCommand):
    help = (
        "Read every audit entry again and check its signature, its place and the chain's end. "
        "Exit 1 when anything was changed, removed, added or put in another order; what was found is printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", metavar="SLUG", help="this program's trail only")
        parser.add_argument(
            "--heads",
            type=Path,
            metavar="FILE",
            help="compare with the ends written earlier by --export-heads",
        )
        parser.add_argument(
            "--export-heads",
            type=Path,
            metavar="FILE",
            help="when nothing was found, write where each trail ends; keep the file away from the database",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        programs = {program.pk: program.name for program in Program.objects.order_by("pk")}
        kept = self._kept(options["heads"])
        which = self._which(options["program"], programs, kept)
        result = self._check(which, kept)
        for finding in result.findings:
            self.stderr.write(str(finding))
        if result.total:
            more = result.total - len(result.findings)
            self.stderr.write(f"{result.total} findings" + (f", {more} of them not shown" if more else ""))
            sys.exit(1)
        for chain, entries in result.entries.items():
            self.stdout.write(f"{programs.get(chain, 'the installation')}: {entries:,} entries, unbroken")
        self._tell(result, programs)
        if options["export_heads"]:
            self.stdout.write(f"{anchors.write(options['export_heads'])} ends written")

    def _kept(self, path: Path | None) -> dict[int, End]:
        try:
            return anchors.read(path) if path else {}
        except InvalidInput as error:
            raise CommandError(str(error), returncode=2) from error

    def _which(self, slug: str | None, programs: dict[int, str], kept: dict[int, End]) -> list[int]:
        if slug is None:
            return chains(programs=programs, anchors=kept)
        found = Program.objects.filter(slug=slug).values_list("pk", flat=True).first()
        if found is None:
            raise CommandError(f"--program: expected a program's slug, found {slug!r}", returncode=2)
        return [HOUSE, found]

    def _check(self, which: list[int], kept: dict[int, End]) -> Result:
        total = sum(AuditHead.objects.filter(chain__in=which).values_list("count", flat=True))
        console = Console(stderr=True)
        with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
            task = bar.add_task("Reading the audit trail", total=total or None)
            return verify(which, anchors=kept, step=lambda entries: bar.advance(task, entries))

    def _tell(self, result: Result, programs: dict[int, str]) -> None:
        """Say in each trail that it was found whole, for the page that shows it."""
        for program in Program.objects.filter(pk__in=result.entries.keys() & programs.keys()):
            by = system(program, name="verify_audit")
            record("audit.verify", by=by, detail={"entries": result.entries[program.pk]})
