"""Import sheets: scores made elsewhere, one assessment per row, become the long form."""

from __future__ import annotations

import numpy as np
import polars as pl

from allay.base.errors import InvalidInput, Problem
from allay.base.findings import Findings, Mask
from allay.base.tables import CsvTable, Readable, read_csv
from allay.measures.answersheet import OUTPUT_COLUMNS
from allay.measures.bands import band_index
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale

IMPORTED = "imported"


def read_scores(source: Readable, instrument: Instrument, *, name: str | None = None) -> pl.DataFrame:
    """Read scores made elsewhere, check them, and give them the shape of `allay measures score`.

    Parameters
    ----------
    source : path or binary stream
        CSV. Columns named by scale ids hold scores; ``<scale>_se`` a standard error; ``<scale>_band`` the
        band by id, title or number (``3`` for Level 3), which is checked against the score. All other
        columns pass through.
    instrument : Instrument

    Returns
    -------
    polars.DataFrame
        Text columns: those that pass through, then ``OUTPUT_COLUMNS``; one row per assessment and scale,
        with the status ``imported``, or ``not_scored`` where neither score nor band is given.

    Raises
    ------
    InvalidInput
        Each problem with line and column.

    Examples
    --------
    >>> import io
    >>> from allay.measures.catalog import get
    >>> text = b"patient_id,total,total_band\\nA,60.1,3\\n"
    >>> read_scores(io.BytesIO(text), get("pam")).select("score", "band", "status").row(0)
    ('60.1', 'level_3', 'imported')
    """
    table = read_csv(source, name=name)
    scales = [scale for scale in instrument.scales if scale.id in table.columns]
    _check_columns(table, instrument, scales)
    used = {column for scale in scales for column in _columns(scale)}
    passed = table.frame.select(column for column in table.columns if column not in used)
    findings = Findings(table)
    parts = [_long(passed, instrument, scale, table, findings) for scale in scales]
    findings.refuse()
    order = pl.concat(parts).sort("row", maintain_order=True)
    return order.select(*passed.columns, *OUTPUT_COLUMNS)


def _columns(scale: Scale) -> tuple[str, str, str]:
    return scale.id, f"{scale.id}_se", f"{scale.id}_band"


def _check_columns(table: CsvTable, instrument: Instrument, scales: list[Scale]) -> None:
    problems = []
    if not scales:
        wanted = ", ".join(scale.id for scale in instrument.scales)
        found = ", ".join(table.columns[:6])
        problems.append(Problem(table.name, "1", "(header)", f"a column of scores ({wanted})", found))
    known = {scale.id for scale in scales}
    for scale in instrument.scales:
        for column in _columns(scale)[1:]:
            if column in table.columns and scale.id not in known:
                problems.append(Problem(table.name, "1", column, f"the column {scale.id} too", "nothing"))
    for column in table.columns:
        if column in OUTPUT_COLUMNS and column not in known:
            expected = "another name, as the result has this column"
            problems.append(Problem(table.name, "1", column, expected, repr(column)))
    if problems:
        raise InvalidInput(problems)


def _long(
    passed: pl.DataFrame, instrument: Instrument, scale: Scale, table: CsvTable, findings: Findings
) -> pl.DataFrame:
    score = _numbers(table, scale.id, findings)
    low, high = (0.0, 100.0) if scale.unit == "T-score" else (scale.minimum, scale.maximum)
    outside = (score < low) | (score > high)
    findings.add(outside, scale.id, expected=f"a score of {scale.title} from {low:g} to {high:g}")
    text = pl.Series(scale.id, [scale.format(float(value)) or None for value in score], dtype=pl.String)
    se = _numbers(table, f"{scale.id}_se", findings)
    findings.add(se < 0, f"{scale.id}_se", expected="a number of 0 or more, or blank")
    band = _bands(table, scale, score, findings)
    given = pl.Series(~np.isnan(score)) | band.is_not_null()
    none = pl.lit(None, dtype=pl.String)
    return passed.with_row_index("row").with_columns(
        instrument=pl.lit(instrument.id),
        version=pl.lit(instrument.version),
        scale=pl.lit(scale.id),
        raw=none,
        score=text,
        se=pl.Series([None if np.isnan(value) else f"{value:g}" for value in se], dtype=pl.String),
        band=band,
        answered=none,
        items=none,
        status=pl.Series([IMPORTED if each else "not_scored" for each in given]),
        reason=pl.Series([None if each else "no score was given" for each in given], dtype=pl.String),
    )


def _numbers(table: CsvTable, column: str, findings: Findings) -> np.ndarray:
    if column not in table.columns:
        return np.full(table.frame.height, np.nan)
    text = table.frame.get_column(column)
    numbers = text.str.strip_chars().cast(pl.Float64, strict=False)
    wrong: Mask = (text.is_not_null() & ~numbers.is_finite().fill_null(value=False)).to_numpy()
    findings.add(wrong, column, expected="a number or blank")
    return numbers.fill_null(float("nan")).to_numpy()


def _bands(table: CsvTable, scale: Scale, score: np.ndarray, findings: Findings) -> pl.Series:
    """The band of each score; a band that was given must be the same, and stands alone without a score."""
    ids: list[str | None] = [*(band.id for band in scale.bands), None]
    found = pl.Series([ids[k] for k in band_index(score, scale.bands)], dtype=pl.String)
    column = f"{scale.id}_band"
    if column not in table.columns:
        return found
    meant = {band.id: band.id for band in scale.bands}
    for band in scale.bands:
        meant |= {band.title.casefold(): band.id, band.id.rpartition("_")[2]: band.id}
    text = table.frame.get_column(column)
    given = text.str.strip_chars().str.to_lowercase().replace_strict(meant, default=None)
    listed = ", ".join(band.id for band in scale.bands) or "nothing: the scale has no bands"
    findings.add((text.is_not_null() & given.is_null()).to_numpy(), column, expected=listed)
    differs = (given != found).fill_null(value=False).to_numpy()
    findings.add(differs, column, expected="the band in which the score lies")
    return found.fill_null(given)
