"""What a director chose to look at: which people, which scale, which time point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from allay_web.outcomes.queries.table import REFERRALS, Cohort
from allay_web.outcomes.schedule import standard

EVERYONE, REGISTRY = "everyone", "registry"

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One valid choice, with what else could be chosen."""

    cohort: str
    scale: str
    timepoint: str
    cohorts: Options
    scales: Options
    timepoints: Options

    @property
    def query(self) -> str:
        """The choice as it stands in an address."""
        return f"cohort={self.cohort}&scale={self.scale}&timepoint={self.timepoint}"

    @property
    def timepoint_title(self) -> str:
        """What people call the time point."""
        return dict(self.timepoints).get(self.timepoint, self.timepoint)


def among(cohorts: Sequence[Cohort], wanted: str) -> tuple[Cohort, ...]:
    """The cohorts a choice of people means."""
    if wanted == REFERRALS:
        return tuple(cohort for cohort in cohorts if not cohort.is_registry)
    if wanted == REGISTRY:
        return tuple(cohort for cohort in cohorts if cohort.is_registry)
    return tuple(cohorts)


def owner_of(cohorts: Sequence[Cohort], scale: str) -> Cohort | None:
    """The cohort that was asked a scale; scale names of a catalog and of a registry never meet."""
    return next((c for c in cohorts if any(s.id == scale for s in c.table.scales)), None)


def choose(cohorts: Sequence[Cohort], wanted: Mapping[str, str], *, on: date) -> Choice | None:
    """Make a valid choice of what was asked for, with sensible answers to what was not; None without scores.

    The time point not asked for is the latest at which somebody answered; the scale, the first that can show
    change there.
    """
    people = _people(cohorts)
    cohort = _one_of(people, wanted.get("cohort", ""))
    chosen = among(cohorts, cohort)
    scales = tuple((scale.id, _title(c, scale.title)) for c in chosen for scale in c.table.scales)
    if not scales:
        return None
    with_followup = [s for c in chosen for s in c.table.scales if c.table.followups(s.id)]
    scale = _one_of(scales, wanted.get("scale", ""), with_followup[0].id if with_followup else "")
    owner = owner_of(chosen, scale)
    points = _points(owner, scale, on=on) if owner else ()
    latest = points[-1][0] if points else ""
    timepoint = _one_of(points, wanted.get("timepoint", ""), _latest_answered(owner, scale) or latest)
    return Choice(cohort, scale, timepoint, people, scales, points)


def _people(cohorts: Sequence[Cohort]) -> Options:
    sources = {cohort.is_registry for cohort in cohorts}
    found = []
    if len(sources) > 1:
        found.append((EVERYONE, "Everyone"))
    if False in sources:
        found.append((REFERRALS, "Referred here"))
    if True in sources:
        found.append((REGISTRY, "Imported registry"))
    return tuple(found)


def _title(cohort: Cohort, title: str) -> str:
    return f"{title}, registry" if cohort.is_registry else title


def _points(cohort: Cohort, scale: str, *, on: date) -> Options:
    """Time points after baseline at which the scale is asked and that somebody has reached."""
    found = []
    for point in cohort.table.timepoints[1:]:
        if not cohort.table.has(scale, point.id):
            continue
        if reached(cohort, point.id, on=on).any():
            found.append((point.id, point.title))
    return tuple(found)


def day_of(cohort: Cohort, timepoint: str) -> int:
    """The day of the program from which a time point is asked; 0 for a registry, which says no days."""
    if cohort.is_registry:
        return 0
    point = standard().timepoint(timepoint)
    return max(0, point.day - point.window_days)


def reached(cohort: Cohort, timepoint: str, *, on: date) -> NDArray[np.bool_]:
    """Who was asked at a time point by now; whoever answered early was asked."""
    return cohort.old_enough(day_of(cohort, timepoint), on=on) | cohort.answered(timepoint)


def _latest_answered(cohort: Cohort | None, scale: str) -> str:
    if cohort is None:
        return ""
    answered = [p.id for p in cohort.table.followups(scale) if _anybody(cohort, scale, p.id)]
    return answered[-1] if answered else ""


def _anybody(cohort: Cohort, scale: str, timepoint: str) -> bool:
    return bool((~np.isnan(cohort.table.values[scale, timepoint])).any())


def _one_of(options: Options, wanted: str, default: str = "") -> str:
    known = [value for value, _ in options]
    for value in (wanted, default):
        if value in known:
            return value
    return known[0] if known else ""
