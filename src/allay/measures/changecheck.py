"""Checks of a change sheet: blanks, unknown scales, impossible scores and dates, rows given twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl

from allay.base.errors import InvalidInput, NotFound, Problem
from allay.base.findings import Findings, Mask
from allay.base.tables import CsvTable
from allay.measures.catalog import all_instruments, get
from allay.measures.scale import Scale

KEY = ("patient_id", "instrument", "scale")
ONCE = "one row per patient, scale and timepoint"
BLANKED = ("value", "error", "day", "score", "version")
AT_THE_END = {"nps"}
Found = Callable[[int], str]


class RowFindings(Findings):
    """Findings that also remember which rows are wrong, so that the others can be kept.

    Attributes
    ----------
    wrong, keyless, repeated : bool arrays of shape (rows,)
        Rows with any problem; those without a patient, scale or time point to stand for; those whose
        assessment is there more than once.
    """

    def __init__(self, table: CsvTable, *, rows: int) -> None:
        super().__init__(table)
        self.wrong, self.keyless, self.repeated = (np.zeros(rows, dtype=np.bool_) for _ in range(3))

    def add(self, wrong: Mask, column: str, *, expected: str, found: Found | None = None) -> None:
        """Add every row of a mask."""
        super().add(wrong, column, expected=expected, found=found)
        self.wrong |= wrong
        if column in (*KEY, "timepoint") and expected != ONCE:
            self.keyless |= wrong

    def cleaned(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows with a key, each once, what is wrong of them blank.

        Raises
        ------
        InvalidInput
            When the file cannot be used at all: a time point is not in it.
        """
        fatal = [problem for problem in self._kept if not problem.at.isdecimal()]
        if fatal:
            raise InvalidInput(fatal)
        known = pl.Series("known", ~(self.wrong | self.repeated))
        blanked = [pl.when(known).then(pl.col(name)).alias(name) for name in BLANKED]
        kept = frame.with_columns(blanked).filter(pl.Series("keyed", ~self.keyless))
        return kept.unique([*KEY, "timepoint"], keep="first", maintain_order=True)


