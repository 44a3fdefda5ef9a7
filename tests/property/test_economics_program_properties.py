"""Statements about the monthly model that hold for every case."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.unit.economics import case_files
from tests.unit.economics.case_files import number
from tests.unit.economics.program.test_program_run import assert_same

from allay.economics.case.case import Case
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.case.flow import PROGRAM, REAL
from allay.economics.program.run import run_program

PEOPLE = 1e-9
"""Relative: patients and dollars are added in another order."""
DOLLARS = 1e-6


@cache
def cases() -> tuple[Case, ...]:
    """The example, and a case with what the example has not."""
    return read_case(EXAMPLE), case_files.example(other)


def other(tree: dict[str, Any]) -> None:
    """A series of referrals, savings, copays within a price, grants as spent, dated costs, no hazards."""
    tree["program"]["months"] = 40
    tree["demand"]["referrals"] = {
        "type": "series",
        "steps": [
            {"from_month": month, "amount": number(month * 3, "patients/month")} for month in (2, 9, 20)
        ],
    }
    del tree["demand"]["capacity"], tree["hazards"], tree["correlations"], tree["scenarios"]
    tree["panel"] = {"months": 6}
    tree["services"][0]["no_show"] = number(1, "probability")
    tree["services"][3]["when"] = {
        "measure": "backlog",
        "of": "chiropractic",
        "above": number(5, "visits"),
        "months": 2,
    }
    tree["services"][1]["opens"] = 5
    quality = {"withheld": number(0.2, "probability"), "met": number(0.7, "probability")}
    quality["bonus"] = number(0.1, "ratio")
    tree["contracts"][0] |= {"within_price": True, "clawback": [], "quality": quality}
    tree["contracts"][2] |= {"paid": "as_spent", "purposes": ["yoga", "yoga_therapist", "direction"]}
    tree["contracts"] += [
        {
            "type": "shared_savings",
            "id": "savings",
            "payer": "acme",
            "members": number(500, "members"),
            "benchmark": number(1000, "usd/member-month"),
            "saved": number(0.05, "probability"),
            "minimum_rate": number(0.039, "probability"),
            "share": number(0.5, "probability"),
            "cap": number(0.1, "probability"),
        },
        {
            "type": "grant",
            "id": "second",
            "grantor": "county",
            "amount": number(40_000, "usd"),
            "purposes": ["yoga", "physician", "rent_and_software"],
            "from_month": 3,
            "to_month": 20,
            "paid": "start",
        },
    ]
    tree["fixed"][1] |= {"from_month": 4, "to_month": 30}
    tree["start_up"].append({"name": "second_room", "amount": number(9000, "usd"), "month": 14})


# What varies and how far; everything else stays as the case says.
WIDE = {
    "demand/no_show": (0.0, 1.0),
    "demand/leaving": (0.0, 1.0),
    "services/yoga/no_show": (0.0, 1.0),
    "services/yoga/dose/1/visits": (0.0, 9.0),
    "services/yoga/group/seats": (1.0, 30.0),
    "services/chiropractic/steps/1/minutes": (0.0, 400.0),
    "staff/physician/fte": (0.0, 2.0),
    "staff/massage_therapist/fte": (0.0, 3.0),
    "staff/physician/turnover": (0.0, 1.0),
    "staff/physician/vacancy": (0.0, 24.0),
    "payers/acme/days": (0.0, 400.0),
    "payers/acme/denial": (0.0, 1.0),
    "payers/acme/mix": (0.0, 1.0),
    "contracts/medicaid_bundle/price": (0.0, 5000.0),
    "contracts/foundation/amount": (0.0, 1e6),
    "fixed/rent_and_software/amount": (0.0, 1e5),
}
NUMBERS = st.fixed_dictionaries(
    {}, optional={name: st.floats(*ends, width=32) for name, ends in WIDE.items()}
)
WHICH = st.sampled_from((0, 1))


@given(WHICH, NUMBERS)
@example(1, {"staff/physician/fte": 0.0})  # a role that is neither there nor needed, beside one that is short
@settings(max_examples=40, deadline=None)
def test_arrays_are_what_plain_loops_make_of_the_same_numbers(which: int, numbers: dict[str, float]) -> None:
    assert_same(run_program(cases()[which], given=numbers), 0, seed=0, sampled=False)


@given(WHICH, NUMBERS)
@settings(max_examples=40, deadline=None)
def test_nobody_vanishes(which: int, numbers: dict[str, float]) -> None:
    run = run_program(cases()[which], given=numbers)
    found = run.patients
    referred, left, dropped, finished = (
        np.cumsum(each, axis=0) for each in (found.referred, found.left, found.dropped, found.finished)
    )
    everyone = found.waiting + left + found.panel + dropped + finished
    np.testing.assert_allclose(everyone, referred, rtol=PEOPLE, atol=PEOPLE)
    np.testing.assert_allclose(run.panel.sum(axis=2).T, found.panel, rtol=PEOPLE, atol=PEOPLE)
    assert found.waiting.min() >= -PEOPLE


@given(WHICH, NUMBERS)
@settings(max_examples=40, deadline=None)
def test_no_role_works_longer_than_it_can_and_no_visit_vanishes(
    which: int, numbers: dict[str, float]
) -> None:
    run = run_program(cases()[which], given=numbers)
    assert (run.minutes <= run.capacity * (1 + PEOPLE) + PEOPLE).all()
    assert run.backlog.min() >= -1e-6
    assert all((cost >= 0).all() for cost in run.unused_cost().values())


@given(WHICH, NUMBERS)
@settings(max_examples=40, deadline=None)
def test_no_money_vanishes(which: int, numbers: dict[str, float]) -> None:
    """What a payer owes for visits is paid or owed at the end; parties gain in sum what others give."""
    run = run_program(cases()[which], given=numbers)
    parties = {party for flow in run.flows for party in (flow.source, flow.target)}
    totals = {
        party: sum(flow.amount for flow in run.flows if flow.target == party)
        - sum(flow.amount for flow in run.flows if flow.source == party)
        for party in parties
    }
    assert np.abs(sum(totals.values())).max() <= DOLLARS
    np.testing.assert_allclose(run.cash, totals[PROGRAM], atol=DOLLARS)
    assert all(amount.min() >= -DOLLARS for amount in run.receivable().values())
    earned = sum(one.revenue for one in run.contributions())
    paid = sum(
        flow.amount.sum(axis=1)
        for flow in run.flows
        if flow.service is not None and flow.target == PROGRAM and flow.kind in ("visit", "share")
    )
    assert (earned >= paid - DOLLARS).all()
    assert all(flow.real == (flow.kind in REAL) for flow in run.flows)
    assert all(flow.amount.min() >= -DOLLARS for flow in run.flows)


@given(NUMBERS)
@settings(max_examples=25, deadline=None)
def test_without_demand_there_is_only_what_is_fixed(numbers: dict[str, float]) -> None:
    run = run_program(cases()[0], given=numbers | {"demand/referrals/most": 0.0})
    assert run.visits.max() == run.waiting.max() == run.backlog.max() == 0
    kinds = {flow.kind for flow in run.flows if flow.amount.any()}
    assert kinds <= {"work", "recruiting", "fixed", "start_up", "per_member", "grant", "grant_return"}


@given(st.floats(0, 100), st.floats(0, 100))
@settings(max_examples=40, deadline=None)
def test_more_patients_below_the_next_capacity_step_never_lower_the_result(one: float, two: float) -> None:
    """A service whose visits contribute, with room for 100 patients a month at least."""
    fewer, more = sorted((one, two))
    case = roomy()
    results = []
    for patients in (fewer, more):
        run = run_program(case, given={"demand/referrals/steps/1/amount": patients})
        (found,) = run.contributions()
        assume(patients == 0 or found.by_visit.item() > 0)
        assert run.backlog.max() == 0
        results.append(run.cash.sum(axis=1).item())
    assert results[1] >= results[0] - DOLLARS


@cache
def roomy() -> Case:
    def change(tree: dict[str, Any]) -> None:
        tree["demand"] = {
            "referrals": {
                "type": "series",
                "steps": [{"from_month": 1, "amount": number(10, "patients/month")}],
            }
        }
        tree["panel"] = {"months": 1}
        visit = tree["services"][0]
        visit["dose"] = [{"visits": number(1, "visits/month")}]
        tree["services"] = [visit]
        tree["staff"] = tree["staff"][:2]
        for role in tree["staff"]:
            role["fte"] = number(2, "fte")
        tree["payers"] = [{"id": "acme", "kind": "commercial", "mix": number(1, "probability")}]
        tree["fees"] = [{"service": "medical_visit", "payer": "acme", "allowed": number(150, "usd/visit")}]
        tree["contracts"], tree["correlations"], tree["scenarios"] = [], [], []
        del tree["hazards"]

    return case_files.example(change)


@pytest.mark.parametrize("which", [0, 1])
def test_the_same_seed_gives_the_same_bytes(which: int) -> None:
    one, two = (run_program(cases()[which], draws=50, seed=7) for _ in range(2))
    assert [flow.amount.tobytes() for flow in one.flows] == [flow.amount.tobytes() for flow in two.flows]
    other_seed = run_program(cases()[which], draws=50, seed=8)
    assert one.cash.tobytes() != other_seed.cash.tobytes()


def test_another_quantity_changes_no_draw_of_the_others() -> None:
    def change(tree: dict[str, Any]) -> None:
        tree["services"][0]["room"] = number(
            9, "usd/event", distribution={"name": "gamma", "parameters": {"se": 2}}
        )
        tree["services"].insert(0, tree["services"].pop())

    before = run_program(cases()[0], draws=20, seed=3).drawn.values
    after = run_program(case_files.example(change), draws=20, seed=3).drawn.values
    assert set(after) - set(before) == {"services/medical_visit/room"}
    assert all((before[name] == after[name]).all() for name in before)


def test_more_draws_keep_the_first_ones() -> None:
    few, many = (run_program(cases()[0], draws=draws, seed=3).cash for draws in (5, 40))
    np.testing.assert_allclose(many[:5], few, rtol=PEOPLE)
