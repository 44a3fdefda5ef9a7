"""All that happens to the members of a bucket: what claims, panels and truth are made from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import get_args

from allay.base.errors import NotFound
from allay.evaluation.simulation.calendar import StudyMonths
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.fills import OpioidUse, draw_fills, opioid_use
from allay.evaluation.simulation.intensity import UseIntensity
from allay.evaluation.simulation.knobs import UseCategory
from allay.evaluation.simulation.people import SimulatedMembers, draw_members
from allay.evaluation.simulation.uses import SimulatedUses
from allay.evaluation.simulation.visits import draw_stays, draw_visits, free_slots

CATEGORIES = (*get_args(UseCategory), "opioid_fill")
"""Categories of use."""


@dataclass(frozen=True, slots=True, eq=False)
class MemberBucket:
    """Members of a bucket and their uses by category."""

    number: int
    design: SimulationDesign
    months: StudyMonths
    members: SimulatedMembers
    intensity: UseIntensity
    opioids: OpioidUse
    uses: dict[str, SimulatedUses]


def draw_bucket(
    design: SimulationDesign, number: int, *, categories: Collection[str] = CATEGORIES
) -> MemberBucket:
    """Draw a bucket; a category has the same uses whichever others are drawn.

    Examples
    --------
    >>> from allay.evaluation.simulation.design import shipped_design
    >>> drawn = draw_bucket(shipped_design("clean").changed(members=100), 0, categories=["mri"])
    >>> len(drawn.members), list(drawn.uses)
    (100, ['mri'])
    """
    if unknown := set(categories) - set(CATEGORIES):
        raise NotFound.among("category of use", min(unknown), known=CATEGORIES)
    months = StudyMonths.of(design.start, design.months)
    members = draw_members(design, number)
    intensity = UseIntensity.of(design, members)
    opioids = opioid_use(design, members, number)
    slots = free_slots(design, members, months.first)
    uses, beside = {}, slots
    if not {"inpatient_stay", "emergency_visit"}.isdisjoint(categories):
        # Emergency visits stay clear of the days of stays, into which they would be counted.
        uses["inpatient_stay"], beside = draw_stays(design, members, intensity, slots=slots, bucket=number)
    for category in CATEGORIES:
        if category == "opioid_fill" and category in categories:
            uses[category] = draw_fills(design, opioids, slots=slots, bucket=number)
        elif category != "inpatient_stay" and category in categories:
            free = beside if category == "emergency_visit" else slots
            uses[category] = draw_visits(design, members, intensity, category, slots=free, bucket=number)
    return MemberBucket(number, design, months, members, intensity, opioids, uses)
