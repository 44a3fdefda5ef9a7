"""`allay economics`: business cases, models, frontiers, the value of information."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.economics import case, frontier, model, new, voi
from allay.cli.frame import example, schema_command


@click.group(
    epilog=example(
        "allay economics new path-2021 --as-of 2026-11-27 -o my-program.yaml",
        "allay economics case my-program.yaml -o my-program",
        "allay economics model model.yaml --draws 1000 -o result.json",
        "allay economics frontier strategies.csv",
        "allay economics voi psa.csv --parameters parameters.csv --wtp 20000,50000",
    )
)
def group() -> None:
    """Economics: business cases; what strategies cost and bring; what knowing more is worth."""


for command in (case.economics_case, model.economics_model, frontier.frontier, voi.voi):
    group.add_command(command)
for command in (new.new, new.presets):
    group.add_command(command)
SCHEMAS: dict[str, type[BaseModel]] = {**case.SCHEMAS, **new.SCHEMAS, **model.SCHEMAS, **voi.SCHEMAS}
group.add_command(schema_command("economics", SCHEMAS))
