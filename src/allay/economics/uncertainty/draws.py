"""Draws keyed by seed, name and number: what is added to a model changes no draw of what was there.

Draw number 7 of a parameter is the same whichever other parameters there are, however many draws are taken,
and for every strategy (common random numbers).
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy import special

from allay.base.errors import InvalidValue
from allay.economics.uncertainty.distributions import Distribution

Array = NDArray[np.float64]

_HALF_STEP = 2.0**-54
"""Half of the distance between two uniform numbers of 53 bits: it keeps 0, and so minus infinity, away."""


def uniforms(name: str, *, seed: int, draws: int) -> Array:
    """Draw uniform numbers of a name, never 0 or 1.

    Parameters
    ----------
    name : str
        Whose numbers they are; any text.
    seed : int
        0 or more.
    draws : int
        How many; the first are the same whatever this is.

    Returns
    -------
    array [draw]

    Examples
    --------
    >>> bool((uniforms("cost", seed=1, draws=9)[:5] == uniforms("cost", seed=1, draws=5)).all())
    True
    >>> bool((uniforms("cost", seed=1, draws=5) == uniforms("rate", seed=1, draws=5)).any())
    False
    """
    if seed < 0 or draws < 0:
        raise InvalidValue(expected="a seed and a number of draws of 0 or more", found=f"{seed} and {draws}")
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    words = [int.from_bytes(digest[place : place + 4], "little") for place in range(0, len(digest), 4)]
    source = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))
    return source.random(draws) + _HALF_STEP


def normals(name: str, *, seed: int, draws: int) -> Array:
    """Draw standard normal numbers of a name: array [draw]; they are the quantiles of `uniforms`."""
    found: Array = special.ndtri(uniforms(name, seed=seed, draws=draws))
    return found


def sample(distribution: Distribution, *, name: str, seed: int, draws: int) -> Array:
    """Draw from a distribution.

    Returns
    -------
    array [draw]

    Examples
    --------
    >>> from allay.economics.uncertainty.distributions import Uniform
    >>> found = sample(Uniform(0, 10), name="cost", seed=1, draws=1000)
    >>> bool(found.min() >= 0), bool(found.max() <= 10)
    (True, True)
    """
    return distribution.quantile(uniforms(name, seed=seed, draws=draws))
