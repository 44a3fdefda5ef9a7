"""QALY sheets: dated utilities of many patients in, one row per patient out."""

from __future__ import annotations

import datetime as dt

import polars as pl

from allay.base.datecolumn import iso_day
from allay.base.errors import NotFound, Problem
from allay.base.findings import Findings, Mask
from allay.base.tables import CsvTable, Readable, read_csv
from allay.measures.qaly import qaly_area, years_between

__all__ = ["RESULT", "read_qaly"]

COLUMNS = ("patient_id", "instrument", "scale", "date", "score")
RESULT = ("patient_id", "first", "last", "days", "measurements", "qaly", "mean_utility", "reason")


def read_qaly(
    source: Readable, *, scale: str, as_of: dt.date | None = None, name: str | None = None
) -> pl.DataFrame:
    """Work out the quality-adjusted life years of each patient in a file of scores.

    Parameters
    ----------
    source : path or binary stream
        Columns ``patient_id, instrument, scale, date, score``; others are ignored. A blank score is no
        measurement.
    scale : str
        ``instrument:scale``, or the scale alone where one instrument of the file has it.
    as_of : date, optional
        No measurement may be later.

    Returns
    -------
    polars.DataFrame
        Columns ``RESULT``, patients in the order of the file. ``qaly`` is the area from ``first`` to
        ``last``, ``mean_utility`` that area over the years. With one measurement or none both are null and
        ``reason`` says so.

    Raises
    ------
    InvalidInput
        A date that is none, missing or later than ``as_of``, a score that is no utility, two measurements of
        a patient on one day, no row of the scale.

    Examples
    --------
    >>> import io
    >>> rows = b"A,promis29,propr,2025-01-01,0.4\\nA,promis29,propr,2026-01-01,0.6\\n"
    >>> head = b"patient_id,instrument,scale,date,score\\n"
    >>> read_qaly(io.BytesIO(head + rows), scale="promis29:propr").select("days", "mean_utility").row(0)
    (365, 0.5)
    """
    table = read_csv(source, columns=COLUMNS, name=name)
    frame = table.frame.with_row_index("row").with_columns(
        iso_day(pl.col("date")).alias("day"),
        pl.col("score").str.strip_chars().cast(pl.Float64, strict=False).alias("value"),
    )
    wanted = _of_scale(table, frame, scale)
    _check(table, wanted, as_of=as_of)
    patients = wanted.get_column("patient_id").unique(maintain_order=True).to_list()
    measured = wanted.drop_nulls("value").sort("day", maintain_order=True)
    by_patient = {str(key[0]): part for key, part in measured.group_by("patient_id", maintain_order=True)}
    rows = [_row(patient, by_patient.get(patient)) for patient in patients]
    kinds = {"first": pl.Date, "last": pl.Date, "days": pl.Int64, "measurements": pl.Int64}
    numbers = {"qaly": pl.Float64, "mean_utility": pl.Float64}
    schema = {column: (kinds | numbers).get(column, pl.String) for column in RESULT}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _of_scale(table: CsvTable, frame: pl.DataFrame, scale: str) -> pl.DataFrame:
    """The rows of the scale, which one instrument of the file must have."""
    instrument, colon, scale_id = scale.rpartition(":")
    wanted = frame.filter(pl.col("scale") == scale_id)
    if colon:
        wanted = wanted.filter(pl.col("instrument") == instrument)
    having = wanted.get_column("instrument").drop_nulls().unique().sort().to_list()
    findings = Findings(table)
    if wanted.is_empty():
        pairs = frame.select("instrument", "scale").drop_nulls().unique().rows()
        found = str(NotFound.among("scale", scale, known=[f"{one}:{other}" for one, other in pairs]))
        findings.add_problem(Problem(table.name, "-", "scale", f"rows of {scale}", found))
    elif len(having) > 1:
        expected = "one instrument with this scale (name it: " + " or ".join(f"{i}:{scale}" for i in having)
        findings.add_problem(Problem(table.name, "-", "scale", expected + ")", ", ".join(having)))
    findings.refuse()
    return wanted


def _check(table: CsvTable, wanted: pl.DataFrame, *, as_of: dt.date | None) -> None:
    findings = Findings(table)
    rows = wanted.get_column("row").to_numpy()

    def mask(condition: pl.Expr) -> Mask:
        whole: Mask = pl.select(pl.repeat(False, table.frame.height)).to_series().to_numpy().copy()
        whole[rows] = wanted.select(condition.fill_null(value=False).alias("w")).to_series().to_numpy()
        return whole

    blank = pl.col("patient_id").fill_null("").str.strip_chars() == ""
    findings.add(mask(blank), "patient_id", expected="a value", found=lambda _: "a blank")
    exact = pl.col("day").is_not_null()
    measured = pl.col("score").is_not_null()
    findings.add(
        mask(~exact.fill_null(value=False) & (measured | pl.col("date").is_not_null())),
        "date",
        expected="a date as YYYY-MM-DD",
    )
    if as_of is not None:
        findings.add(mask(pl.col("day") > as_of), "date", expected=f"a date up to {as_of}")
    odd = measured & (pl.col("value").is_null() | ~pl.col("value").is_finite())
    findings.add(mask(odd), "score", expected="a number or blank")
    # Below 0 is worse than being dead, and value sets differ in how far; above 1 there is nothing.
    beyond = pl.col("value").is_finite() & (pl.col("value") > 1)
    findings.add(mask(beyond), "score", expected="a utility of at most 1 (full health)")
    again = pl.struct("patient_id", "day", measured.alias("measured")).is_first_distinct().not_()
    findings.add(
        mask(exact & measured & again),
        "date",
        expected="one measurement of a patient on a day",
        found=lambda row: f"one more on {table.frame.get_column('date')[row]}",
    )
    findings.refuse()


def _row(patient: str, part: pl.DataFrame | None) -> tuple[object, ...]:
    if part is None:
        return (patient, None, None, None, 0, None, None, "no utility was measured")
    days, values = part.get_column("day").to_list(), part.get_column("value").to_list()
    span = (days[-1] - days[0]).days
    if len(days) == 1:
        return (patient, days[0], days[-1], span, 1, None, None, "one measurement spans no time")
    years = years_between(days)
    area = qaly_area(years, values)
    return (patient, days[0], days[-1], span, len(days), round(area, 6), round(area / years[-1], 6), None)
