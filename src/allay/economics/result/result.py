"""Everything a business case comes to, as it is written to `results.json`."""

from __future__ import annotations

import numpy as np

from allay.base.status import Status
from allay.economics.answers.cash import discount_factors
from allay.economics.answers.summary import Summary
from allay.economics.case.case import Case
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.result.assumptions import AssumptionsResult, assumptions
from allay.economics.result.audit import AuditRow, audit
from allay.economics.result.checklists import ChecklistResult, checklists
from allay.economics.result.drivers import DriversResult, ScenarioOfCase, drivers, scenarios
from allay.economics.result.headlines import Headlines, headlines
from allay.economics.result.health import HealthResult, health
from allay.economics.result.months import MonthsResult, YearRow, months, years
from allay.economics.result.parts import Estimate, Result
from allay.economics.result.run import CaseRun, run_case
from allay.economics.result.rvus import WorkUnitsResult, work_units
from allay.economics.result.services import (
    BundleResult,
    MixResult,
    ServiceResult,
    bundles,
    follow_up,
    mix,
    services,
)
from allay.economics.result.stakeholders import (
    BudgetResult,
    LedgerResult,
    NonFinancialResult,
    ReturnResult,
    budgets,
    ledger_result,
    non_financial,
    stakeholder_returns,
)

MOST_DRAWS = 20_000
"""About 4 GB for the largest preset; with more, the ends of intervals hardly move."""

FEWEST_DRAWS = 100


class CaseHead(Result):
    """Which case this is; `rate` is the discount rate a year."""

    id: str
    version: str
    title: str
    summary: str
    program: str
    opens: str
    months: int
    currency_year: int
    rate: float
    notes: tuple[str, ...]


class AvoidedResult(Result):
    """Care elsewhere that is not needed: events, and what payers and patients would have paid for them."""

    event: str
    events: Estimate
    paid: Estimate


class CaseResult(Result):
    """What a business case comes to.

    `status` is that of the weakest number it rests on. Numbers have a best estimate (every quantity at its
    value) and a summary over draws; US dollars of the case's year, present values where they say so.
    """

    allay_version: str
    case: CaseHead
    draws: int
    seed: int
    evaluation: str
    status: Status
    headlines: Headlines
    bundles: tuple[BundleResult, ...]
    services: tuple[ServiceResult, ...]
    mix: MixResult | None
    work_units: WorkUnitsResult
    follow_up: Summary | None
    receivable: Estimate
    stakeholders: tuple[ReturnResult, ...]
    ledger: LedgerResult
    budgets: tuple[BudgetResult, ...]
    non_financial: tuple[NonFinancialResult, ...]
    avoided: tuple[AvoidedResult, ...]
    days_of_absence: Estimate | None
    health: HealthResult | None
    drivers: DriversResult
    scenarios: tuple[ScenarioOfCase, ...]
    years: tuple[YearRow, ...]
    months: MonthsResult
    assumptions: AssumptionsResult
    audit: tuple[AuditRow, ...]
    checklists: tuple[ChecklistResult, ...]


