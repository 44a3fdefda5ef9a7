"""`allay measures import`: scores made elsewhere, checked and brought into the long form."""

from __future__ import annotations

import click

from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import deliver_frame, opened
from allay.measures.catalog import get
from allay.measures.importsheet import read_scores


@click.command("import", epilog=example("allay measures import pam pam_scores.csv -o scores.csv"))
@click.argument("instrument", metavar="ID[@VERSION]")
@input_argument("scores")
@format_option("csv", "json", "table")
@output_option()
def import_scores(*, instrument: str, scores: str, format: str, output: str | None) -> None:
    """Import a CSV file of SCORES made elsewhere, one assessment per row.

    Columns named by scale ids are scores; SCALE_se is a standard error and SCALE_band a band or level, which
    must agree with the score. All others pass through. The result has the columns of `allay measures score`,
    with the status `imported`.
    """
    source, name = opened(scores)
    deliver_frame(output, read_scores(source, get(instrument), name=name), form=format)
