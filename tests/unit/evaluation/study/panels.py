"""Small claims folders, rosters and panels that are built by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from allay.evaluation.claims import claims_views
from allay.evaluation.study.outcomes import COUNTS
from allay.evaluation.study.protocol import Study

FIRST = "2023-01-01"


def protocol(**changes: Any) -> Study:
    """Return a protocol of a window of 12 months: 3 before, 1 left out, 3 after; entries may be changed."""
    tree: dict[str, Any] = {
        "title": "A pilot",
        "question": "Does it help?",
        "program": {"name": "Pain groups"},
        "claims": "claims",
        "roster": "roster.csv",
        "window": {"start": FIRST, "end": "2023-12-01", "run_out_months": 0},
        "design": {
            "cohort": "month",
            "baseline_months": 3,
            "anticipation_months": 1,
            "follow_up_months": 3,
        },
        "weighting": {"method": "none"},
        "outcomes": [{"id": "emergency_visit", "role": "primary"}],
    }
    for name, value in changes.items():
        tree[name] = {**tree[name], **value} if isinstance(tree.get(name), dict) else value
    return Study.model_validate_json(json.dumps(tree))


def write_claims(
    folder: Path, people: Sequence[Mapping[str, Any]], *, panel: Path, shuffled: int | None = None
) -> None:
    """Write members, their coverage and their months.

    Each of `people` has ``id`` and may have ``birth``, ``gender``, ``zip``, ``payer``, ``months`` (covered,
    counted from 0; all 12 by default) and ``use`` (emergency visits by month; a number or a list).
    """
    folder.mkdir(parents=True, exist_ok=True)
    member = [
        (p["id"], p.get("gender", "female"), p.get("birth", "1970-05-05"), p.get("zip", "05401"))
        for p in people
    ]
    cover = [
        (p["id"], p.get("payer", "commercial"), FIRST, "2023-12-31") for p in people if p.get("months") != []
    ]
    names = ["person_id", "payer_type", "enrollment_start_date", "enrollment_end_date"]
    _csv(folder / "member.csv", ["person_id", "gender", "birth_date", "zip_code"], member)
    _csv(folder / "enrollment.csv", names, cover)
    columns = "claim_id,claim_line_number,claim_type,person_id,claim_start_date,paid_amount,diagnosis_code_1"
    lines = [
        f"c{place},1,professional,{p['id']},2023-01-05,1.00,{code}"
        for place, p in enumerate(people)
        for code in p.get("diagnoses", [])
    ]
    (folder / "medical_claim.csv").write_text("\n".join([columns, *lines]) + "\n")
    rows = []
    for p in people:
        use = np.broadcast_to(np.asarray(p.get("use", 0)), 12)
        rows += [(p["id"], m, int(use[m])) for m in p.get("months", range(12))]
    frame = pl.DataFrame(
        {
            "person_id": [r[0] for r in rows],
            "at": [r[1] for r in rows],
            "emergency_visit": [r[2] for r in rows],
        },
        schema={"person_id": pl.String, "at": pl.Int64, "emergency_visit": pl.Int64},
    )
    frame = frame.with_columns(
        pl.date(2023, pl.col("at") + 1, 1).alias("month"), pl.lit(30).alias("enrolled_days")
    ).drop("at")
    others = [*(n for n in (*COUNTS, "opioid_mme_milli") if n != "emergency_visit")]
    money = [f"{n}_cents" for n in ("medical_cost", "pharmacy_cost", "total_cost", "total_cost_topcoded")]
    frame = frame.with_columns(
        *(pl.lit(0, dtype=pl.Int64).alias(n) for n in others),
        *((pl.col("emergency_visit") * 10_000).alias(n) for n in money),
    )
    if shuffled is not None:
        frame = frame.sample(fraction=1, shuffle=True, seed=shuffled)
    frame.write_parquet(panel)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views of a claims folder."""
    connection = duckdb.connect()
    claims_views(connection, folder)
    return connection


def _csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    path.write_text("\n".join(",".join(map(str, row)) for row in [header, *rows]) + "\n")
