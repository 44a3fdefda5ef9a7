"""`allay economics`: models, frontiers, the value of information. Each module has some verbs."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.economics import frontier, model, voi
from allay.cli.frame import example, schema_command


@click.group(
    epilog=example(
        "allay economics model model.yaml --draws 1000 -o result.json",
        "allay economics frontier strategies.csv",
        "allay economics voi psa.csv --parameters parameters.csv --wtp 20000,50000",
    )
)
def group() -> None:
    """Economics: what strategies cost and bring, which are worth it, and what knowing more is worth."""


for command in (model.economics_model, frontier.frontier, voi.voi):
    group.add_command(command)
SCHEMAS: dict[str, type[BaseModel]] = {**model.SCHEMAS, **voi.SCHEMAS}
group.add_command(schema_command("economics", SCHEMAS))
