"""Two rounds side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.base.errors import InvalidValue
from allay.consensus.ratings.table import Floats, Ints, RatingTable


@dataclass(frozen=True, slots=True, eq=False)
class PairedRatings:
    """Two rounds side by side: statements of both, raters of both.

    Attributes
    ----------
    statements : tuple of str
        In the order of the later round.
    earlier, later : float64 arrays of shape (statements, raters of both)
        NaN where somebody did not rate a statement.
    earlier_rows, later_rows : int64 arrays of shape (statements,)
        Where the statements stand in the two tables.
    edited : tuple of bool
    """

    statements: tuple[str, ...]
    earlier: Floats
    later: Floats
    earlier_rows: Ints
    later_rows: Ints
    edited: tuple[bool, ...]

    @property
    def change(self) -> Floats:
        """Later minus earlier rating; NaN where one of them is absent."""
        found: Floats = self.later - self.earlier
        return found


def paired(before: RatingTable, after: RatingTable) -> PairedRatings:
    """Put two rounds side by side, by statement and by the code of the rater.

    Raises
    ------
    InvalidValue
        When `after` is not a later round than `before`.

    Examples
    --------
    >>> none = np.zeros((1, 2), dtype=int)
    >>> first = RatingTable("r.csv", ("s1",), ("a", "b"), np.array([[3.0, 5.0]]), none)
    >>> second = RatingTable("r.csv", ("s1",), ("b", "c"), np.array([[6.0, 1.0]]), none, round=2)
    >>> paired(first, second).change.tolist()
    [[1.0]]
    """
    if after.round <= before.round:
        raise InvalidValue(expected=f"a round after round {before.round}", found=f"round {after.round}")
    earlier_row = {statement: row for row, statement in enumerate(before.statements)}
    statements = tuple(statement for statement in after.statements if statement in earlier_row)
    later_row = {statement: row for row, statement in enumerate(after.statements)}
    earlier_column = {rater: column for column, rater in enumerate(before.raters)}
    raters = [rater for rater in after.raters if rater in earlier_column]
    later_column = {rater: column for column, rater in enumerate(after.raters)}
    rows = [np.array([of[one] for one in statements], dtype=np.int64) for of in (earlier_row, later_row)]
    columns = [np.array([of[one] for one in raters], dtype=np.int64) for of in (earlier_column, later_column)]
    known = bool(before.versions and after.versions)
    edited = tuple(
        known and before.versions[early] != after.versions[late]
        for early, late in zip(rows[0].tolist(), rows[1].tolist(), strict=True)
    )
    return PairedRatings(
        statements=statements,
        earlier=before.values[np.ix_(rows[0], columns[0])],
        later=after.values[np.ix_(rows[1], columns[1])],
        earlier_rows=rows[0],
        later_rows=rows[1],
        edited=edited,
    )
