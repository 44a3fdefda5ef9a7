"""Every dated parameter of fees on the day before, the day of and the day after each change, by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.errors import NotFound
from allay.base.fact import UNKNOWN
from allay.coverage.fees.parameters import facts, parameter

# What holds on the day before, the day of and the day after.
DAYS = """
| parameter                     | change     | before  | on      | after   | status    |
| ----------------------------- | ---------- | ------- | ------- | ------- | --------- |
| pfs.conversion_factor         | 2020-01-01 | none    | 36.0896 | 36.0896 | verified  |
| pfs.conversion_factor         | 2021-01-01 | 36.0896 | 34.8931 | 34.8931 | secondary |
| pfs.conversion_factor         | 2022-01-01 | 34.8931 | 34.6062 | 34.6062 | secondary |
| pfs.conversion_factor         | 2023-01-01 | 34.6062 | 33.8872 | 33.8872 | secondary |
| pfs.conversion_factor         | 2024-01-01 | 33.8872 | 32.7442 | 32.7442 | verified  |
| pfs.conversion_factor         | 2024-03-01 | 32.7442 | 32.7442 | 32.7442 | memory    |
| pfs.conversion_factor         | 2024-03-09 | 32.7442 | 33.2875 | 33.2875 | memory    |
| pfs.conversion_factor         | 2024-04-01 | 33.2875 | 33.2875 | 33.2875 | verified  |
| pfs.conversion_factor         | 2025-01-01 | 33.2875 | 32.3465 | 32.3465 | secondary |
| pfs.conversion_factor         | 2026-01-01 | 32.3465 | 33.4009 | 33.4009 | secondary |
| pfs.conversion_factor         | 2027-01-01 | 33.4009 | unknown | unknown | unknown   |
| pfs.conversion_factor         | 2028-01-01 | unknown | none    | none    | -         |
| pfs.conversion_factor_apm     | 2026-01-01 | none    | 33.5675 | 33.5675 | secondary |
| pfs.conversion_factor_apm     | 2027-01-01 | 33.5675 | unknown | unknown | unknown   |
| pfs.conversion_factor_apm     | 2028-01-01 | unknown | none    | none    | -         |
| pfs.therapy_reduction_ratio   | 2013-04-01 | none    | 0.5     | 0.5     | memory    |
| pfs.therapy_reduction_ratio   | 2020-01-01 | 0.5     | 0.5     | 0.5     | verified  |
| therapy.assistant_ratio       | 2020-01-01 | none    | 1       | 1       | derived   |
| therapy.assistant_ratio       | 2022-01-01 | 1       | 0.85    | 0.85    | verified  |
| therapy.assistant_modifiers   | 2020-01-01 | none    | CQ CO   | CQ CO   | derived   |
| therapy.assistant_modifiers   | 2022-01-01 | CQ CO   | CQ CO   | CQ CO   | verified  |
| therapy.assistant_portion     | 2022-01-01 | none    | 0.1     | 0.1     | verified  |
| therapy.kx_threshold          | 2022-01-01 | none    | 2150    | 2150    | verified  |
| therapy.kx_threshold          | 2023-01-01 | 2150    | 2230    | 2230    | verified  |
| therapy.kx_threshold          | 2024-01-01 | 2230    | 2330    | 2330    | verified  |
| therapy.kx_threshold          | 2025-01-01 | 2330    | 2410    | 2410    | secondary |
| therapy.kx_threshold          | 2026-01-01 | 2410    | 2480    | 2480    | secondary |
| therapy.kx_threshold          | 2027-01-01 | 2480    | none    | none    | -         |
| therapy.review_threshold      | 2022-01-01 | none    | 3000    | 3000    | verified  |
| therapy.review_threshold      | 2028-01-01 | 3000    | unknown | unknown | unknown   |
| part_b.deductible             | 2025-01-01 | none    | 257     | 257     | secondary |
| part_b.deductible             | 2026-01-01 | 257     | 283     | 283     | secondary |
| part_b.deductible             | 2027-01-01 | 283     | none    | none    | -         |
| part_b.coinsurance            | 2020-01-01 | none    | 0.2     | 0.2     | secondary |
| npp_ratio                     | 2020-01-01 | none    | 0.85    | 0.85    | secondary |
| incident_to_ratio             | 2020-01-01 | none    | 1       | 1       | secondary |
| mft_mhc_ratio                 | 2024-01-01 | none    | 0.75    | 0.75    | secondary |
| opps.clinic_visit             | 2026-01-01 | none    | 136.02  | 136.02  | secondary |
| opps.clinic_visit             | 2027-01-01 | 136.02  | none    | none    | -         |
| opps.off_campus_ratio         | 2026-01-01 | none    | 0.4     | 0.4     | secondary |
| opps.off_campus_ratio         | 2027-01-01 | 0.4     | none    | none    | -         |
| fqhc.base_rate                | 2025-01-01 | none    | 202.65  | 202.65  | secondary |
| fqhc.base_rate                | 2026-01-01 | 202.65  | 207.72  | 207.72  | secondary |
| fqhc.base_rate                | 2027-01-01 | 207.72  | none    | none    | -         |
| fqhc.new_patient_ratio        | 2025-01-01 | none    | 1.34    | 1.34    | secondary |
| telehealth.modifier.video     | 2026-01-01 | none    | 95      | 95      | secondary |
| telehealth.modifier.audio     | 2026-01-01 | none    | 93      | 93      | secondary |
| telehealth.modifier.critical_access | 2026-01-01 | none | GT     | GT      | secondary |
| telehealth.modifier.stored    | 2026-01-01 | none    | GQ      | GQ      | secondary |
| telehealth.modifier.fqhc_audio | 2026-01-01 | none   | FQ      | FQ      | secondary |
| pfs.amount.99203.non_facility | 2026-01-01 | none    | 117.57  | 117.57  | secondary |
| pfs.amount.99203.non_facility | 2027-01-01 | 117.57  | none    | none    | -         |
| pfs.amount.99203.facility     | 2026-01-01 | none    | 71.48   | 71.48   | secondary |
| pfs.amount.99203.facility     | 2027-01-01 | 71.48   | none    | none    | -         |
| pfs.amount.99204.non_facility | 2026-01-01 | none    | 177.36  | 177.36  | secondary |
| pfs.amount.99204.non_facility | 2027-01-01 | 177.36  | none    | none    | -         |
| pfs.amount.99204.facility     | 2026-01-01 | none    | 116.9   | 116.9   | secondary |
| pfs.amount.99204.facility     | 2027-01-01 | 116.9   | none    | none    | -         |
| pfs.amount.90837.non_facility | 2026-01-01 | none    | 167.0   | 167.0   | secondary |
| pfs.amount.90837.non_facility | 2027-01-01 | 167.0   | none    | none    | -         |
| pfs.amount.90837.facility     | 2026-01-01 | none    | 135.27  | 135.27  | secondary |
| pfs.amount.90837.facility     | 2027-01-01 | 135.27  | none    | none    | -         |
| pfs.amount.97150.non_facility | 2026-01-01 | none    | 18.04   | 18.04   | secondary |
| pfs.amount.97150.non_facility | 2027-01-01 | 18.04   | none    | none    | -         |
| pfs.amount.g3003.non_facility | 2026-01-01 | none    | 31.73   | 31.73   | secondary |
| pfs.amount.g3003.non_facility | 2027-01-01 | 31.73   | none    | none    | -         |
"""


def rows():
    lines = [[c.strip() for c in line.strip().strip("|").split("|")] for line in DAYS.strip().splitlines()]
    return [tuple(line) for line in lines[2:]]


def told(name, day):
    """What a parameter is on a day, as text."""
    try:
        found = parameter(f"us.medicare.{name}", day=day)
    except NotFound:
        return "none"
    if found.value is UNKNOWN:
        return "unknown"
    return " ".join(found.value) if isinstance(found.value, tuple) else str(found.value)


@pytest.mark.parametrize(("name", "change", "before", "on", "after", "status"), rows())
def test_around_each_change(name, change, before, on, after, status):
    day, one = dt.date.fromisoformat(change), dt.timedelta(days=1)
    assert [told(name, day + offset * one) for offset in (-1, 0, 1)] == [before, on, after]
    if status != "-":
        assert parameter(f"us.medicare.{name}", day=day).status.value == status


def test_the_table_has_every_change_of_every_fact():
    listed = {(f"us.medicare.{name}", change) for name, change, *_ in rows()}
    there = {
        (fact.id, str(day))
        for fact in facts()
        for row in fact.values
        for day in (row.effective_from, row.effective_to)
        if day
    }
    assert there == listed


def test_every_fact_has_a_source_and_no_stronger_status():
    assert len(facts()) == 30
    for fact in facts():
        assert fact.scope["payer"] == "original_medicare"
        for row in fact.values:
            assert str(row.recorded_on) == "2026-11-22"
            assert row.references


def test_asked_from_before_our_records_begin_the_first_row_counts():
    fact = facts().get("us.medicare.part_b.deductible")
    day = dt.date(2026, 2, 1)
    assert fact.require(day, known_on=dt.date(2026, 2, 1)).value == 283
    with pytest.raises(NotFound):
        fact.on(day, known_on=dt.date(2026, 2, 1))
