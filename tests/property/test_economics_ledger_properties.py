"""Statements that hold for every case: money only moves, and society gains what is real."""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.base.money import Money
from allay.base.status import Status
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.case.flow import Flow
from allay.economics.effects.events import EventDraws, event_flows, events_avoided
from allay.economics.ledger.cents import expected_entries, transfers, whole_cents
from allay.economics.ledger.of_run import ledger_of
from allay.economics.ledger.returns import returns
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger
from allay.economics.ledger.stakeholders import RESOURCES
from allay.economics.program.run import run_program

# Sums of float64 dollars up to 1e8, in which a cent is a ten-billionth.
DOLLARS = 1e-4

KINDS = {"acme": "commercial", "state": "medicaid", "fund": "workers_compensation"}
PARTIES = ["program", "health_system", "patient", "employer", "grantor", "other_providers"]
PARTIES += [f"payer:{payer}" for payer in KINDS]
BETWEEN = [(a, b, False) for a, b in product(PARTIES, PARTIES) if a != b]
BETWEEN += [pair for a, b in product(PARTIES, sorted(RESOURCES)) for pair in ((a, b, True), (b, a, True))]
DRAWS, MONTHS = 3, 5

amounts = st.floats(-1e6, 1e6).map(lambda amount: round(amount, 4))
tables = st.lists(st.lists(amounts, min_size=MONTHS, max_size=MONTHS), min_size=DRAWS, max_size=DRAWS)
flows = st.builds(
    lambda ends, amount: Flow(ends[0], ends[1], "visit", None, None, ends[2], np.array(amount)),
    st.sampled_from(BETWEEN),
    tables,
)
ledgers = st.lists(flows, min_size=1, max_size=12).map(lambda some: StakeholderLedger.of(some, payers=KINDS))


@given(ledgers)
def test_all_stakeholders_together_are_society(ledger):
    parts = [ledger.net(one) for one in ledger.stakeholders if one != "society"]
    assert sum(parts) == pytest.approx(ledger.net("society"), abs=DOLLARS)


@given(ledgers)
def test_entries_sum_to_zero_to_the_cent(ledger):
    entries = expected_entries(ledger, start=dt.date(2026, 1, 1), status=Status.SYNTHETIC)
    assert Money.total(entries.balances().values()) == Money()
    moved = transfers(entries, resources=RESOURCES)
    assert Money.total(moved.values()) == Money()


@given(ledgers)
def test_entries_are_the_flows_to_the_cent(ledger):
    """A balance is off by no more than half a cent for each flow and direction."""
    entries = expected_entries(ledger, start=dt.date(2026, 1, 1), status=Status.SYNTHETIC)
    balances = entries.balances()
    for party in PARTIES:
        exact = sum(
            float(flow.amount.mean(axis=0).sum()) * ((flow.target == party) - (flow.source == party))
            for flow in ledger.flows
        )
        found = float(balances.get(party, Money()).dollars)
        assert found == pytest.approx(exact, abs=0.01 * len(ledger.flows) + DOLLARS)


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=24))
def test_months_in_cents(months):
    found = whole_cents(months)
    assert all(abs(float(cents.dollars) - month) < 0.01 for cents, month in zip(found, months, strict=True))
    for sign in (1, -1):
        part = sum(max(0.0, sign * month) for month in months)
        kept = sum(max(0, sign * cents.cents) for cents in found)
        assert abs(kept / 100 - part) <= 0.005 + DOLLARS


@given(ledgers, st.floats(0, 0.2))
def test_a_row_is_benefit_less_cost(ledger, rate):
    factors = (1 + rate) ** (-np.arange(MONTHS) / 12)
    for row in returns(ledger, yearly_rate=rate):
        worth = ledger.net(row.stakeholder) @ factors
        assert row.net_present_value.mean == pytest.approx(float(worth.mean()), abs=DOLLARS)
        assert row.benefit.mean - row.cost.mean == pytest.approx(row.net_present_value.mean, abs=DOLLARS)
        assert row.cost.mean >= -DOLLARS


@settings(max_examples=15)
@given(st.floats(1, 5_000), st.floats(1, 5_000), st.integers(0, 99))
def test_the_price_of_a_bundle_moves_money_and_leaves_society_unchanged(one, other, seed):
    case = read_case(EXAMPLE)
    nets = []
    for price in (one, other):
        run = run_program(case, draws=3, seed=seed, given={"contracts/medicaid_bundle/price": price})
        ledger = ledger_of(run)
        nets.append({who: ledger.net(who) for who in ledger.stakeholders})
    assert np.array_equal(nets[0]["society"], nets[1]["society"])
    moved = {who: nets[1][who] - nets[0][who] for who in nets[0]}
    changed = {who for who, change in moved.items() if np.abs(change).max() > DOLLARS}
    assert changed <= {"program", "medicaid", "patient"}
    assert moved["program"] + moved["patient"] == pytest.approx(-moved["medicaid"], abs=DOLLARS)
    gained = float(moved["program"].sum())
    assert gained >= -DOLLARS if other >= one else gained <= DOLLARS


@settings(max_examples=25)
@given(st.floats(0.01, 0.99), st.floats(0, 0.9), st.floats(10, 2_000), st.floats(0.05, 1), st.floats(0.05, 1))
def test_more_injections_avoided(less, haircut, unit_cost, margin, at_home):
    """The payer gains, a fee-for-service hospital loses, and what both lose together is no resource."""
    number = np.ones(2)
    panel = np.random.default_rng(1).uniform(1, 30, (2, 8, 3))
    found = []
    for risk in (less, less / 2):
        risks = np.full((2, 5), risk)
        numbers = [number * each for each in (0.05, haircut, unit_cost, margin, at_home)]
        one = EventDraws("injection", risks, *numbers)
        flows = event_flows(one, events_avoided(one, panel), payers={"acme": 1.0})
        rows = returns(StakeholderLedger.of(flows, payers=KINDS), yearly_rate=0.03)
        found.append({row.stakeholder: row.net_present_value.mean for row in rows})
    before, after = found
    assert after["commercial"] > before["commercial"] > 0
    assert after["health_system"] < before["health_system"] < 0
    assert after["society"] >= before["society"] - DOLLARS
