"""Item banks: graded items with their parameters, on one common scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.measures.irt.graded import Floats, information, log_probabilities

MOST_CATEGORIES = 100
"""More answers than any item has; answers are kept as single bytes."""


@dataclass(frozen=True, slots=True)
class GradedItem:
    """An item of the graded response model; its answers are 1 to ``categories``.

    Parameters
    ----------
    id : str
    slope : float
        Above 0, per unit of theta.
    thresholds : tuple of float
        In theta units, each above the one before.

    Examples
    --------
    >>> GradedItem("mood", 2.0, (-1.0, 0.5)).categories
    3
    """

    id: str
    slope: float
    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise InvalidValue(expected="an item id", found=repr(self.id))
        if not (math.isfinite(self.slope) and self.slope > 0):
            raise InvalidValue(expected=f"a slope above 0 for {self.id}", found=f"{self.slope:g}")
        if not 1 <= len(self.thresholds) < MOST_CATEGORIES:
            found = str(len(self.thresholds))
            raise InvalidValue(expected=f"1 to {MOST_CATEGORIES - 1} thresholds for {self.id}", found=found)
        steps = zip((-math.inf, *self.thresholds), self.thresholds, strict=False)
        if not all(math.isfinite(high) and low < high for low, high in steps):
            found = ", ".join(f"{each:g}" for each in self.thresholds)
            raise InvalidValue(expected=f"rising thresholds for {self.id}", found=found)

    @property
    def categories(self) -> int:
        """How many answers there are."""
        return len(self.thresholds) + 1


@dataclass(frozen=True)
class ItemBank:
    """Graded items that measure one thing, in the order in which ties between them are settled.

    Parameters
    ----------
    items : tuple of GradedItem
        At least one; every id once. They may differ in their number of answers.

    Examples
    --------
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
    >>> bank.ids, bank.categories.tolist()
    (('a', 'b'), [2, 3])
    """

    items: tuple[GradedItem, ...]

    def __post_init__(self) -> None:
        if not self.items:
            raise InvalidValue(expected="at least one item in a bank", found="none")
        double = sorted({name for name in self.ids if self.ids.count(name) > 1})
        if double:
            raise InvalidValue(expected="every item of a bank once", found=", ".join(double))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Item ids, in order."""
        return tuple(item.id for item in self.items)

    @cached_property
    def categories(self) -> NDArray[np.int64]:
        """How many answers each item has."""
        return np.array([item.categories for item in self.items], dtype=np.int64)

    @cached_property
    def slopes(self) -> Floats:
        """Slopes, of shape (items,)."""
        return np.array([item.slope for item in self.items])

    @cached_property
    def thresholds(self) -> Floats:
        """Thresholds, of shape (items, most categories - 1), padded with infinity."""
        found = np.full((len(self.items), int(self.categories.max()) - 1), np.inf)
        for row, item in enumerate(self.items):
            found[row, : len(item.thresholds)] = item.thresholds
        return found

    def log_probabilities(self, theta: Floats) -> Floats:
        """Log probabilities of the answers, of shape (items, most categories, g).

        Examples
        --------
        >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)),))
        >>> np.exp(bank.log_probabilities(np.array([0.0])))[0, :, 0].tolist()
        [0.5, 0.5]
        """
        return log_probabilities(self.slopes, self.thresholds, theta)

    def information(self, theta: Floats) -> Floats:
        """Fisher information of the items, of shape (items, g)."""
        return information(self.slopes, self.thresholds, theta)

    def select(self, ids: Sequence[str]) -> ItemBank:
        """Return the bank of some of the items, in the order asked for.

        Raises
        ------
        NotFound
            With the nearest ids.

        Examples
        --------
        >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
        >>> bank.select(["b"]).ids
        ('b',)
        """
        by_id = dict(zip(self.ids, self.items, strict=True))
        for wanted in ids:
            if wanted not in by_id:
                raise NotFound.among("item", wanted, known=by_id)
        return ItemBank(tuple(by_id[wanted] for wanted in ids))
