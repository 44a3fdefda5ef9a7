"""Uses as rows of claims: lines of medical claims and fills of pharmacy claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from allay.evaluation.simulation.bucket import MemberBucket
from allay.evaluation.simulation.catalog import Service, ServiceLine, catalog, regimens
from allay.evaluation.simulation.rows import KINDS, REAL, ClaimRows, Ints, Small, joined
from allay.evaluation.simulation.streams import stream
from allay.evaluation.simulation.uses import SimulatedUses


@dataclass(frozen=True, slots=True)
class LineTemplate:
    """What is equal on many lines: a line of a service with one of its codes and diagnoses."""

    service: Service
    line: ServiceLine
    number: int
    code: str | None
    drg: str | None
    diagnosis: str


@cache
def templates() -> tuple[tuple[LineTemplate, ...], Mapping[tuple[str, int], int]]:
    """Return all templates, and by category and line which is the first.

    That of code `c` and diagnosis `d` is number first + c * diagnoses + d.
    """
    found: list[LineTemplate] = []
    first: dict[tuple[str, int], int] = {}
    for service in catalog().services:
        seen = {False: 0, True: 0}
        for place, line in enumerate(service.lines):
            seen[line.second_claim] += 1
            first[service.id, place] = len(found)
            for code in service.drgs or service.codes:
                for diagnosis in service.diagnoses:
                    hcpcs = code if line.coded and not service.drgs else None
                    drg = code if service.drgs else None
                    found.append(LineTemplate(service, line, seen[line.second_claim], hcpcs, drg, diagnosis))
    return tuple(found), first


def medical_rows(bucket: MemberBucket) -> ClaimRows:
    """Return the lines of medical claims of a bucket, with nothing wrong in them yet."""
    _, first = templates()
    parts, used = [], 0
    for service in catalog().services:
        uses = bucket.uses[service.id]
        which = np.flatnonzero(uses.kept)
        claim, used = used + 2 * np.arange(len(which)), used + 2 * len(which)
        diagnosis = np.arange(len(which)) % len(service.diagnoses)
        at = uses.code[which] * len(service.diagnoses) + diagnosis
        lags = _lags(bucket, service.id, len(which))
        for place, line in enumerate(service.lines):
            cents = uses.cents[place, which]
            units = uses.units[which] if service.by_night else np.full(len(which), line.units)
            rows = _rows(
                bucket,
                uses,
                which,
                first[service.id, place] + at,
                cents,
                lags,
                claim + line.second_claim,
                units,
            )
            parts.append(rows.take(cents > 0) if line.professional_emergency else rows)
    return joined(parts)


def pharmacy_rows(bucket: MemberBucket) -> ClaimRows:
    """Return the fills of a bucket; templates number the other drugs first, then the opioids."""
    parts, used = [], 0
    for category, shift in (("pharmacy_fill", 0), ("opioid_fill", len(catalog().pharmacy.drugs))):
        uses = bucket.uses[category]
        which = np.flatnonzero(uses.kept)
        claim, used = used + np.arange(len(which)), used + len(which)
        units = uses.units[which] if category == "opioid_fill" else np.full(len(which), 30)
        lags = _lags(bucket, category, len(which))
        parts.append(
            _rows(bucket, uses, which, shift + uses.code[which], uses.cents[0, which], lags, claim, units)
        )
    return joined(parts)


def drugs() -> tuple[str, ...]:
    """Return the RxNorm codes of the templates of fills."""
    return (*catalog().pharmacy.drugs, *(one.drug for one in regimens()))


def _lags(bucket: MemberBucket, category: str, size: int) -> Small:
    """Draw after how many days each claim is paid: at least some, beyond them exponential."""
    knobs = bucket.design.claims
    random = stream(f"paid {category}", seed=bucket.design.seed, bucket=bucket.number)
    beyond = max(knobs.paid_after_mean - knobs.paid_after_least, 0.0)
    return (knobs.paid_after_least + random.standard_exponential(size) * beyond).astype(np.int32)


def _rows(
    bucket: MemberBucket,
    uses: SimulatedUses,
    which: Ints,
    template: Ints,
    cents: Ints,
    lags: Small,
    claim: Ints,
    units: Ints,
) -> ClaimRows:
    day = uses.day[which].astype(np.int32)
    end = day + units.astype(np.int32) if uses.category == "inpatient_stay" else day
    return ClaimRows(
        (uses.cell[which] // bucket.design.months).astype(np.int32),
        day,
        template.astype(np.int32),
        cents,
        end + lags,
        claim * KINDS + REAL,
        units.astype(np.int32),
        np.ones(len(which), dtype=np.int32),
    )
