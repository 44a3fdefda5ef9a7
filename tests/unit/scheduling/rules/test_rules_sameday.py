"""Which pairs of services are not paid, or paid less, on one day, as coverage decides; what stays unknown."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.scheduling.rules.linkedcases import linked_payers, linked_problem
from tests.unit.scheduling.rules.paircases import MEDICARE, clinic, told

from allay.base.errors import NotFound
from allay.coverage.decisions.engine import Engine
from allay.coverage.fees.localities import NATIONAL
from allay.coverage.fees.schedule import shipped_schedule
from allay.coverage.rules.rulebook import Rulebook
from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.rules.dayrules import rule_of, with_rules
from allay.scheduling.rules.findings import PairFinding
from allay.scheduling.rules.sameday import same_day_rules

DAY = dt.date(2024, 7, 15)
OWN = """\
title: What our contract with plan A says
recorded_on: 2026-11-22
sources:
  contract: {title: Contract with plan A, seen_as: contract}
rules:
  - id: ours.one_visit_a_day
    stage: limits
    layer: contract
    effect: {type: deny}
    text: Plan A does not pay psychology on the day of a visit to the doctor.
    when: {service.id: cognitive_behavioral_therapy, day.services: {has: medical_visit}}
    effective_from: 2024-01-01
    effective_to: null
    source: contract
    status: contract
