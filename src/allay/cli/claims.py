"""`allay claims`: read, check, write and match claims and remittances (X12)."""

from __future__ import annotations

import io
from typing import Any

import click
import polars as pl

import allay
from allay.base.errors import InvalidInput, Problem
from allay.base.money import Money
from allay.cli.frame import (
    example,
    format_option,
    input_argument,
    no_if_invalid,
    output_option,
    schema_command,
)
from allay.cli.results import aligned, deliver, deliver_frame, deliver_text, json_text, opened
from allay.interop.x12.answers import read_answer, read_billed
from allay.interop.x12.envelope import X12File, read_x12
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.professional import write_professional
from allay.interop.x12.summary import summarize
from allay.interop.x12.validation import Validation
from allay.interop.x12.validation import validate as validate_file
from allay.payment.claims.matching import ClaimMatches, LineOutcome, match_remittance
from allay.payment.claims.matchsheet import match_dict, match_rows, match_text
from allay.payment.claims.professional import ClaimBatch, read_batch
from allay.payment.claims.remittance import Remittance


@click.group(
    epilog=example(
        "allay claims read remittance.835",
        "allay claims write visits.json -o claims.837",
        "allay claims match claims.837 remittance.835",
    )
)
def group() -> None:
    """Claims and what payers answer to them: X12 837, 835, 270, 271, 276, 277, 278.

    In messages about X12 the line is the number of the segment. No message names a patient.
    """


@group.command(
    epilog=example(
        "allay claims read claims.837 --format json -o claims.json", "allay claims read *.835 --format table"
    )
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@format_option("json", "table")
@output_option()
def read(*, files: tuple[str, ...], format: str, output: str | None) -> None:
    """Read X12 files: what is in them, their totals, and what does not add up.

    Of one FILE the JSON is that file's; of several it is `files`, by name. It has the claims with names and
    numbers of patients; the table has totals and findings only. Findings do not change the exit status.
    """
    found = {file: summarize(_read(file)) for file in files}
    if format == "table":
        deliver_text(output, "\n\n".join(_table(file, summary) for file, summary in found.items()))
        return
    content = next(iter(found.values())) if len(files) == 1 else {"files": found}
    deliver_text(output, json_text({"allay_version": allay.__version__, **content}))


def _read(file: str) -> X12File:
    source, name = opened(file)
    return read_x12(source, name=name)


def _table(file: str, summary: dict[str, Any]) -> str:
    rows = [
        {
            "transaction": each["type"],
            "version": each["version"],
            "control": each["control_number"],
            "segments": each["segments"],
            "claims": each.get("n_claims"),
            "charged": _text(each.get("total_charge")),
            "paid": _text(each.get("total_paid")),
            "payment": _text(each.get("payment_amount")),
        }
        for each in summary["transactions"]
    ]
    parts = [f"{file}: {summary['n_isa']} interchange(s), {summary['n_segments']} segments"]
    if rows:
        parts.append(aligned(pl.DataFrame(rows)))
    parts += [str(X12Finding(**each).problem(file)) for each in summary["findings"]] or ["nothing is wrong"]
    return "\n".join(parts)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@group.command(epilog=example("allay claims validate claims.837"))
@input_argument("file")
@format_option("table", "json")
@output_option()
def validate(*, file: str, format: str, output: str | None) -> None:
    """Say whether an X12 FILE is valid: envelopes, sums, and structure.

    The structure is held against the implementation guide where pyx12 has it, and elsewhere to a coarser
    check of Allay's own; the result says which. Exit status 1 when something is wrong, with every problem on
    standard error; 2 when the file cannot be read as X12 at all.
    """
    read = _read(file)
    found = validate_file(read)
    deliver_text(output, _validated(read, found, format=format))
    if not found.valid:
        with no_if_invalid():
            raise InvalidInput(each.problem(read.name) for each in found.findings)


def _validated(read: X12File, found: Validation, *, format: str) -> str:
    if format == "json":
        return json_text(
            {
                "allay_version": allay.__version__,
                "valid": found.valid,
                "transactions": [
                    {
                        "type": each.type,
                        "version": each.version,
                        "control_number": each.control_number,
                        "checked_by": each.checked_by,
                    }
                    for each in found.transactions
                ],
                "findings": [each.as_dict() for each in found.findings],
            }
        )
    lines = [
        f"{read.name}: {each.type} {each.version} {each.control_number}: structure by {each.checked_by}"
        for each in found.transactions
    ]
    wrong = len(found.findings)
    verdict = "valid" if found.valid else f"not valid, {wrong} problem{'s' if wrong > 1 else ''}"
    return "\n".join([*lines, f"{read.name}: {verdict}"])


@group.command(epilog=example("allay claims write visits.json -o claims.837", "allay claims schema visits"))
@input_argument("visits")
@output_option()
def write(*, visits: str, output: str | None) -> None:
    """Write the claims of VISITS, a JSON file, as X12 837P (005010X222A1).

    Nothing comes from a clock: the same file gives the same bytes. What was written is checked before it is
    handed out. `allay claims schema visits` prints what VISITS holds.
    """
    source, name = opened(visits)
    batch = read_batch(source, name=name)
    data = write_professional(batch)
    wrong = validate_file(read_x12(io.BytesIO(data), name=name)).findings
    if wrong:
        raise InvalidInput(
            Problem(name, "-", f"segment {each.position} {each.element}", each.expected, each.found)
            for each in wrong
        )
    deliver(output, lambda file: file.write(data))
    charge = Money.total(claim.charge for claim in batch.claims)
    click.echo(f"allay: {name}: {len(batch.claims)} claim(s), {charge} dollars charged", err=True)


@group.command(
    epilog=example(
        "allay claims match claims.837 remittance.835 --format table",
        "allay claims match visits.json remittance.csv -o matched.json",
    )
)
@input_argument("claims")
@input_argument("remittance")
@click.option("--post-unbalanced", is_flag=True, help="Match a remittance even if it does not add up.")
@format_option("json", "csv", "table")
@output_option()
def match(*, claims: str, remittance: str, post_unbalanced: bool, format: str, output: str | None) -> None:
    """Match CLAIMS (837, or VISITS in JSON) with a REMITTANCE (835, or CSV) line by line.

    Each line is matched, underpaid, denied, not_found, extra or reversed, with the payer's reasons. A
    remittance that does not add up is refused with exit status 1, unless --post-unbalanced is given.
    REMITTANCE as CSV has claim_id, code, charge, paid and perhaps line, modifiers, allowed,
    patient_responsibility, adjustments (CO:45:10.00; PR:2:5.39) and date.
    """
    source, name = opened(claims)
    billed = read_billed(source, name=name)
    source, name = opened(remittance)
    answered, problems = read_answer(source, name=name)
    if problems and not post_unbalanced:
        with no_if_invalid():
            raise InvalidInput(problems)
    found = match_remittance(billed, answered)
    _deliver_matches(output, found, answered, form=format)
    counted = [f"{found.count(each)} {each.value}" for each in LineOutcome if found.count(each)]
    click.echo(f"allay: {name}: {', '.join(counted)}", err=True)


def _deliver_matches(output: str | None, found: ClaimMatches, answered: Remittance, *, form: str) -> None:
    if form == "json":
        content = {"allay_version": allay.__version__, **match_dict(found, answered)}
        deliver_text(output, json_text(content))
    elif form == "csv":
        deliver_frame(output, match_rows(found))
    else:
        deliver_text(output, f"{aligned(match_rows(found))}\n\n{match_text(found)}")


group.add_command(schema_command("claims", {"visits": ClaimBatch}))
