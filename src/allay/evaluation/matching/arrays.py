"""The arrays of a comparison: who is treated, and covariates by name; checked once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.int64]


def checked(
    treated: ArrayLike, covariates: ArrayLike, names: Sequence[str] | None
) -> tuple[Flags, Floats, tuple[str, ...]]:
    """Return who is treated, the covariates [n, k] and their names, or say what is wrong with them.

    Raises
    ------
    InvalidValue
        Shapes that do not go together, a flag other than 0 and 1, nobody treated or nobody untreated, a
        missing value (with its covariate and row, counted from 1).

    Examples
    --------
    >>> checked([1, 0], [[40.0], [float("nan")]], ["age"])
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a number for every covariate and row, found nothing for 'age' \
in row 2
    """
    flags = np.asarray(treated)
    x = np.asarray(covariates, dtype=np.float64)
    if x.ndim != 2 or flags.shape != (len(x),):
        found = f"{flags.shape} and {x.shape}"
        raise InvalidValue(expected="n flags of treatment and covariates [n, k]", found=found)
    if not np.isin(flags, (0, 1)).all():
        raise InvalidValue(expected="a flag of treatment of 0 or 1", found="another value")
    labels = tuple(names) if names is not None else tuple(f"x{j + 1}" for j in range(x.shape[1]))
    if len(labels) != x.shape[1]:
        raise InvalidValue(expected=f"{x.shape[1]} names of covariates", found=str(len(labels)))
    who: Flags = flags.astype(bool)
    if not who.any() or who.all():
        found = "nobody treated" if not who.any() else "nobody untreated"
        raise InvalidValue(expected="treated and untreated people", found=found)
    if not (good := np.isfinite(x)).all():
        row, column = (int(place) for place in np.argwhere(~good)[0])
        found = f"nothing for {labels[column]!r} in row {row + 1}"
        raise InvalidValue(expected="a number for every covariate and row", found=found)
    return who, x, labels
