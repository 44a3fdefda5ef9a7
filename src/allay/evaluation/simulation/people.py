"""Members of a bucket: what they are like, how their pain moves, when they are enrolled, who enters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.simulation.calendar import StudyMonths
from allay.evaluation.simulation.cover import MemberCover, draw_cover
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.streams import stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BUCKET_MEMBERS = 16_384
"""At most so many members are drawn at a time: what memory needs does not grow with the simulation."""
MOST_CONDITIONS = 5
YOUNGEST, OLDEST = 18, 90
AGE_OF_DEATH = 0.09
"""Rise of the log chance of dying with a year of age (Gompertz: doubled in eight years; from memory)."""
COVARIATES = ("age", "female", "condition")
"""What claims show of a member."""


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedMembers:
    """Members of a bucket.

    Attributes
    ----------
    number : int array [member]
        Their numbers in the whole simulation, from 0.
    age, female, conditions : array [member]
        Age at the start in years, whether female, number of chronic conditions.
    frailty : float array [member]
        What makes a member use more and claims do not show, in standard deviations.
    pain : bool array [member]
        Whether they have chronic pain.
    latent : float array [member, month]
        Their pain, in standard deviations from the mean.
    cover : MemberCover
        When they are enrolled.
    cohort : int array [member]
        Month of their start in the program, -1 for never.
    """

    number: Ints
    age: Floats
    female: NDArray[np.bool_]
    conditions: Ints
    frailty: Floats
    pain: NDArray[np.bool_]
    latent: Floats
    cover: MemberCover
    cohort: Ints

    def __len__(self) -> int:
        return len(self.number)

    def covariates(self, design: SimulationDesign) -> Floats:
        """Age in standard deviations, sex and conditions from their means: array [member, covariate]."""
        people = design.people
        return np.column_stack(
            [
                (self.age - people.age_mean) / people.age_sd,
                self.female - people.female_share,
                self.conditions - people.condition_mean,
            ]
        )


def buckets(design: SimulationDesign) -> int:
    """Return into how many buckets members are dealt.

    Examples
    --------
    >>> from allay.evaluation.simulation.design import default_design
    >>> buckets(default_design(members=50_000, months=12, seed=1))
    4
    """
    return -(-design.members // BUCKET_MEMBERS)


def draw_members(design: SimulationDesign, bucket: int) -> SimulatedMembers:
    """Draw the members of a bucket: those whose number leaves the bucket's as remainder."""
    number = np.arange(bucket, design.members, buckets(design), dtype=np.int64)
    size, people = len(number), design.people
    random = stream("people", seed=design.seed, bucket=bucket)
    age = np.clip(random.normal(people.age_mean, people.age_sd, size), YOUNGEST, OLDEST)
    female = random.random(size) < people.female_share
    conditions = np.minimum(random.poisson(people.condition_mean, size), MOST_CONDITIONS)
    frailty = random.standard_normal(size)
    pain = stream("pain", seed=design.seed, bucket=bucket).random(size) < design.pain_share
    months = StudyMonths.of(design.start, design.months)
    hazard = design.enrollment.death * np.exp(AGE_OF_DEATH * (age - people.age_mean))
    cover = draw_cover(design, months, death=hazard, bucket=bucket)
    latent = _latent(design, size, bucket)
    drawn = SimulatedMembers(
        number, age, female, conditions, frailty, pain, latent, cover, np.full(size, -1, dtype=np.int64)
    )
    _enter(design, drawn, bucket)
    return drawn


def _latent(design: SimulationDesign, size: int, bucket: int) -> Floats:
    """Return a stationary autoregression of order one, with variance 1."""
    random = stream("latent", seed=design.seed, bucket=bucket)
    drawn = random.standard_normal((design.months, size))
    rho = design.process.rho
    drawn[1:] *= np.sqrt(1 - rho**2)
    for month in range(1, design.months):
        drawn[month] += rho * drawn[month - 1]
    return np.ascontiguousarray(drawn.T)


def _enter(design: SimulationDesign, members: SimulatedMembers, bucket: int) -> None:
    """Choose who starts in which month, month after month, among those enrolled then and the month before."""
    knobs, process = design.selection, design.process
    slopes = np.array([knobs.age, knobs.female, knobs.condition])
    odds = members.covariates(design) @ slopes + knobs.frailty * members.frailty
    random = stream("selection", seed=design.seed, bucket=bucket)
    peak = (knobs.threshold - process.pain_mean) / process.pain_sd
    for cohort in design.cohorts:
        # The largest of log odds plus Gumbel noise: sampling by odds, without replacement.
        key = odds + random.gumbel(size=len(members))
        before = cohort.month - knobs.lag
        if knobs.peak:
            key += np.where(members.latent[:, before] >= peak, 1e6, 0.0)
        can = members.pain & (members.cohort < 0)
        can &= (members.cover.width[:, cohort.month] > 0) & (members.cover.width[:, before] > 0)
        who = np.flatnonzero(can)
        wanted = _places(design, cohort.members, cohort.share, bucket)
        if wanted < len(who):
            who = who[np.argpartition(-key[who], wanted)[:wanted]]
        members.cohort[who] = cohort.month


def _places(design: SimulationDesign, count: int | None, share: float | None, bucket: int) -> int:
    """Deal the places of a cohort to buckets evenly, none lost."""
    if count is None:
        count = round((share or 0.0) * design.pain_share * design.members)
    parts = buckets(design)
    return count * (bucket + 1) // parts - count * bucket // parts
