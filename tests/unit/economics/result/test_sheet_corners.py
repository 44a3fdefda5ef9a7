"""Sheets, evaluations, reserves and bundles of business cases that are out of the ordinary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.unit.economics.case_files import example, number, read, tiny
from tests.unit.economics.result.results import DRAWS, result_of

from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.result.audit import recomputed
from allay.economics.result.health import health
from allay.economics.result.recompute import recompute
from allay.economics.result.run import run_case
from allay.economics.result.services import mix

Tree = dict[str, Any]
DOLLARS = 1e-4
# A break-even price is found to the cent.
CENT = 0.01


def within(price: float) -> Any:
    """Thirteen copays of 90 within the price: below 1,170 the patient pays it all, at once."""

    def change(tree: Tree) -> None:
        tree["contracts"][0] |= {
            "within_price": True,
            "copays": number(13, "visits"),
            "copay": number(90, "usd/visit"),
            "price": number(price, "usd"),
        }

    return change


def no_fees(tree: Tree) -> None:
    tree["fees"], tree["contracts"] = [], tree["contracts"][:1]


@pytest.mark.parametrize(
    "change",
    [
        within(1200),
        lambda tree: tree["program"].update(months=1),
        lambda tree: tree["demand"].update(capacity=number(0, "patients/month")),
        lambda tree: tree["staff"][0].update(fte=number(0, "fte")),
        lambda tree: tree["contracts"][2].update(amount=number(10_000_000, "usd")),
        lambda tree: tree["services"][3]["when"].update(above=number(1_000_000, "patients")),
        lambda tree: tree["effects"]["health"]["knots"][0].update(gain=number(-0.5, "utility")),
        no_fees,
    ],
)
def test_every_headline_is_recomputed_out_of_the_ordinary_too(change: Any) -> None:
    found = result_of(example(change))
    for row in found.audit:
        again = recomputed(row, found.months)
        assert (again is None) == (row.value is None), row.headline
        if again is not None and row.value is not None:
            assert again == pytest.approx(row.value, rel=1e-9, abs=CENT), row.headline


def test_a_program_without_money_breaks_even_at_once_on_the_sheet_too() -> None:
    nothing = read(tiny(months=6, referrals=[(1, 10)], start_up=[{"name": "a", "amount": number(0, "usd")}]))
    spent = read(tiny(months=6, referrals=[(1, 10)], start_up=[{"name": "a", "amount": number(9, "usd")}]))
    for case in (nothing, spent):
        found = result_of(case)
        (row,) = (one for one in found.audit if one.headline == "operating_break_even")
        assert row.value == recomputed(row, found.months) == 1


def test_a_quotient_of_health_and_money_is_left_out_where_one_side_dominates() -> None:
    def harm(tree: Tree) -> None:
        tree["effects"]["health"]["knots"][0]["gain"] = number(-0.1, "utility")

    found = result_of(example(harm))
    assert found.health is not None
    assert {one.comparison for one in found.health.perspectives} == {"dominated"}
    assert not [one for one in found.audit if one.headline.startswith("cost_per_qaly")]
    assert health(run_case(read_case(EXAMPLE)), run_case(read_case(EXAMPLE), draws=DRAWS, seed=1)) is not None


NONE = EvaluatedEffects({"injection": (3.0,)}, {"injection": np.ones((40, 1))})


def test_a_result_names_the_evaluation_whose_draws_it_used() -> None:
    def named(tree: Tree) -> None:
        tree["sources"]["claims"] = {"title": "Claims", "accessed": "2026-01-02", "status": "memory"}
        tree["effects"]["evaluation"] = {"file": "ours.csv", "source": "claims"}

    case = example(named)
    assert result_of(case).evaluation == ""  # its knots counted
    assert result_of(case, evaluated=NONE).evaluation == "ours.csv"
    assert result_of(case, evaluated=NONE, evaluation="other.csv").evaluation == "other.csv"
    assert result_of(read_case(EXAMPLE), evaluated=NONE).evaluation == "given as draws"


def test_how_sure_an_evaluation_is_counts() -> None:
    def named(tree: Tree) -> None:
        for name, source in tree["sources"].items():
            source["status"] = "verified"
            assert name == "made_up"
        tree["sources"]["claims"] = {"title": "Claims", "accessed": "2026-01-02", "status": "memory"}
        tree["effects"]["evaluation"] = {"file": "ours.csv", "source": "claims"}

    case = example(named)
    assert result_of(case).status.value == "verified"
    assert result_of(case, evaluated=NONE).status.value == "memory"


def test_what_is_spent_once_in_a_later_month_is_no_cash_from_work() -> None:
    """Rent of 10 and fees of 100 a month, and 5,000 once in month 3."""
    payer = {"id": "acme", "kind": "commercial", "mix": number(1, "probability")}
    case = read(
        tiny(
            months=6,
            referrals=[(1, 1)],
            payers=[payer],
            fees=[{"service": "medical_visit", "payer": "acme", "allowed": number(100, "usd/visit")}],
            fixed=[{"name": "rent", "amount": number(10, "usd/month")}],
            start_up=[{"name": "room", "amount": number(5_000, "usd"), "month": 3}],
        )
    )
    found = result_of(case)
    assert found.months.operating.best == pytest.approx([0, *[90] * 6])
    assert found.months.cash.best == pytest.approx([0, 90, 90, -4910, 90, 90, 90])
    assert found.headlines.operating_break_even.best == 1
    assert found.headlines.cumulative_break_even.best is None


def test_a_grant_keeps_a_reserve_and_is_not_in_the_total() -> None:
    """Rent of 100, a reserve of 250: two months, or eight with a grant of 600 in month 2."""
    grant = {
        "type": "grant",
        "id": "gift",
        "grantor": "county",
        "amount": number(600, "usd"),
        "purposes": ["rent"],
        "from_month": 2,
        "to_month": 24,
        "paid": "start",
    }
    found = []
    for contracts in ([], [grant]):
        tree = tiny(
            months=24,
            referrals=[(1, 1)],
            fixed=[{"name": "rent", "amount": number(100, "usd/month")}],
            contracts=contracts,
        )
        tree["program"]["reserve"] = number(250, "usd")
        found.append(result_of(read(tree)).headlines)
    assert [head.months_of_cash.best for head in found if head.months_of_cash] == [2, 8]
    assert [head.total.best for head in found] == [-2400, -2400]
    assert [head.with_grants.best for head in found] == [-2400, -1800]


def test_what_a_bundle_promises_is_owed_in_the_best_mix() -> None:
    """Yoga brings nothing by itself and takes the staff of massage; a quarter of patients has a bundle."""

    def service(name: str) -> Tree:
        return {
            "id": name,
            "kind": "individual",
            "dose": [{"visits": number(1, "visits/month")}],
            "steps": [{"role": "therapist", "minutes": number(60, "minutes")}],
        }

    role = {
        "role": "therapist",
        "fte": number(1, "fte"),
        "hours": number(10, "hours/week"),
        "weeks": number(48, "weeks/year"),
        "clinical": number(1, "probability"),
        "practical": number(1, "probability"),
        "cost": number(50_000, "usd/year"),
    }
    payers = [
        {"id": "plan", "kind": "commercial", "mix": number(0.25, "probability")},
        {"id": "acme", "kind": "commercial", "mix": number(0.75, "probability")},
    ]
    bundle = {
        "type": "bundle",
        "id": "all",
        "payer": "plan",
        "price": number(100, "usd"),
        "included": ["yoga"],
    }
    fee = {"service": "massage", "payer": "acme", "allowed": number(90, "usd/visit")}
    tree = tiny(
        months=12,
        referrals=[(1, 20)],
        services=[service("yoga"), service("massage")],
        staff=[role],
        payers=payers,
        fees=[fee],
        contracts=[bundle],
    )
    found = mix(run_case(read(tree), draws=DRAWS, seed=1))
    assert found is not None
    # Forty hours, of which both now take half.
    assert found.sessions_now == pytest.approx({"yoga": 20, "massage": 20})
    assert found.sessions["yoga"] == pytest.approx(5)


def two_bundles(tree: Tree) -> None:
    tree["fees"] = []
    tree["contracts"].append(
        {
            "type": "bundle",
            "id": "acme_bundle",
            "payer": "acme",
            "price": number(2_000, "usd"),
            "included": ["yoga"],
        }
    )


def test_bundles_together_have_the_mean_price_by_patients() -> None:
    together, first, second = result_of(example(two_bundles)).bundles
    assert together.contracts == ("medicaid_bundle", "acme_bundle")
    assert together.price.best == pytest.approx((0.35 * 1_100 + 0.45 * 2_000) / 0.8)
    assert (first.price.best, second.price.best) == (1_100, 2_000)


def test_where_a_bundle_need_bring_nothing_its_price_is_enough() -> None:
    """Fees of others pay for all."""

    def rich(tree: Tree) -> None:
        tree["fees"][1]["allowed"] = number(20_000, "usd/visit")

    (found,) = result_of(example(rich)).bundles
    assert found.any_price
    assert found.break_even.best is None
    assert found.enough_chance == found.any_chance == 1


@pytest.mark.parametrize("inside", [True, False])
def test_what_goes_back_is_the_part_of_the_payer(inside: bool) -> None:
    """All leave after their first month, and all that the payer paid goes back; copays stay."""

    def leave(tree: Tree) -> None:
        tree["panel"]["drop_out"] = [number(1, "probability")]
        tree["contracts"][0] |= {
            "clawback": [number(1, "probability")],
            "copay": number(50, "usd/visit"),
            "within_price": inside,
        }
        tree["payers"][1]["days"] = number(0, "days")

    run = run_case(example(leave))
    kinds = {flow.kind: flow for flow in run.program.flows if flow.payer == "state"}
    paid, back, own = (kinds[kind].amount[0] for kind in ("bundle", "adjustment", "share"))
    assert back[2:] == pytest.approx(paid[1:-1])
    assert paid[1:] == pytest.approx(run.program.started[0, 1:] * 0.35 * (1_000 if inside else 1_100))
    assert own[1:] == pytest.approx(run.program.started[0, 1:] * 0.35 * 100)


def test_what_is_avoided_is_in_the_ledger_at_its_present_value() -> None:
    found = result_of(read_case(EXAMPLE))
    for one in found.avoided:
        rows = [row for row in found.ledger.rows if (row.kind, row.service) == ("avoided", one.event)]
        assert one.paid.best == pytest.approx(sum(row.best for row in rows))
        assert one.paid.draws.mean == pytest.approx(sum(row.mean for row in rows))


def test_what_is_owed_at_the_end_is_that_of_all_payers_in_every_draw() -> None:
    case = read_case(EXAMPLE)
    owed = sum(run_case(case, draws=DRAWS, seed=1).program.receivable().values())
    found = result_of(case).receivable
    assert found.draws.mean == pytest.approx(float(np.asarray(owed).mean()))
    assert found.best == pytest.approx(sum(each[0] for each in run_case(case).program.receivable().values()))


def test_the_rounding_of_sums_is_no_loss_on_the_sheet() -> None:
    assert recompute("first of three", series=[[0.0, -1e-9, 0.0, 0.0]]) == 1
    assert recompute("first of three", series=[[0.0, -0.01, 0.0, 0.0]]) is None
    assert recompute("crossing", numbers=[5.0, 0.0, 20.0, 0.0]) == 5
    assert recompute("crossing", numbers=[5.0, 9.0, 20.0, 9.0]) is None
