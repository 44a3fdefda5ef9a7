"""270 and 271: what is asked about a member's benefits, and what the plan answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from allay.base.money import Money
from allay.interop.x12.envelope import Transaction
from allay.interop.x12.segments import Segment
from allay.interop.x12.values import Note, amount, quantity


@dataclass(frozen=True, slots=True)
class PlanBenefit:
    """One statement of a plan about a member's benefits (EB of a 271), in its codes.

    Attributes
    ----------
    info : str
        What it states: ``1`` active, ``A`` coinsurance, ``B`` copay, ``C`` deductible, ``F`` limit, ...
    service_types : tuple of str
        ``30`` the plan, ``33`` chiropractic, ``PT`` physical therapy, ...
    period : str
        ``29`` what remains, ``23`` calendar year, ...
    percent : Decimal or None
        A share from 0 to 1.
    quantity_qualifier : str
        ``VS`` visits.
    authorization_required, in_network : str
        ``Y``, ``N``, ``U`` (not known), ``W`` (does not matter), or empty.
    """

    info: str
    coverage_level: str = ""
    service_types: tuple[str, ...] = ()
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    amount: Money | None = None
    percent: Decimal | None = None
    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    authorization_required: str = ""
    in_network: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a payer did not answer (AAA), in its codes."""

    valid: str
    reject_reason: str
    follow_up: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A 270 (asked: the elements of each EQ, service types first) or a 271 (benefits, rejections)."""

    asked: tuple[tuple[str, ...], ...]
    benefits: tuple[PlanBenefit, ...]
    rejections: tuple[Rejection, ...]


def read_eligibility(transaction: Transaction, *, note: Note) -> Eligibility:
    """Read a 270 or a 271."""
    asked, benefits, rejections = [], [], []
    for segment in transaction.body:
        if segment.id == "EQ":
            asked.append(segment.elements[1:])
        elif segment.id == "EB":
            benefits.append(_benefit(segment, note))
        elif segment.id == "AAA":
            rejections.append(Rejection(segment[1], segment[3], segment[4]))
    return Eligibility(tuple(asked), tuple(benefits), tuple(rejections))


def _benefit(segment: Segment, note: Note) -> PlanBenefit:
    return PlanBenefit(
        info=segment[1],
        coverage_level=segment[2],
        service_types=tuple(segment.repeats(3)),
        insurance_type=segment[4],
        plan=segment[5],
        period=segment[6],
        amount=amount(segment, 7, note=note),
        percent=quantity(segment, 8, note=note),
        quantity_qualifier=segment[9],
        quantity=quantity(segment, 10, note=note),
        authorization_required=segment[11],
        in_network=segment[12],
        place=segment.position,
    )
