"""837: the claims of a transaction, professional and institutional."""

from __future__ import annotations

from dataclasses import replace

from allay.interop.x12.envelope import Transaction
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.segments import Segment
from allay.interop.x12.values import Note, amount, procedure, quantity
from allay.payment.claims.billed import BilledClaim, BilledLine, ClaimDiagnosis

_PRIOR_AUTHORIZATION, _LINE_CONTROL, _SERVICE_DAY = "G1", "6R", "472"


def read_claims(transaction: Transaction, *, note: Note) -> tuple[BilledClaim, ...]:
    """Read the claims of an 837.

    Parameters
    ----------
    transaction : Transaction
        Of type 837.
    note : callable
        Gets what is wrong: amounts that are none, and lines that do not add up to their claim.

    Returns
    -------
    tuple of BilledClaim
        In the order of the file; `place` is the number of the segment.
    """
    claims: list[BilledClaim] = []
    within = False
    for segment in transaction.body:
        if segment.id == "CLM":
            claims.append(_claim(segment, note))
            within = True
        elif segment.id == "HL":
            within = False  # what follows belongs to the next subscriber or provider, up to its own CLM
        elif within:
            claims[-1] = _with(claims[-1], segment, note)
    found = tuple(claims)
    for claim in found:
        if claim.charge is None:
            note(X12Finding("amount", claim.place, "CLM02", "the charge of the claim", "none"))
        elif not claim.balanced:
            expected = f"the charges of its lines, {claim.line_charge_sum}"
            note(X12Finding("claim_charges", claim.place, "CLM02", expected, str(claim.charge)))
    return found


def _claim(segment: Segment, note: Note) -> BilledClaim:
    facility = [*segment.parts(5), "", "", ""]
    return BilledClaim(
        claim_id=segment[1],
        charge=amount(segment, 2, note=note),
        lines=(),
        facility_code=facility[0],
        facility_qualifier=facility[1],
        frequency=facility[2],
        place=segment.position,
    )


def _with(claim: BilledClaim, segment: Segment, note: Note) -> BilledClaim:
    if segment.id in ("SV1", "SV2"):
        return replace(claim, lines=(*claim.lines, _line(segment, note)))
    if segment.id == "HI":
        return replace(claim, diagnoses=(*claim.diagnoses, *_diagnoses(segment)))
    if segment.id == "REF" and segment[1] == _PRIOR_AUTHORIZATION:
        return replace(claim, prior_auth=claim.prior_auth or segment[2])
    if claim.lines and segment.id == "REF" and segment[1] == _LINE_CONTROL:
        return replace(claim, lines=(*claim.lines[:-1], replace(claim.lines[-1], control=segment[2])))
    if claim.lines and segment.id == "DTP" and segment[1] == _SERVICE_DAY:
        return replace(claim, lines=(*claim.lines[:-1], replace(claim.lines[-1], service_date=segment[3])))
    return claim


def _diagnoses(segment: Segment) -> list[ClaimDiagnosis]:
    parts = [segment.parts(number) for number in range(1, len(segment.elements))]
    return [ClaimDiagnosis(each[0], each[1] if len(each) > 1 else "") for each in parts if each]


def _line(segment: Segment, note: Note) -> BilledLine:
    institutional = segment.id == "SV2"
    first = 2 if institutional else 1
    qualifier, code, modifiers = procedure(segment, first, note=note)
    return BilledLine(
        segment=segment.id,
        procedure=code,
        modifiers=modifiers,
        charge=amount(segment, first + 1, note=note),
        unit=segment[first + 2],
        quantity=quantity(segment, first + 3, note=note),
        diagnosis_pointers=() if institutional else tuple(segment.parts(7)),
        place_of_service=None if institutional else segment[5],
        revenue_code=segment[1] if institutional else None,
        procedure_qualifier=qualifier,
        place=segment.position,
    )
