"""Coverage decisions: commercial plans, linked visits, bundles and patients without a plan.

Each table takes a case, changes some of its facts and states the answer. Amounts are dollars, half up for
each line; what plans allow and ask as a copay, and the terms of bundles, are made up.
"""

from __future__ import annotations

import pytest
from tests.spec.deciding import answer

MEDICARE = "linked-massage-medicare"
WASHINGTON = "linked-massage-washington"
TEXAS = "linked-massage-texas"

CASE_10 = [
    (
        "as stated, Original Medicare",
        MEDICARE,
        "",
        "deliver is yes; bill is no; as is none; allowed is unknown; prior auth is none",
    ),
    (
        "Original Medicare, the physician by video in 2026",
        MEDICARE,
        'service_date = "2026-03-02"; supervisors.1.mode = "video"',
        "deliver is yes; bill is no; as is none",
    ),
    (
        "Original Medicare, nobody supervises",
        MEDICARE,
        "supervisors = []",
        "deliver is yes; bill is no; as is none",
    ),
    (
        "as stated, Washington plan, visit 3",
        WASHINGTON,
        "",
        "deliver is yes; bill is yes; as is own; lines is 97124 x2; allowed is 60.00; share is 20.00; "
        "left is 22; prior auth is forbidden; mlr is claims; missing is none",
    ),
    (
        "Washington plan, after 6 visits of the episode",
        WASHINGTON,
        "services.0.episode.visits_before = 6",
        "bill is conditional; prior auth is required; offer is request_authorization",
    ),
    (
        "Washington plan, after the evaluation and 5 visits of treatment",
        WASHINGTON,
        "services.0.episode.visits_before = 6; services.0.episode.treatment_visits_before = 5",
        "bill is yes; prior auth is forbidden; missing is none",
    ),
    (
        "Washington plan, after 6 visits, whether one was the evaluation not said",
        WASHINGTON,
        "services.0.episode.visits_before = 6",
        "prior auth is required; missing is plan.authorization, episode.treatment_visits_before",
    ),
    (
        "Washington plan, visits not said",
        WASHINGTON,
        "services.0.episode.visits_before-",
        "prior auth is required; missing is plan.authorization, episode.visits_before",
    ),
    (
        "Washington plan, after the evaluation and 6 visits of treatment",
        WASHINGTON,
        "services.0.episode.visits_before = 7",
        "bill is conditional; prior auth is required; missing is plan.authorization",
    ),
    (
        "Washington plan, an evaluation late in the episode",
        WASHINGTON,
        'services.0.episode.visits_before = 9; services.0.codes = [{"code": "97161"}]',
        "bill is conditional; prior auth is required",
    ),
    (
        "Washington plan, the year's 25 visits used",
        WASHINGTON,
        "services.0.episode.visits_year = 25",
        "bill is no; left is 0; prior auth is forbidden; offer is self_pay_notice, bundle",
    ),
    (
        "as stated, Texas plan",
        TEXAS,
        "",
        "deliver is yes; bill is conditional; as is incident_to(dc); lines is 97124 x2 (conditional); "
        "allowed is 60.00; share is 20.00; prior auth is none; "
        "missing is benefit.delegate_accepted, supervisor.delegation_allowed; "
        "offer is ask_payer_in_writing, other_profession, self_pay_notice",
    ),
    (
        "Texas plan that takes no supervised person",
        TEXAS,
        "services.0.benefit.delegate_accepted = false",
        "deliver is yes; bill is no; as is none",
    ),
    (
        "Texas plan, delegation allowed",
        TEXAS,
        "supervisors.0.delegation_allowed = true",
        "bill is conditional; as is incident_to(dc); missing is benefit.delegate_accepted",
    ),
    (
        "Texas plan, a physician supervises",
        TEXAS,
        'supervisors.0.profession = "pain_physician"',
        "bill is conditional; missing is benefit.delegate_accepted, supervisor.delegation_allowed",
    ),
]


@pytest.mark.parametrize(("what", "case", "changes", "expected"), CASE_10)
def test_case_10(what, case, changes, expected):
    """Case 10: linked massage is never billed to Medicare, is billed in Washington, and is open in Texas."""
    assert answer(case, changes, expected) == expected


BUNDLE = "bundle"
CARVED_OUT = "bundle-carved-out"
CASE_17 = [
    (
        "as stated, third copay, contract of 2019 with 2",
        BUNDLE,
        "",
        "deliver is yes; bill is yes; as is facility; lines is 97110 x2; allowed is 0.00; share is 0.00; "
        "prior auth is none; mlr is claims; missing is none",
    ),
    (
        "as stated, third copay, contract of 2021 with 3",
        BUNDLE,
        "contract.copay_cap = 3",
        "bill is yes; allowed is 0.00; share is 25.00",
    ),
    (
        "as stated, fourth copay, contract of 2021 with 3",
        BUNDLE,
        "contract.copay_cap = 3; contract.copays_paid = 3",
        "bill is yes; share is 0.00",
    ),
    ("copays paid 1", BUNDLE, "contract.copays_paid = 1", "share is 25.00"),
    (
        "copays paid not said",
        BUNDLE,
        "contract.copays_paid-",
        "share is unknown; missing is contract.copays_left",
    ),
    (
        "third copay of 3, on a day with two services inside",
        "bundle-two-services",
        "",
        "bill is yes; lines is 97110 x2 + 97124 x1; allowed is 0.00; share is 25.00",
    ),
    (
        "third copay of 3, a yoga class that has no code and that the plan does not cover",
        "bundle-yoga",
        "",
        "deliver is yes; bill is yes; as is facility; allowed is 0.00; share is 25.00; missing is none",
    ),
    (
        "the same class outside the bundle",
        "bundle-yoga",
        'contract.included = ["massage"]',
        "deliver is yes; bill is no; lines is none",
    ),
    (
        "as stated, a service carved out",
        CARVED_OUT,
        "",
        "bill is yes; as is own; lines is 98941 x1; allowed is 39.28; share is 30.00; missing is none",
    ),
    (
        "the same service not carved out",
        CARVED_OUT,
        "contract.carved_out = []",
        "bill is yes; as is facility; allowed is 0.00; share is 25.00",
    ),
    (
        "authorization not said: the bundle needs none of its own for each service",
        BUNDLE,
        "services.0.benefit.prior_auth-",
        "bill is yes; prior auth is none; missing is none",
    ),
    ("carved out, copay 15", CARVED_OUT, "services.0.benefit.copay = 15", "allowed is 39.28; share is 15.00"),
]


