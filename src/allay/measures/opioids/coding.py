"""Columns of text as numbers: a dispensing file says the same few things a million times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_MOST = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class CodedText:
    """A column of text, its distinct values numbered.

    Attributes
    ----------
    codes : int64 array of shape (rows,)
        0 where the cell is blank, else 1 + the place in `values`.
    values : polars.Series
        The distinct texts, without spaces around them.
    """

    codes: Ints
    values: pl.Series

    def spread(self, found: pl.Series) -> pl.Series:
        """Give each row what was found for its value (null where the cell is blank)."""
        padded = pl.concat([pl.Series([None], dtype=found.dtype), found])
        return padded.gather(self.codes)

    def text(self) -> pl.Series:
        """The column as text."""
        return self.spread(self.values)


def code_text(cells: pl.Series) -> CodedText:
    """Number the distinct values of a column of text.

    Examples
    --------
    >>> coded = code_text(pl.Series(["b", None, " b", " ", "a"]))
    >>> coded.text().to_list()
    ['b', None, 'b', None, 'a']
    """
    values = cells.drop_nulls().unique()
    stripped = values.str.strip_chars()
    if (stripped != values).any() or (values == "").any():
        cells = cells.str.strip_chars()
        cells = cells.set(cells == "", None)
        values = cells.drop_nulls().unique()
    if values.is_empty():
        return CodedText(np.zeros(len(cells), dtype=np.int64), values)
    places = cells.cast(pl.Enum(values)).to_physical().cast(pl.Int64)
    return CodedText((places + 1).fill_null(0).to_numpy(), values)


def combined(parts: list[CodedText]) -> Ints:
    """Number the combinations of several columns: equal numbers, equal cells.

    Examples
    --------
    >>> columns = [code_text(pl.Series(cells)) for cells in (["a", "a", "b"], ["x", "x", None])]
    >>> combined(columns).tolist()[0] == combined(columns).tolist()[1] != combined(columns).tolist()[2]
    True
    """
    key = parts[0].codes
    size = len(parts[0].values) + 1
    for part in parts[1:]:
        many = len(part.values) + 1
        if size * many >= _MOST:
            distinct, key = np.unique(key, return_inverse=True)
            size = len(distinct)
        key = key * many + part.codes
        size *= many
    return key
