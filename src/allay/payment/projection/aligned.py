"""Outcome-aligned payments: the rows of a roster become a cohort of the ACCESS model."""

from __future__ import annotations

from allay.payment.access.attainment import Outcome
from allay.payment.access.cohort import Aligned
from allay.payment.access.earnings import Earning, earnings
from allay.payment.access.terms import shipped_terms
from allay.payment.contracts.parts import CARE_PERIOD
from allay.payment.contracts.terms import AccessMskTerm
from allay.payment.ledger import PATIENTS, PROGRAM, LedgerEntry, payer_party
from allay.payment.projection.draft import LedgerDraft
from allay.payment.projection.visits import is_for


def pay_access(draft: LedgerDraft) -> None:
    """Add what the ACCESS model pays for each care period, by the facts of its first day."""
    for term in draft.contract.terms:
        if isinstance(term, AccessMskTerm):
            _pay(draft, term)


def _pay(draft: LedgerDraft, term: AccessMskTerm) -> None:
    places: dict[str, int] = {}
    for place, row in enumerate(draft.roster.rows):
        if row.service != CARE_PERIOD or not row.counts or not is_for(term, row):
            continue
        if row.patient in places:
            draft.refuse(row, f"{term.id} already pays for a care period of this patient")
            continue
        places[row.patient] = place
        draft.taken.setdefault(place, term.id)
    if not places:
        return
    rows = [draft.roster.rows[place] for place in places.values()]
    terms = shipped_terms(on=min(row.date for row in rows), cost_sharing=term.cost_sharing)
    cohort = [
        Aligned(
            row.patient,
            Outcome(row.outcome or "open"),
            substitute=row.substitute == "yes",
            aligned_on=row.date,
        )
        for row in rows
    ]
    for earning in earnings(terms, cohort, reconciled_on=term.reconciled_on):
        _add(draft, term, earning, places[earning.patient_id])


def _add(draft: LedgerDraft, term: AccessMskTerm, earning: Earning, place: int) -> None:
    row = draft.roster.rows[place]
    if earning.party == "forgone":
        draft.notes.append(f"{term.id}: what patients would owe is forgone, as elected")
        return
    giver = PATIENTS if earning.party == "patient" else payer_party(row.payer)
    paid_on = earning.month if earning.party == "patient" else draft.paid_on(row.payer, earning.month)
    open_yet = row.outcome in ("", "open")
    draft.add(
        LedgerEntry(
            giver, PROGRAM, earning.amount, f"outcome_{earning.kind}", term.id, CARE_PERIOD, earning.month,
            paid_on, "planned" if open_yet else "happened", earning.status, row.patient, place, "",
            row.payer,
        )
    )  # fmt: skip
