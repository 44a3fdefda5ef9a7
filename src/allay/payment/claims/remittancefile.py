"""Remittances as a plain table: one row for each service line, for payers that send no 835."""

from __future__ import annotations

import re
from collections.abc import Callable

from allay.base.dates import parse_date
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.money import Money
from allay.base.tables import CsvTable, Readable, read_csv
from allay.payment.claims.remittance import Adjustment, Imbalance, Remittance, RemittanceClaim, RemittanceLine

REQUIRED = ("claim_id", "code", "charge", "paid")
OPTIONAL = ("line", "modifiers", "allowed", "patient_responsibility", "adjustments", "date")
_ADJUSTMENT = re.compile(r"([A-Z]{2}):([A-Z0-9]{1,5}):(-?[0-9]+(?:\.[0-9]{1,2})?)", re.ASCII)
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
    reader = _Rows(table)
    claims: dict[str, list[RemittanceLine]] = {}
    for row in range(table.frame.height):
        claim_id, line = reader.line(row)
        claims.setdefault(claim_id, []).append(line)
    if reader.problems:
        raise InvalidInput(reader.problems)
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


class _Rows:
    """Reads the rows of a table and collects their problems."""

    def __init__(self, table: CsvTable) -> None:
        self.table = table
        self.rows = table.frame.to_dicts()
        self.problems: list[Problem] = []

    def cell(self, row: int, column: str) -> str:
        return str(self.rows[row].get(column) or "").strip()

    def wrong(self, row: int, column: str, expected: str) -> None:
        self.problems.append(self.table.problem(row, column, expected=expected))

    def amount(self, row: int, column: str, *, needed: bool = False) -> Money | None:
        text = self.cell(row, column)
        if not text and not needed:
            return None
        try:
            return Money.parse(text)
        except InvalidValue as refused:
            self.wrong(row, column, refused.expected)
            return None

    def line(self, row: int) -> tuple[str, RemittanceLine]:
        claim_id, code = self.cell(row, "claim_id"), self.cell(row, "code")
        for column, value, expected in (
            ("claim_id", claim_id, "the id of a claim"),
            ("code", code, "a code"),
        ):
            if not value:
                self.wrong(row, column, expected)
        charge, paid = self.amount(row, "charge", needed=True), self.amount(row, "paid", needed=True)
        owed = self.amount(row, "patient_responsibility")
        line = RemittanceLine(
            procedure=code,
            modifiers=tuple(re.split(r"[ ;,:]+", self.cell(row, "modifiers")))
            if self.cell(row, "modifiers")
            else (),
            charge=charge,
            paid=paid,
            adjustments=self._adjustments(row, charge, paid, owed),
            allowed=self.amount(row, "allowed"),
            service_date=self._day(row),
            control=self.cell(row, "line"),
            place=int(self.table.lines[row]),
            patient_responsibility=owed,
        )
        return claim_id, line

    def _day(self, row: int) -> str | None:
        text = self.cell(row, "date")
        if not text:
            return None
        return self._read(row, "date", lambda: parse_date(text).strftime("%Y%m%d"))

    def _read(self, row: int, column: str, reader: Callable[[], str]) -> str | None:
        try:
            return reader()
        except InvalidValue as refused:
            self.wrong(row, column, refused.expected)
            return None

    def _adjustments(
        self, row: int, charge: Money | None, paid: Money | None, owed: Money | None
    ) -> tuple[Adjustment, ...]:
        if "adjustments" not in self.table.columns:
            left = (charge or Money()) - (paid or Money()) - (owed or Money())
            parts = (("PR", owed or Money()), ("CO", left))
            return tuple(Adjustment(group, "", amount) for group, amount in parts if amount)
        found = []
        for part in filter(None, (each.strip() for each in self.cell(row, "adjustments").split(";"))):
            match = _ADJUSTMENT.fullmatch(part)
            if match is None:
                self.wrong(
                    row, "adjustments", "GROUP:REASON:DOLLARS, with semicolons between, as CO:45:10.00"
                )
                continue
            found.append(Adjustment(match[1], match[2], Money.parse(match[3])))
        return tuple(found)
