"""Coverage decisions: who may be billed to Original Medicare for what, and which codes it does not take.

Each row takes a case, changes some of its facts and states the answer.
"""

from __future__ import annotations

import pytest
from tests.spec.deciding import answer, decided

from allay.coverage.answers import Verdict

THERAPY = "medicare-therapy"
TALK = "medicare-psychotherapy"
CLINIC = "medicare-clinic-2026"
SUPERVISED = (
    'supervisors = [{"id": "md", "profession": "pain_physician", "mode": "in_suite", "enrolled": true, '
    '"began_care": true}]'
)


def by(profession: str) -> str:
    """Return the change that lets somebody of a profession, licensed in Vermont, give the first service."""
    return (
        f'practitioners.0.profession = "{profession}"; practitioners.0.licenses.0.profession = "{profession}"'
    )


def coded(code: str) -> str:
    """Return the change that bills one unit of another code."""
    return f'services.0.codes = [{{"code": "{code}"}}]'


THERAPY_BY_OTHERS = [
    (
        "a massage therapist under a physician",
        f'{by("massage_therapist")}; {SUPERVISED}; services.0.service = "massage"; {coded("97124")}',
        "deliver is yes; bill is no; as is none",
    ),
    (
        "an exercise physiologist under a physician, not trained as a therapist",
        f'{by("exercise_physiologist")}; {SUPERVISED}; services.0.service = "graded_exercise"; '
        "practitioners.0.trained_as_therapist = false",
        "deliver is yes; bill is no; as is none",
    ),
    (
        "an exercise physiologist of whose training nothing is said",
        f'{by("exercise_physiologist")}; {SUPERVISED}; services.0.service = "graded_exercise"',
        "bill is conditional; missing is practitioner.trained_as_therapist",
    ),
    (
        "somebody trained as a therapist under a physician",
        f'{by("exercise_physiologist")}; {SUPERVISED}; services.0.service = "graded_exercise"; '
        "practitioners.0.trained_as_therapist = true",
        "bill is yes; as is incident_to(md); lines is 97110 x2 + 97140 x1",
    ),
    (
        "a therapist's assistant under a physician is billed as an assistant",
        f"{by('physical_therapist_assistant')}; {SUPERVISED}",
        "bill is yes; as is assistant",
    ),
    (
        "licensed in another state than the patient is in, by video",
        'practitioners.0.licenses.0.state = "NH"; setting.mode = "video"; setting.place = "home"',
        "deliver is no; bill is no; missing is none; offer is licensed_in_state, in_person",
    ),
    (
        "licensed in another state than the patient is in, face to face",
        'practitioners.0.licenses.0.state = "NH"',
        "deliver is no; bill is no; missing is none; offer is licensed_in_state",
    ),
    (
        "a group of one",
        f"{coded('97150')}; setting.group_size = 1",
        "bill is no; lines is 97150-GP x1 (no); offer is individual_visit",
    ),
    (
        "a group of two",
        f"{coded('97150')}; setting.group_size = 2",
        "bill is yes; lines is 97150-GP x1; allowed is 17.98; share is 3.60",
    ),
    (
        "unattended stimulation by the code of others",
        coded("97014"),
        "bill is no; lines is 97014 x1 (no); offer is medicare_code",
    ),
    ("unattended stimulation by Medicare's code", coded("G0283"), "lines is G0283-GP x1; allowed is 11.65"),
    ("hot packs", coded("97010"), "bill is no; lines is 97010 x1 (no); offer is none"),
]


@pytest.mark.parametrize(("what", "changes", "expected"), THERAPY_BY_OTHERS)
def test_therapy(what, changes, expected):
    """Therapy is given by therapists and their assistants, or by people trained as such."""
    assert answer(THERAPY, changes, expected) == expected


