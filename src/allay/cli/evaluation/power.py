"""`allay evaluation power`: the smallest effect a study could show, before any result."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
import polars as pl

import allay
from allay.cli.evaluation.study import engine_options
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import STANDARD, deliver_frame, deliver_text, json_text

if TYPE_CHECKING:
    from allay.evaluation.panel.build import Engine
    from allay.evaluation.study.detect import OutcomeDetectable


@click.command(
    "power",
    epilog=example(
        "allay evaluation power study.yaml",
        "allay evaluation power study.yaml --format json -o power.json",
    ),
)
@input_argument("study")
@format_option("table", "csv", "json")
@output_option()
@engine_options
def evaluation_power(*, study: str, format: str, output: str | None, engine: str, memory: str) -> None:
    """Say what STUDY could show, without reading any outcome after a start.

    For each outcome: the smallest change that the study shows with the power of its protocol, how many
    starters it would take to show a change of 5%, 10% and 20%, and whether it can show the change that the
    protocol holds plausible.
    """
    if study == STANDARD:
        raise click.UsageError("STUDY is a file: its claims and its roster lie beside it")
    from allay.evaluation.study.frozen import freeze
    from allay.evaluation.study.prepare import ready
    from allay.evaluation.study.protocolfile import read_protocol

    protocol = read_protocol(study, name=study)
    with (
        tempfile.TemporaryDirectory(prefix="allay-study-") as folder,
        ready(
            protocol,
            folder=Path(folder),
            engine=cast("Engine", engine),
            memory=memory,
            allay_version=allay.__version__,
        ) as found,
    ):
        frozen = freeze(found, as_of=None, allay_version=allay.__version__)
    if format == "json":
        tree = {
            "allay_version": allay.__version__,
            "flow": frozen.cohort.flow.model_dump(mode="json"),
            "detectable": [one.model_dump(mode="json") for one in frozen.detectable],
        }
        deliver_text(output, json_text(tree))
        return
    if format == "csv":
        deliver_frame(output, _frame(frozen.detectable))
        return
    words = [one.words for one in frozen.detectable]
    if not words:
        words = ["this study cannot show any effect: it has no comparison group, or too few starters"]
    for one in frozen.detectable:
        needed = ", ".join(f"{each.starters:,} for {each.change:.0%}" for each in one.needed)
        if needed:
            words.append(f"{one.outcome}: starters needed to show a change: {needed}")
    deliver_text(output, "\n".join(words))


def _frame(found: tuple[OutcomeDetectable, ...]) -> pl.DataFrame:
    rows = []
    for one in found:
        row = one.model_dump(exclude={"needed"})
        row |= {f"starters_for_{each.change:.0%}": each.starters for each in one.needed}
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)
