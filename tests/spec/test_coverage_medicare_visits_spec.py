"""Coverage decisions: chiropractors, groups, health centers, behavioral health, nutrition and procedures in
Original Medicare.

Each table takes a case, changes some of its facts and states the answer. Amounts are dollars of the national
fee schedule of July 2024, half up for each line.
"""

from __future__ import annotations

import pytest
from tests.spec.deciding import answer, decided

from allay.base.money import Money

CHIROPRACTIC = "medicare-chiropractic"
SHARED_VISIT = "medicare-shared-visit"
HEALTH_CENTER = "medicare-health-center"
PAIN_MONTH = "medicare-pain-month"
NUTRITION = "medicare-nutrition"
PSYCHOTHERAPY = "medicare-psychotherapy"
EPIDURAL = "medicare-epidural"
CLINIC = "medicare-clinic-2026"

CASE_9 = [
    (
        "as stated",
        "",
        "deliver is yes; bill is yes; as is own; lines is 98941-AT x1 + 97124-GY x1 (no); allowed is 39.28; "
        "share is 7.86; missing is none; offer is voluntary_notice, other_profession",
    ),
    (
        "care that keeps up what was reached",
        "services.0.active_care = false",
        "bill is no; lines is 98941 x1 (no) + 97124-GY x1 (no)",
    ),
    (
        "the same, with the advance notice signed",
        'services.0.active_care = false; services.0.notice = "advance"',
        "bill is no; lines is 98941-GA x1 (no) + 97124-GY x1 (no)",
    ),
    (
        "the same, without a notice",
        'services.0.active_care = false; services.0.notice = "none"',
        "bill is no; lines is 98941-GZ x1 (no) + 97124-GY x1 (no)",
    ),
    (
        "the massage is charged at 40 dollars a unit: the patient pays all of it beside the share",
        'charges = {"97124": 40}',
        "allowed is 39.28; share is 7.86",
    ),
    (
        "a voluntary notice of the massage",
        'services.1.notice = "voluntary"',
        "lines is 98941-AT x1 + 97124-GX-GY x1 (no); allowed is 39.28",
    ),
    (
        "manipulation outside the spine",
        'services.0.codes.0.code = "98943"',
        "bill is no; lines is 98943-GY x1 (no) + 97124-GY x1 (no)",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_9)
def test_case_9(what, changes, expected):
    """Case 9: Of what a chiropractor does Medicare pays manipulation of the spine in active care, with AT."""
    assert answer(CHIROPRACTIC, changes, expected) == expected


def test_the_patient_pays_all_of_what_medicare_never_covers():
    lines = decided(CHIROPRACTIC, 'charges = {"97124": 40}').lines
    assert [str(line.patient_share) for line in lines] == ["7.86", "40.00"]


FROM_2025 = 'service_date = "2025-03-10"; setting.place = "fqhc"'
CASE_14 = [
    (
        "as stated: one of the ten patients",
        "",
        "deliver is yes; bill is yes; as is own; lines is 99213 x1 + 98962 x2 (no); allowed is 90.87; "
        "share is 18.17; missing is none; offer is teach_in_visit",
    ),
    (
        "the patient is not seen one on one",
        "services.0.individual_part = false",
        "bill is no; lines is 99213 x1 (no) + 98962 x2 (no); offer is individual_visit, teach_in_visit",
    ),
    (
        "a visit of level 4 for this patient",
        'services.0.codes.0.code = "99214"',
        "lines is 99214 x1 + 98962 x2 (no); allowed is 128.16; share is 25.63",
    ),
    (
        "at a health center, seen one on one",
        FROM_2025,
        "bill is yes; lines is 99213 x1 + 98962 x2 (no); allowed is 202.65; share is 40.53",
    ),
    (
        "at a health center, the group alone",
        f"{FROM_2025}; services.0.individual_part = false",
        "bill is no; lines is 99213 x1 (no) + 98962 x2 (no)",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_14)
def test_case_14(what, changes, expected):
    """Case 14: In a shared medical appointment each patient's own visit is paid; teaching adds nothing."""
    assert answer(SHARED_VISIT, changes, expected) == expected


def test_ten_patients_of_case_14():
    decisions = [decided(SHARED_VISIT, f'id = "{place}"') for place in range(10)]
    total = Money.total(one.allowed for one in decisions if one.allowed is not None)
    assert str(total) == "908.70"


SECOND_NURSE_VISIT = (
    'services.1.service = "medical_visit"; services.1.practitioner = "np"; services.1.codes.0.code = "99214"'
)
CASE_15 = [
    (
        "as stated: nurse practitioner and clinical social worker",
        "",
        "deliver is yes; bill is yes; as is facility; lines is 99213 x1 + 90834 x1; allowed is 405.30; "
        "share is 81.06; missing is none; offer is none",
    ),
    (
        "as stated: nurse practitioner and acupuncturist",
        'services.1.service = "acupuncture"; services.1.practitioner = "lac"; '
        'services.1.codes.0.code = "97810"',
        "bill is yes; lines is 99213 x1 + 97810 x1 (no); allowed is 202.65; share is 40.53",
    ),
    (
        "two visits to the nurse practitioner",
        SECOND_NURSE_VISIT,
        "bill is yes; lines is 99213 x1 + 99214 x1 (no); allowed is 202.65; offer is other_day",
    ),
    (
        "the second for an illness that came later",
        f"{SECOND_NURSE_VISIT}; services.1.unrelated_later_illness = true",
        "lines is 99213 x1 + 99214 x1; allowed is 405.30; share is 81.06",
    ),
    (
        "a marriage and family therapist",
        'services.1.practitioner = "mft"',
        "lines is 99213 x1 + 90834 x1; allowed is 405.30",
    ),
    ("in 2026", 'service_date = "2026-03-10"', "allowed is 415.44; share is 83.08"),
    ("in 2024, of which we have no rate", 'service_date = "2024-07-15"', "bill is yes; allowed is unknown"),
    (
        "the visit of a new patient alone",
        'patient.new = true; services.1.practitioner = "lac"',
        "lines is 99213 x1 + 90834 x1 (no); allowed is 271.55; share is 54.31",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_15)
def test_case_15(what, changes, expected):
    """Case 15: A health center is paid one medical and one mental health visit a day."""
    assert answer(HEALTH_CENTER, changes, expected) == expected


CASE_16 = [
    ("as stated: 29 minutes", "services.0.minutes = 29", "deliver is yes; bill is no; lines is none"),
    (
        "as stated: 45 minutes",
        "",
        "deliver is yes; bill is yes; as is own; lines is G3002 x1 + G3003 x1; allowed is 112.84; "
        "share is 22.57; missing is none; offer is none",
    ),
    (
        "as stated: 59 minutes",
        "services.0.minutes = 59",
        "lines is G3002 x1 + G3003 x1; allowed is 112.84; share is 22.57",
    ),
    (
        "as stated: the first visit by video",
        "services.0.details.in_person = false",
        "bill is no; lines is none",
    ),
    (
        "60 minutes",
        "services.0.minutes = 60",
        "lines is G3002 x1 + G3003 x2; allowed is 143.13; share is 28.63",
    ),
    ("pain for 12 weeks", "patient.pain_weeks = 12", "bill is no; lines is G3002 x1 (no) + G3003 x1 (no)"),
    (
        "a later visit by video",
        'services.0.details = {"first_visit": false, "in_person": false}; setting.mode = "video"; '
        'setting.place = "home"; services.0.episode = {"first_visit_in_person": true}',
        "bill is yes; lines is G3002 x1 + G3003 x1; allowed is 112.84; share is 22.57",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_16)
def test_case_16(what, changes, expected):
    """Case 16: Chronic pain management is paid by minutes that are met, after a first visit in person."""
    assert answer(PAIN_MONTH, changes, expected) == expected


CASE_23_NUTRITION = [
    (
        "as stated: for pain only",
        "",
        "deliver is yes; bill is no; as is own; lines is 97802 x1 (no); missing is none; "
        "offer is self_pay_notice, bundle",
    ),
    (
        "for diabetes",
        'patient.conditions = ["low_back_pain", "diabetes"]',
        "bill is yes; lines is 97802 x1; allowed is 30.84; share is 0.00",
    ),
    (
        "for diabetes, three hours used up in the first year",
        'patient.conditions = ["diabetes"]; services.0.episode.minutes_year = 180',
        "bill is no; offer is self_pay_notice",
    ),
    (
        "for diabetes, half an hour left and an hour asked for",
        'patient.conditions = ["diabetes"]; services.0.codes.0.minutes = 60; '
        "services.0.episode.minutes_year = 150",
        "bill is no; offer is shorter_visit, self_pay_notice",
    ),
    (
        "for diabetes, half an hour left and asked for",
        'patient.conditions = ["diabetes"]; services.0.codes.0.minutes = 30; '
        "services.0.episode.minutes_year = 150",
        "bill is yes; lines is 97802 x2; allowed is 61.68",
    ),
    (
        "after a transplant 37 months ago",
        'patient.conditions = ["kidney_transplant"]; patient.months_since_transplant = 37',
        "bill is no",
    ),
]
CASE_23_TALK = [
    (
        "as stated: a psychologist",
        "",
        "deliver is yes; bill is yes; as is own; lines is 90834 x1; allowed is 103.19; share is 20.64; "
        "missing is none; offer is none",
    ),
    (
        "as stated: a mental health counselor",
        'practitioners.0.profession = "mental_health_counselor"; '
        'practitioners.0.licenses.0.profession = "mental_health_counselor"',
        "bill is yes; as is own; lines is 90834 x1; allowed is 77.39; share is 15.48",
    ),
    (
        "a mental health counselor on the last day of 2023",
        'practitioners.0.profession = "mental_health_counselor"; service_date = "2023-12-31"; '
        'practitioners.0.licenses.0.profession = "mental_health_counselor"',
        "deliver is yes; bill is no; as is none",
    ),
    (
        "a physician who bills health behavior help",
        'practitioners.0.profession = "psychiatrist"; services.0.codes.0.code = "96158"; '
        'practitioners.0.licenses.0.profession = "psychiatrist"',
        "bill is no; lines is 96158 x1 (no); offer is other_profession",
    ),
]


@pytest.mark.parametrize(
    ("name", "what", "changes", "expected"),
    [*((NUTRITION, *row) for row in CASE_23_NUTRITION), *((PSYCHOTHERAPY, *row) for row in CASE_23_TALK)],
)
def test_case_23(name, what, changes, expected):
    """Case 23: Nutrition care for pain alone is not covered; a counselor is paid 75 percent."""
    assert answer(name, changes, expected) == expected


CASE_24 = [
    (
        "as stated: Texas",
        "",
        "deliver is yes; bill is conditional; as is own; lines is 64483 x1 (conditional); "
        "prior auth is required; offer is request_authorization, prepayment_review",
    ),
    (
        "as stated: Vermont",
        'patient.state = "VT"',
        "deliver is yes; bill is yes; as is own; lines is 64483 x1; prior auth is none; offer is none",
    ),
    (
        "authorized",
        'plan.authorization = "approved"',
        "bill is yes; lines is 64483 x1; prior auth is satisfied; offer is none",
    ),
    (
        "the day before the model begins",
        'service_date = "2026-01-14"',
        "bill is yes; prior auth is none",
    ),
    ("in an office", 'setting.place = "office"', "bill is unknown; prior auth is unknown"),
    (
        "a trigger point injection, of which we do not know",
        'services.0.codes.0.code = "20552"',
        "bill is unknown; prior auth is unknown; offer is ask_payer_in_writing",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_24)
def test_case_24(what, changes, expected):
    """Case 24: In some states Medicare wants an epidural authorized, or reviews it before it pays."""
    assert answer(EPIDURAL, changes, expected) == expected


FACILITY_FEE = [
    (
        "in the hospital",
        "",
        "bill is yes; as is own, facility; lines is 99203 x1 + G0463 x1; allowed is 207.50; share is 41.50",
    ),
    ("off campus", 'setting.place = "off_campus"', "allowed is 125.89; share is 25.18"),
    (
        "in the office",
        'setting.place = "office"',
        "lines is 99203 x1 + G0463 x1 (no); allowed is 117.57; share is 23.51",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), FACILITY_FEE)
def test_facility_fee(what, changes, expected):
    """A hospital adds its own claim to the practitioner's, and the patient pays a fifth of both."""
    assert answer(CLINIC, changes, expected) == expected
