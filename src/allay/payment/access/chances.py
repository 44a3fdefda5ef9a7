"""How many of some patients will meet the target: exact distributions of counts.

Patients with chances of their own are independent (a Poisson-binomial count, figured by adding one patient
after the other). Without them, one rate for all is drawn from what the cohort has shown (a beta posterior),
which makes the count wider, as it should be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv
from scipy.stats import binom

from allay.base.errors import InvalidValue

Floats = NDArray[np.float64]
NODES = 200
LEAST = 1e-200
"""A smaller chance counts as none: it changes no sum, and SciPy's binomial overflows on it."""
GROUPS = 6
"""With no more distinct chances than this, patients with one chance are counted together (binomial)."""


def count_distribution(chances: Sequence[float] | Floats) -> Floats:
    """Return the distribution of how many of independent patients meet the target.

    Parameters
    ----------
    chances : sequence of float, shape (n,)
        One chance each, 0 to 1.

    Returns
    -------
    float array of shape (n + 1,)
        Probability of each count. Costs n^2, and less where chances repeat.

    Notes
    -----
    The Poisson-binomial distribution, by the recursion of Barlow and Heidtmann, IEEE Trans Reliab
    1984;33:322-323.

    Examples
    --------
    >>> count_distribution([0.5, 0.5]).round(3).tolist()
    [0.25, 0.5, 0.25]
    """
    exact = _checked(chances)
    distinct, members = np.unique(exact, return_counts=True)
    if len(distinct) <= GROUPS:
        return _grouped(distinct, members)
    state = np.ones(1)
    for chance in exact:
        state = _added(state, chance)
    return state


def effect_of_each(chances: Sequence[float] | Floats, values: Floats) -> Floats:
    """Return how much the expected value rises for each patient if that patient meets the target for sure.

    Precisely: the expected value given that they meet it, less that given that they do not, all others
    left to chance.

    Parameters
    ----------
    chances : sequence of float, shape (n,)
    values : float array of shape (n + 1,)
        Value of each count.

    Returns
    -------
    float array of shape (n,)
        In the unit of `values`. Costs n^2 time and n^1.5 memory, and less where chances repeat.

    Examples
    --------
    >>> effect_of_each([0.5, 0.5], np.array([0.0, 0.0, 1.0])).tolist()
    [0.5, 0.5]
    """
    exact = _checked(chances)
    count = len(exact)
    if len(values) != count + 1:
        raise InvalidValue(expected=f"{count + 1} values", found=str(len(values)))
    target = np.asarray(values, dtype=np.float64)
    distinct, which, members = np.unique(exact, return_inverse=True, return_counts=True)
    if len(distinct) > GROUPS:
        return _effects(exact, target)
    rise = np.diff(target)
    one_less = members - np.eye(len(distinct), dtype=np.int64)
    effects = np.array([_grouped(distinct, others) @ rise for others in one_less])
    return effects[which] if count else np.zeros(0)


def posterior_rates(met: int, reported: int, *, prior: tuple[float, float] = (1.0, 1.0)) -> Floats:
    """Return equally likely rates of meeting the target, given the reports so far.

    The midpoints of `NODES` slices of equal probability of the beta posterior: as draws, without the noise.

    Parameters
    ----------
    met, reported : int
        Of the reports so far.
    prior : (float, float)
        Of the beta distribution; (1, 1) is flat.

    Returns
    -------
    float array of shape (NODES,)

    Examples
    --------
    >>> round(float(posterior_rates(30, 60).mean()), 3)
    0.5
    """
    if not 0 <= met <= reported or min(prior) <= 0:
        found = f"{met} of {reported}, prior {prior}"
        raise InvalidValue(expected="0 <= met <= reported and a prior above 0", found=found)
    middles = (np.arange(NODES) + 0.5) / NODES
    rates: Floats = betaincinv(prior[0] + met, prior[1] + reported - met, middles)
    return rates


def _added(state: Floats, chance: float) -> Floats:
    grown = np.zeros(len(state) + 1)
    grown[:-1] = state * (1 - chance)
    grown[1:] += state * chance
    return grown


def _checked(chances: Sequence[float] | Floats) -> Floats:
    exact = np.asarray(chances, dtype=np.float64)
    if exact.size and not ((exact >= 0) & (exact <= 1)).all():
        raise InvalidValue(expected="chances from 0 to 1", found=f"{exact.min():g} to {exact.max():g}")
    return np.where(exact < LEAST, 0.0, exact)


def _grouped(distinct: Floats, members: NDArray[np.int64]) -> Floats:
    """Distribution of the count, each distinct chance with its number of patients."""
    state = np.ones(1)
    for chance, many in zip(distinct, members, strict=True):
        state = np.convolve(state, binom.pmf(np.arange(many + 1), many, chance))
    return state


def _effects(exact: Floats, values: Floats) -> Floats:
    """Go once forward (distributions before each patient) and once backward (values ahead of each)."""
    count = len(exact)
    step = max(1, math.isqrt(count))
    # Distributions before every step-th patient; those between are figured again, to keep memory small.
    kept = {0: np.ones(1)}
    state = np.ones(1)
    for place in range(count):
        state = _added(state, exact[place])
        if (place + 1) % step == 0:
            kept[place + 1] = state
    found = np.zeros(count)
    ahead = values
    for start in sorted((s for s in kept if s < count), reverse=True):
        stop = min(start + step, count)
        before = [kept[start]]
        for place in range(start, stop - 1):
            before.append(_added(before[-1], exact[place]))
        for place in range(stop - 1, start - 1, -1):
            rise = ahead[1:] - ahead[:-1]
            found[place] = float(before[place - start] @ rise[: place + 1])
            ahead = ahead[:-1] + exact[place] * rise
    return found
