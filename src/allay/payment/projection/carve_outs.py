"""Carve-outs of mixed contracts: services of patients in a bundle that are paid by the visit."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable

from allay.payment.contracts.fees import FeeTable
from allay.payment.contracts.terms import MixedTerm
from allay.payment.projection.bundles import BundleEpisode, payer_of
from allay.payment.projection.draft import LedgerDraft

Month = tuple[int, int]


def month_of(day: dt.date) -> Month:
    """Return year and month."""
    return day.year, day.month


def next_month(month: Month) -> Month:
    """Return the month after.

    Examples
    --------
    >>> next_month((2026, 12))
    (2027, 1)
    """
    year, number = month
    return (year + 1, 1) if number == 12 else (year, number + 1)


def months_between(first: dt.date, last: dt.date) -> Iterable[Month]:
    """Go through the months from one day to another, both counted."""
    month, end = month_of(first), month_of(last)
    while month <= end:
        yield month
        month = next_month(month)


def pay_carve_outs(draft: LedgerDraft, episodes: list[BundleEpisode]) -> dict[str, list[str]]:
    """Pay carved-out visits by their fees, and return the months in which each flip was on.

    A service with a floor is paid by the visit in the month after one in which its visits for each patient in
    care were below the floor. Planned visits count as use.
    """
    flips: dict[str, list[str]] = {}
    for term in draft.contract.terms:
        if isinstance(term, MixedTerm):
            mine = [episode for episode in episodes if episode.term is term]
            on = _below_floor(draft, term, mine)
            for service, year, number in sorted(on):
                flips.setdefault(f"{term.id}/{service}", []).append(f"{year}-{number:02d}")
            _pay(draft, term, mine, on)
    return flips


def _below_floor(
    draft: LedgerDraft, term: MixedTerm, episodes: list[BundleEpisode]
) -> set[tuple[str, int, int]]:
    floors = {each.fee.service: each.floor for each in term.carve_outs if each.floor is not None}
    if not floors:
        return set()
    patients: Counter[Month] = Counter()
    use: Counter[tuple[str, Month]] = Counter()
    for episode in episodes:
        patients.update(months_between(episode.start, episode.until - dt.timedelta(days=1)))
        for place in episode.rows:
            row = draft.roster.rows[place]
            if row.service in floors:
                use[row.service, month_of(row.date)] += 1
    return {
        (service, *next_month(month))
        for month, count in patients.items()
        for service, floor in floors.items()
        if use[service, month] < floor * count
    }


def _pay(
    draft: LedgerDraft, term: MixedTerm, episodes: list[BundleEpisode], on: set[tuple[str, int, int]]
) -> None:
    fees = FeeTable(draft.contract, term, tuple(each.fee for each in term.carve_outs))
    always = {each.fee.service for each in term.carve_outs if each.floor is None}
    by_patient: dict[str, list[BundleEpisode]] = defaultdict(list)
    for episode in episodes:
        by_patient[episode.patient].append(episode)
        flipped = [place for place in episode.rows if _key(draft, place) in on]
        episode.rows = [place for place in episode.rows if _key(draft, place) not in on]
        for place in flipped:
            episode.visits.remove(draft.roster.rows[place].date)
            _visit(draft, term, fees, place, episode.payer)
    if not always:
        return
    for place, row in enumerate(draft.roster.rows):
        if row.service not in always or not row.counts or place in draft.taken:
            continue
        payer = payer_of(term, row)
        mine = by_patient.get(row.patient, ())
        if any(each.covers(row.date) and each.payer == payer for each in mine):
            _visit(draft, term, fees, place, payer)


def _key(draft: LedgerDraft, place: int) -> tuple[str, int, int]:
    row = draft.roster.rows[place]
    return row.service, row.date.year, row.date.month


def _visit(draft: LedgerDraft, term: MixedTerm, fees: FeeTable, place: int, payer: str) -> None:
    """Pay a carved-out visit; whose bundle it is carved out of pays it."""
    row = draft.roster.rows[place]
    charge = fees.charge(row._replace(payer=payer))
    draft.taken[place] = term.id
    draft.bundled.discard(place)
    if charge is None:
        draft.refuse(row, f"{term.id} carves {row.service} out, and has no fee for {payer}")
        return
    draft.visit(
        place,
        term=term.id,
        kind="visit",
        allowed=charge.allowed,
        share=charge.patient,
        status=charge.status,
        payer=payer,
    )
