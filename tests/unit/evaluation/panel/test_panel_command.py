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
