"""Return on investment as a table: one row for each stakeholder, because there is no one return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.economics.answers.summary import Summary, summarize
from allay.economics.case.quantity import Quantity
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger


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
    ledger: StakeholderLedger, *, yearly_rate: float, federal_share: Quantity | None = None
) -> tuple[StakeholderReturn, ...]:
    """Return the table of stakeholders, society last.

    Parameters
    ----------
    ledger : StakeholderLedger
    yearly_rate : float
    federal_share : Quantity, optional
        Share of Medicaid that the federal government pays (a probability). Without it, how Medicaid is split
        is unknown, and only the whole is listed.

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
        rows.append(_row(ledger, stakeholder, yearly_rate))
        if stakeholder == "medicaid" and federal_share is not None:
            share = federal_share.value
            rows.append(_row(ledger, stakeholder, yearly_rate, part="federal", share=share))
            rows.append(_row(ledger, stakeholder, yearly_rate, part="state", share=1 - share))
    return tuple(rows)


def _row(
    ledger: StakeholderLedger, stakeholder: str, yearly_rate: float, *, part: str = "", share: float = 1.0
) -> StakeholderReturn:
    benefit, cost = (share * each for each in ledger.present(stakeholder, yearly_rate=yearly_rate))
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
