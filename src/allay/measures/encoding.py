"""Encoding: the answers of a scale as one small number per assessment, and tables from it to everything.

A column of answers is read as unsigned bytes, where missing (-1) is all ones. One AND with a mask that
leaves every permitted answer as it is turns missing into `stride`, which is above any sum of points. So
the plain sum over the items is ``missing * stride + points``: it holds the number of missing answers and
the sum of the others, and a table of a few hundred rows gives score, standard error, band and status.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.measures.bands import band_index
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale

STATUSES = ("scored", "prorated", "not_scored", "invalid")
SCORED, PRORATED, NOT_SCORED, INVALID = range(4)

Int8 = NDArray[np.int8]
Codes = NDArray[np.uint8] | NDArray[np.uint16]
Floats = NDArray[np.float64]


def prorate_half_up(points: int, *, answered: int, items: int) -> int:
    """Scale a sum of whole points up to all items and round half up, in whole numbers.

    Examples
    --------
    >>> prorate_half_up(4, answered=8, items=9), prorate_half_up(12, answered=8, items=9)
    (5, 14)
    """
    return (2 * points * items + answered) // (2 * answered)


@dataclass(frozen=True, slots=True, eq=False)
class ScaleTables:
    """Everything that follows from the code of one scale.

    Attributes
    ----------
    columns : tuple of int
        Positions of the scale's items among the items of the instrument.
    recodes : tuple
        Per item, a table of 256 bytes for answers that are not summed as they come, else None.
    stride : int
        What a missing answer adds to the code.
    score, se, raw : float64 arrays over the codes; NaN where there is none
    answered, status, band : integer arrays over the codes; band -1 where there is none
    reason : tuple of str over the codes
    """

    scale: Scale
    columns: tuple[int, ...]
    recodes: tuple[NDArray[np.uint8] | None, ...]
    stride: int
    score: Floats
    se: Floats
    raw: Floats
    answered: NDArray[np.int16]
    status: NDArray[np.uint8]
    band: NDArray[np.int16]
    reason: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.score)

    @property
    def wide(self) -> bool:
        """Whether a code needs more than one byte."""
        return self.size > 256

    def empty_codes(self, n: int) -> Codes:
        """Return room for `n` codes, uninitialized."""
        return np.empty(n, dtype=np.uint16) if self.wide else np.empty(n, dtype=np.uint8)

    def encode(self, columns: tuple[Int8, ...], out: Codes, spare: NDArray[np.uint8]) -> None:
        """Write the codes of some rows to `out`; `columns` are the columns of the scale's items."""
        for position, (column, recode) in enumerate(zip(columns, self.recodes, strict=True)):
            target = out if position == 0 and out.dtype == np.uint8 else spare
            if recode is None:
                np.bitwise_and(column.view(np.uint8), np.uint8(self.stride), out=target)
            else:
                target[:] = recode[column.view(np.uint8)]
            if target is spare and position == 0:
                out[:] = spare
            elif target is spare:
                np.add(out, spare, out=out)


def _stride(highest: int, total: int) -> int:
    """Return the smallest number above `total` whose low bits are all ones over the bits of `highest`."""
    ones = (1 << highest.bit_length()) - 1
    stride = total | ones
    return stride if stride > total else stride + ones + 1


@cache
def scale_tables(instrument: Instrument, scale_id: str) -> ScaleTables:
    """Build the tables of a scale that is made from items.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> tables = scale_tables(get("promis29"), "sleep_disturbance")
    >>> tables.stride, tables.score[4], tables.size
    (23, np.float64(32.0), 113)
    """
    scale = instrument.scale(scale_id)
    points = [instrument.points(scale, item) for item in scale.items]
    items = len(points)
    total = sum(max(p.values()) for p in points)
    highest = max(max(p.values()) for p in points)
    stride = _stride(highest, total)
    if stride > 255:
        raise InvalidValue(expected=f"a sum of points below 256 in scale {scale_id}", found=str(total))
    size = items * stride + total + 1
    score, se, raw = (np.full(size, np.nan) for _ in range(3))
    answered = np.zeros(size, dtype=np.int16)
    status = np.full(size, NOT_SCORED, dtype=np.uint8)
    reason = [""] * size
    for missing in range(items + 1):
        for sum_of_points in range(total + 1):
            code = missing * stride + sum_of_points
            answered[code] = items - missing
            raw[code] = sum_of_points if missing < items else np.nan
            status[code] = _status(scale, missing)
            reason[code] = _reason(scale, missing)
            if status[code] != NOT_SCORED:
                score[code], se[code] = _score(scale, sum_of_points, answered=items - missing)
    return ScaleTables(
        scale=scale,
        columns=tuple(instrument.item_ids.index(item) for item in scale.items),
        recodes=tuple(_recode(scale, item, stride) for item in scale.items),
        stride=stride,
        score=score,
        se=se,
        raw=raw,
        answered=answered,
        status=status,
        band=band_index(score, scale.bands),
        reason=tuple(reason),
    )


def _status(scale: Scale, missing: int) -> int:
    if missing == 0:
        return SCORED
    return PRORATED if missing <= scale.missing.may_miss else NOT_SCORED


def _reason(scale: Scale, missing: int) -> str:
    if missing == 0:
        return ""
    rule = scale.missing
    unsure = "" if rule.status.certain else f" (rule: {rule.status})"
    if missing <= rule.may_miss:
        return f"{missing} of {len(scale.items)} missing; scaled up from the others{unsure}"
    allowed = f"at most {rule.may_miss} may be" if rule.may_miss else "all are needed"
    return f"{missing} of {len(scale.items)} missing; {allowed}{unsure}"


def _score(scale: Scale, points: int, *, answered: int) -> tuple[float, float]:
    """Score of a sum of points; codes that no answers can make (outside the table) get NaN."""
    if scale.table:
        row = points - scale.table.raw_minimum
        inside = 0 <= row < len(scale.table.t)
        return (scale.table.t[row], scale.table.se[row]) if inside else (np.nan, np.nan)
    if scale.method == "mean":
        found = points / answered
    else:
        found = float(prorate_half_up(points, answered=answered, items=len(scale.items)))
    return scale.rescale.of(found, decimals=scale.decimals) if scale.rescale else found, np.nan


def _recode(scale: Scale, item: str, stride: int) -> NDArray[np.uint8] | None:
    if item not in scale.recode:
        return None
    table = np.zeros(256, dtype=np.uint8)
    for value, points in scale.recode[item].items():
        table[value] = points
    table[255] = stride
    return table
