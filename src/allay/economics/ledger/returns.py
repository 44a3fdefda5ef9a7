"""Return on investment as a table: one row for each stakeholder, because there is no one return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.economics.answers.summary import Summary, summarize
from allay.economics.case.quantity import Quantity
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger
from allay.payment.ledger import payer_party

Array = NDArray[np.float64]

MEDICAID = "medicaid"


@dataclass(frozen=True, slots=True)
class StakeholderReturn:
    """What a case is worth to one stakeholder.

    Attributes
    ----------
    stakeholder : str
    benefit, cost, net_present_value : Summary
        Discounted, US dollars; gross flows, so money paid and returned is in both.
    ratio : float or None
        Return: (benefit - cost) / cost of the means; None where there is no cost.
    ratio_by_draw : Summary
        The same in each draw; `defined` is the share of draws with a cost.
    gain_chance : float
        Share of draws in which the net present value is above zero.
    part_of : str
        The stakeholder of which this row is a part (the state's share of Medicaid), else blank: such rows are
        not added to the others.
    """

    stakeholder: str
    benefit: Summary
    cost: Summary
    net_present_value: Summary
    ratio: float | None
    ratio_by_draw: Summary
    gain_chance: float
    part_of: str = ""


def returns(
    ledger: StakeholderLedger,
    *,
    yearly_rate: float,
    federal_share: Quantity | Mapping[str, ArrayLike] | None = None,
) -> tuple[StakeholderReturn, ...]:
    """Return the table of stakeholders, society last.

    Parameters
    ----------
    ledger : StakeholderLedger
    yearly_rate : float
    federal_share : Quantity, or mapping of str to float or array [draw], optional
        Share of Medicaid that the federal government pays (a probability), of all of it or by the id of the
        payer. Where it is not known for all of Medicaid, only the whole is listed.

    Examples
    --------
    >>> from allay.economics.case.flow import Flow
    >>> fee = Flow("payer:state", "program", "visit", None, "state", False, np.array([[0.0, 50.0]]))
    >>> pay = Flow("program", "staff", "work", None, None, True, np.array([[0.0, 40.0]]))
    >>> ledger = StakeholderLedger.of([fee, pay], payers={"state": "medicaid"})
    >>> half = Quantity(value=0.5, unit="probability", source="clinic")
    >>> [(row.stakeholder, row.net_present_value.mean, row.ratio)
    ...  for row in returns(ledger, yearly_rate=0.0, federal_share=half)]
    [('program', 10.0, 0.25), ('medicaid', -50.0, -1.0), ('medicaid_federal', -25.0, -1.0),
     ('medicaid_state', -25.0, -1.0), ('society', -40.0, -1.0)]
    """
    rows: list[StakeholderReturn] = []
    for stakeholder in ledger.stakeholders:
        whole = ledger.present(stakeholder, yearly_rate=yearly_rate)
        rows.append(_row(stakeholder, *whole))
        if stakeholder == MEDICAID and federal_share is not None:
            federal = _federal(ledger, federal_share, yearly_rate)
            if federal is not None:
                rows.append(_row(MEDICAID, *federal, part="federal"))
                rows.append(_row(MEDICAID, whole[0] - federal[0], whole[1] - federal[1], part="state"))
    return tuple(rows)


def _federal(
    ledger: StakeholderLedger, share: Quantity | Mapping[str, ArrayLike], rate: float
) -> tuple[Array, Array] | None:
    """Benefit and cost of the federal government: each payer's by its own share."""
    payers = [payer for payer, kind in ledger.payers.items() if kind == MEDICAID]
    shares = dict.fromkeys(payers, share.value) if isinstance(share, Quantity) else share
    if any(payer not in shares for payer in payers):
        return None
    benefit, cost = np.zeros(ledger.shape[0]), np.zeros(ledger.shape[0])
    for payer in payers:
        own = ledger.touching([payer_party(payer)])
        if own is not None:
            gets, gives = own.present(MEDICAID, yearly_rate=rate)
            benefit += gets * np.asarray(shares[payer])
            cost += gives * np.asarray(shares[payer])
    return benefit, cost


def _row(stakeholder: str, benefit: Array, cost: Array, *, part: str = "") -> StakeholderReturn:
    net = benefit - cost
    ratio = np.divide(net, cost, out=np.full(net.shape, np.nan), where=cost > 0)
    spent = float(cost.mean())
    return StakeholderReturn(
        stakeholder=f"{stakeholder}_{part}" if part else stakeholder,
        benefit=summarize(benefit),
        cost=summarize(cost),
        net_present_value=summarize(net),
        ratio=float(net.mean()) / spent if spent > 0 else None,
        ratio_by_draw=summarize(ratio),
        gain_chance=float((net > 0).mean()),
        part_of=stakeholder if part else "",
    )
