"""Rules of a plan of one's own beside those that ship: what law leaves to the plan, and what it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allay.coverage.cases.case import Case
from allay.coverage.decisions.engine import Engine
from allay.coverage.rules.rulebook import Rulebook

OURS = """\
title: A plan of ours
recorded_on: 2026-05-01
sources:
  booklet: {title: Made up for a test, seen_as: contract}
rules:
  - id: ours.massage.neck_pain
    stage: benefit
    layer: plan
    effect: {type: require}
    text: The plan pays massage for neck pain only.
    when: {plan.name: Ours, service.id: massage}
    test: {patient.conditions: {has: neck_pain}}
    effective_from: 2026-01-01
    effective_to: null
    source: booklet
    status: contract
  - id: ours.massage.authorization
    stage: prior_auth
    layer: plan
    effect: {type: require}
    text: The plan asks for authorization of massage.
    when: {plan.name: Ours, service.id: massage}
    test: {plan.authorization: approved}
    effective_from: 2026-01-01
    effective_to: null
    source: booklet
    status: contract
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Engine:
    folder: Path = tmp_path_factory.mktemp("rules")
    (folder / "ours.yaml").write_text(OURS, encoding="utf-8")
    return Engine(Rulebook.load(folder))


def massage(condition: str, **benefit: bool) -> Case:
    """Return the third visit of a new episode with a contracted massage therapist in Washington."""
    case = {
        "id": "1",
        "service_date": "2026-05-04",
        "patient": {"state": "WA", "conditions": [condition]},
        "plan": {"payer": "commercial", "name": "Ours", "regulated_by": "WA", "network": "contracted"},
        "practitioners": [
            {
                "id": "lmt",
                "profession": "massage_therapist",
                "licenses": [{"state": "WA", "profession": "massage_therapist"}],
            }
        ],
        "setting": {"place": "office", "mode": "in_person"},
        "services": [
            {
                "service": "massage",
                "codes": [{"code": "97124", "minutes": 30}],
                "episode": {"visits_before": 2, "new_condition": True},
                "benefit": {"in_benchmark": True, "prior_auth": False, **benefit},
            }
        ],
    }
    return Case.model_validate_json(json.dumps(case))


@pytest.mark.parametrize(("condition", "bill"), [("neck_pain", "yes"), ("low_back_pain", "no")])
def test_the_law_on_every_category_leaves_clinical_standards_to_the_plan(engine, condition, bill):
    assert engine.decide(massage(condition)).bill.value == bill


def test_the_law_on_review_takes_authorization_from_the_plan(engine):
    decision = engine.decide(massage("neck_pain"))
    assert (decision.bill.value, decision.prior_auth) == ("yes", "forbidden")


def test_the_plan_may_not_refuse_the_category_itself(engine):
    assert engine.decide(massage("neck_pain", profession_excluded=True)).bill.value == "yes"