"""
COMMERCIAL = {
    "plan": {"payer": "commercial", "network": "contracted"},
    "patient": {"state": "VT"},
    "setting": {"place": "office", "mode": "in_person"},
}
BENEFIT = {"covered": True, "prior_auth": False, "copay": 20, "allowed": 80}


def only(*services, payer=MEDICARE, problem=None, engine=None, policy="forbid", **more):
    """Ask about one pair, or one service twice."""
    names = dict.fromkeys(services)
    asked = problem or clinic(*names, sessions=2 if len(names) == 1 else 1)
    found = same_day_rules(asked, told(payer, *names, **more), engine=engine, policy=policy)
    wanted = (services[0], services[-1])
    return next(one for one in found.findings if one.services == wanted), found


def commercial(*services, **benefit):
    return COMMERCIAL | {"benefits": dict.fromkeys(services, BENEFIT | benefit)}


@pytest.mark.parametrize(
    ("services", "answer", "rule"),
    [
        (("evaluation", "talk"), "forbidden", "edit.97162.96158"),
        (("talk", "visit"), "forbidden", "edit.99213.96158"),
        (("evaluation", "evaluation"), "forbidden", "units.97162"),
        (("exercise", "manual"), "priced", "price.97140"),
        (("evaluation", "visit"), "unknown", "edit.97162.99213"),
        (("exercise", "talk"), "unknown", "edits.excerpt"),
        (("visit", "massage"), "not_billed", "us.medicare.own.not_enrolled"),
        (("visit", "visit"), "billed", None),
    ],
)
def test_what_medicare_says_of_pairs(services, answer, rule):
    finding, found = only(*services)
    assert finding.answer == answer
    assert ([one.rule for one in finding.reasons] or [None])[0] == rule
    assert [one.services for one in found.rules] == ([services] if answer in ("forbidden", "priced") else [])


def test_the_rule_holds_its_reasons_and_the_weakest_status():
    finding, found = only("evaluation", "talk")
    (rule,) = found.rules
    assert (rule.id, rule.payers) == ("coverage.medicare.evaluation.talk", ("medicare",))
    assert rule.effect == "forbidden"
    assert rule.rule.startswith("edit.97162.96158 (verified): 96158 is not paid beside 97162")
    # The edit is verified; what is told of the payer is true by its papers.
    assert rule.status == finding.status == "contract"
    (memory,) = only("evaluation", "talk", payer=MEDICARE | {"status": "memory"})[1].rules
    assert memory.status == "memory"
    (synthetic,) = only("evaluation", "talk", payer=MEDICARE | {"status": "synthetic"})[1].rules
    assert synthetic.status == "synthetic"


def test_what_a_service_is_coded_by_counts_where_an_edit_follows_from_the_code():
    asked = {
        "evaluation": {
            "service": "physical_therapy",
            "way": "evaluation",
            "details": {"complexity": "moderate"},
        },
        "talk": {"service": "cognitive_behavioral_therapy", "codes": [{"code": "96158"}]},
    }
    finding, _ = only("evaluation", "talk", services=asked)
    # The choice of an evaluation's code is recalled, so that the rule is no surer.
    assert (finding.answer, finding.status) == ("forbidden", "memory")


def test_a_reduction_loses_what_the_fee_schedule_takes_off():
    price = shipped_schedule().price("97140", day=DAY, known_on=None, site="non-facility", locality=NATIONAL)
    finding, found = only("exercise", "manual")
    assert finding.lost_cents == price.amount.cents - price.reduced.cents > 0
    assert [(one.effect, one.lost_cents) for one in found.rules] == [("priced", finding.lost_cents)]


def test_what_is_not_billed_beside_another_loses_all_of_it():
    price = shipped_schedule().price("96158", day=DAY, known_on=None, site="non-facility", locality=NATIONAL)
    finding, found = only("evaluation", "talk", policy="price")
    assert finding.lost_cents == price.amount.cents
    assert [(one.effect, one.lost_cents) for one in found.rules] == [("priced", price.amount.cents)]


def test_a_health_center_is_paid_one_visit_of_a_kind_a_day():
    center = MEDICARE | {"setting": {"place": "fqhc", "mode": "in_person"}}
    twice, found = only("visit", "visit", payer=center)
    assert (twice.answer, twice.reasons[0].rule) == ("forbidden", "us.medicare.fqhc.one_medical")
    assert [one.effect for one in found.rules] == ["forbidden"]
    mental, _ = only("talk", "talk", payer=center)
    assert mental.reasons[0].rule == "us.medicare.fqhc.one_mental"
    # What a visit is paid there in 2024 is not known: no loss is made up.
    assert twice.lost_cents is None
    assert only("visit", "visit", payer=center, policy="price")[1].rules == ()
    assert only("evaluation", "visit", payer=center)[0].answer == "not_billed"


def test_two_clinicians_of_different_groups_do_not_touch_each_other():
    people = {"pt-1": {"tax_id_key": "one"}, "psy-1": {"tax_id_key": "other"}}
    finding, _ = only("evaluation", "talk", practitioners=people)
    assert finding.answer == "billed"


def test_a_plan_that_does_not_say_whose_edits_it_uses_is_unknown():
    payer = commercial("evaluation", "talk")
    finding, found = only(
        "evaluation", "talk", payer=payer | {"plan": payer["plan"] | {"same_provider": "tin"}}
    )
    assert (finding.answer, finding.status, found.rules) == ("unknown", "unknown", ())
    assert "if the plan uses Medicare's edits" in finding.text
    assert found.unknown == (finding,)
    # No pair of Medicare's meets these two people; whether the plan has edits of its own nobody knows.
    finding, _ = only("evaluation", "talk", payer=payer)
    assert (finding.answer, finding.status) == ("billed", "unknown")
    assert {one.rule for one in finding.reasons} == {"plan.edits.pairs", "plan.edits.unit_limits"}


def test_a_contract_of_ones_own_forbids_a_pair(tmp_path):
    (tmp_path / "ours.yaml").write_text(OWN, encoding="utf-8")
    payer = commercial("talk", "visit")
    asked = {"talk": {"service": "cognitive_behavioral_therapy", "codes": [{"code": "90834"}]}}
    more = {"services": asked | {"visit": {"service": "medical_visit", "codes": [{"code": "97802"}]}}}
    plain, _ = only("talk", "visit", payer=payer, **more)
    engine = Engine(rulebook=Rulebook.load(tmp_path))
    finding, found = only("talk", "visit", payer=payer, engine=engine, **more)
    assert plain.answer != "forbidden"
    assert (finding.answer, finding.status) == ("forbidden", "contract")
    assert "ours.one_visit_a_day" in {one.rule for one in finding.reasons}
    assert found.rules[0].status == "contract"


def test_a_pair_that_is_paid_in_one_order_makes_no_rule(tmp_path):
    later = OWN.replace("day.services: {has: medical_visit}", "day.professions_before: {has: pain_physician}")
    (tmp_path / "ours.yaml").write_text(later, encoding="utf-8")
    engine = Engine(rulebook=Rulebook.load(tmp_path))
    for services in (("talk", "visit"), ("visit", "talk")):
        finding, found = only(*services, payer=commercial(*services), engine=engine)
        assert (finding.answer, finding.lost_cents, found.rules) == ("billed", 0, ())


def test_one_that_is_never_billed_outweighs_one_that_is_open():
    # Whether counselors may bill this code our sources do not settle; massage nobody bills to Medicare.
    counselor = {"psy-1": {"profession": "mental_health_counselor"}}
    alone, _ = only("talk", "talk", practitioners=counselor)
    assert (alone.answer, alone.missing[0]) == ("unknown", "us.medicare.behavioral.counselors")
    assert alone.reasons[0].rule == alone.missing[0]
    finding, _ = only("talk", "massage", practitioners=counselor)
    assert finding.answer == "not_billed"
    assert {one.outcome for one in finding.reasons} == {"fails"}


def test_a_modifier_that_is_wanted_leaves_open_what_was_conditional_too():
    problem = clinic("evaluation", "visit")
    people = tuple(one.model_copy(update={"states": ()}) for one in problem.practitioners)
    problem = problem.model_copy(update={"practitioners": people})
    finding, _ = only("evaluation", "visit", problem=problem)
    assert finding.answer == "unknown"
    assert "practitioner.licensed" in finding.missing


def test_without_prices_a_loss_is_unknown_and_asks_for_them():
    problem = clinic("exercise", "manual", opening={"start": "2027-01-04"})
    finding, found = only("exercise", "manual", problem=problem)
    assert (finding.answer, finding.lost_cents, found.rules) == ("unknown", None, ())
    assert {"price of 97110", "price of 97140"} <= set(finding.missing)
    fixed, _ = only("exercise", "manual", problem=problem, service_date="2024-07-15")
    assert fixed.answer == "priced"


def test_what_hangs_on_who_gives_it_makes_no_rule():
    problem = clinic("evaluation", "talk")
    other = problem.practitioners[1].model_copy(update={"id": "psy-2"})
    problem = problem.model_copy(update={"practitioners": (*problem.practitioners, other)})
    finding, found = only("evaluation", "talk", problem=problem)
    assert finding.answer == "forbidden"
    elsewhere = {"psy-2": {"tax_id_key": "other"}}
    finding, found = only("evaluation", "talk", problem=problem, practitioners=elsewhere)
    assert (finding.answer, finding.missing[0], found.rules) == ("unknown", "who gives them", ())
    # Whoever bills nothing alone does not change what the pair loses.
    outside = {"psy-2": {"in_scope": False, "tax_id_key": "other"}}
    finding, _ = only("evaluation", "talk", problem=problem, practitioners=outside)
    assert finding.answer == "forbidden"


def test_whether_one_person_gives_both_can_matter():
    each = MEDICARE | {"plan": MEDICARE["plan"] | {"same_provider": "npi"}}
    problem = clinic("manual", "rub")
    finding, _ = only("manual", "rub", payer=each, problem=problem)
    assert (finding.answer, finding.reasons[0].rule) == ("forbidden", "edit.97140.97124")
    twin = problem.practitioners[0].model_copy(update={"id": "pt-2"})
    two = problem.model_copy(update={"practitioners": (*problem.practitioners, twin)})
    finding, found = only("manual", "rub", payer=each, problem=two)
    assert (finding.answer, finding.missing[0], found.rules) == ("unknown", "who gives them", ())
    assert only("manual", "rub", problem=two)[0].answer == "forbidden"


def test_open_facts_are_unknown_and_asked_for():
    finding, _ = only("evaluation", "talk", payer=COMMERCIAL)
    assert finding.answer == "unknown"
    assert finding.missing[:2] == ("price of 97162", "price of 96158")
    assert "benefit.covered" in finding.missing
    assert finding.text == "without prices it is not known whether less is paid together"


def test_without_a_plan_there_is_nobody_to_bill():
    finding, found = only("evaluation", "talk", payer=MEDICARE | {"plan": {"payer": "uninsured"}})
    assert (finding.answer, finding.lost_cents, found.rules) == ("not_billed", None, ())
    assert [one.rule for one in finding.reasons] == ["us.uninsured"]


def test_what_the_file_does_not_tell_is_unknown():
    problem = clinic("evaluation", "talk")
    other = same_day_rules(problem, told(MEDICARE, "evaluation", "talk", name="medicaid"))
    assert [(one.payer, one.services, one.answer) for one in other.findings] == [
        ("medicare", None, "unknown")
    ]
    assert other.findings[0].missing == ("payers/medicare",)
    half = same_day_rules(problem, told(MEDICARE, "talk"))
    assert half.findings[0].missing == ("services/evaluation",)
    people = tuple(one.model_copy(update={"profession": None}) for one in problem.practitioners)
    nameless = problem.model_copy(update={"practitioners": people})
    found = same_day_rules(nameless, told(MEDICARE, "evaluation", "talk"))
    assert found.findings[0].missing == ("profession of pt",)
    assert other.rules == half.rules == found.rules == ()


def test_facts_of_a_discipline_stand_for_those_of_the_problem():
    problem = clinic("evaluation", "talk")
    bare = {"profession": None, "states": ()}
    people = tuple(one.model_copy(update=bare) for one in problem.practitioners)
    problem = problem.model_copy(update={"practitioners": people})
    by_discipline = {
        "pt": {"profession": "physical_therapist", "licensed_in": ["VT"]},
        "psy": {"profession": "clinical_psychologist", "licensed_in": ["VT"]},
    }
    finding, _ = only("evaluation", "talk", problem=problem, disciplines=by_discipline)
    assert finding.answer == "forbidden"


def test_a_profession_nobody_knows_is_refused():
    problem = clinic("evaluation", "talk")
    odd = problem.practitioners[0].model_copy(update={"profession": "wizard"})
    problem = problem.model_copy(update={"practitioners": (odd, *problem.practitioners[1:])})
    with pytest.raises(NotFound, match="wizard"):
        same_day_rules(problem, told(MEDICARE, "evaluation", "talk"))


def test_linked_services_are_decided_with_who_bills_them():
    found = same_day_rules(linked_problem("MN"), linked_payers("MN"))
    assert [(one.services, one.answer) for one in found.findings] == [
        (("exercise", "exercise"), "billed"),
        (("exercise", "massage"), "billed"),
    ]
    alone = linked_problem("MN")
    nobody = tuple(one for one in alone.practitioners if one.id != "dc")
    gone = same_day_rules(alone.model_copy(update={"practitioners": nobody}), linked_payers("MN"))
    assert {one.answer for one in gone.findings} == {"unknown"}


def test_rules_by_hand_stay_and_those_of_before_go():
    problem, payers = clinic("evaluation", "talk"), told(MEDICARE, "evaluation", "talk")
    hand = SameDayRule(id="ours", services=("evaluation", "talk"))
    old = SameDayRule(id="coverage.medicare.old", services=("talk", "talk"))
    problem = problem.model_copy(update={"same_day": (hand, old)})
    once = with_rules(problem, same_day_rules(problem, payers))
    assert [one.id for one in once.same_day] == ["ours", "coverage.medicare.evaluation.talk"]
    assert with_rules(once, same_day_rules(once, payers)) == once


def test_long_names_make_different_ids_that_fit():
    names = [("a" * 60, "b" * 60), ("a" * 60, "c" * 60)]
    rules = [
        rule_of(
            PairFinding(payer="p", services=pair, answer="forbidden", status="verified", text="t"), "forbid"
        )
        for pair in names
    ]
    assert len({one.id for one in rules}) == 2
    assert max(len(one.id) for one in rules) <= 64


def test_long_reasons_are_shortened(tmp_path):
    long = OWN.replace("the doctor.", "the doctor, " + "and so on " * 60 + "at last.")
    (tmp_path / "ours.yaml").write_text(long, encoding="utf-8")
    engine = Engine(rulebook=Rulebook.load(tmp_path))
    finding, found = only("talk", "visit", payer=commercial("talk", "visit"), engine=engine)
    assert len(finding.text) == len(found.rules[0].rule) <= 500
    assert finding.text.endswith(" …")


@pytest.mark.parametrize("policy", ["forbid", "price"])
def test_nothing_lost_makes_no_priced_rule(policy):
    nothing = {"payer": "p", "services": ("a", "b"), "status": "verified", "text": "t"}
    assert rule_of(PairFinding(answer="priced", lost_cents=0, **nothing), policy) is None
    assert rule_of(PairFinding(answer="billed", lost_cents=5, **nothing), policy) is None
    assert rule_of(PairFinding(answer="unknown", lost_cents=5, **nothing), policy) is None
