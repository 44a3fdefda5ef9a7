"""Moments of cohorts: what a panel must hand over for effects without covariates, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.did.cells import NEVER, Base, Cells, Control, cells_of
from allay.evaluation.did.grouptime import GroupTimeEffects, errors_of, wald
from allay.evaluation.did.panel import WidePanel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class CohortMoments:
    """Sums over the units of each cohort. Those of several sites add up to those of all.

    Attributes
    ----------
    periods : int64 array [period]
    cohorts : int64 array [cohort]
        Increasing; 0 (never), if there, is first.
    n, n2 : float64 array [cohort]
        Sums of weights, and of their squares. Without weights both are the number of units.
    total : float64 array [cohort, period]
        Weighted sums of outcomes.
    cross : float64 array [cohort, period, period]
        Weighted sums of products of outcomes.
    total2, cross2 : float64 array, optional
        The same sums with squared weights. Without them, errors take weights to be unrelated to outcomes
        within a cohort, which is exact where the weights within each cohort are equal.
    units : int64 array [cohort], optional
        Numbers of units, where they differ from `n`.

    Examples
    --------
    >>> panel = WidePanel(np.array([[1.0, 3.0], [1.0, 2.0]]), np.array([1, 2]), np.array([2, 0]))
    >>> moments_of(panel).total.tolist()
    [[1.0, 2.0], [1.0, 3.0]]
    """

    periods: Integers
    cohorts: Integers
    n: Floats
    n2: Floats
    total: Floats
    cross: Floats
    total2: Floats | None = None
    cross2: Floats | None = None
    units: Integers | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that do not go together."""
        groups, periods = len(self.cohorts), len(self.periods)
        if (np.diff(self.periods) <= 0).any() or (np.diff(self.cohorts) <= 0).any():
            raise InvalidValue(
                expected="periods and cohorts in increasing order",
                found=f"{self.periods.tolist()} and {self.cohorts.tolist()}",
            )
        shapes = {"n": 1, "n2": 1, "total": 2, "cross": 3, "total2": 2, "cross2": 3, "units": 1}
        for name, axes in shapes.items():
            values = getattr(self, name)
            wanted = (groups, periods, periods)[:axes]
            if values is not None and values.shape != wanted:
                raise InvalidValue(expected=f"{name} of shape {wanted}", found=str(values.shape))
            if values is not None and not np.isfinite(values).all():
                raise InvalidValue(expected=f"numbers in {name}", found="one that is not finite")
        if (self.total2 is None) != (self.cross2 is None):
            raise InvalidValue(expected="both total2 and cross2, or neither", found="one of them")

    @property
    def counts(self) -> dict[int, int]:
        """Units by cohort."""
        found = np.rint(self.n if self.units is None else self.units)
        return {int(cohort): int(count) for cohort, count in zip(self.cohorts, found, strict=True)}

    @property
    def mean(self) -> Floats:
        """Mean outcomes: array [cohort, period]."""
        return self.total / self.n[:, None]

    def spread(self) -> Floats:
        """Sums with squared weights of products of (outcomes less their mean, 1): [cohort, T + 1, T + 1]."""
        mean, periods = self.mean, len(self.periods)
        scale = self.n2 / self.n
        total2 = self.total * scale[:, None] if self.total2 is None else self.total2
        cross2 = self.cross * scale[:, None, None] if self.cross2 is None else self.cross2
        found = np.empty((len(self.cohorts), periods + 1, periods + 1))
        outer = total2[:, :, None] * mean[:, None, :]
        squares = self.n2[:, None, None] * mean[:, :, None] * mean[:, None, :]
        found[:, :periods, :periods] = cross2 - outer - np.swapaxes(outer, 1, 2) + squares
        found[:, :periods, periods] = total2 - self.n2[:, None] * mean
        found[:, periods, :periods] = found[:, :periods, periods]
        found[:, periods, periods] = self.n2
        return found


