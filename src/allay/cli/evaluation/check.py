"""`allay evaluation check`: whether claims can be computed with, and what is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.cli.frame import DAY, Decorator, answer_no, example, format_option, output_option
from allay.cli.results import aligned, deliver_text, json_text
from allay.evaluation.claims import ClaimsCheck, check_claims

SCHEMAS: dict[str, type[BaseModel]] = {"claims-check": ClaimsCheck}


def decide_option() -> Decorator:
    """Declare `--decide ID=DECISION`."""
    return click.option(
        "--decide",
        "decisions",
        metavar="ID=DECISION",
        multiple=True,
        help="What to do about a kind of finding: refuse, drop or keep. May be given several times.",
    )


def decisions_of(given: Sequence[str]) -> dict[str, str]:
    """Read what was given for `--decide`."""
    found = {}
    for each in given:
        kind, sign, decision = each.partition("=")
        if not sign:
            raise click.UsageError(f"--decide takes ID=refuse, ID=drop or ID=keep, not {each!r}")
        found[kind.strip()] = decision.strip()
    return found


@click.command(
    "check",
    epilog=example(
        "allay evaluation check claims",
        "allay evaluation check claims --extract-end 2025-12-31 --decide absurd_amount=drop",
        "allay evaluation check claims --format json -o check.json",
    ),
)
@click.argument("claims", metavar="CLAIMS_DIR")
@decide_option()
@click.option("--extract-end", type=DAY, help="Last day of the extract; enrollment ends with it.")
@click.option("--memory", default="8GB", show_default=True, help="What the engine may take.")
@format_option("table", "json")
@output_option()
def check(
    *,
    claims: str,
    decisions: Sequence[str],
    extract_end: dt.date | None,
    memory: str,
    format: str,
    output: str | None,
) -> None:
    """Check the tables in CLAIMS_DIR before anything is computed from them.

    The folder holds member, enrollment, medical_claim and pharmacy_claim, each as NAME.parquet, NAME.csv or a
    folder NAME of Parquet files. The report names what was found by table, row and column, and what is
    decided about it. Exit status 1 says that the claims are refused.
    """
    found = check_claims(
        claims,
        decisions=decisions_of(decisions),
        extract_end=extract_end,
        memory=memory,
        allay_version=allay.__version__,
    )
    if format == "json":
        deliver_text(output, json_text(found.model_dump(mode="json")))
    else:
        deliver_text(output, "\n".join(check_lines(found)))
    if not found.accepted:
        answer_no()


def check_lines(check: ClaimsCheck) -> Iterable[str]:
    """Write a check for reading."""
    refused = len(check.refused)
    yield "claims are accepted" if check.accepted else f"claims are refused, for {refused} finding(s)"
    yield ""
    rows = [
        {"table": name, "rows": count, "dropped": check.dropped[name]} for name, count in check.rows.items()
    ]
    yield aligned(pl.DataFrame(rows))
    if check.findings:
        yield ""
        found = [
            {
                "finding": each.id,
                "table": each.table,
                "column": each.column,
                "rows": each.count,
                "decision": each.decision.value,
            }
            for each in check.findings
        ]
        yield aligned(pl.DataFrame(found))
        yield ""
        yield "the first rows of each finding"
        yield from (str(problem) for each in check.findings for problem in each.problems)
    yield ""
    yield from check.notes
    source = check.limits.source
    yield f"limits of what is believed: {source.text.lower()} ({source.status.value})"
