"""Statements that hold for every program, whatever its services, staff, payers and contracts are."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.property.case_scenarios import BUNDLE, KINDS, amount, programs, shares
from tests.unit.economics.case_files import number, read, tiny

from allay.base.money import Money
from allay.base.status import Status
from allay.economics.answers.cash import net_present_value
from allay.economics.case.case import Case
from allay.economics.decision.acceptability import acceptability
from allay.economics.decision.partial import evppi
from allay.economics.effects.events import EventDraws, event_flows, events_avoided
from allay.economics.ledger.cents import expected_entries, transfers
from allay.economics.ledger.of_run import ledger_of
from allay.economics.ledger.returns import returns
from allay.economics.ledger.stakeholders import RESOURCES, stakeholders_of
from allay.economics.program.run import run_program
from allay.payment.ledger import payer_party

# Sums of some thousand float64 dollars up to 1e7, in which a cent is a billionth.
DOLLARS = 1e-4
DRAWS = 3


def stakeholders_by_payer(case: Case) -> dict[str, str]:
    known = stakeholders_of({payer.id: payer.kind for payer in case.payers})
    return {payer.id: known[payer_party(payer.id)] for payer in case.payers}


@given(programs(), st.integers(0, 99))
@settings(max_examples=30)
def test_transfers_sum_to_zero_to_the_cent(case, seed):
    ledger = ledger_of(run_program(case, draws=DRAWS, seed=seed))
    entries = expected_entries(ledger, start=dt.date(2027, 1, 1), status=Status.SYNTHETIC)
    assert Money.total(entries.balances().values()) == Money()
    moved = transfers(entries, resources=RESOURCES)
    assert not RESOURCES & set(moved)
    assert Money.total(moved.values()) == Money()


@given(programs(), st.integers(0, 99))
@settings(max_examples=30)
def test_what_all_gain_is_what_society_gains_and_that_is_real(case, seed):
    run = run_program(case, draws=DRAWS, seed=seed)
    ledger = ledger_of(run)
    parts = sum(ledger.net(one) for one in ledger.stakeholders if one != "society")
    assert parts == pytest.approx(ledger.net("society"), abs=DOLLARS)
    used = sum(flow.amount for flow in run.flows if flow.target in RESOURCES)
    assert ledger.net("society") == pytest.approx(-used, abs=DOLLARS)


@given(programs(), st.integers(0, 99), amount(5000), amount(5000))
@settings(max_examples=30)
def test_the_price_of_a_bundle_moves_money_and_leaves_society_unchanged(case, seed, one, other):
    low, high = sorted((one, other))
    before, after = (
        ledger_of(run_program(case, draws=DRAWS, seed=seed, given={BUNDLE: price})) for price in (low, high)
    )
    assert before.net("society").tobytes() == after.net("society").tobytes()
    # At a price of 0 no copay can be a part of it, and patients may not occur at all.
    everyone = {*before.stakeholders, *after.stakeholders} - {"society"}
    changes = {who: after.net(who) - before.net(who) for who in everyone}
    payer = stakeholders_by_payer(case)[case.contracts[0].payer]
    touched = {who for who, change in changes.items() if np.abs(change).max() > DOLLARS}
    assert touched <= {"program", payer, "patient"}
    assert sum(changes.values()) == pytest.approx(np.zeros_like(changes["program"]), abs=DOLLARS)
    assert changes["program"].sum() >= -DOLLARS
    assert (before.net(payer) - after.net(payer)).sum() >= -DOLLARS


@given(
    programs(),
    st.integers(0, 99),
    st.floats(0.05, 0.95),
    st.tuples(st.floats(0, 0.9), st.floats(10, 2000), st.floats(0.05, 0.95), st.floats(0.05, 1)),
)
@settings(max_examples=30)
def test_more_avoided_injections_help_the_payer_and_hurt_the_hospital(case, seed, risk, numbers):
    """All else of the program is the same; injections are avoided at the hospital that owns it, in part."""
    run = run_program(case, draws=DRAWS, seed=seed)
    assume(run.started[:, :-1].sum() > 0)
    mix = {payer.id: payer.mix.value for payer in case.payers}
    rows = []
    for ratio in (1.0, risk, risk / 2):
        risks = np.full((DRAWS, 30), ratio)
        one = EventDraws("injection", risks, *(np.full(DRAWS, each) for each in (0.05, *numbers)))
        effects = event_flows(one, events_avoided(one, run.patients), payers=mix)
        found = returns(ledger_of(run, effects=effects), yearly_rate=0.03)
        rows.append({row.stakeholder: row.net_present_value.mean for row in found})
    for less, more in zip(rows, rows[1:], strict=False):
        for payer in set(stakeholders_by_payer(case).values()):
            assert more[payer] > less[payer]
        assert more["health_system"] < less["health_system"]
        assert more["program"] == less["program"]
        assert more["society"] > less["society"]


@given(programs(), st.integers(0, 99))
@settings(max_examples=25)
def test_the_same_seed_gives_the_same_bytes(case, seed):
    one, two = (run_program(case, draws=DRAWS, seed=seed) for _ in range(2))
    for first, second in zip(one.flows, two.flows, strict=True):
        assert first.amount.tobytes() == second.amount.tobytes()
        assert (first.source, first.target, first.kind) == (second.source, second.target, second.kind)
    assert returns(ledger_of(one), yearly_rate=0.03) == returns(ledger_of(two), yearly_rate=0.03)


@given(programs(unsure=False), st.integers(0, 99))
@settings(max_examples=25)
def test_a_program_of_which_all_is_known_leaves_nothing_to_learn(case, seed):
    """To open it or not: no number varies, so neither all nor one of them is worth a study."""
    run = run_program(case, draws=25, seed=seed)
    worth = net_present_value(run.cash, yearly_rate=0.03)
    assert np.ptp(worth) <= DOLLARS * 1e-3
    costs = np.column_stack([np.zeros(25), -worth])
    anything = np.random.default_rng(seed).normal(size=(25, 2))
    prices = [0.0, 50_000.0]
    effects = np.column_stack([np.zeros(25), np.full(25, 0.01)])
    assert acceptability(costs, effects, wtp=prices).evpi == pytest.approx([0, 0], abs=DOLLARS)
    assert evppi(costs, effects, anything, wtp=prices).evppi == pytest.approx(np.zeros((2, 2)), abs=DOLLARS)


def group_case(*, seats: int, no_show: float, fee: float, supplies: float, room: float) -> Case:
    """A group for patients of one month, with staff that is there whoever comes."""
    service = {
        "id": "yoga",
        "kind": "group",
        "dose": [{"visits": number(1, "visits/month")}],
        "no_show": number(no_show, "probability"),
        "group": {"seats": number(seats, "seats"), "fill": number(1, "probability")},
        "steps": [{"role": "therapist", "minutes": number(60, "minutes")}],
        "supplies": number(supplies, "usd/visit"),
        "room": number(room, "usd/event"),
    }
    therapist = {
        "role": "therapist",
        "fte": number(2, "fte"),
        "hours": number(40, "hours/week"),
        "weeks": number(46, "weeks/year"),
        "clinical": number(1, "probability"),
        "practical": number(0.8, "probability"),
        "cost": number(60_000, "usd/year"),
    }
    payer = {"id": "acme", "kind": KINDS[0], "mix": number(1, "probability")}
    fees = [{"service": "yoga", "payer": "acme", "allowed": number(fee, "usd/visit")}]
    tree = tiny(
        months=6, referrals=[(1, 1)], services=[service], staff=[therapist], payers=[payer], fees=fees
    )
    return read(tree)


@given(
    st.integers(2, 14),
    st.integers(0, 9),
    st.tuples(shares, shares),
    amount(0.8),
    st.tuples(amount(150), shares, amount(200)),
)
@settings(max_examples=40)
def test_more_patients_below_the_next_session_never_lower_the_result(seats, sessions, places, no_show, money):
    """Within what the same sessions hold, whoever brings more than their supplies cost never costs money."""
    fee, part, room = money
    case = group_case(seats=seats, no_show=no_show, fee=fee, supplies=round(fee * part, 4), room=room)
    first, last = (sessions + each for each in sorted(places))
    patients = [each * seats / (1 - no_show) for each in (first, last)]
    runs = [run_program(case, given={"demand/referrals/steps/1/amount": each}) for each in patients]
    held = [run.sessions[0, 1:, 0].max() for run in runs]
    assert held == [math.ceil(round(first, 6)), math.ceil(round(last, 6))]
    assume(held[0] == held[1])
    assert all(run.backlog.max() == 0 for run in runs)
    assert runs[1].cash.sum() >= runs[0].cash.sum() - DOLLARS
