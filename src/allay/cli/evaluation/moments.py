"""`allay evaluation moments` and `pool`: sums that travel instead of people, of one site and of several."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click
from pydantic import BaseModel

from allay.base.outputs import check_file, write_whole
from allay.cli.frame import DAY, example
from allay.evaluation.moments.effects import PooledEffects
from allay.evaluation.moments.momentsfile import MomentsFile
from allay.evaluation.panel.columns import OUTCOMES

SCHEMAS: dict[str, type[BaseModel]] = {"moments": MomentsFile, "pooled-effects": PooledEffects}


@click.command(
    "moments",
    epilog=example(
        "allay evaluation moments panel roster.csv -o moments.json --site north",
        "allay evaluation moments panel roster.csv -o moments.json --period-months 3",
        "allay evaluation moments panel roster.csv -o moments.json --outcomes total_cost_cents",
    ),
)
@click.argument("panel", metavar="PANEL_DIR")
@click.argument("roster", metavar="ROSTER")
@click.option("-o", "--output", metavar="FILE", required=True, help="File to write (JSON).")
@click.option("--site", default="", help="A name of the site that may be known.")
@click.option("--outcomes", metavar="A,B", help="Columns of the panel; all of them by default.")
@click.option("--first-month", type=DAY, help="First day of the first month.")
@click.option("--last-month", type=DAY, help="First day of the last month.")
@click.option(
    "--period-months",
    type=click.Choice(["1", "2", "3", "4", "6", "12"]),
    default="1",
    show_default=True,
    help="Length of a period; cohorts merge with it, and longer ones hide less.",
)
@click.option(
    "--hide-up-to",
    type=click.IntRange(0),
    help="Largest number of members to hide; by default the sourced rule. 0 only for what stays inside.",
)
@click.option("--memory", default="4GB", show_default=True, help="What the engine may take.")
def moments(
    *,
    panel: str,
    roster: str,
    output: str,
    site: str,
    outcomes: str | None,
    first_month: dt.date | None,
    last_month: dt.date | None,
    period_months: str,
    hide_up_to: int | None,
    memory: str,
) -> None:
    """Add the panel in PANEL_DIR up by cohort and period, and write what may leave the site.

    ROSTER says who started the program and when (person_id,index_date). Only members with coverage on every
    day count. FILE has no row of a person, and no sum behind which 1 to 10 members stand.
    """
    from allay.base.errors import NotFound
    from allay.evaluation.moments.cohorts import cohort_sums
    from allay.evaluation.moments.handover import hand_over
    from allay.evaluation.panel.result import read_panel
    from allay.evaluation.study.roster import read_roster

    chosen = OUTCOMES if outcomes is None else tuple(name.strip() for name in outcomes.split(","))
    for name in chosen:
        if name not in OUTCOMES:
            raise NotFound.among("outcome", name, known=OUTCOMES)
    made = read_panel(panel)
    sums = cohort_sums(
        made,
        read_roster(roster),
        outcomes=chosen,
        first_month=first_month,
        last_month=last_month,
        period_months=int(period_months),
        memory=memory,
    )
    file = hand_over(sums, made.record, site=site, hidden_up_to=hide_up_to)
    _write(output, file)
    hidden = {name: len(one.hidden) for name, one in file.outcomes.items() if one.hidden}
    click.echo(
        f"{len(file.periods)} periods, {len(file.outcomes)} outcomes; hidden up to {file.hidden_up_to}"
    )
    click.echo(f"cohorts left out: {', '.join(file.hidden_cohorts) or 'none'}")
    listed = ", ".join(f"{name} ({number} cohorts)" for name, number in hidden.items())
    click.echo(f"outcomes left out of some cohorts: {listed or 'none'}")


@click.command(
    "pool",
    epilog=example(
        "allay evaluation pool north.json south.json -o pooled.json",
        "allay evaluation pool north.json south.json -o pooled.json --effects effects.json",
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE", required=True, help="File of pooled moments to write.")
@click.option("--effects", metavar="FILE", help="Write effects by cohort and period too.")
@click.option(
    "--control",
    type=click.Choice(["never", "notyet"]),
    default="never",
    show_default=True,
    help="Compared with whom.",
)
def pool(*, files: Sequence[str], output: str, effects: str | None, control: str) -> None:
    """Add the moments of several sites up: what their pooled members would give."""
    from allay.evaluation.moments.effects import pooled_effects
    from allay.evaluation.moments.handover import pool_files
    from allay.evaluation.moments.momentsfile import read_moments

    pooled = pool_files([read_moments(file) for file in files], names=[Path(file).name for file in files])
    found = None
    if effects is not None:  # both files are written, or none
        if Path(effects).resolve() == Path(output).resolve():
            raise click.UsageError("--effects needs a file of its own")
        check_file(effects)
        check_file(output)
        found = pooled_effects(pooled, control=control)  # type: ignore[arg-type]  # click has checked it
    _write(output, pooled)
    if effects is not None and found is not None:
        _write(effects, found)
    click.echo(f"{pooled.sites} sites, {len(pooled.periods)} periods, {len(pooled.outcomes)} outcomes")


def _write(path: str, model: BaseModel) -> None:
    text = (model.model_dump_json(indent=1) + "\n").encode()

    def writer(file: BinaryIO) -> object:
        return file.write(text)

    write_whole(path, writer)
