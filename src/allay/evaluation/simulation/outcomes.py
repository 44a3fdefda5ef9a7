"""Outcomes of the panel from the uses of a bucket: as drawn, as changed by the program, and as expected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.simulation.bucket import CATEGORIES, MemberBucket
from allay.evaluation.simulation.catalog import catalog
from allay.evaluation.simulation.ratios import treated_rows
from allay.evaluation.simulation.uses import Floats, Ints, SimulatedUses
from allay.evaluation.simulation.visits import expected_visits, line_share

COUNTS = (
    *("emergency_visit", "inpatient_stay", "inpatient_day", "mri", "ct", "x_ray", "injection"),
    *("spine_surgery", "therapy_visit", "behavioral_visit", "opioid_fill", "opioid_day", "pharmacy_fill"),
)
MME = "opioid_mme_milli"
COSTS = ("medical_cost_cents", "pharmacy_cost_cents", "total_cost_cents")
OUTCOMES = (*COUNTS, MME, *COSTS)
"""Outcomes with known truth, as the columns of the panel are called."""


def needed(outcome: str) -> tuple[str, ...]:
    """Return the categories of use that an outcome is made of.

    Examples
    --------
    >>> needed("inpatient_day"), needed("pharmacy_cost_cents")
    (('inpatient_stay',), ('pharmacy_fill', 'opioid_fill'))
    """
    fills = ("pharmacy_fill", "opioid_fill")
    if outcome in ("pharmacy_fill", "pharmacy_cost_cents"):
        return fills
    if outcome == "medical_cost_cents":
        return tuple(category for category in CATEGORIES if category not in fills)
    if outcome == "total_cost_cents":
        return CATEGORIES
    return {
        "inpatient_day": ("inpatient_stay",),
        "opioid_day": ("opioid_fill",),
        MME: ("opioid_fill",),
    }.get(outcome, (outcome,))


def tallies(
    bucket: MemberBucket, uses: SimulatedUses, *, kept: bool, chosen: NDArray[np.bool_] | slice = slice(None)
) -> Iterator[tuple[str, Ints, Ints | int]]:
    """Yield the outcomes that uses add to: name, cells, and how much in each; with or without the program."""
    happens = uses.kept if kept else uses.without
    where = np.flatnonzero(happens[chosen])
    if not isinstance(chosen, slice):
        where = np.flatnonzero(chosen)[where]
    cell = uses.cell[where]
    units = (uses.units if kept else uses.units_without)[where]
    cents = (uses.cents if kept else uses.cents_without)[:, where].sum(axis=0)
    drug = uses.category in ("pharmacy_fill", "opioid_fill")
    if uses.category in COUNTS:
        yield uses.category, cell, 1
    if uses.category == "inpatient_stay":
        yield "inpatient_day", cell, units
    if uses.category == "opioid_fill":
        yield "pharmacy_fill", cell, 1
        yield "opioid_day", cell, bucket.design.opioids.days_supply
        yield MME, cell, units * _milli(bucket)[cell // bucket.design.months]
    yield ("pharmacy_cost_cents" if drug else "medical_cost_cents"), cell, cents
    yield "total_cost_cents", cell, cents


def _milli(bucket: MemberBucket) -> Ints:
    """Thousandths of an MME in a unit of each member's opioid."""
    found = np.zeros(len(bucket.members), dtype=np.int64)
    found[bucket.opioids.rows] = bucket.opioids.milli_mme()
    return found


def drawn(bucket: MemberBucket, *, kept: bool = True) -> dict[str, Ints]:
    """Return the outcomes of a bucket as drawn, with the program or without: arrays [member, month].

    Only categories that were drawn count.
    """
    shape = len(bucket.members), bucket.design.months
    found: dict[str, Ints] = {}
    for uses in bucket.uses.values():
        for outcome, cell, much in tallies(bucket, uses, kept=kept):
            total = found.setdefault(outcome, np.zeros(shape, dtype=np.int64))
            _add(total, cell, much)
    return found


def _add(total: Ints, cell: Ints, much: Ints | int) -> None:
    size = total.size
    if isinstance(much, int):
        total += np.bincount(cell, minlength=size).reshape(total.shape) * much
    else:  # sums of whole numbers below 2**53 are exact as floats
        total += np.bincount(cell, much, minlength=size).reshape(total.shape).astype(np.int64)


def realised(bucket: MemberBucket) -> dict[str, Ints]:
    """Return by how much the program changed outcomes of the treated as drawn: arrays [treated, month]."""
    rows = treated_rows(bucket.members)
    months = bucket.design.months
    at = np.full(len(bucket.members), -1, dtype=np.int64)
    at[rows] = np.arange(len(rows))
    found = {name: np.zeros((len(rows), months), dtype=np.int64) for name in OUTCOMES}
    for uses in bucket.uses.values():
        changed = (uses.kept != uses.without) | (uses.units != uses.units_without)
        for kept, sign in ((True, 1), (False, -1)):
            for outcome, cell, much in tallies(bucket, uses, kept=kept, chosen=changed):
                _add(found[outcome], at[cell // months] * months + cell % months, much * sign)
    return found


def expected(bucket: MemberBucket) -> dict[str, tuple[Floats, Floats]]:
    """Return what the treated were expected to use with the program and without it, given who they are.

    For each outcome two arrays [treated, month]. Only categories that were drawn count.
    """
    rows, design = treated_rows(bucket.members), bucket.design
    shape = 2, len(rows), design.months
    found = {name: np.zeros(shape) for name in OUTCOMES}
    for category in bucket.uses:
        if category == "opioid_fill":
            _expect_fills(bucket, found)
            continue
        both = np.stack(expected_visits(design, bucket.members, bucket.intensity, category))
        if category in COUNTS:
            found[category] += both
        cost = "medical_cost_cents"
        if category == "pharmacy_fill":
            price, cost = catalog().pharmacy.price, "pharmacy_cost_cents"
        else:
            price = sum(line.price * line_share(design, line) for line in catalog().service(category).lines)
        if category == "inpatient_stay":
            nights = float(np.dot(design.stay_nights, 1 + np.arange(len(design.stay_nights))))
            found["inpatient_day"] += both * nights
            price *= nights
        found[cost] += both * price * 100
    found["total_cost_cents"] = found["medical_cost_cents"] + found["pharmacy_cost_cents"]
    return {name: (with_[0], with_[1]) for name, with_ in found.items()}


def _expect_fills(bucket: MemberBucket, found: dict[str, Floats]) -> None:
    use, at = bucket.opioids, np.full(len(bucket.members), -1, dtype=np.int64)
    rows = treated_rows(bucket.members)
    at[rows] = np.arange(len(rows))
    users = np.flatnonzero(at[use.rows] >= 0)
    row = at[use.rows[users]]
    chance = np.stack([use.chance[users], use.chance_without[users]])
    units = np.stack([use.units[users], use.units_without[users]])
    found["opioid_fill"][:, row] += chance
    found["pharmacy_fill"][:, row] += chance
    found["opioid_day"][:, row] += chance * bucket.design.opioids.days_supply
    found[MME][:, row] += chance * units * use.milli_mme()[users][:, None]
    found["pharmacy_cost_cents"][:, row] += chance * units * 100 * catalog().opioids.price_per_unit
