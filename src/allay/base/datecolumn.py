"""Columns of dates: text of a table becomes days, and only what is written as YYYY-MM-DD."""

from __future__ import annotations

import polars as pl

_WRITTEN = r"^\d{4}-\d{2}-\d{2}$"


def iso_day(text: pl.Expr) -> pl.Expr:
    """Read a text column as days; whatever is not written as YYYY-MM-DD is null.

    The reader of dates alone would take 2026-1-5, 0000-01-01 and years of five digits. Costs one pass.

    Examples
    --------
    >>> texts = pl.Series("date", ["2026-01-05", "2026-1-5", "0000-01-01", "2026-02-30", None])
    >>> texts.to_frame().select(iso_day(pl.col("date"))).to_series().to_list()
    [datetime.date(2026, 1, 5), None, None, None, None]
    """
    day = text.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(text.str.contains(_WRITTEN) & (day >= pl.date(1, 1, 1))).then(day)
