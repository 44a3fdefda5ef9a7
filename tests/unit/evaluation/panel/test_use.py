"""Golden claims: one small case for each rule of use."""

from __future__ import annotations

import pytest
from tests.unit.evaluation.panel.panel_claims import facility, fill, line, reversal, span, stay

MEDICAL = {
    "imaging once a day and modality": (
        [
            line("2024-02-01", claim="a", hcpcs_code="72148", hcpcs_modifier_1="26"),
            facility("2024-02-01", claim="b", hcpcs_code="72148"),
            facility("2024-02-01", claim="b", number=2, hcpcs_code="72141"),
            facility("2024-02-01", claim="b", number=3, hcpcs_code="72131"),
            facility("2024-02-02", claim="c", hcpcs_code="72100"),
        ],
        {"A 02": {"mri": 1, "ct": 1, "x_ray": 1}},
    ),
    "injections": (
        [line("2024-02-01", claim=code, hcpcs_code=code) for code in ("64483", "64493", "20552", "27096")]
        + [line("2024-02-09", claim="z", hcpcs_code="64635")],
        {"A 02": {"injection": 2}},
    ),
    "therapies of a day are one visit": (
        [line("2024-02-01", claim=code, hcpcs_code=code) for code in ("97110", "97140", "98941", "97810")],
        {"A 02": {"therapy_visit": 1}},
    ),
    "behavioral health": (
        [line("2024-02-01", claim=code, hcpcs_code=code) for code in ("90837", "96158")],
        {"A 02": {"behavioral_visit": 1}},
    ),
    "a stay across months": (
        [stay("2024-01-30", "2024-02-03")],
        {"A 01": {"inpatient_stay": 1, "inpatient_day": 2}, "A 02": {"inpatient_day": 2}},
    ),
    "a stay within a day": (
        [stay("2024-02-03", "2024-02-03")],
        {"A 02": {"inpatient_stay": 1, "inpatient_day": 1}},
    ),
    "interim bills and a transfer are one stay": (
        [
            stay("2024-02-01", "2024-02-05"),
            stay("2024-02-03", "2024-02-10", claim="s2"),
            stay("2024-02-11", "2024-02-12", claim="s3"),
        ],
        {"A 02": {"inpatient_stay": 1, "inpatient_day": 11}},
    ),
    "two stays": (
        [stay("2024-02-01", "2024-02-05"), stay("2024-02-07", "2024-02-08", claim="s2")],
        {"A 02": {"inpatient_stay": 2, "inpatient_day": 5}},
    ),
    "a stay without type of bill": (
        [stay("2024-02-01", "2024-02-03", bill_type_code=None)],
        {"A 02": {"inpatient_stay": 1, "inpatient_day": 2}},
    ),
    "a nursing facility is no acute stay": ([stay("2024-02-01", "2024-02-03", bill_type_code="211")], {}),
    "a stay that began before the window": (
        [stay("2023-12-30", "2024-01-03")],
        {"A 01": {"inpatient_day": 2}},
    ),
    "surgery by procedure within its stay": (
        [
            stay("2024-02-01", "2024-02-05", drg_code="460"),
            line("2024-02-02", hcpcs_code="22612"),
            line("2024-02-02", claim="c2", hcpcs_code="22612"),
        ],
        {"A 02": {"inpatient_stay": 1, "inpatient_day": 4, "spine_surgery": 1}},
    ),
    "surgery by the group of the stay alone": (
        [
            stay("2024-02-01", "2024-02-05", drg_code="460"),
            stay("2024-02-05", "2024-02-09", claim="s2", drg_code="460"),
        ],
        {"A 02": {"inpatient_stay": 1, "inpatient_day": 8, "spine_surgery": 1}},
    ),
    "surgery as an outpatient": (
        [facility("2024-02-02", hcpcs_code="63030")],
        {"A 02": {"spine_surgery": 1}},
    ),
}
PHARMACY = {
    "a fill": (
        [fill("2024-02-10")],
        {
            "A 02": {"pharmacy_fill": 1, "opioid_fill": 1, "opioid_day": 20, "opioid_mme_milli": 450_000},
            "A 03": {"opioid_day": 10},
        },
    ),
    "fills that overlap": (
        [fill("2024-02-01", days=10), fill("2024-02-05", claim="r2", days=10)],
        {"A 02": {"pharmacy_fill": 2, "opioid_fill": 2, "opioid_day": 14, "opioid_mme_milli": 900_000}},
    ),
    "a patch by its days": (
        [fill("2024-02-01", drug="197696", quantity="5", days=15)],
        {"A 02": {"pharmacy_fill": 1, "opioid_fill": 1, "opioid_day": 15, "opioid_mme_milli": 2_700_000}},
    ),
    "buprenorphine is left out": ([fill("2024-02-01", drug="1010600")], {"A 02": {"pharmacy_fill": 1}}),
    "an opioid without factor has no dose": (
        [fill("2024-02-01", drug="861467", days=5)],
        {"A 02": {"pharmacy_fill": 1, "opioid_fill": 1, "opioid_day": 5}},
    ),
    "no supply": (
        [fill("2024-02-01", days=None)],
        {"A 02": {"pharmacy_fill": 1, "opioid_fill": 1, "opioid_mme_milli": 450_000}},
    ),
    "reversed": ([fill("2024-02-01"), reversal(fill("2024-02-01"))], {}),
    "a supply from before the window": ([fill("2023-12-20")], {"A 01": {"opioid_day": 18}}),
}


@pytest.mark.parametrize(("claims", "expected"), MEDICAL.values(), ids=MEDICAL)
def test_medical(counted, claims, expected):
    assert counted(claims) == expected


@pytest.mark.parametrize(("fills", "expected"), PHARMACY.values(), ids=PHARMACY)
def test_pharmacy(counted, fills, expected):
    assert counted(pharmacy=fills) == expected


def test_outside_enrollment_nothing_counts(counted):
    spans = [span("2024-03-31", "2024-03-31")]
    rows = [line(f"2024-{month:02d}-01", claim=str(month), hcpcs_code="97110") for month in (2, 3, 4)]
    assert counted(rows, enrollment=spans) == {"A 03": {"therapy_visit": 1}}
