"""`allay measures`: instruments, their scores and what a change means. Each module holds some verbs."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.frame import example, schema_command
from allay.cli.measures import catalog, change, imports, irt, packs, preference, scoring, summary
from allay.measures.card import InstrumentCard
from allay.measures.definition import InstrumentFile
from allay.measures.domains import DomainsFile
from allay.measures.outcome_definitions import OutcomeDefinition
from allay.measures.packfile import PackFile


@click.group(
    epilog=example(
        "allay measures list",
        "allay measures score phq9 answers.csv -o scores.csv",
        "allay measures change scores.csv --from baseline --to end -o change.csv",
    )
)
def group() -> None:
    """Instruments: show them, load their wording, score answers, say what a change means."""


for command in (
    catalog.list_instruments,
    catalog.show,
    catalog.domains,
    catalog.definitions,
    scoring.score,
    imports.import_scores,
    preference.propr,
    change.change,
    summary.summary,
    summary.qaly,
    irt.cat,
    irt.eap,
    irt.raw_table,
    packs.load_pack,
    packs.render,
    packs.answers,
):
    group.add_command(command)
SCHEMAS: dict[str, type[BaseModel]] = {
    "instrument": InstrumentFile,
    "card": InstrumentCard,
    "pack": PackFile,
    "definition": OutcomeDefinition,
    "domains": DomainsFile,
}
group.add_command(schema_command("measures", SCHEMAS))
