"""Remittances as a plain table: one row for each service line, for payers that send no 835."""

from __future__ import annotations

import re

from allay.base.dates import parse_date
from allay.base.errors import Problem
from allay.base.money import Money
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.tables import Readable, read_csv
from allay.payment.claims.remittance import Adjustment, Imbalance, Remittance, RemittanceClaim, RemittanceLine

REQUIRED = ("claim_id", "code", "charge", "paid")
OPTIONAL = ("line", "modifiers", "allowed", "patient_responsibility", "adjustments", "date")
_ADJUSTMENT = re.compile(r"([A-Z]{2}):([A-Z0-9]{1,5}):(-?[0-9]+(?:\.[0-9]{1,2})?)", re.ASCII)
_BETWEEN = re.compile(r"[ ;,:]+")
_SUMS = {
    "line_balance": "payment and adjustments to add up to the charge, {}",
    "claim_balance": "payments and adjustments of the claim to add up to its charge, {}",
}


def read_remittance_csv(source: Readable, *, name: str | None = None) -> Remittance:
    """Read a remittance table.

    Parameters
    ----------
    source : path or binary stream
        Columns `claim_id, code, charge, paid`, and perhaps `line` (the number of the line on the claim),
        `modifiers` (``GP 59``), `allowed`, `patient_responsibility`, `adjustments`
        (``CO:45:10.00; PR:2:5.39``: group, reason, dollars) and `date`. Other columns are passed over.
    name : str, optional
        What messages call the file.

    Returns
    -------
    Remittance
        Without a payment amount; `place` of a claim or line is the line of the file. Where the table has no
        column of adjustments, what was not paid is one adjustment of reason ``""`` with the group ``PR`` as
        far as the patient owes it and else ``CO``.

    Raises
    ------
    InvalidInput
        Amounts, dates and adjustments that are none, by line and column.

    Examples
    --------
    >>> import io
    >>> text = b"claim_id,code,charge,paid,adjustments\\nC-1,97110,50.00,23.43,CO:45:20.71; PR:2:5.86\\n"
    >>> found = read_remittance_csv(io.BytesIO(text))
    >>> claim = found.claims[0]
    >>> str(claim.paid), [each.reason for each in claim.all_adjustments], claim.balanced
    ('23.43', ['45', '2'], True)
    """
    table = read_csv(source, columns=REQUIRED, optional=OPTIONAL, name=name, minimum_rows=1)
    claims: dict[str, list[RemittanceLine]] = {}
    for claim_id, line in read_rows(table, _line):
        claims.setdefault(claim_id, []).append(line)
    return Remittance(
        payment_amount=None,
        claims=tuple(
            RemittanceClaim(
                claim_id=claim_id,
                status="",
                charge=Money.total(each.charge or Money() for each in lines),
                paid=Money.total(each.paid or Money() for each in lines),
                lines=tuple(lines),
                place=lines[0].place,
            )
            for claim_id, lines in claims.items()
        ),
    )


def sum_problem(each: Imbalance, *, name: str) -> Problem:
    """Say as a problem of the table what does not add up."""
    expected = _SUMS[each.kind].format(each.expected)
    return Problem(name, str(each.place), "charge", expected, str(each.found))


def _line(row: SheetRow) -> tuple[str, RemittanceLine]:
    claim_id, code = row.cell("claim_id"), row.cell("code")
    for column, value, expected in (("claim_id", claim_id, "the id of a claim"), ("code", code, "a code")):
        if not value:
            row.wrong(column, expected)
    charge, paid = (row.must(column, Money.parse, otherwise=None) for column in ("charge", "paid"))
    owed = row.maybe("patient_responsibility", Money.parse)
    line = RemittanceLine(
        procedure=code,
        modifiers=tuple(filter(None, _BETWEEN.split(row.cell("modifiers")))),
        charge=charge,
        paid=paid,
        adjustments=_adjustments(row, charge, paid, owed),
        allowed=row.maybe("allowed", Money.parse),
        service_date=row.maybe("date", lambda text: parse_date(text).strftime("%Y%m%d")),
        control=row.cell("line"),
        place=row.line,
        patient_responsibility=owed,
    )
    return claim_id, line


def _adjustments(
    row: SheetRow, charge: Money | None, paid: Money | None, owed: Money | None
) -> tuple[Adjustment, ...]:
    if "adjustments" not in row.cells:
        left = (charge or Money()) - (paid or Money()) - (owed or Money())
        parts = (("PR", owed or Money()), ("CO", left))
        return tuple(Adjustment(group, "", amount) for group, amount in parts if amount)
    found = []
    for part in filter(None, (each.strip() for each in row.cell("adjustments").split(";"))):
        match = _ADJUSTMENT.fullmatch(part)
        if match is None:
            row.wrong("adjustments", "GROUP:REASON:DOLLARS, with semicolons between, as CO:45:10.00")
            continue
        found.append(Adjustment(match[1], match[2], Money.parse(match[3])))
    return tuple(found)
