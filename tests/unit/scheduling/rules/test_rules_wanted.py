"""Which pairs of services a patient may have on one day, and which rules hold for which payer."""

from __future__ import annotations

from tests.unit.scheduling.rules.paircases import clinic

from allay.scheduling.rules.wanted import payers_of, rules_by_payer, wanted_pairs

COHORT = {"id": "c", "kind": "core", "service": "talk", "min_size": 1}


def test_pairs_are_those_of_one_patient():
    problem = clinic(
        "evaluation", "talk", "visit", patients=[{"id": "p1", "payer": "a"}, {"id": "p2", "payer": "b"}]
    )
    series = tuple(
        one.model_copy(update={"patient": "p2" if one.service == "visit" else "p1"}) for one in problem.series
    )
    assert wanted_pairs(problem.model_copy(update={"series": series})) == {
        "a": (("evaluation", "talk"),),
        "b": (),
    }


def test_pairs_come_in_the_order_of_the_services():
    problem = clinic("talk", "visit", "evaluation", sessions=1)
    assert wanted_pairs(problem)["medicare"] == (
        ("talk", "visit"),
        ("talk", "evaluation"),
        ("visit", "evaluation"),
    )


def test_twice_the_same_where_there_are_two_sessions():
    assert wanted_pairs(clinic("talk", sessions=2)) == {"medicare": (("talk", "talk"),)}
    assert wanted_pairs(clinic("talk")) == {"medicare": ()}


def test_groups_are_paired_with_sessions_of_their_patients():
    patients = [{"id": "p1", "payer": "a", "group": "core"}]
    problem = clinic("evaluation", "talk", patients=patients, cohorts=[COHORT])
    assert wanted_pairs(problem)["a"] == (("evaluation", "talk"), ("talk", "talk"))
    alone = problem.model_copy(update={"series": problem.series[:1]})
    assert wanted_pairs(alone)["a"] == (("evaluation", "talk"),)
    assert payers_of(alone, "talk") == ("a",)
    member = clinic("evaluation", "talk", cohorts=[COHORT | {"members": ["p1"]}])
    member = member.model_copy(update={"series": member.series[:1]})
    assert wanted_pairs(member)["medicare"] == (("evaluation", "talk"),)
    assert payers_of(member, "talk") == ("medicare",)


def test_two_groups_of_different_kinds_meet_and_of_one_kind_do_not():
    other = {"id": "d", "kind": "cooking", "service": "visit", "min_size": 1, "members": ["p1"]}
    twin = COHORT | {"id": "e", "service": "evaluation"}
    patients = [{"id": "p1", "payer": "a", "group": "core"}]
    problem = clinic(
        "evaluation", "talk", "visit", patients=patients, cohorts=[COHORT, other, twin], series=[]
    )
    assert wanted_pairs(problem)["a"] == (("evaluation", "visit"), ("talk", "visit"))


def test_rules_without_payers_hold_for_all():
    rules = [
        {"id": "all", "services": ["evaluation", "talk"]},
        {"id": "one", "payers": ["b"], "services": ["talk", "talk"]},
    ]
    patients = [{"id": "p1", "payer": "a"}, {"id": "p2", "payer": "b"}, {"id": "p3"}]
    problem = clinic("evaluation", "talk", patients=patients, same_day=rules)
    found = {payer: [one.id for one in mine] for payer, mine in rules_by_payer(problem).items()}
    assert found == {"": ["all"], "a": ["all"], "b": ["all", "one"]}
