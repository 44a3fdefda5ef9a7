"""Floor and ceiling: how many patients sit at the lowest or highest score, where change cannot be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.base.facts import FactValue
from allay.measures.conventions import facts
from allay.measures.paired import TOLERANCE
from allay.measures.responders import ResponderFigure

__all__ = ["Extremes", "extremes", "extremes_limit"]


@dataclass(frozen=True, slots=True)
class Extremes:
    """Patients at the lowest (floor) and at the highest (ceiling) possible score, of those measured.

    ``floor_effect`` and ``ceiling_effect`` say whether the share is above the conventional limit
    (`extremes_limit`); a convention, not a test.
    """

    floor: ResponderFigure
    ceiling: ResponderFigure
    floor_effect: bool
    ceiling_effect: bool


def extremes_limit() -> FactValue:
    """The conventional share above which a floor or ceiling effect is considered, with its status.

    Examples
    --------
    >>> extremes_limit().number, extremes_limit().status.value
    (Decimal('0.15'), 'memory')
    """
    return facts().get("measures.floor_ceiling.share").latest


def extremes(scores: ArrayLike, *, minimum: float, maximum: float) -> Extremes:
    """Count scores at the ends of a scale.

    Parameters
    ----------
    scores
        One per patient, NaN where missing; the missing are in no denominator.
    minimum, maximum
        The lowest and the highest reachable score.

    Raises
    ------
    InvalidValue
        When the range does not rise.

    Examples
    --------
    >>> found = extremes([0, 0, 3, 10, float("nan")], minimum=0, maximum=10)
    >>> found.floor.share, found.ceiling.share, found.floor_effect
    (0.5, 0.25, True)
    """
    if not minimum < maximum:
        raise InvalidValue(expected="a maximum above the minimum", found=f"{minimum} to {maximum}")
    values = np.asarray(scores, dtype=np.float64)
    known = values[~np.isnan(values)]
    floor = ResponderFigure.of(int((known <= minimum + TOLERANCE).sum()), int(known.size))
    ceiling = ResponderFigure.of(int((known >= maximum - TOLERANCE).sum()), int(known.size))
    limit = float(extremes_limit().number)
    return Extremes(
        floor, ceiling, floor_effect=(floor.share or 0) > limit, ceiling_effect=(ceiling.share or 0) > limit
    )
