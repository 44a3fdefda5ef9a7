"""Health gained against money spent: cost per QALY, net benefit, and how likely the program is worth it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.economics.answers.cash import discount_factors
from allay.economics.decision.acceptability import acceptability
from allay.economics.ledger.stakeholders import HEALTH, SOCIETY
from allay.economics.models.compare import against
from allay.economics.result.parts import Estimate, Result
from allay.economics.result.run import CaseRun
from allay.economics.result.stakeholders import stakeholder_worth
from allay.payment.ledger import payer_party

Array = NDArray[np.float64]

CURVE_STEPS = 40
"""Points of the acceptability curve, from nothing to twice the highest willingness to pay of the case."""


class ThresholdOfCase(Result):
    """At one willingness to pay for a QALY: net benefit, the chance that it is worth it, and EVPI."""

    willingness_to_pay: float
    net_benefit: Estimate
    chance: float
    evpi: float


class PerspectiveResult(Result):
    """The program against its absence, as one perspective counts costs (below zero it saves).

    `ratio` is the incremental cost-effectiveness ratio of the means, None where one side dominates, which
    `comparison` then says.
    """

    perspective: str
    cost: Estimate
    ratio: float | None
    comparison: str
    thresholds: tuple[ThresholdOfCase, ...]
    curve: tuple[tuple[float, float], ...]


class HealthResult(Result):
    """Quality-adjusted life-years gained, discounted, and what they cost."""

    instrument: str
    qalys: Estimate
    perspectives: tuple[PerspectiveResult, ...]


def health(best: CaseRun, drawn: CaseRun) -> HealthResult | None:
    """Weigh health against money for payers and for society; None where the case counts no health.

    Society's cost leaves out health that the case prices, so that it is not counted twice.
    """
    entry = drawn.case.effects.health
    if entry is None:
        return None
    gained = [qalys_of(run) for run in (best, drawn)]
    prices = [quantity.value for quantity in entry.willingness_to_pay]
    grid = np.linspace(0.0, 2 * max(prices), CURVE_STEPS + 1)
    found = []
    for name in ("payers", SOCIETY):
        costs = [cost_for(run, name) for run in (best, drawn)]
        arrays = [np.column_stack([np.zeros(len(each)), each]) for each in (costs[1], gained[1])]
        decision = acceptability(*arrays, wtp=prices)
        curve = acceptability(*arrays, wtp=grid)
        step = against(float(costs[1].mean()), float(gained[1].mean()), comparator=(0.0, 0.0))
        found.append(
            PerspectiveResult(
                perspective=name,
                cost=Estimate.of(*costs),
                ratio=step.icer,
                comparison=step.comparison,
                thresholds=tuple(
                    ThresholdOfCase(
                        willingness_to_pay=price,
                        net_benefit=Estimate.of(*(price * q - c for q, c in zip(gained, costs, strict=True))),
                        chance=float(decision.probability[place, 1]),
                        evpi=float(decision.evpi[place]),
                    )
                    for place, price in enumerate(prices)
                ),
                curve=tuple(zip(grid.tolist(), curve.probability[:, 1].tolist(), strict=True)),
            )
        )
    return HealthResult(instrument=entry.instrument, qalys=Estimate.of(*gained), perspectives=tuple(found))


def qalys_of(run: CaseRun) -> Array:
    """Quality-adjusted life-years gained, discounted: array [draw]."""
    assert run.effects.qalys is not None  # for the type checker: the case counts health
    months = run.effects.qalys.shape[1]
    found: Array = run.effects.qalys @ discount_factors(yearly_rate=run.rate, months=months)
    return np.broadcast_to(found, (run.program.draws,))


def cost_for(run: CaseRun, perspective: str) -> Array:
    """Present value of what a perspective spends: array [draw].

    Payers are all that pay for others, employers too; patients who pay themselves are none.
    """
    ledger = run.ledger
    factors = discount_factors(yearly_rate=run.rate, months=ledger.shape[1])
    if perspective == SOCIETY:
        total = -stakeholder_worth(run, SOCIETY)
        for flow in ledger.flows:
            if flow.source == HEALTH:
                total += flow.amount @ factors
        return total
    spent = np.zeros(run.program.draws)
    paying = {payer_party(payer.id) for payer in run.case.payers if payer.kind != "self"}
    for flow in ledger.flows:
        pays, gets = flow.source in paying, flow.target in paying
        if pays != gets:
            spent += (1.0 if pays else -1.0) * (flow.amount @ factors)
    return spent
