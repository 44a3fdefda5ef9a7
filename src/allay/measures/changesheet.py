"""Change sheets: scores at named time points in, one row per patient, scale and threshold out."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, Problem
from allay.base.status import Status
from allay.base.tables import Readable, read_csv
from allay.measures.bands import band_index
from allay.measures.catalog import get
from allay.measures.change import Change, change_between, reliable_z
from allay.measures.changecheck import KEY, check_pairs, check_rows
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale, Threshold

COLUMNS = ("patient_id", "instrument", "scale", "timepoint", "score")
OPTIONAL = ("date", "se", "version")
RESULT = (
    *KEY,
    "baseline",
    "followup",
    "change",
    "improvement",
    "threshold",
    "mic",
    "met_mic",
    "reliable",
    "responder_30",
    "responder_50",
    "band_from",
    "band_to",
    "mic_status",
    "reliable_status",
)


def read_change(source: Readable, *, start: str, end: str, name: str | None = None) -> pl.DataFrame:
    """Compare two time points in a file of scores.

    Parameters
    ----------
    source : path or binary stream
        Columns ``patient_id, instrument, scale, timepoint, score`` and perhaps ``date``, ``se`` and
        ``version``; others are ignored, so the result of `allay measures score` can be given as it is.
    start, end : str
        The time points, as written in the file. Rows of other time points are left out.

    Returns
    -------
    polars.DataFrame
        Text columns ``RESULT``; a patient with only one of the two time points is in it with blanks.
        A scale without a threshold for one patient has one row, with the threshold blank.

    Raises
    ------
    InvalidInput
        Unknown instruments or scales, scores that cannot be, bad dates, an end before its start, two rows
        for the same patient, scale and time point.

    Examples
    --------
    >>> import io
    >>> head = b"patient_id,instrument,scale,timepoint,date,score\\n"
    >>> rows = b"A,gad7,total,in,,12\\nA,gad7,total,out,,8\\n"
    >>> read_change(io.BytesIO(head + rows), start="in", end="out").select("improvement", "met_mic").row(0)
    ('4', 'true')
    """
    if start == end:
        raise InvalidInput(Problem("--to", "-", "timepoint", f"another time point than {start}", end))
    table = read_csv(source, columns=COLUMNS, optional=OPTIONAL, name=name)
    absent = [pl.lit(None, dtype=pl.String).alias(c) for c in OPTIONAL if c not in table.columns]
    frame = table.frame.with_columns(pl.Series("line", table.lines), *absent).with_columns(
        pl.col("score").str.strip_chars().cast(pl.Float64, strict=False).alias("value"),
        pl.col("se").str.strip_chars().cast(pl.Float64, strict=False).alias("error"),
        pl.col("date").str.to_date("%Y-%m-%d", strict=False).alias("day"),
    )
    check_rows(table, frame, start=start, end=end)
    pairs = _paired(frame, start=start, end=end)
    check_pairs(table, pairs)
    return _result(pairs)


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


def _result(pairs: pl.DataFrame) -> pl.DataFrame:
    pairs = pairs.with_row_index("order")
    parts = [_empty()]
    for (instrument_id, scale_id), part in pairs.group_by("instrument", "scale", maintain_order=True):
        parts.append(_of_scale(get(str(instrument_id)), get(str(instrument_id)).scale(str(scale_id)), part))
    return pl.concat(parts).sort("order", maintain_order=True).select(RESULT)


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"order": pl.UInt32, **dict.fromkeys(RESULT, pl.String)})


def _of_scale(instrument: Instrument, scale: Scale, part: pl.DataFrame) -> pl.DataFrame:
    def floats(name: str) -> NDArray[np.float64]:
        return part.get_column(name).cast(pl.Float64).fill_null(float("nan")).to_numpy()

    found = change_between(
        scale,
        floats("value_from"),
        floats("value_to"),
        baseline_se=floats("error_from"),
        followup_se=floats("error_to"),
    )
    shared = {
        "baseline": part.get_column("score_from"),
        "followup": part.get_column("score_to"),
        "change": _number_text(found.change),
        "improvement": _number_text(found.improvement),
        "reliable": _yes_no_text(found.reliable),
        "reliable_status": _said_of(found.reliable, reliable_z().status),
        "responder_30": _yes_no_text(found.responder_30),
        "responder_50": _yes_no_text(found.responder_50),
        "band_from": _band_text(scale, found.baseline),
        "band_to": _band_text(scale, found.followup),
    }
    wanted: list[Threshold | None] = [each for each in scale.thresholds if each.level == "individual"]
    frames = [_of_threshold(part, found, threshold, shared) for threshold in wanted or [None]]
    return pl.concat(frames)


def _of_threshold(
    part: pl.DataFrame, found: Change, threshold: Threshold | None, shared: dict[str, pl.Series]
) -> pl.DataFrame:
    none = pl.Series([None], dtype=pl.String).new_from_index(0, part.height)
    columns = shared | {
        "threshold": none if threshold is None else _same(threshold.id, part.height),
        "mic": none if threshold is None else _same(f"{threshold.value:g}", part.height),
        "met_mic": none if threshold is None else _yes_no_text(found.met(threshold)),
        "mic_status": none if threshold is None else _same(str(threshold.status), part.height),
    }
    keys = part.select("order", *KEY)
    return keys.with_columns(**columns).select("order", *RESULT)


def _same(text: str, n: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, n)


def _number_text(values: NDArray[np.float64]) -> pl.Series:
    """Numbers with at most six decimals, without trailing zeros; NaN is blank."""
    return pl.Series(
        [None if v != v else (f"{v:.6f}".rstrip("0").rstrip(".")) for v in values.tolist()], dtype=pl.String
    )


def _yes_no_text(values: NDArray[np.float64]) -> pl.Series:
    return pl.Series(
        [None if v != v else ("true" if v else "false") for v in values.tolist()], dtype=pl.String
    )


def _said_of(values: NDArray[np.float64], status: Status) -> pl.Series:
    """The status, where there is an answer."""
    return pl.Series([None if v != v else str(status) for v in values.tolist()], dtype=pl.String)


def _band_text(scale: Scale, scores: NDArray[np.float64]) -> pl.Series:
    names = [*(band.id for band in scale.bands), None]
    return pl.Series([names[k] for k in band_index(scores, scale.bands).tolist()], dtype=pl.String)
