"""The ends of each parameter's 95% interval, for one-way analysis, and what must move with it.

Shares of one whole cannot move alone: the others share what is left as they were counted. Numbers that are
normal together move to what is expected of them, given the one. Both are the expected values of the others
given the one, in the distribution from which they are drawn together. Parameters that a copula correlates
could be moved alike only from median to median, which is not their best estimate: they move alone, and it is
said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special

from allay.economics.uncertainty.distributions import Beta
from allay.economics.uncertainty.sheet import ParameterSheet

Array = NDArray[np.float64]

TAILS = (0.025, 0.975)
"""The shares below the two ends of an interval of 95%."""


@dataclass(frozen=True, slots=True)
class ParameterEnds:
    """One parameter at the two ends of its interval.

    Attributes
    ----------
    name : str
    low, high : float
    along : pair of mapping of str to float
        What moves with it at its low and at its high end.
    note : str
        What a reader must know.
    """

    name: str
    low: float
    high: float
    along: tuple[Mapping[str, float], Mapping[str, float]] = field(default=({}, {}))
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotVaried:
    """A parameter that is drawn, and has no two ends.

    Attributes
    ----------
    name, reason : str
    """

    name: str
    reason: str


def parameter_ends(sheet: ParameterSheet) -> tuple[ParameterEnds | NotVaried, ...]:
    """Return the ends of every parameter of which the sheet says how unsure it is, in its order.

    Ends are quantiles of the distributions, not of draws.

    Examples
    --------
    >>> from allay.economics.uncertainty.sheetfile import ParameterEntry
    >>> sheet = ParameterSheet({"row": ParameterEntry(counts={"well": 30, "ill": 5, "dead": 1, "lost": 0})})
    >>> for found in parameter_ends(sheet):
    ...     if isinstance(found, NotVaried):
    ...         print(found.name, found.reason)
    ...     else:
    ...         print(found.name, round(found.low, 3), round(found.high, 3))
    row_well 0.697 0.934
    row_ill 0.048 0.267
    row_dead 0.001 0.1
    row_lost it was never seen: its share is 0 in every draw
    """
    return tuple(_found(sheet))


def _found(sheet: ParameterSheet) -> Iterator[ParameterEnds | NotVaried]:
    for name, entry in sheet.entries.items():
        if entry.counts is not None:
            yield from _shares(name, entry.counts)
        elif entry.multinormal is not None:
            yield from _together(entry.multinormal.means, np.array(entry.multinormal.covariance))
        elif entry.distribution is not None:
            low, high = sheet.distribution(name).quantile(np.array(TAILS)).tolist()
            if low < high:
                yield ParameterEnds(name, low, high, note=_correlated(sheet, name))
            else:
                yield NotVaried(name, "its distribution has one value only")


def _correlated(sheet: ParameterSheet, name: str) -> str:
    others = [
        f"{one if other == name else other} (correlation {entry.correlation:g})"
        for entry in sheet.correlations
        for one, other in [entry.between]
        if name in entry.between and entry.correlation
    ]
    return f"moves alone here; in draws it moves with {', '.join(others)}" if others else ""


def _shares(name: str, counts: Mapping[str, float]) -> Iterator[ParameterEnds | NotVaried]:
    total, seen = sum(counts.values()), [key for key, count in counts.items() if count]
    for key, count in counts.items():
        share = f"{name}_{key}"
        if not count:
            yield NotVaried(share, "it was never seen: its share is 0 in every draw")
        elif len(seen) == 1:
            yield NotVaried(share, "nothing else was seen: its share is 1 in every draw")
        elif len(seen) == 2 and key == seen[1]:
            yield NotVaried(share, f"it is what {name}_{seen[0]} leaves, and moves with it")
        else:
            low, high = Beta(count, total - count).quantile(np.array(TAILS)).tolist()
            along = [
                {
                    f"{name}_{other}": (1 - end) * counts[other] / (total - count)
                    for other in seen
                    if other != key
                }
                for end in (low, high)
            ]
            yield ParameterEnds(
                share, low, high, (along[0], along[1]), "the other shares of its row share what is left"
            )


def _together(means: Mapping[str, float], covariance: Array) -> Iterator[ParameterEnds | NotVaried]:
    for place, (name, mean) in enumerate(means.items()):
        variance = float(covariance[place, place])
        if not variance > 0:
            yield NotVaried(name, "its variance is 0")
            continue
        steps = (special.ndtri(np.array(TAILS)) * np.sqrt(variance)).tolist()
        along = [
            {
                other: value + step * float(covariance[row, place]) / variance
                for row, (other, value) in enumerate(means.items())
                if row != place and covariance[row, place]
            }
            for step in steps
        ]
        note = f"with it, what is expected of {', '.join(along[0])}" if along[0] else ""
        yield ParameterEnds(name, mean + steps[0], mean + steps[1], (along[0], along[1]), note)
