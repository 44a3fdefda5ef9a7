"""Forecast of cash: what is expected in each month for each party, with 95% intervals from seeded draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allay.payment.contracts.parts import RateEntry
from allay.payment.ledger import LedgerEntry
from allay.payment.projection.draft import DropOutLoss
from allay.payment.projection.settle import Settlement

DENIABLE = ("visit", "facility")
"""Kinds of payers' lines of which a share is denied."""
LOW, HIGH = 2.5, 97.5
BLOCK = 2_000_000
"""Cells of draws times lines that are held at once: 16 MB for each array."""

METHOD = (
    "Expected: each amount times the chance that it is paid. Intervals: the middle 95% of draws. In each "
    "draw a planned visit is attended, a line of a payer is paid, and an open bundle is completed, or not, "
    "independently; the chances themselves vary as they would if counted on `of` cases (beta distribution), "
    "and do not vary where `of` is not given. A patient who does not complete leaves in any of the weeks to "
    "come with equal chance, and what a bundle loses by it falls in the month of its end. A chance that the "
    "contract does not give is taken as 1."
)

Floats = NDArray[np.float64]


class MonthCash(NamedTuple):
    """Cash of one party in one month, in cents; `low` and `high` bound the middle 95% of the net."""

    month: str
    party: str
    money_in: float
    money_out: float
    net: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """Arrays of shape (lines,): cents, cell of the result, planned visit (-1: none) and payer of each line.

    The payer after the last one stands for lines that nobody denies.
    """

    cents: Floats
    cell: NDArray[np.int64]
    visit: NDArray[np.int64]
    payer: NDArray[np.int64]
    visits: int


def forecast(settlement: Settlement, *, draws: int, seed: int) -> tuple[MonthCash, ...]:
    """Forecast the cash of each party by month.

    Parameters
    ----------
    settlement : Settlement
    draws : int
        How many; none gives expected amounts without draws, `low` and `high` being the net itself.
    seed : int

    Returns
    -------
    tuple of MonthCash
        By month, then party. Expected nets add up to zero over the parties of a month.

    Notes
    -----
    Method: see `METHOD`. Costs draws times lines.
    """
    entries = settlement.ledger.entries
    contract = settlement.contract
    cells = sorted(
        {(entry.month, entry.payer, entry.payee) for entry in entries}
        | {(f"{loss.cash_date:%Y-%m}", loss.payee, loss.payer) for loss in settlement.losses}
    )
    place = {cell: index for index, cell in enumerate(cells)}
    payers = {payer.id: index for index, payer in enumerate(contract.payers)}
    lines = _lines(entries, place, payers)
    loss_cells = [place[f"{loss.cash_date:%Y-%m}", loss.payee, loss.payer] for loss in settlement.losses]
    attend, complete = contract.forecast.attendance, contract.forecast.completion
    denials = [payer.denial for payer in contract.payers]
    chance = np.where(lines.visit >= 0, _rate(attend, 1.0), 1.0)
    paid = np.array([*(1 - _rate(denial, 0.0) for denial in denials), 1.0])
    weighted = lines.cents * chance * paid[lines.payer]
    expected = np.bincount(lines.cell, weighted, len(cells)).astype(np.float64)
    for cell, loss in zip(loss_cells, settlement.losses, strict=True):
        expected[cell] += (1 - _rate(complete, 1.0)) * float(np.mean(loss.losses))
    drawn = _draw(
        lines, settlement.losses, loss_cells, (attend, complete, denials), len(cells), draws=draws, seed=seed
    )
    return tuple(_months(cells, expected, drawn))


def _rate(rate: RateEntry | None, otherwise: float) -> float:
    return otherwise if rate is None else float(rate.rate)


