"""Long form: scores as CSV, one row per assessment and scale, written block by block.

Everything after the passed-through columns follows from the code of the scale, so those few hundred line
endings are made once; only derived scales are formatted row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import BinaryIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.measures.answers import IMPOSSIBLE, Int8
from allay.measures.answersheet import OUTPUT_COLUMNS, AnswerSheet
from allay.measures.encoding import STATUSES, ScaleTables
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale
from allay.measures.scores import ScaleScores, Scores
from allay.measures.scoring import score

BLOCK = 25_000


def field(value: str) -> str:
    """Write one CSV field, quoted only where it must be.

    Examples
    --------
    >>> field("a"), field("a, b"), field('a"b')
    ('a', '"a, b"', '"a""b"')
    """
    return '"' + value.replace('"', '""') + '"' if any(sign in value for sign in ',"\n\r') else value


def write_scores(
    sheet: AnswerSheet, file: BinaryIO, *, advance: Callable[[int], object] = lambda rows: None
) -> None:
    """Score an answer sheet and write the result; `advance` is told how many rows each block had.

    Examples
    --------
    >>> import io
    >>> from allay.measures.answersheet import read_answers
    >>> from allay.measures.catalog import get
    >>> out = io.BytesIO()
    >>> write_scores(read_answers(io.BytesIO(b"id,peg_1,peg_2,peg_3\\nA,3,2,6\\n"), get("peg")), out)
    >>> print(out.getvalue().decode().splitlines()[1])
    A,peg,1.0.0,total,11,3.6667,,,3,3,scored,
    """
    header = [*map(field, sheet.passed.columns), *OUTPUT_COLUMNS]
    file.write((",".join(header) + "\n").encode())
    endings: dict[str, pl.Series] = {}
    for start in range(0, sheet.rows, BLOCK):
        answers = {item: column[start : start + BLOCK] for item, column in sheet.answers.items()}
        scores = score(sheet.instrument, answers, on_invalid="flag")
        prefix = _prefix(sheet.passed.slice(start, BLOCK), scores.n)
        parts: list[pl.Series | pl.Expr] = []
        for part in scores:
            line = _with_invalid(_endings(part, scores, endings), part, scores, answers)
            parts += [pl.lit("\n"), prefix, line] if parts else [prefix, line]
        # One text per assessment with all its lines in it: a tenth of the strings, and no second quoting.
        _append(pl.select(pl.concat_str(parts)), file)
        advance(scores.n)


def _append(lines: pl.DataFrame, file: BinaryIO) -> None:
    """Write ready-made lines; Polars writes past Python's buffer, so that is emptied first."""
    file.flush()
    lines.write_csv(file, include_header=False, quote_style="never")


def _prefix(passed: pl.DataFrame, rows: int) -> pl.Series:
    """The passed-through fields of each row as CSV text with a comma behind."""
    pieces: list[pl.Expr] = []
    for name in passed.columns:
        text = pl.col(name).fill_null("")
        if passed.get_column(name).str.contains('[,"\n\r]').any():
            quoted = pl.lit('"') + text.str.replace_all('"', '""', literal=True) + pl.lit('"')
            text = pl.when(text.str.contains('[,"\n\r]')).then(quoted).otherwise(text)
        pieces += [text, pl.lit(",")]
    if not pieces:
        return pl.Series("prefix", [""], dtype=pl.String).new_from_index(0, rows)
    return passed.select(pl.concat_str(pieces).alias("prefix")).to_series()


def _opening(instrument: Instrument, scale: Scale) -> str:
    return f"{instrument.id},{instrument.version},{scale.id},"


def _endings(part: ScaleScores, scores: Scores, known: dict[str, pl.Series]) -> pl.Series:
    if part.tables is None or part.codes is None:
        return _derived_endings(part, scores)
    if part.scale.id not in known:
        opening = _opening(scores.instrument, part.scale)
        known[part.scale.id] = pl.Series(
            [opening + _ending(part.tables, code) for code in range(part.tables.size)], dtype=pl.String
        )
    return known[part.scale.id].gather(part.codes)


