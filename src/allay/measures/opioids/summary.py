"""Opioid use of each patient in one row: days, doses, long-term use, fast falls, and four averages.

The averages are the published ones and differ by up to three times in one patient, so all are given:
`mme1` total MME / days of supply; `mme2` total MME / days on therapy; `mme3` total MME / days of the window;
`mme4` the sum of every prescription's MME a day, as if all overlapped.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.status import Status
from allay.measures.opioids.conventions import CAUTION, fact, number
from allay.measures.opioids.daily import DailyDoses, by_day, dated, patient_days
from allay.measures.opioids.dose import Doses
from allay.measures.opioids.falls import FastFall, fast_falls

RESULT = (
    "patient_id",
    "days",
    "mean_mme",
    "max_mme",
    "days_50",
    "days_90",
    "long_term",
    "fast_fall",
    "mme1",
    "mme2",
    "mme3",
    "mme4",
    "fast_fall_reason",
    "overlap_days",
    "prescriptions",
    "computed",
    "excluded",
    "refused",
    "unknown",
    "undated",
    "excluded_mme",
    "reason",
    "factor_set",
    "weakest_status",
    "caution",
)
_EPOCH = date(1970, 1, 1)


def summarize(
    doses: Doses,
    *,
    therapy_days: int | None = None,
    window_days: int | None = None,
    as_of: date | None = None,
) -> pl.DataFrame:
    """Summarize the opioid use of every patient of a file.

    Parameters
    ----------
    doses : Doses
    therapy_days : int, optional
        Days on therapy for `mme2`; by default the days with supply, each counted once.
    window_days : int, optional
        Length of the observation window for `mme3`; by default from the first to the last day with supply.
    as_of : date, optional
        The last day that is known of: supply that ended before it has stopped.

    Returns
    -------
    polars.DataFrame
        The columns of `RESULT`, by patient. Doses are in MME/d. What is not known is null and never zero: a
        patient none of whose prescriptions could be figured has no mean. A falling dose is reported as
        `fast_fall` where it is faster than guidance, and nowhere as an improvement.

    Examples
    --------
    >>> import io
    >>> from allay.measures.opioids.dose import figure_doses
    >>> from allay.measures.opioids.prescriptions import read_prescriptions
    >>> head = b"patient_id,drug,strength,unit,quantity,days_supply,start_date\\n"
    >>> rows = b"A,oxycodone,10,mg,120,30,2026-01-01\\nA,morphine,30,mg,20,10,2026-01-01\\n"
    >>> found = summarize(figure_doses(read_prescriptions(io.BytesIO(head + rows))))
    >>> found.select("days", "mean_mme", "max_mme", "days_50", "days_90", "mme1", "mme4").row(0)
    (30, 80.0, 120.0, 30, 10, 60.0, 120.0)
    """
    patients = doses.frame.select(pl.col("patient_id").drop_nulls().unique().sort())
    daily = by_day(doses)
    found = patients
    parts = (_counts(doses), _totals(doses), _of_days(daily), _falls(doses, daily, as_of=as_of))
    for part in parts:
        found = found.join(part, on="patient_id", how="left", maintain_order="left")
    return _finished(found, doses, therapy_days=therapy_days, window_days=window_days)


def _counts(doses: Doses) -> pl.DataFrame:
    opioid = pl.col("ingredient").is_not_null()

    def many(condition: pl.Expr) -> pl.Expr:
        return condition.sum().cast(pl.Int64)

    return (
        doses.frame.drop_nulls("patient_id")
        .group_by("patient_id")
        .agg(
            many(opioid).alias("prescriptions"),
            *(many(opioid & (pl.col("status") == word)).alias(word) for word in ("computed", "excluded")),
            many(opioid & pl.col("status").is_in(["refused", "invalid"])).alias("refused"),
            many(~opioid & (pl.col("status") == "refused")).alias("unknown"),
            many((pl.col("status") == "computed") & pl.col("start").is_null()).alias("undated"),
            (pl.col("excluded_mme_per_day") * pl.col("days")).sum().alias("excluded_mme"),
            pl.col("excluded_mme_per_day").count().alias("excluded_known"),
        )
        .with_columns(pl.when(pl.col("excluded_known") > 0).then("excluded_mme").alias("excluded_mme"))
    )


def _totals(doses: Doses) -> pl.DataFrame:
    computed = doses.frame.filter(pl.col("status") == "computed").drop_nulls("patient_id")
    # In billionths, so that no order of rows changes the last digit.
    each = (pl.col("mme_per_day") * 1e9).round().cast(pl.Int64)
    return computed.group_by("patient_id").agg(
        ((each * pl.col("days")).cast(pl.Int128).sum().cast(pl.Float64) / 1e9).alias("total"),
        pl.col("days").sum().alias("supply"),
        (each.sum() / 1e9).alias("mme4"),
    )


def _of_days(daily: DailyDoses) -> pl.DataFrame:
    """Count the days with a dose."""
    counted = daily.prescriptions > 0
    patient, day = daily.coverage.patients()[counted], daily.coverage.dates()[counted].astype(np.int64)
    mme = daily.mme[counted]
    n = len(daily.patients)
    days = np.bincount(patient, minlength=n)
    some = days > 0
    longest = np.zeros(n)
    highest = np.zeros(n)
    first, last = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    if len(patient):
        opening = np.flatnonzero(np.diff(patient, prepend=-1))
        highest[some] = np.maximum.reduceat(mme, opening)
        first[some], last[some] = day[opening], day[np.append(opening[1:] - 1, len(day) - 1)]
        np.maximum.at(longest, *_runs(patient, day))
    limits = {
        f"days_{limit:g}": np.bincount(patient[mme >= limit], minlength=n)
        for limit in (number("caution.mme"), number("high_dose.mme"))
    }
    overlap = np.bincount(patient[daily.prescriptions[counted] > 1], minlength=n)
    mean = np.bincount(patient, weights=mme, minlength=n) / np.maximum(days, 1)
    columns: dict[str, NDArray[np.generic]] = {
        "days": days,
        **limits,
        "overlap_days": overlap,
        "mean_mme": mean,
        "max_mme": highest,
    }
    columns["span"] = last - first + 1
    columns["long_term"] = longest >= number("long_term.days")
    return pl.DataFrame({"patient_id": daily.patients, **columns}).filter(pl.Series(some))


def _runs(patient: NDArray[np.int64], day: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Patient and length in days of every stretch of use, short gaps bridged."""
    breaks = (np.diff(patient) != 0) | (np.diff(day) - 1 > number("gap.days"))
    opening = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    closing = np.append(opening[1:] - 1, len(day) - 1)
    return patient[opening], day[closing] - day[opening] + 1


