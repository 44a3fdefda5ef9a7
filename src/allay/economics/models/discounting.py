"""Discounting: what a dollar or a year of life later is worth today, with every convention named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue, NotFound

Array = NDArray[np.float64]
Compounding: TypeAlias = Literal["annual", "whole-years", "per-cycle", "continuous"]
DiscountAt: TypeAlias = Literal["count", "cycle-start", "cycle-middle", "cycle-end"]
COMPOUNDINGS: tuple[Compounding, ...] = get_args(Compounding)
DISCOUNT_AT: tuple[DiscountAt, ...] = get_args(DiscountAt)


@dataclass(frozen=True, slots=True)
class Discounting:
    """A rate, how it compounds, and at which moment of a cycle it is applied.

    Parameters
    ----------
    rate : float
        A year, or a cycle when it compounds per cycle; 0.03 is 3%.
    compounding : {"annual", "whole-years", "per-cycle", "continuous"}
        ``(1 + rate) ** -years``; the same with the years already completed, so that all cycles of a year
        count alike; ``(1 + rate) ** -cycles``; ``exp(-rate years)``.
    at : {"count", "cycle-start", "cycle-middle", "cycle-end"}
        ``count`` discounts each count of the cohort to when it is taken: the start of a cycle one cycle less
        than its end. The others discount all of a cycle to one moment: with ``cycle-start`` the first cycle
        is not discounted, with ``cycle-end`` it is.

    Examples
    --------
    >>> Discounting(0.06).factor([0, 1, 2], cycle_length=1).round(4).tolist()
    [1.0, 0.9434, 0.89]
    >>> Discounting(0.03, compounding="whole-years").factor([0.0, 3, 4], cycle_length=0.25).round(4).tolist()
    [1.0, 1.0, 0.9709]
    """

    rate: float = 0.0
    compounding: Compounding = "annual"
    at: DiscountAt = "count"

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise InvalidValue(expected="a discount rate of 0 or more and below 1", found=f"{self.rate:g}")
        if self.compounding not in COMPOUNDINGS:
            raise NotFound.among("compounding", self.compounding, known=COMPOUNDINGS)
        if self.at not in DISCOUNT_AT:
            raise NotFound.among("moment of discounting", self.at, known=DISCOUNT_AT)

    def factor(self, cycles: ArrayLike, *, cycle_length: float) -> Array:
        """Return the present value of 1 after a number of cycles; `cycle_length` in years."""
        passed = np.asarray(cycles, dtype=np.float64)
        years = passed * cycle_length
        found: Array
        if self.compounding == "continuous":
            found = np.exp(-self.rate * years)
        elif self.compounding == "per-cycle":
            found = (1 + self.rate) ** -passed
        elif self.compounding == "annual":
            found = (1 + self.rate) ** -years
        else:
            found = (1 + self.rate) ** -np.floor(years + _ALMOST)
        return found

    def ends(self, *, cycles: int, cycle_length: float, averaged: bool = False) -> tuple[Array, Array]:
        """Return the factors of the counts at the start and at the end of every cycle, arrays [cycle].

        `averaged` says that both make one count, in the middle of the cycle (the life-table method).
        """
        starts = np.arange(cycles, dtype=np.float64)
        at = "cycle-middle" if averaged and self.at == "count" else self.at
        if at == "count":
            both = [starts, starts + 1]
        else:
            both = [starts + {"cycle-start": 0.0, "cycle-middle": 0.5, "cycle-end": 1.0}[at]] * 2
        first, last = (self.factor(passed, cycle_length=cycle_length) for passed in both)
        return first, last


# Twelve cycles of 1/12 of a year are a year, although their sum falls short in the last bit.
_ALMOST = 1e-9
