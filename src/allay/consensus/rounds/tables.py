"""Tables of a result: statements, groups, other rules, movement, checklist; to be written as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from allay.consensus.protocol.scale import RatingScale
from allay.consensus.rounds.result import ExerciseResult, StatementRow

_STATEMENT = {
    "round": pl.Int64,
    "statement": pl.String,
    "version": pl.Int64,
    "topic": pl.String,
    "text": pl.String,
    "n": pl.Int64,
    "median": pl.Float64,
    "p30": pl.Float64,
    "p70": pl.Float64,
    "ipr": pl.Float64,
    "ai": pl.Float64,
    "ipras": pl.Float64,
    "di": pl.Float64,
    "disagreement": pl.Boolean,
    "share_low": pl.Float64,
    "share_middle": pl.Float64,
    "share_high": pl.Float64,
    "verdict": pl.String,
    "decided": pl.Boolean,
}
_KEY = {"round": pl.Int64, "statement": pl.String, "version": pl.Int64}
_RULE = {"rule": pl.String, "verdict": pl.String, "differs": pl.Boolean, "why": pl.String}
_GROUP = {
    "group": pl.String,
    "n": pl.Int64,
    "median": pl.Float64,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
}
_MOVEMENT = {
    "statement": pl.String,
    "from_round": pl.Int64,
    "to_round": pl.Int64,
    "edited": pl.Boolean,
    "raters": pl.Int64,
    "changed": pl.Int64,
    "up": pl.Int64,
    "down": pl.Int64,
    "share_changed": pl.Float64,
    "median_from": pl.Float64,
    "median_to": pl.Float64,
    "iqr_from": pl.Float64,
    "iqr_to": pl.Float64,
    "cv_from": pl.Float64,
    "cv_to": pl.Float64,
    "verdict_from": pl.String,
    "verdict_to": pl.String,
    "same_region": pl.Float64,
}
_CHECKLIST = dict.fromkeys(("list", "section", "item", "asks", "answered", "answer", "status"), pl.String)


def result_tables(result: ExerciseResult) -> dict[str, pl.DataFrame]:
    """Make the tables of a result, by the name of their file.

    Returns
    -------
    dict of str to polars.DataFrame
        A table without rows has its columns. Points of the scale are columns `rated_1` and so on, blank where
        too few rated. Costs one pass over the rows.
    """
    scale = RatingScale.model_validate(
        {key: tuple(one) if isinstance(one, list) else one for key, one in result.protocol["scale"].items()}
    )
    return {
        "statements.csv": statements_table(result.statements, scale),
        "sensitivity.csv": sensitivity_table(result.statements),
        "groups.csv": groups_table(result.statements, scale),
        "movement.csv": _table((row.model_dump() for row in result.movement), _MOVEMENT),
        "checklist.csv": _table((row.model_dump(mode="json") for row in result.checklists), _CHECKLIST),
    }


def statements_table(rows: Iterable[StatementRow], scale: RatingScale) -> pl.DataFrame:
    """A row for every statement, version and round, with all numbers.

    Examples
    --------
    >>> statements_table([], RatingScale(minimum=1, maximum=3, low_to=1, high_from=3)).columns[-3:]
    ['rated_1', 'rated_2', 'rated_3']
    """
    return _table(
        ({name: getattr(row, name) for name in _STATEMENT} | _points(row.counts, scale) for row in rows),
        _STATEMENT | dict.fromkeys(_names(scale), pl.Int64),
    )


def sensitivity_table(rows: Iterable[StatementRow]) -> pl.DataFrame:
    """A row for every statement, round and other rule.

    Examples
    --------
    >>> sensitivity_table([]).columns
    ['round', 'statement', 'version', 'by_protocol', 'rule', 'verdict', 'differs', 'why']
    """
    return _table(
        (
            {name: getattr(row, name) for name in _KEY} | {"by_protocol": row.verdict} | other.model_dump()
            for row in rows
            for other in row.sensitivity
        ),
        _KEY | {"by_protocol": pl.String} | _RULE,
    )


def groups_table(rows: Iterable[StatementRow], scale: RatingScale) -> pl.DataFrame:
    """A row for every statement, round and group that may be shown.

    Examples
    --------
    >>> groups_table([], RatingScale()).columns[:5]
    ['round', 'statement', 'version', 'group', 'n']
    """
    return _table(
        (
            {name: getattr(row, name) for name in _KEY}
            | {"group": group.label}
            | {name: getattr(group, name) for name in _GROUP if name != "group"}
            | _points(group.counts, scale)
            for row in rows
            for group in row.groups
        ),
        _KEY | _GROUP | dict.fromkeys(_names(scale), pl.Int64),
    )


def _names(scale: RatingScale) -> list[str]:
    return [f"rated_{point}" for point in range(scale.minimum, scale.maximum + 1)]


def _points(counts: tuple[int, ...], scale: RatingScale) -> dict[str, int | None]:
    names = _names(scale)
    return dict(zip(names, counts or (None,) * len(names), strict=True))


def _table(rows: Iterable[Mapping[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=dict(schema))
