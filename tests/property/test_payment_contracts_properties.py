"""Statements that hold for every contract and roster: no cent is lost, made, or paid twice."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter, defaultdict

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.property.contract_cases import cases, contracts, rosters

from allay.base.money import Money
from allay.payment.contracts.roster import Roster
from allay.payment.contracts.terms import BundleTerm
from allay.payment.ledger import PATIENTS
from allay.payment.projection.forecast import forecast
from allay.payment.projection.service_lines import service_lines
from allay.payment.projection.settle import settle
from allay.payment.reconciliation.reconcile import reconcile
from allay.payment.reconciliation.statement import (
    PayerStatement,
    expected_lines,
    read_statement,
    statement_rows,
)


@given(cases)
def test_money_in_is_money_out_over_all_parties(case):
    found = settle(*case)
    assert sum(net.cents for net in found.ledger.balances().values()) == 0
    given_, got = Counter(), Counter()
    for entry in found.ledger:
        assert entry.amount.cents > 0
        given_[entry.payer] += entry.amount.cents
        got[entry.payee] += entry.amount.cents
    parties = {*given_, *got}
    assert {party: got[party] - given_[party] for party in parties} == {
        party: net.cents for party, net in found.ledger.balances().items()
    }


@given(cases)
def test_cash_by_month_is_the_ledger_by_month_where_nothing_is_uncertain(case):
    found = settle(*case)
    months: Counter[tuple[str, str]] = Counter()
    for entry in found.ledger:
        months[entry.month, entry.payer] -= entry.amount.cents
        months[entry.month, entry.payee] += entry.amount.cents
    forecasted = forecast(found, draws=3, seed=1)
    cash = {(each.month, each.party): round(each.net) for each in forecasted}
    assert {key: net for key, net in cash.items() if net} == {key: net for key, net in months.items() if net}
    assert all(each.low == each.high == each.net for each in forecasted)


@given(cases, st.integers(1, 900))
def test_another_price_moves_money_between_payer_and_holder_only(case, more):
    contract, roster = case
    outer = contract.terms[0]
    assert isinstance(outer, BundleTerm)
    dearer = outer.model_copy(update={"price": outer.price + more})
    changed = contract.model_copy(update={"terms": (dearer, *contract.terms[1:])})
    before, after = (settle(each, roster).ledger.balances() for each in (contract, changed))
    moved = {party for party in {*before, *after} if before.get(party, Money()) != after.get(party, Money())}
    # Patients too, where they had paid more than was due and get back less of it.
    refunded = bool(outer.patient_payments and outer.patient_payments.within_price)
    assert moved <= {"payer:other", outer.held_by, *([PATIENTS] if refunded else [])}


@given(cases)
def test_patients_never_pay_more_than_the_caps_and_the_price(case):
    found = settle(*case)
    terms = {term.id: term for term in case[0].terms}
    times = Counter((episode.term.id, episode.patient) for episode in found.episodes)
    paid, counts = Counter(), Counter()
    for entry in found.ledger:
        if entry.kind == "share" and entry.item == entry.term:
            paid[entry.term, entry.patient] += entry.amount.cents
            counts[entry.term, entry.patient] += 1
    for (term, patient), amount in paid.items():
        rule, episodes = terms[term].patient_payments, times[term, patient]
        most = Money.rounded(rule.amount).cents * rule.count
        if rule.total_most is not None:
            most = min(most, Money.rounded(rule.total_most).cents)
        assert amount <= most * episodes
        assert counts[term, patient] <= rule.count * episodes


@given(cases)
def test_drop_out_never_pays_more_than_the_price(case):
    found = settle(*case)
    for episode in found.episodes:
        price = Money.rounded(episode.term.price)
        assert Money() <= episode.due <= price
        spans = [episode.start + dt.timedelta(days=n) for n in range(0, 200, 7)]
        left = [episode.due_if_left(day) for day in spans]
        assert left == sorted(left)
        assert left[-1] <= price


# Few patients are in both bundles at one time.
@settings(max_examples=3 * settings().max_examples)
@given(contracts(nested=True), rosters())
def test_payers_pay_for_a_patient_no_more_than_the_dearest_of_nested_bundles(contract, roster):
    inner, outer = contract.terms[1], contract.terms[0]
    found = settle(contract, roster)
    paid: Counter[str] = Counter()
    for entry in found.ledger:
        if entry.item == entry.term and entry.term in ("inner", "outer") and entry.patient:
            sign = entry.payer.startswith("payer:") - entry.payee.startswith("payer:")
            paid[entry.patient] += sign * entry.amount.cents
    together = defaultdict(list)
    for episode in found.episodes:
        together[episode.patient].append(episode)
    for patient, episodes in together.items():
        bundles = {episode.term.id: episode for episode in episodes}
        if set(bundles) == {"inner", "outer"} and len(episodes) == 2:
            lies_within = bundles["outer"].start <= bundles["inner"].start < bundles["outer"].until
            most = max(outer.price, inner.price) if lies_within else outer.price + inner.price
            assert paid[patient] <= Money.rounded(most).cents


@given(cases)
def test_no_row_is_paid_for_twice(case):
    found = settle(*case)
    terms: dict[int, set[str]] = defaultdict(set)
    for entry in found.ledger:
        if entry.kind in ("visit", "share") and entry.item != entry.term:
            terms[entry.row].add(entry.term)
            assert entry.row not in found.bundled
    assert all(len(each) == 1 for each in terms.values())
    places = Counter(place for episode in found.episodes for place in episode.rows)
    assert all(count == 1 for count in places.values())


@given(cases)
def test_a_ledger_agrees_with_its_own_statement_from_a_file(case):
    contract, roster = case
    rows = statement_rows(expected_lines(settle(contract, roster).ledger, contract))
    text = pl.DataFrame(
        rows, schema=dict.fromkeys(("payer", "patient_id", "item", "date", "paid", "paid_on"), pl.String)
    )
    statement = read_statement(io.BytesIO(text.write_csv().encode()), contract)
    found = reconcile(contract, roster, statement)
    assert (found.differences, found.difference, found.ties_out) == ([], 0, True)
    assert found.matched == len(rows)


@given(cases, st.data())
def test_a_changed_line_is_found_and_the_totals_tie_out(case, data):
    contract, roster = case
    lines = expected_lines(settle(contract, roster).ledger, contract)
    assume(lines)
    place = data.draw(st.integers(0, len(lines) - 1))
    extra = data.draw(st.integers(1, 10_000))
    changed = [
        line._replace(paid=line.paid + Money(extra)) if index == place else line
        for index, line in enumerate(lines)
    ]
    found = reconcile(contract, roster, PayerStatement(tuple(changed)))
    assert found.ties_out
    assert found.difference * 100 == -extra
    assert found.differences
    assert all(each.explanation for each in found.differences)
    assert sum(each.difference for each in found.differences) == found.difference


@given(cases)
def test_service_lines_lose_no_cent_of_visits_bundles_and_costs(case):
    found = settle(*case)
    kept = 0
    for entry in found.ledger:
        sign = (entry.payee == "program") - (entry.payer == "program")
        if entry.kind in ("per_member", "shared_savings", "grant", "grant_return"):
            continue
        kept += sign * entry.amount.cents
    lines = service_lines(found)
    alone = kept - sum(line.margin.cents for line in lines)
    # A bundle without a visit has no service to stand in.
    empty = [e for e in found.episodes if not e.rows]
    assert alone == 0 or empty


@given(cases)
def test_the_order_of_the_rows_moves_no_money(case):
    contract, roster = case
    turned = settle(contract, Roster(roster.rows[::-1]))
    assert turned.ledger.balances() == settle(contract, roster).ledger.balances()
    assert Counter(each._replace(row=-1) for each in turned.ledger) == Counter(
        each._replace(row=-1) for each in settle(contract, roster).ledger
    )
