"""A coefficient of agreement: its value with how sure it is, or why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
LEVEL = 0.95
"""Level of the intervals."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement.

    Attributes
    ----------
    measure : str
        Its name in `MEASURES`.
    value : float, optional
        None where it is not defined; `why` then says why.
    se : float, optional
        Standard error for subjects from an infinite population and these raters (Gwet 2014), where published.
    low, high : float, optional
        Ends of the 95% interval.
    n_subjects, n_raters : int
        Subjects and raters it was worked out from.
    weights : str
        The weights, or the metric of an alpha; empty where there are none.
    category : str
        The category, of a coefficient of one.
    test : str
        Which statistic is given: `z`, `chi2` or `F`; empty for none. Its hypothesis is that there is no more
        agreement than by chance.
    statistic, df1, df2, p : float, optional
    why : str
        Why there is no value; empty otherwise.

    Examples
    --------
    >>> Coefficient("fleiss_kappa", 0.43, n_subjects=30, n_raters=6).value
    0.43
    """

    measure: str
    value: float | None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    n_subjects: int = 0
    n_raters: int = 0
    weights: str = ""
    category: str = ""
    test: str = ""
    statistic: float | None = None
    df1: float | None = None
    df2: float | None = None
    p: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class CoefficientEstimate:
    """A value with its standard error and its interval, before it has a name.

    Attributes
    ----------
    value : float
        NaN where it is not defined.
    se, low, high : float, optional
    n : int
        Subjects.
    why : str
        Why it is not defined.
    """

    value: float
    se: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    why: str = ""


def estimate(
    value: float,
    parts: Floats,
    *,
    times: Floats,
    center: float | None = None,
    table: bool = False,
    lowest: float = -1.0,
) -> CoefficientEstimate:
    """Add a standard error and a 95% interval from what each subject contributes.

    Parameters
    ----------
    value : float
    parts : float64 array of shape (subjects,)
        Contributions whose mean is the value, linearized as in Gwet (2014).
    times : float64 array of shape (subjects,)
        How many subjects each row stands for.
    center : float, optional
        What contributions vary around, where it is not the value.
    table : bool
        Whether the variance divides by n (tables of two raters), not by n - 1.
    lowest : float
        What the coefficient cannot be below (with ratings missing, a kappa can); the interval ends there or
        at the value, and at 1.

    Examples
    --------
    >>> found = estimate(0.5, np.array([0.0, 1.0]), times=np.array([10.0, 10.0]))
    >>> round(found.se, 4), round(found.low, 4), found.n
    (0.1147, 0.2599, 20)
    """
    n = float(times.sum())
    count = round(n)
    if count < 2:
        return CoefficientEstimate(value, n=count)
    deviation = parts - (value if center is None else center)
    variance = float((times * deviation**2).sum()) / (n * (n if table else n - 1))
    se = math.sqrt(variance)
    reach = se * float(stats.t.ppf(0.5 + LEVEL / 2, n - 1))
    return CoefficientEstimate(
        value, se, max(min(lowest, value), value - reach), min(1.0, value + reach), n=count
    )
