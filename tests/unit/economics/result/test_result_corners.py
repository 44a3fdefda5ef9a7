"""What a business case comes to where a case is out of the ordinary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.unit.economics.case_files import example, number, read, tiny
from tests.unit.economics.result.results import DRAWS, result_of

from allay.base.errors import InvalidInput
from allay.economics.answers.cash import discount_factors, net_present_value
from allay.economics.case.case import Case
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.result.drivers import drivers, scenarios
from allay.economics.result.feeds import feeds
from allay.economics.result.health import cost_for
from allay.economics.result.run import run_case
from allay.economics.result.services import attendance, mix
from allay.economics.result.stakeholders import budgets, stakeholder_returns

Tree = dict[str, Any]
DOLLARS = 1e-4
# A break-even price is found to the cent.
CENT = 0.01


def worth(case: Case, **given: Any) -> float:
    run = run_case(case, given=given.get("given"))
    return float(net_present_value(run.cash, yearly_rate=given["rate"])[0])


def test_a_scenario_may_have_another_discount_rate() -> None:
    given = {"program/discount": 0.07}
    case = example(lambda tree: tree["scenarios"][0].update(given=given))
    as_it_is, other, _ = scenarios(run_case(case, draws=DRAWS, seed=1), seed=1)
    run = run_case(case, draws=DRAWS, seed=1)
    expected = net_present_value(run.cash, yearly_rate=0.07).mean()
    assert other.net_present_value.mean == pytest.approx(expected)
    assert other.change.mean == pytest.approx(expected - (as_it_is.net_present_value.mean or 0))
    assert (other.society.mean or 0) > (as_it_is.society.mean or 0)  # later losses weigh less


def test_the_discount_rate_and_shares_of_payers_move_a_headline_as_they_say() -> None:
    case = read_case(EXAMPLE)
    found = feeds(case, {"npv": lambda run: net_present_value(run.cash, yearly_rate=run.rate)})["npv"]
    by_name = {one.quantity: one for one in found}
    base = worth(case, rate=0.03)
    rate = by_name["program/discount"]
    assert rate.to == pytest.approx(0.0303)
    assert rate.change == pytest.approx(worth(case, rate=rate.to) - base, abs=DOLLARS)
    for name in ("payers/acme/mix", "payers/state/mix", "payers/self/mix"):
        one = by_name[name]
        assert one.change == pytest.approx(worth(case, rate=0.03, given={name: one.to}) - base, abs=DOLLARS)


def test_the_ends_of_a_driver_are_those_of_its_distribution_and_hold_when_tried() -> None:
    case = read_case(EXAMPLE)
    found = {one.quantity: one for one in drivers(run_case(case, draws=DRAWS, seed=1)).drivers}
    for name in ("payers/acme/mix", "demand/no_show", "contracts/medicaid_bundle/price"):
        one, spread = found[name], case.quantity(name).spread
        assert spread is not None
        assert [one.low, one.high] == pytest.approx(spread.quantile(np.array([0.025, 0.975])).tolist())
        for end, outcome in ((one.low, one.worth_at_low), (one.high, one.worth_at_high)):
            assert outcome == pytest.approx(worth(case, rate=0.03, given={name: end}), abs=DOLLARS)


def test_what_has_a_fixed_distribution_does_not_vary() -> None:
    found = result_of(example(lambda tree: tree["fixed"][0]["amount"].update(distribution={"name": "fixed"})))
    assert "fixed/direction/amount" not in {one.quantity for one in found.drivers.drivers}
    assert found.assumptions.varied == len(found.drivers.drivers)


def employers(tree: Tree) -> None:
    tree["payers"][0] |= {"kind": "employer", "members": number(100, "members")}


def test_a_budget_of_an_employer_is_what_it_pays_for_care() -> None:
    run = run_case(example(employers), draws=DRAWS, seed=1)
    (own, _) = budgets(run)
    assert own.payer == "employer"
    paid = sum(
        (1 if flow.source == "payer:acme" else -1) * flow.amount[:, :61].sum(axis=1)
        for flow in run.ledger.flows
        if "payer:acme" in (flow.source, flow.target)
    )
    assert own.years[-1].cumulative.mean == pytest.approx(float(paid.mean()))


def test_a_budget_is_of_the_payers_whose_members_are_known() -> None:
    def two(tree: Tree) -> None:
        tree["payers"][2] |= {"kind": "commercial"}

    whole, part = (
        {one.payer: one for one in budgets(run_case(case, draws=DRAWS, seed=1))}["commercial"]
        for case in (read_case(EXAMPLE), example(two))
    )
    assert part.members == 20_000
    assert part.years[0].spent == whole.years[0].spent


def test_a_patient_who_pays_has_no_budget() -> None:
    def members(tree: Tree) -> None:
        tree["payers"][2]["members"] = number(10, "members")

    run = run_case(example(members), draws=DRAWS, seed=1)
    assert [one.payer for one in budgets(run)] == ["commercial", "medicaid"]


def test_payers_are_all_who_pay_for_others() -> None:
    plain, own = read_case(EXAMPLE), example(employers)
    assert cost_for(run_case(own), "payers") == pytest.approx(cost_for(run_case(plain), "payers"))
    assert cost_for(run_case(plain), "payers")[0] != 0


def test_medicaid_is_split_by_the_share_of_each_payer() -> None:
    def two(tree: Tree) -> None:
        share = {"federal_share": number(0.9, "probability"), "kind": "medicaid"}
        tree["payers"][0] |= share
        tree["payers"][1]["federal_share"]["distribution"] = {"name": "beta", "parameters": {"se": 0.05}}

    case = example(two)
    best, drawn = run_case(case), run_case(case, draws=DRAWS, seed=1)
    rows = {row.stakeholder: row for row in stakeholder_returns(best, drawn)}
    factors = discount_factors(yearly_rate=0.03, months=121)
    paid = {"payer:acme": 0.0, "payer:state": 0.0}
    for flow in best.ledger.flows:
        for party in paid:
            sign = (flow.target == party) - (flow.source == party)
            paid[party] += sign * float((flow.amount @ factors)[0])
    federal = 0.9 * paid["payer:acme"] + 0.6 * paid["payer:state"]
    assert rows["medicaid_federal"].best == pytest.approx(federal)
    assert rows["medicaid_state"].best == pytest.approx(sum(paid.values()) - federal)
    assert rows["medicaid_federal"].part_of == rows["medicaid_state"].part_of == "medicaid"
    shares = drawn.program.drawn.of("payers/state/federal_share")
    assert len(set(shares.tolist())) == DRAWS


def test_medicaid_of_which_a_share_is_not_known_is_not_split() -> None:
    found = stakeholder_returns(
        *(
            run_case(example(lambda tree: tree["payers"][0].update(kind="medicaid")), draws=draws, seed=1)
            for draws in (None, DRAWS)
        )
    )
    assert [row.stakeholder for row in found if row.stakeholder.startswith("medicaid")] == ["medicaid"]


def test_what_is_owed_for_places_of_the_health_system_is_not_owed_to_the_program() -> None:
    with_place = read_case(EXAMPLE)
    without = example(lambda tree: tree["fees"][0].pop("facility"))
    owed = [run_case(case).program.receivable() for case in (with_place, without)]
    assert owed[0]["acme"] == pytest.approx(owed[1]["acme"])
    place = run_case(with_place).program.receivable(to="health_system")
    assert place["acme"][0] > 0
    assert place["state"][0] == 0


def test_a_seat_brings_the_fee_for_the_place_where_the_program_gets_it() -> None:
    def place(tree: Tree) -> None:
        fee = next(fee for fee in tree["fees"] if (fee["service"], fee["payer"]) == ("yoga", "acme"))
        fee |= {"facility": number(10, "usd/visit"), "facility_to": "program"}

    more = (
        attendance(run_case(example(place)), "yoga").seat
        - attendance(run_case(read_case(EXAMPLE)), "yoga").seat
    )
    assert more == pytest.approx(10 * 0.45 * 0.9)


@pytest.mark.parametrize("months", [1, 6, 11])
def test_the_mix_of_a_short_case_is_of_its_months(months: int) -> None:
    """Ten visits of an hour a month, of which all are held."""
    service = {
        "id": "yoga",
        "kind": "individual",
        "dose": [{"visits": number(1, "visits/month")}],
        "steps": [{"role": "therapist", "minutes": number(60, "minutes")}],
    }
    role = {
        "role": "therapist",
        "fte": number(1, "fte"),
        "hours": number(40, "hours/week"),
        "weeks": number(50, "weeks/year"),
        "clinical": number(1, "probability"),
        "practical": number(1, "probability"),
        "cost": number(50_000, "usd/year"),
    }
    payer = {"id": "acme", "kind": "commercial", "mix": number(1, "probability")}
    fee = {"service": "yoga", "payer": "acme", "allowed": number(90, "usd/visit")}
    tree = tiny(
        months=months, referrals=[(1, 10)], services=[service], staff=[role], payers=[payer], fees=[fee]
    )
    found = mix(run_case(read(tree), draws=DRAWS, seed=1))
    assert found is not None
    assert found.sessions_now["yoga"] == pytest.approx(10)
    assert found.sessions["yoga"] == pytest.approx(10)


def test_what_waits_is_asked_for_as_often_as_patients_come() -> None:
    """Half come; 100 are due each month, and there is time for 30 visits."""
    service = {
        "id": "yoga",
        "kind": "individual",
        "dose": [{"visits": number(1, "visits/month")}],
        "no_show": number(0.5, "probability"),
        "steps": [{"role": "therapist", "minutes": number(60, "minutes")}],
    }
    role = {
        "role": "therapist",
        "fte": number(1, "fte"),
        "hours": number(7.2, "hours/week"),
        "weeks": number(50, "weeks/year"),
        "clinical": number(1, "probability"),
        "practical": number(1, "probability"),
        "cost": number(50_000, "usd/year"),
    }
    tree = tiny(months=1, referrals=[(1, 100)], services=[service], staff=[role])
    found = mix(run_case(read(tree), draws=DRAWS, seed=1))
    assert found is not None
    assert found.sessions_now["yoga"] == pytest.approx(30)
    assert found.most["yoga"] == pytest.approx(50)


def test_an_effect_that_ends_long_after_the_case_is_followed_to_its_last_month() -> None:
    def ends(when: float) -> Any:
        def change(tree: Tree) -> None:
            for event in tree["effects"]["events"]:
                event["ends"] = when
            tree["effects"]["health"]["ends"] = tree["effects"]["work"]["ends"] = when

        return change

    found = run_case(example(ends(999_999_999))).effects
    assert found.avoided["injection"].sum() > run_case(example(ends(24))).effects.avoided["injection"].sum()
    assert found.days is not None
    assert found.qalys is not None
    long, longer = (run_case(example(ends(when))).effects.avoided["injection"] for when in (200, 130))
    assert long.sum() > longer.sum()


def test_a_program_opens_in_a_year_that_has_dates() -> None:
    late = run_case(example(lambda tree: tree["program"].update(opens="2199-12")), draws=DRAWS, seed=1)
    assert late.cash.shape == (DRAWS, 121)
    for opens in ("9999-12", "0000-01", "1949-12", "2200-01", "2027-13"):
        with pytest.raises(InvalidInput, match="pattern"):
            example(lambda tree, opens=opens: tree["program"].update(opens=opens))  # type: ignore[misc]
