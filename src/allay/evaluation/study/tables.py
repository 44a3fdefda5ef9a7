"""Tables of a result, for people who go on with them elsewhere."""

from __future__ import annotations

import polars as pl

from allay.evaluation.study.result import StudyResult

_EFFECT = {
    "outcome": pl.String,
    "role": pl.String,
    "estimate_name": pl.String,
    "estimate": pl.Float64,
    "se": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "p_holm": pl.Float64,
    "without": pl.Float64,
    "relative": pl.Float64,
    "relative_low": pl.Float64,
    "relative_high": pl.Float64,
    "starters": pl.Int64,
    "comparison": pl.Int64,
    "comparison_worth": pl.Float64,
    "unit": pl.String,
    "words": pl.String,
}
_EVENT = {
    "outcome": pl.String,
    "event": pl.Int64,
    "att": pl.Float64,
    "se": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "band_low": pl.Float64,
    "band_high": pl.Float64,
}
_BALANCE = {
    "covariate": pl.String,
    "sample": pl.String,
    "starters": pl.Float64,
    "comparison": pl.Float64,
    "smd": pl.Float64,
    "variance_ratio": pl.Float64,
}


def estimates_table(result: StudyResult) -> pl.DataFrame:
    """Return every effect of every outcome: unadjusted and adjusted first."""
    rows = []
    for one in result.outcomes:
        extra = [record.estimate for record in one.aggregates]
        extra += [record.estimate for record in (one.imputation, one.two_way) if record is not None]
        placebo = [] if one.placebo is None else [one.placebo]
        for each in (one.unadjusted, one.adjusted, *placebo, *one.alternatives, *extra):
            tree = each.model_dump()
            rows.append(
                {"outcome": one.outcome, "role": one.role, "estimate_name": tree.pop("name"), **tree}
                | {"unit": one.unit}
            )
    return pl.DataFrame(rows, schema=_EFFECT)


def event_study_table(result: StudyResult) -> pl.DataFrame:
    """Return effects by time since the start, with bands."""
    rows = [
        {"outcome": one.outcome, "event": part.label, **part.model_dump(exclude={"label", "name"})}
        for one in result.outcomes
        for record in one.aggregates
        if record.kind == "dynamic"
        for part in record.by
    ]
    return pl.DataFrame(rows, schema=_EVENT)


def balance_table(result: StudyResult) -> pl.DataFrame:
    """Return covariates before and after weighing."""
    rows = [
        {"covariate": row.name, "sample": sample, **moments.model_dump()}
        for row in (() if result.weighting is None else result.weighting.rows)
        for sample, moments in (("before", row.before), ("after", row.after))
    ]
    return pl.DataFrame(rows, schema=_BALANCE)
