"""Fills of opioids: who takes which, and how doses fall in the program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.evaluation.simulation.catalog import catalog, regimens
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.people import SimulatedMembers
from allay.evaluation.simulation.ratios import ratios
from allay.evaluation.simulation.streams import stream
from allay.evaluation.simulation.uses import Floats, FreeDays, Ints, SimulatedUses, cents


@dataclass(frozen=True, slots=True, eq=False)
class OpioidUse:
    """Opioids of those of a bucket who take them.

    Attributes
    ----------
    rows : int array [user]
        Which members.
    regimen : int array [user]
        Which regimen each follows.
    chance, chance_without : float array [user, month]
        Of a fill, with the program and without it.
    units, units_without : int array [user, month]
        Units of a fill.
    """

    rows: Ints
    regimen: Ints
    chance: Floats
    chance_without: Floats
    units: Ints
    units_without: Ints

    def milli_mme(self) -> Ints:
        """Thousandths of an MME in one unit: array [user]."""
        return np.array([one.milli_mme for one in regimens()])[self.regimen]


def opioid_use(design: SimulationDesign, members: SimulatedMembers, bucket: int) -> OpioidUse:
    """Work out who takes opioids, and how the program changes that."""
    random = stream("opioid users", seed=design.seed, bucket=bucket)
    knobs, chosen = design.opioids, regimens()
    draw = random.random((2, len(members)))
    rows = np.flatnonzero(members.pain & (draw[0] < knobs.user_share))
    edges = np.cumsum([one.share for one in chosen])[:-1]
    regimen = np.searchsorted(edges, draw[1, rows], side="right").astype(np.int64)
    # The days supplied lie within the month: all are days of cover, and those of two fills never meet.
    without = np.where(members.cover.width[rows] >= knobs.days_supply, knobs.fill, 0.0)
    per_fill = np.array([one.per_day for one in chosen])[regimen] * knobs.days_supply
    units = np.repeat(per_fill[:, None], design.months, axis=1)
    fewer = _spread(design, members, rows, "opioid_dose")
    tapered = np.maximum(np.rint(units * fewer), 1).astype(np.int64)
    chance = np.minimum(without * _spread(design, members, rows, "opioid_fill"), 1.0)
    return OpioidUse(rows, regimen, chance, without, tapered, units)


def _spread(design: SimulationDesign, members: SimulatedMembers, rows: Ints, category: str) -> Floats:
    """Ratios of some members, treated or not: array [row, month]."""
    every = np.ones((len(members), design.months))
    found = ratios(design, members, category)
    if found is not None:
        every[members.cohort >= 0] = found
    taken: Floats = every[rows]
    return taken


def draw_fills(design: SimulationDesign, use: OpioidUse, *, slots: FreeDays, bucket: int) -> SimulatedUses:
    """Draw fills: at most one a month, early enough for its days to lie within the month."""
    random = stream("opioid fills", seed=design.seed, bucket=bucket)
    draw = random.random(use.chance.shape)
    kept, without = draw < use.chance, draw < use.chance_without
    user, month = np.nonzero(kept | without)
    cell = use.rows[user] * design.months + month
    on = random.random(len(use.rows))[user]
    day = slots.first[cell] + (on * (slots.width[cell] + 1 - design.opioids.days_supply)).astype(np.int64)
    prices = catalog().opioids
    noise = random.standard_normal(len(cell))
    units, before = use.units[user, month], use.units_without[user, month]
    paid, unpaid = (
        cents(prices.price_per_unit, prices.spread, noise, times=many)[None] for many in (units, before)
    )
    code = use.regimen[user]
    return SimulatedUses(
        "opioid_fill", cell, day, kept[user, month], without[user, month], code, paid, unpaid, units, before
    )
