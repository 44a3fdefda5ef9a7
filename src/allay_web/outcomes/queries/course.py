"""One patient's scores as courses: each scale with what is needed to draw it and to judge its change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from allay.interop.registry_map import MapScale, RegistryMap
from allay.interop.registry_plan import scales_of
from allay.measures import catalog
from allay.measures.outcome_scale import OutcomeScale
from allay.measures.scale import Threshold
from allay_web.outcomes.analysis import analysis, known_scales, place_of
from allay_web.outcomes.models import Score
from allay_web.outcomes.queries.registry import map_of
from allay_web.outcomes.schedule import standard, title

if TYPE_CHECKING:
    from allay_web.access.models import Program


@dataclass(frozen=True, slots=True)
class Rule:
    """The change that counts for one patient: the threshold, and the title of its source."""

    threshold: Threshold
    source: str


@dataclass(frozen=True, slots=True)
class Course:
    """The scores of one scale, the earliest first, with the titles of their time points."""

    scale: OutcomeScale
    rule: Rule | None
    scores: tuple[Score, ...]
    timepoints: tuple[str, ...]

    @property
    def instrument(self) -> str:
        """The id of the instrument, or of the registry's map."""
        return self.scores[0].instrument


def courses_of(program: Program, episode_id: int) -> list[Course]:
    """An episode's courses in the order of domains, scored only; the caller's page audits the reading.

    Versions of an instrument are never mixed in one course.
    """
    rows = (
        Score.objects.of(program)
        .filter(episode=episode_id)
        .exclude(score=None)
        .select_related("registry_import")
    )
    found: dict[tuple[str, str, str], list[Score]] = defaultdict(list)
    for row in rows:
        found[row.instrument, row.scale, row.version].append(row)
    courses = [course for scores in found.values() if (course := _course(scores)) is not None]
    return sorted(courses, key=_place)


def _course(scores: list[Score]) -> Course | None:
    """The course of one scale; None for an instrument this version of Allay does not know."""
    first = scores[0]
    if first.registry_import is not None:
        registry = map_of(first.registry_import)
        scale = next((s for s in scales_of(registry) if s.id == first.scale), None)
        points = {point.id: point.title for point in registry.timepoints}
        rule = _registry_rule(registry, first.scale)
    else:
        key = f"{first.instrument}.{first.scale}"
        scale = known_scales().get(key)
        points = {point.id: title(point.id) for point in standard().timepoints}
        rule = _rule(key)
    if scale is None:
        return None
    order = list(points)
    scores.sort(key=lambda s: (order.index(s.timepoint) if s.timepoint in points else len(order), s.pk))
    titles = tuple(points.get(score.timepoint, title(score.timepoint)) for score in scores)
    return Course(scale, rule, tuple(scores), titles)


def _place(course: Course) -> tuple[bool, int, str]:
    """Allay's own instruments first, in the order of domains; a registry's in the order of its map."""
    first = course.scores[0]
    if first.registry_import is None:
        return False, place_of(f"{first.instrument}.{first.scale}"), first.version
    scales: Sequence[MapScale] = map_of(first.registry_import).scales
    return True, [scale.id for scale in scales].index(first.scale), first.version


@cache
def _rule(key: str) -> Rule | None:
    named = {shown.id: shown.improved_by for shown in analysis().scales}
    return _threshold(key.replace(".", "/"), named.get(key))


def _registry_rule(registry: RegistryMap, scale_id: str) -> Rule | None:
    scale = next((scale for scale in registry.scales if scale.id == scale_id), None)
    if scale is None or scale.thresholds_of is None:
        return None
    return _threshold(scale.thresholds_of, scale.improved_by)


def _threshold(place: str, threshold_id: str | None) -> Rule | None:
    instrument_id, _, scale_id = place.partition("/")
    instrument = catalog.get(instrument_id)
    for threshold in instrument.scale(scale_id).thresholds:
        if threshold.id == threshold_id:
            return Rule(threshold, instrument.sources[threshold.source].title)
    return None
