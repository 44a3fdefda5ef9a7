"""Sums of true effects by cohort and month, added up bucket by bucket."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.evaluation.simulation.bucket import MemberBucket
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.outcomes import OUTCOMES, expected, realised
from allay.evaluation.simulation.ratios import treated_rows
from allay.evaluation.simulation.uses import Floats, Ints

POPULATIONS = ("enrolled", "continuous")
"""Those of a cohort enrolled in the month; those of it enrolled on every day of the simulation."""


@dataclass(frozen=True, slots=True, eq=False)
class EffectSums:
    """Sums over the members of each cohort in each month.

    Attributes
    ----------
    members : int array [population, cohort, month]
    started : int array [cohort]
        Who started, enrolled later or not.
    expected, realised, without : float array [outcome, population, cohort, month]
        By how much the program was expected to change an outcome given who the members are, by how much it
        changed it as drawn, and what was expected without it.
    """

    members: Ints
    started: Ints
    expected: Floats
    realised: Floats
    without: Floats

    def __add__(self, other: EffectSums) -> EffectSums:
        return EffectSums(
            self.members + other.members,
            self.started + other.started,
            self.expected + other.expected,
            self.realised + other.realised,
            self.without + other.without,
        )


def effect_sums(bucket: MemberBucket) -> EffectSums:
    """Add up the true effects of a bucket."""
    design, members = bucket.design, bucket.members
    rows = treated_rows(members)
    covered = members.cover.width[rows] > 0
    inside = np.stack([covered, covered & members.cover.continuous(bucket.months)[rows, None]])
    cohorts = np.array([cohort.month for cohort in design.cohorts], dtype=np.int64)
    own = (members.cohort[rows] == cohorts[:, None]).astype(np.float64)
    shape = len(OUTCOMES), len(POPULATIONS), len(cohorts), design.months
    sums = [np.zeros(shape) for _ in range(3)]
    means, changes = expected(bucket), realised(bucket)
    for place, outcome in enumerate(OUTCOMES):
        with_, without = means[outcome]
        for total, values in zip(sums, (with_ - without, changes[outcome], without), strict=True):
            for population, mask in enumerate(inside):
                total[place, population] = own @ (values * mask)
    counted = np.stack([own @ mask for mask in inside]).astype(np.int64)
    return EffectSums(counted, own.sum(axis=1).astype(np.int64), *sums)


def no_effects(design: SimulationDesign) -> EffectSums:
    """Return sums of nothing yet."""
    cohorts = len(design.cohorts)
    members = np.zeros((len(POPULATIONS), cohorts, design.months), dtype=np.int64)
    empty = np.zeros((len(OUTCOMES), len(POPULATIONS), cohorts, design.months))
    return EffectSums(members, np.zeros(cohorts, dtype=np.int64), empty, empty, empty)