def _lines(
    entries: Sequence[LedgerEntry], place: dict[tuple[str, str, str], int], payers: dict[str, int]
) -> _Lines:
    visits: dict[int, int] = {}
    visit, payer = [], []
    for entry in entries:
        waits = entry.hangs_on == "attendance"
        visit.append(visits.setdefault(entry.row, len(visits)) if waits else -1)
        deniable = entry.kind in DENIABLE and entry.payer.startswith("payer:")
        payer.append(payers.get(entry.insurer, len(payers)) if deniable else len(payers))
    cells = [place[entry.month, entry.payer, entry.payee] for entry in entries]
    return _Lines(
        np.array([entry.amount.cents for entry in entries], dtype=np.float64),
        np.array(cells, dtype=np.int64),
        np.array(visit, dtype=np.int64),
        np.array(payer, dtype=np.int64),
        len(visits),
    )


def _beta(rate: RateEntry | None, otherwise: float, draws: int, random: np.random.Generator) -> Floats:
    """Draw a chance: as unsure as a share counted on `of` cases, or fixed where it was not counted."""
    value = _rate(rate, otherwise)
    if rate is None or rate.of is None or value in (0.0, 1.0):
        return np.full(draws, value)
    return random.beta(value * rate.of, (1 - value) * rate.of, draws)


def _draw(
    lines: _Lines,
    losses: Sequence[DropOutLoss],
    loss_cells: Sequence[int],
    rates: tuple[RateEntry | None, RateEntry | None, Sequence[RateEntry | None]],
    cells: int,
    *,
    draws: int,
    seed: int,
) -> Floats:
    """Return cents by draw and cell, of shape (draws, cells)."""
    random = np.random.default_rng(seed)
    attendance = _beta(rates[0], 1.0, draws, random)
    completion = _beta(rates[1], 1.0, draws, random)
    paid = np.ones((draws, len(rates[2]) + 1))
    for index, denial in enumerate(rates[2]):
        paid[:, index] = 1 - _beta(denial, 0.0, draws, random)
    found = np.zeros((draws, cells))
    order = np.argsort(lines.cell, kind="stable")
    starts = np.searchsorted(lines.cell[order], np.arange(cells))
    block = max(1, BLOCK // max(1, len(lines.cents)))
    for start in range(0, draws, block):
        part = slice(start, min(start + block, draws))
        size = part.stop - part.start
        came = np.ones((size, lines.visits + 1), dtype=bool)
        came[:, :-1] = random.random((size, lines.visits)) < attendance[part, None]
        settled = random.random((size, len(lines.cents))) < paid[part][:, lines.payer]
        cents = np.where(came[:, lines.visit] & settled, lines.cents, 0.0)[:, order]
        # reduceat gives the line at a cell's start where the cell has none; those are put right below.
        padded = np.concatenate([cents, np.zeros((size, 1))], axis=1)
        sums = np.add.reduceat(padded, np.minimum(starts, len(order)), axis=1)
        empty = np.bincount(lines.cell, minlength=cells) == 0
        found[part] = np.where(empty, 0.0, sums)
    for cell, loss in zip(loss_cells, losses, strict=True):
        gone = random.random(draws) >= completion
        weeks = random.integers(0, len(loss.losses), draws)
        found[:, cell] += np.where(gone, np.asarray(loss.losses, dtype=np.float64)[weeks], 0.0)
    return found


def _months(cells: Sequence[tuple[str, str, str]], expected: Floats, drawn: Floats) -> list[MonthCash]:
    gains: dict[tuple[str, str], list[int]] = {}
    gives: dict[tuple[str, str], list[int]] = {}
    for index, (month, payer, payee) in enumerate(cells):
        gives.setdefault((month, payer), []).append(index)
        gains.setdefault((month, payee), []).append(index)
    found = []
    for month, party in sorted({*gains, *gives}):
        plus, minus = gains.get((month, party), []), gives.get((month, party), [])
        money_in, money_out = float(expected[plus].sum()), float(expected[minus].sum())
        net = money_in - money_out
        low = high = net
        if len(drawn):
            nets = drawn[:, plus].sum(axis=1) - drawn[:, minus].sum(axis=1)
            low, high = (float(each) for each in np.percentile(nets, [LOW, HIGH]))
        found.append(MonthCash(month, party, money_in, money_out, net, low, high))
    return found
