"""`allay evaluation panel`."""

from __future__ import annotations

import json

import polars as pl
from tests.unit.evaluation.panel.panel_claims import fill, line, span, write_claims


def test_panel(allay):
    rows = [line("2024-02-10", hcpcs_code="72148"), line("2024-02-10", hcpcs_code="72148")]
    write_claims(allay.folder / "claims", rows, [fill("2024-04-02")], [span("2024-01-01", "2024-03-31")])
    (allay.folder / "spec.yaml").write_text("first_month: 2024-01-01\nlast_month: 2024-06-01\n")
    words = ("evaluation", "panel", "claims", "--spec", "spec.yaml", "--memory", "1GB")
    status, said, _ = allay(*words, "-o", "panel")
    assert status == 0
    assert said.splitlines() == [
        "3 member-months of 1 members, 2024-01 to 2024-06",
        "claims: duplicate_row in medical_claim.claim_line_number, rows: 1; kept",
        "claims: outside_enrollment in pharmacy_claim.dispensing_date, rows: 1; kept",
        "medical: 2 rows; 1 repeated, 0 lines reversed, 1 live; 0 rows outside enrollment ($0.00), "
        "0 outside the months",
        "pharmacy: 1 rows; 0 repeated, 0 lines reversed, 1 live; 1 rows outside enrollment ($20.00), "
        "0 outside the months",
        "value sets: memory, verified; see panel.json",
    ]
    assert pl.read_parquet(allay.folder / "panel" / "panel.parquet")["mri"].to_list() == [0, 1, 0]
    assert json.loads((allay.folder / "panel" / "panel.json").read_text())["allay_version"]
    assert allay(*words, "-o", "reference", "--engine", "reference")[1] == said
    # Not into a folder with files, and nothing half-written when something is wrong.
    assert allay(*words, "-o", "panel")[0] == 2
    (allay.folder / "spec.yaml").write_text("first_month: 2024-01-01\nlast: 2024-06-01\n")
    status, _, errors = allay(*words, "-o", "other")
    assert status == 2
    assert errors.startswith("spec.yaml:/last: last: expected one of")
    assert not (allay.folder / "other").exists()


def test_a_file_cut_short(allay):
    folder = write_claims(allay.folder / "claims", [line("2024-02-10")])
    whole = (folder / "medical_claim.parquet").read_bytes()
    (folder / "medical_claim.parquet").write_bytes(whole[: len(whole) // 2])
    status, _, errors = allay("evaluation", "panel", "claims", "-o", "panel")
    assert status == 2
    assert "medical_claim.parquet" in errors
    assert not (allay.folder / "panel").exists()


def test_claims_are_checked_before_anything_is_computed(allay):
    dental = [line("2024-02-10", claim_type="dental", hcpcs_code="72148")]
    write_claims(allay.folder / "claims", dental, [fill("2024-02-02")])
    words = ("evaluation", "panel", "claims", "-o", "panel")
    status, _, errors = allay(*words)
    assert status == 2
    assert "medical_claim.parquet:1: claim_type: expected professional or institutional" in errors
    assert not (allay.folder / "panel").exists()
    assert allay(*words, "--no-check", "--decide", "unlisted_value=keep")[0] == 2
    assert allay(*words, "--decide", "unlisted_value=drop")[0] == 2  # no line is left
    status, said, _ = allay(*words, "--decide", "unlisted_value=keep")
    assert status == 0
    assert "claims: unlisted_value in medical_claim.claim_type, rows: 1; kept" in said
    record = json.loads((allay.folder / "panel" / "panel.json").read_text())
    assert {one["id"]: one["decision"] for one in record["claims_findings"]}[
        "unlisted_value"
    ] == "keep_flagged"


def test_rows_that_the_check_drops_are_not_in_the_panel(allay):
    rows = [line("2024-02-10"), line("2024-03-10", claim="c2", paid="-7.00")]
    write_claims(allay.folder / "claims", rows, [fill("2024-02-02")])
    words = ("evaluation", "panel", "claims", "-o")
    for engine in ("duckdb", "reference", "portable"):
        assert allay(*words, engine, "--engine", engine)[0] == 0
        panel = pl.read_parquet(allay.folder / engine / "panel.parquet")
        assert panel["medical_cost_cents"].to_list() == [1000]
    assert allay(*words, "whole", "--no-check")[0] == 0
    assert pl.read_parquet(allay.folder / "whole" / "panel.parquet")["medical_cost_cents"].sum() == 300
    assert json.loads((allay.folder / "whole" / "panel.json").read_text())["claims_findings"] is None
