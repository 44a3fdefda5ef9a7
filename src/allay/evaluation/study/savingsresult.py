"""The shape of what a result says of money."""

from __future__ import annotations

from allay.base.status import Status
from allay.base.tables import Strict


class MoneyRow(Strict):
    """An amount of money with its interval.

    Attributes
    ----------
    estimate : float
    se, low, high : float, optional
    """

    estimate: float
    se: float | None
    low: float | None
    high: float | None


class PriorRow(Strict):
    """Savings weighed with what is known from elsewhere.

    Attributes
    ----------
    own_weight : float
        Weight of the study's own figure, from 0 to 1; the rest is the prior's (Buhlmann).
    per_member_month : MoneyRow
        Gross savings so weighed.
    saving, sd : float
        The prior: mean, and how much programs truly differ, in US dollars per member-month.
    source : str
    status : Status
        How sure one is of the prior.
    words : str
    """

    own_weight: float
    per_member_month: MoneyRow
    saving: float
    sd: float
    source: str
    status: Status
    words: str


class SavingsRow(Strict):
    """Savings from one version of the cost.

    Attributes
    ----------
    outcome : str
    members : int
    member_months : float
    per_member_month, per_member, total : MoneyRow
        Gross, before the cost of the program.
    program_cost_per_member : float, optional
    program_cost_source : str
    net_per_member, net : MoneyRow, optional
    ratio, ratio_low, ratio_high : float, optional
        Gross savings for each dollar spent; None where unbounded or not known.
    credibility : float, optional
        Weight that the size of the program gives its own figure (limited fluctuation).
    credibility_needed : float, optional
    credibility_words : str
    with_prior : PriorRow, optional
        None where the protocol names no prior, or the error is not known.
    """

    outcome: str
    members: int
    member_months: float
    per_member_month: MoneyRow
    per_member: MoneyRow
    total: MoneyRow
    program_cost_per_member: float | None
    program_cost_source: str
    net_per_member: MoneyRow | None
    net: MoneyRow | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    credibility: float | None
    credibility_needed: float | None
    credibility_words: str
    with_prior: PriorRow | None = None
