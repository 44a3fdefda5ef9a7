"""Reading scores at two time points: one row per patient and scale, with both scores beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.datecolumn import iso_day
from allay.base.errors import InvalidInput, Problem
from allay.base.tables import Readable, read_csv
from allay.measures.catalog import get, names_of_several_forms
from allay.measures.changecheck import KEY, check_pairs, check_rows
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale

__all__ = ["PairedScores", "floats", "read_pairs"]

COLUMNS = ("patient_id", "instrument", "scale", "timepoint", "score")
OPTIONAL = ("date", "se", "version")


@dataclass(frozen=True, slots=True, eq=False)
class PairedScores:
    """Scores at two time points, one row per patient and scale that has either.

    Attributes
    ----------
    frame : polars.DataFrame
        ``patient_id, instrument, scale``, then for ``_from`` and ``_to``: ``value``, ``error``, ``day``,
        ``score`` (as written), ``line``, ``version``.
    flagged : tuple of Problem
        What counts as missing because it cannot be; the first 50 of ``flagged_total``.
    """

    frame: pl.DataFrame
    flagged: tuple[Problem, ...] = ()
    flagged_total: int = 0

    def by_scale(self) -> Iterator[tuple[Instrument, Scale, pl.DataFrame]]:
        """Each scale with its rows, in the order of the file."""
        for (instrument_id, scale_id), part in self.frame.group_by(
            "instrument", "scale", maintain_order=True
        ):
            instrument = get(str(instrument_id))
            yield instrument, instrument.scale(str(scale_id)), part


def floats(part: pl.DataFrame, name: str) -> NDArray[np.float64]:
    """A column as numbers, NaN where missing."""
    return part.get_column(name).cast(pl.Float64).fill_null(float("nan")).to_numpy()


def read_pairs(
    source: Readable,
    *,
    start: str,
    end: str,
    as_of: dt.date | None = None,
    on_invalid: Literal["raise", "flag"] = "raise",
    name: str | None = None,
) -> PairedScores:
    """Read a file of scores and put two time points beside each other.

    Parameters
    ----------
    source : path or binary stream
        Columns ``patient_id, instrument, scale, timepoint, score`` and perhaps ``date``, ``se`` and
        ``version``; others are ignored. Where one id has several published forms, the version makes the
        instrument: ``prs`` of version 14.0.0 is ``prs@14.0.0``.
    start, end : str
        The time points, as written in the file. Rows of other time points are left out.
    as_of : date, optional
        No assessment may be later.
    on_invalid : {'raise', 'flag'}
        Refuse a file with rows that cannot be; or count what they say as missing and name it in ``flagged``.
        Of an assessment that is there twice no copy counts. A blank or unknown key has no patient or scale
        to stand for; such rows are left out.

    Raises
    ------
    InvalidInput
        Unknown instruments or scales, scores that cannot be, bad or future dates, an end before its start,
        versions that differ, two rows for the same patient, scale and time point.

    Examples
    --------
    >>> import io
    >>> head = b"patient_id,instrument,scale,timepoint,score\\n"
    >>> rows = b"A,gad7,total,in,12\\nA,gad7,total,out,8\\nB,gad7,total,out,99\\n"
    >>> found = read_pairs(io.BytesIO(head + rows), start="in", end="out", on_invalid="flag", name="s.csv")
    >>> found.frame.select("patient_id", "value_from", "value_to").rows(), found.flagged_total
    ([('A', 12.0, 8.0), ('B', None, None)], 1)
    """
    if start == end:
        raise InvalidInput(Problem("--to", "-", "timepoint", f"another time point than {start}", end))
    table = read_csv(source, columns=COLUMNS, optional=OPTIONAL, name=name)
    frame = table.padded(OPTIONAL).with_columns(
        pl.Series("line", table.lines),
        pl.col("score").str.strip_chars().cast(pl.Float64, strict=False).alias("value"),
        pl.col("se").str.strip_chars().cast(pl.Float64, strict=False).alias("error"),
        iso_day(pl.col("date")).alias("day"),
    )
    several = pl.col("instrument").is_in(names_of_several_forms()) & pl.col("version").is_not_null()
    named = pl.concat_str("instrument", "version", separator="@")
    frame = frame.with_columns(pl.when(several).then(named).otherwise("instrument").alias("instrument"))
    rows = check_rows(table, frame, start=start, end=end, as_of=as_of)
    if on_invalid == "raise":
        rows.refuse()
    pairs = _paired(rows.cleaned(frame) if rows.total else frame, start=start, end=end)
    matched = check_pairs(table, pairs)
    if on_invalid == "raise":
        matched.refuse()
    return PairedScores(
        frame=matched.blanked(pairs),
        flagged=(*rows.problems, *matched.problems)[:50],
        flagged_total=rows.total + matched.total,
    )


def _paired(frame: pl.DataFrame, *, start: str, end: str) -> pl.DataFrame:
    """One row per patient and scale that has either time point, in the order of first appearance."""
    keys = frame.filter(pl.col("timepoint").is_in([start, end])).select(KEY).unique(maintain_order=True)
    columns = ("value", "error", "day", "score", "line", "version")
    for suffix, wanted in (("_from", start), ("_to", end)):
        side = frame.filter(pl.col("timepoint") == wanted).select(
            *KEY, *(pl.col(name).alias(name + suffix) for name in columns)
        )
        keys = keys.join(side, on=KEY, how="left", maintain_order="left")
    return keys
