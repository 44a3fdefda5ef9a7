"""Outcome-aligned payments: the rows of a roster become a cohort of the ACCESS model."""

from __future__ import annotations

import datetime as dt

from allay.base.errors import InvalidValue, NotFound
from allay.payment.access.attainment import Outcome
from allay.payment.access.cohort import Aligned
from allay.payment.access.earnings import Earning, earnings
from allay.payment.access.terms import Terms, shipped_terms
from allay.payment.contracts.parts import CARE_PERIOD, SELF
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
    terms, places = _cohort(draft, term)
    if terms is None:
        return
    rows = {patient: draft.roster.rows[place] for patient, place in places.items()}
    cohort = [
        Aligned(
            patient,
            Outcome(row.outcome or "open"),
            substitute=row.substitute == "yes",
            aligned_on=row.date,
        )
        for patient, row in rows.items()
    ]
    try:
        found = earnings(terms, cohort, reconciled_on=term.reconciled_on)
    except InvalidValue as wrong:
        raise InvalidValue(expected=f"{term.id}: {wrong.expected}", found=wrong.found) from None
    for earning in found:
        _add(draft, term, earning, places[earning.patient_id])
    draft.notes += [f"unconfirmed: {term.id}: {each.text}" for each in terms.unconfirmed]
    if waiting := sum(member.outcome is Outcome.OPEN for member in cohort):
        draft.notes.append(f"{term.id}: {waiting} targets are open and count as not met so far")


def _cohort(draft: LedgerDraft, term: AccessMskTerm) -> tuple[Terms | None, dict[str, int]]:
    """The patients it pays for, by the earliest care period of each, and the terms of their days."""
    rows = draft.roster.rows
    mine = [
        place
        for place, row in enumerate(rows)
        if row.service == CARE_PERIOD and row.counts and is_for(term, row)
    ]
    terms: Terms | None = None
    places: dict[str, int] = {}
    for place in sorted(mine, key=lambda place: (rows[place].date, rows[place].patient, rows[place].outcome)):
        row = rows[place]
        if row.payer == SELF:
            draft.refuse(row, f"{term.id} is of a payer, and the patient has none")
            continue
        if row.patient in places:
            draft.refuse(row, f"{term.id} already pays for a care period of this patient")
            continue
        if terms is None:
            terms = _terms(term, row.date)
        if terms is None:
            draft.refuse(row, f"{term.id}: the model has no known rates on {row.date}")
        elif terms.until is not None and row.date >= terms.until:
            draft.refuse(row, f"{term.id}: other rates hold from {terms.until}, and need a term of their own")
        else:
            places[row.patient] = place
            draft.taken.setdefault(place, term.id)
    return terms, places


def _terms(term: AccessMskTerm, day: dt.date) -> Terms | None:
    try:
        return shipped_terms(on=day, cost_sharing=term.cost_sharing)
    except NotFound:
        return None


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
