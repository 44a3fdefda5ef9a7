"""`allay payment access-deadlines` and `access-eligibility`: what is due for whom, and who may be aligned."""

from __future__ import annotations

import datetime as dt

import click
import polars as pl

import allay
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.payment.access.options import as_of_option, known_on_option
from allay.cli.results import deliver_frame, deliver_text, json_text, opened
from allay.payment.access.candidates import answer_dict, candidate_rows, read_candidates
from allay.payment.access.eligibility import pre_check
from allay.payment.access.parameters import sureness
from allay.payment.access.valueset import read_value_set
from allay.payment.access.worklist import WorkItem, read_alignments, work_list

COUNTING = "days count from the alignment date as day 0 [unconfirmed: derived]; to be safe, send a day early"


@click.command(
    "access-deadlines",
    epilog=example(
        "allay payment access-deadlines alignments.csv --as-of 2026-11-22",
        "allay payment access-deadlines alignments.csv --as-of 2026-11-22 --format table",
    ),
)
@input_argument("alignments")
@as_of_option
@click.option("--all", "everything", is_flag=True, help="Also what was sent and what is over.")
@format_option("csv", "json", "table")
@known_on_option
@output_option()
def access_deadlines(
    *,
    alignments: str,
    as_of: dt.date,
    everything: bool,
    known_on: dt.date | None,
    format: str,
    output: str | None,
) -> None:
    """List the deadlines of a CSV file of ALIGNMENTS, by days left, then by money at risk.

    ALIGNMENTS has patient_id, perhaps track (msk, bh, ckm, eckm; blank is msk), aligned_on or control_on (the
    day somebody was drawn into the control group), and the days of accepted reports: baseline_on,
    quarterly_on (several with blanks between), end_on.
    """
    source, name = opened(alignments)
    items = work_list(
        read_alignments(source, as_of=as_of, name=name), as_of=as_of, known_on=known_on, all_states=everything
    )
    rows = [_work_row(item) for item in items]
    if format == "json":
        content = {
            "allay_version": allay.__version__,
            "as_of": as_of,
            "note": COUNTING,
            "facts": {fact.version: sureness(fact.status) for item in items for fact in item.deadline.facts},
            "rows": rows,
        }
        deliver_text(output, json_text(content))
        return
    frame = pl.DataFrame(rows, schema=_WORK_SCHEMA, orient="row")
    deliver_frame(output, frame if format == "csv" else frame.drop("note", "source"), form=format)
    click.echo(f"allay: {COUNTING}", err=True)


_WORK_SCHEMA = {
    "patient_id": pl.String,
    "track": pl.String,
    "deadline": pl.String,
    "number": pl.Int64,
    "first_day": pl.Date,
    "last_day": pl.Date,
    "days_left": pl.Int64,
    "state": pl.String,
    "sent_on": pl.Date,
    "at_risk": pl.String,
    "sureness": pl.String,
    "note": pl.String,
    "source": pl.String,
}


def _work_row(item: WorkItem) -> dict[str, object]:
    deadline = item.deadline
    titles = dict.fromkeys(ref.title for fact in deadline.facts for ref in fact.references)
    return {
        "patient_id": item.patient_id,
        "track": item.track,
        "deadline": deadline.kind,
        "number": deadline.number,
        "first_day": deadline.first_day,
        "last_day": deadline.last_day,
        "days_left": item.days_left,
        "state": item.state.value,
        "sent_on": deadline.sent_on,
        "at_risk": None if item.at_risk is None else str(item.at_risk),
        "sureness": sureness(item.status),
        "note": deadline.note,
        "source": "; ".join(titles),
    }


@click.command(
    "access-eligibility",
    epilog=example(
        "allay payment access-eligibility candidates.csv --as-of 2026-11-22 --value-set codes.json",
        "allay payment access-eligibility candidates.csv --as-of 2026-11-22 --format json",
    ),
)
@input_argument("candidates")
@as_of_option
@click.option("--value-set", metavar="FILE", help="JSON of the qualifying diagnoses, of a version you name.")
@format_option("csv", "json", "table")
@known_on_option
@output_option()
def access_eligibility(
    *,
    candidates: str,
    as_of: dt.date,
    value_set: str | None,
    known_on: dt.date | None,
    format: str,
    output: str | None,
) -> None:
    """Look at CANDIDATES for the musculoskeletal track before CMS is asked: yes, no, conditional, unknown.

    CANDIDATES has patient_id and any of part_a, part_b, medicare_primary, medicare_advantage, hospice, esrd,
    pace, control_group, aligned_elsewhere, perisurgical, consent (yes or no; blank is not known), pain_since
    (a day) and diagnoses (codes with blanks between). Without a value set no candidate is answered yes.
    """
    codes = None
    if value_set is not None:
        source, name = opened(value_set)
        codes = read_value_set(source, name=name)
    source, name = opened(candidates)
    answers = [
        (patient, pre_check(known, as_of=as_of, value_set=codes, known_on=known_on))
        for patient, known in read_candidates(source, as_of=as_of, name=name)
    ]
    if format == "json":
        content = {
            "allay_version": allay.__version__,
            "as_of": as_of,
            "value_set": codes and codes.reference,
            "candidates": [answer_dict(patient, answer) for patient, answer in answers],
        }
        deliver_text(output, json_text(content))
    else:
        deliver_frame(output, pl.DataFrame(candidate_rows(answers)), form=format)
