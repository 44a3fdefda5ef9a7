"""`allay programs timeline`: everything a definition schedules for an episode that begins on a day."""

from __future__ import annotations

import datetime as dt

import click
import polars as pl

from allay.base.dates import parse_date
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.cli.frame import DAY, example, output_option
from allay.cli.programs.definitions import definition_from
from allay.cli.results import deliver, deliver_frame, deliver_text, json_text, opened
from allay.programs.definitions.activity import zone_named
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.gates import Known
from allay.programs.definitions.knownscores import read_scores
from allay.programs.definitions.timeline import timeline as lay_out
from allay.programs.definitions.timelinesheet import timeline_dict, timeline_rows

SHORT = ("date", "opens", "closes", "kind", "id", "what", "minutes", "certainty", "condition")


@click.command(
    "timeline",
    epilog=example(
        "allay programs timeline path@1.0.0 --start 2026-09-07",
        "allay programs timeline ours.yaml --start 2026-09-07 --zone America/New_York --format ics",
        "allay programs timeline acupuncture-clbp --start 2026-09-07 --known scores.csv",
    ),
)
@click.argument("definition", metavar="ID[@VERSION]|FILE")
@click.option("--start", required=True, type=DAY, help="First day of the episode.")
@click.option("--known", metavar="FILE", help="Scores so far: CSV with timepoint, instrument, scale, score.")
@click.option("--decide", multiple=True, metavar="GATE=yes|no", help="What people decided at a gate.")
@click.option("--done", multiple=True, metavar="TIMEPOINT=DATE", help="When a time point was met.")
@click.option("--zone", metavar="NAME", help="Time zone of the program, such as America/New_York.")
@click.option("--episode", default="", metavar="TEXT", help="Makes the identifiers of an ics file your own.")
@click.option(
    "--format",
    type=click.Choice(["csv", "json", "table", "ics"]),
    default="csv",
    show_default=True,
    help="Form of the result.",
)
@output_option()
def timeline(
    *,
    definition: str,
    start: dt.date,
    known: str | None,
    decide: tuple[str, ...],
    done: tuple[str, ...],
    zone: str | None,
    episode: str,
    format: str,
    output: str | None,
) -> None:
    """Lay out an episode under a DEFINITION: sessions, questionnaires with their windows, reviews, renewals.

    What depends on a decision still open is marked `conditional`, and what comes after it `provisional`;
    scores and decisions that are known settle it. An episode keeps the version it began with.
    """
    chosen = definition_from(definition)
    try:
        place = zone_named(zone) if zone else None
    except InvalidValue as wrong:
        raise InvalidInput(Problem("(options)", "-", "--zone", wrong.expected, wrong.found)) from None
    settled = _known(chosen, known, decide, done)
    try:
        found = lay_out(chosen, start, known=settled)
    except InvalidValue as wrong:
        raise InvalidInput(Problem("(options)", "-", "--start", wrong.expected, wrong.found)) from None
    if format == "ics":
        from allay.interop.calendars import calendar_bytes

        data = calendar_bytes(found, zone=place, episode=episode)
        deliver(output, lambda file: file.write(data))
    elif format == "json":
        deliver_text(output, json_text(timeline_dict(found, zone=place)))
    else:
        frame = pl.DataFrame(timeline_rows(found, zone=place), infer_schema_length=None)
        deliver_frame(output, frame if format == "csv" else frame.select(SHORT), form=format)


def _known(
    definition: ProgramDefinition, scores: str | None, decide: tuple[str, ...], done: tuple[str, ...]
) -> Known:
    problems = []
    decisions: dict[str, bool] = {}
    days: dict[str, dt.date] = {}
    for text in decide:
        gate, _, answer = text.partition("=")
        if answer in ("yes", "no") and gate in [each.id for each in definition.gates]:
            decisions[gate] = answer == "yes"
        else:
            gates = ", ".join(each.id for each in definition.gates) or "none"
            problems.append(
                Problem("(options)", "-", "--decide", f"GATE=yes or GATE=no (gates: {gates})", text)
            )
    for text in done:
        point, _, day = text.partition("=")
        try:
            days[_point(definition, point)] = parse_date(day)
        except InvalidValue as wrong:
            problems.append(Problem("(options)", "-", "--done", wrong.expected, wrong.found))
    if problems:
        raise InvalidInput(problems)
    if not scores:
        return Known(decisions=decisions, done=days)
    source, name = opened(scores)
    return Known(scores=read_scores(source, definition, name=name), decisions=decisions, done=days)


def _point(definition: ProgramDefinition, point: str) -> str:
    ids = [each.id for each in definition.timepoints]
    if point not in ids:
        raise InvalidValue(expected="TIMEPOINT=DATE with one of " + ", ".join(ids), found=point)
    return point
