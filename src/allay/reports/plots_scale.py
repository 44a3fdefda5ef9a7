"""Scales of plots: limits, round ticks, and how their labels are written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from allay.base.errors import InvalidValue
from allay.base.rounding import round_step
from allay.reports.words import number

__all__ = ["Scale", "months", "round_step", "scale_of", "short"]

Form = Literal["number", "percent"]
# Whole numbers below these are written out; above, in thousands, millions or billions.
_WRITTEN_OUT, _WRITTEN_OUT_NARROW = 1e7, 1e4
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)


@dataclass(frozen=True, slots=True)
class Scale:
    """Limits of one axis, its ticks, and their labels."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def share(self, value: float) -> float:
        """Where a value lies between the limits, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def scale_of(
    values: Iterable[float],
    *,
    ticks: int = 5,
    zero: bool = True,
    margin: float = 0.05,
    form: Form = "number",
    narrow: bool = False,
) -> Scale:
    """Make limits around values with round ticks between them.

    Parameters
    ----------
    values
        All that is drawn along the axis.
    ticks
        How many there are at most.
    zero
        Whether zero lies within the limits.
    margin
        Share of the range that is added at each end; none at an end that is zero.
    form
        Numbers, or shares written in percent.
    narrow
        Whether thousands are written as ``k``.

    Raises
    ------
    InvalidValue
        A value that is not finite, or none at all.

    Examples
    --------
    >>> scale_of([0, 52_000], ticks=6).labels
    ('0', '10,000', '20,000', '30,000', '40,000', '50,000')
    >>> scale_of([0, 52_000], narrow=True, ticks=3).labels
    ('0', '20k', '40k')
    """
    drawn = np.array([*values, *([0.0] if zero else [])], dtype=np.float64)
    if not drawn.size or not np.isfinite(drawn).all():
        raise InvalidValue(expected="numbers to draw that are finite", found=f"{drawn.tolist()[:3]}")
    least, most = float(drawn.min()), float(drawn.max())
    if least == most == 0:
        most = 1.0
    spread = (most - least) or abs(most)
    low = least if zero and least == 0 else least - margin * spread
    high = most if zero and most == 0 else most + margin * spread
    if low == high:
        low, high = low - spread / 2, high + spread / 2
    step = round_step(high - low, ticks)
    places = tuple(step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1))
    largest = max(abs(place) for place in places) if places else 1.0
    labels = tuple(_label(place, step, largest, form=form, narrow=narrow) for place in places)
    return Scale(low, high, places, labels)


def months(values: Iterable[float], *, ticks: int) -> Scale:
    """Make the scale of months, with ticks at whole years where there are many.

    Examples
    --------
    >>> months(range(61), ticks=6).labels
    ('0', '12', '24', '36', '48', '60')
    """
    drawn = list(values)
    low, high = min(drawn), max(drawn)
    if low == high:
        low, high = low - 1, high + 1
    step = next((each for each in _MONTH_STEPS if (high - low) / each < ticks), _MONTH_STEPS[-1])
    places = range(math.ceil(low / step) * step, math.floor(high) + 1, step)
    return Scale(low, high, tuple(float(place) for place in places), tuple(str(place) for place in places))


def short(value: float) -> str:
    """Write one number for a label: three digits that count, thousands with commas or a letter.

    Examples
    --------
    >>> short(1234567), short(-51_020.4), short(0.01234)
    ('1.23M', '−51,020', '0.0123')
    """
    size = abs(value)
    for unit, letter in _UNITS[:-1]:
        if size >= unit:
            return number(value / unit, 2) + letter
    if size >= 100 or size == 0:
        return number(value, 0)
    return number(value, min(12, 2 - math.floor(math.log10(size))))


def _label(value: float, step: float, largest: float, *, form: Form, narrow: bool) -> str:
    if form == "percent":
        return number(value * 100, _digits(step * 100)) + "%"
    unit, letter = 1.0, ""
    if largest >= (_WRITTEN_OUT_NARROW if narrow else _WRITTEN_OUT):
        unit, letter = next((each for each in _UNITS if largest >= each[0]), (1.0, ""))
    return "0" if value == 0 else number(value / unit, _digits(step / unit)) + letter


def _digits(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))
