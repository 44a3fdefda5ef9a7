"""`allay scheduling generate`: a synthetic problem of a family."""

from __future__ import annotations

import click

from allay.cli.frame import example, output_option
from allay.cli.results import deliver_text
from allay.scheduling.instances.family import FAMILIES
from allay.scheduling.instances.generator import MOST_PATIENTS, MOST_WEEKS
from allay.scheduling.instances.generator import generate as generated


@click.command(
    "generate",
    epilog=example(
        "allay scheduling generate --patients 300 --seed 1 -o problem.json",
        "allay scheduling generate --patients 40 --seed 1 --family small-clinic -o clinic.json",
        "allay scheduling generate --patients 300 --seed 1 --weeks 13 -o quarter.json",
    ),
)
@click.option("--patients", type=click.IntRange(1, MOST_PATIENTS), required=True, help="How many.")
@click.option("--seed", type=click.IntRange(0), required=True, help="Same seed, same problem.")
@click.option(
    "--family",
    type=click.Choice(FAMILIES),
    default=FAMILIES[0],
    show_default=True,
    help="Which parameters: staff, rooms, travel, payers' rules.",
)
@click.option("--weeks", type=click.IntRange(1, MOST_WEEKS), default=1, show_default=True, help="Horizon.")
@output_option()
def generate(*, patients: int, seed: int, family: str, weeks: int, output: str | None) -> None:
    """Generate a synthetic problem: staff, rooms and cohorts in proportion to the patients.

    Families: a4, a program with a same-day rule; scarce-rooms, where rooms are what is missing; rural, with
    heavy travel and telehealth; small-clinic, with six part-time staff, two rooms and a linked visit. With
    more than one week, series run over several of them.
    """
    deliver_text(
        output, generated(family, patients=patients, seed=seed, weeks=weeks).model_dump_json(indent=1)
    )
