"""Visits that are paid one by one: fee-for-service, linked, group, and the facility's second bill."""

from __future__ import annotations

from collections import defaultdict

from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.payment.contracts.fees import FeeTable
from allay.payment.contracts.parts import CARE_PERIOD, MEMBER_MONTH, SELF
from allay.payment.contracts.roster import RosterRow
from allay.payment.contracts.terms import (
    FacilityFeeTerm,
    FeeForServiceTerm,
    GroupVisitTerm,
    LinkedVisitTerm,
    TermEntry,
    VisitTerm,
)
from allay.payment.projection.draft import LedgerDraft

NO_TERM = "no term of the contract pays for it"
CONDITIONS = {
    "state": "that the state lets the work be delegated",
    "payer": "that the payer accepts who does it",
    "own_service": "that the biller's own service is documented",
}


def is_for(term: TermEntry, row: RosterRow) -> bool:
    """Whether a term is for the payer and the day of a row."""
    return (not term.payers or row.payer in term.payers) and term.holds(row.date)


def pay_visits(draft: LedgerDraft) -> None:
    """Pay every visit that no bundle pays for by the first term of the contract that fits.

    A linked visit fits when both people saw the patient that day; a group visit fits rows with a session.
    """
    terms = [
        (term, FeeTable(draft.contract, term, term.fees))
        for term in draft.contract.terms
        if isinstance(term, FeeForServiceTerm | LinkedVisitTerm | GroupVisitTerm)
    ]
    together: dict[tuple[str, object], set[str]] = defaultdict(set)
    for row in draft.roster.rows:
        if row.counts:
            together[row.patient, row.date].add(row.service)
    for place, row in enumerate(draft.roster.rows):
        if place in draft.taken or not row.counts or row.service in (MEMBER_MONTH, CARE_PERIOD):
            continue
        beside = together[row.patient, row.date]
        mine = ((term, fees) for term, fees in terms if is_for(term, row))
        found = next((each for each in mine if _fits(*each, row, beside)), None)
        if found is None:
            draft.refuse(row, NO_TERM)
            continue
        draft.taken[place] = found[0].id
        _pay(draft, place, *found)


def _fits(term: VisitTerm, fees: FeeTable, row: RosterRow, beside: set[str]) -> bool:
    if isinstance(term, LinkedVisitTerm):
        return row.service in (term.billable, term.partner) and {term.billable, term.partner} <= beside
    if isinstance(term, GroupVisitTerm):
        return row.service == term.service and bool(row.session)
    return fees.fee(row) is not None


def _pay(draft: LedgerDraft, place: int, term: VisitTerm, fees: FeeTable) -> None:
    row = draft.roster.rows[place]
    statuses: list[Status] = []
    if isinstance(term, LinkedVisitTerm):
        if row.service == term.partner:
            draft.refuse(row, f"part of a linked visit ({term.id}): the bill is that of {term.billable}")
            return
        not_met = unmet(term, row)
        if not_met:
            draft.refuse(row, f"linked visit ({term.id}) is not billable: {'; '.join(not_met)}")
            return
        statuses = [draft.contract.status_of("answer", term, getattr(term, name)) for name in CONDITIONS]
    charge = fees.charge(row)
    if charge is None:
        who = "a patient without coverage" if row.payer == SELF else row.payer
        draft.refuse(row, f"uncovered: {term.id} has no fee for {who}")
        return
    draft.visit(
        place,
        term=term.id,
        kind="visit",
        allowed=charge.allowed,
        share=charge.patient,
        status=Status.weakest([charge.status, *statuses]),
    )


def unmet(term: LinkedVisitTerm, row: RosterRow) -> list[str]:
    """Say which conditions of a linked visit are not answered yes, and how they are answered.

    The roster's `own_service` answers for one visit what the contract answers for all.
    """
    answers = {name: getattr(term, name).answer for name in CONDITIONS}
    if row.own_service:
        answers["own_service"] = Verdict(row.own_service)
    return [
        f"{CONDITIONS[name]} is answered {answer.value}"
        for name, answer in answers.items()
        if answer is not Verdict.YES
    ]


def pay_facilities(draft: LedgerDraft) -> None:
    """Add the facility's bill to visits on its sites that are paid one by one."""
    for term in draft.contract.terms:
        if not isinstance(term, FacilityFeeTerm):
            continue
        fees = FeeTable(draft.contract, term, term.fees)
        billed = {entry.row for entry in draft.entries if entry.kind in ("visit", "share")}
        for place in sorted(billed - draft.bundled):
            row = draft.roster.rows[place]
            if row.site not in term.sites or not is_for(term, row):
                continue
            charge = fees.charge(row)
            if charge is not None:
                draft.visit(
                    place,
                    term=term.id,
                    kind="facility",
                    allowed=charge.allowed,
                    share=charge.patient,
                    status=charge.status,
                    to=term.to,
                )
