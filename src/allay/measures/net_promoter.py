"""Net promoter score: promoters minus detractors, with how many answered and an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtri

from allay.base.errors import InvalidValue
from allay.measures.conventions import facts
from allay.measures.intervals import Interval

__all__ = ["NetPromoter", "net_promoter"]

_NEAR = 1e-12
METHOD = "score interval of the difference of two shares of one sample (Tango 1998)"


@dataclass(frozen=True, slots=True)
class NetPromoter:
    """A net promoter score, from -100 to 100; ``score`` and ``interval`` are None when nobody answered.

    Net Promoter Score is a registered mark of Bain & Company, NICE Satmetrix and Fred Reichheld.
    """

    n: int
    promoters: int
    passives: int
    detractors: int
    missing: int
    score: float | None
    interval: Interval | None
    method: str = METHOD


def net_promoter(answers: ArrayLike, *, level: float = 0.95) -> NetPromoter:
    """Net promoter score of answers from 0 to 10: share of 9 and 10 minus share of 0 to 6, in percent.

    Parameters
    ----------
    answers
        One per person asked, whole numbers from 0 to 10, NaN where there is no answer.
    level
        Confidence level.

    Raises
    ------
    InvalidValue
        For an answer that is no whole number from 0 to 10.

    Notes
    -----
    Promoters, detractors and the rest are one multinomial sample, so the score is the difference of two
    shares that exclude each other: the estimate whose score interval is Tango's for paired proportions.
    Unlike the plain standard error it never leaves -100 to 100 and has a width when all answer alike.
    Source: Tango T, Stat Med 1998;17:891-908.

    Examples
    --------
    >>> found = net_promoter([10, 9, 9, 8, 7, 6, 0, float("nan")])
    >>> found.n, found.promoters, found.detractors, round(found.score, 1), found.missing
    (7, 3, 2, 14.3, 1)
    >>> round(found.interval.low, 1), round(found.interval.high, 1)
    (-43.5, 63.1)
    """
    values = np.asarray(answers, dtype=np.float64)
    given = values[~np.isnan(values)]
    wrong = given[(given < 0) | (given > 10) | (given != np.floor(given))]
    if wrong.size:
        raise InvalidValue(expected="whole answers from 0 to 10", found=f"{wrong[0]:g}")
    lowest, highest = (
        float(facts().get(f"measures.net_promoter.{name}").latest.number)
        for name in ("promoter_lowest", "detractor_highest")
    )
    promoters, detractors = int((given >= lowest).sum()), int((given <= highest).sum())
    n, missing = int(given.size), int(values.size - given.size)
    passives = n - promoters - detractors
    if n == 0:
        return NetPromoter(0, 0, 0, 0, missing, None, None)
    score = 100 * (promoters - detractors) / n
    return NetPromoter(
        n=n,
        promoters=promoters,
        passives=passives,
        detractors=detractors,
        missing=missing,
        score=score,
        interval=_tango(promoters, detractors, n, level=level),
    )


def _tango(more: int, fewer: int, n: int, *, level: float) -> Interval:
    """Where the score statistic of ``(more - fewer) / n`` equals the normal quantile, times 100."""
    z = float(ndtri(0.5 + level / 2))
    difference = (more - fewer) / n

    def off(delta: float) -> float:
        """(estimate - delta) - sign * z * SE(delta), in the direction of the limit sought."""
        variance = (2 * _second_share(more, fewer, n, delta) + delta * (1 - delta)) / n
        return abs(difference - delta) - z * math.sqrt(max(variance, 0.0))

    # When all answer alike the statistic is 0 over 0 at the estimate itself, which is not the limit sought.
    low = -1.0 if difference == -1 else float(brentq(off, -1.0, difference - _NEAR, xtol=_NEAR))
    high = 1.0 if difference == 1 else float(brentq(off, difference + _NEAR, 1.0, xtol=_NEAR))
    return Interval(100 * low, 100 * high, level)


def _second_share(more: int, fewer: int, n: int, delta: float) -> float:
    """The likeliest share of `fewer` when the shares differ by exactly ``delta``."""
    linear = (2 * n - more + fewer) * delta - more - fewer
    constant = -fewer * delta * (1 - delta)
    root = math.sqrt(max(linear**2 - 8 * n * constant, 0.0))
    return max((root - linear) / (4 * n), 0.0, -delta)
