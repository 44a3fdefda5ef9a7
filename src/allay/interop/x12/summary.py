"""What an X12 file holds, as plain data: envelopes, totals, claims and answers, and what does not add up.

Amounts are exact decimals, made from cents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from allay.base.money import Money
from allay.interop.x12.claims import read_claims
from allay.interop.x12.eligibility import Eligibility, read_eligibility
from allay.interop.x12.envelope import Transaction, X12File, count_ids
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.remittance import read_remittance
from allay.interop.x12.segments import Segment
from allay.interop.x12.status import read_review, read_statuses
from allay.interop.x12.values import Note
from allay.payment.claims.billed import BilledClaim, BilledLine
from allay.payment.claims.remittance import Adjustment, Remittance, RemittanceClaim

Plain = dict[str, Any]


def summarize(file: X12File) -> Plain:
    """Return what a file holds.

    Returns
    -------
    dict
        Separators, the fields of the first ISA, counts, `transactions` by their type, and `findings`: counts
        and control numbers that do not match, claims and payments that do not add up, values that are none.

    Examples
    --------
    >>> import io
    >>> from allay.interop.x12.envelope import read_x12
    >>> isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261122*1200*^*00501*"
    >>> text = isa + "000000001*0*T*:~GS*HS*A*B*20261122*1200*1*X*005010X279A1~ST*270*1~EQ*PT~SE*3*1~GE*1*1~"
    >>> found = summarize(read_x12(io.BytesIO((text + "IEA*1*000000001~").encode())))
    >>> found["isa"]["sender"], found["transactions"][0]["eq"], found["findings"]
    ('CLINIC', [['PT']], [])
    """
    findings = list(file.findings)
    transactions = [_transaction(each, findings.append) for each in file.transactions]
    first = file.interchanges[0]
    return {
        "element_separator": first.delimiters.element,
        "component_separator": first.delimiters.component,
        "segment_terminator": first.delimiters.terminator,
        "isa": {
            "sender_qualifier": first[5],
            "sender": first[6].strip(),
            "receiver_qualifier": first[7],
            "receiver": first[8].strip(),
            "date": first[9],
            "time": first[10],
            "version": first[12],
            "control_number": first[13],
            "usage": first[15],
        },
        "n_isa": len(file.interchanges),
        "n_gs": len(file.groups),
        "n_segments": file.segments,
        "transactions": transactions,
        "findings": [each.as_dict() for each in in_order(findings)],
    }


def in_order(findings: Iterable[X12Finding]) -> list[X12Finding]:
    """Return findings in the order of the file."""
    return sorted(findings, key=lambda each: (each.position, each.element))


def content_findings(file: X12File) -> list[X12Finding]:
    """Return what is wrong with envelopes, amounts and sums of a file."""
    findings = list(file.findings)
    for each in file.transactions:
        _transaction(each, findings.append)
    return in_order(findings)


def _transaction(transaction: Transaction, note: Note) -> Plain:
    return {
        "type": transaction.type,
        "version": transaction.version,
        "control_number": transaction.control_number,
        "segments": len(transaction.segments),
        "se_count": transaction.se_count,
        "se_count_matches": transaction.se_count_matches,
        "se_control_matches": transaction.se_control_matches,
        "segment_counts": count_ids(transaction.segments),
        **_CONTENTS.get(transaction.type, _names)(transaction, note),
    }


def _names(transaction: Transaction, note: Note) -> Plain:
    return {"nm1": [_name(each) for each in transaction.body if each.id == "NM1"]}


def _name(segment: Segment) -> Plain:
    return {"entity": segment[1], "last_or_org": segment[3], "first": segment[4], "id": segment[9]}


def _claims(transaction: Transaction, note: Note) -> Plain:
    claims = read_claims(transaction, note=note)
    names = [each for each in transaction.body if each.id == "NM1"]
    return {
        "n_claims": len(claims),
        "total_charge": dollars(Money.total(each.charge or Money() for each in claims)),
        "claims": [_claim(each) for each in claims],
        "claims_truncated": False,
        "nm1": [{**_name(each), "id_qualifier": each[8]} for each in names],
    }


def _claim(claim: BilledClaim) -> Plain:
    return {
        "claim_id": claim.claim_id,
        "charge": dollars(claim.charge),
        "facility_code": claim.facility_code,
        "facility_qualifier": claim.facility_qualifier,
        "frequency": claim.frequency,
        "diagnoses": [{"qualifier": each.qualifier, "code": each.code} for each in claim.diagnoses],
        "lines": [_line(each) for each in claim.lines],
        "prior_auth": claim.prior_auth,
        "line_charge_sum": dollars(claim.line_charge_sum),
        "balanced": claim.balanced,
    }


def _line(line: BilledLine) -> Plain:
    return {
        "segment": line.segment,
        "revenue_code": line.revenue_code,
        "procedure_qualifier": line.procedure_qualifier,
        "procedure": line.procedure,
        "modifiers": list(line.modifiers),
        "charge": dollars(line.charge),
        "unit": line.unit,
        "quantity": line.quantity,
        "place_of_service": line.place_of_service,
        "diagnosis_pointers": list(line.diagnosis_pointers),
        "service_date": line.service_date,
    }


def _remittance(transaction: Transaction, note: Note) -> Plain:
    return remittance_dict(read_remittance(transaction, note=note))


def remittance_dict(found: Remittance) -> Plain:
    """Return a remittance as plain data."""
    return {
        "payment_amount": dollars(found.payment_amount),
        "credit_debit": found.credit_debit,
        "payment_method": found.payment_method,
        "payment_date": found.payment_date,
        "trace_number": found.trace_number,
        "payer": found.payer,
        "payee": found.payee,
        "payee_id": found.payee_id,
        "n_claims": len(found.claims),
        "total_charge": dollars(found.total_charge),
        "total_paid": dollars(found.total_paid),
        "provider_adjustments": [
            {
                "provider": each.provider,
                "fiscal_date": each.fiscal_date,
                "reason": each.reason,
                "reference": each.reference,
                "amount": dollars(each.amount),
            }
            for each in found.provider_adjustments
        ],
        "balanced": found.balanced,
        "claims": [_answer(each) for each in found.claims],
        "claims_truncated": False,
    }


def _answer(claim: RemittanceClaim) -> Plain:
    patient = {} if claim.patient is None else {"patient": dict(zip(_PATIENT, claim.patient, strict=True))}
    return {
        "claim_id": claim.claim_id,
        "status": claim.status,
        "charge": dollars(claim.charge),
        "paid": dollars(claim.paid),
        "patient_responsibility": dollars(claim.patient_responsibility),
        "filing_code": claim.filing_code,
        "payer_claim_control_number": claim.payer_claim_control_number,
        "adjustments": [_adjustment(each) for each in claim.adjustments],
        "lines": [
            {
                "procedure_qualifier": line.procedure_qualifier,
                "procedure": line.procedure,
                "modifiers": list(line.modifiers),
                "charge": dollars(line.charge),
                "paid": dollars(line.paid),
                "paid_units": line.paid_units,
                "adjustments": [_adjustment(each) for each in line.adjustments],
                "service_date": line.service_date,
                **({} if line.allowed is None else {"allowed": dollars(line.allowed)}),
            }
            for line in claim.lines
        ],
        **patient,
        "total_adjustments": dollars(claim.total_adjustments),
        "balanced": claim.balanced,
    }


_PATIENT = ("last", "first", "id")


def _adjustment(each: Adjustment) -> Plain:
    return {
        "group": each.group,
        "reason": each.reason,
        "amount": dollars(each.amount),
        "quantity": each.quantity,
    }


def _eligibility(transaction: Transaction, note: Note) -> Plain:
    found: Eligibility = read_eligibility(transaction, note=note)
    return {
        "eq": [list(each) for each in found.asked],
        "eb": [
            {
                "info": each.info,
                "coverage_level": each.coverage_level,
                "service_types": list(each.service_types),
                "insurance_type": each.insurance_type,
                "plan": each.plan,
                "period": each.period,
                "amount": dollars(each.amount),
                "percent": each.percent,
                "authorization_required": each.authorization_required,
                "in_network": each.in_network,
            }
            for each in found.benefits
        ],
        "aaa": [
            {"valid": each.valid, "reject_reason": each.reject_reason, "follow_up": each.follow_up}
            for each in found.rejections
        ],
        **_names(transaction, note),
    }


def _statuses(transaction: Transaction, note: Note) -> Plain:
    return {
        "stc": [
            {
                "status": list(each.status),
                "date": each.date,
                "amount": dollars(each.amount),
                "paid": dollars(each.paid),
            }
            for each in read_statuses(transaction, note=note)
        ],
        "trn": [each[2] for each in transaction.body if each.id == "TRN"],
        **_names(transaction, note),
    }


def _review(transaction: Transaction, note: Note) -> Plain:
    found = read_review(transaction)
    return {
        "um": [
            {
                "category": each.category,
                "certification_type": each.certification_type,
                "service_type": each.service_type,
                "facility": each.facility,
                "level_of_service": each.level_of_service,
            }
            for each in found.asked
        ],
        "hcr": [
            {
                "action": each.action,
                "certification_number": each.certification_number,
                "reason": each.reason,
            }
            for each in found.outcomes
        ],
        "hi": [list(each) for each in found.diagnoses],
        "sv": [list(each) for each in found.services],
        "hsd": [list(each) for each in found.deliveries],
        "dtp": [list(each) for each in found.dates],
        **_names(transaction, note),
    }


_CONTENTS: dict[str, Callable[[Transaction, Note], Plain]] = {
    "837": _claims,
    "835": _remittance,
    "270": _eligibility,
    "271": _eligibility,
    "276": _statuses,
    "277": _statuses,
    "278": _review,
}


def dollars(amount: Money | None) -> Decimal | None:
    """Return an amount as an exact decimal; None stays None."""
    return None if amount is None else amount.dollars
