"""Emergency visits are members' days, however many lines, claims and facilities bill them."""

from __future__ import annotations

import pytest
from tests.unit.evaluation.panel.panel_claims import facility, line, reversal, stay

# What a naive count makes of these claims is beside each: counting claims with an emergency line overcounts.
PROFESSIONAL = line("2024-03-05", claim="p", hcpcs_code="99284", place_of_service_code="23")
HOSPITAL = facility("2024-03-05", claim="h", revenue_center_code="0450", hcpcs_code="99284")
OTHER = facility("2024-03-05", claim="o", revenue_center_code="0450", facility_npi="2")
CASES = {
    "both sides of one visit": ([PROFESSIONAL, HOSPITAL], {"A 03": {"emergency_visit": 1}}),
    "two facilities on one day": ([PROFESSIONAL, HOSPITAL, OTHER], {"A 03": {"emergency_visit": 1}}),
    "two days": (
        [HOSPITAL, line("2024-03-06", claim="q", hcpcs_code="99283")],
        {"A 03": {"emergency_visit": 2}},
    ),
    "a repeated row": ([HOSPITAL, HOSPITAL], {"A 03": {"emergency_visit": 1}}),
    "a reversal": ([HOSPITAL, reversal(HOSPITAL)], {}),
    "a reversal repeated": ([HOSPITAL, reversal(HOSPITAL), reversal(HOSPITAL)], {}),
    "a reversal of one side": (
        [HOSPITAL, reversal(HOSPITAL), PROFESSIONAL],
        {"A 03": {"emergency_visit": 1}},
    ),
    "reversed and billed again": (
        [
            HOSPITAL,
            reversal(HOSPITAL, paid_date=HOSPITAL["claim_start_date"]),
            HOSPITAL | {"charge_amount": 5},
        ],
        {"A 03": {"emergency_visit": 1}},
    ),
    "billed again as something else": (
        [
            HOSPITAL,
            reversal(HOSPITAL),
            line("2024-03-05", claim="h", hcpcs_code="97110", paid_date="2024-04-01"),
        ],
        {"A 03": {"therapy_visit": 1}},
    ),
    "admitted": (
        [PROFESSIONAL, stay("2024-03-05", "2024-03-08", revenue_center_code="0450")],
        {"A 03": {"inpatient_stay": 1, "inpatient_day": 3}},
    ),
    "admitted after midnight": (
        [
            PROFESSIONAL,
            stay("2024-03-06", "2024-03-08"),
            stay(
                "2024-03-06",
                "2024-03-08",
                number=2,
                claim_line_start_date="2024-03-05",
                revenue_center_code="0450",
            ),
        ],
        {"A 03": {"inpatient_stay": 1, "inpatient_day": 2}},
    ),
    "within a stay": (
        [PROFESSIONAL, stay("2024-03-01", "2024-03-08")],
        {"A 03": {"inpatient_stay": 1, "inpatient_day": 7}},
    ),
    "back on the day of discharge": (
        [PROFESSIONAL, stay("2024-03-01", "2024-03-05")],
        {"A 03": {"emergency_visit": 1, "inpatient_stay": 1, "inpatient_day": 4}},
    ),
    "the day before, on its own": (
        [PROFESSIONAL, stay("2024-03-06", "2024-03-08")],
        {"A 03": {"emergency_visit": 1, "inpatient_stay": 1, "inpatient_day": 2}},
    ),
    "urgent care": ([facility("2024-03-05", revenue_center_code="0456", hcpcs_code="99283")], {}),
    "urgent care of a hospital bill that is none": (
        [facility("2024-03-05", revenue_center_code="0456", hcpcs_code="99283", bill_type_code="851")],
        {"A 03": {"emergency_visit": 1}},
    ),
    "after hours": ([line("2024-03-05", hcpcs_code="S9083", place_of_service_code="20")], {}),
    "an office visit": ([line("2024-03-05", hcpcs_code="99213", place_of_service_code="11")], {}),
    "place 23 on a facility's line": ([facility("2024-03-05", place_of_service_code="23")], {}),
    "revenue 0450 on a professional line": ([line("2024-03-05", revenue_center_code="0450")], {}),
    "a revenue center without its zero": (
        [facility("2024-03-05", revenue_center_code="450")],
        {"A 03": {"emergency_visit": 1}},
    ),
    "part of the day": ([facility("2024-03-05", hcpcs_code="G0381")], {"A 03": {"emergency_visit": 1}}),
    "by concept": ([facility("2024-03-05", snomed_code="50849002")], {"A 03": {"emergency_visit": 1}}),
}


@pytest.mark.parametrize(("claims", "expected"), CASES.values(), ids=CASES)
def test_counts(counted, claims, expected):
    assert counted(claims) == expected


def test_the_day_of_the_line_counts(counted):
    rows = [
        HOSPITAL,
        facility("2024-03-05", claim="h", number=2, claim_line_start_date="2024-04-01", hcpcs_code="99284"),
    ]
    assert counted(rows) == {"A 03": {"emergency_visit": 1}, "A 04": {"emergency_visit": 1}}
