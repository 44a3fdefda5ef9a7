"""The design of an interrupted time series: level, trend, step, change of slope, seasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Floats: TypeAlias = NDArray[np.float64]

INTERCEPT, STEP, TIME, SLOPE = "intercept", "step", "time", "slope change"


@dataclass(frozen=True, slots=True, eq=False)
class SegmentedDesign:
    """Columns of a segmented regression, as things went and as if nothing had started.

    Attributes
    ----------
    names : tuple of str
    columns, without : array [n, k]
        With the program, and without it (step and change of slope at zero).
    after : array [n] of bool
        Times at or after the start.
    """

    names: tuple[str, ...]
    columns: Floats
    without: Floats
    after: NDArray[np.bool_]


def segmented_design(
    time: Floats, *, start: float, slope: bool = False, harmonics: int = 0, period: float = 12
) -> SegmentedDesign:
    """Lay out the columns of a segmented regression.

    Parameters
    ----------
    time : array [n]
        Increasing.
    start : float
        First time with the program.
    slope : bool
        Whether the trend may change too. The change counts from the last time before the start, so that the
        step is the jump at that time.
    harmonics : int
        Pairs of sine and cosine; none leaves seasons out.
    period : float
        Of the seasons, in units of time.

    Raises
    ------
    InvalidValue
        Times that do not increase, none before or none after the start, too many harmonics.

    Examples
    --------
    >>> design = segmented_design(np.array([1.0, 2.0, 3.0, 4.0]), start=3, slope=True)
    >>> design.names, design.columns[:, [1, 3]].T.tolist()
    (('intercept', 'step', 'time', 'slope change'), [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 2.0]])
    """
    if time.ndim != 1 or not np.isfinite(time).all() or (np.diff(time) <= 0).any():
        raise InvalidValue(expected="times that increase", found="a missing one, one twice or out of order")
    after = time >= start
    if after.all() or not after.any():
        found = "none before" if after.all() else "none at or after"
        raise InvalidValue(expected=f"times before and after the start at {start:g}", found=found)
    if harmonics < 0 or period <= 0 or 2 * harmonics >= period:
        raise InvalidValue(
            expected="from 0 to fewer than half as many harmonics as the period has times",
            found=f"{harmonics} in a period of {period:g}",
        )
    columns = {INTERCEPT: np.ones(len(time)), STEP: after.astype(np.float64), TIME: time}
    if slope:
        columns[SLOPE] = np.where(after, time - time[~after][-1], 0.0)
    for k in range(1, harmonics + 1):
        angle = 2 * np.pi * k * time / period
        columns[f"sine {k}"], columns[f"cosine {k}"] = np.sin(angle), np.cos(angle)
    without = {name: values * (name not in (STEP, SLOPE)) for name, values in columns.items()}
    stacked, plain = np.column_stack(list(columns.values())), np.column_stack(list(without.values()))
    return SegmentedDesign(tuple(columns), stacked, plain, after)
