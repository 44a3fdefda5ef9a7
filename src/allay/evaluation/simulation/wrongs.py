"""What goes wrong in claims: corrected, paid in error, written twice, outside enrollment, not yet there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.simulation.bucket import MemberBucket
from allay.evaluation.simulation.lines import templates
from allay.evaluation.simulation.rows import BEFORE_CORRECTION, OUTSIDE, VOIDED, ClaimRows, joined
from allay.evaluation.simulation.streams import stream

TAKEN_BACK, PAID_ANEW, TOO_MUCH = 20, 25, 1.1
"""Days after the first payment, and how many times too much was paid at first."""
BEFORE_START = 40
"""Days by which a line outside enrollment lies before the start of everything."""


@dataclass(frozen=True, slots=True, eq=False)
class FaultyRows:
    """Rows with what is wrong in them, in order, and how many of each kind were planted."""

    rows: ClaimRows
    counts: dict[str, int]


def go_wrong(bucket: MemberBucket, rows: ClaimRows, *, table: str) -> FaultyRows:
    """Add what goes wrong to the rows of a table; what is live in the end is what was there.

    A corrected line was paid too much at first, that was taken back, and it was paid anew: under the same
    claim, or a new one. A voided line is a copy on another day of the month that was taken back.
    """
    knobs = bucket.design.claims
    random = stream(f"wrongs {table}", seed=bucket.design.seed, bucket=bucket.number)
    draw = random.random(len(rows))
    edges = np.cumsum([knobs.corrected, knobs.voided, knobs.outside_enrollment])
    corrected = draw < edges[0]
    voided = (draw >= edges[0]) & (draw < edges[1])
    outside = (draw >= edges[1]) & (draw < edges[2])
    parts = [rows.but(paid=rows.paid + (PAID_ANEW * corrected).astype(np.int32))]
    # Under a claim of its own or the same: by whether the number of the claim is odd.
    before = rows.take(corrected)
    new = np.where((before.claim >> 2) % 2 == 0, BEFORE_CORRECTION, 0)
    before = before.but(claim=before.claim + new, cents=np.rint(before.cents * TOO_MUCH).astype(np.int64) + 1)
    error = _on_another_day(bucket, rows.take(voided), table=table)
    error = error.but(claim=error.claim + VOIDED)
    parts += [before, before.negative(later=TAKEN_BACK), error, error.negative(later=TAKEN_BACK)]
    away = rows.take(outside)
    away = away.but(day=np.full(len(away), -BEFORE_START, dtype=np.int32), claim=away.claim + OUTSIDE)
    parts.append(away)
    everything = joined(parts)
    twice = stream(f"twice {table}", seed=bucket.design.seed, bucket=bucket.number)
    again = everything.take(twice.random(len(everything)) < knobs.duplicates)
    everything = joined([everything, again])
    written = everything
    if knobs.runout_days is not None:
        written = everything.take(everything.paid <= bucket.months.days - 1 + knobs.runout_days)
    counts = {
        "rows": len(written),
        "corrected": len(before),
        "voided": len(error),
        "outside_enrollment": len(away),
        "duplicates": len(again),
        "not_yet_paid": len(everything) - len(written),
    }
    return FaultyRows(written.in_order(), counts)


def _on_another_day(bucket: MemberBucket, rows: ClaimRows, *, table: str) -> ClaimRows:
    """Move rows to another day of cover in their month, and payments with them; stays keep theirs."""
    months, cover = bucket.months, bucket.members.cover
    month = np.searchsorted(months.first, rows.day, side="right") - 1
    first = months.first[month] + cover.first[rows.member, month]
    width = cover.width[rows.member, month].astype(np.int64)
    day = first + (rows.day - first + 1 + rows.claim % (width - 1)) % width
    if table == "medical_claim":
        stays = np.array([template.service.by_night for template in templates()[0]])
        fixed: NDArray[np.bool_] = stays[rows.template]
        day = np.where(fixed, rows.day, day)
    moved = (day - rows.day).astype(np.int32)
    return rows.but(day=rows.day + moved, paid=rows.paid + moved)
