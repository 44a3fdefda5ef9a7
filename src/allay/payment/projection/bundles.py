"""Bundles that patients are in: when each begins and ends, and which rows of the roster it pays for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from allay.base.money import Money
from allay.payment.contracts.parts import SELF
from allay.payment.contracts.roster import RosterRow
from allay.payment.contracts.terms import BundleTerm, MixedTerm
from allay.payment.projection.draft import LedgerDraft

DAYS_OF_WEEK = 7


@dataclass(slots=True)
class BundleEpisode:
    """One patient's time in one bundle.

    Attributes
    ----------
    payer : str
        Id of the payer who pays the price.
    start, planned_end : date
        The first day, and the day after the last one of the full length.
    ended_on : date or None
        When the patient completed or left; None while the bundle is open.
    dropped : bool
        Whether the patient left before the end.
    visits : list of date
        Days of included visits, in order.
    rows : list of int
        Places of the rows it pays for, in order of days.
    """

    term: BundleTerm
    patient: str
    payer: str
    start: dt.date
    planned_end: dt.date
    ended_on: dt.date | None
    dropped: bool
    first_row: int = -1
    visits: list[dt.date] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def until(self) -> dt.date:
        """The day after the last one on which it pays for visits."""
        if self.dropped and self.ended_on is not None:
            return min(self.planned_end, self.ended_on + dt.timedelta(days=1))
        return self.planned_end

    def covers(self, day: dt.date) -> bool:
        """Whether it pays for visits of that day."""
        return self.start <= day < self.until

    def due_if_left(self, day: dt.date) -> Money:
        """Return what is left of the price when the patient leaves on that day: never more than the price."""
        price, rule = self.term.price, self.term.drop_out
        visits = sum(visit <= day for visit in self.visits)
        planned = rule.visits_planned or 1
        part = Fraction(1)
        if rule.rule == "by_week":
            begun = max(0, (day - self.start).days // DAYS_OF_WEEK + 1)
            part = Fraction(begun, self.term.length_weeks)
        elif rule.rule == "by_visit":
            part = Fraction(visits, planned)
        elif rule.rule == "threshold" and visits < planned:
            part = Fraction(rule.below)
        return Money.rounded(Fraction(price) * min(Fraction(1), part))

    @property
    def due(self) -> Money:
        """What the price comes to in the end, or while the bundle is open."""
        if self.dropped and self.ended_on is not None:
            return self.due_if_left(self.ended_on)
        return Money.rounded(self.term.price)


def open_bundles(draft: LedgerDraft) -> list[BundleEpisode]:
    """Open the bundles of all patients, the nested ones first, and take the rows they pay for.

    A row is paid for by one bundle. Two bundles that share services are opened for one patient at one time
    only when one is nested within the other.
    """
    terms = [term for term in draft.contract.terms if isinstance(term, BundleTerm)]
    by_episode: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(draft.roster.rows):
        by_episode[row.patient, row.episode].append(place)
    for places in by_episode.values():
        places.sort(key=lambda place: _order(draft.roster.rows[place]))
    # Who comes first is said by days and never by the order of the file.
    episodes = sorted(by_episode.items(), key=lambda each: (draft.roster.rows[each[1][0]].date, each[0]))
    opened: dict[str, list[BundleEpisode]] = defaultdict(list)
    for term in sorted(terms, key=lambda term: term.nested is None):
        for (patient, _), places in episodes:
            episode = _open(draft, term, places)
            if episode is None:
                continue
            if other := _clash(episode, opened[patient]):
                draft.notes.append(
                    f"{patient}: {term.id} from {episode.start} is not paid: {other.term.id} already pays "
                    f"for the same services from {other.start}, and neither is nested within the other"
                )
                continue
            opened[patient].append(episode)
            _take(draft, episode, places)
    return [episode for episodes in opened.values() for episode in episodes]


def _order(row: RosterRow) -> tuple[dt.date, bool, str, str]:
    return row.date, row.attended != "yes", row.service, row.payer


def included(term: BundleTerm) -> set[str]:
    """Return the services a bundle pays for; what is always carved out is not among them."""
    if isinstance(term, MixedTerm):
        return set(term.included) - {each.fee.service for each in term.carve_outs if each.floor is None}
    return set(term.included)


def payer_of(term: BundleTerm, row: RosterRow) -> str:
    """Return which payer of a row pays this bundle; blank where none does."""
    payers = [payer for payer in (row.payer, row.other_payer) if payer and payer != SELF]
    return next((payer for payer in payers if not term.payers or payer in term.payers), "")


def _open(draft: LedgerDraft, term: BundleTerm, places: list[int]) -> BundleEpisode | None:
    services = included(term)
    rows = draft.roster.rows
    mine = [place for place in places if rows[place].service in services and payer_of(term, rows[place])]
    if not mine:
        return None
    first = next((place for place in mine if rows[place].counts), -1)
    head = rows[mine[0]]
    start = head.enrolled_on if term.trigger == "enrolled" else None
    trigger_row = -1 if start is not None else first
    if start is None:
        if first < 0:
            return None
        start = rows[first].date
    if not term.holds(start):
        return None
    end = start + dt.timedelta(weeks=term.length_weeks)
    left = head.left_on
    if left is not None and left < start:
        return None
    dropped = left is not None and left < end - dt.timedelta(days=1)
    ended = head.completed_on or (left if dropped else None if left is None else end)
    return BundleEpisode(term, head.patient, payer_of(term, head), start, end, ended, dropped, trigger_row)


def _clash(episode: BundleEpisode, opened: list[BundleEpisode]) -> BundleEpisode | None:
    for other in opened:
        together = other.start < episode.until and episode.start < other.until
        nested = other.term.nested is not None and other.term.nested.within == episode.term.id
        shared = included(other.term) & included(episode.term)
        if together and shared and not nested:
            return other
    return None


def _take(draft: LedgerDraft, episode: BundleEpisode, places: list[int]) -> None:
    services = included(episode.term)
    for place in places:
        row = draft.roster.rows[place]
        if row.service not in services or not row.counts or not episode.covers(row.date):
            continue
        if payer_of(episode.term, row) != episode.payer:
            continue
        episode.visits.append(row.date)
        if place not in draft.taken:
            draft.taken[place] = episode.term.id
            draft.bundled.add(place)
            episode.rows.append(place)
