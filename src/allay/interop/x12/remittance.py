"""835: a remittance with its claims, lines and adjustments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allay.base.money import Money
from allay.interop.x12.envelope import Transaction
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.segments import Segment
from allay.interop.x12.values import Note, amount, procedure, quantity
from allay.payment.claims.remittance import (
    Adjustment,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)

_SERVICE_DAYS = ("150", "472")
_ALLOWED, _PATIENT, _LINE_CONTROL = "B6", "QC", "6R"
_IMBALANCES = {
    "line_balance": ("SVC02", "payment and adjustments of the line to add up to its charge, {}"),
    "claim_balance": ("CLP03", "payment and adjustments of the claim to add up to its charge, {}"),
    "claim_lines": ("CLP03", "the charges of the lines to add up to that of the claim, {}"),
    "payment_balance": ("BPR02", "the payment to be what is paid for claims less PLB, {}"),
}


def read_remittance(transaction: Transaction, *, note: Note) -> Remittance:
    """Read an 835.

    Parameters
    ----------
    transaction : Transaction
        Of type 835.
    note : callable
        Gets what is wrong: amounts that are none, and every sum that does not hold.
    """
    reader = _Reader(note)
    for segment in transaction.body:
        reader.take(segment)
    found = reader.remittance(transaction.segments[0].position)
    for each in found.imbalances():
        element, expected = _IMBALANCES[each.kind]
        note(X12Finding(each.kind, each.place, element, expected.format(each.expected), str(each.found)))
    return found


class _Reader:
    """Collects the parts of a remittance as segments come."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.head: dict[str, Any] = {"payment_amount": None}
        self.claims: list[RemittanceClaim] = []
        self.lines: list[RemittanceLine] = []
        self.provider: list[ProviderAdjustment] = []

    def take(self, segment: Segment) -> None:
        if segment.id == "CLP":
            self._close()
            self.claims.append(self._claim(segment))
        elif segment.id == "PLB":
            self._close()
            self.provider += self._provider(segment)
        elif self.claims:
            self._within_claim(segment)
        else:
            self._heading(segment)

    def _heading(self, segment: Segment) -> None:
        if segment.id == "BPR":
            self.head |= {
                "payment_amount": amount(segment, 2, note=self.note),
                "credit_debit": segment[3],
                "payment_method": segment[4],
                "payment_date": segment[16],
                "place": segment.position,
            }
        elif segment.id == "TRN":
            self.head["trace_number"] = segment[2]
        elif segment.id == "N1" and segment[1] == "PR":
            self.head["payer"] = segment[2]
        elif segment.id == "N1" and segment[1] == "PE":
            self.head |= {"payee": segment[2], "payee_id": segment[4]}

    def _within_claim(self, segment: Segment) -> None:
        if segment.id == "SVC":
            self.lines.append(self._line(segment))
        elif segment.id == "CAS":
            self._adjust(self._adjustments(segment))
        elif segment.id == "NM1" and segment[1] == _PATIENT:
            claim = self.claims[-1]
            self.claims[-1] = replace(claim, patient=(segment[3], segment[4], segment[9]))
        elif self.lines and segment.id == "DTM" and segment[1] in _SERVICE_DAYS:
            self.lines[-1] = replace(self.lines[-1], service_date=segment[2])
        elif self.lines and segment.id == "REF" and segment[1] == _LINE_CONTROL:
            self.lines[-1] = replace(self.lines[-1], control=segment[2])
        elif self.lines and segment.id == "AMT" and segment[1] == _ALLOWED:
            self.lines[-1] = replace(self.lines[-1], allowed=amount(segment, 2, note=self.note))

    def _claim(self, segment: Segment) -> RemittanceClaim:
        charge, paid = amount(segment, 3, note=self.note), amount(segment, 4, note=self.note)
        for number, value, what in ((3, charge, "charge"), (4, paid, "payment")):
            if value is None and not segment[number]:
                expected = f"the {what} of the claim"
                self.note(X12Finding("amount", segment.position, f"CLP{number:02d}", expected, "nothing"))
        return RemittanceClaim(
            claim_id=segment[1],
            status=segment[2],
            charge=charge,
            paid=paid,
            patient_responsibility=amount(segment, 5, note=self.note),
            filing_code=segment[6],
            payer_claim_control_number=segment[7],
            place=segment.position,
        )

    def _line(self, segment: Segment) -> RemittanceLine:
        qualifier, code, modifiers = procedure(segment, 1, note=self.note)
        return RemittanceLine(
            procedure=code,
            modifiers=modifiers,
            charge=amount(segment, 2, note=self.note),
            paid=amount(segment, 3, note=self.note),
            paid_units=quantity(segment, 5, note=self.note),
            procedure_qualifier=qualifier or "",
            submitted=procedure(segment, 6, note=self.note)[1],
            place=segment.position,
        )

    def _adjustments(self, segment: Segment) -> tuple[Adjustment, ...]:
        return tuple(
            Adjustment(
                segment[1],
                segment[number],
                amount(segment, number + 1, note=self.note) or Money(),
                quantity(segment, number + 2, note=self.note),
            )
            for number in range(2, len(segment.elements), 3)
            if segment[number] or segment[number + 1]
        )

    def _adjust(self, adjustments: tuple[Adjustment, ...]) -> None:
        if self.lines:
            line = self.lines[-1]
            self.lines[-1] = replace(line, adjustments=(*line.adjustments, *adjustments))
        else:
            claim = self.claims[-1]
            self.claims[-1] = replace(claim, adjustments=(*claim.adjustments, *adjustments))

    def _provider(self, segment: Segment) -> list[ProviderAdjustment]:
        found = []
        for number in range(3, len(segment.elements), 2):
            reason = [*segment.parts(number), "", ""]
            value = amount(segment, number + 1, note=self.note)
            if reason[0] or value is not None:
                found.append(
                    ProviderAdjustment(segment[1], segment[2], reason[0], reason[1], value or Money())
                )
        return found

    def _close(self) -> None:
        if self.claims and self.lines:
            self.claims[-1] = replace(self.claims[-1], lines=tuple(self.lines))
        self.lines = []

    def remittance(self, place: int) -> Remittance:
        self._close()
        head = {"place": place, **self.head}
        return Remittance(claims=tuple(self.claims), provider_adjustments=tuple(self.provider), **head)
