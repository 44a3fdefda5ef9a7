"""The outcomes table of a registry that was taken in, rebuilt so that it equals the one its file gave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from allay.interop.registry_map import MapGroup, RegistryMap
from allay.interop.registry_plan import plan_of, scales_of
from allay.measures.cohort import Grouping, OutcomesTable, Timepoint
from allay.measures.outcome_plan import OutcomePlan
from allay_web.outcomes.models import RegistryImport
from allay_web.outcomes.queries.columns import Columns, People
from allay_web.outcomes.queries.registry import map_of
from allay_web.outcomes.registry_people import AGE, PAYER, SEX, payer_of, sex_of

Levels = NDArray[np.str_]


def registered_table(
    imported: RegistryImport, people: People, members: NDArray[np.bool_], scores: Columns
) -> tuple[OutcomesTable, OutcomePlan]:
    """Arrays of everybody a registry's file named, under the names its map gave.

    Groups and numbers that have no place in a patient's record were not taken in; predictors that need them
    fall away.
    """
    registry = map_of(imported)
    values = {}
    for scale in registry.scales:
        for point in scale.columns:
            column = np.full(people.n, np.nan)
            if (registry.id, scale.id, point) in scores:
                places, found = scores[registry.id, scale.id, point]
                column[places] = found
            values[scale.id, point] = column[members]
    numbers = {AGE: people.age[members]} if any(number.id == AGE for number in registry.numbers) else {}
    groups = {group.id: _levels(group, people, members) for group in registry.groups if _kept(group)}
    table = OutcomesTable(
        title=registry.title,
        patients=("",) * int(members.sum()),
        timepoints=tuple(Timepoint(point.id, point.title) for point in registry.timepoints),
        scales=scales_of(registry),
        values=values,
        groupings=tuple(_grouping(group) for group in registry.groups if _kept(group)),
        groups=groups,
        numbers=numbers,
        number_titles={number.id: f"{number.title} ({number.unit})" for number in registry.numbers},
        source=registry.source.title,
    )
    return table, _plan(registry, table)


def _plan(registry: RegistryMap, table: OutcomesTable) -> OutcomePlan:
    plan = plan_of(registry)
    kept = tuple(
        predictor
        for predictor in plan.predictors
        if predictor.scale or predictor.number in table.numbers or predictor.group in table.groups
    )
    return replace(plan, predictors=kept)


def _kept(group: MapGroup) -> bool:
    return group.id in (SEX, PAYER) if group.column else group.number == AGE


def _levels(group: MapGroup, people: People, members: NDArray[np.bool_]) -> Levels:
    """The file's own levels again, from what was kept of each person."""
    if group.column is None:
        return _bands(group, people.age[members])
    result = np.full(int(members.sum()), "", dtype=f"<U{max(len(level) for level in group.values)}")
    if group.id == SEX:
        kept = people.sex[members]
        for level in group.values:
            result[kept == sex_of(group, level)] = level
    else:
        kept = people.payer_name[members]
        for level in group.values:
            result[kept == payer_of(group, level)[1]] = level
    return result


def _bands(group: MapGroup, number: NDArray[np.float64]) -> Levels:
    result = np.full(number.shape, "", dtype=f"<U{max(len(band.id) for band in group.bands)}")
    for band in group.bands:
        low = -np.inf if band.from_ is None else band.from_
        high = np.inf if band.to is None else band.to
        result[(number >= low) & (number < high)] = band.id
    return result


def _grouping(group: MapGroup) -> Grouping:
    if group.column:
        levels, labels = tuple(group.values), tuple(group.values.values())
    else:
        levels = tuple(band.id for band in group.bands)
        labels = tuple(band.title for band in group.bands)
    return Grouping(group.id, group.title, levels, labels, group.reference or "", group.compare)