@pytest.mark.parametrize(("what", "case", "changes", "expected"), CASE_17)
def test_case_17(what, case, changes, expected):
    """Case 17: a bundle has a number of copays, and what is carved out of it is shared as usual."""
    assert answer(case, changes, expected) == expected


PLAN = "acupuncture-plan"
PLANS = [
    (
        "contracted, covered, 20 visits, 20%",
        "",
        "deliver is yes; bill is yes; as is own; lines is 97810 x1 + 97811 x1; allowed is 80.00; "
        "share is 16.00; left is 15; prior auth is none; missing is none",
    ),
    ("deductible of 50 left", "plan.deductible_left = 50", "allowed is 80.00; share is 56.00"),
    ("coverage not said", "services.0.benefit.covered-", "bill is conditional; missing is benefit.covered"),
    (
        "share not said",
        "services.0.benefit.coinsurance-",
        "bill is yes; share is unknown; missing is benefit.copay",
    ),
    (
        "authorization not said",
        "services.0.benefit.prior_auth-",
        "bill is conditional; prior auth is conditional",
    ),
    (
        "network not said: the way that is most likely is asked about first",
        "plan.network-",
        "bill is conditional; as is own; missing is plan.network",
    ),
    (
        "payer not said: nothing else about the plan is asked before",
        "plan.payer-",
        "bill is conditional; missing is plan.payer",
    ),
    (
        "authorization and network not said",
        "plan.network-; services.0.benefit.prior_auth-",
        "bill is conditional; prior auth is conditional; missing is plan.network, benefit.prior_auth",
    ),
    (
        "out of network, not said",
        'plan.network = "out_of_network"',
        "bill is conditional; missing is benefit.out_of_network",
    ),
    (
        "plan refuses the profession, physicians covered, Oregon",
        "services.0.benefit.profession_excluded = true; services.0.benefit.covered_from_physicians = true",
        "bill is yes",
    ),
    (
        "plan refuses the profession, Texas regulates it",
        'plan.regulated_by = "TX"; services.0.benefit.profession_excluded = true',
        "bill is unknown; offer is other_profession, ask_payer_in_writing",
    ),
    (
        "Medicare Advantage, coverage not said",
        'plan.payer = "medicare_advantage"; services.0.benefit.covered-',
        "bill is unknown; missing is benefit.covered",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), PLANS)
def test_plans(what, changes, expected):
    """A plan's own papers say what it covers and how much, and what nobody said is asked."""
    assert answer(PLAN, changes, expected) == expected


UNINSURED = [
    (
        "no plan",
        "",
        "deliver is yes; bill is no; as is none; allowed is unknown; share is unknown; prior auth is none; "
        "mlr is not_applicable; offer is sliding_fee, good_faith_estimate, self_pay_notice",
    ),
    ("license of another state", 'practitioners.0.licenses.0.state = "NH"', "deliver is no; bill is no"),
]


@pytest.mark.parametrize(("what", "changes", "expected"), UNINSURED)
def test_uninsured(what, changes, expected):
    """Without a plan nobody is billed but the patient, who is told the cost and the sliding fee."""
    assert answer("uninsured-physical-therapy", changes, expected) == expected


EXTRAS = [
    ("all tests met", "", "bill is no; mlr is quality_improvement"),
    ("measurable no", "waiver.measurable = false", "bill is no; mlr is administration"),
    ("nothing said", "waiver = {}", "bill is no; mlr is not_applicable; missing is none"),
    (
        "Medicaid, in place of a covered service",
        'plan.payer = "medicaid"; waiver.in_lieu_of_covered = true',
        "bill is no; mlr is in_lieu_of_service",
    ),
    (
        "Vermont Medicaid, paid by the waiver",
        'plan.payer = "medicaid"; waiver.pays_service = true',
        "mlr is waiver_service",
    ),
    ("covered", "services.0.benefit.covered = true", "mlr is claims"),
    (
        "exchange plan, coverage not said: no benchmark of 2017 had yoga, and it has no code",
        'plan.payer = "exchange"; services.0.benefit.covered-',
        "bill is unknown; missing is benefit.covered, benefit.copay; "
        "offer is ask_payer_in_writing, bundle, self_pay_notice",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), EXTRAS)
def test_extras(what, changes, expected):
    """What a plan pays beside its benefit improves quality, replaces a benefit, or is administration."""
    assert answer("yoga-extra", changes, expected) == expected
