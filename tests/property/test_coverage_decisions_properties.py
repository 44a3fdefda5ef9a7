"""Coverage decisions: what holds for every case, whatever the rules say of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.coverage.decisions.ruling import rule

from allay.base.facts import Facts
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.coverage.cases.case import Case
from allay.coverage.decisions.engine import Engine
from allay.coverage.decisions.output import card
from allay.coverage.rules.rule import EffectType, Rule, Stage
from allay.coverage.rules.rulebook import Rulebook

BOOK = Rulebook.shipped()
ENGINE = Engine()
# Deciding a case with a rulebook of its own makes its plans anew, some milliseconds each.
EXAMPLES = 60

flag = st.sampled_from([None, True, False])
count = st.one_of(st.none(), st.integers(0, 30))
dollars = st.one_of(st.none(), st.sampled_from([0, 5, 30, 60, 257, 2000]))


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a part of a case in which each field may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


CODES = (
    *("97110", "97140", "97112", "97124", "97150", "97161", "97162", "98940", "98941", "97810", "97811"),
    *("20561", "90834", "90853", "96158", "97802", "97803", "99213", "G3002", "98961"),
)
PROFESSIONS = (
    *("acupuncturist", "chiropractor", "massage_therapist", "naturopath", "physical_therapist"),
    *("clinical_psychologist", "mental_health_counselor", "dietitian", "pain_physician"),
    *("nurse_practitioner", "yoga_therapist", "physical_therapist_assistant"),
)
service = st.fixed_dictionaries(
    {"service": one_of("acupuncture", "physical_therapy", "chiropractic", "massage", "yoga", "nutrition")},
    optional={
        "minutes": st.integers(1, 120),
        "codes": st.lists(one_of(*CODES), min_size=1, max_size=3, unique=True).map(
            lambda codes: [{"code": code, "units": 1} for code in codes]
        ),
        "details": one_of({}, {"stimulation": False, "reinserted": True}),
        "active_care": one_of(True, False),
        "episode": some(
            visits_before=st.integers(0, 25),
            visits_year=st.integers(0, 40),
            new_condition=one_of(True, False),
            referral=one_of(True, False),
            improved=one_of(True, False),
        ),
        "benefit": some(
            covered=one_of(True, False),
            visit_limit=st.integers(0, 30),
            copay=one_of(0, 20, 60),
            coinsurance=one_of(0, 0.2, 1),
            prior_auth=one_of(True, False),
            allowed=one_of(40, 100),
        ),
    },
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return any case: any payer, state, person and service, and any fact missing."""
    state = draw(one_of("WA", "VT", "OR", "TX", "OH", "NM"))
    profession = draw(one_of(*PROFESSIONS))
    person = {"id": "p", "profession": profession, "degrees": ["accredited_masters"]}
    person["licenses"] = draw(one_of(None, [], [{"state": state, "profession": profession}]))
    person |= draw(some(enrolled=one_of(True, False)))
    tree = {
        "id": "any",
        "service_date": str(draw(st.dates(dt.date(2020, 1, 1), dt.date(2027, 12, 31)))),
        "patient": {"state": state}
        | draw(
            some(
                conditions=one_of([], ["low_back_pain"], ["fibromyalgia"], ["chronic_migraine"]),
                pain_weeks=st.integers(0, 60),
                specific_cause=one_of(True, False),
                surgery_related=one_of(True, False),
                pregnancy_related=one_of(True, False),
            )
        ),
        "plan": {"regulated_by": state}
        | draw(
            some(
                payer=one_of(
                    *("original_medicare", "medicare_advantage", "medicaid", "commercial", "exchange"),
                    *("self_funded", "workers_compensation", "uninsured"),
                ),
                network=one_of("contracted", "out_of_network"),
                authorization=one_of("none", "approved", "denied"),
                deductible_left=one_of(0, 100, 2000),
                coinsurance=one_of(0, 0.2),
            )
        ),
        "practitioners": [person],
        "supervisors": draw(
            one_of(
                None,
                [],
                [{"id": "md", "profession": "pain_physician", "mode": "in_suite", "enrolled": True}],
                [{"id": "md", "profession": "pain_physician", "mode": "video", "began_care": True}],
            )
        ),
        "setting": draw(
            some(place=one_of("office", "fqhc", "home"), mode=one_of("in_person", "video", "audio"))
        ),
        "services": draw(st.lists(service, min_size=1, max_size=3)),
    }
    return Case.model_validate_json(_json(tree))


def _json(tree: Any) -> str:
    import json

    return json.dumps(tree)


def deciding(rules: list[Rule], parameters: Facts = BOOK.parameters) -> Engine:
    return Engine(rulebook=Rulebook(rules, parameters))


@st.composite
def denials(draw: st.DrawFn) -> Rule:
    """Return a rule that denies in some stage where a condition on some fact holds."""
    stage = draw(one_of(Stage.SCOPE, Stage.SETTING, Stage.BENEFIT, Stage.IDENTITY, Stage.CODES, Stage.LIMITS))
    when = draw(
        one_of(
            {},
            {"patient.state": ["WA", "VT"]},
            {"patient.pain_weeks": {"less_than": 20}},
            {"episode.visits_year": {"at_least": 5}},
            {"plan.network": "out_of_network"},
        )
    )
    target = draw(one_of("own", "incident_to", "assistant")) if stage is Stage.IDENTITY else ""
    layer = draw(one_of(*{one.layer for one in BOOK.rules}))
    return rule("new_denial", "deny", stage=stage, layer=layer, when=when, target=target)


