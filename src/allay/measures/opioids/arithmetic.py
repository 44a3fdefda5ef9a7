"""The arithmetic of a dose on whole columns: strength times quantity per day times factor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.datecolumn import iso_day
from allay.measures.opioids.coding import CodedText
from allay.measures.opioids.factor_set import FactorSet

NUMBERS = ("patient_id", "quantity", "days_supply", "start_date")
MOST_DAYS = 3_650
"""Limit of the computation, not of care: a supply of more than ten years is a slip of the pen."""

MOST_MME = 1e6
"""Limit of the computation, not of care: beyond it a unit was mistaken."""

DECIMALS = 6


def read_numbers(coded: Mapping[str, CodedText], *, as_of: date | None = None) -> pl.DataFrame:
    """Read patient, quantity, days and date of each row, and mark what cannot be.

    Returns
    -------
    polars.DataFrame
        ``patient_id, amount, days, start`` and for each column of `NUMBERS` a mark ``bad_...``; a blank cell
        is null and not bad, but for the patient.

    Examples
    --------
    >>> from allay.measures.opioids.coding import code_text
    >>> cells = {"patient_id": ["A"], "quantity": ["30"], "days_supply": ["0"], "start_date": ["2026-1-5"]}
    >>> found = read_numbers(code_text(pl.DataFrame(cells), NUMBERS))
    >>> found.select("amount", "bad_quantity", "bad_days_supply", "bad_start_date").row(0)
    (30.0, False, True, True)
    """
    amount = coded["quantity"].values.cast(pl.Float64, strict=False)
    supply = coded["days_supply"].values.cast(pl.Float64, strict=False)
    whole = (supply == supply.floor()) & (supply >= 1) & (supply <= MOST_DAYS)
    text = coded["start_date"].values
    day = text.to_frame("text").select(iso_day(pl.col("text"))).to_series()
    exact = (day >= date(1900, 1, 1)) & (day < date(9000, 1, 1))
    if as_of is not None:
        exact &= day <= as_of
    patient = coded["patient_id"]
    return pl.DataFrame(
        {
            "patient_id": patient.text(),
            "bad_patient_id": patient.codes == 0,
            **_read(coded["quantity"], amount, (amount > 0) & amount.is_finite(), "amount", "quantity"),
            **_read(coded["days_supply"], supply, whole, "days", "days_supply"),
            **_read(coded["start_date"], day, exact, "start", "start_date"),
        }
    )


def _read(cells: CodedText, read: pl.Series, fine: pl.Series, name: str, column: str) -> dict[str, pl.Series]:
    bad = cells.spread(~fine.fill_null(value=False)).fill_null(value=False)
    return {name: cells.spread(read), f"bad_{column}": bad}


def figured_frame(frame: pl.DataFrame, factors: FactorSet) -> pl.DataFrame:
    """Work out MME per day where it can be, and give every other row its status and reason.

    Parameters
    ----------
    frame : polars.DataFrame
        The columns of `read_numbers` and those of the readings of drugs.
    factors : FactorSet
        For its ladders.
    """
    found = _settled(frame)
    a_day = pl.col("amount") / pl.col("days")
    laddered = pl.col("kind") == "ladder"
    if factors.has_ladder:
        found = found.with_columns(pl.when(laddered).then(pl.col("each") * a_day).alias("ladder_mg"))
        found = found.with_columns(_ladder_factor(found, factors))
    else:
        found = found.with_columns(pl.lit(None, dtype=pl.Float64).alias("ladder_mg"))
    mme = (
        pl.when(pl.col("kind") == "rate")
        .then("each")
        .when(laddered)
        .then(pl.col("ladder_mg") * pl.col("factor"))
        .otherwise(pl.col("each") * a_day)
    )
    return _chosen(_too_much(found.with_columns(mme.round(DECIMALS).alias("mme"))))


def _settled(frame: pl.DataFrame) -> pl.DataFrame:
    """Give rows with values that are blank or cannot be their status and reason."""
    found = frame.with_columns(pl.any_horizontal(*(f"bad_{column}" for column in NUMBERS)).alias("bad"))
    usable = pl.col("status").is_in(["computed", "excluded"])
    wrong = pl.col("ingredient").is_not_null() & pl.col("bad")
    cannot = pl.concat_str(pl.lit("not a permitted value: "), _bad_names())
    found = _restated(found, wrong, "invalid", cannot)
    for rows, status, reason in (
        (pl.col("status") == "invalid", "invalid", pl.lit("not a permitted value: strength or unit")),
        (usable & pl.col("amount").is_null(), "refused", pl.lit("the quantity is blank")),
        (usable & pl.col("days").is_null(), "refused", pl.lit("the days_supply is blank")),
    ):
        found = _restated(found, rows & pl.col("reason").is_null(), status, reason)
    return found


def _restated(frame: pl.DataFrame, rows: pl.Expr, status: str, reason: pl.Expr) -> pl.DataFrame:
    """Give the rows another status and reason, where there are any."""
    if not frame.select(rows.any()).item():
        return frame
    return frame.with_columns(
        pl.when(rows).then(pl.lit(status)).otherwise("status").alias("status"),
        pl.when(rows).then(reason).otherwise("reason").alias("reason"),
    )


def _chosen(found: pl.DataFrame) -> pl.DataFrame:
    computed, excluded = (pl.col("status") == word for word in ("computed", "excluded"))
    either = computed | excluded
    placed = ~pl.col("bad")
    return found.select(
        "patient_id",
        "ingredient",
        pl.when(either).then("factor").alias("factor"),
        pl.when(computed).then("mme").alias("mme_per_day"),
        "status",
        "reason",
        "note",
        "factor_per",
        pl.when(excluded).then("mme").alias("excluded_mme_per_day"),
        "factor_status",
        pl.when(placed).then("start").alias("start"),
        pl.when(placed).then("days").cast(pl.Int64).alias("days"),
        pl.when(computed).then("ladder_mg").alias("ladder_mg"),
        "product",
    )


def _bad_names() -> pl.Expr:
    named = [pl.when(pl.col(f"bad_{column}")).then(pl.lit(column)) for column in NUMBERS]
    return pl.concat_str(named, separator=", ", ignore_nulls=True)


def _ladder_factor(frame: pl.DataFrame, factors: FactorSet) -> pl.Series:
    """Give each row of a ladder the factor of its daily dose."""
    given = frame.get_column("factor")
    for factor in factors.factors:
        if not factor.ladder:
            continue
        rows = (frame["kind"] == "ladder") & (frame["ingredient"] == factor.ingredient)
        daily = frame.get_column("ladder_mg").fill_null(float("nan")).to_numpy()
        found = pl.Series(climb(factor.ladder_tops, factor.ladder_values, daily), nan_to_null=True)
        given = found.zip_with(rows.fill_null(value=False), given)
    return given.alias("factor")


def climb(
    tops: NDArray[np.float64], values: NDArray[np.float64], daily_mg: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the factor of each daily dose in mg, doses being rounded up to whole mg; NaN stays NaN.

    Examples
    --------
    >>> climb(np.array([20.0, 40.0]), np.array([4.0, 8.0, 10.0]), np.array([20.0, 20.5, 41.0])).tolist()
    [4.0, 8.0, 10.0]
    """
    gaps = np.isnan(daily_mg)
    whole = np.ceil(np.round(np.where(gaps, 0.0, daily_mg), 9))
    return np.where(gaps, np.nan, values[np.searchsorted(tops, whole, side="left")])


def _too_much(frame: pl.DataFrame) -> pl.DataFrame:
    over = pl.col("status").is_in(["computed", "excluded"]) & (pl.col("mme") > MOST_MME)
    said = pl.lit(f"more than {MOST_MME:,.0f} MME a day: a unit is mistaken")
    if not frame.select(over.any()).item():
        return frame
    return frame.with_columns(
        pl.when(over).then(pl.lit("refused")).otherwise("status").alias("status"),
        pl.when(over).then(said).otherwise("reason").alias("reason"),
    )