OWN_PAY = [
    (
        "a nurse practitioner",
        f'{by("nurse_practitioner")}; services = [{{"service": "medical_visit", '
        '"codes": [{"code": "99213"}]}]',
        "as is own; lines is 99213 x1; allowed is 77.24; share is 15.45; offer is bill_incident_to",
    ),
    (
        "a nurse practitioner under a physician who began the care, not enrolled",
        f"{by('nurse_practitioner')}; {SUPERVISED}; practitioners.0.enrolled = false; "
        'services = [{"service": "medical_visit", "codes": [{"code": "99213"}]}]',
        "as is incident_to(md); lines is 99213 x1; allowed is 90.87; share is 18.17; offer is none",
    ),
    (
        "a nurse under a nurse practitioner",
        f'{by("registered_nurse")}; {SUPERVISED}; supervisors.0.profession = "nurse_practitioner"',
        "as is incident_to(md); lines is 90834 x1; allowed is 87.71; share is 17.54",
    ),
    (
        "an office visit by a nurse under a physician",
        f'{by("registered_nurse")}; {SUPERVISED}; services = [{{"service": "medical_visit", '
        '"codes": [{"code": "99213"}]}]',
        "bill is unknown; lines is 99213 x1 (unknown); offer is other_profession, ask_payer_in_writing",
    ),
    (
        "an office visit by a pharmacist under a physician",
        f'{by("pharmacist")}; {SUPERVISED}; services = [{{"service": "medical_visit", '
        '"codes": [{"code": "99202"}]}]',
        "bill is unknown; lines is 99202 x1 (unknown)",
    ),
    (
        "a code of which nothing is known",
        coded("97999"),
        "bill is unknown; lines is 97999 x1 (unknown); allowed is unknown; offer is ask_payer_in_writing",
    ),
    (
        "an add-on without its base, which another day cannot help",
        coded("98981"),
        "lines is 98981 x1 (conditional); offer is none",
    ),
    (
        "a clinical social worker",
        by("clinical_social_worker"),
        "as is own; lines is 90834 x1; allowed is 77.39; share is 15.48",
    ),
    (
        "health behavior help without a physical condition",
        f'{coded("96158")}; patient.conditions = ["depression"]',
        "bill is no; lines is 96158 x1 (no)",
    ),
    (
        "help to the family without the patient",
        coded("96170"),
        "bill is no; lines is 96170 x1 (no); offer is voluntary_notice",
    ),
    (
        "a nurse under a physician by telephone: general supervision is enough",
        f'{by("registered_nurse")}; {SUPERVISED}; supervisors.0.mode = "phone"',
        "bill is yes; as is incident_to(md); lines is 90834 x1; allowed is 103.19",
    ),
    (
        "a nurse under a physician who need not be present",
        f'{by("registered_nurse")}; {SUPERVISED}; supervisors.0.mode = "none"',
        "bill is yes; as is incident_to(md); lines is 90834 x1; allowed is 103.19",
    ),
    (
        "the same, before 2023",
        f'{by("registered_nurse")}; {SUPERVISED}; supervisors.0.mode = "none"; service_date = "2022-12-31"',
        "bill is no; as is none",
    ),
    (
        "the same, by a physician who is not enrolled",
        f'{by("registered_nurse")}; {SUPERVISED}; supervisors.0.mode = "none"; '
        "supervisors.0.enrolled = false",
        "bill is no; as is none",
    ),
    (
        "an evaluation and a visit by one physician",
        f'{by("psychiatrist")}; services = [{{"service": "medical_visit", "codes": [{{"code": "99213"}}]}}, '
        '{"service": "cognitive_behavioral_therapy", "codes": [{"code": "90834"}]}]',
        "lines is 99213 x1 (no) + 90834 x1; allowed is 103.19; offer is other_day, other_biller",
    ),
    (
        "in 2026, in the office",
        f'service_date = "2026-03-02"; setting.locality = "national"; {coded("90837")}',
        "allowed is 167.00; share is 33.40",
    ),
    (
        "in 2026, by video from the office",
        'service_date = "2026-03-02"; setting.locality = "national"; setting.mode = "video"; '
        f"{coded('90837')}",
        "bill is unknown; lines is 90837-95 x1 (unknown)",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), OWN_PAY)
def test_pay(what, changes, expected):
    """What is paid hangs on who gives it and under whose name."""
    assert answer(TALK, changes, expected) == expected