def moments_of(panel: WidePanel) -> CohortMoments:
    """Add a panel up.

    Examples
    --------
    >>> panel = WidePanel(np.array([[1.0, 3.0], [1.0, 2.0]]), np.array([1, 2]), np.array([2, 0]))
    >>> moments_of(panel).cohorts.tolist(), moments_of(panel).n.tolist()
    ([0, 2], [1.0, 1.0])
    """
    cohorts, place = np.unique(panel.cohort, return_inverse=True)
    groups, periods = len(cohorts), len(panel.periods)
    units = np.bincount(place, minlength=groups)
    sums: dict[str, Floats] = {"n": units.astype(np.float64), "n2": units.astype(np.float64)}
    names = ("",) if panel.weights is None else ("", "2")
    for name in names:
        sums[f"total{name}"] = np.empty((groups, periods))
        sums[f"cross{name}"] = np.empty((groups, periods, periods))
    for group in range(groups):
        mask = place == group
        rows = panel.outcome[mask]
        if panel.weights is None:
            sums["total"][group], sums["cross"][group] = rows.sum(axis=0), rows.T @ rows
            continue
        for power, name in enumerate(names, start=1):
            weights = panel.weights[mask] ** power
            sums[f"n{name}"][group] = weights.sum()
            sums[f"total{name}"][group] = weights @ rows
            sums[f"cross{name}"][group] = (rows * weights[:, None]).T @ rows
    return CohortMoments(panel.periods, cohorts, units=units, **sums)


def pool(parts: Sequence[CohortMoments]) -> CohortMoments:
    """Add the moments of several sites up: the moments of their pooled units.

    Raises
    ------
    InvalidValue
        Nothing to pool; other periods; squared weights at some sites only where they matter.

    Examples
    --------
    >>> panel = WidePanel(np.array([[1.0, 3.0], [1.0, 2.0]]), np.array([1, 2]), np.array([2, 0]))
    >>> pool([moments_of(panel), moments_of(panel)]).n.tolist()
    [2.0, 2.0]
    """
    if not parts:
        raise InvalidValue(expected="moments of a site or more", found="none")
    periods = parts[0].periods
    for part in parts:
        if not np.array_equal(part.periods, periods):
            raise InvalidValue(
                expected=f"the same periods at every site ({periods[0]} to {periods[-1]})",
                found=f"{part.periods[0]} to {part.periods[-1]} ({len(part.periods)} of them)",
            )
    cohorts = np.unique(np.concatenate([part.cohorts for part in parts]))
    squared = any(part.total2 is not None for part in parts)

    def added(name: str) -> Floats:
        first = getattr(parts[0], name)
        out = np.zeros((len(cohorts), *first.shape[1:]))
        for part in parts:
            out[np.searchsorted(cohorts, part.cohorts)] += getattr(part, name)
        return out

    parts = [_squared(part) for part in parts] if squared else parts
    counted = [part if part.units is not None else _counted(part) for part in parts]
    units = np.zeros(len(cohorts), dtype=np.int64)
    for part in counted:
        if part.units is not None:
            units[np.searchsorted(cohorts, part.cohorts)] += part.units
    names = ("n", "n2", "total", "cross", *(("total2", "cross2") if squared else ()))
    return CohortMoments(periods, cohorts, units=units, **{name: added(name) for name in names})


def _squared(part: CohortMoments) -> CohortMoments:
    if part.total2 is not None:
        return part
    scale = part.n2 / part.n
    return CohortMoments(
        part.periods,
        part.cohorts,
        part.n,
        part.n2,
        part.total,
        part.cross,
        part.total * scale[:, None],
        part.cross * scale[:, None, None],
        part.units,
    )


def _counted(part: CohortMoments) -> CohortMoments:
    units = np.rint(part.n).astype(np.int64)
    return CohortMoments(
        part.periods, part.cohorts, part.n, part.n2, part.total, part.cross, part.total2, part.cross2, units
    )


