"""All that the cash of a program answers, over draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.economics.answers.cash import (
    cash_table,
    cumulative_break_even,
    discounted_payback,
    months_of_cash,
    net_present_value,
    operating_break_even,
    peak_funding,
)
from allay.economics.answers.internal_rate import internal_rate
from allay.economics.answers.summary import MonthSummary, Summary, summarize, summarize_months
from allay.economics.case.flow import PROGRAM, Flow, net

Array = NDArray[np.float64]

FUNDING = frozenset(("support", "grant", "grant_return"))
"""Kinds of flow that fund a program and do not come from its work."""

START_UP = "start_up"


def program_cash(flows: Sequence[Flow], *, without: frozenset[str] = FUNDING, party: str = PROGRAM) -> Array:
    """Return what a party gets less what it gives: array [draw, month], US dollars.

    Parameters
    ----------
    flows : sequence of Flow
    without : set of str
        Kinds that do not count. As given, a program's cash is what must be funded; add `START_UP` for cash
        from its work alone, or count all kinds for what is in the bank.
    party : str

    Examples
    --------
    >>> gift = Flow("grantor", PROGRAM, "grant", None, None, False, np.array([[90.0, 0.0]]))
    >>> fee = Flow("payer:acme", PROGRAM, "visit", "yoga", "acme", False, np.array([[0.0, 50.0]]))
    >>> program_cash([gift, fee]).tolist(), program_cash([gift, fee], without=frozenset()).tolist()
    ([[0.0, 50.0]], [[90.0, 50.0]])
    """
    counted = tuple(flow for flow in flows if flow.kind not in without)
    return net(counted, party) if counted or not flows else np.zeros_like(flows[0].amount)


@dataclass(frozen=True, slots=True)
class CashAnswers:
    """What a program's cash comes to.

    Attributes
    ----------
    operating_break_even : MonthSummary
        First of three months in a row without a loss.
    cumulative_break_even, discounted_payback : MonthSummary
        From which month the running total, plain and discounted, is not below zero.
    peak_funding : Summary
        The most that must be funded: the capital to ask for.
    peak_month : MonthSummary
        When.
    months_of_cash : MonthSummary or None
        How long a reserve lasts; None where none was given. `reached` is the share of draws that run dry.
    net_present_value, total : Summary
        Discounted and plain sum of all months.
    internal_rate : Summary
        Over the draws that have exactly one.
    internal_rate_findings : mapping of str to float
        Share of draws by why they have one or none.
    """

    operating_break_even: MonthSummary
    cumulative_break_even: MonthSummary
    discounted_payback: MonthSummary
    peak_funding: Summary
    peak_month: MonthSummary
    months_of_cash: MonthSummary | None
    net_present_value: Summary
    total: Summary
    internal_rate: Summary
    internal_rate_findings: Mapping[str, float]


def cash_answers(
    cash: ArrayLike,
    *,
    yearly_rate: float,
    operating: ArrayLike | None = None,
    reserve: ArrayLike | None = None,
) -> CashAnswers:
    """Answer what can be answered from cash alone.

    Parameters
    ----------
    cash : array [draw, month]
        US dollars, month 0 (the start) first; see `program_cash`.
    yearly_rate : float
        Discount rate a year; a month counts (1 + rate) ** (-1 / 12).
    operating : array [draw, month], optional
        Cash from work alone, for the operating break-even; `cash` itself where not given.
    reserve : float or array [draw], optional
        What is in the bank when the program opens, after what was spent to start.

    Examples
    --------
    >>> cash = [[-250_000, *[-30_000] * 6, *[-10_000] * 6, *[8_000] * 6, *[25_000] * 42]]
    >>> found = cash_answers(cash, yearly_rate=0.03)
    >>> round(found.net_present_value.mean, 2), found.peak_funding.mean, found.peak_month.median
    (512207.92, 490000.0, 12)
    >>> found.operating_break_even.median, found.cumulative_break_even.median, found.discounted_payback.median
    (13, 36, 37)
    """
    table = cash_table(cash)
    last = table.shape[1] - 1
    need, month = peak_funding(table)
    rate = internal_rate(table)
    left = None if reserve is None else months_of_cash(table, reserve=reserve)
    return CashAnswers(
        operating_break_even=summarize_months(
            operating_break_even(table if operating is None else operating), horizon=last
        ),
        cumulative_break_even=summarize_months(cumulative_break_even(table), horizon=last),
        discounted_payback=summarize_months(discounted_payback(table, yearly_rate=yearly_rate), horizon=last),
        peak_funding=summarize(need),
        peak_month=summarize_months(month, horizon=last),
        months_of_cash=None if left is None else summarize_months(left, horizon=last),
        net_present_value=summarize(net_present_value(table, yearly_rate=yearly_rate)),
        total=summarize(table.sum(axis=1)),
        internal_rate=rate.summary,
        internal_rate_findings=rate.shares,
    )
