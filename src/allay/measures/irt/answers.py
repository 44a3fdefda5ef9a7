"""Answers to the items of a bank: a checked matrix, one row per respondent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import PROBLEMS_KEPT, InvalidInput, Problem
from allay.measures.answers import IMPOSSIBLE, MISSING, Int8, small_integers
from allay.measures.irt.bank import ItemBank


def checked_answers(bank: ItemBank, answers: ArrayLike) -> Int8:
    """Check a matrix of answers against a bank.

    Parameters
    ----------
    bank : ItemBank
    answers : array of shape (respondents, items)
        Columns in the order of the bank. Whole numbers 1 to the item's categories; missing is -1, or NaN
        among floats.

    Returns
    -------
    int8 array of the same shape
        Missing as -1.

    Raises
    ------
    InvalidInput
        Another shape, or answers that an item does not have, each with row (from 0) and item.

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
    >>> checked_answers(bank, [[2, 3], [1, float("nan")]]).tolist()
    [[2, 3], [1, -1]]
    """
    given = np.asarray(answers)
    if given.ndim != 2 or given.shape[1] != len(bank.items):
        expected = f"(respondents, {len(bank.items)}) in the order of the bank"
        raise InvalidInput(Problem("answers", "-", "shape", expected, str(given.shape)))
    found = small_integers(given)
    # Three passes over all bytes at once are far quicker than one column by column; most files end there.
    least = int(bank.categories.min())
    if found.size and not (found.max() <= least and found.min() >= MISSING and found.all()):
        wrong = impossible_answers(bank, found)
        if wrong.any():
            raise InvalidInput(_problems(bank, given, wrong), total=int(wrong.sum()))
    return found


def impossible_answers(bank: ItemBank, answers: Int8) -> NDArray[np.bool_]:
    """Mark what is neither an answer of its item nor missing.

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)),))
    >>> impossible_answers(bank, np.array([[1], [3], [0], [-1]], dtype=np.int8)).ravel().tolist()
    [False, True, True, False]
    """
    outside = (answers < 1) | (answers > bank.categories)
    return np.asarray(outside & (answers != MISSING), dtype=np.bool_)


def expected_answer(bank: ItemBank, position: int) -> str:
    """Say which answers an item has: ``a whole number 1 to 5, or blank``."""
    return f"a whole number 1 to {bank.categories[position]}, or blank"


def _problems(bank: ItemBank, given: NDArray[np.generic], wrong: NDArray[np.bool_]) -> Iterator[Problem]:
    for row, column in np.argwhere(wrong)[:PROBLEMS_KEPT].tolist():
        expected = expected_answer(bank, column)
        yield Problem("answers", f"row {row}", bank.ids[column], expected, str(given[row, column]))


__all__ = ["IMPOSSIBLE", "MISSING", "checked_answers", "expected_answer", "impossible_answers"]
