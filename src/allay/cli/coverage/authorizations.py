"""`allay coverage authorizations`: what is left, what runs out, and what has to happen next."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click
import polars as pl

import allay
from allay.cli.coverage.reasons import reason_row
from allay.cli.frame import (
    DAY,
    OnInvalid,
    example,
    format_option,
    input_argument,
    invalid_option,
    output_option,
    say_left_out,
)
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.coverage.authorizations.ranking import NextStep, ranked
from allay.coverage.authorizations.sheet import read_authorizations

SCHEMA = {
    "authorization_id": pl.String,
    "patient_id": pl.String,
    "payer": pl.String,
    "services": pl.String,
    "status": pl.String,
    "approved": pl.Int64,
    "used": pl.Int64,
    "left": pl.Int64,
    "overused": pl.Int64,
    "last_covered": pl.Date,
    "next_step": pl.String,
    "by": pl.Date,
    "late": pl.String,
    "confidence": pl.String,
    "notes": pl.String,
}


@click.command(
    "authorizations",
    epilog=example(
        "allay coverage authorizations authorizations.csv --as-of 2026-11-22",
        "allay coverage authorizations authorizations.csv --as-of 2026-11-22 --format csv -o next.csv",
    ),
)
@input_argument("authorizations")
@click.option("--as-of", type=DAY, required=True, help="The day from which to look.")
@click.option("--known-on", type=DAY, help="Use only what was recorded up to this day.")
@invalid_option("Refuse a file with wrong rows, or leave those rows out and name them.")
@format_option("table", "csv", "json")
@output_option()
def authorizations(
    *,
    authorizations: str,
    as_of: dt.date,
    known_on: dt.date | None,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
) -> None:
    """Rank AUTHORIZATIONS, a CSV file, by what has to happen next.

    Columns: authorization_id, patient_id, payer, services (separated by ;), status (draft, requested, pended,
    approved, partially_approved, denied, appealed, expired, canceled, exhausted), and perhaps payer_type,
    units_requested, units_approved, units_used, from, to (the last day covered), requested_on, requested_at,
    decided_on, urgent, visits_per_week, units_per_visit, answer_days. More used than approved comes first.
    """
    source, name = opened(authorizations)
    file = read_authorizations(source, on_invalid=on_invalid, name=name)
    say_left_out(file.problems, name=name)
    steps = ranked(file.authorizations, as_of=as_of, known_on=known_on)
    rows = [_row(each) for each in steps]
    if format == "json":
        whole = [
            {**row, "notes": list(each.notes), "reasons": list(map(reason_row, each.reasons))}
            for row, each in zip(rows, steps, strict=True)
        ]
        content = {"allay_version": allay.__version__, "as_of": as_of, "rows": whole}
        deliver_text(output, json_text(content))
        return
    frame = pl.DataFrame(rows, schema=SCHEMA)
    if format == "csv":
        deliver_frame(output, frame)
        return
    notes = [f"- {row['authorization_id']}: {row['notes']}" for row in rows if row["notes"]]
    deliver_text(output, "\n".join([aligned(frame.drop("notes", "payer", "overused")), "", *notes]))


def _row(each: NextStep) -> dict[str, Any]:
    one = each.authorization
    return {
        "authorization_id": one.id,
        "patient_id": one.patient,
        "payer": one.payer,
        "services": ";".join(one.services),
        "status": each.stage.value,
        "approved": one.units_approved,
        "used": one.units_used,
        "left": one.left,
        "overused": one.overused,
        "last_covered": each.last_covered,
        "next_step": each.step,
        "by": each.on,
        "late": "yes" if each.late else "no",
        "confidence": each.confidence.value,
        "notes": "; ".join(each.notes),
    }
