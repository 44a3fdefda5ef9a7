"""`allay measures summary` and `qaly`: a group at two time points, and utilities over time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import click

from allay.base.errors import InvalidInput, Problem
from allay.cli.frame import OnInvalid, example, format_option, input_argument, output_option
from allay.cli.measures.change import (
    as_of_option,
    pairs_of,
    rows_option,
    scales_option,
    settings_of,
    time_points,
)
from allay.cli.results import deliver_frame, deliver_text, json_text, opened
from allay.measures.changepairs import PairedScores
from allay.measures.qalysheet import read_qaly
from allay.measures.scalesettings import ScaleSetting
from allay.measures.summarysheet import summarize, summary_dict, summary_frame

FORMATS = ("json", "csv", "table")


@click.command(
    "summary",
    epilog=example(
        "allay measures summary scores.csv --from baseline --to end -o summary.json",
        "allay measures summary peg.csv --from baseline --to end --reliability 0.85 --selected-above 5",
    ),
)
@input_argument("scores")
@time_points
@click.option("--reliability", type=click.FloatRange(0, 1, max_open=True), help="Of every scale in SCORES.")
@click.option("--selected-above", type=float, metavar="SCORE", help="Patients were admitted from SCORE up.")
@click.option("--selected-below", type=float, metavar="SCORE", help="Patients were admitted from SCORE down.")
@scales_option
@as_of_option
@rows_option
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Form of the result  [default: by the ending of -o, or table]",
)
@output_option()
def summary(
    *,
    scores: str,
    start: str,
    end: str,
    reliability: float | None,
    selected_above: float | None,
    selected_below: float | None,
    scales: str | None,
    as_of: dt.date | None,
    on_invalid: OnInvalid,
    format: str | None,
    output: str | None,
) -> None:
    """Summarize a group between two time points in a CSV file of SCORES, per scale.

    Who was followed up, means, change with its interval and standardized, responders, every threshold with
    its source, bounds under missing follow-up, moves between bands, reliable change, floor and ceiling, and
    where patients were selected by their score, the regression to the mean to expect. For the question `nps`
    the net promoter score.
    """
    form = format or _form(output)
    settings = settings_of(scales)
    pairs = pairs_of(scores, start=start, end=end, as_of=as_of, on_invalid=on_invalid)
    rows = summarize(
        pairs,
        settings=_with_options(
            settings, pairs, reliability=reliability, above=selected_above, below=selected_below
        ),
    )
    if form == "json":
        deliver_text(output, json_text(summary_dict(rows, start=start, end=end)))
    else:
        deliver_frame(output, summary_frame(rows), form=form)


def _form(output: str | None) -> str:
    ending = Path(output or "").suffix.lower().lstrip(".")
    return ending if ending in ("json", "csv") else "table"


def _with_options(
    settings: dict[tuple[str, str], ScaleSetting],
    pairs: PairedScores,
    *,
    reliability: float | None,
    above: float | None,
    below: float | None,
) -> dict[tuple[str, str], ScaleSetting]:
    """The settings of the file, with the options where the file says nothing."""
    present = [(instrument.id, scale.id) for instrument, scale, _ in pairs.by_scale()]
    if above is not None and below is not None:
        expected, found = "--selected-above or --selected-below", "both"
        raise InvalidInput(Problem("allay measures summary", "-", "--selected-below", expected, found))
    if (above is not None or below is not None) and len(present) > 1:
        name = "--selected-above" if above is not None else "--selected-below"
        expected = "one scale in SCORES (say it per scale in the file of --scales)"
        raise InvalidInput(Problem("allay measures summary", "-", name, expected, f"{len(present)} scales"))
    made = dict(settings)
    for key in present:
        setting = made.get(key, ScaleSetting())
        if reliability is not None and setting.reliability is None and setting.sem is None:
            setting = replace(setting, reliability=reliability)
        if setting.selected_at is None and (above is not None or below is not None):
            at = above if above is not None else below
            setting = replace(setting, selected_at=at, side="above" if above is not None else "below")
        made[key] = setting
    return made


@click.command(
    "qaly",
    epilog=example(
        "allay measures qaly scores.csv -o qaly.csv",
        "allay measures qaly scores.csv --scale promis29:propr --as-of 2026-06-30",
    ),
)
@input_argument("scores")
@click.option(
    "--scale",
    default="propr",
    show_default=True,
    metavar="[INSTRUMENT:]SCALE",
    help="The scale that holds utilities: 1 is full health, 0 as bad as being dead.",
)
@as_of_option
@format_option("csv", "json", "table")
@output_option()
def qaly(*, scores: str, scale: str, as_of: dt.date | None, format: str, output: str | None) -> None:
    """Work out quality-adjusted life years per patient from dated utilities in a CSV file of SCORES.

    SCORES has the columns patient_id, instrument, scale, date and score. The result is the area under the
    line through a patient's utilities from the first to the last day; nothing is assumed outside of them.
    """
    source, name = opened(scores)
    deliver_frame(output, read_qaly(source, scale=scale, as_of=as_of, name=name), form=format)
