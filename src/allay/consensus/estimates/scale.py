"""The scale that estimates are given on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from allay.base.errors import InvalidValue

MOST = 1e9
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class EstimateScale:
    """From what to what estimates may go; both ends belong to it.

    Raises
    ------
    InvalidValue
        When `low` is not below `high`, or one of them is too large.

    Examples
    --------
    >>> EstimateScale.of("0:100")
    EstimateScale(low=0.0, high=100.0)
    >>> str(EstimateScale(0, 1))
    '0 to 1'
    """

    low: float = 0.0
    high: float = 100.0

    def __post_init__(self) -> None:
        if not -MOST <= self.low < self.high <= MOST:
            expected = f"a scale that is rising, from {-MOST:,.0f} to {MOST:,.0f} at most, such as 0:100"
            raise InvalidValue(expected=expected, found=f"{self.low:g}:{self.high:g}")

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"

    @classmethod
    def of(cls, text: str) -> EstimateScale:
        """Read LOW:HIGH.

        Raises
        ------
        InvalidValue

        Examples
        --------
        >>> EstimateScale.of("100")
        Traceback (most recent call last):
        allay.base.errors.InvalidValue: expected LOW:HIGH, such as 0:100, found '100'
        """
        parts = text.split(":")
        if len(parts) != 2 or not all(_NUMBER.fullmatch(part.strip()) for part in parts):
            raise InvalidValue(expected="LOW:HIGH, such as 0:100", found=repr(text))
        return cls(*map(float, parts))
