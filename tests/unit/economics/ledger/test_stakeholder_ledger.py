"""The stakeholder ledger: who gains, who pays, what society gains, and what is refused."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.base.money import Money
from allay.base.status import Status
from allay.economics.case.flow import Flow
from allay.economics.case.quantity import Quantity
from allay.economics.ledger.budget_impact import budget_impact
from allay.economics.ledger.cents import expected_entries, split_medicaid, transfers, whole_cents
from allay.economics.ledger.returns import returns
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger
from allay.economics.ledger.stakeholders import RESOURCES, stakeholders_of

PAYERS = {"acme": "commercial", "state": "medicaid", "plant": "employer", "self": "self"}


def flow(source: str, target: str, *amounts: float, real: bool = False, kind: str = "visit") -> Flow:
    return Flow(source, target, kind, None, None, real, np.array([amounts]))


def ledger(*flows: Flow) -> StakeholderLedger:
    return StakeholderLedger.of(flows, payers=PAYERS)


def test_payers_are_stakeholders_by_kind():
    found = ledger(
        flow("payer:acme", "program", 0, 9),
        flow("payer:plant", "program", 0, 5),
        flow("payer:self", "program", 0, 2),
        flow("program", "staff", 0, 10, real=True),
    )
    assert found.stakeholders == ("program", "commercial", "employer", "patient", "society")
    assert [found.net(one)[0, 1] for one in found.stakeholders] == [6, -9, -5, -2, -10]


def test_what_stays_within_a_stakeholder_is_neither_benefit_nor_cost():
    both = StakeholderLedger.of(
        [flow("payer:a", "payer:b", 0, 9)], payers={"a": "commercial", "b": "commercial"}
    )
    assert both.net("commercial").tolist() == [[0, 0]]
    assert [each.tolist() for each in both.present("commercial", yearly_rate=0.0)] == [[0], [0]]


def test_money_that_flows_back_is_a_benefit_to_whom_it_returns():
    found = ledger(flow("payer:acme", "program", 0, 100, -30))
    benefit, cost = found.present("commercial", yearly_rate=0.0)
    assert (benefit.tolist(), cost.tolist()) == ([30], [100])
    benefit, cost = found.present("program", yearly_rate=0.0)
    assert (benefit.tolist(), cost.tolist()) == ([100], [30])


def test_later_months_count_less():
    found = ledger(flow("payer:acme", "program", *[0] * 12, 103))
    benefit, _ = found.present("program", yearly_rate=0.03)
    assert benefit == pytest.approx(100)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (flow("program", "health_system", 0, 5, real=True, kind="room"), "a real flow .room. from program"),
        (flow("program", "staff", 0, 5, kind="work"), "a transfer .work. from program to staff"),
        (flow("suppliers", "staff", 0, 5, real=True), "a resource at one end"),
        (flow("payer:acme", "program", 0, 5, 5), "as the first flow"),
    ],
)
def test_flows_that_cannot_be(wrong, message):
    with pytest.raises(InvalidValue, match=message):
        ledger(flow("payer:acme", "program", 0, 9), wrong)


def test_unknown_parties_and_kinds():
    with pytest.raises(NotFound, match="no party 'payer:acmee'; did you mean 'payer:acme'"):
        ledger(flow("payer:acmee", "program", 0, 9))
    with pytest.raises(InvalidValue, match="acme to be one of commercial"):
        stakeholders_of({"acme": "private"})
    with pytest.raises(InvalidValue, match="at least one flow"):
        ledger()


def test_no_return_without_a_cost():
    rows = returns(ledger(flow("grantor", "program", 0, 9)), yearly_rate=0.0)
    program = next(row for row in rows if row.stakeholder == "program")
    assert (program.ratio, program.ratio_by_draw.defined, program.gain_chance) == (None, 0.0, 1.0)


def test_a_return_is_what_is_gained_beyond_the_cost_by_the_cost():
    """Two draws, 50 for 40 and 30 for 60: of the means 80 for 100; by draw a quarter and minus a half."""
    fee = Flow("payer:acme", "program", "visit", None, "acme", False, np.array([[0.0, 50.0], [0.0, 30.0]]))
    pay = Flow("program", "staff", "work", None, None, True, np.array([[0.0, 40.0], [0.0, 60.0]]))
    rows = {row.stakeholder: row for row in returns(ledger(fee, pay), yearly_rate=0.0)}
    assert rows["program"].ratio == pytest.approx(-0.2)
    assert rows["program"].ratio_by_draw.mean == pytest.approx((0.25 - 0.5) / 2)
    assert (rows["program"].gain_chance, rows["commercial"].ratio, rows["society"].ratio) == (0.5, -1, -1)


def test_medicaid_is_split_only_when_somebody_says_how():
    small = ledger(flow("payer:state", "program", 0, 100))
    assert "medicaid_state" not in [row.stakeholder for row in returns(small, yearly_rate=0.0)]
    share = Quantity(value=0.67, unit="probability", source="made up")
    rows = {row.stakeholder: row for row in returns(small, yearly_rate=0.0, federal_share=share)}
    assert rows["medicaid_federal"].cost.mean == 67
    assert (rows["medicaid_state"].cost.mean, rows["medicaid_state"].part_of) == (
        pytest.approx(33),
        "medicaid",
    )
    federal, state = split_medicaid(Money(10_001), federal_share=share)
    assert (federal.cents, state.cents) == (6_701, 3_300)


def test_a_year_of_months_keeps_its_cents():
    months = whole_cents([100 / 12] * 12)
    assert Money.total(months) == Money(10_000)
    assert {month.cents for month in months} == {833, 834}


def test_entries_keep_direction_and_month():
    fee = Flow("payer:acme", "program", "visit", "yoga", "acme", False, np.array([[10.0, 20.0, -5.0]]))
    found = expected_entries(ledger(fee), start=dt.date(2026, 12, 1), status=Status.SYNTHETIC)
    told = [(e.payer, str(e.amount), e.month, e.item, e.insurer) for e in found]
    assert told == [
        ("payer:acme", "10.00", "2026-12", "yoga", "acme"),
        ("payer:acme", "20.00", "2026-12", "yoga", "acme"),
        ("program", "5.00", "2027-01", "yoga", "acme"),
    ]


def test_transfers_leave_out_resources():
    found = expected_entries(
        ledger(flow("payer:acme", "program", 0, 9), flow("program", "staff", 0, 7, real=True)),
        start=dt.date(2026, 1, 1),
        status=Status.SYNTHETIC,
    )
    moved = transfers(found, resources=RESOURCES)
    assert {party: str(money) for party, money in moved.items()} == {"payer:acme": "-9.00", "program": "9.00"}


def test_a_budget_year_by_year():
    paid = np.zeros((2, 37))
    paid[:, 0], paid[0, 1:13], paid[0, 13:25], paid[1, 1:25] = 60, 100, -200, 50
    made = StakeholderLedger.of(
        [Flow("payer:acme", "program", "bundle", None, "acme", False, paid)], payers=PAYERS
    )
    first, second, third = budget_impact(made, payer="commercial", members=[100, 200, 200], years=3)
    assert first.spent.mean == (1_260 + 660) / 2
    assert first.per_member_month.mean == pytest.approx(960 / 1_200)
    assert second.per_member_month.mean == pytest.approx((-2_400 + 600) / 2 / 2_400)
    assert (second.cumulative.mean, second.saving_chance) == (60.0, 0.5)
    assert third.spent.mean == 0


@pytest.mark.parametrize(
    ("payer", "members", "years", "message"),
    [
        ("medicare", 10, 1, "one of program"),
        ("commercial", 10, 6, "1 to 5 years"),
        ("commercial", 10, 2, "within the 12 months"),
        ("commercial", 0, 1, "members above 0"),
    ],
)
def test_budgets_that_cannot_be(payer, members, years, message):
    with pytest.raises(InvalidValue, match=message):
        budget_impact(
            ledger(flow("payer:acme", "program", *[1] * 13)), payer=payer, members=members, years=years
        )
