"""`allay measures change`: two time points compared."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from allay.base.errors import PROBLEMS_KEPT, InvalidInput, Problem
from allay.cli.frame import (
    DAY,
    OnInvalid,
    contract_line,
    example,
    format_option,
    input_argument,
    invalid_option,
    output_option,
)
from allay.cli.results import deliver_frame, opened
from allay.measures.changepairs import PairedScores, read_pairs
from allay.measures.changesheet import change_sheet
from allay.measures.scalesettings import ScaleSetting, read_settings


def time_points(command: Any) -> Any:
    """Declare `--from` and `--to`."""
    for name, field, which in (("--to", "end", "later"), ("--from", "start", "earlier")):
        text = f"The {which} time point, as in the file."
        command = click.option(name, field, required=True, metavar="TIMEPOINT", help=text)(command)
    return command


def as_of_option(command: Any) -> Any:
    """Declare `--as-of`."""
    text = "Refuse assessments after this day; without it dates are not compared with any day."
    return click.option("--as-of", type=DAY, help=text)(command)


rows_option = invalid_option(
    "What to do with rows that cannot be: refuse the file, or count them as missing and name them."
)


def scales_option(command: Any) -> Any:
    """Declare `--scales`."""
    text = (
        "CSV of what is known per scale: instrument, scale and any of reliability or sem, functional_mean, "
        "functional_sd, dysfunctional_mean, dysfunctional_sd, cutoff (a, b or c), population_mean, "
        "population_sd, selected_above, selected_below."
    )
    return click.option("--scales", metavar="FILE", help=text)(command)


def settings_of(scales: str | None) -> dict[tuple[str, str], ScaleSetting]:
    """Read the file of `--scales`."""
    if scales is None:
        return {}
    source, name = opened(scales)
    return read_settings(source, name=name)


def pairs_of(
    scores: str, *, start: str, end: str, as_of: dt.date | None, on_invalid: OnInvalid
) -> PairedScores:
    """Read the scores of a command, and say on standard error what was flagged."""
    if start == end:
        raise InvalidInput(Problem("allay measures", "-", "--to", f"another time point than {start!r}", end))
    source, name = opened(scores)
    pairs = read_pairs(
        source,
        start=start,
        end=end,
        as_of=as_of,
        on_invalid=on_invalid,
        name=name,
    )
    for problem in pairs.flagged[:PROBLEMS_KEPT]:
        click.echo(contract_line(problem), err=True)
    if pairs.flagged_total:
        click.echo(f"allay: {pairs.flagged_total} flagged values count as missing", err=True)
    return pairs


@click.command(
    "change",
    epilog=example(
        "allay measures change scores.csv --from baseline --to end -o change.csv",
        "allay measures change scores.csv --from baseline --to end --scales norms.csv --as-of 2026-06-30",
    ),
)
@input_argument("scores")
@time_points
@as_of_option
@scales_option
@rows_option
@format_option("csv", "json", "table")
@output_option()
def change(
    *,
    scores: str,
    start: str,
    end: str,
    as_of: dt.date | None,
    scales: str | None,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
) -> None:
    """Compare two time points in a CSV file of SCORES, per patient, scale and threshold.

    SCORES has the columns patient_id, instrument, scale, timepoint, date, score and perhaps se; the result
    of `allay measures score` will do. Improvement is positive when better. Blank means not known. A combined
    rule (points and a better band) is a threshold of its own. rci and clinical_change need a reliability.
    """
    settings = settings_of(scales)
    pairs = pairs_of(scores, start=start, end=end, as_of=as_of, on_invalid=on_invalid)
    deliver_frame(output, change_sheet(pairs, settings=settings), form=format)
