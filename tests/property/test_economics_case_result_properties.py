"""Statements about the result of a business case that hold for every program and every effect."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.case_scenarios import BUNDLE, programs

from allay.economics.answers.answers import FUNDING
from allay.economics.answers.cash import discount_factors, net_present_value
from allay.economics.case.case import Case
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.result.audit import recomputed
from allay.economics.result.feeds import changed
from allay.economics.result.health import cost_for, health, qalys_of
from allay.economics.result.months import months, years
from allay.economics.result.result import CaseResult, case_result
from allay.economics.result.run import CaseRun, run_case
from allay.economics.result.stakeholders import budgets, stakeholder_worth

DRAWS = 100
# Sums of some thousand float64 products of dollars up to ten millions.
DOLLARS = 1e-4
# A break-even price is found to the cent; all else on the sheet is the same sum in another order.
CENT = 0.01

ANY = programs(elsewhere=True)
QUICK = settings(max_examples=15, deadline=None)
SLOW = settings(max_examples=8, deadline=None)


def result_of(case: Case, **options: Any) -> CaseResult:
    return case_result(case, draws=DRAWS, seed=3, allay_version="1", **options)


def close(one: float, other: float, *, within: float = DOLLARS) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=within)


@given(ANY)
@settings(max_examples=20, deadline=None)
def test_a_result_holds_together(case: Case) -> None:
    """Rows of the sheet recompute, money is conserved, months add up, and nothing is NaN."""
    found = result_of(case)
    for row in found.audit:
        again = recomputed(row, found.months)
        assert (again is None) == (row.value is None), row
        assert again is None or row.value is None or close(again, row.value, within=CENT), row
    assert found.ledger.transfers == "0.00"
    rows = {one.stakeholder: one for one in found.stakeholders}
    society = rows.pop("society")
    assert close(sum(one.best for one in rows.values() if not one.part_of), society.best)
    for whole in rows.values():
        parts = [one.best for one in rows.values() if one.part_of == whole.stakeholder]
        assert not parts or close(sum(parts), whole.best)
        assert whole.benefit.low is not None
        assert whole.benefit.low >= 0 <= (whole.cost.low or 0)
    cash = found.months.cash.best
    kinds = [amounts for kind, amounts in found.months.program.items() if kind not in FUNDING]
    assert np.sum([*kinds, np.zeros(len(cash))], axis=0) == pytest.approx(np.array(cash), abs=DOLLARS)
    assert close(sum(one.cash for one in found.years), found.headlines.total.best or 0.0)
    assert close(found.months.cumulative.best[-1], found.headlines.total.best or 0.0)
    as_it_is, same = found.scenarios
    assert as_it_is.change.low == as_it_is.change.high == same.change.low == same.change.high == 0
    assert same.society == as_it_is.society
    json.dumps(found.model_dump(mode="json"), allow_nan=False)
    assert CaseResult.model_validate_json(found.model_dump_json()) == found


@given(ANY)
@SLOW
def test_the_same_case_is_the_same_bytes(case: Case) -> None:
    assert result_of(case).model_dump_json() == result_of(case).model_dump_json()


@given(ANY, st.floats(1.01, 3))
@QUICK
def test_a_dearer_bundle_is_money_of_the_payer_and_not_of_society(case: Case, ratio: float) -> None:
    price = case.quantity(BUNDLE).value
    cheap, dear = (run_case(case, given={BUNDLE: one}) for one in (price, price * ratio + 1))
    program, society = (
        stakeholder_worth(dear, who) - stakeholder_worth(cheap, who) for who in ("program", "society")
    )
    assert program[0] >= -DOLLARS
    assert society[0] == pytest.approx(0, abs=DOLLARS)


@given(ANY, st.booleans())
@QUICK
def test_all_of_the_effect_as_haircut_is_no_effect(case: Case, ratio_of_one: bool) -> None:
    names = [name for name in case.quantities() if name.startswith("effects/")]
    none = {name: 1.0 for name in names if name.endswith("/haircut")}
    if ratio_of_one:
        none |= {name: 1.0 for name in names if name.endswith("/ratio")}
    run = run_case(case, given=none)
    assert not any(avoided.any() for avoided in run.effects.avoided.values())
    assert run.effects.days is not None
    assert run.effects.qalys is not None
    assert not run.effects.days.any()
    assert not run.effects.qalys.any()
    gone = {"avoided", "avoided_care", "absence", "presenteeism", "health"}
    assert not any(flow.amount.any() for flow in run.ledger.flows if flow.kind in gone)


@given(ANY)
@QUICK
def test_avoided_care_is_a_plain_sum_over_patients(case: Case) -> None:
    """One patient after the other, month by month since the start, up to the end of the case."""
    run = run_case(case)
    started, stay = run.program.started[0], run.program.stay[0]
    for event in case.effects.events:
        of = {name: one.value for name, one in case.quantities().items()}
        base = f"effects/events/{event.event}"
        places = [*(knot.month for knot in event.knots), event.ends]
        logs = [*(math.log(knot.ratio.value) for knot in event.knots), 0.0]
        total = 0.0
        for start in range(1, case.program.months + 1):
            for month in range(start, case.program.months + 1):
                age = month - start
                there = stay[min(age, len(stay) - 1)]
                effect = 1 - math.exp(float(np.interp(age, places, logs)))
                total += (
                    started[start] * there * effect * of[f"{base}/rate"] / 12 * (1 - of[f"{base}/haircut"])
                )
        assert close(float(run.effects.avoided[event.event].sum()), total, within=1e-9)


@given(ANY)
@QUICK
def test_health_is_weighed_once(case: Case) -> None:
    """Health that is priced is in the ledger, and not in what society pays for it."""
    best, drawn = run_case(case), run_case(case, draws=DRAWS, seed=3)
    found = health(best, drawn)
    assert found is not None
    real = [flow for flow in best.ledger.flows if flow.real and flow.kind != "health"]
    factors = discount_factors(yearly_rate=best.rate, months=case.program.months + 1)
    made = {"suppliers", "staff", "time", "labor"}
    spent = sum((1 if flow.target in made else -1) * float((flow.amount @ factors)[0]) for flow in real)
    assert close(float(cost_for(best, "society")[0]), float(spent))
    for one in found.perspectives:
        for at in one.thresholds:
            benefit = at.willingness_to_pay * qalys_of(drawn) - cost_for(drawn, one.perspective)
            assert close(at.net_benefit.draws.mean or 0.0, float(benefit.mean()))
            chance = (benefit > 0).mean() + (benefit == 0).mean() / 2
            assert at.chance == pytest.approx(chance)
            assert close(at.evpi, float(np.maximum(benefit, 0).mean() - max(benefit.mean(), 0)))


@given(ANY)
@QUICK
def test_budgets_are_what_payers_pay_year_by_year(case: Case) -> None:
    run = run_case(case, draws=DRAWS, seed=3)
    found = list(budgets(run))
    parties = {f"payer:{payer.id}" for payer in case.payers if payer.kind != "self"}
    spent = sum(
        ((flow.source in parties) - (flow.target in parties) + 0.0) * flow.amount for flow in run.ledger.flows
    )
    last = 12 * min(case.program.months // 12, 5)
    whole = float(np.asarray(spent)[:, : last + 1].sum(axis=1).mean()) if last else 0.0
    assert close(sum(one.years[-1].cumulative.mean or 0.0 for one in found), whole)
    for one in found:
        for year in one.years:
            assert close((year.per_member_month.mean or 0.0) * one.members * 12, year.spent.mean or 0.0)
        assert close(sum(year.spent.mean or 0.0 for year in one.years), one.years[-1].cumulative.mean or 0.0)


@given(programs(elsewhere=True, unsure=False))
@SLOW
def test_what_does_not_vary_has_no_drivers_and_no_interval(case: Case) -> None:
    found = result_of(case)
    assert found.drivers.drivers == ()
    assert found.drivers.evpi == pytest.approx(0, abs=DOLLARS)
    worth = found.headlines.net_present_value
    assert worth.best is not None
    assert [worth.draws.low, worth.draws.mean, worth.draws.high] == pytest.approx(
        [worth.best] * 3, abs=DOLLARS
    )
    assert found.headlines.gain_chance == float(worth.best > 0)


@given(ANY)
@SLOW
def test_what_moves_a_headline_does_so_when_tried_alone(case: Case) -> None:
    """The change that the sheet gives is that of a run with this number alone changed."""
    found = result_of(case)
    (row,) = (one for one in found.audit if one.headline == "net_present_value")
    base = worth_of(run_case(case))
    named = {one.quantity: one for one in row.feeds}
    names = ("program/discount", BUNDLE, "payers/payer_0/mix", "demand/no_show", "fixed/rent/amount")
    for name in names:
        to = changed(case.quantity(name))
        change = worth_of(run_case(case, given={name: to})) - base
        assert close(named[name].change if name in named else 0.0, change, within=max(1.0, abs(base)) * 1e-9)


def worth_of(run: CaseRun) -> float:
    return float(net_present_value(run.cash, yearly_rate=run.rate)[0])


@given(ANY)
@QUICK
def test_evpi_is_of_running_the_program_or_not(case: Case) -> None:
    found = result_of(case)
    worth = net_present_value(run_case(case, draws=DRAWS, seed=3).cash, yearly_rate=case_rate(case))
    expected = float(np.maximum(worth, 0).mean() - max(worth.mean(), 0))
    assert close(found.drivers.evpi, expected)
    for one in found.drivers.drivers:
        assert one.evppi >= -DOLLARS
        assert one.swing == pytest.approx(abs(one.worth_at_high - one.worth_at_low))
        assert one.low < one.high


def case_rate(case: Case) -> float:
    return 0.0 if case.program.discount is None else case.program.discount.value


@given(ANY)
@QUICK
def test_years_and_months_tell_the_same(case: Case) -> None:
    best = run_case(case)
    by_year, by_month = years(best), months(best, best)
    assert len(by_year) == math.ceil(case.program.months / 12)
    assert sum(one.started for one in by_year) == pytest.approx(sum(by_month.started.best))
    assert sum(one.visits for one in by_year) == pytest.approx(float(best.program.visits.sum()))
    assert by_year[-1].waiting == pytest.approx(by_month.waiting.best[-1])
    for one in by_year:
        assert close(one.taken_in - one.paid, one.cash)
        assert one.taken_in >= -DOLLARS
        assert all(share is None or 0 <= share <= 1 + 1e-9 for share in one.use.values())


@cache
def example() -> Case:
    return read_case(EXAMPLE)


@given(st.integers(2, 30), st.integers(0, 9))
@QUICK
def test_draws_of_an_evaluation_stay_together_across_events(rows: int, seed: int) -> None:
    """However many rows a file has, a draw takes one row for all events."""
    ratios = np.linspace(0.5, 1.5, rows)[:, None]
    names = ("injection", "emergency_visit")
    paired = EvaluatedEffects(dict.fromkeys(names, (3.0,)), dict.fromkeys(names, ratios))
    run = run_case(example(), draws=20, seed=seed, evaluated=paired)
    first, second = (run.effects.avoided[name].sum(axis=1) for name in names)
    rates = [one.rate.value for one in example().effects.events]  # emergency_visit, injection
    assert first / rates[1] == pytest.approx(second / rates[0])
