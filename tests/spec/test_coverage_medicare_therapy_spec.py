"""Coverage decisions: therapy, and codes of one day, in Original Medicare.

Each table takes a case, changes some of its facts and states the answer. Amounts are dollars of the national
fee schedule of July 2024, half up for each line.
"""

from __future__ import annotations

import pytest
from tests.spec.deciding import answer

THERAPY = "medicare-therapy"
ONE_DAY = "medicare-one-day"
EVALUATION = "medicare-evaluation-2020"


def person(name: str, profession: str, group: str = "clinic") -> str:
    """Return an enrolled practitioner licensed in Vermont, as JSON."""
    return (
        f'{{"id": "{name}", "profession": "{profession}", "enrolled": true, "tax_id_key": "{group}", '
        f'"licenses": [{{"state": "VT", "profession": "{profession}"}}]}}'
    )


def single(code: str, practitioner: str) -> str:
    """Return one unit of therapy by somebody, as JSON."""
    return (
        f'{{"service": "physical_therapy", "practitioner": "{practitioner}", '
        f'"codes": [{{"code": "{code}", "units": 1}}]}}'
    )


ONE_UNIT_EACH = (
    'services.0.codes = [{"code": "97110", "units": 1}, {"code": "97140", "units": 1}, '
    '{"code": "97112", "units": 1}]'
)
THREE_GROUPS = (
    f"practitioners = [{', '.join(person(group, 'physical_therapist', group) for group in 'abc')}]; "
    f"services = [{single('97110', 'a')}, {single('97140', 'b')}, {single('97112', 'c')}]"
)
CASE_11 = [
    (
        "as stated: 25, 15 and 10 minutes",
        "",
        "deliver is yes; bill is yes; as is own; lines is 97110-GP x2 + 97140-GP x1; allowed is 72.39; "
        "share is 14.48; prior auth is none; missing is none; offer is none",
    ),
    (
        "as stated: one unit of each",
        ONE_UNIT_EACH,
        "lines is 97110-GP x1 + 97140-GP x1 + 97112-GP x1; allowed is 76.72; share is 15.34",
    ),
    (
        "one unit of each, by three groups, so that nothing is reduced",
        THREE_GROUPS,
        "lines is 97110-GP x1 + 97140-GP x1 + 97112-GP x1; allowed is 89.87; share is 17.97",
    ),
    (
        "13 minutes of 97112: 53 in all",
        "services.0.codes.2.minutes = 13",
        "lines is 97110-GP x2 + 97140-GP x1 + 97112-GP x1; allowed is 99.02; share is 19.80",
    ),
    (
        "2,330 dollars of therapy this year",
        "plan.therapy_year_to_date = 2330",
        "lines is 97110-GP x2 + 97140-GP x1; offer is none",
    ),
    (
        "2,330.01 dollars of therapy this year",
        "plan.therapy_year_to_date = 2330.01",
        "lines is 97110-GP-KX x2 + 97140-GP-KX x1; allowed is 72.39; offer is none",
    ),
    (
        "2,330.01 dollars of occupational therapy this year",
        "plan.occupational_therapy_year_to_date = 2330.01",
        "lines is 97110-GP x2 + 97140-GP x1",
    ),
    (
        "3,000.01 dollars of therapy this year",
        "plan.therapy_year_to_date = 3000.01",
        "lines is 97110-GP-KX x2 + 97140-GP-KX x1; offer is expect_review",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_11)
def test_case_11(what, changes, expected):
    """Case 11: Medicare counts therapy units from the minutes of the day and reduces all but the first."""
    assert answer(THERAPY, changes, expected) == expected


ONE_UNIT = 'services.0.codes = [{"code": "97110", "units": 1}]'
CASE_12 = [
    (
        "as stated",
        f"{ONE_UNIT}; practitioners = [{person('pta', 'physical_therapist_assistant')}]",
        "deliver is yes; bill is yes; as is assistant; lines is 97110-CQ-GP x1; allowed is 24.90; "
        "share is 4.98; missing is none; offer is none",
    ),
    ("by the therapist", ONE_UNIT, "as is own; lines is 97110-GP x1; allowed is 29.29; share is 5.86"),
    (
        "by an occupational therapist assistant",
        f"{ONE_UNIT}; practitioners = [{person('ota', 'occupational_therapist_assistant')}]",
        "as is assistant; lines is 97110-CO-GO x1; allowed is 24.90; share is 4.98",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_12)
def test_case_12(what, changes, expected):
    """Case 12: What a therapist's assistant does carries a modifier and is paid 85 percent."""
    assert answer(THERAPY, changes, expected) == expected


CASE_13 = [
    (
        "as stated",
        "",
        "deliver is yes; bill is yes; as is own; lines is 97162-GP x1 + 96158 x1 (no) + 97803 x1 (no); "
        "allowed is 100.20; share is 20.04; missing is none; offer is other_day, other_biller",
    ),
    (
        "an evaluation of low complexity",
        'services.0.codes.0.code = "97161"',
        "lines is 97161-GP x1 + 96158 x1 + 97803 x1 (no); allowed is 167.11; share is 33.42",
    ),
    (
        "each practitioner counts as a biller of their own",
        'plan.same_provider = "npi"',
        "lines is 97162-GP x1 + 96158 x1 + 97803 x1; allowed is 193.99; share is 33.42; offer is none",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_13)
def test_case_13(what, changes, expected):
    """Case 13: Of an evaluation, health behavior help and nutrition care on one day one is paid."""
    assert answer(ONE_DAY, changes, expected) == expected


CASE_18 = [
    (
        "as stated: known on January 15",
        'known_on = "2020-01-15"',
        "bill is yes; lines is 97161-GP x1 (no) + 97530-GP x1; offer is other_day, other_biller",
    ),
    (
        "as stated: known on February 1",
        'known_on = "2020-02-01"',
        "bill is yes; lines is 97161-GP x1 + 97530-GP x1; offer is none",
    ),
    (
        "known on January 15, the activity by another therapist",
        'known_on = "2020-01-15"; services.1.practitioner = "other"',
        "lines is 97161-GP x1 + 97530-GP x1; offer is none",
    ),
    ("all that is known today", "", "lines is 97161-GP x1 + 97530-GP x1; offer is none"),
    (
        "in July 2024",
        'service_date = "2024-07-15"',
        "lines is 97161-GP x1 + 97530-GP x1; allowed is 126.00; share is 25.20",
    ),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_18)
def test_case_18(what, changes, expected):
    """Case 18: An edit taken back to its first day denies a line only while that is not known."""
    assert answer(EVALUATION, changes, expected) == expected
