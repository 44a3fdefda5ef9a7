"""What a program does to a payer's budget, by member and month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.economics.answers.summary import Summary, summarize
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger

MONTHS = 12
MOST_YEARS = 5
"""Budgets look one to five years ahead."""


@dataclass(frozen=True, slots=True)
class BudgetImpact:
    """A payer's budget in one year, or in all years so far.

    Attributes
    ----------
    year : int
        1 is the first year of the program.
    spent : Summary
        What the payer spends more than without the program, US dollars, not discounted; below zero it saves.
    per_member_month : Summary
        The same by member and month of that year.
    cumulative : Summary
        `spent` of this and all earlier years.
    saving_chance : float
        Share of draws in which the payer spends no more by the end of this year.
    """

    year: int
    spent: Summary
    per_member_month: Summary
    cumulative: Summary
    saving_chance: float


def budget_impact(
    ledger: StakeholderLedger, *, payer: str, members: ArrayLike, years: int = MOST_YEARS
) -> tuple[BudgetImpact, ...]:
    """Return a payer's budget impact, year by year; what is paid at month 0 belongs to the first year.

    Budgets are not discounted: a payer must have the money of the year.

    Parameters
    ----------
    ledger : StakeholderLedger
    payer : str
        A stakeholder of the ledger, such as `commercial`.
    members : float or array [year]
        Members of the plan, pain patients or not.
    years : int
        From 1 to 5.

    Examples
    --------
    >>> from allay.economics.case.flow import Flow
    >>> fee = Flow("payer:a", "program", "visit", None, "a", False, np.array([[0.0, *[500.0] * 12]]))
    >>> ledger = StakeholderLedger.of([fee], payers={"a": "commercial"})
    >>> budget_impact(ledger, payer="commercial", members=1000, years=1)[0].per_member_month.mean
    0.5
    """
    if payer not in ledger.stakeholders:
        raise InvalidValue(expected=f"one of {', '.join(ledger.stakeholders)}", found=repr(payer))
    if not 1 <= years <= MOST_YEARS or ledger.shape[1] - 1 < years * MONTHS:
        expected = f"1 to {MOST_YEARS} years within the {ledger.shape[1] - 1} months of the case"
        raise InvalidValue(expected=expected, found=str(years))
    covered = np.broadcast_to(np.asarray(members, dtype=np.float64), (years,))
    if not (covered > 0).all():
        raise InvalidValue(expected="members above 0", found=f"{covered.min():g}")
    spent = -ledger.net(payer)
    found = []
    for year in range(1, years + 1):
        last = year * MONTHS + 1
        within = spent[:, 0 if year == 1 else last - MONTHS : last].sum(axis=1)
        so_far = spent[:, :last].sum(axis=1)
        found.append(
            BudgetImpact(
                year=year,
                spent=summarize(within),
                per_member_month=summarize(within / (covered[year - 1] * MONTHS)),
                cumulative=summarize(so_far),
                saving_chance=float((so_far <= 0).mean()),
            )
        )
    return tuple(found)
