"""Rules and parameters of Original Medicare on the day before they change, on that day and the day after.

The first table asks whole decisions; the second reads parameters that decisions use.
"""

from __future__ import annotations

import datetime as dt

import pytest
from tests.spec.deciding import answer, decided

from allay.base.fact import UNKNOWN
from allay.coverage.rules.rulebook import Rulebook

ONE_DAY = dt.timedelta(days=1)
AS_COUNSELOR = (
    'practitioners.0.profession = "mental_health_counselor"; '
    'practitioners.0.licenses.0.profession = "mental_health_counselor"'
)
AS_SOCIAL_WORKER = (
    'practitioners.0.profession = "clinical_social_worker"; '
    'practitioners.0.licenses.0.profession = "clinical_social_worker"'
)
BY_PHONE = (
    'practitioners = [{"id": "coach", "profession": "registered_nurse", '
    '"licenses": [{"state": "VT", "profession": "registered_nurse"}]}]; '
    'supervisors = [{"id": "md", "profession": "pain_physician", "mode": "phone", "enrolled": true, '
    '"began_care": true}]'
)
AS_ASSISTANT = (
    'practitioners.0.profession = "physical_therapist_assistant"; '
    'practitioners.0.licenses.0.profession = "physical_therapist_assistant"; '
    'services.0.codes = [{"code": "97110", "units": 1}]'
)
AS_OT_ASSISTANT = AS_ASSISTANT.replace("physical_therapist", "occupational_therapist")
OCCUPATIONAL = AS_OT_ASSISTANT.replace("_assistant", "")
ONE_UNIT = 'services.0.codes = [{"code": "97110", "units": 1}]'
BY_VIDEO = 'setting.mode = "video"; setting.place = "home"'
BY_AUDIO = 'setting.mode = "audio"; setting.place = "home"'
LATER_MONTH = (
    'services.0.details = {"first_visit": false, "in_person": false}; '
    'services.0.episode = {"first_visit_in_person": true}'
)
MONTH_AT_CENTER = 'setting.place = "fqhc"; patient.new = false'
COUNSELOR_AT_CENTER = 'services.1.practitioner = "mft"'

