"""When the program breaks even, what it needs first, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allay.economics.answers.cash import (
    cumulative_break_even,
    discounted_payback,
    months_of_cash,
    net_present_value,
    operating_break_even,
    peak_funding,
)
from allay.economics.answers.internal_rate import internal_rate
from allay.economics.answers.summary import Months, Summary
from allay.economics.result.parts import Estimate, MonthEstimate, Result
from allay.economics.result.run import CaseRun


class RateResult(Result):
    """The internal rate of return a year, or why there is none; `findings` are shares of draws."""

    best: float | None
    finding: str
    draws: Summary
    findings: Mapping[str, float]


class Headlines(Result):
    """What the program's own cash answers; grants and support do not count, since they fund it.

    `operating_break_even` is the first of three months in a row without a loss from work. `with_grants` is
    the sum of all cash with grants. `gain_chance` is the share of draws with a net present value above zero.
    """

    operating_break_even: MonthEstimate
    cumulative_break_even: MonthEstimate
    discounted_payback: MonthEstimate
    peak_funding: Estimate
    peak_month: MonthEstimate
    months_of_cash: MonthEstimate | None
    net_present_value: Estimate
    gain_chance: float
    total: Estimate
    with_grants: Estimate
    internal_rate: RateResult


def headlines(best: CaseRun, drawn: CaseRun) -> Headlines:
    """Answer from a run of the best estimates, and one of draws.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.result.run import run_case
    >>> case = read_case(EXAMPLE)
    >>> found = headlines(run_case(case), run_case(case, draws=50, seed=1))
    >>> found.peak_month.best
    120
    """
    rate, horizon = best.rate, best.case.program.months
    runs = (best, drawn)
    needs = [peak_funding(run.cash) for run in runs]
    worth = [net_present_value(run.cash, yearly_rate=rate) for run in runs]
    rates = [internal_rate(run.cash) for run in runs]

    def month(answer: Callable[[CaseRun], Months]) -> MonthEstimate:
        return MonthEstimate.of(answer(best), answer(drawn), horizon=horizon)

    def left(run: CaseRun) -> Months:
        return months_of_cash(run.bank, reserve=run.program.drawn.of("program/reserve"))

    return Headlines(
        operating_break_even=month(lambda run: operating_break_even(run.operating)),
        cumulative_break_even=month(lambda run: cumulative_break_even(run.cash)),
        discounted_payback=month(lambda run: discounted_payback(run.cash, yearly_rate=rate)),
        peak_funding=Estimate.of(needs[0][0], needs[1][0]),
        peak_month=MonthEstimate.of(needs[0][1], needs[1][1], horizon=horizon),
        months_of_cash=None if best.case.program.reserve is None else month(left),
        net_present_value=Estimate.of(*worth),
        gain_chance=float((worth[1] > 0).mean()),
        total=Estimate.of(*(run.cash.sum(axis=1) for run in runs)),
        with_grants=Estimate.of(*(run.bank.sum(axis=1) for run in runs)),
        internal_rate=RateResult(
            best=rates[0].summary.mean,
            finding=next(name for name, share in rates[0].shares.items() if share > 0),
            draws=rates[1].summary,
            findings=rates[1].shares,
        ),
    )
