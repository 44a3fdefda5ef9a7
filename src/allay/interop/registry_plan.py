"""What the map of a registry asks for: the scales with their bands, and the plan of the report."""

from __future__ import annotations

from allay.base.errors import InvalidValue
from allay.interop.registry_map import T_SCORE, MapGroup, MapScale, RegistryMap
from allay.measures import catalog
from allay.measures.bands import Band
from allay.measures.conventions import t_score_population
from allay.measures.instrument import Instrument
from allay.measures.outcome_plan import ChangeOf, GroupNames, OutcomePlan, Predictor
from allay.measures.outcome_scale import Basis, OutcomeScale, bands_of, thresholds_of

__all__ = ["plan_of", "scales_of"]


def scales_of(registry: RegistryMap) -> tuple[OutcomeScale, ...]:
    """The scales of a map, with bands and thresholds from the catalog of instruments.

    Raises
    ------
    NotFound
        When the map names an instrument or scale that the catalog does not have.
    InvalidValue
        When it names a threshold that the scale does not have.

    Examples
    --------
    >>> from allay.interop.registry_map import load_map
    >>> pain = scales_of(load_map("choir"))[0]
    >>> pain.points, pain.percent_response
    (2.0, True)
    """
    return tuple(_scale(scale) for scale in registry.scales)


def plan_of(registry: RegistryMap) -> OutcomePlan:
    """What the map asks to work out, and the keys of the result.

    Examples
    --------
    >>> from allay.interop.registry_map import load_map
    >>> plan = plan_of(load_map("choir"))
    >>> plan.changes[0].key, plan.group_key("payer").missing
    ('pain_change_baseline_to_3_months', 'MEDICAID_missing')
    """
    return OutcomePlan(
        changes=tuple(ChangeOf(c.scale, c.start, c.end, key=c.key) for c in registry.changes),
        predictors=tuple(
            Predictor(p.name, p.title, p.scale or "", p.number or "", p.group or "", p.level or "")
            for p in registry.predictors
        ),
        value_names={(s.id, t): column for s in registry.scales for t, column in s.columns.items()},
        number_names={n.id: n.column for n in registry.numbers},
        group_names={g.id: _names(g) for g in registry.groups},
        notes=tuple(registry.notes),
        versions={f"map {registry.id}": registry.version},
    )


def _scale(scale: MapScale) -> OutcomeScale:
    bands: tuple[Band, ...] = ()
    basis: list[Basis] = []
    points = None
    if scale.bands_of:
        bands, found = bands_of(*_place(scale.bands_of))
        basis += found
    if scale.thresholds_of:
        thresholds, found = thresholds_of(*_place(scale.thresholds_of))
        basis += found
        known = {threshold.id: threshold.value for threshold in thresholds}
        if scale.improved_by is not None:
            if scale.improved_by not in known:
                raise InvalidValue(
                    expected=f"one of the thresholds {', '.join(known)}", found=scale.improved_by
                )
            points = known[scale.improved_by]
    mean, sd = t_score_population() if scale.unit == T_SCORE else (None, None)
    return OutcomeScale(
        id=scale.id,
        title=scale.title,
        direction=scale.direction,
        unit=scale.unit,
        minimum=scale.minimum,
        maximum=scale.maximum,
        instrument=scale.instrument,
        population_mean=mean,
        population_sd=sd,
        percent_response=scale.percent_response,
        points=points,
        bands=bands,
        basis=tuple(basis),
    )


def _place(reference: str) -> tuple[Instrument, str]:
    instrument, _, scale = reference.partition("/")
    return catalog.get(instrument), scale


def _names(group: MapGroup) -> GroupNames:
    column = group.column or group.id
    return GroupNames(
        counts=group.keys.counts or column,
        missing=group.keys.missing or f"{column}_missing",
        outcomes=group.keys.outcomes or f"by_{group.id}",
    )
