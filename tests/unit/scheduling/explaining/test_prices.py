"""Prices of same-day rules, by hand: each payer's, those of all, and how they are written."""

from __future__ import annotations

import json

import pytest
from tests.unit.scheduling.explaining.weeks import (
    MON,
    TUE,
    Tree,
    base,
    group,
    made_of,
    on,
    patient,
    person,
    planned,
)

from allay.scheduling.explaining.changes import without_rule
from allay.scheduling.explaining.prices import Prices, price_rules
from allay.scheduling.problem.problem import SchedulingProblem


def two_services(**rule: object) -> SchedulingProblem:
    """Ana (of x, from afar), Ben (of y) and Cy (of none) need two services, not on one day by a rule."""
    tree: Tree = base()
    person(tree, "psy-1", "psy", hours=on(MON, TUE))
    tree["rooms"].append({"id": "room-2", "type": "treatment"})
    tree["services"].append({"id": "talk", "discipline": "psy", "minutes": 60, "room_type": "treatment"})
    tree["patients"][0].update(payer="x", trip_weight=3)
    patient(tree, "ben", payer="y")
    patient(tree, "cy")
    tree["series"] += [
        {"id": f"{name}-talk", "patient": name, "service": "talk"} for name in ("ana", "ben", "cy")
    ]
    tree["same_day"] = [{"id": "split", "services": ["manual", "talk"], "status": "synthetic", **rule}]
    return made_of(tree)


def priced(problem: SchedulingProblem) -> Prices:
    return price_rules(problem, template=(), allay_version="0")


def test_each_payers_share_of_a_rule_for_all_is_priced_by_itself() -> None:
    found = priced(two_services())
    assert (found.with_rules.trips, found.with_rules.points, found.with_rules.proven) == (6, 10, True)
    rows = {(row.rule, row.payer): row for row in found.prices}
    assert list(rows) == [("split", "x"), ("split", "y"), ("split", None), (None, None)]
    assert [row.patients for row in rows.values()] == [1, 1, 1, 3]
    assert [row.trips for row in rows.values()] == [1, 1, 1, 3]
    assert [row.points for row in rows.values()] == [3, 1, 1, 5]
    assert all(row.at_least == row.at_most == row.points for row in rows.values())


def test_only_payers_of_the_rule_are_priced() -> None:
    found = priced(two_services(payers=["x", "w"]))
    assert [(row.rule, row.payer, row.trips) for row in found.prices] == [("split", "x", 1), (None, None, 1)]


@pytest.mark.parametrize(("cents", "points"), [(2500, [1, 1, 1, 3]), (10_000, [3, 1, 1, 5])])
def test_a_priced_rule_costs_its_loss_or_the_trip_whichever_is_less(cents: int, points: list[int]) -> None:
    found = priced(two_services(effect="priced", lost_cents=cents))
    assert [row.points for row in found.prices] == points


def test_without_rules_there_is_nothing_to_price() -> None:
    problem = two_services().model_copy(update={"same_day": ()})
    assert priced(problem).prices == ()


def test_a_rule_for_all_left_out_for_those_without_a_payer_still_holds_for_others() -> None:
    problem = two_services()
    left = without_rule(problem, "split", payer=None)
    assert left.same_day[0].payers == ("x", "y")
    assert without_rule(problem, "split", payer="x").same_day[0].payers == ("no-payer", "y")
    assert without_rule(two_services(payers=["x"]), "split", payer="x").same_day == ()


def test_unserved_sessions_are_part_of_the_price() -> None:
    tree = json.loads(two_services().model_dump_json())
    tree["patients"][0]["most_trips"] = 1
    found = priced(SchedulingProblem.model_validate_json(json.dumps(tree)))
    row = found.prices[0]
    assert (row.payer, row.unserved, row.points, row.trips) == ("x", 1, 50, 0)


def test_the_command_writes_a_table_csv_and_json(allay) -> None:
    problem = two_services()
    (allay.folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    (allay.folder / "plan.json").write_text(planned(problem).model_dump_json(), encoding="utf-8")
    words = ("scheduling", "price", "problem.json", "--template", "plan.json")
    status, out, err = allay(*words)
    assert (status, err) == (0, "")
    assert out.startswith("week (synthetic): same-day rules, each left out with the same template\n")
    assert "with all rules: 10 points (proven), 6 trips, 0 unserved\n" in out
    status, out, err = allay(*words, "--format", "csv")
    assert out.splitlines()[:2] == [
        "rule,payer,patients,trips,trip_points,unserved,points,at_least,at_most,proven,status",
        "split,x,1,1,3,0,3,3,3,true,synthetic",
    ]
    assert out.splitlines()[3].startswith("split,(none),1,1,")
    status, out, err = allay("scheduling", "price", "problem.json", "--format", "json", "-o", "prices.json")
    assert (status, out, err) == (0, "", "")
    found = Prices.model_validate_json((allay.folder / "prices.json").read_text(encoding="utf-8"))
    assert found.model_copy(update={"allay_version": "0"}) == priced(problem)


def test_plans_are_made_and_compared_when_asked_for(allay) -> None:
    problem = two_services(payers=["x"])
    found = price_rules(problem, template=(), allay_version="0", plans=True, effort=0.1)
    assert found.planned is not None
    assert found.planned.total == found.with_rules.points
    for row in found.prices:
        assert row.planned is not None
        assert row.planned.model_dump() == {
            "trips": 1,
            "trip_points": 3,
            "unserved": 0,
            "points": 3,
            "at_least": 3,
            "at_most": 3,
        }
    (allay.folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    words = ("--plans", "--effort", "0.1", "--format", "csv")
    status, out, err = allay("scheduling", "price", "problem.json", *words)
    assert (status, err) == (0, "")
    assert "plan_trips,plan_trip_points,plan_unserved,plan_points,plan_at_least,plan_at_most" in out
    assert out.splitlines()[1].startswith("split,x,1,1,3,0,3,3,3,1,3,0,3,3,3,true")


def test_group_days_are_trips_and_all_patients_of_a_payer_are_counted() -> None:
    tree = base()
    group(tree, members=("ana", "ben", "cy"))
    tree["series"] = [
        {"id": f"{name}-manual", "patient": name, "service": "manual"} for name in ("ana", "ben")
    ]
    for each in tree["patients"][:2]:
        each["payer"] = "x"
    tree["same_day"] = [{"id": "split", "payers": ["x"], "services": ["class", "manual"]}]
    problem = made_of(tree)
    found = price_rules(problem, template=planned(problem).template, allay_version="0")
    row = found.prices[0]
    assert (found.with_rules.trips, row.without.trips, row.trips, row.patients) == (5, 3, 2, 2)
