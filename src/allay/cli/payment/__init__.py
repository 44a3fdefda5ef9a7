"""`allay payment`: contracts, statements and the ACCESS model. Each module has some verbs."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.frame import example, schema_command
from allay.cli.payment import access, contract, project, reconcile


@click.group(
    epilog=example(
        "allay payment project path-2021 roster.csv -o projection.json",
        "allay payment reconcile contract.yaml roster.csv statement.csv -o differences.json",
        "allay payment access-deadlines alignments.csv --as-of 2026-11-26",
    )
)
def group() -> None:
    """Payment: what a contract pays whom and when, beside what the payer's statement says."""


for command in (project.project_contract, reconcile.reconcile_statement, *access.COMMANDS):
    group.add_command(command)
SCHEMAS: dict[str, type[BaseModel]] = {**contract.SCHEMAS, **access.SCHEMAS}
group.add_command(schema_command("payment", SCHEMAS))
