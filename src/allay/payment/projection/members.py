"""Payments for members and months: so much each, and shared savings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from allay.base.money import Money
from allay.base.status import Status
from allay.payment.contracts.parts import MEMBER_MONTH, SELF
from allay.payment.contracts.roster import RosterRow
from allay.payment.contracts.savings import Savings, shared_savings
from allay.payment.contracts.terms import PerMemberTerm, SharedSavingsTerm, TermEntry
from allay.payment.ledger import PROGRAM, LedgerEntry, payer_party
from allay.payment.projection.draft import LedgerDraft
from allay.payment.projection.visits import is_for
from allay.programs.definitions.program_days import add_months


def pay_members(draft: LedgerDraft) -> None:
    """Add the fixed amount of each member month."""
    for term in draft.contract.terms:
        if not isinstance(term, PerMemberTerm):
            continue
        status = draft.contract.status_of("amount", term)
        for place, row in _member_months(draft, term):
            draft.taken.setdefault(place, term.id)
            draft.add(
                LedgerEntry(
                    payer_party(row.payer), PROGRAM, Money.rounded(term.amount), "per_member", term.id,
                    MEMBER_MONTH, row.date, draft.paid_on(row.payer, row.date),
                    "happened" if row.attended == "yes" else "planned", status, row.patient, place, "",
                    row.payer,
                )
            )  # fmt: skip


def _member_months(draft: LedgerDraft, term: TermEntry) -> Iterator[tuple[int, RosterRow]]:
    """Go through the member months of a term, each once, whatever the order of the file."""
    rows = draft.roster.rows
    mine = [
        place
        for place, row in enumerate(rows)
        if row.service == MEMBER_MONTH and row.counts and row.payer != SELF and is_for(term, row)
    ]
    seen: set[tuple[str, int, int]] = set()
    for place in sorted(mine, key=lambda place: _order(rows[place])):
        row = rows[place]
        month = (row.patient, row.date.year, row.date.month)
        if month in seen:
            draft.refuse(row, f"{term.id} already counts this member and month")
            continue
        seen.add(month)
        yield place, row


def _order(row: RosterRow) -> tuple[dt.date, str, bool, Money]:
    return row.date, row.patient, row.spent is None, row.spent or Money()


def pay_savings(draft: LedgerDraft) -> dict[str, Savings]:
    """Settle shared savings with each payer, and return what was worked out, by term and payer."""
    found: dict[str, Savings] = {}
    for term in draft.contract.terms:
        if not isinstance(term, SharedSavingsTerm):
            continue
        attributed = {
            row.patient
            for row in draft.roster.rows
            if row.attended == "yes" and row.service in term.attribution
        }
        months: dict[str, list[RosterRow]] = defaultdict(list)
        without = 0
        for place, row in _member_months(draft, term):
            if term.attribution and row.patient not in attributed:
                continue
            draft.taken.setdefault(place, term.id)
            if row.spent is None:
                without += 1
                continue
            months[row.payer].append(row)
        if without:
            draft.notes.append(f"{term.id}: {without} member months have no `spent` and are not counted")
        for payer, rows in sorted(months.items()):
            found[f"{term.id}/{payer}"] = _settle(draft, term, payer, rows)
    return found


def _settle(draft: LedgerDraft, term: SharedSavingsTerm, payer: str, rows: list[RosterRow]) -> Savings:
    quality = term.quality
    savings = shared_savings(
        benchmark=Money.rounded(term.benchmark_per_month * len(rows)),
        actual=Money.total(row.spent for row in rows if row.spent is not None),
        minimum_rate=term.minimum_rate,
        share=term.share,
        cap=term.cap,
        score=quality.score if quality else None,
        gate=quality.gate if quality else 0,
        multiplier=quality.multiplier if quality else 1,
    )
    last = max(row.date for row in rows)
    happened = all(row.attended == "yes" for row in rows)
    settled = add_months(last, term.reconciliation_months)
    draft.add(
        LedgerEntry(
            payer_party(payer), PROGRAM, savings.payment, "shared_savings", term.id, term.id, last,
            draft.paid_on(payer, settled), "happened" if happened else "planned", _status(draft, term),
            insurer=payer, note=savings.reason,
        )
    )  # fmt: skip
    return savings


def _status(draft: LedgerDraft, term: SharedSavingsTerm) -> Status:
    names = ["benchmark_per_month", "minimum_rate", "share", *(["cap"] if term.cap is not None else [])]
    found = [draft.contract.status_of(name, term) for name in names]
    if term.quality is not None:
        found += [
            draft.contract.status_of(name, term, term.quality)
            for name in ("score", "gate", "multiplier")
            if name in term.quality.model_fields_set
        ]
    return Status.weakest(found)
