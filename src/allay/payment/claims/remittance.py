"""Remittances: what a payer answers to claims, and whether its own figures add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from allay.base.money import Money

REVERSAL = "22"
"""Claim status of X12 that takes an earlier payment back."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Why part of a charge was not paid: group (who bears it), reason code, and the amount.

    Groups: ``CO`` the contract, ``PR`` the patient, ``OA`` other, ``PI`` the payer, ``CR`` a correction.
    """

    group: str
    reason: str
    amount: Money
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One service line as the payer answered it.

    `submitted` is the code that was billed, where the payer answers with another.
    """

    procedure: str | None
    modifiers: tuple[str, ...]
    charge: Money | None
    paid: Money | None
    adjustments: tuple[Adjustment, ...] = ()
    allowed: Money | None = None
    paid_units: Decimal | None = None
    procedure_qualifier: str = ""
    service_date: str | None = None
    control: str = ""
    place: int = 0
    patient_responsibility: Money | None = None
    submitted: str | None = None

    @property
    def unexplained(self) -> Money:
        """What is left of the charge after payment and adjustments: nothing, where the line adds up."""
        return _less(self.charge, self.paid, self.adjustments)


@dataclass(frozen=True, slots=True)
class RemittanceClaim:
    """One claim as the payer answered it.

    Examples
    --------
    >>> why = Adjustment("CO", "45", Money(2071))
    >>> line = RemittanceLine("97110", ("GP",), Money(5000), Money(2343), (why,))
    >>> claim = RemittanceClaim("C-1", "1", Money(5000), Money(2343), lines=(line,))
    >>> str(claim.total_adjustments), claim.balanced, str(claim.unexplained)
    ('20.71', False, '5.86')
    """

    claim_id: str
    status: str
    charge: Money | None
    paid: Money | None
    patient_responsibility: Money | None = None
    filing_code: str = ""
    payer_claim_control_number: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    lines: tuple[RemittanceLine, ...] = ()
    patient: tuple[str, str, str] | None = None
    place: int = 0

    @property
    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """The adjustments of the claim itself and of its lines."""
        return (*self.adjustments, *(each for line in self.lines for each in line.adjustments))

    @property
    def total_adjustments(self) -> Money:
        """All adjustments, added."""
        return Money.total(each.amount for each in self.all_adjustments)

    @property
    def unexplained(self) -> Money:
        """What is left of the charge after payment and adjustments."""
        return _less(self.charge, self.paid, self.all_adjustments)

    @property
    def balanced(self) -> bool:
        """Whether charge = paid + adjustments."""
        return not self.unexplained


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """Money taken or given outside claims: interest, a recovery, a settlement. Positive takes away."""

    provider: str
    fiscal_date: str
    reason: str
    reference: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Imbalance:
    """One place where a remittance does not add up: which sum, what it should be, and what it is."""

    kind: str
    place: int
    expected: Money
    found: Money


@dataclass(frozen=True, slots=True)
class Remittance:
    """One payment with the claims it answers.

    `payment_amount` is None in a remittance that names no payment (a plain table of lines).

    Examples
    --------
    >>> claim = RemittanceClaim("C-1", "1", Money(5000), Money(5000))
    >>> [each.kind for each in Remittance(payment_amount=Money(4000), claims=(claim,)).imbalances()]
    ['payment_balance']
    """

    payment_amount: Money | None
    claims: tuple[RemittanceClaim, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    credit_debit: str = ""
    payment_method: str = ""
    payment_date: str = ""
    trace_number: str = ""
    payer: str = ""
    payee: str = ""
    payee_id: str = ""
    place: int = 0

    @property
    def total_charge(self) -> Money:
        """The charges of the claims, added."""
        return Money.total(claim.charge for claim in self.claims if claim.charge is not None)

    @property
    def total_paid(self) -> Money:
        """What is paid for the claims, added."""
        return Money.total(claim.paid for claim in self.claims if claim.paid is not None)

    @property
    def due(self) -> Money:
        """What the payment should be: claims paid less the provider adjustments."""
        return self.total_paid - Money.total(each.amount for each in self.provider_adjustments)

    @property
    def balanced(self) -> bool:
        """Whether payment = claims paid - provider adjustments."""
        return self.payment_amount is None or self.payment_amount == self.due

    def imbalances(self) -> Iterator[Imbalance]:
        """Yield every sum that does not hold: of lines, of claims, of the payment."""
        for claim in self.claims:
            # A line may leave its adjustments to the claim; then only the claim can add up.
            open_lines = [
                line for line in claim.lines if line.unexplained and (line.adjustments or not claim.balanced)
            ]
            for line in open_lines:
                yield _imbalance("line_balance", line.place, line.charge, line.unexplained)
            said = Money.total(line.unexplained for line in open_lines)
            if claim.unexplained and claim.unexplained != said:
                yield _imbalance("claim_balance", claim.place, claim.charge, claim.unexplained)
            charges = [line.charge for line in claim.lines if line.charge is not None]
            if charges and claim.charge is not None and Money.total(charges) != claim.charge:
                yield Imbalance("claim_lines", claim.place, claim.charge, Money.total(charges))
        if self.payment_amount is not None and not self.balanced:
            yield Imbalance("payment_balance", self.place, self.due, self.payment_amount)


def _less(charge: Money | None, paid: Money | None, adjustments: tuple[Adjustment, ...]) -> Money:
    return (charge or Money()) - (paid or Money()) - Money.total(each.amount for each in adjustments)


def _imbalance(kind: str, place: int, charge: Money | None, unexplained: Money) -> Imbalance:
    whole = charge or Money()
    return Imbalance(kind, place, whole, whole - unexplained)