class PairFindings(Findings):
    """Findings about pairs of rows, with the pairs that are wrong."""

    def __init__(self, table: CsvTable, *, pairs: int) -> None:
        super().__init__(table)
        self.wrong = np.zeros(pairs, dtype=np.bool_)

    def blanked(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """The pairs, both sides of a wrong one blank: which of the two is right cannot be told."""
        known = pl.Series("known", ~self.wrong)
        return pairs.with_columns(
            pl.when(known).then(pl.col(name + side)).alias(name + side)
            for name in BLANKED
            for side in ("_from", "_to")
        )


def check_rows(
    table: CsvTable, frame: pl.DataFrame, *, start: str, end: str, as_of: dt.date | None = None
) -> RowFindings:
    """Find the rows of a file that cannot be.

    Parameters
    ----------
    table : CsvTable
        The file as it was read, for the lines.
    frame : polars.DataFrame
        Its columns with the numbers ``value`` and ``error`` and the date ``day`` read from them.
    start, end : str
        The time points that must be there.
    as_of : date, optional
        No assessment may be later.

    Returns
    -------
    RowFindings
        Every problem, by line; ``refuse()`` raises them.

    Examples
    --------
    >>> import io
    >>> from allay.measures.changesheet import read_change
    >>> head = b"patient_id,instrument,scale,timepoint,score\\n"
    >>> rows = b"A,gad7,total,in,22\\nA,gad7,total,out,3\\n"
    >>> read_change(io.BytesIO(head + rows), start="in", end="out", name="s.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: s.csv:2: score: expected a score of GAD-7 total from 0 to 21, found '22'
    """
    findings = RowFindings(table, rows=frame.height)
    for column in (*KEY, "timepoint"):
        blank = pl.col(column).fill_null("").str.strip_chars() == ""
        findings.add(_mask(frame, blank), column, expected="a value", found=lambda _: "a blank")
    _scales(findings, frame)
    _numbers_and_dates(findings, frame)
    if as_of is not None:
        findings.add(_mask(frame, pl.col("day") > as_of), "date", expected=f"a date up to {as_of}")
    key = pl.struct(*KEY, "timepoint")
    again = _mask(frame, key.is_first_distinct().not_())
    findings.add(again, "timepoint", expected=ONCE, found=lambda _: "one more")
    findings.repeated |= _mask(frame, key.is_duplicated())
    seen = frame.get_column("timepoint").drop_nulls().unique().to_list()
    # The net promoter question has no baseline: it asks about what has been.
    once = set(frame.get_column("instrument").drop_nulls().unique().to_list()) <= AT_THE_END
    for wanted in (end,) if once else (start, end):
        if wanted not in seen:
            found = str(NotFound.among("timepoint", wanted, known=seen))
            findings.add_problem(Problem(table.name, "-", "timepoint", f"rows of {wanted!r}", found))
    return findings


def check_pairs(table: CsvTable, pairs: pl.DataFrame) -> PairFindings:
    """Find pairs whose end is before their start, or whose versions differ.

    Returns
    -------
    PairFindings
        Every problem, by line; ``refuse()`` raises them.

    Examples
    --------
    >>> import io
    >>> from allay.base.errors import InvalidInput
    >>> from allay.measures.changesheet import read_change
    >>> head = b"patient_id,instrument,scale,timepoint,date,score\\n"
    >>> rows = b"A,gad7,total,in,2026-02-01,9\\nA,gad7,total,out,2026-01-01,3\\n"
    >>> try:
    ...     read_change(io.BytesIO(head + rows), start="in", end="out", name="s.csv")
    ... except InvalidInput as refused:
    ...     print(str(refused)[:42])
    s.csv:3: date: expected a date from 2026-0
    """
    findings = PairFindings(table, pairs=pairs.height)
    earlier = pl.col("day_to") < pl.col("day_from")
    _pairs(findings, pairs, earlier, "date", "a date from {day_from} on (the earlier time point)")
    differs = pl.col("version_from") != pl.col("version_to")
    _pairs(findings, pairs, differs, "version", "the version of the earlier time point, {version_from}")
    return findings


def _pairs(findings: PairFindings, pairs: pl.DataFrame, wrong: pl.Expr, column: str, expected: str) -> None:
    later = {"date": "day_to"}.get(column, f"{column}_to")
    mask = _mask(pairs, wrong)
    findings.wrong |= mask
    for pair in pairs.filter(mask).iter_rows(named=True):
        said = expected.format(**pair)
        findings.add_problem(
            Problem(findings.table.name, str(pair["line_to"]), column, said, str(pair[later]))
        )


def _mask(frame: pl.DataFrame, condition: pl.Expr) -> Mask:
    return frame.select(condition.fill_null(value=False).alias("wrong")).to_series().to_numpy()


def _scales(findings: Findings, frame: pl.DataFrame) -> None:
    """Name unknown instruments and scales, and scores outside the range of their scale."""
    pairs = frame.select("instrument", "scale").drop_nulls().unique().sort(pl.all()).rows()
    known = {pair: scale for pair in pairs if (scale := _scale(*pair)) is not None}
    places = [(*pair, *_range(scale), scale.title) for pair, scale in known.items()]
    columns = {"instrument": pl.String, "scale": pl.String, "low": pl.Float64, "high": pl.Float64}
    # One join, not a pass per pair: columns that were mixed up hold a million different names.
    placed = frame.select("instrument", "scale", "value").join(
        pl.DataFrame(places, schema={**columns, "title": pl.String}, orient="row"),
        on=["instrument", "scale"],
        how="left",
        maintain_order="left",
    )
    named = pl.col("instrument").is_not_null() & pl.col("scale").is_not_null()
    unknown = named & pl.col("title").is_null()
    of_known = pl.col("instrument").is_in([name for name, _ in pairs if _is_known(name)])
    for column, wrong in (("instrument", unknown & ~of_known), ("scale", unknown & of_known)):
        findings.add(
            _mask(placed, wrong), column, expected=f"a known {column}", found=lambda row: _reason(frame, row)
        )
    outside = (pl.col("value") < pl.col("low")) | (pl.col("value") > pl.col("high"))
    for low, high, title in dict.fromkeys(place[2:] for place in places):
        here = (pl.col("title") == title) & (pl.col("low") == low) & (pl.col("high") == high)
        wrong = here & outside & pl.col("value").is_finite()
        findings.add(_mask(placed, wrong), "score", expected=f"a score of {title} from {low:g} to {high:g}")


def _range(scale: Scale) -> tuple[float, float]:
    return (0.0, 100.0) if scale.unit == "T-score" else (scale.minimum, scale.maximum)


@cache
def _known_ids() -> frozenset[str]:
    return frozenset(instrument.id for instrument in all_instruments())


def _is_known(instrument: str) -> bool:
    """Whether the catalog has it; a near miss is looked for only where a message needs it."""
    if instrument.partition("@")[0] not in _known_ids():
        return False
    try:
        get(instrument)
    except NotFound:
        return False
    return True


def _scale(instrument: str, scale: str) -> Scale | None:
    if not _is_known(instrument):
        return None
    try:
        return get(instrument).scale(scale)
    except NotFound:
        return None


def _reason(frame: pl.DataFrame, row: int) -> str:
    """Why the catalog has no such scale, with the nearest name."""
    instrument, scale = frame.select("instrument", "scale").row(row)
    try:
        get(instrument).scale(scale)
    except NotFound as error:
        return str(error)
    return repr(scale)


def _numbers_and_dates(findings: Findings, frame: pl.DataFrame) -> None:
    for column, parsed in (("score", "value"), ("se", "error")):
        wrong = pl.col(column).is_not_null() & (pl.col(parsed).is_null() | ~pl.col(parsed).is_finite())
        findings.add(_mask(frame, wrong), column, expected="a number or blank")
    findings.add(_mask(frame, pl.col("error") < 0), "se", expected="a number of 0 or more, or blank")
    findings.add(
        _mask(frame, pl.col("date").is_not_null() & pl.col("day").is_null()),
        "date",
        expected="a date as YYYY-MM-DD, or blank",
    )
