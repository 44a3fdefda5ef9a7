"""Rate ratios of the program, by member and month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.people import SimulatedMembers

Floats = NDArray[np.float64]
MOST_HETEROGENEITY = 3.0


def treated_rows(members: SimulatedMembers) -> NDArray[np.int64]:
    """Return which members of a bucket enter the program."""
    return np.flatnonzero(members.cohort >= 0)


def ratios(design: SimulationDesign, members: SimulatedMembers, category: str) -> Floats | None:
    """Return the ratio of each treated member in each month: array [treated, month]; None for no effect.

    It is 1 before the start. Who benefits more has it to a higher power.
    """
    by_cohort = {effect.cohort: effect.ratios for effect in design.effects if effect.category == category}
    rows = treated_rows(members)
    if not by_cohort or not len(rows):
        return None
    found = np.ones((len(rows), design.months))
    cohort = members.cohort[rows]
    for own in design.cohorts:
        steps = by_cohort.get(own.month, by_cohort.get(None))
        if steps is not None:
            event = np.arange(design.months - own.month)
            found[cohort == own.month, own.month :] = np.take(steps, np.minimum(event, len(steps) - 1))
    if any(dict(design.heterogeneity).values()):
        found **= _powers(design, members)[rows, None]
    return found


def _powers(design: SimulationDesign, members: SimulatedMembers) -> Floats:
    slopes, people = design.heterogeneity, design.people
    age, female, condition = members.covariates(design).T
    spread = np.sqrt(people.female_share * (1 - people.female_share)), np.sqrt(people.condition_mean)
    power = 1 + slopes.age * age + slopes.frailty * members.frailty
    # A share or mean of zero leaves nothing that could vary.
    power += slopes.female * (female / spread[0] if spread[0] else 0.0)
    power += slopes.condition * (condition / spread[1] if spread[1] else 0.0)
    held: Floats = np.clip(power, 0.0, MOST_HETEROGENEITY)
    return held
