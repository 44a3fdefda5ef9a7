"""`allay evaluation`: from claims to what a program changed, and how sure that is."""

from __future__ import annotations

import click

from allay.cli.frame import example


@click.group(epilog=example("allay evaluation study study.yaml -o study"))
def group() -> None:
    """Evaluation: from claims to what a program changed, compared with whom, and how sure that is."""
