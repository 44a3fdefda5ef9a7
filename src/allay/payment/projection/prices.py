"""What bundles come to: the price, patients' payments, drop-out, what is withheld, nesting."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from allay.base.money import Money
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.payment.contracts.contract import Contract
from allay.payment.contracts.terms import BundleTerm
from allay.payment.ledger import PATIENTS, Basis, LedgerEntry, payer_party
from allay.payment.projection.bundles import DAYS_OF_WEEK, BundleEpisode
from allay.payment.projection.draft import DropOutLoss, LedgerDraft


def pay_bundles(draft: LedgerDraft, episodes: list[BundleEpisode]) -> None:
    """Add what every bundle comes to, the nested ones first: their price may be taken off the other's."""
    deducted: dict[int, Money] = {}
    by_patient: dict[str, list[BundleEpisode]] = defaultdict(list)
    for episode in episodes:
        by_patient[episode.patient].append(episode)
    for episode in sorted(episodes, key=lambda each: each.term.nested is None):
        outer = _outer(episode, by_patient[episode.patient])
        if outer is None and episode.term.nested is not None:
            draft.notes.append(f"{episode.patient}: {episode.term.id} lies within no other bundle here")
        paid = _Price(draft, episode, outer, deducted.get(id(episode), Money())).pay()
        if outer is not None and episode.term.nested and episode.term.nested.rule == "deduct":
            deducted[id(outer)] = deducted.get(id(outer), Money()) + paid


def _outer(episode: BundleEpisode, episodes: list[BundleEpisode]) -> BundleEpisode | None:
    nested = episode.term.nested
    if nested is None:
        return None
    return next(
        (
            each
            for each in episodes
            if each.term.id == nested.within and each.start <= episode.start < each.until
        ),
        None,
    )


