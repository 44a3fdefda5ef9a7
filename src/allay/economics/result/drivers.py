"""What moves the result: each number at its two ends, what is worth finding out, other courses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from allay.economics.answers.answers import program_cash
from allay.economics.answers.cash import (
    cumulative_break_even,
    net_present_value,
    operating_break_even,
    peak_funding,
)
from allay.economics.answers.summary import MonthSummary, Summary, summarize, summarize_months
from allay.economics.case.quantity import Quantity
from allay.economics.decision.acceptability import acceptability
from allay.economics.decision.partial import evppi
from allay.economics.decision.tornado import tornado
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.program.mix import one_share_changed
from allay.economics.program.run import run_program
from allay.economics.result.assumptions import interval
from allay.economics.result.parts import Result
from allay.economics.result.run import CaseRun, run_case

Array = NDArray[np.float64]


class Driver(Result):
    """A quantity that varies: its 95% interval, and the program's net present value at both ends.

    `evppi` is what knowing it would be worth to whoever decides whether to run the program, with its
    Monte-Carlo standard error.
    """

    quantity: str
    unit: str
    low: float
    high: float
    worth_at_low: float
    worth_at_high: float
    swing: float
    evppi: float
    evppi_se: float


class DriversResult(Result):
    """All drivers, widest swing first; `base` is the net present value of the best estimates.

    `evpi` is what knowing everything would be worth for the decision to run the program or not.
    """

    base: float
    evpi: float
    evpi_se: float
    drivers: tuple[Driver, ...]


class ScenarioOfCase(Result):
    """Another course of things, in the same draws: `change` is what the program is worth more or less.

    `with_grants` is the present value of all cash of the program, grants and support too.
    """

    id: str
    title: str
    given: Mapping[str, float]
    net_present_value: Summary
    change: Summary
    with_grants: Summary
    gain_chance: float
    peak_funding: Summary
    operating_break_even: MonthSummary
    cumulative_break_even: MonthSummary
    society: Summary


def drivers(drawn: CaseRun) -> DriversResult:
    """Order what varies by how far it moves the program's net present value.

    One run holds every quantity at both of its ends, and the values of information come from the draws.
    """
    case, rate = drawn.case, drawn.rate
    worth = net_present_value(drawn.cash, yearly_rate=rate)
    nothing = np.zeros_like(worth)
    costs, effects = np.column_stack([nothing, -worth]), np.column_stack([nothing, nothing])
    decision = acceptability(costs, effects, wtp=[0.0])
    known = case.quantities()
    varied = drawn.program.drawn.values
    ends = {name: (low, high) for name, low, high in _intervals(known) if low < high}
    names = list(ends)
    best = run_program(case).drawn.values
    if not names:
        base = net_present_value(program_cash(run_program(case).flows), yearly_rate=rate)
        return DriversResult(
            base=float(base[0]), evpi=float(decision.evpi[0]), evpi_se=float(decision.evpi_se[0]), drivers=()
        )

    def value(inputs: Mapping[str, Array]) -> Array:
        made = run_program(case, given=one_share_changed(case, inputs))
        return net_present_value(program_cash(made.flows), yearly_rate=rate)

    found = tornado(
        value,
        base={name: float(best[name][0]) for name in names},
        ends=ends,
    )
    known_worth = evppi(costs, effects, np.column_stack([varied[name] for name in names]), wtp=[0.0])
    return DriversResult(
        base=found.base_outcome,
        evpi=float(decision.evpi[0]),
        evpi_se=float(decision.evpi_se[0]),
        drivers=tuple(
            Driver(
                quantity=names[place],
                unit=known[names[place]].unit,
                low=float(found.low[place]),
                high=float(found.high[place]),
                worth_at_low=float(found.low_outcome[place]),
                worth_at_high=float(found.high_outcome[place]),
                swing=float(found.swing[place]),
                evppi=float(known_worth.evppi[0, place]),
                evppi_se=float(known_worth.se[0, place]),
            )
            for place in found.order.tolist()
        ),
    )


def _intervals(quantities: Mapping[str, Quantity]) -> Iterator[tuple[str, float, float]]:
    for name, quantity in quantities.items():
        low, high = interval(quantity)
        if low is not None and high is not None:
            yield name, low, high


def scenarios(
    drawn: CaseRun, *, seed: int, evaluated: EvaluatedEffects | None = None
) -> Iterator[ScenarioOfCase]:
    """Yield the scenarios of the case, each run in the same draws, after the case itself (`id` blank)."""
    case, horizon = drawn.case, drawn.case.program.months
    as_it_is = net_present_value(drawn.cash, yearly_rate=drawn.rate)
    for scenario in (None, *case.scenarios):
        run = drawn
        if scenario is not None:
            draws = drawn.program.draws
            run = run_case(case, draws=draws, seed=seed, given=scenario.given, evaluated=evaluated)
        worth = net_present_value(run.cash, yearly_rate=run.rate)
        benefit, cost = run.ledger.present("society", yearly_rate=run.rate)
        yield ScenarioOfCase(
            id="" if scenario is None else scenario.id,
            title="The case as it is" if scenario is None else scenario.title,
            given={} if scenario is None else scenario.given,
            net_present_value=summarize(worth),
            change=summarize(worth - as_it_is),
            with_grants=summarize(net_present_value(run.bank, yearly_rate=run.rate)),
            gain_chance=float((worth > 0).mean()),
            peak_funding=summarize(peak_funding(run.cash)[0]),
            operating_break_even=summarize_months(operating_break_even(run.operating), horizon=horizon),
            cumulative_break_even=summarize_months(cumulative_break_even(run.cash), horizon=horizon),
            society=summarize(benefit - cost),
        )
