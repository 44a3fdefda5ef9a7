"""`allay measures change`: two time points compared."""

from __future__ import annotations

import click

from allay.base.errors import InvalidInput, Problem
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import deliver_frame, opened
from allay.measures.changesheet import read_change


@click.command(
    "change", epilog=example("allay measures change scores.csv --from baseline --to end -o change.csv")
)
@input_argument("scores")
@click.option(
    "--from", "start", required=True, metavar="TIMEPOINT", help="The earlier time point, as in the file."
)
@click.option("--to", "end", required=True, metavar="TIMEPOINT", help="The later time point, as in the file.")
@format_option("csv", "json", "table")
@output_option()
def change(*, scores: str, start: str, end: str, format: str, output: str | None) -> None:
    """Compare two time points in a CSV file of SCORES, per patient, scale and threshold.

    SCORES has the columns patient_id, instrument, scale, timepoint, date, score and perhaps se; the result
    of `allay measures score` will do. Improvement is positive when better. Blank means not known.
    """
    if start == end:
        raise InvalidInput(
            Problem("allay measures change", "-", "--to", f"another time point than {start!r}", end)
        )
    source, name = opened(scores)
    deliver_frame(output, read_change(source, start=start, end=end, name=name), form=format)
