"""What matching found, as rows of a table and as plain data for JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from allay.base.money import Money
from allay.payment.claims.matching import ClaimMatches, LineMatch, LineOutcome
from allay.payment.claims.reasons import label, reasons
from allay.payment.claims.remittance import Remittance

COLUMNS = (
    "claim_id",
    "line",
    "code",
    "modifiers",
    "outcome",
    "billed",
    "answered",
    "paid",
    "patient_share",
    "expected",
    "unexplained",
    "adjustments",
)


def match_rows(found: ClaimMatches) -> pl.DataFrame:
    """Return one row for each line, amounts as text with two decimals.

    Examples
    --------
    >>> match_rows(ClaimMatches(())).columns[:5]
    ['claim_id', 'line', 'code', 'modifiers', 'outcome']
    """
    return pl.DataFrame([_row(each) for each in found.lines], schema=dict.fromkeys(COLUMNS, pl.String))


def match_text(found: ClaimMatches) -> str:
    """Return the sums in words, and what the reasons mean as far as Allay knows, with how sure it is."""
    totals = found.totals
    parts = [f"paid {totals.paid}"]
    parts += [f"{group or 'other'} {amount}" for group, amount in totals.adjusted.items()]
    known = {each.reason for line in found.lines for each in line.adjustments if label(each.reason)}
    return "\n".join(
        [
            f"billed {totals.billed}, not found {totals.not_found}, extra {totals.extra}",
            f"answered {totals.answered} = {' + '.join(parts)} + unexplained {totals.unexplained}",
            *(f"{reason}: {label(reason)} [{reasons().status}]" for reason in sorted(known)),
        ]
    )


def match_dict(found: ClaimMatches, answered: Remittance) -> dict[str, Any]:
    """Return lines, counts and sums as plain data; amounts are exact decimals."""
    totals = found.totals
    return {
        "labels": {"recorded_on": reasons().recorded_on, "status": reasons().status.value},
        "lines": [_plain(each) for each in found.lines],
        "counts": {each.value: found.count(each) for each in LineOutcome},
        "totals": {
            "billed": totals.billed.dollars,
            "not_found": totals.not_found.dollars,
            "extra": totals.extra.dollars,
            "changed": totals.changed.dollars,
            "answered": totals.answered.dollars,
            "paid": totals.paid.dollars,
            "adjusted": {group: amount.dollars for group, amount in totals.adjusted.items()},
            "unexplained": totals.unexplained.dollars,
            "balanced": totals.balanced,
        },
        "payment": {
            "amount": _dollars(answered.payment_amount),
            "balanced": answered.balanced,
            "provider_adjustments": [
                {"reason": each.reason, "reference": each.reference, "amount": each.amount.dollars}
                for each in answered.provider_adjustments
            ],
        },
    }


def _plain(match: LineMatch) -> dict[str, Any]:
    return {
        "claim_id": match.claim_id,
        "line": match.line,
        "code": match.code,
        "modifiers": list(match.modifiers),
        "outcome": match.outcome.value,
        "billed": match.billed.dollars,
        "answered": match.answered.dollars,
        "paid": match.paid.dollars,
        "patient_share": match.patient_share.dollars,
        "expected": _dollars(match.expected),
        "unexplained": match.unexplained.dollars,
        "adjustments": [
            {
                "group": each.group,
                "reason": each.reason,
                "amount": each.amount.dollars,
                "label": label(each.reason),
            }
            for each in match.adjustments
        ],
    }


def _row(match: LineMatch) -> dict[str, str | None]:
    return {
        "claim_id": match.claim_id,
        "line": match.line or None,
        "code": match.code,
        "modifiers": " ".join(match.modifiers) or None,
        "outcome": match.outcome.value,
        "billed": str(match.billed),
        "answered": str(match.answered),
        "paid": str(match.paid),
        "patient_share": str(match.patient_share),
        "expected": None if match.expected is None else str(match.expected),
        "unexplained": str(match.unexplained),
        "adjustments": "; ".join(f"{each.group}:{each.reason}:{each.amount}" for each in match.adjustments)
        or None,
    }


def _dollars(amount: Money | None) -> Decimal | None:
    return None if amount is None else amount.dollars
