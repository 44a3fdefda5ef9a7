"""`allay consensus`: rating rounds, appropriateness, agreement, the registry, themes."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.consensus import check, estimates, freeze, journal, open_round, ranking
from allay.cli.consensus.agreement import SCHEMAS as AGREEMENT_SCHEMAS
from allay.cli.consensus.agreement import agreement
from allay.cli.consensus.collect import collect
from allay.cli.consensus.feedback import feedback_command
from allay.cli.consensus.missing import missing
from allay.cli.consensus.new import new
from allay.cli.consensus.ram import ram
from allay.cli.consensus.registry import SCHEMAS as REGISTRY_SCHEMAS
from allay.cli.consensus.registry import registry
from allay.cli.consensus.reminders import reminders_command
from allay.cli.consensus.run import run
from allay.cli.consensus.sensitivity import sensitivity
from allay.cli.consensus.themes import SCHEMAS as THEMES_SCHEMAS
from allay.cli.consensus.themes import themes
from allay.cli.frame import example, schema_command
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.record import ExerciseRecord
from allay.consensus.protocol.statements import StatementFile
from allay.consensus.rounds.result import ExerciseResult


@click.group(
    epilog=example(
        "allay consensus ram ratings.csv",
        "allay consensus run protocol.yaml ratings.csv -o result",
    )
)
def group() -> None:
    """Consensus: rating rounds that stand up to review; agreement; who works on what; themes."""


SCHEMAS: dict[str, type[BaseModel]] = {
    "protocol": ConsensusProtocol,
    "statements": StatementFile,
    "record": ExerciseRecord,
    "result": ExerciseResult,
    **check.SCHEMAS,
    **journal.SCHEMAS,
    **estimates.SCHEMAS,
    **REGISTRY_SCHEMAS,
    **ranking.SCHEMAS,
    **THEMES_SCHEMAS,
    **AGREEMENT_SCHEMAS,
}
for command in (check.check, freeze.freeze, freeze.unfreeze, journal.journal, open_round.open_round_command):
    group.add_command(command)
for command in (estimates.estimates, ranking.ranking):
    group.add_command(command)
for command in (collect, run, feedback_command, reminders_command, missing):
    group.add_command(command)
for command in (ram, sensitivity):
    group.add_command(command)
group.add_command(registry)
group.add_command(agreement)
for command in (new, themes):
    group.add_command(command)
group.add_command(schema_command("consensus", SCHEMAS))
