"""Keying: items that run against the rest of their scale, as they do when they were reversed by mistake.

Answers are expected as the definition says: as printed for most instruments, oriented for PROMIS. When a
file holds the opposite for some items, their points fall where those of the others rise: the first principal
component of the items then has two signs, and the sums of the two groups are negatively correlated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.measures.answers import MISSING, Int8
from allay.measures.conventions import facts
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale

_CHANCE = 3.0  # standard errors of a correlation of unrelated items, about 1 / sqrt(n)
ROWS = 20_000  # enough for a correlation to two decimals; a larger file costs no more


@dataclass(frozen=True, slots=True)
class AgainstTheRest:
    """Items of one scale whose points fall where those of the others rise.

    Attributes
    ----------
    scale : str
    items : tuple of str
    correlation : float
        Of their sum with the sum of the other items, from -1 to 1.
    n : int
        Complete assessments looked at.
    """

    scale: str
    items: tuple[str, ...]
    correlation: float
    n: int

    @property
    def text(self) -> str:
        """The warning in words."""
        return (
            f"{self.scale}: {', '.join(self.items)} run against the other items "
            f"(correlation {self.correlation:.2f}, n = {self.n}); "
            "were these answers reversed already, or not oriented as the definition asks?"
        )


def against_the_rest(instrument: Instrument, answers: Mapping[str, Int8]) -> tuple[AgainstTheRest, ...]:
    """Find items that look reversed, scale by scale; a scale is named once, by the smaller group.

    Parameters
    ----------
    instrument : Instrument
    answers : mapping of item id to int8 array of shape (assessments,)
        Missing as -1. Only the first 20,000 assessments are looked at.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> draw = np.random.default_rng(1)
    >>> level = draw.integers(0, 5, 200)
    >>> answers = {f"pss10_{k}": level.astype(np.int8) for k in range(1, 11)}  # 4, 5, 7, 8 reversed already
    >>> [(found.scale, found.items) for found in against_the_rest(get("pss10"), answers)]
    [('total', ('pss10_4', 'pss10_5', 'pss10_7', 'pss10_8'))]
    """
    known = facts()
    border = float(known.get("measures.keying.correlation").latest.number)
    enough = int(known.get("measures.keying.assessments").latest.number)
    found: list[AgainstTheRest] = []
    for scale in instrument.scales:
        if len(scale.items) < 3 or not set(scale.items) <= set(answers):
            continue
        points = _points(instrument, scale, answers)
        if len(points) < enough:
            continue
        opposed, correlation = opposed_items(points)
        if correlation <= min(border, -_CHANCE / len(points) ** 0.5):
            if 2 * opposed.sum() == len(opposed):  # two halves: name those that the scorer reverses
                reversed_items = np.array([item in scale.recode for item in scale.items])
                opposed = (
                    ~opposed
                    if (opposed & reversed_items).sum() < (~opposed & reversed_items).sum()
                    else opposed
                )
            items = tuple(scale.items[k] for k in np.flatnonzero(opposed))
            found.append(AgainstTheRest(scale.id, items, correlation, len(points)))
    return tuple(found)


def _points(instrument: Instrument, scale: Scale, answers: Mapping[str, Int8]) -> NDArray[np.float64]:
    """The points of complete assessments, of shape (assessments, items)."""
    columns = np.stack([answers[item][:ROWS] for item in scale.items], axis=1).astype(np.int16)
    permitted = [(instrument.item(item).minimum, instrument.item(item).maximum) for item in scale.items]
    low, high = (np.array(ends) for ends in zip(*permitted, strict=True))
    columns = columns[((columns != MISSING) & (columns >= low) & (columns <= high)).all(axis=1)]
    points = np.empty(columns.shape)
    for position, item in enumerate(scale.items):
        table = instrument.points(scale, item)
        lookup = np.zeros(max(table) + 1)
        for value, counted in table.items():
            lookup[value] = counted
        points[:, position] = lookup[columns[:, position]]
    return points


def opposed_items(points: NDArray[np.float64]) -> tuple[NDArray[np.bool_], float]:
    """Split items by the sign of the first principal component; return the smaller group and its correlation.

    Parameters
    ----------
    points : float64 array of shape (assessments, items)

    Returns
    -------
    mask of shape (items,), float
        The smaller group, and the correlation of its sum with that of the others; 0 where nothing varies or
        all items have one sign.

    Examples
    --------
    >>> mask, r = opposed_items(np.array([[0.0, 0.0, 4.0], [1.0, 2.0, 3.0], [3.0, 3.0, 1.0]]))
    >>> mask.tolist(), round(r, 2)
    ([False, False, True], -0.98)
    """
    centered = points - points.mean(axis=0)
    spread = np.sqrt((centered**2).mean(axis=0))
    standard = np.divide(centered, spread, out=np.zeros_like(centered), where=spread > 0)
    first = np.linalg.eigh(standard.T @ standard)[1][:, -1]
    mask = (first < 0) if (first < 0).sum() <= (first > 0).sum() else (first > 0)
    one, other = standard[:, mask].sum(axis=1), standard[:, ~mask].sum(axis=1)
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return mask, float((one * other).sum() / size) if size > 0 else 0.0
