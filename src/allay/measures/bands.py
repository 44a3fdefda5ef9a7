"""Severity bands: which named range a score falls in, and on which side a border lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.base.status import Status


@dataclass(frozen=True, slots=True)
class Band:
    """One named range of a score.

    Attributes
    ----------
    low, high : float
        The borders.
    low_included : bool
        Whether the low border belongs to this band (else to the one below).
    high_included : bool
        Whether the high border belongs to this band (else to the one above).
    status : Status
        How sure we are of the cut points.

    Examples
    --------
    >>> band = Band("mild", "Mild", low=55, high=60, low_included=False, high_included=True)
    >>> band.holds(55.0), band.holds(60.0)
    (False, True)
    """

    id: str
    title: str
    low: float
    high: float
    low_included: bool
    high_included: bool
    status: Status = Status.VERIFIED
    source: str = ""

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise InvalidValue(expected=f"band {self.id} to rise", found=f"{self.low} to {self.high}")

    def holds(self, score: float) -> bool:
        """Whether the score lies in this band."""
        above = score > self.low or (self.low_included and score == self.low)
        below = score < self.high or (self.high_included and score == self.high)
        return above and below

    @property
    def text(self) -> str:
        """The range in words, for example ``> 55 to <= 60``."""
        low = f"{'>=' if self.low_included else '>'} {self.low:g}"
        return f"{low} to {'<=' if self.high_included else '<'} {self.high:g}"


def check_bands(bands: Sequence[Band], *, minimum: float, maximum: float) -> None:
    """Refuse bands that overlap, leave a gap or do not reach over ``minimum`` to ``maximum``.

    Raises
    ------
    InvalidValue
        Naming the first border that does not fit.

    Examples
    --------
    >>> low = Band("low", "Low", 0, 5, True, False)
    >>> check_bands([low, Band("high", "High", 6, 10, True, True)], minimum=0, maximum=10)
    Traceback (most recent call last):
        ...
    allay.base.errors.InvalidValue: expected band high to begin at 5, where low ends, found 6
    """
    if not bands:
        return
    ids = [band.id for band in bands]
    if len(set(ids)) != len(ids):
        raise InvalidValue(expected="every band id once", found=", ".join(ids))
    first, last = bands[0], bands[-1]
    if not (first.holds(minimum) or minimum > first.low):
        raise InvalidValue(expected=f"the first band to reach down to {minimum:g}", found=first.text)
    if not (last.holds(maximum) or maximum < last.high):
        raise InvalidValue(expected=f"the last band to reach up to {maximum:g}", found=last.text)
    for below, above in pairwise(bands):
        if below.high != above.low:
            raise InvalidValue(
                expected=f"band {above.id} to begin at {below.high:g}, where {below.id} ends",
                found=f"{above.low:g}",
            )
        if below.high_included == above.low_included:
            raise InvalidValue(
                expected=f"the border {above.low:g} to belong to one band",
                found=f"{'both' if above.low_included else 'neither'} of {below.id} and {above.id}",
            )


def band_index(scores: NDArray[np.float64], bands: Sequence[Band]) -> NDArray[np.int16]:
    """Return the position of each score's band; -1 where the score is missing or there are no bands.

    Examples
    --------
    >>> bands = [Band("low", "Low", 0, 5, True, False), Band("high", "High", 5, 10, True, True)]
    >>> band_index(np.array([4.9, 5.0, np.nan]), bands).tolist()
    [0, 1, -1]
    """
    result = np.full(scores.shape, -1, dtype=np.int16)
    for position, band in enumerate(bands):
        above = scores >= band.low if band.low_included else scores > band.low
        below = scores <= band.high if band.high_included else scores < band.high
        result[above & below] = position
    return result
