"""Coverage decisions: acupuncture in Original Medicare.

Each table takes a case, changes some of its facts and states the answer. Amounts are dollars, half up for
each line. `left` lists what is left of each limit after this visit.
"""

from __future__ import annotations

import pytest
from tests.spec.deciding import answer, decided

ACUPUNCTURE = "medicare-acupuncture"
NEEDLING = "medicare-needling"
DENIED = "97810 x1 (no) + 97811 x1 (no)"
PHYSICIAN = (
    'practitioners = [{"id": "md", "profession": "pain_physician", "enrolled": true, '
    '"licenses": [{"state": "VT", "profession": "pain_physician"}]}]'
)


def scores(baseline: float, latest: float) -> str:
    """Return the change that gives the patient two scores of the PEG."""
    return f'outcomes = [{{"instrument": "peg", "baseline": {baseline}, "latest": {latest}}}]'


def course(before: int, year: int, days: int) -> str:
    """Return the change that says where in the course the visit is."""
    counts = f'"visits_before": {before}, "visits_year": {year}, "days_since_first": {days}'
    return f"services.0.episode = {{{counts}}}"


CASE_1 = [
    (
        "as stated",
        "",
        "deliver is yes; bill is yes; as is incident_to(md); lines is 97810 x1 + 97811 x1; allowed is 65.26; "
        "share is 13.05; left is 11, 19; prior auth is none; missing is none; offer is none",
    ),
    ("minutes 29", "services.0.minutes = 29", "lines is 97810 x1; allowed is 37.52; share is 7.50"),
    (
        "pain for 11 weeks",
        "patient.pain_weeks = 11",
        f"deliver is yes; bill is no; lines is {DENIED}; offer is self_pay_notice",
    ),
    (
        "a restricted license",
        'practitioners.0.licenses.0.status = "restricted"',
        "bill is no; offer is other_profession, self_pay_notice",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_1)
def test_case_1(what, changes, expected):
    """Case 1: Medicare pays acupuncture for chronic low back pain under the supervising physician."""
    assert answer(ACUPUNCTURE, changes, expected) == expected


THIRTEENTH = course(12, 12, 80)
CASE_2 = [
    (
        "as stated",
        f"{THIRTEENTH}; {scores(7, 7)}",
        f"deliver is yes; bill is no; as is incident_to(md); lines is {DENIED}; left is 0, 7; "
        "prior auth is none; missing is none; offer is advance_notice",
    ),
    (
        "no scores were recorded",
        THIRTEENTH,
        "deliver is yes; bill is conditional; missing is outcome.improved; "
        "offer is document_improvement, advance_notice",
    ),
    (
        "the advance notice is signed",
        f'{THIRTEENTH}; {scores(7, 7)}; services.0.notice = "advance"',
        "bill is no; lines is 97810-GA x1 (no) + 97811-GA x1 (no); offer is advance_notice",
    ),
    (
        "no notice was given",
        f'{THIRTEENTH}; {scores(7, 7)}; services.0.notice = "none"',
        "bill is no; lines is 97810-GZ x1 (no) + 97811-GZ x1 (no)",
    ),
    (
        "the twelfth visit",
        f"{course(11, 12, 80)}; {scores(7, 7)}",
        "bill is yes; lines is 97810 x1 + 97811 x1; allowed is 65.26; left is 0, 7; offer is none",
    ),
    (
        "the twelfth visit, on day 91",
        f"{course(11, 12, 91)}; {scores(7, 7)}",
        f"bill is no; lines is {DENIED}; offer is advance_notice",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_2)
def test_case_2(what, changes, expected):
    """Case 2: Without improvement acupuncture stops after twelve visits; the patient may sign and pay."""
    assert answer(ACUPUNCTURE, changes, expected) == expected


def test_with_the_advance_notice_the_patient_pays_the_charge():
    told = f'{THIRTEENTH}; {scores(7, 7)}; charges = {{"97810": 90, "97811": 60.5}}'
    for notice, shares in (("advance", ["90.00", "60.50"]), ("none", ["None", "None"])):
        lines = decided(ACUPUNCTURE, f'{told}; services.0.notice = "{notice}"').lines
        assert [str(line.patient_share) for line in lines] == shares


CASE_3 = [
    (
        "as stated",
        f"{THIRTEENTH}; {scores(7, 5)}",
        "deliver is yes; bill is yes; as is incident_to(md); lines is 97810-KX x1 + 97811-KX x1; "
        "allowed is 65.26; share is 13.05; left is 7; prior auth is none; missing is none; offer is none",
    ),
    (
        "the score is better by half a point only",
        f"{THIRTEENTH}; {scores(7, 6.5)}",
        f"bill is no; lines is {DENIED}; offer is advance_notice",
    ),
    (
        "50 dollars of the deductible are left",
        f"{THIRTEENTH}; {scores(7, 5)}; plan.deductible_left = 50",
        "bill is yes; allowed is 65.26; share is 53.05",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_3)
def test_case_3(what, changes, expected):
    """Case 3: With documented improvement eight further visits are covered and carry KX."""
    assert answer(ACUPUNCTURE, changes, expected) == expected


TWENTY_FIRST = f"{course(20, 20, 300)}; {scores(7, 5)}"
CASE_4 = [
    (
        "as stated",
        TWENTY_FIRST,
        "deliver is yes; bill is no; as is incident_to(md); left is 0; missing is none; "
        "offer is advance_notice",
    ),
    (
        "nineteen visits in the year",
        f"{TWENTY_FIRST}; services.0.episode.visits_year = 19",
        "bill is yes; lines is 97810-KX x1 + 97811-KX x1; left is 0",
    ),
    (
        "nineteen visits in the year, and getting worse",
        f"{TWENTY_FIRST}; services.0.episode.visits_year = 19; services.0.episode.worse = true",
        "bill is no; offer is advance_notice",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_4)
def test_case_4(what, changes, expected):
    """Case 4: More than twenty visits in a year are not covered, not even with improvement."""
    assert answer(ACUPUNCTURE, changes, expected) == expected


CASE_5 = [
    (
        "as stated",
        "supervisors = []",
        f"deliver is yes; bill is no; as is none; lines is {DENIED}; missing is none; "
        "offer is add_supervisor, self_pay_notice",
    ),
    (
        "the supervisor is a chiropractor",
        'supervisors.0.profession = "chiropractor"',
        "deliver is yes; bill is no; as is none; offer is add_supervisor, self_pay_notice",
    ),
    (
        "the acupuncturist's license has expired",
        'supervisors = []; practitioners.0.licenses.0.status = "expired"',
        "deliver is no; bill is no; as is none",
    ),
    (
        "who supervises is not said",
        "supervisors-",
        "deliver is yes; bill is conditional; as is incident_to",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_5)
def test_case_5(what, changes, expected):
    """Case 5: An acupuncturist alone may work, but is no Medicare supplier and cannot bill."""
    assert answer(ACUPUNCTURE, changes, expected) == expected


VIDEO = 'service_date = "2026-03-01"; supervisors.0.mode = "video"'
CASE_6 = [
    (
        "as stated: by video in 2026",
        VIDEO,
        "deliver is yes; bill is yes; as is incident_to(md); lines is 97810 x1 + 97811 x1; left is 11, 19; "
        "prior auth is none; missing is none; offer is check_state_supervision",
    ),
    (
        "as stated: by telephone",
        'service_date = "2026-03-01"; supervisors.0.mode = "phone"',
        "deliver is yes; bill is no; as is none; "
        "offer is add_supervisor, self_pay_notice, supervisor_on_site, supervisor_by_video",
    ),
    (
        "state law asks for presence on site",
        f"{VIDEO}; setting.state_requires_on_site = true",
        "deliver is yes; bill is no; as is none; "
        "offer is add_supervisor, self_pay_notice, supervisor_on_site",
    ),
    (
        "state law does not ask for presence on site",
        f"{VIDEO}; setting.state_requires_on_site = false",
        "bill is yes; as is incident_to(md); missing is none; offer is none",
    ),
    (
        "a procedure with a global period of 90 days",
        f'{VIDEO}; services.0.global_period = "090"; setting.state_requires_on_site = false',
        "bill is no; as is none",
    ),
    (
        "listed, but not present in any way",
        'service_date = "2026-03-01"; supervisors.0.mode = "none"',
        "deliver is yes; bill is no; as is none; offer is add_supervisor, self_pay_notice",
    ),
    (
        "by video on the last day of 2025",
        f'{VIDEO}; service_date = "2025-12-31"',
        "deliver is yes; bill is unknown",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_6)
def test_case_6(what, changes, expected):
    """Case 6: From 2026 the supervisor may be present by live video, not by telephone."""
    assert answer(ACUPUNCTURE, changes, expected) == expected


def test_the_rule_of_2026_is_cited():
    reasons = {one.rule: one for one in decided(ACUPUNCTURE, VIDEO).reasons}
    rule = next(
        one for name, one in reasons.items() if name.startswith("us.medicare.incident_to.direct@2026-01-01")
    )
    assert rule.outcome == "holds"
    assert ("supervisor.mode", "video") in rule.values


CASE_7 = [
    (
        "as stated",
        f'patient.conditions = ["fibromyalgia"]; {PHYSICIAN}',
        f"deliver is yes; bill is no; as is own; lines is {DENIED}; "
        "offer is self_pay_notice, other_profession",
    ),
    (
        "low back pain as well",
        f'patient.conditions = ["fibromyalgia", "low_back_pain"]; {PHYSICIAN}',
        "bill is yes; as is own; lines is 97810 x1 + 97811 x1; allowed is 65.26; share is 13.05",
    ),
    (
        "osteoarthritis of the knee",
        f'patient.conditions = ["knee_osteoarthritis"]; {PHYSICIAN}',
        f"bill is no; lines is {DENIED}; offer is self_pay_notice, other_profession",
    ),
    (
        "low back pain, by a nurse practitioner without a degree in acupuncture",
        f'{PHYSICIAN}; practitioners.0.profession = "nurse_practitioner"; practitioners.0.degrees = []; '
        'practitioners.0.licenses.0.profession = "nurse_practitioner"',
        "deliver is yes; bill is no; offer is other_profession, self_pay_notice",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_7)
def test_case_7(what, changes, expected):
    """Case 7: Acupuncture for fibromyalgia is not covered, whoever gives it."""
    assert answer(ACUPUNCTURE, changes, expected) == expected


CASE_8 = [
    (
        "as stated",
        "",
        "deliver is yes; bill is yes; as is own; lines is 97810 x1 (no) + 20561 x1; allowed is 36.95; "
        "share is 7.39; offer is other_day, other_biller",
    ),
    (
        "modifier 59 on the acupuncture",
        'services.0.codes.0.modifiers = ["59"]',
        "lines is 97810-59 x1 (no) + 20561 x1; allowed is 36.95; share is 7.39",
    ),
    (
        "the dry needling by another physician",
        'services.1.practitioner = "other"',
        "lines is 97810 x1 + 20561 x1; allowed is 75.23; share is 15.05; offer is none",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_8)
def test_case_8(what, changes, expected):
    """Case 8: Of acupuncture and dry needling by one biller on one day only the dry needling is paid."""
    assert answer(NEEDLING, changes, expected) == expected