def _ending(tables: ScaleTables, code: int) -> str:
    """The fields from `raw` on, for one code."""
    scale, value, se, band = tables.scale, tables.score[code], tables.se[code], tables.band[code]
    fields = [
        "" if np.isnan(tables.raw[code]) else f"{tables.raw[code]:.0f}",
        scale.format(float(value)),
        "" if np.isnan(se) else f"{se:.1f}",
        scale.bands[band].id if band >= 0 else "",
        str(tables.answered[code]),
        str(len(scale.items)),
        STATUSES[tables.status[code]],
        field(tables.reason[code]),
    ]
    return ",".join(fields)


def _derived_endings(part: ScaleScores, scores: Scores) -> pl.Series:
    opening = _opening(scores.instrument, part.scale)
    gaps = np.isnan(part.score)
    text = fixed_text(part.score, part.scale.decimals)
    reasons = _derived_reasons(part)
    frame = pl.DataFrame({"score": text, "answered": part.answered, "gap": gaps, "reason": reasons})
    names = [*(band.id for band in part.scale.bands), ""]
    bands = pl.Series(names, dtype=pl.String).gather(part.band_index % len(names))
    scored = pl.concat_str(
        pl.lit(opening + ","),
        "score",
        pl.lit(",,"),
        bands,
        pl.lit(","),
        "answered",
        pl.lit(f",{part.items},scored,"),
    )
    missing = pl.concat_str(
        pl.lit(opening + ",,,,"), "answered", pl.lit(f",{part.items},not_scored,"), "reason"
    )
    return frame.select(pl.when("gap").then(missing).otherwise(scored).alias("end")).to_series()


def _derived_reasons(part: ScaleScores) -> pl.Series:
    """Which inputs have no score, as text; one text per combination."""
    mask = np.zeros(len(part.score), dtype=np.int64)
    for position, each in enumerate(part.inputs):
        mask |= np.isnan(each.score).astype(np.int64) << position
    names = [each.scale.id for each in part.inputs]  # in the order of the terms
    texts = [
        field("not scored: " + ", ".join(n for k, n in enumerate(names) if number >> k & 1)) if number else ""
        for number in range(1 << len(names))
    ]
    return pl.Series(texts, dtype=pl.String).gather(mask)


def fixed_text(values: NDArray[np.float64], decimals: int) -> pl.Series:
    """Write numbers with fixed decimals, half up; NaN becomes null.

    Examples
    --------
    >>> fixed_text(np.array([35.75328, 50.0, np.nan, -0.022]), 3).to_list()
    ['35.753', '50.000', None, '-0.022']
    """
    unit = 10**decimals
    gaps = np.isnan(values)
    scaled = np.floor(np.where(gaps, 0.0, values) * unit + 0.5).astype(np.int64)
    whole, rest = np.divmod(np.abs(scaled), unit)
    text = pl.Series(whole).cast(pl.String)
    if decimals:
        text = pl.select(pl.concat_str(text, _fractions(decimals).gather(rest))).to_series()
    if (below := scaled < 0).any():
        text = pl.select(pl.concat_str(pl.Series(["", "-"]).gather(below.astype(np.int8)), text)).to_series()
    return text.set(pl.Series(gaps), None)


@cache
def _fractions(decimals: int) -> pl.Series:
    return pl.Series([f".{k:0{decimals}d}" for k in range(10**decimals)], dtype=pl.String)


def _with_invalid(
    endings: pl.Series, part: ScaleScores, scores: Scores, answers: Mapping[str, Int8]
) -> pl.Series:
    """Put the endings of assessments with an impossible answer in their place."""
    if part.invalid is None or not part.invalid.any():
        return endings
    rows = np.flatnonzero(part.invalid)
    opening = _opening(scores.instrument, part.scale)
    raw, answered = part.raw, part.answered
    texts = []
    for row in rows:
        if part.inputs:
            wrong = [each.scale.id for each in part.inputs if each.invalid is not None and each.invalid[row]]
        else:
            wrong = [
                item for item in part.scale.items if item in answers and answers[item][row] == IMPOSSIBLE
            ]
        shown = "" if np.isnan(raw[row]) else f"{raw[row]:.0f}"
        reason = field("not a permitted answer: " + ", ".join(wrong))
        texts.append(f"{opening}{shown},,,,{answered[row]},{part.items},invalid,{reason}")
    return endings.scatter(rows, pl.Series(texts, dtype=pl.String))
