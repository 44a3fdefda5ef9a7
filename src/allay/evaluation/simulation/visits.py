"""Uses that come as they come: visits, images, injections, surgery, fills of other drugs; and stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.simulation.catalog import ServiceLine, catalog
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.intensity import UseIntensity, more_arrivals
from allay.evaluation.simulation.people import SimulatedMembers
from allay.evaluation.simulation.ratios import ratios, treated_rows
from allay.evaluation.simulation.streams import stream
from allay.evaluation.simulation.uses import Floats, FreeDays, Ints, SimulatedUses, cents, place

MOST_CHANCE = 0.9
"""Of a stay in a month."""


def free_slots(design: SimulationDesign, members: SimulatedMembers, first: Ints) -> FreeDays:
    """Return the days of cover of every cell."""
    width = members.cover.width.ravel().astype(np.int64)
    begin = (first + members.cover.first).ravel()
    return FreeDays(begin, width, width, np.zeros(len(width), dtype=np.int64))


def draw_visits(
    design: SimulationDesign,
    members: SimulatedMembers,
    intensity: UseIntensity,
    category: str,
    *,
    slots: FreeDays,
    bucket: int,
) -> SimulatedUses:
    """Draw the uses of a category.

    Without the program they come at the base rate times the intensity. With it each stays with the chance of
    its ratio; where the ratio is above 1, more come beside them. What stays is the same in both.
    """
    random = stream(category, seed=design.seed, bucket=bucket)
    base = _base(design, category)
    cell = intensity.arrivals(base, random)
    marks = _marks(design, category, len(cell), random)
    kept = without = np.ones(len(cell), dtype=bool)
    ratio = ratios(design, members, category)
    if ratio is not None:
        # Numbers of their own: what would come without the program is the same whatever the program does.
        random = stream(f"{category} changed", seed=design.seed, bucket=bucket)
        rows = treated_rows(members)
        at = np.full(len(members), -1)
        at[rows] = np.arange(len(rows))
        row = at[cell // design.months]
        stays = np.where(row >= 0, ratio[row, cell % design.months], 1.0)
        kept = random.random(len(cell)) < stays
        more = more_arrivals(base[1] * intensity.level[rows] * np.maximum(ratio - 1, 0.0), random)
        if len(more):
            extra = rows[more // design.months] * design.months + more % design.months
            order = np.argsort(np.concatenate([cell, extra]), kind="stable")
            cell = np.concatenate([cell, extra])[order]
            without = (np.arange(len(order)) < len(without))[order]
            kept = np.concatenate([kept, np.ones(len(extra), dtype=bool)])[order]
            marks = marks.joined(_marks(design, category, len(extra), random), order)
    placed = place(cell, slots, marks.start)
    taken, crowded = placed.taken, len(cell) - len(placed.index)
    cell, kept, without = cell[taken], kept[taken], without[taken]
    paid, ones = marks.paid[:, taken], np.ones(len(cell), dtype=np.int64)
    day = slots.first[cell] + placed.index
    return SimulatedUses(
        category, cell, day, kept, without, marks.code[taken], paid, paid, ones, ones, crowded
    )


def _base(design: SimulationDesign, category: str) -> tuple[float, float]:
    """Return the uses a month of members without and with chronic pain."""
    rate = design.rates.get(category)  # type: ignore[call-overload]
    return (rate.others, rate.pain) if rate else (0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """What each use has of its own: where in the month it may start, its code, what is paid for its lines."""

    start: Floats
    code: Ints
    paid: Ints

    def joined(self, other: _Marks, order: Ints) -> _Marks:
        return _Marks(
            np.concatenate([self.start, other.start])[order],
            np.concatenate([self.code, other.code])[order],
            np.concatenate([self.paid, other.paid], axis=1)[:, order],
        )


def _marks(design: SimulationDesign, category: str, size: int, random: np.random.Generator) -> _Marks:
    start = random.random(size)
    if category == "pharmacy_fill":
        drugs = catalog().pharmacy
        code = random.integers(len(drugs.drugs), size=size)
        return _Marks(start, code, cents(drugs.price, drugs.spread, random.standard_normal(size))[None])
    service = catalog().service(category)
    code = random.integers(len(service.codes), size=size)
    paid = np.empty((len(service.lines), size), dtype=np.int64)
    for number, line in enumerate(service.lines):
        paid[number] = cents(line.price, service.spread, random.standard_normal(size))
        if line.professional_emergency:
            paid[number] *= random.random(size) < line_share(design, line)
    return _Marks(start, code, paid)


def line_share(design: SimulationDesign, line: ServiceLine) -> float:
    """Return how often a line is there when its use is."""
    return design.claims.professional_emergency if line.professional_emergency else 1.0


def draw_stays(
    design: SimulationDesign,
    members: SimulatedMembers,
    intensity: UseIntensity,
    *,
    slots: FreeDays,
    bucket: int,
) -> tuple[SimulatedUses, FreeDays]:
    """Draw inpatient stays, at most one a month, and the days that they leave to visits beside them."""
    random = stream("inpatient_stay", seed=design.seed, bucket=bucket)
    base = np.array(_base(design, "inpatient_stay"))
    chance = np.minimum(intensity.level * base[members.pain.astype(np.int64)][:, None], MOST_CHANCE)
    draw = random.random(chance.shape)
    without = draw < chance
    kept = without
    ratio = ratios(design, members, "inpatient_stay")
    if ratio is not None:
        rows = treated_rows(members)
        kept = without.copy()
        kept[rows] = draw[rows] < np.minimum(chance[rows] * ratio, MOST_CHANCE)
    cell = np.flatnonzero(without.ravel() | kept.ravel())
    size = len(cell)
    edges = np.cumsum(design.stay_nights)[:-1]
    nights = 1 + np.searchsorted(edges, random.random(size), side="right").astype(np.int64)
    width = slots.width[cell]
    # A day free at the start of the month and two at its end: stays of two months never touch.
    admitted = 1 + (random.random(size) * (width - 2 - nights)).astype(np.int64)
    service = catalog().service("inpatient_stay")
    code = random.integers(len(service.drgs), size=size)
    paid = np.stack(
        [
            cents(line.price, service.spread, random.standard_normal(size), times=nights)
            for line in service.lines
        ]
    )
    count, shift = slots.count.copy(), slots.shift.copy()
    count[cell] = width - nights - 3
    shift[cell] = (admitted + nights + 2) % width
    day = slots.first[cell] + admitted
    flat = kept.ravel()[cell], without.ravel()[cell]
    uses = SimulatedUses("inpatient_stay", cell, day, *flat, code, paid, paid, nights, nights)
    return uses, FreeDays(slots.first, slots.width, count, shift)


def expected_visits(
    design: SimulationDesign, members: SimulatedMembers, intensity: UseIntensity, category: str
) -> tuple[Floats, Floats]:
    """Return expected uses of the treated with the program and without it: arrays [treated, month]."""
    rows = treated_rows(members)
    without: NDArray[np.float64] = intensity.level[rows] * _base(design, category)[1]
    ratio = ratios(design, members, category)
    if category != "inpatient_stay":
        return without if ratio is None else without * ratio, without
    without = np.minimum(without, MOST_CHANCE)
    return (without if ratio is None else np.minimum(without * ratio, MOST_CHANCE)), without
