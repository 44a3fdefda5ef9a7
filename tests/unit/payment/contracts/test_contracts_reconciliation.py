"""Each difference between our ledger and a statement is found and explained; the totals tie out."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from allay.base.errors import InvalidInput
from allay.base.money import Money
from allay.payment.projection.settle import settle
from allay.payment.reconciliation.reconcile import reconcile
from allay.payment.reconciliation.statement import (
    PayerStatement,
    StatementLine,
    expected_lines,
    read_statement,
)

FEES = (
    "  - {type: fee_for_service, id: f, source: ours, fees: [{service: massage, allowed: 50, copay: 10}]}\n"
    "  - {type: bundle, id: b, source: ours, payers: [acme], price: 1300, length_weeks: 13, "
    "included: [yoga], drop_out: {rule: by_week}}\n"
)
ROWS = """patient_id,payer,service,date,attended,units,enrolled_on,left_on
A,acme,massage,2026-01-05,yes,2,,
A,acme,massage,2026-01-12,no,,,
A,acme,massage,2026-02-09,yes,,,
A,acme,massage,2026-03-09,,,,
B,acme,yoga,2026-01-05,yes,,2026-01-05,2026-01-20
"""
# In the ledger, from acme: massage 90.00 (05 January) and 40.00 (9 February);
# the bundle 1300.00 on 5 January and -1000.00 on 20 January (3 of 13 weeks begun: 300.00 is due).


@pytest.fixture
def case(contract, roster):
    terms = contract(FEES)
    return terms, roster(terms, ROWS)


def own_statement(case):
    return expected_lines(settle(*case).ledger, case[0])


def compared(case, lines, **options):
    found = reconcile(*case, PayerStatement(tuple(lines)), **options)
    assert found.ties_out
    assert sum(each.difference for each in found.differences) == found.difference
    return found


def changed(lines, patient, day, **changes):
    day = dt.date.fromisoformat(day)
    return [
        line._replace(**changes) if (line.patient, line.date) == (patient, day) else line for line in lines
    ]


def test_a_ledger_agrees_with_its_own_statement(case):
    lines = own_statement(case)
    assert [str(line.paid) for line in lines] == ["1300.00", "-1000.00", "90.00", "40.00"]
    found = compared(case, lines)
    assert (found.matched, found.differences, found.difference) == (4, [], 0)


@pytest.mark.parametrize(
    ("patient", "day", "changes", "kind", "difference", "said"),
    [
        (
            "A",
            "2026-02-09",
            {"paid": Money(3500)},
            "amount_differs",
            "5.00",
            "less than the contract by 5.00",
        ),
        (
            "A",
            "2026-02-09",
            {"paid": Money(4100)},
            "amount_differs",
            "-1.00",
            "more than the contract by -1.00",
        ),
        ("A", "2026-02-09", {"paid": Money(0)}, "denied", "40.00", "the statement lists it and pays nothing"),
        ("A", "2026-02-09", {"paid": Money(5000)}, "patient_share", "-10.00", "10.00 was not taken off"),
        ("A", "2026-02-09", {"paid": Money(3000)}, "patient_share", "10.00", "10.00 was taken off twice"),
        ("A", "2026-01-05", {"paid": Money(4500)}, "units", "45.00", "1 of 2 units were paid"),
        (
            "A",
            "2026-02-09",
            {"paid": Money(3800), "withheld": Money(200)},
            "withheld",
            "2.00",
            "the payer keeps back 2.00",
        ),
        (
            "A",
            "2026-02-09",
            {"paid_on": dt.date(2026, 5, 1)},
            "wrong_month",
            "0.00",
            "expected in 2026-03, paid in 2026-05",
        ),
        (
            "A",
            "2026-02-09",
            {"date": dt.date(2026, 2, 10)},
            "other_date",
            "0.00",
            "ours is of 2026-02-09, the statement's of 2026-02-10",
        ),
        (
            "A",
            "2026-02-09",
            {"date": dt.date(2026, 3, 2)},
            "wrong_month",
            "0.00",
            "ours is of 2026-02-09, the statement's of 2026-03-02",
        ),
        (
            "B",
            "2026-01-20",
            {"paid": Money(-130000 + 0)},
            "amount_differs",
            "300.00",
            "less than the contract by 300.00",
        ),
    ],
)
def test_a_changed_line_is_found_and_explained(case, patient, day, changes, kind, difference, said):
    found = compared(case, changed(own_statement(case), patient, day, **changes))
    (only,) = found.differences
    assert (only.kind, str(only.difference)) == (kind, difference)
    assert said in only.explanation
    assert found.matched == 3


def test_another_rule_of_proration_is_named(contract, roster):
    terms = contract(FEES.replace("rule: by_week", "rule: threshold, visits_planned: 4, below: 0.5"))
    case = terms, roster(terms, ROWS)
    lines = changed(own_statement(case), "B", "2026-01-20", paid=Money(-100000))  # 650 is due, 300 was left
    (only,) = compared(case, lines).differences
    assert only.kind == "prorated_differently"
    assert (
        only.explanation
        == "as if prorated by the rule by_week: 300.00 of 1300.00; the contract says threshold"
    )


def test_a_line_paid_twice_and_one_not_paid(case):
    lines = own_statement(case)
    twice = compared(case, [*lines, lines[2]])
    assert [(each.kind, str(each.difference)) for each in twice.differences] == [("paid_twice", "-90.00")]
    without = compared(case, lines[:1] + lines[2:])
    assert [(each.kind, str(each.difference)) for each in without.differences] == [
        ("not_on_statement", "-1000.00")
    ]
    assert "does not take back" in without.differences[0].explanation


@pytest.mark.parametrize(
    ("patient", "item", "day", "said"),
    [
        ("A", "massage", "2026-01-12", "the roster says attended: no"),
        ("A", "massage", "2026-03-09", "the roster has it as planned"),
        (
            "A",
            "massage",
            "2026-01-06",
            "the roster has no such visit; it has 2026-01-05, 2026-01-12, 2026-02-09",
        ),
        ("C", "massage", "2026-01-05", "the roster has no such visit of this patient"),
        ("B", "yoga", "2026-01-05", "a bundle pays for it, or another line of the ledger does"),
    ],
)
def test_what_only_the_statement_has_is_looked_up_in_the_roster(case, patient, item, day, said):
    extra = StatementLine(9, "acme", patient, item, dt.date.fromisoformat(day), Money(7777))
    (only,) = compared(case, [*own_statement(case), extra]).differences
    assert (only.kind, only.statement_line, str(only.difference)) == ("not_in_ledger", 9, "-77.77")
    assert said in only.explanation


def test_one_line_paid_in_two_parts_agrees(case):
    lines = own_statement(case)
    parts = [lines[2]._replace(paid=Money(6000)), lines[2]._replace(paid=Money(3000))]
    assert compared(case, [*lines[:2], *parts, lines[3]]).differences == []


def test_what_is_expected_later_is_not_missing_yet(case):
    lines = [line for line in own_statement(case) if line.paid_on <= dt.date(2026, 2, 28)]
    assert [each.kind for each in compared(case, lines).differences] == ["not_on_statement"]
    assert compared(case, lines, through=dt.date(2026, 2, 28)).differences == []


def test_the_status_of_what_we_expected_is_shown(contract, roster):
    terms = contract(FEES.replace("id: f, source: ours", "id: f, source: made_up"))
    case = terms, roster(terms, ROWS)
    found = compared(case, [])
    shown = {(each.item, each.status.value, each.unconfirmed) for each in found.differences}
    assert shown == {("massage", "synthetic", True), ("b", "contract", False)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item,date,paid\nyoga,2026-01-05,1\n", "s.csv:1: payer: expected one of acme, other"),
        ("payer,item,date,paid\nacme,yoga,5 Jan,1\n", "s.csv:2: date: expected a date that exists"),
        ("payer,item,date,paid\nacme,yoga,2026-01-05,1.234\n", "s.csv:2: paid: expected dollars with"),
        ("payer,item,date,paid\nacne,yoga,2026-01-05,1\n", "s.csv:2: payer: expected one of acme, other"),
        ("payer,item,date,paid\nacme,,2026-01-05,1\n", "s.csv:2: item: expected a service or the id"),
        ("payer,item,date,paid,paid_on\nacme,yoga,2026-01-05,1,x\n", "s.csv:2: paid_on: expected a date"),
    ],
)
def test_a_statement_is_read_strictly(contract, text, said):
    with pytest.raises(InvalidInput) as refused:
        read_statement(io.BytesIO(text.encode()), contract(FEES), name="s.csv")
    assert said in str(refused.value)


def test_wrong_lines_of_a_statement_can_be_left_out(contract):
    text = b"payer,item,date,paid\nacme,yoga,2026-01-05,-1.50\nacme,yoga,x,1\n"
    found = read_statement(io.BytesIO(text), contract(FEES), on_invalid="flag")
    assert ([str(line.paid) for line in found.lines], found.left_out) == (["-1.50"], 1)


def line(day, paid, place=2, paid_on=None):
    return StatementLine(place, "acme", "A", "massage", dt.date.fromisoformat(day), Money(paid), paid_on)


def test_a_line_of_another_day_is_put_beside_the_nearest(contract, roster):
    terms = contract(
        "  - {type: fee_for_service, id: f, source: ours, fees: [{service: massage, allowed: 40}]}\n"
    )
    days = ("2026-01-05", "2026-03-02", "2026-02-02")
    rows = "\n".join(f"A,acme,massage,{day},yes" for day in days)
    case = terms, roster(terms, f"patient_id,payer,service,date,attended\n{rows}\n")
    found = compared(case, [line("2026-03-03", 4000)])
    assert [(each.kind, str(each.date)) for each in found.differences] == [
        ("not_on_statement", "2026-01-05"),
        ("not_on_statement", "2026-02-02"),
        ("other_date", "2026-03-02"),
    ]


def test_a_wrong_line_that_comes_twice_is_paid_twice(case):
    again = [line("2026-02-09", 3500, 2), line("2026-02-09", 3500, 3)]
    found = compared(case, again)
    kinds = {(each.kind, each.statement_line) for each in found.differences if each.statement_line}
    assert kinds == {("amount_differs", 2), ("paid_twice", 3)}


def test_the_order_of_a_statement_changes_nothing(case):
    lines = [line("2026-01-05", 4500, 2), line("2026-01-05", 3000, 3), line("2026-02-10", 4000, 4)]
    once, turned = compared(case, lines), compared(case, lines[::-1])
    assert once.differences == turned.differences
    assert once.totals == turned.totals
