"""Arrays as Arrow tables in the columns of the claims contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def days(numbers: NDArray[Any], *, offset: int, missing: NDArray[np.bool_] | None = None) -> Any:
    """Return dates from days counted from a start that lies `offset` days after 1970."""
    return pa.array((numbers + offset).astype(np.int32), mask=missing).cast(pa.date32())


def amounts(hundredths: Ints, *, scale: int = 2) -> Any:
    """Return decimals with 18 digits from whole hundredths (or what else the scale says)."""
    words = np.empty((len(hundredths), 2), dtype=np.int64)
    words[:, 0] = hundredths
    words[:, 1] = hundredths >> 63  # the sign, in the upper half of 128 bits
    return pa.Array.from_buffers(pa.decimal128(18, scale), len(words), [None, pa.py_buffer(words)])


def texts(which: NDArray[Any], values: Sequence[str | None]) -> Any:
    """Return texts by their place among values, of which None is a blank cell."""
    known = sorted({value for value in values if value is not None})
    place = {value: number for number, value in enumerate(known)}
    at = np.array([-1 if value is None else place[value] for value in values], dtype=np.int32)
    index = at[which]
    mask = index < 0 if None in values else None
    return pa.DictionaryArray.from_arrays(pa.array(index, mask=mask), pa.array(known, pa.string()))


def same(value: str, size: int) -> Any:
    """Return a column in which every cell is equal."""
    return texts(np.zeros(size, dtype=np.int32), [value])


def numbered(prefix: str, numbers: Ints) -> Any:
    """Return ids: a letter and a number."""
    return pc.binary_join_element_wise(prefix, pc.cast(pa.array(numbers), pa.string()), "")
