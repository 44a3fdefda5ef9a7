"""`allay evaluation simulate`: claims with known truth."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from pydantic import BaseModel

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.cli.frame import example, folder_name
from allay.cli.results import opened
from allay.evaluation.simulation.design import (
    MOST_MEMBERS,
    MOST_MONTHS,
    SimulationDesign,
    default_design,
    read_design,
)

if TYPE_CHECKING:  # what is written with is not needed to say what the command does
    from allay.evaluation.simulation.truth import SimulationTruth

SCHEMAS: dict[str, type[BaseModel]] = {"simulation-design": SimulationDesign}
FEWEST_MONTHS = 2


@click.command(
    "simulate",
    epilog=example(
        "allay evaluation simulate -o claims --members 5000 --months 36 --seed 1",
        "allay evaluation simulate -o claims --members 900 --months 24 --seed 7 --design design.yaml",
    ),
)
@click.option("-o", "--output", metavar="DIR", required=True, callback=folder_name, help="Folder to write.")
@click.option("--members", type=click.IntRange(1, MOST_MEMBERS), required=True, help="How many people.")
@click.option(
    "--months", type=click.IntRange(FEWEST_MONTHS, MOST_MONTHS), required=True, help="Over how many months."
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), required=True, help="Of the random numbers.")
@click.option("--design", metavar="FILE", help="A design as YAML; without it every feature is on.")
@click.option("--force", is_flag=True, help="Replace a simulation in a folder that is not empty.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="The result is the same."
)
def simulate(
    *, output: str, members: int, months: int, seed: int, design: str | None, force: bool, threads: int
) -> None:
    """Simulate the claims of members whose program changed what they use by a known effect.

    DIR gets the tables member, enrollment, medical_claim and pharmacy_claim as Parquet, roster.csv (who
    started the program, and when) and truth.json (the design, and the true effect on every outcome by cohort
    and month). The claims are made up and describe no one. The same options and versions give the same files.
    `allay evaluation schema simulation-design` says what a design may hold.
    """
    chosen = _design(design, members=members, months=months, seed=seed)
    from allay.evaluation.simulation.claims import simulate as write

    with _progress() as advance:
        truth = write(
            output,
            members=members,
            months=months,
            seed=seed,
            design=chosen,
            force=force,
            threads=threads,
            progress=advance,
        )
    click.echo("\n".join(truth_lines(truth, output)))


def _design(design: str | None, *, members: int, months: int, seed: int) -> SimulationDesign:
    if design is None:
        return default_design(members=members, months=months, seed=seed)
    source, name = opened(design)
    read = read_design(source, name=name)
    try:
        return read.changed(members=members, months=months, seed=seed)
    except InvalidValue as refused:
        expected = f"{refused.expected} (with --months {months})"
        raise InvalidInput(Problem(name, "-", "cohorts", expected, refused.found)) from None


@contextmanager
def _progress() -> Iterator[Callable[[int, int], object] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("simulating", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def truth_lines(truth: SimulationTruth, folder: str) -> Iterable[str]:
    """Write for reading what was simulated, and its true effects in short."""
    counts = truth.counts
    lines = counts["medical_claim.rows"] + counts["pharmacy_claim.rows"]
    started = sum(cohort.members for cohort in truth.cohorts)
    design = truth.design
    yield f"{folder}: {design.members:,} members, {design.months} months, {lines:,} lines of claims"
    yield f"{started:,} started the program in {len(truth.cohorts)} months; nothing here is about real people"
    yield ""
    yield "true effect on those enrolled, each member-month since the start (without the program)"
    for effects in truth.effects:
        if effects.population == "enrolled" and effects.simple.att is not None:
            many = sum(cell.members for cell in effects.cells)
            without = sum((cell.without or 0.0) * cell.members for cell in effects.cells) / many
            control = "  negative control" if effects.negative_control else ""
            att = effects.simple.att
            yield f"  {effects.outcome:<20} {att:>+14,.4f} {without:>14,.4f} {effects.unit}{control}"
