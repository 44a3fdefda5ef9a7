"""`allay coverage`: decisions, prices, credentials and authorizations. Each module has some verbs."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.coverage import authorizations, credentials, decide, price
from allay.cli.frame import example, schema_command
from allay.coverage.cases.case import Cases
from allay.coverage.decisions.output import Decisions
from allay.coverage.rules.entries import RuleFile


@click.group(
    epilog=example(
        "allay coverage decide cases.json -o decisions.json",
        "allay coverage price lines.csv --date 2024-07-15 --locality VT",
    )
)
def group() -> None:
    """Coverage: may it be delivered, may it be billed, at what price and share, and why."""


for command in (
    decide.decide,
    price.price,
    credentials.credentials,
    credentials.supervise,
    authorizations.authorizations,
):
    group.add_command(command)
SCHEMAS: dict[str, type[BaseModel]] = {"cases": Cases, "decisions": Decisions, "rules": RuleFile}
group.add_command(schema_command("coverage", SCHEMAS))
