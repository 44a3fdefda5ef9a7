"""What a result says of an outcome: shapes of the numbers, each with its interval and its n."""

from __future__ import annotations

import math

from scipy.special import stdtr

from allay.base.tables import Strict
from allay.evaluation.inference.arrays import Floats, critical_value
from allay.evaluation.study.contrast import MemberContrast, StarterChange


class EffectEstimate(Strict):
    """An effect per member-month, starters less what the comparison says they would have had.

    Attributes
    ----------
    name : str
        Short and stable, such as ``adjusted``.
    words : str
        What was done.
    estimate : float
    se, low, high, p : float, optional
        None where the error is not known (one starter) or the effect is 0 by definition.
    p_holm : float, optional
        Adjusted for the number of secondary outcomes.
    without : float, optional
        Mean that the starters would have had.
    relative, relative_low, relative_high : float, optional
        Effect as a share of `without`; None where that is not above 0.
    starters, comparison : int
    comparison_worth : float, optional
        What the comparison members are worth after weighing.
    """

    name: str
    words: str
    estimate: float
    se: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None
    without: float | None = None
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None
    starters: int
    comparison: int
    comparison_worth: float | None = None


class ChangeEstimate(Strict):
    """Starters before and after, without a comparison: not an effect.

    Attributes
    ----------
    name, words : str
    before, after, change : float
    se, low, high : float, optional
    starters : int
    """

    name: str
    words: str
    before: float
    after: float
    change: float
    se: float | None
    low: float | None
    high: float | None
    starters: int


class FourMeans(Strict):
    """The means that the adjusted effect is made of.

    Attributes
    ----------
    starters_before, starters_after, comparison_before, comparison_after : float
    """

    starters_before: float
    starters_after: float
    comparison_before: float
    comparison_after: float


def known(value: float) -> float | None:
    """Return a number, or None where it is none.

    Examples
    --------
    >>> known(1.5), known(float("nan"))
    (1.5, None)
    """
    return float(value) if math.isfinite(value) else None


def effect_estimate(
    found: MemberContrast, *, name: str, words: str, alpha: float, worth: float | None = None
) -> EffectEstimate:
    """Put a contrast into words and numbers; intervals are of Student's t with starters - 1 degrees.

    Examples
    --------
    >>> import numpy as np
    >>> from allay.evaluation.study.contrast import Span, contrast
    >>> use = np.array([[4.0, 4, 1], [4, 6, 3], [2, 2, 1], [3, 3, 3]])
    >>> found = contrast(use, np.array([2, 2, -1, -1]), np.ones(4), span=Span(2, 0, 1))
    >>> made = effect_estimate(found, name="adjusted", words="", alpha=0.05)
    >>> made.estimate, made.without, made.starters, round(made.relative, 3)
    (-2.0, 4.0, 2, -0.5)
    """
    degrees = float(max(found.treated - 1, 1))
    given = known(found.se)
    low = high = p = None
    if given is not None and given > 0:
        half = critical_value(1 - alpha, df=degrees) * given
        low, high = found.effect - half, found.effect + half
        p = float(2 * stdtr(degrees, -abs(found.effect) / given))
    without = found.without
    relative, ends = known(found.relative), _ratio_ends(found, critical_value(1 - alpha, df=degrees))
    return EffectEstimate(
        name=name,
        words=words,
        estimate=found.effect,
        se=given,
        low=low,
        high=high,
        p=p,
        without=without,
        relative=relative,
        relative_low=ends[0],
        relative_high=ends[1],
        starters=found.treated,
        comparison=found.comparison,
        comparison_worth=worth,
    )


def _ratio_ends(found: MemberContrast, critical: float) -> tuple[float | None, float | None]:
    """Interval of the relative change, on the scale of the logarithm of the ratio."""
    if not (found.without > 0 and found.level > 0) or not math.isfinite(found.se):
        return None, None
    spread = log_ratio_influence(found)
    se = math.sqrt(float(spread @ spread)) / len(spread)
    middle = math.log(found.level / found.without)
    return math.exp(middle - critical * se) - 1, math.exp(middle + critical * se) - 1


def log_ratio_influence(found: MemberContrast) -> Floats:
    """Influence of members on the logarithm of the rate ratio, follow-up over what would have been."""
    ahead = (found.level_influence - found.influence) / found.without
    spread: Floats = found.level_influence / found.level - ahead
    return spread


def change_estimate(found: StarterChange, *, name: str, words: str, alpha: float) -> ChangeEstimate:
    """Put a change without comparison into words and numbers.

    Examples
    --------
    >>> change_estimate(StarterChange(2.0, 1.0, -1.0, 0.1, 50), name="x", words="", alpha=0.05).change
    -1.0
    """
    given = known(found.se)
    half = None if given is None else critical_value(1 - alpha, df=float(max(found.treated - 1, 1))) * given
    return ChangeEstimate(
        name=name,
        words=words,
        before=found.before,
        after=found.after,
        change=found.change,
        se=given,
        low=None if half is None else found.change - half,
        high=None if half is None else found.change + half,
        starters=found.treated,
    )
