"""`allay evaluation`: from claims to what a program changed, and how sure that is."""

from __future__ import annotations

import importlib
from typing import Any

import click

from allay.base.errors import AllayError
from allay.cli.frame import example

VERBS = {
    "check": ("check", "check", "Check claims: what is wrong, and what is decided about it."),
    "convert": ("convert", "convert", "Write claims of another source in the contract's shape."),
    "did": ("did", "did", "Effects by cohort and period, from any panel."),
    "match": ("match", "match", "Make untreated people comparable with treated ones."),
    "moments": ("moments", "moments", "Add a panel up by cohort and period, to be handed over."),
    "new": ("new", "evaluation_new", "Write a protocol to start from."),
    "panel": ("panel", "panel", "Claims to member-months."),
    "pool": ("moments", "pool", "Pool the moments of several sites."),
    "power": ("power", "evaluation_power", "What a study could show, before any result."),
    "schema": ("schemas", "schema", "Print the JSON Schema of inputs and outputs."),
    "series": ("series", "series", "An interrupted time series of one program."),
    "simulate": ("simulate", "simulate", "Claims with an effect that is known."),
    "study": ("study", "evaluation_study", "Freeze a protocol, or run it: what changed, and how sure."),
}
"""Verb -> module here, name of the command in it, one line of help."""

PACKAGES = {
    "duckdb": "evaluation",
    "ibis": "evaluation",
    "pyarrow": "evaluation",
    "pandas": "evaluation",
    "pyspark": "spark",
}
"""Packages that only this noun needs, and the extra that brings each."""


class EvaluationVerbs(click.Group):
    """The verbs of evaluation, each imported when it is used: their engines are slow to import, and extra."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs."""
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb; None for one that is not there."""
        if cmd_name not in VERBS:
            return None
        module, name, _ = VERBS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, line) for verb, (_, _, line) in sorted(VERBS.items())])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb, and say in words which extra is missing when it is."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            if package not in PACKAGES:
                raise
            raise AllayError(
                f"evaluation needs its own packages: pip install 'allay[{PACKAGES[package]}]' (or make test "
                f"/ make check installs them); {package} is not installed here"
            ) from None


@click.group(cls=EvaluationVerbs, epilog=example("allay evaluation study study.yaml -o study"))
def group() -> None:
    """Evaluation: from claims to what a program changed, compared with whom, and how sure that is."""
