"""Coverage decisions: states and workers' compensation.

Each table takes a case, changes some of its facts and states the answer. Amounts are dollars, half up for
each line; what plans allow and ask as a copay is made up.
"""

from __future__ import annotations

import pytest
from tests.spec.deciding import answer

NATUROPATH = "naturopath-washington"
INJURED = "injured-worker-acupuncture"
YOGA = "yoga-oregon-medicaid"
VERMONT = "chiropractic-vermont-exchange"
MIGRAINE = (
    'service_date = "2024-08-15"; patient.conditions = ["chronic_migraine"]; '
    "services.0.episode.visits_before = 0"
)
SELF_FUNDED = 'plan.payer = "self_funded"'

CASE_19 = [
    (
        "as stated, a plan that Washington regulates",
        "",
        "deliver is yes; bill is yes; as is own; lines is 99213 x1; allowed is 95.00; share is 25.00; "
        "left is none; prior auth is satisfied; mlr is claims; missing is none",
    ),
    (
        "authorization none: the law on review names no naturopaths",
        'plan.authorization = "none"',
        "bill is conditional; prior auth is required; offer is request_authorization",
    ),
    (
        "the plan refuses naturopaths",
        "services.0.benefit.profession_excluded = true",
        "bill is yes; allowed is 95.00; missing is none",
    ),
    (
        "the plan refuses naturopaths, in the benchmark no",
        "services.0.benefit.profession_excluded = true; services.0.benefit.in_benchmark = false",
        "bill is unknown; missing is benefit.covered",
    ),
    (
        "in the benchmark no",
        "services.0.benefit.in_benchmark = false",
        "deliver is yes; bill is conditional; missing is benefit.covered",
    ),
    (
        "covered no: no mandate to cover",
        "services.0.benefit.covered = false",
        "deliver is yes; bill is no",
    ),
    (
        "as stated, the same person in a self-funded plan",
        SELF_FUNDED,
        "deliver is yes; bill is unknown; allowed is unknown; missing is benefit.covered; "
        "offer is ask_payer_in_writing",
    ),
    (
        "self-funded, covered yes",
        f"{SELF_FUNDED}; services.0.benefit.covered = true",
        "deliver is yes; bill is yes; as is own; allowed is 95.00; share is 25.00; missing is none",
    ),
    (
        "self-funded, covered no",
        f"{SELF_FUNDED}; services.0.benefit.covered = false",
        "deliver is yes; bill is no",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_19)
def test_case_19(what, changes, expected):
    """Case 19: Washington plans take benchmark services from naturopaths; self-funded plans are unsettled."""
    assert answer(NATUROPATH, changes, expected) == expected


CASE_20 = [
    (
        "as stated, visit 11",
        "",
        "deliver is yes; bill is no; as is own; left is 0; prior auth is none; allowed is unknown; "
        "offer is other_profession, self_pay_notice",
    ),
    (
        "visit 10",
        "services.0.episode.visits_before = 9",
        "bill is yes; lines is 97810 x1; allowed is 60.00; share is 0.00; left is 0; missing is none",
    ),
    (
        "ordered no",
        "services.0.episode.referral = false",
        "bill is no; offer is get_referral, other_profession, self_pay_notice",
    ),
    (
        "as stated, chronic migraine on 2024-08-15",
        MIGRAINE,
        "deliver is yes; bill is no; left is 9; offer is self_pay_notice, other_profession",
    ),
    (
        "chronic migraine on 2024-08-31",
        MIGRAINE.replace("08-15", "08-31"),
        "bill is no; left is 9",
    ),
    (
        "chronic migraine on 2024-09-01",
        MIGRAINE.replace("08-15", "09-01"),
        "bill is yes; allowed is 60.00; share is 0.00; left is 9",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_20)
def test_case_20(what, changes, expected):
    """Case 20: Washington pays injured workers ten acupuncture visits, for migraine from September 2024."""
    assert answer(INJURED, changes, expected) == expected


CASE_21 = [
    (
        "as stated",
        "",
        "deliver is yes; bill is no; lines is none; allowed is unknown; prior auth is none; "
        "mlr is health_related_service; missing is none; offer is flexible_service, bundle",
    ),
    (
        "measurable no",
        "waiver.measurable = false",
        "deliver is yes; bill is no; mlr is administration",
    ),
    (
        "evidence not said",
        "waiver.evidence_based-",
        "bill is no; mlr is not_applicable; missing is waiver.evidence_based",
    ),
    (
        "paid by the waiver yes",
        "waiver.pays_service = true",
        "deliver is yes; mlr is waiver_service",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_21)
def test_case_21(what, changes, expected):
    """Case 21: yoga is no benefit in Oregon Medicaid, but a flexible service where it meets the tests."""
    assert answer(YOGA, changes, expected) == expected


CASE_25 = [
    (
        "as stated",
        "",
        "deliver is yes; bill is yes; as is own; lines is 98941 x1; allowed is 75.00; share is 30.00; "
        "left is 7; prior auth is none; mlr is claims; missing is none",
    ),
    ("gold plan", 'plan.metal = "gold"', "bill is yes; share is 60.00"),
    ("primary care copay 45", "plan.primary_care_copay = 45", "bill is yes; share is 45.00"),
    ("on 2018-12-31", 'service_date = "2018-12-31"', "bill is yes; share is 60.00"),
    ("visit 13 of 12", "services.0.episode.visits_year = 12", "bill is no; left is 0"),
    (
        "two codes of 40 each: the cap is that of the visit",
        'services.0.codes = [{"code": "98941"}, {"code": "97110", "minutes": 15}]; '
        "services.0.benefit.allowed = 40",
        "bill is yes; allowed is 80.00; share is 30.00",
    ),
    (
        "primary care copay not said: the cap may be lower than the copay",
        "plan.primary_care_copay-",
        "bill is yes; share is unknown; missing is plan.primary_care_copay",
    ),
    ("metal level not said", "plan.metal-", "bill is yes; share is unknown; missing is plan.metal"),
    (
        "metal level not said, copay 25: a cap of 30 would change nothing",
        "plan.metal-; services.0.benefit.copay = 25",
        "bill is yes; share is 25.00",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_25)
def test_case_25(what, changes, expected):
    """Case 25: on a Vermont silver plan a chiropractic copay is capped at that of a primary care visit."""
    assert answer(VERMONT, changes, expected) == expected


OTHERS = [
    (
        "Washington chiropractor, others are paid more",
        "chiropractic-washington",
        "",
        "bill is yes; allowed is 39.28; share is 20.00; prior auth is forbidden; left is 5",
    ),
    (
        "Washington chiropractor, others are paid less",
        "chiropractic-washington",
        "services.0.benefit.allowed_others = 33",
        "allowed is 35.00",
    ),
    (
        "Washington chiropractor, visit 11 of the benchmark's 10",
        "chiropractic-washington",
        "services.0.episode.visits_year = 10",
        "bill is no; left is 0; prior auth is forbidden; offer is ask_payer_in_writing",
    ),
    (
        "Ohio Medicaid, acupuncture visit 30",
        "acupuncture-ohio-medicaid",
        "",
        "bill is yes; as is own; allowed is 30.00; share is 0.00; left is 0; missing is none",
    ),
    (
        "Ohio Medicaid, acupuncture visit 31",
        "acupuncture-ohio-medicaid",
        "services.0.episode.visits_year = 30",
        "bill is no; left is 0",
    ),
    (
        "Ohio Medicaid, acupuncture by a physical therapist",
        "acupuncture-ohio-medicaid",
        'practitioners.0.profession = "physical_therapist"; '
        'practitioners.0.licenses.0.profession = "physical_therapist"',
        "deliver is yes; bill is unknown; offer is ask_payer_in_writing, other_profession",
    ),
    (
        "Ohio Medicaid, neck pain",
        "acupuncture-ohio-medicaid",
        'patient.conditions = ["neck_pain"]',
        "deliver is yes; bill is no",
    ),
    (
        "Vermont Medicaid, chiropractic visit 10",
        "chiropractic-vermont-medicaid",
        "",
        "bill is yes; prior auth is none; allowed is 39.28",
    ),
    (
        "Vermont Medicaid, chiropractic visit 11",
        "chiropractic-vermont-medicaid",
        "services.0.episode.visits_year = 10",
        "bill is conditional; prior auth is required; offer is request_authorization",
    ),
    (
        "Vermont Medicaid, chiropractic visit 11, authorization approved",
        "chiropractic-vermont-medicaid",
        'services.0.episode.visits_year = 10; plan.authorization = "approved"',
        "bill is yes; prior auth is satisfied",
    ),
    (
        "Texas injured worker, 6 hours of an accredited pain program",
        "pain-program-texas",
        "",
        "bill is yes; lines is 97799-CA-CP x6; allowed is 750.00; share is 0.00",
    ),
    (
        "Texas injured worker, program without accreditation",
        "pain-program-texas",
        "setting.carf_accredited = false",
        "bill is yes; lines is 97799-CP x6; allowed is 600.00; share is 0.00",
    ),
    (
        "Texas injured worker, accreditation not said",
        "pain-program-texas",
        "setting.carf_accredited-",
        "bill is yes; allowed is unknown; missing is setting.carf_accredited",
    ),
    (
        "Washington injured worker, day 20 of a pain program",
        "pain-program-washington",
        "",
        "deliver is yes; bill is yes; allowed is unknown; share is 0.00; left is 0; prior auth is satisfied",
    ),
    (
        "Washington injured worker, day 21 of a pain program",
        "pain-program-washington",
        "services.0.episode.visits_before = 20",
        "deliver is yes; bill is no; left is 0",
    ),
    (
        "Washington injured worker, 5 hours a day",
        "pain-program-washington",
        "services.0.minutes = 300",
        "deliver is yes; bill is no",
    ),
    (
        "Washington injured worker, no authorization yet",
        "pain-program-washington",
        'plan.authorization = "none"',
        "bill is conditional; prior auth is required; offer is request_authorization",
    ),
    (
        "Washington injured worker, not evaluated first",
        "pain-program-washington",
        "services.0.episode.evaluation_done = false",
        "bill is no; offer is get_referral",
    ),
    (
        "Mississippi injured worker, pain program without certification",
        "pain-program-texas",
        'plan.regulated_by = "MS"; services.0.benefit.covered = true',
        "bill is conditional; prior auth is required",
    ),
    (
        "Colorado injured worker, the release of the units is not settled",
        "injured-worker-acupuncture",
        'plan.regulated_by = "CO"; services.0.benefit.covered = true; services.0.benefit.allowed-',
        "bill is yes; allowed is unknown; share is 0.00",
    ),
    (
        "Oregon Medicaid, acupuncture for back pain, visit 13 of 30 shared",
        "acupuncture-oregon-medicaid",
        "",
        "bill is yes; as is own; allowed is 50.00; share is 0.00; left is 17; mlr is claims; missing is none",
    ),
    (
        "Oregon Medicaid, visit 31 of 30 shared",
        "acupuncture-oregon-medicaid",
        "services.0.episode.visits_pooled = 30",
        "bill is no; left is 0",
    ),
    (
        "Oregon Medicaid, the organization refuses acupuncturists",
        "acupuncture-oregon-medicaid",
        "services.0.benefit.profession_excluded = true; services.0.benefit.covered = true",
        "bill is yes; missing is none",
    ),
    (
        "Vermont plan, acupuncture, coverage not said",
        "acupuncture-plan",
        'plan.regulated_by = "VT"; services.0.benefit.covered-',
        "deliver is yes; bill is conditional; missing is benefit.covered; "
        "offer is ask_payer_in_writing, bundle, self_pay_notice",
    ),
    (
        "Vermont Medicaid, acupuncture, coverage not said",
        "acupuncture-plan",
        'plan.regulated_by = "VT"; plan.payer = "medicaid"; services.0.benefit.covered-',
        "deliver is yes; bill is no; offer is bundle, self_pay_notice",
    ),
    (
        "Vermont plan that covers acupuncture",
        "acupuncture-plan",
        'plan.regulated_by = "VT"',
        "bill is yes; share is 16.00",
    ),
    (
        "Vermont plan that refuses naturopaths",
        "naturopath-washington",
        'plan.regulated_by = "VT"; patient.state = "VT"; practitioners.0.licenses.0.state = "VT"; '
        "services.0.benefit.profession_excluded = true",
        "bill is yes; missing is none",
    ),
    (
        "Vermont plan, naturopath, coverage not said",
        "naturopath-washington",
        'plan.regulated_by = "VT"; patient.state = "VT"; practitioners.0.licenses.0.state = "VT"',
        "bill is yes; allowed is 95.00; prior auth is satisfied; missing is none",
    ),
    (
        "Minnesota, exercise under a chiropractor in the suite",
        "linked-exercise-minnesota",
        "",
        "deliver is yes; bill is yes; as is incident_to(dc); lines is 97110 x2; allowed is 60.00",
    ),
    (
        "Minnesota, a person whom the chiropractor may not delegate it to",
        "linked-exercise-minnesota",
        "supervisors.0.delegation_allowed = false",
        "deliver is yes; bill is no; as is none; offer is other_profession, self_pay_notice",
    ),
    (
        "Minnesota, the chiropractor by video",
        "linked-exercise-minnesota",
        'supervisors.0.mode = "video"',
        "deliver is yes; bill is no; as is none",
    ),
    (
        "Texas, an adjustment by an assistant of a chiropractor",
        "linked-massage-texas",
        'services.0.service = "chiropractic"; services.0.benefit.delegate_accepted = true; '
        "supervisors.0.delegation_allowed = true",
        "bill is no; as is none",
    ),
]


@pytest.mark.parametrize(("what", "case", "changes", "expected"), OTHERS)
def test_rules_of_states(what, case, changes, expected):
    """Laws of states and programs: parity of pay, limits of visits, authorization, programs for workers."""
    assert answer(case, changes, expected) == expected
