"""The most profitable mix of services that capacity allows and the law and the payers permit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from allay.base.errors import InvalidValue, NotFound

Array = NDArray[np.float64]

# Below this share of a session, what the solver returns is rounding.
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class ServiceOption:
    """A service as the mix sees it.

    Attributes
    ----------
    service : str
        Id of the service.
    minutes : mapping of str to float
        Minutes of each role that one session takes.
    most : float
        Sessions a month that are lawful, covered and asked for: 0 where it may not be billed.
    least : float
        Sessions a month that the program owes its patients, whatever they bring.
    limit : str
        What sets `most`, in words.
    """

    service: str
    minutes: Mapping[str, float]
    most: float
    least: float = 0.0
    limit: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            found = f"{self.least:g} and {self.most:g} of {self.service}"
            raise InvalidValue(expected="sessions from a least number of 0 or more to the most", found=found)
        if any(not needed >= 0 for needed in self.minutes.values()):
            raise InvalidValue(expected="minutes of 0 or more", found=f"less for {self.service}")


@dataclass(frozen=True, slots=True, eq=False)
class ServiceMix:
    """A mix of services, and what it is worth.

    Attributes
    ----------
    sessions : mapping of str to float
        A month, by service.
    worth : array [draw]
        Contribution a month of this one mix in every draw, US dollars.
    minute_worth : mapping of str to float
        What one more minute a month of a role would add, US dollars (its shadow price).
    session_worth : mapping of str to float
        What one more permitted session a month of a service would add, US dollars.
    """

    sessions: Mapping[str, float]
    worth: Array
    minute_worth: Mapping[str, float]
    session_worth: Mapping[str, float]


def best_mix(
    options: Sequence[ServiceOption], *, contribution: Array, capacity: Mapping[str, float]
) -> ServiceMix:
    """Find the mix with the highest expected contribution (a linear program).

    One mix is chosen for all draws, because a program does not know which draw it is in.

    Parameters
    ----------
    options : sequence of ServiceOption
    contribution : array [draw, service]
        What one session leaves after its own costs, US dollars, services in the order of `options`.
    capacity : mapping of str to float
        Minutes a month that each role has for patients.

    Raises
    ------
    InvalidValue
        When not even the sessions that are owed fit into the capacity.
    NotFound
        A role that has no capacity.

    Examples
    --------
    >>> yoga = ServiceOption("yoga", {"instructor": 60}, most=20)
    >>> massage = ServiceOption("massage", {"therapist": 60}, most=0, limit="not covered")
    >>> mix = best_mix([yoga, massage], contribution=np.array([[50.0, 90.0]]),
    ...                capacity={"instructor": 600, "therapist": 600})
    >>> dict(mix.sessions), mix.worth.tolist(), mix.session_worth["massage"]
    ({'yoga': 10.0, 'massage': 0.0}, [500.0], 90.0)
    """
    if contribution.ndim != 2 or contribution.shape[1] != len(options) or not contribution.size:
        expected = f"a contribution by draw for {len(options)} services"
        raise InvalidValue(expected=expected, found=f"the shape {contribution.shape}")
    roles = list(capacity)
    for option in options:
        for role in option.minutes:
            if role not in capacity:
                raise NotFound.among("role", role, known=roles)
    needed = np.array([[option.minutes.get(role, 0.0) for option in options] for role in roles])
    solved = linprog(
        -contribution.mean(axis=0),
        A_ub=needed if roles else None,
        b_ub=np.array([capacity[role] for role in roles]) if roles else None,
        bounds=[(option.least, option.most) for option in options],
        method="highs",
    )
    if solved.status != 0:
        expected = "capacity for the least number of sessions of every service"
        raise InvalidValue(expected=expected, found=_missing(options, capacity) or solved.message)
    sessions = np.where(np.abs(solved.x) < _NOTHING, 0.0, solved.x)
    names = [option.service for option in options]
    return ServiceMix(
        sessions=MappingProxyType(dict(zip(names, sessions.tolist(), strict=True))),
        worth=contribution @ sessions,
        minute_worth=MappingProxyType(_prices(roles, solved.ineqlin.marginals if roles else [])),
        session_worth=MappingProxyType(_prices(names, solved.upper.marginals)),
    )


def _prices(names: Sequence[str], marginals: Sequence[float]) -> dict[str, float]:
    # The solver minimizes the loss: what one more would add has the other sign.
    return {name: 0.0 - float(marginal) for name, marginal in zip(names, marginals, strict=True)}


def _missing(options: Sequence[ServiceOption], capacity: Mapping[str, float]) -> str:
    """Say which roles have too little for what is owed."""
    owed = {role: sum(one.least * one.minutes.get(role, 0.0) for one in options) for role in capacity}
    short = [(role, owed[role], capacity[role]) for role in capacity if owed[role] > capacity[role]]
    return ", ".join(f"{minutes:g} minutes of {role} owed and {has:g} there" for role, minutes, has in short)
