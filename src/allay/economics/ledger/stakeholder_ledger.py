"""The stakeholder ledger: every flow is one's gain and another's loss, and society gains what is real."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.economics.answers.cash import discount_factors
from allay.economics.case.flow import Flow
from allay.economics.case.revenue import PayerKind
from allay.economics.ledger.stakeholders import (
    RESOURCES,
    SOCIETY,
    STAKEHOLDERS,
    stakeholder_of,
    stakeholders_of,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StakeholderLedger:
    """The flows of a case, by who gains and who pays.

    A real flow has a resource (staff, suppliers, time, labor, health) on one end; a transfer has none. So the
    gains of all stakeholders add up to that of society, and a transfer never changes it.

    Attributes
    ----------
    flows : tuple of Flow
        All of one shape [draw, month].
    payers : mapping of str to PayerKind
        What kind each payer is, by its id.

    Raises
    ------
    InvalidValue
        Flows of different shapes; a real flow without a resource, or with two; a transfer with one.
    NotFound
        A party nobody knows.

    Examples
    --------
    >>> fee = Flow("payer:acme", "program", "visit", "yoga", "acme", False, np.array([[0.0, 50.0]]))
    >>> pay = Flow("program", "staff", "work", "yoga", None, True, np.array([[0.0, 30.0]]))
    >>> ledger = StakeholderLedger.of([fee, pay], payers={"acme": "commercial"})
    >>> [ledger.net(who).tolist() for who in ("program", "commercial", "society")]
    [[[0.0, 20.0]], [[0.0, -50.0]], [[0.0, -30.0]]]
    """

    flows: tuple[Flow, ...]
    payers: Mapping[str, PayerKind]

    @classmethod
    def of(cls, flows: Sequence[Flow], *, payers: Mapping[str, PayerKind]) -> StakeholderLedger:
        """Make a ledger of flows."""
        return cls(tuple(flows), MappingProxyType(dict(payers)))

    def __post_init__(self) -> None:
        if not self.flows:
            raise InvalidValue(expected="at least one flow", found="none")
        known = stakeholders_of(self.payers)
        for flow in self.flows:
            if flow.amount.shape != self.shape:
                expected = f"{flow.kind} by {self.shape} as the first flow"
                raise InvalidValue(expected=expected, found=f"{flow.amount.shape}")
            ends = [stakeholder_of(party, known) for party in (flow.source, flow.target)]
            if ends.count(None) != (1 if flow.real else 0):
                expected = "a resource at one end of a real flow, and at none of a transfer"
                kind = "a real flow" if flow.real else "a transfer"
                found = f"{kind} ({flow.kind}) from {flow.source} to {flow.target}"
                raise InvalidValue(expected=expected, found=found)

    @property
    def shape(self) -> tuple[int, int]:
        """Draws and months."""
        draws, months = self.flows[0].amount.shape
        return draws, months

    @property
    def stakeholders(self) -> tuple[str, ...]:
        """The stakeholders that occur, in the order of tables; society is last."""
        known = stakeholders_of(self.payers)
        there = {known[end] for flow in self.flows for end in (flow.source, flow.target) if end in known}
        return (*(one for one in STAKEHOLDERS if one in there), SOCIETY)

    def net(self, stakeholder: str) -> Array:
        """Return what a stakeholder gains less what it pays: array [draw, month], US dollars."""
        total = np.zeros_like(self.flows[0].amount)
        for flow, sign in self._signed(stakeholder):
            if sign > 0:
                total += flow.amount
            else:
                total -= flow.amount
        return total

    def touching(self, parties: Collection[str]) -> StakeholderLedger | None:
        """Return the ledger of what some parties give and get alone; None where that is nothing.

        Examples
        --------
        >>> fee = Flow("payer:acme", "program", "visit", "yoga", "acme", False, np.array([[0.0, 50.0]]))
        >>> ledger = StakeholderLedger.of([fee], payers={"acme": "commercial"})
        >>> ledger.touching(["payer:acme"]) == ledger, ledger.touching(["employer"])
        (True, None)
        """
        kept = tuple(flow for flow in self.flows if flow.source in parties or flow.target in parties)
        return StakeholderLedger(kept, self.payers) if kept else None

    def present(self, stakeholder: str, *, yearly_rate: float) -> tuple[Array, Array]:
        """Return the present value of benefits and of costs: two arrays [draw], US dollars, 0 or more.

        What flows back (an amount below zero) counts on the other side: money returned is a benefit to whom
        it is returned.
        """
        factors = discount_factors(yearly_rate=yearly_rate, months=self.shape[1])
        benefit, cost = np.zeros(self.shape[0]), np.zeros(self.shape[0])
        for flow, sign in self._signed(stakeholder):
            ahead = flow.amount @ factors
            back = np.maximum(-flow.amount, 0.0) @ factors if flow.amount.min() < 0 else 0.0
            if sign > 0:
                benefit += ahead + back
                cost += back
            else:
                cost += ahead + back
                benefit += back
        return benefit, cost

    def _signed(self, stakeholder: str) -> list[tuple[Flow, int]]:
        """The flows of a stakeholder, with +1 where it gains and -1 where it pays."""
        if stakeholder == SOCIETY:
            return [(flow, 1 if flow.source in RESOURCES else -1) for flow in self.flows if flow.real]
        known = stakeholders_of(self.payers)
        found = []
        for flow in self.flows:
            gains, pays = known.get(flow.target) == stakeholder, known.get(flow.source) == stakeholder
            if gains != pays:
                found.append((flow, 1 if gains else -1))
        return found
