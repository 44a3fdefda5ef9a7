"""One-way analysis: each parameter at the ends of its interval, all others at their base."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue, NotFound
from allay.economics.decision.arrays import Floats, Places

Model = Callable[[Mapping[str, Floats]], Floats]
"""Takes an array of shape (runs,) for each parameter, and returns an outcome for each run."""

LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Tornado:
    """How far each parameter moves an outcome.

    Attributes
    ----------
    names : tuple of str
    low, high : float64 arrays of shape (parameters,)
        The ends of each parameter.
    base_outcome : float
        With all at their base.
    low_outcome, high_outcome : float64 arrays of shape (parameters,)
        With one at its end and the others at their base.
    """

    names: tuple[str, ...]
    low: Floats
    high: Floats
    base_outcome: float
    low_outcome: Floats
    high_outcome: Floats

    @property
    def swing(self) -> Floats:
        """The widest distance between two of the three outcomes of each parameter."""
        three = np.stack([self.low_outcome, self.high_outcome, np.full(len(self.low), self.base_outcome)])
        return np.asarray(three.max(axis=0) - three.min(axis=0))

    @property
    def order(self) -> Places:
        """Parameters from the widest swing to the narrowest; of equals the first first."""
        return np.argsort(-self.swing, kind="stable")


def interval_ends(draws: Mapping[str, ArrayLike], *, level: float = LEVEL) -> dict[str, tuple[float, float]]:
    """Take the ends of each parameter's middle from its draws.

    Parameters
    ----------
    draws : mapping of name to array_like of shape (draws,)
    level : float
        The share between the ends: 0.95 goes from the 2.5th to the 97.5th percentile.

    Raises
    ------
    InvalidValue
        A share that is not between 0 and 1.

    Examples
    --------
    >>> [round(end, 6) for end in interval_ends({"hours": np.arange(401)})["hours"]]
    [10.0, 390.0]
    """
    if not 0 < level < 1:
        raise InvalidValue(expected="a share between 0 and 1", found=f"{level}")
    tails = [(1 - level) / 2, (1 + level) / 2]
    found = {name: np.quantile(np.asarray(values, dtype=np.float64), tails) for name, values in draws.items()}
    return {name: (float(low), float(high)) for name, (low, high) in found.items()}


def one_way_runs(
    base: Mapping[str, float],
    ends: Mapping[str, tuple[float, float]],
    *,
    along: Mapping[str, tuple[Mapping[str, float], Mapping[str, float]]] | None = None,
) -> dict[str, Floats]:
    """Lay out the runs of a one-way analysis: all at their base, then two for each parameter that varies.

    Parameters
    ----------
    base : mapping of name to float
        Every parameter of the model.
    ends : mapping of name to (low, high)
        The parameters to vary; the run at the low end comes first.
    along : mapping of name to (mapping of name to float, mapping of name to float), optional
        What must move with a parameter at its low and at its high end, such as the other shares of a whole.

    Returns
    -------
    dict of str to float64 array of shape (1 + 2 * ends,)

    Raises
    ------
    NotFound
        An end, or what moves along, of a parameter that is not in the base.

    Examples
    --------
    >>> runs = one_way_runs(
    ...     {"ill": 0.25, "well": 0.75}, {"ill": (0.2, 0.3)}, along={"ill": ({"well": 0.8}, {"well": 0.7})}
    ... )
    >>> {name: values.tolist() for name, values in runs.items()}
    {'ill': [0.25, 0.2, 0.3], 'well': [0.75, 0.8, 0.7]}
    """
    runs = {name: np.full(1 + 2 * len(ends), value, dtype=np.float64) for name, value in base.items()}
    for place, name in enumerate(ends):
        further = along.get(name, ({}, {})) if along else ({}, {})
        for side in (0, 1):
            for moved, value in ({name: ends[name][side]} | dict(further[side])).items():
                if moved not in runs:
                    raise NotFound.among("parameter", moved, known=base)
                runs[moved][1 + 2 * place + side] = value
    return runs


def tornado(model: Model, *, base: Mapping[str, float], ends: Mapping[str, tuple[float, float]]) -> Tornado:
    """Run a model with each parameter at its two ends, all runs in one call.

    Parameters
    ----------
    model : callable
        Called once, with ``1 + 2 * parameters`` runs.
    base : mapping of name to float
        Every parameter of the model.
    ends : mapping of name to (low, high)
        The parameters to vary.

    Raises
    ------
    NotFound
        Ends of a parameter that is not in the base.
    InvalidValue
        No parameter to vary; a model that does not return a finite number for each run.

    Examples
    --------
    >>> found = tornado(
    ...     lambda p: 1000 * p["risk"] - p["price"],
    ...     base={"risk": 0.2, "price": 50.0},
    ...     ends={"price": (40.0, 70.0), "risk": (0.1, 0.3)},
    ... )
    >>> found.swing.tolist(), [found.names[place] for place in found.order.tolist()]
    ([30.0, 200.0], ['risk', 'price'])
    """
    names = tuple(ends)
    if not names:
        raise InvalidValue(expected="at least one parameter to vary", found="none")
    inputs, runs = one_way_runs(base, ends), 1 + 2 * len(names)
    low, high = np.array([ends[name] for name in names], dtype=np.float64).T
    outcome = np.asarray(model(inputs), dtype=np.float64)
    if outcome.shape != (runs,) or not np.isfinite(outcome).all():
        found = f"{outcome.shape}" if outcome.shape != (runs,) else "one that is not finite"
        raise InvalidValue(expected=f"a finite outcome for each of {runs} runs", found=found)
    return Tornado(names, low, high, float(outcome[0]), outcome[1::2], outcome[2::2])
