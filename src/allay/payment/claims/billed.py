"""What was billed, as it stands on a claim: enough to add it up and to match the answer with it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from allay.base.money import Money


@dataclass(frozen=True, slots=True)
class ClaimDiagnosis:
    """A diagnosis or another coded item of a claim, with the qualifier that says which (``ABK``, ``ABF``)."""

    qualifier: str
    code: str


@dataclass(frozen=True, slots=True)
class BilledLine:
    """One service line of a claim as it was sent, whoever wrote it.

    Attributes
    ----------
    segment : str
        ``SV1`` professional, ``SV2`` institutional.
    procedure : str or None
        The code; None when the line carries none, or none that can be told apart.
    charge : Money or None
        None when there is none or it is no amount.
    service_date : str
        One day (``20261122``) or two with a hyphen, as X12 writes them.
    control : str
        The line's number for the payer to send back.
    expected : Money or None
        What the plan should allow, where that is known.
    """

    segment: str
    procedure: str | None
    modifiers: tuple[str, ...]
    charge: Money | None
    unit: str = ""
    quantity: Decimal | None = None
    diagnosis_pointers: tuple[str, ...] = ()
    place_of_service: str | None = None
    revenue_code: str | None = None
    procedure_qualifier: str | None = None
    service_date: str | None = None
    control: str = ""
    expected: Money | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class BilledClaim:
    """A claim as it was sent: what identifies it, its charge and its lines.

    Examples
    --------
    >>> line = BilledLine("SV1", "97110", ("GP",), Money(2929))
    >>> claim = BilledClaim("C-1", Money(2929), (line,))
    >>> str(claim.line_charge_sum), claim.balanced
    ('29.29', True)
    """

    claim_id: str
    charge: Money | None
    lines: tuple[BilledLine, ...]
    diagnoses: tuple[ClaimDiagnosis, ...] = ()
    facility_code: str = ""
    facility_qualifier: str = ""
    frequency: str = ""
    prior_auth: str | None = None
    place: int = 0

    @property
    def line_charge_sum(self) -> Money:
        """The charges of the lines, added."""
        return Money.total(line.charge for line in self.lines if line.charge is not None)

    @property
    def balanced(self) -> bool:
        """Whether the lines add up to the charge of the claim."""
        return self.charge == self.line_charge_sum