CHANGES = [
    ("2020-01-01", "medicare-therapy", f"{AS_ASSISTANT}; supervisors = []", "as is none", "as is assistant"),
    ("2020-01-21", "medicare-acupuncture", "", "bill is no", "bill is yes"),
    ("2022-01-01", "medicare-therapy", AS_ASSISTANT, "lines is 97110-GP x1", "lines is 97110-CQ-GP x1"),
    ("2022-01-01", "medicare-therapy", AS_OT_ASSISTANT, "lines is 97110-GO x1", "lines is 97110-CO-GO x1"),
    (
        "2022-01-01",
        "medicare-therapy",
        f"{ONE_UNIT}; plan.therapy_year_to_date = 2150.01",
        "lines is 97110-GP x1",
        "lines is 97110-GP-KX x1",
    ),
    (
        "2023-01-01",
        "medicare-therapy",
        f"{ONE_UNIT}; plan.therapy_year_to_date = 2230",
        "lines is 97110-GP-KX x1",
        "lines is 97110-GP x1",
    ),
    (
        "2024-01-01",
        "medicare-therapy",
        f"{ONE_UNIT}; plan.therapy_year_to_date = 2330",
        "lines is 97110-GP-KX x1",
        "lines is 97110-GP x1",
    ),
    (
        "2025-01-01",
        "medicare-therapy",
        f"{ONE_UNIT}; plan.therapy_year_to_date = 2410",
        "lines is 97110-GP-KX x1",
        "lines is 97110-GP x1",
    ),
    (
        "2026-01-01",
        "medicare-therapy",
        f"{OCCUPATIONAL}; plan.occupational_therapy_year_to_date = 2480",
        "lines is 97110-GO-KX x1",
        "lines is 97110-GO x1",
    ),
    (
        "2027-01-01",
        "medicare-therapy",
        f"{ONE_UNIT}; plan.therapy_year_to_date = 2480.01",
        "lines is 97110-GP-KX x1",
        "lines is 97110-GP x1",
    ),
    (
        "2022-01-01",
        "medicare-therapy",
        f"{ONE_UNIT}; plan.therapy_year_to_date = 3000.01",
        "offer is none",
        "offer is expect_review",
    ),
    (
        "2022-01-01",
        "medicare-therapy",
        f"{OCCUPATIONAL}; plan.occupational_therapy_year_to_date = 3000.01",
        "offer is none",
        "offer is expect_review",
    ),
    ("2023-01-01", "medicare-pain-month", "", "bill is no", "bill is yes"),
    ("2023-01-01", "medicare-pain-month", f"{BY_VIDEO}; {LATER_MONTH}", "bill is no", "bill is yes"),
    ("2023-01-01", "medicare-psychotherapy", BY_PHONE, "bill is no", "bill is yes; as is incident_to(md)"),
    (
        "2024-01-01",
        "medicare-psychotherapy",
        AS_COUNSELOR,
        "bill is no; as is none",
        "bill is yes; as is own",
    ),
    (
        "2024-01-01",
        "medicare-psychotherapy",
        f'{AS_SOCIAL_WORKER}; services.0.codes.0.code = "96158"',
        "lines is 96158 x1 (no)",
        "lines is 96158 x1",
    ),
    (
        "2024-01-01",
        "medicare-psychotherapy",
        f'{AS_COUNSELOR}; services.0.codes.0.code = "96158"',
        "lines is 96158 x1 (no)",
        "lines is 96158 x1 (unknown)",
    ),
    (
        "2024-01-01",
        "medicare-health-center",
        COUNSELOR_AT_CENTER,
        "lines is 99213 x1 + 90834 x1 (no)",
        "lines is 99213 x1 + 90834 x1",
    ),
    ("2025-01-01", "medicare-health-center", "", "allowed is unknown", "allowed is 405.30"),
    ("2026-01-01", "medicare-health-center", "", "allowed is 405.30", "allowed is 415.44"),
    ("2027-01-01", "medicare-health-center", "", "allowed is 415.44", "allowed is unknown"),
    (
        "2025-01-01",
        "medicare-health-center",
        'patient.new = true; services.1.practitioner = "lac"',
        "allowed is unknown",
        "allowed is 271.55",
    ),
    (
        "2025-01-01",
        "medicare-pain-month",
        MONTH_AT_CENTER,
        "lines is G3002 x1 (no) + G3003 x1 (no)",
        "lines is G3002 x1 + G3003 x1",
    ),
    (
        "2026-01-01",
        "medicare-acupuncture",
        'supervisors.0.mode = "video"',
        "bill is unknown",
        "bill is yes; as is incident_to(md)",
    ),
    (
        "2026-01-01",
        "medicare-acupuncture",
        'supervisors.0.mode = "video"; services.0.global_period = "090"',
        "bill is unknown",
        "bill is no",
    ),
    ("2026-01-15", "medicare-epidural", "", "prior auth is none", "prior auth is required"),
    ("2032-01-01", "medicare-epidural", "", "prior auth is required", "prior auth is none"),
    ("2026-01-15", "medicare-epidural", 'setting.place = "office"', "bill is yes", "bill is unknown"),
    ("2032-01-01", "medicare-epidural", 'setting.place = "office"', "bill is unknown", "bill is yes"),
    (
        "2026-01-15",
        "medicare-epidural",
        'services.0.codes.0.code = "20552"',
        "prior auth is none",
        "prior auth is unknown",
    ),
    (
        "2032-01-01",
        "medicare-epidural",
        'services.0.codes.0.code = "20552"',
        "prior auth is unknown",
        "prior auth is none",
    ),
    ("2026-01-01", "medicare-clinic-2026", "", "allowed is unknown", "allowed is 207.50"),
    ("2027-01-01", "medicare-clinic-2026", "", "allowed is 207.50", "allowed is unknown"),
    (
        "2026-01-01",
        "medicare-clinic-2026",
        'setting.place = "off_campus"',
        "allowed is unknown",
        "allowed is 125.89",
    ),
    (
        "2027-01-01",
        "medicare-clinic-2026",
        'setting.place = "off_campus"',
        "allowed is 125.89",
        "allowed is unknown",
    ),
    (
        "2026-01-01",
        "medicare-psychotherapy",
        BY_VIDEO,
        "lines is 90834 x1 (unknown)",
        "lines is 90834-95 x1 (unknown)",
    ),
    (
        "2026-01-01",
        "medicare-psychotherapy",
        BY_AUDIO,
        "lines is 90834 x1 (unknown)",
        "lines is 90834-93 x1 (unknown)",
    ),
    (
        "2026-01-01",
        "medicare-health-center",
        'setting.mode = "audio"',
        "lines is 99213 x1 (unknown) + 90834 x1 (unknown)",
        "lines is 99213-FQ x1 (unknown) + 90834-FQ x1 (unknown)",
    ),
    ("2028-01-01", "medicare-pain-month", f"{BY_VIDEO}; {LATER_MONTH}", "bill is yes", "bill is unknown"),
]
AMOUNTS_2026 = [
    ("99203", "office", "117.57"),
    ("99203", "hospital_outpatient", "71.48"),
    ("99204", "office", "177.36"),
    ("99204", "hospital_outpatient", "116.90"),
    ("90837", "office", "167.00"),
    ("90837", "hospital_outpatient", "135.27"),
    ("97150", "office", "18.04"),
    ("G3003", "office", "31.73"),
]
PARAMETERS = [
    ("us.medicare.mft_mhc_ratio", "2024-01-01", UNKNOWN, "0.75"),
    ("us.medicare.therapy.assistant_ratio", "2022-01-01", "1", "0.85"),
    ("us.medicare.therapy.kx_threshold", "2022-01-01", UNKNOWN, "2150"),
    ("us.medicare.therapy.kx_threshold", "2023-01-01", "2150", "2230"),
    ("us.medicare.therapy.kx_threshold", "2024-01-01", "2230", "2330"),
    ("us.medicare.therapy.kx_threshold", "2025-01-01", "2330", "2410"),
    ("us.medicare.therapy.kx_threshold", "2026-01-01", "2410", "2480"),
    ("us.medicare.therapy.kx_threshold", "2027-01-01", "2480", UNKNOWN),
    ("us.medicare.therapy.review_threshold", "2022-01-01", UNKNOWN, "3000"),
    ("us.medicare.therapy.review_threshold", "2028-01-01", "3000", UNKNOWN),
    ("us.medicare.fqhc.base_rate", "2025-01-01", UNKNOWN, "202.65"),
    ("us.medicare.fqhc.base_rate", "2026-01-01", "202.65", "207.72"),
    ("us.medicare.fqhc.base_rate", "2027-01-01", "207.72", UNKNOWN),
    ("us.medicare.fqhc.new_patient_ratio", "2025-01-01", UNKNOWN, "1.34"),
    ("us.medicare.opps.clinic_visit", "2026-01-01", UNKNOWN, "136.02"),
    ("us.medicare.opps.off_campus_ratio", "2027-01-01", "0.4", UNKNOWN),
    ("us.medicare.acupuncture.pain_weeks", "2020-01-21", UNKNOWN, "12"),
    ("us.medicare.acupuncture.visits_first_block", "2020-01-21", UNKNOWN, "12"),
    ("us.medicare.acupuncture.first_block_days", "2020-01-21", UNKNOWN, "90"),
    ("us.medicare.acupuncture.visits_further", "2020-01-21", UNKNOWN, "8"),
    ("us.medicare.acupuncture.visits_year", "2020-01-21", UNKNOWN, "20"),
    ("us.medicare.chronic_pain_management.pain_weeks", "2023-01-01", UNKNOWN, "13"),
    ("us.medicare.incident_to.general_behavioral_health", "2023-01-01", "False", "True"),
    ("us.medicare.incident_to.video", "2026-01-01", UNKNOWN, "True"),
    ("us.medicare.wiser.office", "2026-01-15", UNKNOWN, UNKNOWN),
    ("us.medicare.part_b.coinsurance", "2020-01-01", UNKNOWN, "0.2"),
    ("us.medicare.npp_ratio", "2020-01-01", UNKNOWN, "0.85"),
    ("us.medicare.lcsw_ratio", "2020-01-01", UNKNOWN, "0.75"),
    ("us.medicare.dietitian_ratio", "2020-01-01", UNKNOWN, "0.85"),
    ("us.medicare.therapy.assistant_ratio", "2020-01-01", UNKNOWN, "1"),
    ("us.medicare.opps.off_campus_ratio", "2026-01-01", UNKNOWN, "0.4"),
    ("us.medicare.opps.clinic_visit", "2027-01-01", "136.02", UNKNOWN),
    ("us.medicare.wiser.states", "2026-01-15", UNKNOWN, str(("AZ", "NJ", "OH", "OK", "TX", "WA"))),
    ("us.medicare.wiser.codes", "2026-01-15", UNKNOWN, str(("64483",))),
    ("us.medicare.incident_to.video_excluded_globals", "2026-01-01", UNKNOWN, str(("010", "090"))),
    ("us.medicare.part_b.deductible", "2025-01-01", UNKNOWN, "257"),
    ("us.medicare.part_b.deductible", "2026-01-01", "257", "283"),
    ("us.medicare.part_b.deductible", "2027-01-01", "283", UNKNOWN),
]


