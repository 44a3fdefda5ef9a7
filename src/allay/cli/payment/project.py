"""`allay payment project`: what a contract and a roster come to, by month and party."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import click
import polars as pl

from allay.base.errors import InvalidInput, Problem
from allay.cli.frame import (
    OnInvalid,
    example,
    format_option,
    input_argument,
    invalid_option,
    output_option,
)
from allay.cli.payment.contract import contract_from
from allay.cli.results import STANDARD, aligned, deliver, deliver_text, json_text, opened
from allay.payment.contracts.roster import read_roster
from allay.payment.projection.project import DRAWS, project
from allay.payment.projection.result import Projection
from allay.payment.projection.settle import settle
from allay.payment.reconciliation.statement import COLUMNS, expected_lines, statement_rows

PERCENT = 100


@click.command(
    "project",
    epilog=example(
        "allay payment project contract.yaml roster.csv -o projection.json",
        "allay payment project path-2021 roster.csv --format table",
        "allay payment project contract.yaml roster.csv --interventions-drop 25 --statement expected.csv",
    ),
)
@click.argument("contract", metavar="CONTRACT.yaml|EXAMPLE")
@input_argument("roster")
@click.option(
    "--draws", type=click.IntRange(0, 100_000), default=DRAWS, show_default=True, help="For intervals."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draws.")
@click.option(
    "--interventions-drop",
    type=click.IntRange(0, PERCENT),
    metavar="PERCENT",
    help="Show what falls when interventional services drop by this much.",
)
@click.option("--statement", metavar="FILE", help="Also write what payers' statements should show, as CSV.")
@invalid_option("Refuse a roster with wrong rows, or leave those rows out and count them.")
@format_option("json", "table")
@output_option()
def project_contract(
    *,
    contract: str,
    roster: str,
    draws: int,
    seed: int,
    interventions_drop: int | None,
    statement: str | None,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
) -> None:
    """Project expected cash of CONTRACT on ROSTER, by month and party, with intervals.

    ROSTER is a CSV file with one row for each patient and service on a day, or each patient and month:
    patient_id, payer, service, date, attended (yes, no, canceled; blank: planned), and where they say
    something episode_id, code, units, allowed, spent, session_id, site, other_payer, own_service, outcome,
    substitute, enrolled_on, completed_on, left_on. Numbers of the contract that nobody signed and nobody read
    at their origin are listed as unconfirmed.
    """
    terms = contract_from(contract)
    source, name = opened(roster)
    rows = read_roster(source, terms, on_invalid=on_invalid, name=name)
    drop = None if interventions_drop is None else Decimal(interventions_drop) / PERCENT
    result = project(terms, rows, seed=seed, draws=draws, interventions_drop=drop)
    text = json_text(result.model_dump()) if format == "json" else _text(result)
    if statement is None:
        deliver_text(output, text)
        return
    if _place(statement) == _place(output):
        raise InvalidInput(
            Problem("(options)", "-", "--statement", "another place than that of the result", statement)
        )
    lines = statement_rows(expected_lines(settle(terms, rows).ledger, terms))
    frame = pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String))

    def write(file: BinaryIO) -> None:
        # Within the writing of the statement, so that both files appear or none.
        frame.write_csv(file)
        deliver_text(output, text)

    deliver(statement, write)


def _place(output: str | None) -> Path | None:
    return None if output is None or output == STANDARD else Path(output).resolve()


def _text(result: Projection) -> str:
    parts = [f"{result.contract}: {result.rows} rows; what the money rests on is {result.status}"]
    parts += ["", "expected cash", _table([each.model_dump() for each in result.cash])]
    if result.bundles:
        shown = ("term", "patient_id", "payer", "start", "ended_on", "visits", "price", "due", "status")
        parts += ["", "bundles", _table([each.model_dump(include=set(shown)) for each in result.bundles])]
    if result.sessions:
        parts += ["", "group sessions", _table([each.model_dump() for each in result.sessions])]
    lines = [each.model_dump(exclude={"by_payer"}) for each in result.service_lines]
    subsidy = result.cross_subsidy
    parts += ["", "service lines", _table(lines)]
    parts.append(f"surpluses {subsidy.pool}, deficits {subsidy.needed}, left {subsidy.left}")
    if drop := result.intervention_drop:
        parts.append(
            f"{drop.share:.0%} fewer interventions: {drop.margin_lost} of margin lost, {drop.after.left} left"
        )
    for saved in result.savings:
        parts.append(f"shared savings {saved.settlement}: {saved.payment} ({saved.reason}; {saved.status})")
    for grant in result.grants:
        parts.append(f"grant {grant.term}: {grant.spent} of {grant.amount} spent, {grant.returned} returned")
    if result.unpaid:
        parts += ["", "visits that bring no money", _table([each.model_dump() for each in result.unpaid])]
    parts += ["", *(each.text for each in result.unconfirmed), *result.notes]
    return "\n".join(parts)


def _table(rows: list[dict[str, Any]]) -> str:
    plain = [{key: _cell(value) for key, value in row.items()} for row in rows]
    return aligned(pl.DataFrame(plain, infer_schema_length=None)) if plain else "none"


def _cell(value: Any) -> Any:
    return value if isinstance(value, int) or value is None else str(value)
