"""Answers: from what callers have (integers, floats with NaN, lists) to checked columns of small integers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidInput, Problem
from allay.measures.instrument import Instrument
from allay.measures.items import Item

MISSING = -1
IMPOSSIBLE = -128  # stands for any value that does not fit, so that the check below finds it

Answers = Mapping[str, ArrayLike] | NDArray[Any]
Int8 = NDArray[np.int8]


def named_columns(instrument: Instrument, answers: Answers) -> dict[str, NDArray[Any]]:
    """Return the answers by item id, all of one length.

    A scale of which no item is given is left out by the caller's choice: its items count as missing. Some
    items of a scale without the others is a slip, and refused.

    Raises
    ------
    InvalidInput
        Unknown or forgotten items, columns of different lengths, an array of the wrong width.
    """
    if isinstance(answers, np.ndarray):
        return _from_matrix(instrument, answers)
    columns = {item: np.asarray(values) for item, values in answers.items()}
    problems = [
        Problem("answers", "-", item, "an item of " + instrument.id, "an unknown name")
        for item in columns
        if item not in instrument.item_ids
    ]
    problems += [
        Problem("answers", "-", item, "this item, as the scale's others are given", "nothing")
        for item in forgotten_items(instrument, columns)
    ]
    lengths = {values.shape for values in columns.values()}
    if not columns or len(lengths) > 1 or any(len(shape) != 1 for shape in lengths):
        found = " and ".join(sorted(str(shape) for shape in lengths)) or "no columns"
        problems.append(Problem("answers", "-", "shape", "columns of one dimension and one length", found))
    if problems:
        raise InvalidInput(problems)
    return columns


def forgotten_items(instrument: Instrument, given: Mapping[str, Any] | set[str]) -> list[str]:
    """Return the items that are not given although others of their scale are.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> forgotten_items(get("peg"), {"peg_1", "peg_2"})
    ['peg_3']
    """
    found: list[str] = []
    for scale in instrument.scales:
        absent = [item for item in scale.items if item not in given]
        if len(absent) < len(scale.items):
            found += [item for item in absent if item not in found]
    return found


def _from_matrix(instrument: Instrument, answers: NDArray[Any]) -> dict[str, NDArray[Any]]:
    width = len(instrument.items)
    if answers.ndim != 2 or answers.shape[1] != width:
        raise InvalidInput(
            Problem(
                "answers",
                "-",
                "shape",
                f"(assessments, {width}) in the order of the items",
                str(answers.shape),
            )
        )
    return {item: answers[:, position] for position, item in enumerate(instrument.item_ids)}


def small_integers(values: NDArray[Any]) -> Int8:
    """Return answers as bytes, missing as -1; whatever is no small whole number becomes impossible.

    An int8 array that lies together in memory is used as it is, without a copy.

    Examples
    --------
    >>> small_integers(np.array([2.0, np.nan, 1.5, 700.0])).tolist()
    [2, -1, -128, -128]
    """
    if values.dtype == np.int8:
        return np.ascontiguousarray(values)
    if values.dtype.kind in "iu":
        fits = (values >= MISSING) & (values <= 127)
        return np.where(fits, values, IMPOSSIBLE).astype(np.int8)
    if values.dtype.kind not in "fO":
        found = f"an array of {values.dtype}"
        raise InvalidInput(
            Problem("answers", "-", "type", "whole numbers, or floats with NaN for missing", found)
        )
    try:
        floats = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(Problem("answers", "-", "type", "numbers or None", str(error))) from None
    gaps = np.isnan(floats)
    fits = (floats >= 0) & (floats <= 127) & (floats == np.floor(floats))
    return np.where(fits, floats, np.where(gaps, MISSING, IMPOSSIBLE)).astype(np.int8)


def has_impossible(item: Item, column: Int8) -> bool:
    """Whether any answer is neither permitted nor missing; a few passes over the bytes, no copy."""
    if column.size == 0 or (column.max() <= item.maximum and column.min() >= max(item.minimum, 0)):
        return False
    if column.max() > item.maximum or column.min() < MISSING:
        return True
    if item.minimum == 0:
        return False
    if item.minimum == 1:
        return not bool(column.all())
    return bool(impossible(item, column).any())


def impossible(item: Item, column: Int8) -> NDArray[np.bool_]:
    """Mark the answers that are neither permitted nor missing.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> impossible(get("phq9").item("phq9_1"), np.array([0, 3, 4, -1, -2], dtype=np.int8)).tolist()
    [False, False, True, False, True]
    """
    outside = np.logical_or(column < item.minimum, column > item.maximum)
    found: NDArray[np.bool_] = np.logical_and(outside, column != MISSING)
    return found


def impossible_problems(
    instrument: Instrument, given: Mapping[str, NDArray[Any]], columns: Mapping[str, Int8]
) -> Iterator[Problem]:
    """Name every impossible answer by row (counted from 0), item and value."""
    for name, column in columns.items():
        item = instrument.item(name)
        for row in np.flatnonzero(impossible(item, column)):
            yield Problem("answers", f"row {row}", name, expected_answer(item), str(given[name][row]))


def expected_answer(item: Item) -> str:
    """Say which answers are permitted: ``a whole number 0 to 3``."""
    return f"a whole number {item.minimum} to {item.maximum}, or missing"
