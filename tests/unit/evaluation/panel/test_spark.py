"""The portable query gives on Spark what it gives on DuckDB and what the reference gives."""

from __future__ import annotations

import pytest
from tests.unit.evaluation.panel.panel_claims import (
    YEAR,
    facility,
    fill,
    frame,
    line,
    panels,
    reversal,
    span,
    stay,
    write_claims,
)
from tests.unit.evaluation.panel.spark_session import quick_session

from allay.base.errors import InvalidInput
from allay.evaluation.panel import build_panel


@pytest.fixture(scope="module")
def spark():
    with quick_session() as session:
        yield session


def every_rule() -> tuple[list[dict], list[dict], list[dict]]:
    er = facility("2024-03-05", claim="h", revenue_center_code="0450", hcpcs_code="99284")
    medical = [
        er,
        er,
        line("2024-03-05", claim="p", hcpcs_code="99284", place_of_service_code="23"),
        facility("2024-03-09", claim="o", revenue_center_code="0450"),
        stay("2024-03-09", "2024-04-02", drg_code="460"),
        stay("2024-04-02", "2024-04-05", claim="s2"),
        stay("2024-06-02", "2024-06-05", claim="s3", drg_code="460", person="B"),
        line("2024-06-03", claim="op", hcpcs_code="22612", person="B"),
        line("2024-05-01", claim="m", hcpcs_code="72148"),
        reversal(line("2024-05-01", claim="m", hcpcs_code="72148")),
        line("2024-05-01", claim="m", hcpcs_code="97110", paid_date="2024-06-01"),
        line("2024-05-02", claim="n", hcpcs_code="72100", paid="1.01"),
        line("2024-12-31", claim="late", hcpcs_code="90837", person="B"),
        line("2025-01-01", claim="after", hcpcs_code="90837", person="B"),
        line("2024-02-01", claim="x", person="stranger", hcpcs_code="90837"),
    ]
    pharmacy = [
        fill("2023-12-20"),
        fill("2024-02-20", claim="r2", quantity="7.125"),
        fill("2024-02-25", claim="r3", drug="197696", quantity="5", days=15),
        fill("2024-02-25", claim="r4", drug="7"),
        reversal(fill("2024-02-25", claim="r4", drug="7")),
    ]
    return (
        medical,
        pharmacy,
        [span("2023-06-01", "2024-06-30"), span("2024-06-15", "2025-12-31"), span(person="B")],
    )


def test_spark_equals_the_others(tmp_path, spark):
    folder = write_claims(tmp_path / "claims", *every_rule())
    made = panels(folder, ("reference", "portable", "duckdb", "spark"), YEAR)
    expected = frame(made["reference"])
    for name, result in made.items():
        assert frame(result).equals(expected), name
        assert frame(result).schema == expected.schema
        assert result.counts == made["reference"].counts, name
        assert result.record.top_coding_level_cents == made["reference"].record.top_coding_level_cents
    used = expected.select(
        "emergency_visit", "inpatient_stay", "spine_surgery", "therapy_visit", "opioid_fill"
    ).sum()
    assert used.row(0) == (1, 2, 2, 1, 2)


def test_spark_reads_parquet_only(tmp_path, spark):
    (tmp_path / "member.csv").write_text("person_id,birth_date\nA,1970-01-01\n")
    (tmp_path / "enrollment.csv").write_text(
        "person_id,enrollment_start_date,enrollment_end_date\nA,2024-01-01,2024-02-29\n"
    )
    (tmp_path / "medical_claim.csv").write_text(
        "claim_id,claim_line_number,claim_type,person_id,claim_start_date,paid_amount\n"
        "c,1,professional,A,2024-01-09,99.5\n"
    )
    with pytest.raises(InvalidInput, match="Parquet, for Spark, found CSV"):
        build_panel(tmp_path, engine="spark", memory="1GB", output=tmp_path / "o", spec=YEAR)
