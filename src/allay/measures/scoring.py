"""Scoring: from answers to scores, for a million assessments at once or for one.

The answers of each scale become one small code per assessment (`encoding`); score and standard error are
looked up. What is not needed by everyone (raw sum, band, status) is looked up when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, Problem
from allay.measures.answers import (
    Answers,
    Int8,
    expected_answer,
    has_impossible,
    impossible,
    impossible_problems,
    named_columns,
    small_integers,
)
from allay.measures.derived import Composite
from allay.measures.encoding import Codes, Floats, ScaleTables, scale_tables
from allay.measures.instrument import Instrument
from allay.measures.scores import ScaleScore, ScaleScores, Scores

__all__ = ["ScaleScore", "ScaleScores", "Scores", "score", "score_one"]

_BLOCK = 131_072  # rows whose bytes stay in the second-level cache while they are encoded
_CHUNK = 16_384  # rows whose scores stay there while the composites are made from them


def score(
    instrument: Instrument, answers: Answers, *, on_invalid: Literal["raise", "flag"] = "raise"
) -> Scores:
    """Score many assessments of one instrument.

    Parameters
    ----------
    instrument : Instrument
    answers : mapping of item id to array, or array of shape (assessments, items)
        Whole numbers with -1 for missing (int8 columns are used without a copy), or floats with NaN for
        missing. An array has its columns in the order of ``instrument.items``. Items that belong to no
        score, and all items of a scale together, may be left out.
    on_invalid : {'raise', 'flag'}
        Whether an impossible answer is refused, or gives its scales the status ``invalid``.

    Returns
    -------
    Scores
        Every scale of the instrument, one entry per assessment.

    Raises
    ------
    InvalidInput
        Impossible answers (first 50 named), unknown or forgotten items, columns that do not fit together.
    NotPermitted
        When only the scores of the instrument are imported.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> answers = {f"peg_{k}": np.array([k + 3, -1], dtype=np.int8) for k in (1, 2, 3)}
    >>> total = score(get("peg"), answers)["total"]
    >>> total.score, total.status.tolist()
    (array([ 5., nan]), ['scored', 'not_scored'])
    """
    instrument.require_items()
    given = named_columns(instrument, answers)
    columns = {name: small_integers(values) for name, values in given.items()}
    n = len(next(iter(columns.values())))
    wrong = [name for name, column in columns.items() if has_impossible(instrument.item(name), column)]
    if wrong and on_invalid == "raise":
        raise InvalidInput(impossible_problems(instrument, given, {name: columns[name] for name in wrong}))
    marks = {name: impossible(instrument.item(name), columns[name]) for name in wrong}
    columns |= {name: np.where(mark, np.int8(-1), columns[name]) for name, mark in marks.items()}
    scores = _assemble(instrument, columns, n)
    return _flagged(scores, marks) if marks else scores


def _assemble(instrument: Instrument, columns: Mapping[str, Int8], n: int) -> Scores:
    """Allocate every output once and fill it block by block."""
    tables = {s.id: scale_tables(instrument, s.id) for s in instrument.scales if s.items}
    absent = np.full(n, -1, dtype=np.int8) if len(columns) < len(instrument.items) else np.empty(0, np.int8)
    by_scale = {
        scale_id: tuple(columns.get(item, absent) for item in t.scale.items) for scale_id, t in tables.items()
    }
    with_se = [scale_id for scale_id, t in tables.items() if t.scale.table]
    room = np.empty((len(instrument.scales) + len(with_se), n))
    score_of = {scale.id: room[row] for row, scale in enumerate(instrument.scales)}
    se_of = {scale_id: room[len(instrument.scales) + row] for row, scale_id in enumerate(with_se)}
    codes = {scale_id: t.empty_codes(n) for scale_id, t in tables.items()}
    composites = [(s.id, *s.derived.linear) for s in instrument.scales if isinstance(s.derived, Composite)]
    spare = np.empty(min(n, _BLOCK), dtype=np.uint8)
    index = np.empty(min(n, _CHUNK), dtype=np.intp)
    product = np.empty(min(n, _CHUNK))
    for start in range(0, n, _BLOCK):
        stop = min(n, start + _BLOCK)
        for scale_id, t in tables.items():
            parts = tuple(column[start:stop] for column in by_scale[scale_id])
            t.encode(parts, codes[scale_id][start:stop], spare[: stop - start])
        for first in range(start, stop, _CHUNK):
            rows = slice(first, min(stop, first + _CHUNK))
            width = rows.stop - rows.start
            _look_up(tables, codes, score_of, se_of, rows, index[:width])
            for scale_id, constant, weights in composites:
                _combine(score_of, weights, constant, score_of[scale_id][rows], rows, product[:width])
    for scale in instrument.scales:
        if scale.derived and not isinstance(scale.derived, Composite):
            score_of[scale.id][:] = scale.derived.evaluate(score_of)
    none = np.broadcast_to(np.float64(np.nan), (n,))
    found: dict[str, ScaleScores] = {}
    for scale in instrument.scales:
        inputs = tuple(found[part] for part in scale.derived.inputs) if scale.derived else ()
        found[scale.id] = ScaleScores(
            scale=scale,
            score=score_of[scale.id],
            se=se_of.get(scale.id, none),
            items=len(scale.items) or sum(part.items for part in inputs),
            codes=codes.get(scale.id),
            tables=tables.get(scale.id),
            inputs=inputs,
        )
    return Scores(instrument, n, found)


def _look_up(
    tables: Mapping[str, ScaleTables],
    codes: Mapping[str, Codes],
    score_of: Mapping[str, Floats],
    se_of: Mapping[str, Floats],
    rows: slice,
    index: NDArray[np.intp],
) -> None:
    for scale_id, t in tables.items():
        index[:] = codes[scale_id][rows]
        # Codes never leave the table; "clip" only spares NumPy the copy that "raise" makes of `out`.
        np.take(t.score, index, out=score_of[scale_id][rows], mode="clip")
        if scale_id in se_of:
            np.take(t.se, index, out=se_of[scale_id][rows], mode="clip")


def _combine(
    score_of: Mapping[str, Floats],
    weights: Mapping[str, float],
    constant: float,
    out: Floats,
    rows: slice,
    product: Floats,
) -> None:
    out.fill(constant)
    for scale_id, weight in weights.items():
        np.multiply(score_of[scale_id][rows], weight, out=product)
        np.add(out, product, out=out)


def _flagged(scores: Scores, marks: Mapping[str, NDArray[np.bool_]]) -> Scores:
    """Give every scale that used an impossible answer, or is made from one that did, the status invalid."""
    found: dict[str, ScaleScores] = {}
    for part in scores:
        masks = [marks[item] for item in part.scale.items if item in marks]
        inputs = tuple(found[each.scale.id] for each in part.inputs)
        masks += [each.invalid for each in inputs if each.invalid is not None]
        mask = np.logical_or.reduce(masks) if masks else None
        found[part.scale.id] = ScaleScores(
            scale=part.scale,
            score=part.score if mask is None else np.where(mask, np.nan, part.score),
            se=part.se if mask is None else np.where(mask, np.nan, part.se),
            items=part.items,
            codes=part.codes,
            tables=part.tables,
            inputs=inputs,
            invalid=mask,
        )
    return Scores(scores.instrument, scores.n, found)


def score_one(instrument: Instrument, answers: Mapping[str, int | None]) -> tuple[ScaleScore, ...]:
    """Score one assessment; an item that is None or not given is missing.

    Raises
    ------
    InvalidInput
        Unknown items and impossible answers.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> total, = score_one(get("phq9"), {f"phq9_{k}": 1 for k in range(1, 9)})
    >>> total.score, total.raw, total.band, total.status
    (9.0, 8, 'mild', 'prorated')
    """
    instrument.require_items()
    problems = []
    for name, value in answers.items():
        if name not in instrument.item_ids:
            problems.append(Problem("answers", "-", name, f"an item of {instrument.id}", "an unknown name"))
        elif value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            problems.append(
                Problem("answers", "-", name, expected_answer(instrument.item(name)), repr(value))
            )
        elif value is not None and not instrument.item(name).permits(value):
            problems.append(Problem("answers", "-", name, expected_answer(instrument.item(name)), str(value)))
    if problems:
        raise InvalidInput(problems)
    row = [answers.get(item) for item in instrument.item_ids]
    matrix = np.array([[-1 if value is None else value for value in row]], dtype=np.int8)
    return tuple(_single(part) for part in score(instrument, matrix))


def _single(part: ScaleScores) -> ScaleScore:
    def number(values: Floats) -> float | None:
        return None if np.isnan(values[0]) else float(values[0])

    raw = number(part.raw)
    return ScaleScore(
        scale=part.scale,
        raw=None if raw is None else int(raw),
        score=number(part.score),
        se=number(part.se),
        band=str(part.band[0]),
        answered=int(part.answered[0]),
        items=part.items,
        status=str(part.status[0]),
        reason=part.reason(0),
    )
