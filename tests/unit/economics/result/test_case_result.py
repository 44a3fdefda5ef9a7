"""What a business case comes to: every part beside another way to it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.unit.economics.case_files import example, number, read, tiny
from tests.unit.economics.result.results import DRAWS, result_of

from allay.economics.answers.cash import net_present_value
from allay.economics.case.case import Case
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.result.audit import flat, recomputed
from allay.economics.result.result import CaseResult
from allay.economics.result.run import run_case
from allay.economics.result.services import mix

# A headline and its formula add the same float64 numbers in another order.
SAME = 1e-9
DOLLARS = 1e-4


@pytest.fixture(scope="module")
def found() -> CaseResult:
    return result_of(read_case(EXAMPLE))


def test_every_headline_is_recomputed_from_its_inputs(found: CaseResult) -> None:
    assert {row.headline.split("/")[0] for row in found.audit} == {
        *("net_present_value", "peak_funding", "operating_break_even", "cumulative_break_even"),
        *("discounted_payback", "break_even", "by_visit", "attendance", "returns", "cost_per_qaly"),
    }
    for row in found.audit:
        again = recomputed(row, found.months)
        assert (again is None) == (row.value is None), row.headline
        if again is not None and row.value is not None:
            assert again == pytest.approx(row.value, rel=SAME), row.headline


def test_what_moves_a_headline_moves_it_so_far(found: CaseResult) -> None:
    case = read_case(EXAMPLE)
    (row,) = (one for one in found.audit if one.headline == "net_present_value")
    assert len(row.feeds) > 50
    for feed in (row.feeds[0], row.feeds[20], row.feeds[-1]):
        run = run_case(case, given={feed.quantity: feed.to})
        worth = net_present_value(run.cash, yearly_rate=run.rate)[0]
        assert worth - row.value == pytest.approx(feed.change, abs=DOLLARS)
    named = {feed.quantity for feed in row.feeds}
    assert "contracts/foundation/amount" not in named  # grants do not count
    assert "effects/visits/hours" not in named
    assert all(feed.quantity in case.quantities() for one in found.audit for feed in one.feeds)


def test_the_sheet_is_a_table_of_inputs_and_of_what_moves(found: CaseResult) -> None:
    lines = list(flat(found.audit))
    assert len(lines) == sum(len(row.inputs) + len(row.feeds) for row in found.audit)
    assert all(line["headline"] for line in lines)


def test_at_the_break_even_price_the_program_is_worth_nothing(found: CaseResult) -> None:
    (bundle,) = found.bundles
    run = run_case(read_case(EXAMPLE), given={"contracts/medicaid_bundle/price": bundle.break_even.best or 0})
    assert net_present_value(run.cash, yearly_rate=run.rate)[0] == pytest.approx(0, abs=0.01)
    spread = bundle.break_even.draws
    assert spread.low < (bundle.break_even.best or 0) < spread.high
    assert spread.defined == 1


def test_transfers_add_up_to_nothing_and_everybody_to_society(found: CaseResult) -> None:
    assert found.ledger.transfers == "0.00"
    rows = {row.stakeholder: row for row in found.stakeholders}
    total = sum(row.best for row in rows.values() if not row.part_of and row.stakeholder != "society")
    assert total == pytest.approx(rows["society"].best, abs=DOLLARS)
    parts = rows["medicaid_federal"].best + rows["medicaid_state"].best
    assert parts == pytest.approx(rows["medicaid"].best, abs=DOLLARS)


def test_the_ledger_holds_what_stakeholders_are_worth(found: CaseResult) -> None:
    employer = next(row for row in found.stakeholders if row.stakeholder == "employer")
    gained = sum(row.best for row in found.ledger.rows if row.target == "employer")
    given = sum(row.best for row in found.ledger.rows if row.source == "employer")
    assert gained - given == pytest.approx(employer.best, abs=DOLLARS)


def test_months_add_up_to_years_and_kinds_to_cash(found: CaseResult) -> None:
    cash = np.array(found.months.cash.best)
    kinds = [
        amounts for kind, amounts in found.months.program.items() if kind not in ("grant", "grant_return")
    ]
    assert np.sum(kinds, axis=0) == pytest.approx(cash, abs=DOLLARS)
    assert sum(year.cash for year in found.years) == pytest.approx(cash.sum(), abs=DOLLARS)
    assert all(year.taken_in - year.paid == pytest.approx(year.cash) for year in found.years)
    assert found.months.cumulative.best[-1] == pytest.approx(found.headlines.total.best or 0)


def test_budgets_are_those_of_the_payers_whose_members_are_known(found: CaseResult) -> None:
    budgets = {one.payer: one for one in found.budgets}
    assert set(budgets) == {"commercial", "medicaid"}
    first = budgets["commercial"].years[0]
    assert first.spent.mean == pytest.approx((first.per_member_month.mean or 0) * 20_000 * 12)


def test_health_is_weighed_for_payers_and_for_society(found: CaseResult) -> None:
    assert found.health is not None
    payers, society = found.health.perspectives
    qalys = found.health.qalys.draws.mean or 0
    assert payers.ratio == pytest.approx((payers.cost.draws.mean or 0) / qalys)
    rows = {row.stakeholder: row.net_present_value.mean or 0 for row in found.stakeholders}
    assert payers.cost.draws.mean == pytest.approx(-rows["commercial"] - rows["medicaid"])
    assert society.cost.draws.mean == pytest.approx(-rows["society"])
    for one in found.health.perspectives:
        shares = [share for _, share in one.curve]
        assert shares[0] == 0
        assert all(0 <= share <= 1 for share in shares)
        for at in one.thresholds:
            assert dict(one.curve)[at.willingness_to_pay] == at.chance


def test_priced_health_is_not_counted_twice() -> None:
    def price(tree: dict[str, Any]) -> None:
        tree["effects"]["health"]["worth"] = number(100_000, "usd/qaly")

    priced, plain = result_of(example(price)), result_of(read_case(EXAMPLE))
    assert priced.health is not None
    assert plain.health is not None
    assert priced.health.perspectives[1].cost.best == pytest.approx(plain.health.perspectives[1].cost.best)
    society = [one.stakeholders[-1].best for one in (priced, plain)]
    assert society[0] - society[1] == pytest.approx(100_000 * (plain.health.qalys.best or 0))


def test_drivers_are_in_order_and_leave_out_what_does_not_vary(found: CaseResult) -> None:
    swings = [one.swing for one in found.drivers.drivers]
    assert swings == sorted(swings, reverse=True)
    assert found.drivers.base == pytest.approx(found.headlines.net_present_value.best)
    assert {one.quantity for one in found.drivers.drivers} == {
        one.quantity for one in found.assumptions.assumptions if one.distribution
    }
    assert found.drivers.evpi >= 0


def test_scenarios_share_the_draws_of_the_case(found: CaseResult) -> None:
    first, slow, lost = found.scenarios
    assert first.net_present_value == found.headlines.net_present_value.draws
    assert first.change.high == 0
    assert (slow.change.mean or 0) < 0
    assert lost.id == "champion_lost"


def test_the_status_is_that_of_the_weakest_number() -> None:
    def verify(tree: dict[str, Any]) -> None:
        tree["sources"]["read"] = {"title": "A paper", "accessed": "2026-01-02", "status": "verified"}
        tree["program"]["discount"]["source"] = "read"

    found = result_of(example(verify))
    assert found.status.value == "synthetic"
    assert found.assumptions.statuses["verified"] == 1


def plain_case(**sections: Any) -> Case:
    return read(tiny(months=24, referrals=[(1, 10)], **sections))


def test_a_case_with_next_to_nothing_has_a_result() -> None:
    found = result_of(plain_case(fixed=[{"name": "rent", "amount": number(100, "usd/month")}]))
    assert found.headlines.operating_break_even.best is None
    assert found.headlines.net_present_value.best == pytest.approx(-2400)
    assert found.health is None
    assert found.mix is None
    assert found.budgets == found.bundles == found.drivers.drivers == ()
    assert found.headlines.months_of_cash is None
    assert found.drivers.evpi == 0


def test_a_case_without_any_money_has_a_result_too() -> None:
    found = result_of(plain_case(start_up=[{"name": "fit_out", "amount": number(0, "usd")}]))
    assert found.headlines.net_present_value.best == 0
    assert found.headlines.cumulative_break_even.best == 0


def test_a_group_pays_for_itself_with_so_many() -> None:
    group = {
        "id": "yoga",
        "kind": "group",
        "dose": [{"visits": number(2, "visits/month")}],
        "no_show": number(0.2, "probability"),
        "group": {"seats": number(12, "seats"), "fill": number(1, "probability")},
        "room": number(606, "usd/event"),
        "supplies": number(0.218, "usd/visit"),
    }
    payer = {"id": "acme", "kind": "commercial", "mix": number(1, "probability")}
    fee = {"service": "yoga", "payer": "acme", "allowed": number(70.436, "usd/visit")}
    found = result_of(plain_case(services=[group], payers=[payer], fees=[fee]))
    attendance = found.services[0].attendance
    assert attendance is not None
    # 606 / (70.436 - 0.218) = 8.63, so nine must come, and twelve be booked at a fifth of no-shows.
    assert (attendance.attendees.best, attendance.booked.best) == (9, 12)
    assert attendance.brought_by_seat.best == pytest.approx(70.218)


def test_a_seat_that_brings_nothing_has_no_break_even_attendance() -> None:
    def free(tree: dict[str, Any]) -> None:
        tree["fees"] = [fee for fee in tree["fees"] if fee["service"] != "yoga"]

    attendance = result_of(example(free)).services[1].attendance
    assert attendance is not None
    assert attendance.attendees.best is None
    assert attendance.booked.best is None


def test_what_may_not_be_billed_is_not_in_the_best_mix() -> None:
    def forbid(tree: dict[str, Any]) -> None:
        tree["services"][2]["permitted"] = number(0, "events/month")
        tree["contracts"][0]["included"].remove("chiropractic")

    found = mix(run_case(example(forbid), draws=DRAWS, seed=1))
    assert found is not None
    assert found.sessions["chiropractic"] == 0
    assert found.sessions_now["chiropractic"] > 0


def test_an_evaluation_takes_the_place_of_knots() -> None:
    none = EvaluatedEffects({"injection": (3.0,)}, {"injection": np.ones((40, 1))})
    found = result_of(read_case(EXAMPLE), evaluated=none)
    avoided = {one.event: one.events for one in found.avoided}
    assert avoided["injection"].best == avoided["injection"].draws.mean == 0
    assert (avoided["emergency_visit"].best or 0) > 0


def test_the_same_case_draws_and_seed_are_the_same_bytes(found: CaseResult) -> None:
    assert result_of(read_case(EXAMPLE)).model_dump_json() == found.model_dump_json()


def test_a_result_can_be_written_as_json_and_read_again(found: CaseResult) -> None:
    again = CaseResult.model_validate_json(found.model_dump_json())
    assert again == found
    assert not any(math.isnan(one) for one in found.months.cash.mean)


def test_checklists_say_what_is_missing(found: CaseResult) -> None:
    reporting, validation = found.checklists
    assert len(reporting.items) == 28
    assert {item.state for item in reporting.items} == {"shown", "partly", "program", "not_done"}
    assert "{" not in "".join(item.answer for item in (*reporting.items, *validation.items))
    assert reporting.status.value == "memory"


def test_work_relative_value_units_are_those_of_the_schedule_of_the_year() -> None:
    def of_2024(tree: dict[str, Any]) -> None:
        tree["program"]["currency_year"] = 2024

    found = result_of(example(of_2024)).work_units
    assert found.day == "2024-07-01"
    assert found.unknown == {"yoga": "no code", "massage": "no code"}
    visits = found.services["medical_visit"]
    # CPT 99214 has 1.92 work units in the schedule of 2024.
    run = run_case(example(of_2024)).program
    assert visits.total.best == pytest.approx(1.92 * run.visits[0, :, 0].sum())
    assert sum(visits.years) == pytest.approx(visits.total.best)
    assert "2026-07-01" in result_of(read_case(EXAMPLE)).work_units.unknown["medical_visit"]