def case_result(
    case: Case,
    *,
    draws: int,
    seed: int,
    allay_version: str,
    evaluated: EvaluatedEffects | None = None,
    evaluation: str = "",
) -> CaseResult:
    """Work a business case out.

    Parameters
    ----------
    case : Case
    draws : int
        From `FEWEST_DRAWS` to `MOST_DRAWS`.
    seed : int
    allay_version : str
    evaluated : EvaluatedEffects, optional
        Draws of relative risks from an evaluation of claims.
    evaluation : str
        Where they are from, where that is not the file that the case names.

    Notes
    -----
    The case runs once for its draws, once more for each scenario and each group; all else is arithmetic on
    those runs. Time and memory grow with draws: ten years take 0.12 MB a draw for the small example and
    0.2 MB for the preset path-2021, so that 10,000 need about 1.3 and 2 GB.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> found = case_result(read_case(EXAMPLE), draws=100, seed=1, allay_version="1")
    >>> found.status.value, found.ledger.transfers, len(found.scenarios)
    ('synthetic', '0.00', 3)
    """
    best = run_case(case, evaluated=evaluated)
    drawn = run_case(case, draws=draws, seed=seed, evaluated=evaluated)
    entry = case.effects.evaluation
    assumed = assumptions(case, evaluation=entry if evaluated is not None and not evaluation else None)
    head = headlines(best, drawn)
    by_month = months(best, drawn)
    each_service = tuple(services(best, drawn))
    each_bundle = tuple(bundles(best, drawn))
    returns = tuple(stakeholder_returns(best, drawn))
    ledger = ledger_result(best, drawn, status=assumed.weakest)
    gained = health(best, drawn)
    others = tuple(scenarios(drawn, seed=seed, evaluated=evaluated))
    sheet = audit(
        best,
        months=by_month,
        headlines=head,
        services=each_service,
        bundles=each_bundle,
        returns=returns,
        ledger=ledger.rows,
        health=gained,
        evaluated=evaluated,
    )
    case_head = _head(case)
    facts = case_head.model_dump() | {
        "name": case.program.name,
        "draws": f"{draws:,}",
        "seed": seed,
        "quantities": len(assumed.assumptions),
        "varied": assumed.varied,
        "verified": assumed.statuses.get(Status.VERIFIED.value, 0),
        "scenarios": len(case.scenarios),
        "instrument": (gained.instrument if gained else "") or "no instrument",
    }
    return CaseResult(
        allay_version=allay_version,
        case=case_head,
        draws=draws,
        seed=seed,
        evaluation="" if evaluated is None else evaluation or (entry.file if entry else "given as draws"),
        status=assumed.weakest,
        headlines=head,
        bundles=each_bundle,
        services=each_service,
        mix=mix(drawn),
        work_units=work_units(best, drawn),
        follow_up=follow_up(drawn),
        receivable=_receivable(best, drawn),
        stakeholders=returns,
        ledger=ledger,
        budgets=tuple(budgets(drawn)),
        non_financial=tuple(non_financial(case)),
        avoided=tuple(_avoided(best, drawn)),
        days_of_absence=_days(best, drawn),
        health=gained,
        drivers=drivers(drawn),
        scenarios=others,
        years=years(best),
        months=by_month,
        assumptions=assumed,
        audit=sheet,
        checklists=checklists(facts),
    )


def _head(case: Case) -> CaseHead:
    program = case.program
    return CaseHead(
        id=case.id,
        version=case.version,
        title=case.title,
        summary=case.summary,
        program=program.name,
        opens=program.opens,
        months=program.months,
        currency_year=program.currency_year,
        rate=0.0 if program.discount is None else program.discount.value,
        notes=case.notes,
    )


def _receivable(best: CaseRun, drawn: CaseRun) -> Estimate:
    owed = [np.sum([*run.program.receivable().values()] or [np.zeros(run.program.draws)], axis=0)
            for run in (best, drawn)]  # fmt: skip
    return Estimate.of(*owed)


def _avoided(best: CaseRun, drawn: CaseRun) -> list[AvoidedResult]:
    found = []
    for event in drawn.effects.avoided:
        paid = []
        for run in (best, drawn):
            factors = discount_factors(yearly_rate=run.rate, months=run.case.program.months + 1)
            flows = [one for one in run.effects.flows if one.kind == "avoided" and one.service == event]
            worth = np.sum([one.amount @ factors for one in flows], axis=0) if flows else np.zeros(1)
            paid.append(np.broadcast_to(worth, (run.program.draws,)))
        events = [run.effects.avoided[event].sum(axis=1) for run in (best, drawn)]
        found.append(AvoidedResult(event=event, events=Estimate.of(*events), paid=Estimate.of(*paid)))
    return found


def _days(best: CaseRun, drawn: CaseRun) -> Estimate | None:
    if best.effects.days is None or drawn.effects.days is None:
        return None
    return Estimate.of(best.effects.days.sum(axis=1), drawn.effects.days.sum(axis=1))
