"""`allay coverage credentials` and `allay coverage supervise`: what expires next, and who may supervise."""

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
from allay.coverage.answers import Reason
from allay.coverage.credentials.expiry import expiring
from allay.coverage.credentials.incident_to import MEDICARE
from allay.coverage.credentials.license_map import LicenseMap, shipped_license_map
from allay.coverage.credentials.mapsheet import read_license_map
from allay.coverage.credentials.records import Credentials
from allay.coverage.credentials.sheet import read_credentials
from allay.coverage.credentials.supervision import SupervisionAnswer, who_may_supervise

LEAVE_OUT = "Refuse a file with wrong rows, or leave those rows out and name them."
EXPIRY_COLUMNS = ("practitioner", "kind", "what", "last_day", "days_left", "state")


@click.command(
    "credentials",
    epilog=example(
        "allay coverage credentials team.csv --as-of 2026-11-22",
        "allay coverage credentials team.csv --as-of 2026-11-22 --within 30 --format csv -o expiring.csv",
    ),
)
@input_argument("credentials")
@click.option("--as-of", type=DAY, required=True, help="The day from which to look.")
@click.option(
    "--within", type=click.IntRange(0), default=90, show_default=True, help="How many days to look ahead."
)
@invalid_option(LEAVE_OUT)
@format_option("table", "csv", "json")
@output_option()
def credentials(
    *,
    credentials: str,
    as_of: dt.date,
    within: int,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
) -> None:
    """List what has expired or expires next in CREDENTIALS, a CSV or JSON file.

    One row per record: practitioner, kind (license, privilege, enrollment, degree, supervision, profession),
    and what the kind needs: type, state, status, number, compact, payer, network, level, accredited, whom,
    mode, service, setting, from, to (the last day it is valid), recorded_on.
    """
    known = _read(credentials, on_invalid)
    rows = [
        {column: getattr(each, column) for column in EXPIRY_COLUMNS}
        for each in expiring(known, as_of=as_of, within_days=within)
    ]
    if format == "json":
        content = {"allay_version": allay.__version__, "as_of": as_of, "within_days": within, "rows": rows}
        deliver_text(output, json_text(content))
    elif format == "table" and not rows:
        deliver_text(output, f"nothing has expired by {as_of}, nor expires within {within} days")
    else:
        kinds = dict.fromkeys(EXPIRY_COLUMNS, pl.String)
        schema = {**kinds, "last_day": pl.Date, "days_left": pl.Int64}
        deliver_frame(output, pl.DataFrame(rows, schema=schema), form=format)


@click.command(
    "supervise",
    epilog=example(
        "allay coverage supervise team.csv --date 2026-03-01 --state VT --whom lac --global-period 000",
        "allay coverage supervise team.csv --date 2026-03-01 --state VT --format json -o answers.json",
    ),
)
@input_argument("credentials")
@click.option("--date", "day", type=DAY, required=True, help="Day of service.")
@click.option("--state", required=True, help="State in which the patient is, such as VT.")
@click.option("--whom", help="Only agreements on this person.")
@click.option("--service", help="Id of the service, such as acupuncture.")
@click.option("--setting", help="Setting, as the agreements name it.")
@click.option("--payer", default=MEDICARE, show_default=True, help="Kind of payer, as enrollments name it.")
@click.option("--global-period", help="Global period of the procedure: 000, 010, 090, or letters.")
@click.option("--known-on", type=DAY, help="Use only what was recorded up to this day.")
@click.option("--licenses", metavar="FILE", help="Rows of your own license map, which replace the shipped.")
@invalid_option(LEAVE_OUT)
@format_option("table", "csv", "json")
@output_option()
def supervise(
    *,
    credentials: str,
    day: dt.date,
    state: str,
    whom: str | None,
    service: str | None,
    setting: str | None,
    payer: str,
    global_period: str | None,
    known_on: dt.date | None,
    licenses: str | None,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
) -> None:
    """Say which supervisors in CREDENTIALS serve for a service billed incident to them, and why.

    Answers are yes, no, conditional (see `missing`) or unknown. What is not verified says so. State law may
    ask for more than the payer does.
    """
    answers = who_may_supervise(
        _read(credentials, on_invalid),
        day=day,
        state=state,
        whom=whom,
        service=service,
        setting=setting,
        payer=payer,
        global_period=global_period,
        known_on=known_on,
        license_map=_map(licenses),
    )
    if format == "json":
        content = {
            "allay_version": allay.__version__,
            "date": day,
            "state": state,
            "payer": payer,
            "answers": [_whole(each) for each in answers],
        }
        deliver_text(output, json_text(content))
    elif format == "table" and not answers:
        deliver_text(output, f"no agreement of supervision covers {day}")
    else:
        schema = dict.fromkeys(SUPERVISION_COLUMNS, pl.String)
        frame = pl.DataFrame([_row(each) for each in answers], schema=schema)
        if format == "csv":
            deliver_frame(output, frame)
        else:
            deliver_text(output, "\n".join([aligned(frame.drop("reason")), *map(_reasons, answers)]))


SUPERVISION_COLUMNS = (
    "supervisor",
    "whom",
    "mode",
    "service",
    "setting",
    "answer",
    "confidence",
    "missing",
    "reason",
)


def _row(each: SupervisionAnswer) -> dict[str, str | None]:
    agreement, answer = each.agreement, each.answer
    return {
        "supervisor": agreement.practitioner,
        "whom": agreement.whom,
        "mode": agreement.mode.value,
        "service": agreement.service or None,
        "setting": agreement.setting or None,
        "answer": answer.verdict.value,
        "confidence": answer.confidence.value,
        "missing": "; ".join(answer.missing) or None,
        "reason": "; ".join(f"{reason.text}{_doubt(reason)}" for reason in answer.reasons),
    }


def _reasons(each: SupervisionAnswer) -> str:
    """Write the reasons of one answer below the table."""
    agreement = each.agreement
    lines = [f"- {reason.text}{_doubt(reason)}" for reason in each.answer.reasons]
    return "\n".join(["", f"{agreement.practitioner}, {agreement.what}", *lines])


def _doubt(reason: Reason) -> str:
    return "" if reason.status.certain else f" ({reason.status.value})"


def _whole(each: SupervisionAnswer) -> dict[str, Any]:
    row: dict[str, Any] = {key: value for key, value in _row(each).items() if key != "reason"}
    return {
        **row,
        "missing": list(each.answer.missing),
        "reasons": list(map(reason_row, each.answer.reasons)),
    }


def _read(path: str, on_invalid: OnInvalid) -> Credentials:
    source, name = opened(path)
    file = read_credentials(source, on_invalid=on_invalid, name=name)
    say_left_out(file.problems, name=name)
    return file.credentials


def _map(path: str | None) -> LicenseMap | None:
    if path is None:
        return None
    source, name = opened(path)
    return read_license_map(source, name=name).over(shipped_license_map())
