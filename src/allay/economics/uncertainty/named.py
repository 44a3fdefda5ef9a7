"""Distributions by name, as files write them, and from the moments that papers print."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from allay.base.errors import InvalidValue
from allay.economics.uncertainty.distributions import (
    Beta,
    Distribution,
    Fixed,
    Gamma,
    LogNormal,
    Normal,
    Triangular,
    Uniform,
)

Numbers = Mapping[str, float]


class _Way(NamedTuple):
    """One way to give a distribution: the names of its numbers, and what is made of them."""

    numbers: tuple[str, ...]
    make: Callable[..., Distribution]
    optional: tuple[str, ...] = ()


def _cut_normal(mean: float, se: float, low: float = -math.inf, high: float = math.inf) -> Normal:
    return Normal(mean, se, low, high)


WAYS: Mapping[str, tuple[_Way, ...]] = MappingProxyType(
    {
        "fixed": (_Way(("mean",), Fixed),),
        "beta": (_Way(("a", "b"), Beta), _Way(("mean", "se"), Beta.from_mean_se)),
        "gamma": (_Way(("shape", "scale"), Gamma), _Way(("mean", "se"), Gamma.from_mean_se)),
        "lognormal": (
            _Way(("log_mean", "log_sd"), LogNormal),
            _Way(("median", "low", "high"), LogNormal.from_interval),
            _Way(("mean", "se"), LogNormal.from_mean_se),
        ),
        "normal": (_Way(("mean", "se"), Normal),),
        "truncated_normal": (_Way(("mean", "se"), _cut_normal, ("low", "high")),),
        "uniform": (_Way(("low", "high"), Uniform),),
        "triangular": (_Way(("low", "mode", "high"), Triangular),),
        "pert": (_Way(("low", "mode", "high"), Beta.pert),),
    }
)
"""The ways in which each named distribution may be given; the first that fits counts."""

_STANDS_FOR_VALUE = ("mean", "median", "mode")


def named_distribution(kind: str, numbers: Numbers, *, value: float | None = None) -> Distribution:
    """Make the distribution that a file names.

    Parameters
    ----------
    kind : str
        ``fixed``, ``beta``, ``gamma``, ``lognormal``, ``normal``, ``truncated_normal``, ``uniform``,
        ``triangular`` or ``pert``.
    numbers : mapping of str to float
        Its numbers by name: ``mean`` and ``se``, ``a`` and ``b``, ``median`` with the 95% interval ``low``
        and ``high``, and so on (`WAYS`). ``se`` is the standard error of what is estimated, which is the
        standard deviation of the distribution.
    value : float, optional
        The best estimate; it stands for ``mean``, ``median`` or ``mode`` where that is not given.

    Raises
    ------
    InvalidValue
        Saying which numbers the distribution takes, or what is wrong with them.

    Examples
    --------
    >>> named_distribution("uniform", {"low": 1, "high": 3}).mean
    2.0
    >>> named_distribution("gamma", {"se": 10.0}, value=50.0).mean
    50.0
    >>> named_distribution("beta", {"mean": 0.5})
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a beta by a, b or by mean, se, found mean
    """
    if kind not in WAYS:
        near = difflib.get_close_matches(kind, WAYS, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise InvalidValue(expected=f"one of {', '.join(WAYS)}{hint}", found=repr(kind))
    for way in WAYS[kind]:
        given = dict(numbers)
        if value is not None:
            given |= {name: value for name in _STANDS_FOR_VALUE if name in way.numbers and name not in given}
        if set(way.numbers) <= set(given) and set(given) <= {*way.numbers, *way.optional}:
            further = {name: given[name] for name in way.optional if name in given}
            return way.make(*(given[name] for name in way.numbers), **further)
    known = " or by ".join(
        ", ".join(way.numbers) + "".join(f" [{name}]" for name in way.optional) for way in WAYS[kind]
    )
    raise InvalidValue(expected=f"a {kind} by {known}", found=", ".join(numbers) or "no numbers")