@settings(max_examples=EXAMPLES)
@given(case=cases(), denial=denials())
def test_a_denying_rule_never_turns_a_no_into_a_yes(case: Case, denial: Rule) -> None:
    before = ENGINE.decide(case)
    after = deciding([*BOOK.rules, denial]).decide(case)
    order = list(Verdict)
    assert order.index(after.deliver) <= order.index(before.deliver)
    for old, new in zip(before.lines, after.lines, strict=False):
        if old.bill is Verdict.NO and old.code == new.code:
            assert new.bill is not Verdict.YES
    if before.bill is Verdict.NO:
        assert after.bill is not Verdict.YES


@settings(max_examples=EXAMPLES)
@given(case=cases(), seed=st.integers(0, 1000))
def test_the_order_of_rules_does_not_matter(case: Case, seed: int) -> None:
    shuffled = list(BOOK.rules)
    np.random.default_rng(seed).shuffle(shuffled)  # type: ignore[arg-type]
    assert answer(deciding(shuffled), case) == answer(ENGINE, case)


def answer(engine: Engine, case: Case) -> dict[str, Any]:
    """Return a decision as printed, its reasons in the order of their names."""
    printed = card(engine.decide(case)).model_dump()
    for part in ("reasons", "remaining", "missing", "alternatives"):
        printed[part] = sorted(printed[part], key=repr)
    return printed


@settings(max_examples=EXAMPLES)
@given(case=cases(), others=st.lists(cases(), max_size=5))
def test_a_decision_replayed_is_identical(case: Case, others: list[Case]) -> None:
    """With the same versions, whatever the engine has been asked before."""
    first = card(ENGINE.decide(case)).model_dump_json()
    for _ in ENGINE.decide_all(others):
        pass
    assert card(ENGINE.decide(case)).model_dump_json() == first
    assert card(Engine().decide(case)).model_dump_json() == first


@st.composite
def generous(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the money of a plan, and that of one at least as generous."""
    plan = {
        "deductible_left": draw(st.integers(0, 300)),
        "out_of_pocket_left": draw(st.integers(0, 300)),
        "coinsurance": draw(st.integers(0, 100)),
        "copay": draw(st.one_of(st.none(), st.integers(0, 90))),
        "allowed": draw(st.integers(1, 300)),
    }
    better = {key: None if value is None else draw(st.integers(0, value)) for key, value in plan.items()}
    return plan, better | {"allowed": plan["allowed"]}


@settings(max_examples=200)
@given(plans=generous())
def test_a_more_generous_plan_never_raises_the_share(plans: tuple[dict[str, Any], dict[str, Any]]) -> None:
    plan, better = (ENGINE.decide(covered(**one)).patient_share for one in plans)
    assert plan is not None
    assert better is not None
    assert better <= plan


def covered(
    *, deductible_left: int, out_of_pocket_left: int, coinsurance: int, copay: int | None, allowed: int
) -> Case:
    """Return a visit that a commercial plan covers, with the money of the plan."""
    benefit: dict[str, Any] = {"covered": True, "prior_auth": False, "allowed": allowed}
    if copay is None:
        benefit["coinsurance"] = coinsurance / 100
    else:
        benefit["copay"] = copay
    tree = {
        "id": "covered",
        "service_date": "2026-03-02",
        "patient": {"state": "NM", "conditions": ["low_back_pain"]},
        "plan": {
            "payer": "commercial",
            "network": "contracted",
            "deductible_left": deductible_left,
            "out_of_pocket_left": out_of_pocket_left,
        },
        "practitioners": [
            {
                "id": "pt",
                "profession": "physical_therapist",
                "licenses": [{"state": "NM", "profession": "physical_therapist"}],
                "enrolled": True,
            }
        ],
        "setting": {"place": "office", "mode": "in_person"},
        "services": [
            {"service": "physical_therapy", "codes": [{"code": "97110", "units": 1}], "benefit": benefit}
        ],
    }
    return Case.model_validate_json(_json(tree))


@settings(max_examples=EXAMPLES)
@given(case=cases())
def test_nothing_is_guessed(case: Case) -> None:
    """What is open names what is missing or a rule that is not settled; a yes rests on reasons."""
    decision = ENGINE.decide(case)
    if decision.bill is Verdict.CONDITIONAL:
        assert decision.missing or decision.prior_auth == "required" or decision.alternatives
    assert decision.reasons or decision.bill is not Verdict.YES
    assert all(isinstance(reason.status, Status) for reason in decision.reasons)


def test_a_denial_can_change_an_answer() -> None:
    """The first property can fail: a rule that permits would break it."""
    case = covered(deductible_left=0, out_of_pocket_left=300, coinsurance=20, copay=None, allowed=100)
    assert ENGINE.decide(case).bill is Verdict.YES
    denial = rule("new_denial", "deny")
    denial = replace(denial, effect=replace(denial.effect, type=EffectType.DENY))
    assert deciding([*BOOK.rules, denial]).decide(case).bill is Verdict.NO
