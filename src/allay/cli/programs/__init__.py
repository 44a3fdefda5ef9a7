"""`allay programs`: definitions, timelines, fidelity, and programs compared. Each module has some verbs."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.frame import example, schema_command
from allay.cli.programs import definitions, episodes, repository, timelines
from allay.programs.definitions.definition import ProgramDefinition


@click.group(
    epilog=example(
        "allay programs list",
        "allay programs show path@1.0.0",
        "allay programs timeline path --start 2026-09-07 --format ics -o path.ics",
    )
)
def group() -> None:
    """Programs: what each consists of, what it schedules, what was delivered, and programs compared."""


for command in (
    definitions.list_definitions,
    definitions.show,
    definitions.validate,
    timelines.timeline,
    episodes.fidelity,
    repository.cases,
    repository.export,
    repository.import_,
    repository.compare,
):
    group.add_command(command)
SCHEMAS: dict[str, type[BaseModel]] = {"definition": ProgramDefinition, **repository.SCHEMAS}
group.add_command(schema_command("programs", SCHEMAS))