def _falls(doses: Doses, daily: DailyDoses, *, as_of: date | None) -> pl.DataFrame:
    placed = dated(doses).filter(pl.col("status") == "computed")
    patient, start, days = patient_days(placed)
    found = fast_falls(
        patient,
        placed.get_column("product").to_numpy(),
        start,
        days,
        placed.get_column("mme_per_day").to_numpy(),
        as_of=None if as_of is None else (as_of - _EPOCH).days,
    )
    seen = np.unique(patient)
    falls: list[FastFall | None] = [found.get(number) for number in seen.tolist()]
    return pl.DataFrame(
        {
            "patient_id": daily.patients.gather(seen),
            "fast_fall": pl.Series([fall is not None for fall in falls], dtype=pl.Boolean),
            "fast_fall_reason": pl.Series([fall.reason if fall else None for fall in falls], dtype=pl.String),
        }
    )


def _finished(
    found: pl.DataFrame, doses: Doses, *, therapy_days: int | None, window_days: int | None
) -> pl.DataFrame:
    on_days = pl.col("undated") == 0
    therapy = pl.when(on_days).then("days") if therapy_days is None else pl.lit(therapy_days)
    window = pl.when(on_days).then("span") if window_days is None else pl.lit(window_days)
    total = pl.col("total")
    no_opioid = (pl.col("prescriptions") == 0) & (pl.col("unknown") == 0)
    zeros = [
        pl.when(no_opioid).then(0).otherwise(pl.col(c)).alias(c)
        for c in ("days", "days_50", "days_90", "overlap_days")
    ]
    statuses = [each.status for each in doses.factors.factors]
    statuses += [fact(name).status for name in ("caution.mme", "high_dose.mme", "long_term.days")]
    statuses += [fact(f"taper.{pace}.fall_percent").status for pace in ("longer", "shorter")]
    rounded = [pl.col(c).round(6) for c in ("mean_mme", "max_mme", "mme1", "mme2", "mme3", "mme4")]
    return (
        found.with_columns(
            (total / pl.col("supply")).alias("mme1"),
            (total / therapy).alias("mme2"),
            (total / window).alias("mme3"),
            *zeros,
            _reason().alias("reason"),
            pl.lit(doses.factors.reference).alias("factor_set"),
            pl.lit(str(Status.weakest(statuses))).alias("weakest_status"),
            pl.lit(CAUTION).alias("caution"),
        )
        .with_columns(rounded)
        .select(RESULT)
    )


def _reason() -> pl.Expr:
    """Say what is missing from a patient's figures."""

    def said(column: str, words: str) -> pl.Expr:
        return pl.when(pl.col(column) > 0).then(pl.format("{} " + words, pl.col(column)))

    text = pl.concat_str(
        said("refused", "opioid prescriptions could not be figured"),
        said("excluded", "buprenorphine prescriptions left out"),
        said("unknown", "drugs not recognized"),
        said("undated", "without start_date, on no day"),
        separator="; ",
        ignore_nulls=True,
    )
    return pl.when(text != "").then(text)