OTHERS = [
    (
        "medicare-acupuncture",
        "the supervisor did not begin the care",
        "supervisors.0.began_care = false",
        "bill is no; as is none; offer is add_supervisor, self_pay_notice",
    ),
    (
        "medicare-acupuncture",
        "at a health center the center bills, and an acupuncturist makes no visit",
        'setting.place = "fqhc"; patient.new = false',
        "bill is no; as is facility; offer is other_profession, sliding_fee",
    ),
    (
        THERAPY,
        "at a health center the center bills, and an assistant makes no visit",
        f'{by("physical_therapist_assistant")}; setting.place = "fqhc"; patient.new = false',
        "bill is no; as is facility; offer is other_profession, sliding_fee",
    ),
    (
        "medicare-health-center",
        "a group alone is no visit, whatever the service",
        "services.1.group = true; services.1.individual_part = false",
        "lines is 99213 x1 + 90834 x1 (no); allowed is 202.65; offer is individual_visit",
    ),
    (
        "medicare-chiropractic",
        "an office visit",
        'services.0.codes.0.code = "99213"',
        "bill is no; lines is 99213-GY x1 (no) + 97124-GY x1 (no)",
    ),
    (
        THERAPY,
        "seven units of exercise on a day",
        'services.0.codes = [{"code": "97110", "units": 7}]',
        "lines is 97110-GP x7 (no)",
    ),
    (
        "medicare-acupuncture",
        "pain from a known cause",
        "patient.specific_cause = true",
        "bill is no; offer is self_pay_notice",
    ),
    (
        "medicare-chiropractic",
        "no subluxation",
        'patient.conditions = ["low_back_pain"]',
        "bill is no; lines is 98941-AT x1 (no) + 97124-GY x1 (no)",
    ),
    (
        "medicare-nutrition",
        "kidney disease on dialysis",
        'patient.conditions = ["kidney_disease"]; patient.on_dialysis = true',
        "bill is no; offer is self_pay_notice",
    ),
    (
        "medicare-nutrition",
        "two hours used up in a later year",
        'patient.conditions = ["diabetes"]; services.0.episode = {"referral": true, "first_year": false, '
        '"minutes_year": 120}',
        "bill is no; offer is self_pay_notice",
    ),
    (
        "medicare-nutrition",
        "half an hour left of a later year, and 45 minutes asked for",
        'patient.conditions = ["diabetes"]; services.0.codes.0.minutes = 45; services.0.episode = '
        '{"referral": true, "first_year": false, "minutes_year": 90}',
        "bill is no; offer is shorter_visit, self_pay_notice",
    ),
    (
        THERAPY,
        "outside what state law lets this therapist do",
        "practitioners.0.in_scope = false",
        "deliver is no; bill is no; missing is none; offer is other_profession",
    ),
    (
        "medicare-nutrition",
        "no referral",
        'patient.conditions = ["diabetes"]; services.0.episode.referral = false',
        "bill is no; offer is get_referral",
    ),
    (
        "medicare-pain-month",
        "a later month by video, but the first visit was by video",
        'services.0.details = {"first_visit": false, "in_person": false}; setting.mode = "video"; '
        'services.0.episode = {"first_visit_in_person": false}',
        "bill is no; offer is in_person",
    ),
    (
        "medicare-pain-month",
        "by a psychologist",
        by("clinical_psychologist"),
        "lines is G3002 x1 (no) + G3003 x1 (conditional)",
    ),
    (
        "medicare-pain-month",
        "beside care management of the same month",
        'services = [{"service": "care_coordination", "codes": [{"code": "G3002"}, {"code": "99490"}]}]',
        "lines is G3002 x1 (unknown) + 99490 x1; offer is ask_payer_in_writing",
    ),
    (
        "medicare-health-center",
        "two visits for mental health",
        'services.0.service = "acceptance_commitment_therapy"; services.0.practitioner = "mft"; '
        'services.0.codes.0.code = "90834"',
        "lines is 90834 x1 + 90834 x1 (no); allowed is 202.65; offer is other_day",
    ),
    (
        CLINIC,
        "the hospital's code by the physician",
        'services.1 = {"service": "medical_visit", "codes": [{"code": "G0463"}]}',
        "as is own; lines is 99203 x1 + G0463 x1 (no); allowed is 71.48",
    ),
    (
        CLINIC,
        "group therapy in 2026",
        f'{by("physical_therapist")}; setting.place = "office"; services = [{{"service": '
        '"physical_therapy", "codes": [{"code": "97150"}]}]',
        "lines is 97150-GP x1; allowed is 18.04; share is 3.61",
    ),
]


@pytest.mark.parametrize(("name", "what", "changes", "expected"), OTHERS)
def test_other_rules(name, what, changes, expected):
    """Rules that the cases above do not reach."""
    assert answer(name, changes, expected) == expected


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ("fibromyalgia", "us.medicare.acupuncture.fibromyalgia"),
        ("hip_osteoarthritis", "us.medicare.acupuncture.osteoarthritis"),
    ],
)
def test_a_determination_of_its_own_is_cited(condition, rule):
    decision = decided("medicare-acupuncture", f'patient.conditions = ["{condition}"]')
    found = {one.rule.partition("@")[0]: one for one in decision.reasons}
    assert found[rule].outcome == "fails"
    assert "30.3." in str(found[rule].references[0].locator)


def test_what_has_no_benefit_on_record_is_unknown():
    found = decided(TALK, 'services = [{"service": "yoga"}]')
    assert found.bill is Verdict.UNKNOWN
