"""`allay evaluation`: from claims to what a program changed, and how sure that is."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.evaluation import (
    check,
    convert,
    did,
    match,
    moments,
    new,
    panel,
    power,
    series,
    simulate,
    study,
)
from allay.cli.frame import example, schema_command


@click.group(epilog=example("allay evaluation study study.yaml -o study"))
def group() -> None:
    """Evaluation: from claims to what a program changed, compared with whom, and how sure that is."""


for command in (
    check.check,
    convert.convert,
    did.did,
    match.match,
    new.evaluation_new,
    moments.moments,
    panel.panel,
    moments.pool,
    power.evaluation_power,
    series.series,
    simulate.simulate,
    study.evaluation_study,
):
    group.add_command(command)
SCHEMAS: dict[str, type[BaseModel]] = {
    **check.SCHEMAS,
    **did.SCHEMAS,
    **match.SCHEMAS,
    **moments.SCHEMAS,
    **panel.SCHEMAS,
    **series.SCHEMAS,
    **simulate.SCHEMAS,
    **study.SCHEMAS,
}
group.add_command(schema_command("evaluation", SCHEMAS))
