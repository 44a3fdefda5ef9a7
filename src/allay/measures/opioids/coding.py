"""Columns of text as numbers: a dispensing file says the same few things a million times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_MOST = 1 << 62
_TABLE = 1 << 22  # combinations for which a table is quicker than sorting


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

    def spread(self, found: pl.Series, rows: Ints | None = None) -> pl.Series:
        """Give each row, or those named, what was found for its value (null where the cell is blank)."""
        padded = pl.concat([pl.Series([None], dtype=found.dtype), found])
        return padded.gather(self.codes if rows is None else self.codes[rows])

    def text(self, rows: Ints | None = None) -> pl.Series:
        """The column, or some rows of it, as text."""
        return self.spread(self.values, rows)


def code_text(frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, CodedText]:
    """Number the distinct values of columns of text; a column that is absent is blank throughout.

    Examples
    --------
    >>> coded = code_text(pl.DataFrame({"a": ["b", None, " b", " ", "a"]}), ["a", "c"])
    >>> coded["a"].text().to_list(), coded["c"].codes.tolist()
    (['b', None, 'b', None, 'a'], [0, 0, 0, 0, 0])
    """
    present = [column for column in columns if column in frame.columns]
    # One call for all columns, so that they are read side by side.
    values = _distinct(frame, present)
    odd = [column for column in present if _is_odd(values[column])]
    if odd:
        stripped = (pl.col(odd).str.strip_chars()).replace("", None)
        frame = frame.with_columns(stripped)
        values |= _distinct(frame, odd)
    some = [column for column in present if len(values[column])]
    places = frame.select(pl.col(c).cast(pl.Enum(values[c])).to_physical().cast(pl.Int64) + 1 for c in some)
    blank = np.zeros(frame.height, dtype=np.int64)
    none = pl.Series([], dtype=pl.String)
    return {
        column: CodedText(places[column].fill_null(0).to_numpy(), values[column])
        if column in some
        else CodedText(blank, none)
        for column in columns
    }


def _distinct(frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, pl.Series]:
    found = frame.select(pl.col(column).unique().drop_nulls().implode() for column in columns)
    return {column: found[column][0] for column in columns}


def _is_odd(values: pl.Series) -> bool:
    """Whether some value has spaces around it, or nothing else."""
    return bool((values.str.strip_chars() != values).any() or (values == "").any())


def sorted_places(coded: CodedText) -> tuple[pl.Series, Ints]:
    """Return the distinct values sorted, and for each row its place among them (-1 where it is blank).

    Examples
    --------
    >>> coded = code_text(pl.DataFrame({"id": ["b", None, "a"]}), ["id"])
    >>> values, places = sorted_places(coded["id"])
    >>> values.to_list(), places.tolist()
    (['a', 'b'], [1, -1, 0])
    """
    values = coded.values.sort()
    if values.is_empty():
        return values, np.full(len(coded.codes), -1, dtype=np.int64)
    places = coded.values.cast(pl.Enum(values)).to_physical().cast(pl.Int64).to_numpy()
    return values, np.concatenate(([-1], places))[coded.codes]


def first_places(key: Ints) -> tuple[Ints, Ints]:
    """Return the row in which each distinct number first occurs, and for each row its place among those.

    Examples
    --------
    >>> [places.tolist() for places in first_places(np.array([7, 3, 7]))]
    [[1, 0], [1, 0, 1]]
    """
    if len(key) == 0 or int(key.max()) >= _TABLE:
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        return first, inverse.astype(np.int64)
    table = np.full(int(key.max()) + 1, -1, dtype=np.int64)
    table[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    present = np.flatnonzero(table >= 0)
    first = table[present]
    table[present] = np.arange(len(present))
    return first, table[key]


def combined(parts: list[CodedText]) -> Ints:
    """Number the combinations of several columns: equal numbers, equal cells.

    Examples
    --------
    >>> coded = code_text(pl.DataFrame({"a": ["a", "a", "b"], "b": ["x", "x", None]}), ["a", "b"])
    >>> first, second, third = combined(list(coded.values())).tolist()
    >>> first == second != third
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
