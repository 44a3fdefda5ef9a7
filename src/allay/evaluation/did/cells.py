"""Which cohort is compared with whom, in which period, from which base period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Control = Literal["never", "notyet"]
Base = Literal["varying", "universal"]
Method = Literal["dr", "reg", "ipw"]
NEVER = 0
"""Cohort of the units that are never treated."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Comparisons of a cohort in a period, ordered by cohort, then period.

    Attributes
    ----------
    group : int64 array [cell]
        Place of the treated cohort among the cohorts given.
    time, base : int64 array [cell]
        Places of the period and of its base period. Where they are equal, the effect is 0 by definition.
    control : bool array [cell, cohort]
        Whose units are compared with.
    notes : tuple of str
        What was left out, and why.
    """

    group: Integers
    time: Integers
    base: Integers
    control: Mask
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.group)


def cells_of(
    periods: Integers,
    cohorts: Integers,
    *,
    control: Control = "never",
    base: Base = "varying",
    anticipation: int = 0,
) -> Cells:
    """Lay out the comparisons of a design, as R's package did does.

    Parameters
    ----------
    periods : int64 array
        Increasing.
    cohorts : int64 array
        First treated periods, increasing, 0 for never. A cohort that starts after the last period (and
        `anticipation`) counts as never treated.
    control : {"never", "notyet"}
        Compare with the never treated, or with all that are not treated yet.
    base : {"varying", "universal"}
        From which period changes are counted before treatment: from the one before, or from the last one
        before treatment. Treated (and anticipating) periods always count from the last one that neither
        treatment nor its anticipation touches.
    anticipation : int
        How many periods before treatment its effect may begin.

    Raises
    ------
    InvalidValue
        No cohort that can be compared.

    Examples
    --------
    >>> cells = cells_of(np.array([1, 2, 3]), np.array([0, 3]))
    >>> cells.time.tolist(), cells.base.tolist()
    ([1, 2], [0, 1])
    """
    _check_options(control, base, anticipation)
    never = (cohorts == NEVER) | (cohorts > periods[-1] + anticipation)
    early = ~never & (cohorts <= periods[0] + anticipation)
    notes = [
        f"cohort {cohort} is left out: it has no period before treatment{_counting(anticipation)}"
        for cohort in cohorts[early].tolist()
    ]
    treated = ~never & ~early
    last = len(periods)
    if not never.any():
        if control == "never":
            raise InvalidValue(
                expected="units that are never treated (or control 'notyet')", found="only treated units"
            )
        latest = cohorts.max()
        last = int((periods < latest - anticipation).sum())
        treated &= cohorts != latest
        notes.append(
            f"nobody is never treated: cohort {latest} is compared with only, "
            f"and periods from {latest - anticipation} on are left out"
        )
    if not treated.any():
        raise InvalidValue(
            expected="a cohort that starts treatment after the first period and has a comparison",
            found="; ".join(notes) or "no treated unit",
        )
    rows = []
    for group in np.flatnonzero(treated).tolist():
        lonely = []
        for time, before in _pairs(periods[:last], int(cohorts[group]), base, anticipation):
            mask = never.copy()
            if control == "notyet":
                mask |= ~early & (cohorts > periods[max(time, before)] + anticipation)
                mask[group] = False
            if mask.any():
                rows.append((group, time, before, mask))
            else:
                lonely.append(periods[time])
        if lonely:
            notes.append(f"cohort {cohorts[group]} has no comparison in {', '.join(map(str, lonely))}")
    if not rows:
        raise InvalidValue(expected="a treated cohort with a comparison", found="; ".join(notes))
    columns = [np.array([row[place] for row in rows], dtype=np.int64) for place in range(3)]
    return Cells(columns[0], columns[1], columns[2], np.array([row[3] for row in rows]), tuple(notes))


def _pairs(periods: Integers, cohort: int, base: Base, anticipation: int) -> list[tuple[int, int]]:
    """Places of every period of a cohort and of its base."""
    clean = int((periods + anticipation < cohort).sum()) - 1
    if base == "universal":
        return [(time, clean) for time in range(len(periods))]
    return [(time, clean if time > clean else time - 1) for time in range(1, len(periods))]


def _counting(anticipation: int) -> str:
    return f" and its {anticipation} anticipating" if anticipation else ""


def _check_options(control: str, base: str, anticipation: int) -> None:
    for name, given, known in (("control", control, get_args(Control)), ("base", base, get_args(Base))):
        if given not in known:
            raise InvalidValue(expected=f"{name} {' or '.join(known)}", found=repr(given))
    if anticipation < 0:
        raise InvalidValue(expected="anticipation of 0 or more periods", found=str(anticipation))
