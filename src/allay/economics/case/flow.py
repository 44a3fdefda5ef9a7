"""A flow: money that goes from one party to another, in every draw and month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Array = NDArray[np.float64]

PROGRAM, HEALTH_SYSTEM, PATIENT, EMPLOYER = "program", "health_system", "patient", "employer"
GRANTOR, SUPPLIERS, STAFF = "grantor", "suppliers", "staff"
PARTIES = (PROGRAM, HEALTH_SYSTEM, PATIENT, EMPLOYER, GRANTOR, SUPPLIERS, STAFF)
"""Parties beside payers. The health system is the owner of the program as a cost center."""

REAL = frozenset(("work", "supplies", "room", "fixed", "start_up", "recruiting"))
"""Kinds that use up a resource; every other kind only moves money."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Money from a source to a target.

    Attributes
    ----------
    source, target : str
        Who gives and who gets: one of `PARTIES`, or `payer:<id>` (`allay.payment.ledger.payer_party`).
    kind : str
        What for: `visit`, `share` (of a patient), `facility`, `bundle`, `adjustment`, `per_member`,
        `shared_savings`, `grant`, `grant_return`, `support` (of the cost center), and those of `REAL`.
    service, payer : str, optional
        What it is for and whose member, where it is split that far.
    real : bool
        Whether it pays for a resource that is used up (work, rooms, goods, a patient's time) and so counts
        for society; a transfer does not.
    amount : array [draw, month]
        US dollars, in the month in which the money moves. Month 0 is the day before the program opens
        (start-up), months 1 to the horizon are those it works in: with a yearly rate d, month t is discounted
        by (1 + d) ** (t / 12). Read-only; it may be a view that is not contiguous.

    Examples
    --------
    >>> fee = Flow("payer:acme", PROGRAM, "visit", "yoga", "acme", False, np.array([[0.0, 50.0]]))
    >>> fee.amount.shape
    (1, 2)
    """

    source: str
    target: str
    kind: str
    service: str | None
    payer: str | None
    real: bool
    amount: Array

    def __post_init__(self) -> None:
        if self.amount.ndim != 2:
            raise InvalidValue(expected="an amount by draw and month", found=f"{self.amount.ndim} axes")
        if self.source == self.target:
            raise InvalidValue(expected="two parties", found=f"{self.source} twice")


def net(flows: tuple[Flow, ...], party: str) -> Array:
    """Return what a party gets less what it gives: array [draw, month].

    Examples
    --------
    >>> fee = Flow("payer:acme", PROGRAM, "visit", "yoga", "acme", False, np.array([[0.0, 50.0]]))
    >>> net((fee,), "payer:acme").tolist()
    [[0.0, -50.0]]
    """
    if not flows:
        raise InvalidValue(expected="at least one flow", found="none")
    total = np.zeros_like(flows[0].amount)
    for flow in flows:
        if flow.target == party:
            total += flow.amount
        elif flow.source == party:
            total -= flow.amount
    return total
