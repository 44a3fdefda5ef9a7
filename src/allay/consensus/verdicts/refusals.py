"""Ratings that no verdict can be made of, with their place in the file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import PROBLEMS_KEPT, InvalidInput, Problem
from allay.base.messages import shown
from allay.consensus.ratings.table import RatingTable
from allay.consensus.verdicts.panel_count import has_count_rule, sizes_text


def refuse_unrated(tables: Sequence[RatingTable]) -> None:
    """Refuse statements that are listed and rated by nobody.

    Raises
    ------
    InvalidInput
        With the line of the first row of each.

    Examples
    --------
    >>> refuse_unrated([RatingTable("r.csv", ("s1",), ("a",), np.array([[np.nan]]), np.array([[2]]))])
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: r.csv:2: statement: expected at least one rating of 's1', found none
    """
    _refuse(
        tables, [table.answered.sum(axis=1) == 0 for table in tables], "at least one rating of {}", "none"
    )


def refuse_sizes(tables: Sequence[RatingTable]) -> None:
    """Refuse statements that too few or too many have rated for the count rule.

    Raises
    ------
    InvalidInput
        With the line of the first row of each, and how many rated it.

    Examples
    --------
    >>> table = RatingTable("r.csv", ("s1",), ("a",), np.array([[7.0]]), np.array([[2]]))
    >>> refuse_sizes([table])
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: r.csv:2: statement: expected 8 to 16 ratings of 's1' ... found 1
    """
    wrong = [~has_count_rule(table.answered.sum(axis=1)) for table in tables]
    _refuse(tables, wrong, f"{sizes_text()} ratings of {{}} for the count rule", None)


def _refuse(
    tables: Sequence[RatingTable], wrong: Sequence[NDArray[np.bool_]], expected: str, found: str | None
) -> None:
    total = sum(int(np.count_nonzero(mask)) for mask in wrong)
    if not total:
        return
    several = len(tables) > 1
    problems = [
        Problem(
            table.name,
            str(first_line(table, place)),
            "statement",
            expected.format(shown(table.statements[place])) + (f" in round {table.round}" if several else ""),
            found or str(int(table.answered[place].sum())),
        )
        for table, mask in zip(tables, wrong, strict=True)
        for place in np.flatnonzero(mask)[:PROBLEMS_KEPT].tolist()
    ]
    raise InvalidInput(problems, total=total)


def first_line(table: RatingTable, place: int) -> int:
    """The line of the first row of a statement.

    Examples
    --------
    >>> first_line(RatingTable("r.csv", ("s1",), ("a", "b"), np.zeros((1, 2)), np.array([[0, 3]])), 0)
    3
    """
    lines = table.lines[place]
    return int(lines[lines > 0].min()) if (lines > 0).any() else 0
