"""`allay payment reconcile`: our ledger against a payer's statement, line by line."""

from __future__ import annotations

import datetime as dt

import click
import polars as pl

from allay.cli.frame import (
    DAY,
    OnInvalid,
    example,
    format_option,
    input_argument,
    invalid_option,
    output_option,
)
from allay.cli.payment.contract import contract_from
from allay.cli.results import aligned, deliver_text, json_text, opened
from allay.payment.contracts.roster import read_roster
from allay.payment.reconciliation.reconcile import reconcile
from allay.payment.reconciliation.result import Reconciliation
from allay.payment.reconciliation.statement import read_statement


@click.command(
    "reconcile",
    epilog=example(
        "allay payment reconcile contract.yaml roster.csv statement.csv -o differences.json",
        "allay payment reconcile path-2021 roster.csv statement.csv --through 2021-06-30 --format table",
    ),
)
@click.argument("contract", metavar="CONTRACT.yaml|EXAMPLE")
@input_argument("roster")
@input_argument("statement")
@click.option("--payer", help="Whose statement it is, where the file has no column payer.")
@click.option("--through", type=DAY, help="Last day of the statement; what is expected later is not missing.")
@invalid_option("Refuse files with wrong rows, or leave those rows out and count them.")
@format_option("json", "table")
@output_option()
def reconcile_statement(
    *,
    contract: str,
    roster: str,
    statement: str,
    payer: str | None,
    through: dt.date | None,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
) -> None:
    """Compare what CONTRACT pays for ROSTER with a payer's STATEMENT, line by line.

    STATEMENT is a CSV file with one row for each line: item (a service, or the id of a term of the contract),
    date (of the service, or on which a bundle began or ended), paid, and where they say something patient_id,
    payer, paid_on, withheld, note. Each difference says what explains it; together they are the difference of
    the totals.
    """
    terms = contract_from(contract)
    source, name = opened(roster)
    rows = read_roster(source, terms, on_invalid=on_invalid, name=name)
    source, name = opened(statement)
    lines = read_statement(source, terms, payer=payer, on_invalid=on_invalid, name=name)
    result = reconcile(terms, rows, lines, through=through)
    deliver_text(output, json_text(result.model_dump()) if format == "json" else _text(result))


def _text(result: Reconciliation) -> str:
    parts = [
        f"{result.contract}, {', '.join(result.payers)}: expected {result.expected}, paid {result.paid}, "
        f"difference {result.difference}; {result.matched} lines agree, {len(result.differences)} differ"
    ]
    if result.differences:
        rows = [
            {
                "kind": each.kind,
                "patient_id": each.patient_id,
                "item": each.item,
                "date": str(each.date),
                "expected": str(each.expected),
                "paid": str(each.paid),
                "explanation": each.explanation,
                "status": f"unconfirmed: {each.status}" if each.unconfirmed else each.status,
            }
            for each in result.differences
        ]
        parts += ["", aligned(pl.DataFrame(rows, infer_schema_length=None))]
    parts += ["", *(f"{each.kind}: {each.count}, {each.difference}" for each in result.totals)]
    parts += [*(each.text for each in result.unconfirmed), *result.notes]
    return "\n".join(parts)
