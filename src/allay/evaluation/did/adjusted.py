"""Effects by cohort and period where trends depend on covariates: regression, weighting, doubly robust."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.did.cells import Base, Cells, Control, Method, cells_of
from allay.evaluation.did.contributions import Contributions, summed
from allay.evaluation.did.grouptime import GroupTimeEffects
from allay.evaluation.did.levels import Levels, levels_of
from allay.evaluation.did.moments import collected, moments_of, occupied
from allay.evaluation.did.panel import WidePanel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
INTERCEPT = "(intercept)"


@dataclass(frozen=True, slots=True, eq=False)
class _Comparison:
    """A cohort, those it is compared with, and the cells that this serves."""

    levels: Levels
    cells: Integers
    time: Integers
    base: Integers


def adjusted_effects(
    panel: WidePanel,
    *,
    control: Control,
    method: Method,
    base: Base,
    anticipation: int,
    influence: bool = False,
) -> GroupTimeEffects:
    """Effects with covariates; see `allay.evaluation.did.effects.group_time_effects`.

    The propensity score is fitted once for a cohort and those it is compared with, and one set of normal
    equations serves the outcomes of all periods: an effect is a difference of two levels, each of which is
    linear in the outcomes of its period.

    Examples
    --------
    >>> age = np.array([[0.0], [1.0], [1.0], [0.0], [0.0], [1.0]])
    >>> rows = np.array([[1.0, 4.0], [2.0, 7.0], [1.0, 6.0], [1.0, 2.0], [3.0, 4.0], [2.0, 5.0]])
    >>> panel = WidePanel(
    ...     rows, np.array([1, 2]), np.array([2, 2, 2, 0, 0, 0]), covariates=age, covariate_names=("old",)
    ... )
    >>> found = adjusted_effects(panel, control="never", method="reg", base="varying", anticipation=0)
    >>> found.att.round(6).tolist()
    [2.0]
    """
    moments = occupied(moments_of(panel))
    plan = cells_of(moments.periods, moments.cohorts, control=control, base=base, anticipation=anticipation)
    design, names = _design(panel)
    place = np.searchsorted(moments.cohorts, panel.cohort)
    place = np.minimum(place, len(moments.cohorts) - 1)
    place = np.where(moments.cohorts[place] == panel.cohort, place, -1)
    found = _comparisons(panel, plan, place, moments.cohorts, design, names, method=method)
    att = np.empty(len(plan))
    for one in found:
        att[one.cells] = one.levels.att[one.time] - one.levels.att[one.base]
    groups = np.unique(plan.group)
    contributions = _contributions(panel, found, place, groups, design, cells=len(plan))
    joint, kept = summed(panel, contributions, len(plan) + len(groups), keep=influence)
    effects = collected(
        moments,
        plan,
        att,
        joint,
        control=control,
        base=base,
        anticipation=anticipation,
        method=method,
        influence=kept,
        notes=[note for one in found for note in one.levels.notes],
    )
    if base == "varying":
        return effects
    varying = adjusted_effects(
        panel, control=control, method=method, base="varying", anticipation=anticipation
    )
    return replace(effects, pretest=varying.pretest)


def _design(panel: WidePanel) -> tuple[Floats, tuple[str, ...]]:
    """An intercept and the covariates, moved and scaled, which changes no effect and saves digits."""
    values = np.empty((len(panel.cohort), 0)) if panel.covariates is None else panel.covariates
    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([np.ones(len(values)), scaled]), (INTERCEPT, *panel.covariate_names)


def _comparisons(
    panel: WidePanel,
    plan: Cells,
    place: Integers,
    cohorts: Integers,
    design: Floats,
    names: tuple[str, ...],
    *,
    method: Method,
) -> list[_Comparison]:
    keys = [(int(group), mask.tobytes()) for group, mask in zip(plan.group, plan.control, strict=True)]
    found = []
    for key in dict.fromkeys(keys):
        cells = np.array([cell for cell, one in enumerate(keys) if one == key], dtype=np.int64)
        group, mask = key[0], np.append(plan.control[cells[0]], False)  # the last: cohorts without weight
        members = np.flatnonzero(mask[place] | (place == group))
        levels = levels_of(
            panel.outcome,
            design,
            members,
            place[members] == group,
            weights=panel.weights,
            method=method,
            names=names,
            called=f"cohort {cohorts[group]}",
        )
        found.append(_Comparison(levels, cells, plan.time[cells], plan.base[cells]))
    return found


def _contributions(
    panel: WidePanel,
    found: list[_Comparison],
    place: Integers,
    groups: Integers,
    design: Floats,
    *,
    cells: int,
) -> Contributions:
    weights = np.ones(len(place)) if panel.weights is None else panel.weights
    total = weights.sum()

    def block(rows: slice) -> Floats:
        start, stop, _ = rows.indices(len(place))
        added = np.zeros((stop - start, cells + len(groups)))
        for one in found:
            own, levels = one.levels.contributions(start, stop, panel.outcome, design)
            added[np.ix_(own - start, one.cells)] = levels[:, one.time] - levels[:, one.base]
        share = place[start:stop, None] == groups
        added[:, cells:] = share * (weights[start:stop, None] / total)
        return added

    return block
