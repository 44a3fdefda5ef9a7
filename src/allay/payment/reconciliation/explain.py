"""Why a line of a statement differs from ours: what else its amount would be right for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from allay.base.money import Money
from allay.payment.contracts.parts import ProrationEntry
from allay.payment.ledger import PATIENTS
from allay.payment.projection.bundles import BundleEpisode
from allay.payment.projection.settle import Settlement
from allay.payment.reconciliation.statement import StatementLine

Rule = Literal["none", "by_week", "by_visit", "threshold"]
RULES: tuple[Rule, ...] = ("none", "by_week", "by_visit", "threshold")
Explanation = tuple[str, str]
"""The kind of a difference, and the words for it."""


class Explainer:
    """Looks for what explains a difference, in the ledger, the roster and the contract."""

    def __init__(self, settlement: Settlement) -> None:
        self._settlement = settlement
        self._episodes: dict[tuple[str, str], list[BundleEpisode]] = defaultdict(list)
        for episode in settlement.episodes:
            self._episodes[episode.term.id, episode.patient].append(episode)
        self._shares: dict[int, Money] = defaultdict(Money)
        for entry in settlement.ledger:
            if entry.payer == PATIENTS and entry.row >= 0 and entry.item != entry.term:
                self._shares[entry.row] += entry.amount
        self._rows = defaultdict(list)
        for row in settlement.roster.rows:
            self._rows[row.patient, row.service].append(row)
        self._unpaid = {(each.patient, each.service, each.date): each.reason for each in settlement.unpaid}

    def amounts(self, ours: StatementLine, theirs: StatementLine) -> Explanation:
        """Explain two different amounts of one line."""
        gap = ours.paid - theirs.paid
        if theirs.withheld and gap == theirs.withheld:
            return "withheld", f"the payer keeps back {theirs.withheld}"
        for explanation in (*self._visit(ours, theirs), *self._bundle(ours, theirs)):
            return explanation
        if not theirs.paid:
            return "denied", "the statement lists it and pays nothing"
        extra = f", of which {theirs.withheld} is withheld" if theirs.withheld else ""
        return "amount_differs", f"{'less' if gap.cents > 0 else 'more'} than the contract by {gap}{extra}"

    def _visit(self, ours: StatementLine, theirs: StatementLine) -> Iterator[Explanation]:
        place = self._settlement.ledger.entries[ours.place].row
        if place < 0 or not theirs.paid:
            return
        share = self._shares.get(place, Money())
        if share and theirs.paid == ours.paid + share:
            yield "patient_share", f"the patient's share of {share} was not taken off"
        if share and theirs.paid == ours.paid - share:
            yield "patient_share", f"the patient's share of {share} was taken off twice"
        units = self._settlement.roster.rows[place].units
        for paid in range(1, units):
            if theirs.paid == ours.paid * Fraction(paid, units):
                yield "units", f"{paid} of {units} units were paid"

    def _bundle(self, ours: StatementLine, theirs: StatementLine) -> Iterator[Explanation]:
        for episode in self._episodes.get((ours.item, ours.patient), ()):
            term = episode.term
            kept = 1 - Fraction(term.withhold.share if term.withhold else 0)
            if kept != 1 and theirs.paid * kept == ours.paid:
                yield "withheld", "nothing was withheld, though the contract does"
            if not episode.dropped:
                continue
            for rule, due in _other_dues(episode):
                if theirs.paid == ours.paid + (due - episode.due) * kept:
                    words = f"as if prorated by the rule {rule}: {due} of {Money.rounded(term.price)}"
                    yield "prorated_differently", f"{words}; the contract says {term.drop_out.rule}"

    def missing(self, ours: StatementLine) -> str:
        """Say what can be said of a line of ours that the statement does not have."""
        if ours.kind == "adjustment" and ours.paid.cents < 0:
            return "the statement does not take back what the contract gives back after a drop-out"
        return "the contract pays for it, and the statement does not list it"

    def unknown(self, theirs: StatementLine) -> str:
        """Say what can be said of a line of the statement that our ledger does not have."""
        reason = self._unpaid.get((theirs.patient, theirs.item, theirs.date))
        if reason:
            return f"in the roster, and not paid by the contract: {reason}"
        rows = self._rows.get((theirs.patient, theirs.item), [])
        row = next((row for row in rows if row.date == theirs.date), None)
        if row is None:
            other = ", ".join(sorted({str(row.date) for row in rows})[:3])
            return "the roster has no such visit" + (f"; it has {other}" if other else " of this patient")
        if row.attended == "":
            return "the roster has it as planned"
        if row.attended != "yes":
            return f"the roster says attended: {row.attended}"
        if row.payer != theirs.payer:
            return f"the roster has it under {row.payer}"
        return "a bundle pays for it, or another line of the ledger does"


def _other_dues(episode: BundleEpisode) -> Iterator[tuple[str, Money]]:
    """What a bundle would come to by other rules of proration, as far as the contract gives their numbers."""
    own = episode.term.drop_out
    for rule in RULES:
        if rule == own.rule or (rule in ("by_visit", "threshold") and own.visits_planned is None):
            continue
        other = ProrationEntry(rule=rule, visits_planned=own.visits_planned, below=Decimal(own.below))
        term = episode.term.model_copy(update={"drop_out": other})
        due = replace(episode, term=term).due
        if due != episode.due:
            yield rule, due