def around(day: str, before: object, on: object) -> list[tuple[dt.date, object]]:
    """Return the day before, the day and the day after, each with what holds."""
    first = dt.date.fromisoformat(day)
    return [(first - ONE_DAY, before), (first, on), (first + ONE_DAY, on)]


@pytest.mark.parametrize(("day", "name", "changes", "before", "on"), CHANGES)
def test_decisions_around_a_change(day, name, changes, before, on):
    for at, expected in around(day, before, on):
        changed = "; ".join(filter(None, (f'service_date = "{at}"', changes)))
        assert answer(name, changed, expected) == expected


@pytest.mark.parametrize(("code", "place", "dollars"), AMOUNTS_2026)
def test_amounts_of_2026_hold_in_that_year_alone(code, place, dollars):
    changes = (
        f'services = [{{"service": "medical_visit", "codes": [{{"code": "{code}"}}]}}]; '
        f'setting.place = "{place}"; patient.pain_weeks = 20'
    )
    for start, before, on in (
        ("2026-01-01", "unknown", dollars),
        ("2027-01-01", dollars, "unknown"),
    ):
        for at, expected in around(start, before, on):
            # An add-on alone may not be billed, so that its price is read from the rule.
            if code == "G3003":
                rules = Rulebook.shipped().at(at)
                value = rules.parameter("us.medicare.pfs.amount.g3003.non_facility")
                assert ("unknown" if value is UNKNOWN else str(value)) == expected
                continue
            wanted = f"allowed is {expected}"
            assert answer("medicare-clinic-2026", f'service_date = "{at}"; {changes}', wanted) == wanted


def test_the_advance_notice_has_a_new_form_from_may_2026():
    changes = 'services.0.active_care = false; services.0.notice = "advance"'
    for at, expected in around("2026-05-12", False, True):
        reasons = decided("medicare-chiropractic", f'service_date = "{at}"; {changes}').reasons
        texts = [one.text for one in reasons if one.rule.startswith("us.medicare.chiropractic.ga@")]
        assert [text.endswith("new form.") for text in texts] == [expected]


@pytest.mark.parametrize(("name", "day", "before", "on"), PARAMETERS)
def test_parameters_around_a_change(name, day, before, on):
    book = Rulebook.shipped()
    for at, expected in around(day, before, on):
        value = book.at(at).parameter(name)
        assert value == expected if expected is UNKNOWN else str(value) == expected