def effects_of_moments(
    moments: CohortMoments,
    *,
    control: Control = "never",
    base: Base = "varying",
    anticipation: int = 0,
) -> GroupTimeEffects:
    """Effects by cohort and period without covariates, with analytic errors, from moments alone.

    Parameters
    ----------
    moments : CohortMoments
    control, base, anticipation
        As in `allay.evaluation.did.cells.cells_of`.

    Examples
    --------
    >>> rows = np.array([[1.0, 5.0], [1.0, 3.0], [2.0, 3.0], [4.0, 5.0]])
    >>> panel = WidePanel(rows, np.array([1, 2]), np.array([2, 2, 0, 0]))
    >>> effects = effects_of_moments(moments_of(panel))
    >>> effects.att.tolist(), effects.se.round(4).tolist()
    ([2.0], [0.7071])
    """
    moments = occupied(moments)
    plan = cells_of(moments.periods, moments.cohorts, control=control, base=base, anticipation=anticipation)
    att, loading = loadings(moments, plan)
    joint = np.einsum("hpc,hpq,hqd->cd", loading, moments.spread(), loading, optimize=True)
    found = collected(moments, plan, att, joint, base=base, control=control, anticipation=anticipation)
    if base == "varying":
        return found
    varying = effects_of_moments(moments, control=control, anticipation=anticipation)
    return replace(found, pretest=varying.pretest)


def occupied(moments: CohortMoments) -> CohortMoments:
    """Moments of the cohorts that have any weight.

    Examples
    --------
    >>> panel = WidePanel(np.ones((2, 2)), np.array([1, 2]), np.array([2, 0]), weights=np.array([1.0, 0.0]))
    >>> occupied(moments_of(panel)).cohorts.tolist()
    [2]
    """
    there = moments.n > 0
    if there.all():
        return moments

    def kept(values: NDArray[np.float64] | None) -> Floats | None:
        return None if values is None else values[there]

    return CohortMoments(
        moments.periods,
        moments.cohorts[there],
        moments.n[there],
        moments.n2[there],
        moments.total[there],
        moments.cross[there],
        kept(moments.total2),
        kept(moments.cross2),
        None if moments.units is None else moments.units[there],
    )


def loadings(moments: CohortMoments, plan: Cells) -> tuple[Floats, Floats]:
    """Effects of cells, and how they and the shares of groups hang on the outcomes of a unit.

    A unit of cohort h with weight w adds ``w * (loading[h, :T].T @ (y - mean[h]) + loading[h, T])`` to each.

    Returns
    -------
    att : float64 array [cell]
    loading : float64 array [cohort, T + 1, cell + group]
    """
    cohorts, periods, cells = len(moments.cohorts), len(moments.periods), len(plan)
    groups = np.unique(plan.group)
    loading = np.zeros((cohorts, periods + 1, cells + len(groups)))
    mean, cell = moments.mean, np.arange(cells)
    change = mean[:, plan.time] - mean[:, plan.base]  # [cohort, cell]
    mass = plan.control * moments.n  # [cell, cohort]
    controls = mass.sum(axis=1)
    apart = np.einsum("ch,hc->c", mass, change) / controls
    scale = np.where(plan.control, -1 / controls[:, None], 0.0).T  # [cohort, cell]
    scale[plan.group, cell] += 1 / moments.n[plan.group]
    loading[:, plan.time, cell] += scale
    loading[:, plan.base, cell] -= scale
    loading[:, periods, :cells] = np.where(plan.control.T, -(change - apart) / controls, 0.0)
    loading[groups, periods, cells + np.arange(len(groups))] = 1 / moments.n.sum()
    return change[plan.group, cell] - apart, loading


def collected(
    moments: CohortMoments,
    plan: Cells,
    att: Floats,
    joint: Floats,
    *,
    control: Control,
    base: Base,
    anticipation: int,
    method: str = "reg",
    influence: Floats | None = None,
    notes: Sequence[str] = (),
) -> GroupTimeEffects:
    """Put effects together with what they are of, and test those before treatment."""
    groups, defined = np.unique(plan.group), plan.time == plan.base
    cohort, time = moments.cohorts[plan.group], moments.periods[plan.time]
    before = (time + anticipation < cohort) & ~defined
    cells = len(plan)
    covariance = joint[:cells, :cells]
    return GroupTimeEffects(
        cohort=cohort,
        time=time,
        base=moments.periods[plan.base],
        att=att,
        se=errors_of(covariance, defined),
        groups=moments.cohorts[groups],
        size=moments.n[groups] / moments.n.sum(),
        joint=joint,
        n={NEVER: 0, **moments.counts},
        periods=moments.periods,
        pretest=wald(att[before], covariance[np.ix_(before, before)]),
        control=control,
        method=method,
        base_period=base,
        anticipation=anticipation,
        influence=influence,
        notes=(*plan.notes, *notes),
    )
