"""Forecasts, service lines and the whole result."""

from __future__ import annotations

from decimal import Decimal

import pytest

from allay.base.errors import InvalidValue
from allay.payment.contracts.catalog import FOLDER, shipped
from allay.payment.contracts.roster import read_roster
from allay.payment.projection.project import project
from allay.payment.projection.service_lines import cross_subsidy, intervention_drop, service_lines
from allay.payment.projection.settle import settle

ROWS = "patient_id,payer,service,date,attended"
FEE = "  - {type: fee_for_service, id: f, source: ours, fees: [{service: yoga, allowed: 100}]}\n"
ATTEND = "forecast: {attendance: {rate: 0.8, of: 100, source: ours}}\n"

# 400 planned visits of 100 at 80%: the sd of the sum of independent visits is 800, and 1600 comes from
# the chance itself, counted on 100 (beta: sqrt(.8 x .2 / 101) x 40,000 = 1592). Together about 1782.
SD = 1782.0
SLACK = 0.12
"""Of 4,000 draws the ends of a 95% interval stray by about 3% of its half-width; four times that."""


def planned(contract, roster, *, more=ATTEND, rows=400):
    terms = contract(FEE, more=more)
    lines = "\n".join(f"P{n},other,yoga,2026-01-05," for n in range(rows))
    return terms, roster(terms, f"{ROWS}\n{lines}")


def program_cash(found):
    return next(each for each in found.cash if each.party == "program")


def test_an_interval_holds_both_chance_and_how_unsure_it_is(contract, roster):
    cash = program_cash(project(*planned(contract, roster), seed=3, draws=4000))
    assert cash.net == Decimal("32000.00")
    assert float(cash.high - cash.low) / 2 == pytest.approx(1.96 * SD, rel=SLACK)


def test_without_of_only_chance_is_left(contract, roster):
    more = ATTEND.replace("of: 100, ", "")
    cash = program_cash(project(*planned(contract, roster, more=more), seed=3, draws=4000))
    assert float(cash.high - cash.low) / 2 == pytest.approx(1.96 * 800, rel=SLACK)


def test_a_seed_gives_the_same_and_another_gives_another(contract, roster):
    once, again, other = (project(*planned(contract, roster), seed=seed, draws=200) for seed in (1, 1, 2))
    assert once == again
    assert program_cash(once).low != program_cash(other).low
    assert program_cash(once).net == program_cash(other).net


def test_without_draws_there_is_no_interval(contract, roster):
    cash = program_cash(project(*planned(contract, roster), seed=1, draws=0))
    assert (cash.low, cash.high) == (cash.net, cash.net)


def test_blocks_of_draws_change_nothing_but_the_memory(contract, roster, monkeypatch):
    from allay.payment.projection import forecast

    terms, rows = planned(contract, roster, rows=50)
    whole = project(terms, rows, seed=1, draws=300)
    monkeypatch.setattr(forecast, "BLOCK", 50 * 10)
    parts = project(terms, rows, seed=1, draws=300)
    assert program_cash(whole).net == program_cash(parts).net
    # Other numbers are drawn in another order, so the ends agree only about as well as two seeds do.
    assert float(program_cash(parts).low) == pytest.approx(float(program_cash(whole).low), rel=0.1)


def test_an_open_bundle_may_still_lose_what_drop_out_takes(contract, roster):
    terms = contract(
        "  - {type: bundle, id: b, source: ours, price: 1000, length_weeks: 10, included: [yoga], "
        "drop_out: {rule: by_week}}\n",
        more="forecast: {completion: {rate: 0.6, source: ours}}\n",
    )
    rows = roster(terms, f"{ROWS},enrolled_on\nA,other,yoga,2026-01-05,yes,2026-01-05")
    found = project(terms, rows, seed=1, draws=2000)
    # Leaving in week 1 to 10 loses 900, 800, ... 0: 450 on average, with a chance of 0.4.
    assert [(each.month, each.net) for each in found.cash if each.party == "program"] == [
        ("2026-01", Decimal("1000.00")),
        ("2026-03", Decimal("-180.00")),
    ]


def test_denied_lines_are_not_expected(contract, roster):
    terms = contract(FEE, of_other=", denial: {rate: 0.06}")
    rows = roster(terms, f"{ROWS}\nA,other,yoga,2026-01-05,yes")
    assert program_cash(project(terms, rows, seed=1, draws=10)).net == Decimal("94.00")


@pytest.fixture(scope="module")
def center():
    contract = shipped("pain-center")
    return contract, read_roster(FOLDER / "pain-center-roster.csv", contract)


def test_service_lines_add_up_to_what_the_program_gets_and_pays(center):
    settlement = settle(*center)
    lines = service_lines(settlement)
    program = settlement.ledger.balances()["program"].cents
    grants = sum(use.spent.cents for use in settlement.grants)
    assert sum(line.margin.cents for line in lines) + grants == program
    assert all(sum(m.cents for m in line.by_payer.values()) == line.revenue.cents for line in lines)


def test_what_falls_when_interventions_drop(center):
    lines = service_lines(settle(*center))
    (line,) = [line for line in lines if line.interventional]
    quarter = intervention_drop(lines, Decimal("0.25"))
    assert quarter.margin_lost == quarter.revenue_lost - quarter.cost_avoided
    assert quarter.revenue_lost == line.revenue * Decimal("0.25")
    assert cross_subsidy(lines).left - quarter.after.left == quarter.margin_lost
    assert intervention_drop(lines, 0).after == cross_subsidy(lines)
    with pytest.raises(InvalidValue, match="a share from 0 to 1"):
        intervention_drop(lines, 2)


def test_expected_cash_of_a_month_adds_up_to_nothing(center):
    found = project(*center, seed=1, draws=50)
    for month in {each.month for each in found.cash}:
        nets = [each.net for each in found.cash if each.month == month]
        assert abs(sum(nets)) <= Decimal("0.01") * len(nets)  # each is rounded by itself


def test_what_is_unconfirmed_says_so_wherever_it_is_used(center):
    found = project(*center, seed=1, draws=10)
    assert found.status == "synthetic"
    assert all(line.unconfirmed for line in found.ledger)
    assert "unconfirmed: /terms/0/price is 1800 (synthetic)" in [each.text for each in found.unconfirmed]
