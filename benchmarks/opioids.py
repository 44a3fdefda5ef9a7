"""MME by day of a million prescriptions, beside a plain loop over rows and days.

A million synthetic prescriptions of 60,000 patients over two years, as text as a file holds them. Measured
are the two public calls, one after the other: figuring the dose of every prescription, and laying the doses
on days with overlaps added up. The limit is for both together, on the clock, the best of a few, because
others may be using the machine. The peer is a plain loop over some of the patients, whose days must agree.
"""

from __future__ import annotations

import datetime as dt
import gc
import sys
import time

import numpy as np
import polars as pl

from allay.base.tables import CsvTable
from allay.measures.opioids.daily import by_day
from allay.measures.opioids.dose import figure_doses
from allay.measures.opioids.factor_set import get_set
from allay.measures.opioids.prescriptions import Prescriptions
from allay.measures.opioids.summary import summarize
from figures import Figure, report

N = 1_000_000
PATIENTS = 60_000
PLAIN = 600
REPEATS = 7
DRUGS = ("oxycodone", "hydrocodone-acetaminophen", "morphine", "tramadol", "hydromorphone", "codeine")
DIFFERENCE = 1e-6  # a row's MME is rounded to six decimals


def prescriptions() -> Prescriptions:
    """Return random prescriptions, as text."""
    draw = np.random.default_rng(22)
    first = (dt.date(2024, 1, 1) - dt.date(1970, 1, 1)).days
    columns = {
        "patient_id": pl.Series(draw.integers(0, PATIENTS, N)).cast(pl.String),
        "drug": pl.Series(np.array(DRUGS)[draw.integers(0, len(DRUGS), N)]),
        "strength": pl.Series(np.array(["5", "10", "15", "30"])[draw.integers(0, 4, N)]),
        "unit": pl.Series(["mg"]).new_from_index(0, N),
        "quantity": pl.Series(draw.integers(10, 180, N)).cast(pl.String),
        "days_supply": pl.Series(np.array(["5", "10", "15", "30"])[draw.integers(0, 4, N)]),
        "start_date": pl.Series((first + draw.integers(0, 730, N)).astype(np.int32))
        .cast(pl.Date)
        .cast(pl.String),
    }
    return Prescriptions(CsvTable("rx.csv", pl.DataFrame(columns), np.arange(N, dtype=np.int64) + 2), {})


def plain(rows: list[dict[str, str]]) -> dict[tuple[str, str], float]:
    """Add up MME by day, row by row and day by day."""
    chosen = get_set()
    factors = {drug: chosen.factor(drug.partition("-")[0]).at(0) for drug in DRUGS}
    found: dict[tuple[str, str], float] = {}
    for row in rows:
        days = int(row["days_supply"])
        mme = float(row["strength"]) * float(row["quantity"]) / days * factors[row["drug"]]
        start = dt.date.fromisoformat(row["start_date"])
        for day in range(days):
            key = row["patient_id"], str(start + dt.timedelta(days=day))
            found[key] = found.get(key, 0.0) + mme
    return found


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    given = prescriptions()
    figured, laid = [], []
    for _ in range(REPEATS):
        gc.collect()
        began = time.perf_counter()
        doses = figure_doses(given)
        between = time.perf_counter()
        days = by_day(doses).frame()
        figured.append(between - began)
        laid.append(time.perf_counter() - between)
    both = min(first + second for first, second in zip(figured, laid, strict=True))
    few = [str(patient) for patient in range(PLAIN)]
    rows = given.table.frame.filter(pl.col("patient_id").is_in(few)).to_dicts()
    began = time.perf_counter()
    expected = plain(rows)
    loop = (time.perf_counter() - began) * N / len(rows)
    ours = days.filter(pl.col("patient_id").is_in(few))
    keys = zip(ours["patient_id"].cast(pl.String), ours["date"].cast(pl.String), strict=True)
    found = dict(zip(keys, ours["mme"], strict=True))
    if found.keys() != expected.keys():
        raise AssertionError(f"{len(found)} days found, {len(expected)} expected")
    worst = max(abs(found[key] - expected[key]) for key in expected)
    if worst > DIFFERENCE * 100:
        raise AssertionError(f"a day differs by {worst}")
    began = time.perf_counter()
    summary = summarize(doses)
    print(
        f"{N:,} prescriptions, {days.height:,} patient-days; figured in {min(figured):.2f} s, laid on "
        f"days in {min(laid):.2f} s (medians {np.median(figured):.2f} and {np.median(laid):.2f} s); "
        f"summary of {summary.height:,} patients {time.perf_counter() - began:.1f} s"
    )
    print(f"plain loop: {loop:.0f} s, from {len(rows):,} prescriptions whose days agree to {worst:.1g} MME")
    return report(
        [
            Figure("MME by day, 1,000,000 prescriptions as text", both, 1.5, "s"),
            Figure("the same, times the plain loop", loop / both, 1, "x", at_least=True),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
