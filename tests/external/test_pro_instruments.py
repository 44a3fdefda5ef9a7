"""Published answers and scores of others: the PROMIS tables, NHANES PHQ-9, a GAD-7 survey."""

from __future__ import annotations

import csv
import json

import numpy as np
import polars as pl
import pytest

from allay.measures.catalog import get
from allay.measures.reliability import cronbach_alpha
from allay.measures.scoring import score

DOMAINS = {
    "physical_function_4a": ("promis29", "physical_function"),
    "anxiety_4a": ("promis29", "anxiety"),
    "depression_4a": ("promis29", "depression"),
    "fatigue_4a": ("promis29", "fatigue"),
    "sleep_disturbance_4a": ("promis29", "sleep_disturbance"),
    "social_roles_4a": ("promis29", "social_participation"),
    "pain_interference_4a": ("promis29", "pain_interference"),
    "cognitive_function_abilities_2a": ("promis-cognition2a", "cognition"),
}


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "pro_instruments"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


def test_promis29_tables(folder):
    with (folder / "promis29_raw_to_t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 7 * 17 + 9
    differences = []
    for row in rows:
        instrument, scale = DOMAINS[row["domain"]]
        table = get(instrument).scale(scale).table
        place = int(row["raw_sum"]) - table.raw_minimum
        ours, theirs = (
            (table.t[place], table.se[place]),
            (float(row["t_score"]), float(row["standard_error"])),
        )
        if ours != theirs:
            differences.append((row["domain"], int(row["raw_sum"]), ours, theirs))
    # The file's one error, named in its README: the true standard error is 3.6.
    assert differences == [("depression_4a", 20, (79.4, 3.6), (79.4, 2.6))]


def test_nhanes_phq9(folder):
    table = pl.read_csv(folder / "nhanes_2017_2018_phq9.csv", infer_schema_length=None)
    answers = {
        f"phq9_{k}": table.get_column(f"DPQ0{k}0").cast(pl.Float64).fill_null(float("nan")).to_numpy()
        for k in range(1, 10)
    }
    total = score(get("phq9"), answers)["total"]
    published = table.get_column("phq9_total").cast(pl.Float64).fill_null(float("nan")).to_numpy()
    scored = total.status == "scored"
    assert (scored == ~np.isnan(published)).all()
    assert np.array_equal(total.score[scored], published[scored])
    counts = {name: int((total.status == name).sum()) for name in ("scored", "prorated", "not_scored")}
    assert counts == {"scored": 3377, "prorated": 15, "not_scored": 4}

    reference = json.loads((folder / "nhanes_reference.json").read_text(encoding="utf-8"))
    assert total.score[scored].mean() == pytest.approx(reference["mean"], rel=1e-12)
    bands = {name: int(((total.band == name) & scored).sum()) for name in np.unique(total.band) if name}
    expected = reference["severity_counts"]
    assert bands == {name.rsplit("_", 2)[0]: n for name, n in expected.items()}


def test_gaming_gad7(folder):
    table = pl.read_csv(folder / "gaming_study_gad7_swls_spin.csv", infer_schema_length=None)
    answers = {f"gad7_{k}": table.get_column(f"GAD{k}").to_numpy() for k in range(1, 8)}
    total = score(get("gad7"), answers)["total"]
    assert total.score.shape == (5956,)
    assert set(total.status.tolist()) == {"scored"}
    assert np.array_equal(total.score, table.get_column("GAD_T").to_numpy().astype(np.float64))
    reference = json.loads((folder / "gaming_reference.json").read_text(encoding="utf-8"))
    bands = {name: int((total.band == name).sum()) for name in np.unique(total.band)}
    assert bands == {name.rsplit("_", 2)[0]: n for name, n in reference["gad7_severity"].items()}
    points = np.stack(list(answers.values()), axis=1)
    # Sums of whole numbers in two orders: they may differ in the last bits only.
    assert total.score.mean() == pytest.approx(reference["gad7_mean"], rel=1e-12)
    assert total.score.std(ddof=1) == pytest.approx(reference["gad7_sd"], rel=1e-12)
    assert cronbach_alpha(points) == pytest.approx(reference["gad7_alpha"], rel=1e-12)
