"""Ratings of any kind from a CSV file: whole numbers, or labels where order does not matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.csvfile import CsvTable
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.findings import Findings
from allay.base.sources import Readable
from allay.consensus.agreement.subjects import MOST_CATEGORIES
from allay.consensus.ratings.reading import decoded_ratings
from allay.consensus.ratings.table import RatingTable

Text = Literal["refused", "allowed", "labels"]
Mask = NDArray[np.bool_]
LARGEST = 1_000_000
_WHOLE = r"^[+-]?[0-9]{1,7}(\.0)?$"
_BLANK_TOO = " or a blank"
_NO_ORDER = "(labels are for measures that need no order)"


@dataclass(frozen=True, slots=True, eq=False)
class JudgmentFile:
    """Ratings of a file by round, and the categories they are in.

    Attributes
    ----------
    tables : tuple of RatingTable
        One for each round. Labels are given by their place in `labels`, from 0.
    labels : tuple of str
        The categories, where they are labels; empty for numbers.
    categories : tuple of float
        The points of the scale: those asked for, or the ratings that occur in any round.

    Examples
    --------
    >>> JudgmentFile((), ("no", "yes"), (0.0, 1.0)).labels
    ('no', 'yes')
    """

    tables: tuple[RatingTable, ...]
    labels: tuple[str, ...]
    categories: tuple[float, ...]


def read_judgments(
    source: Readable,
    *,
    text: Text = "allowed",
    categories: Sequence[str] = (),
    name: str | None = None,
) -> JudgmentFile:
    """Read ratings: the columns of `read_ratings`, on any scale.

    Parameters
    ----------
    source : path or binary stream
    text : {"refused", "allowed", "labels"}
        Whether ratings may be text: never; if all of them are; or also beside numbers, which then are labels.
    categories : sequence of str, optional
        What a rating may be; anything goes without it.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        What `read_ratings` refuses; ratings that are not whole numbers where they have to be; ratings that
        are not among the categories; more than 1,000 different ones. Time grows with rows.
    InvalidValue
        When `categories` are labels where text is refused.

    Examples
    --------
    >>> import io
    >>> found = read_judgments(io.BytesIO(b"statement,rater,rating\\ns1,a,yes\\ns1,b,no\\n"))
    >>> found.labels, found.tables[0].values.tolist()
    (('no', 'yes'), [[1.0, 0.0]])
    >>> read_judgments(io.BytesIO(b"statement,rater,rating\\ns1,a,7\\ns1,b,x\\n"), name="r.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: r.csv:3: rating: expected a whole number, ... found 'x'
    """
    if text == "refused" and (odd := [each for each in categories if not _is_whole(each)]):
        raise InvalidValue(expected=f"categories that are whole numbers {_NO_ORDER}", found=repr(odd[0]))
    decoder = _Decoder(text, tuple(categories))
    tables, _ = decoded_ratings(source, decoder, name=name)
    given = [table.values[table.answered] for table in tables]
    used = np.unique(np.concatenate(given))
    if decoder.labels:
        return JudgmentFile(tables, decoder.labels, tuple(map(float, range(len(decoder.labels)))))
    if len(used) > MOST_CATEGORIES:
        expected = f"at most {MOST_CATEGORIES:,} different ratings"
        raise InvalidInput(Problem(tables[0].name, "1", "rating", expected, f"{len(used):,}"))
    points = sorted({float(category) for category in categories}) if categories else used.tolist()
    return JudgmentFile(tables, (), tuple(points))


class _Decoder:
    """Makes numbers of cells, and keeps the labels."""

    def __init__(self, text: Text, categories: tuple[str, ...]) -> None:
        self.text = text
        self.categories = categories
        self.labels: tuple[str, ...] = ()

    def __call__(self, table: CsvTable, findings: Findings) -> NDArray[np.float64]:
        cells = table.frame.get_column("rating").str.strip_chars().replace("", None)
        given = cells.is_not_null().to_numpy()
        whole = cells.str.contains(_WHOLE).fill_null(value=False).to_numpy()
        named = any(not _is_whole(each) for each in self.categories)
        labels = bool((given & ~whole).any()) or named
        if labels and (self.text == "labels" or (self.text == "allowed" and (named or not whole.any()))):
            return self._labels(cells, given, findings)
        expected = "a whole number" + (", as in other rows," if self.text == "allowed" else "") + _BLANK_TOO
        if self.text == "refused":
            expected += f" {_NO_ORDER}"
        findings.add(given & ~whole, "rating", expected=expected)
        numbers = cells.str.strip_suffix(".0").cast(pl.Int64, strict=False).cast(pl.Float64)
        values = numbers.fill_null(np.nan).to_numpy().copy()
        values[~whole] = np.nan
        if self.categories:
            points = [float(each) for each in self.categories if _is_whole(each)]
            self._refuse_others(whole & ~np.isin(values, points), findings)
        else:
            limit = f"a whole number from {-LARGEST:,} to {LARGEST:,}"
            findings.add(whole & (np.abs(values) > LARGEST), "rating", expected=limit)
        return values

    def _labels(self, cells: pl.Series, given: Mask, findings: Findings) -> NDArray[np.float64]:
        self.labels = self.categories or tuple(sorted(cells.drop_nulls().unique().to_list()))
        if len(self.labels) > MOST_CATEGORIES:
            row = int(np.flatnonzero(given)[0])
            found = f"{len(self.labels):,} different ones"
            expected = f"at most {MOST_CATEGORIES:,} different ratings"
            findings.add_problem(findings.table.problem(row, "rating", expected=expected, found=found))
            return np.full(len(cells), np.nan)
        places = {label: float(place) for place, label in enumerate(self.labels)}
        values = cells.replace_strict(places, default=None, return_dtype=pl.Float64)
        self._refuse_others(given & values.is_null().to_numpy(), findings)
        return np.asarray(values.fill_null(np.nan).to_numpy(), dtype=np.float64)

    def _refuse_others(self, wrong: Mask, findings: Findings) -> None:
        listed = ", ".join(self.categories[:12]) + (", ..." if len(self.categories) > 12 else "")
        findings.add(wrong, "rating", expected=f"one of the categories {listed}")


def _is_whole(text: str) -> bool:
    return re.match(_WHOLE, text) is not None
