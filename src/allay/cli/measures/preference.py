"""`allay measures propr`: preference scores from PROMIS domains."""

from __future__ import annotations

import click

from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import deliver_frame, opened
from allay.measures.preferencesheet import read_preference


@click.command(
    "propr",
    epilog=example(
        "allay measures propr scores.csv -o utilities.csv",
        "allay measures qaly utilities.csv -o qalys.csv --scale promis29:propr",
    ),
)
@input_argument("scores")
@format_option("csv", "json", "table")
@output_option()
def propr(*, scores: str, format: str, output: str | None) -> None:
    """Work out PROPr preference scores from SCORES, with cognition where it was asked.

    SCORES has the columns patient_id, instrument, scale, score and timepoint or date: the result of `allay
    measures score promis29`, and of `promis-cognition2a` below it where that was given. Without it cognition
    comes from the published regression, as in the scale propr of promis29.
    """
    source, name = opened(scores)
    deliver_frame(output, read_preference(source, name=name), form=format)
