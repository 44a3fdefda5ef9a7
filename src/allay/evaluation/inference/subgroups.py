"""Subgroups named before outcomes were read: the effect inside and outside, adjusted for their number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Flags, Floats, critical_value, holm
from allay.evaluation.inference.conventions import convention
from allay.evaluation.inference.members import MemberChanges
from allay.evaluation.inference.regression import least_squares
from allay.measures.intervals import Interval

__all__ = ["Subgroup", "Subgroups", "named_subgroups"]


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Effect in a subgroup and outside it.

    Attributes
    ----------
    name : str
    inside, outside, difference : float
        Effects; difference = inside - outside.
    inside_se, outside_se, difference_se : float
    inside_interval, difference_interval : Interval
        Each by itself, not adjusted.
    p, p_holm : float
        Of the difference, two-sided; by itself, and adjusted for all subgroups that were tested.
    treated, comparison : int
        Members inside.
    """

    name: str
    inside: float
    outside: float
    difference: float
    inside_se: float
    outside_se: float
    difference_se: float
    inside_interval: Interval
    difference_interval: Interval
    p: float
    p_holm: float
    treated: int
    comparison: int


@dataclass(frozen=True, slots=True)
class Subgroups:
    """All subgroups that were named.

    Attributes
    ----------
    tested : tuple of Subgroup
    left_out : mapping of str to str
        Subgroups that are too small, with the reason.
    differs : tuple of str
        Names of those whose effect differs after adjustment.
    statement : str
    """

    tested: tuple[Subgroup, ...]
    left_out: Mapping[str, str]
    differs: tuple[str, ...]
    statement: str


def named_subgroups(
    members: MemberChanges,
    subgroups: Mapping[str, ArrayLike],
    *,
    significance: float = 0.05,
    level: float = 0.95,
) -> Subgroups:
    """Estimate effects in subgroups named in advance, and test whether they differ.

    The change is regressed on treatment, subgroup, their product, and the covariates; errors are robust. The
    weights balance all members, not each subgroup: give covariates to adjust for what is left.

    Parameters
    ----------
    members : MemberChanges
    subgroups : mapping of str to bool array [member]
        Who belongs to each.
    significance, level : float

    Examples
    --------
    >>> draw = np.random.default_rng(2)
    >>> treated, women = draw.random(2000) < 0.5, draw.random(2000) < 0.5
    >>> change = -1.0 * treated * women + draw.normal(size=2000)
    >>> found = named_subgroups(MemberChanges.of(change, treated), {"women": women})
    >>> found.differs, round(found.tested[0].inside, 1), abs(round(found.tested[0].outside, 1))
    (('women',), -1.0, 0.1)
    """
    fewest = int(convention("subgroups.fewest").number)
    tested: list[Subgroup] = []
    left_out: dict[str, str] = {}
    for name, belongs in subgroups.items():
        inside = np.asarray(belongs, dtype=np.bool_)
        if inside.shape != members.change.shape:
            raise InvalidValue(
                expected=f"{len(members.change)} members of subgroup {name}", found=f"shape {inside.shape}"
            )
        cells = [int((inside == side)[members.treated == arm].sum()) for side in (1, 0) for arm in (1, 0)]
        if min(cells) < fewest:
            left_out[name] = f"fewer than {fewest} members treated or compared, inside or outside"
            continue
        tested.append(_subgroup(name, members, inside, level))
    adjusted = holm([each.p for each in tested])
    whole = tuple(replace(each, p_holm=float(p)) for each, p in zip(tested, adjusted, strict=True))
    differs = tuple(each.name for each in whole if each.p_holm < significance)
    return Subgroups(whole, left_out, differs, _statement(differs, len(whole)))


def _subgroup(name: str, members: MemberChanges, inside: Flags, level: float) -> Subgroup:
    treated = members.treated
    main = np.column_stack([np.ones(len(treated)), treated, inside, treated & inside]).astype(np.float64)
    design = np.column_stack([main, _beside(main, members.covariates)])
    fit = least_squares(design, members.change, weights=members.weights, cluster=members.cluster)
    rest = np.zeros(design.shape[1] - 4)
    (within, within_se), (without, without_se), (apart, apart_se) = (
        fit.combination(np.append(row, rest)) for row in ([0.0, 1, 0, 1], [0.0, 1, 0, 0], [0.0, 0, 0, 1])
    )
    z = critical_value(level)
    p = 2 * float(ndtr(-abs(apart) / apart_se)) if apart_se > 0 else float(apart == 0)
    return Subgroup(
        name,
        within,
        without,
        apart,
        within_se,
        without_se,
        apart_se,
        Interval(within - z * within_se, within + z * within_se, level),
        Interval(apart - z * apart_se, apart + z * apart_se, level),
        p,
        p,
        int((treated & inside).sum()),
        int((~treated & inside).sum()),
    )


def _beside(main: Floats, covariates: Floats) -> Floats:
    """Covariates that say something beside the subgroup: one that defines it does not."""
    kept: list[Floats] = []
    for column in covariates.T:
        known = np.column_stack([main, *kept])
        rest = column - known @ np.linalg.lstsq(known, column, rcond=None)[0]
        if np.abs(rest).max() > 1e-9 * max(1.0, float(np.abs(column).max())):
            kept.append(column)
    return np.column_stack(kept) if kept else np.empty((len(main), 0))


def _statement(differs: tuple[str, ...], tested: int) -> str:
    if not tested:
        return "No subgroup is large enough to be tested."
    if differs:
        return f"The effect differs for {', '.join(differs)}, adjusted for {tested} subgroups (Holm)."
    return f"No evidence of different effects in {tested} subgroups named in advance (Holm)."