@dataclass(slots=True)
class _Price:
    """One bundle of one patient, being paid. Everything is the payer's part unless it says otherwise."""

    draft: LedgerDraft
    episode: BundleEpisode
    outer: BundleEpisode | None
    deduction: Money

    @property
    def term(self) -> BundleTerm:
        return self.episode.term

    @property
    def giver(self) -> str:
        """Who pays: the payer, or the holder of the bundle in whose price this one is included."""
        nested = self.term.nested
        if self.outer is not None and nested is not None and nested.rule == "included":
            return self.outer.term.held_by
        return payer_party(self.episode.payer)

    def less(self, amount: Money) -> Money:
        """What is left of an amount after what another bundle was paid."""
        return max(Money(), amount - self.deduction)

    def pay(self) -> Money:
        """Add all entries and return what the payer pays in the end, without what is kept back."""
        full, due = self.less(Money.rounded(self.term.price)), self.less(self.episode.due)
        if self.giver == self.term.held_by:
            self.draft.notes.append(
                f"{self.episode.patient}: {self.term.id} is within the price of "
                f"{self.outer.term.id if self.outer else ''}, which the same party gets: nothing more is paid"
            )
        within = bool(self.term.patient_payments and self.term.patient_payments.within_price)
        collected, most = self._patient_payments(full)
        total = max(Money(), due - collected) if within else due
        held_share = self.term.withhold.share if self.term.withhold else 0
        held = total * held_share
        first = Money()
        if self.term.paid_at == "start":
            first = full - most if within else full
            first -= first * held_share
            self._give(first, "bundle", self.episode.start, at_start=True)
        rest = total - held - first
        end = self.episode.ended_on or self.episode.planned_end
        self._give(rest, "bundle" if self.term.paid_at == "end" else "adjustment", end)
        kept_back = self._release(held, end)
        if within and collected > due:
            self._add(self.term.held_by, PATIENTS, collected - due, "refund", end)
        self._losses(collected if within else Money(), end)
        return total - kept_back

    def _patient_payments(self, full: Money) -> tuple[Money, Money]:
        """Add the patient's payments; return them, and the most they could have come to."""
        rule = self.term.patient_payments
        if rule is None:
            return Money(), Money()
        each = Money.rounded(rule.amount)
        most = each * rule.count
        if rule.total_most is not None:
            most = min(most, Money.rounded(rule.total_most))
        if rule.within_price:
            most = min(most, full)
        left = most
        rows = [self.draft.roster.rows[place] for place in self.episode.rows]
        for place, row in zip(self.episode.rows, rows, strict=True):
            if not left:
                break
            if rule.services and row.service not in rule.services:
                continue
            amount = min(each, left)
            left -= amount
            happened = row.attended == "yes"
            self.draft.add(
                LedgerEntry(
                    PATIENTS, self.term.held_by, amount, "share", self.term.id, self.term.id, row.date,
                    row.date, "happened" if happened else "planned", self._status("amount", rule),
                    row.patient, place, "" if happened else "attendance", self.episode.payer,
                )
            )  # fmt: skip
        return most - left, most

    def _give(self, amount: Money, kind: str, day: dt.date, *, at_start: bool = False) -> None:
        paid_on = self.draft.paid_on(self.episode.payer, day)
        if amount.cents < 0:
            self._add(self.term.held_by, self.giver, -amount, kind, day, paid_on)
        else:
            self._add(self.giver, self.term.held_by, amount, kind, day, paid_on, at_start=at_start)

    def _release(self, held: Money, end: dt.date) -> Money:
        """Release what was withheld where the quality was reached, and return what is kept back."""
        rule = self.term.withhold
        if rule is None or not held:
            return Money()
        if rule.quality_met == Verdict.YES:
            self._give(held, "release", end)
            return Money()
        why = "the quality was not reached" if rule.quality_met == Verdict.NO else "the quality is unknown"
        self.draft.notes.append(f"{self.episode.patient}: {held} of {self.term.id} is withheld: {why}")
        return held

    def _add(
        self, giver: str, taker: str, amount: Money, kind: str, day: dt.date, paid_on: dt.date | None = None,
        *, at_start: bool = False,
    ) -> None:  # fmt: skip
        first = self.episode.first_row
        waits = at_start and first >= 0 and self.draft.roster.rows[first].attended != "yes"
        basis: Basis = "happened"
        if waits or (not at_start and self.episode.ended_on is None):
            basis = "planned"
        self.draft.add(
            LedgerEntry(
                giver, taker, amount, kind, self.term.id, self.term.id, day, paid_on or day, basis,
                self._price_status(), self.episode.patient, first if waits else -1,
                "attendance" if waits else "", self.episode.payer,
            )
        )  # fmt: skip

    def _price_status(self) -> Status:
        found = [self._status("price")]
        if self.episode.dropped:
            rule = self.term.drop_out
            found += [self._status(name, rule) for name in ("visits_planned", "below") if
                      name in rule.model_fields_set]  # fmt: skip
        if self.term.withhold:
            found.append(self._status("share", self.term.withhold))
        if self.term.patient_payments and self.term.patient_payments.within_price:
            found.append(self._status("amount", self.term.patient_payments))
        return Status.weakest(found)

    def _status(self, name: str, *inner: object) -> Status:
        contract: Contract = self.draft.contract
        return contract.status_of(name, self.term, *inner)  # type: ignore[arg-type]

    def _losses(self, collected: Money, end: dt.date) -> None:
        """What an open bundle would lose in each week to come, the last visit being the latest news."""
        episode = self.episode
        if episode.ended_on is not None or self.term.drop_out.rule == "none":
            return
        rows = [self.draft.roster.rows[place] for place in episode.rows]
        latest = max((row.date for row in rows if row.attended == "yes"), default=episode.start)
        first = max(0, (latest - episode.start).days // DAYS_OF_WEEK)
        kept = 1 - self.term.withhold.share if self.term.withhold else 1

        def paid(due: Money) -> Money:
            return max(Money(), self.less(due) - collected) * kept

        losses = [
            (paid(episode.due) - paid(episode.due_if_left(episode.start + dt.timedelta(weeks=week)))).cents
            for week in range(first, self.term.length_weeks)
        ]
        if any(losses) and self.giver != self.term.held_by:
            paid_on = self.draft.paid_on(episode.payer, end)
            self.draft.losses.append(DropOutLoss(self.giver, self.term.held_by, paid_on, tuple(losses)))
