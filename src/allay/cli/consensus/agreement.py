"""`allay consensus agreement`: how far raters agree, by any of the usual coefficients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.base.errors import NotFound
from allay.cli.frame import example, format_option, output_option
from allay.cli.results import deliver_frame, deliver_text, json_text, opened
from allay.consensus.agreement.judgments import JudgmentFile, Text, read_judgments
from allay.consensus.agreement.measure import (
    MEASURES,
    PANEL_MEASURES,
    STATEMENT_MEASURES,
    Measure,
    find_measures,
)
from allay.consensus.agreement.result import AgreementResult, CoefficientRow, agreement_rows, round_rows
from allay.consensus.agreement.statements import scale_points, spread_rows
from allay.consensus.agreement.subjects import MOST_CATEGORIES
from allay.consensus.agreement.weights import WEIGHTINGS

SCHEMAS: dict[str, type[BaseModel]] = {"agreement": AgreementResult}
SCALES = ("nominal", "ordinal", "interval", "ratio")
# What a scale allows ratings to be used as.
ALLOWED = {
    "nominal": {"labels"},
    "ordinal": {"labels", "order"},
    "interval": {"labels", "order", "numbers"},
    "ratio": {"labels", "order", "numbers"},
}
DEFAULT = {
    "nominal": ("percent_agreement", "fleiss_kappa", "krippendorff_alpha_nominal", "gwet_ac1"),
    "ordinal": ("percent_agreement", "fleiss_kappa", "krippendorff_alpha_ordinal", "gwet_ac2", "kendall_w"),
    "interval": ("percent_agreement", "krippendorff_alpha_interval", "icc_A1", "icc_C1", "kendall_w"),
    "ratio": ("percent_agreement", "krippendorff_alpha_ratio", "icc_A1", "icc_C1", "kendall_w"),
}
_RANGE = re.compile(r"(-?[0-9]{1,7}):(-?[0-9]{1,7})")
_DIGITS = 6


@click.command(
    "agreement",
    epilog=example(
        "allay consensus agreement ratings.csv --format table",
        "allay consensus agreement ratings.csv --measures fleiss_kappa,gwet_ac2 --weights quadratic",
        "allay consensus agreement diagnoses.csv --scale nominal --measures all --format json",
        "allay consensus agreement ratings.csv --by statement --categories 1:9",
        "allay consensus agreement --list",
    ),
)
@click.argument("ratings", metavar="RATINGS", required=False)
@click.option("--measures", metavar="NAME,NAME,...|all", help="By default a few that fit the scale.")
@click.option(
    "--weights",
    type=click.Choice(WEIGHTINGS),
    default="unweighted",
    show_default=True,
    help="How much two different ratings still agree.",
)
@click.option("--scale", type=click.Choice(SCALES), help="What ratings are; also the metric of an alpha.")
@click.option("--categories", metavar="LOW:HIGH|A,B,...", help="All ratings there could be.")
@click.option("--by", type=click.Choice(["statement"]), help="Describe each statement by itself.")
@click.option("--list", "listed", is_flag=True, help="Show the measures and leave.")
@format_option("csv", "json", "table")
@output_option()
def agreement(
    *,
    ratings: str | None,
    measures: str | None,
    weights: str,
    scale: str | None,
    categories: str | None,
    by: str | None,
    listed: bool,
    format: str,
    output: str | None,
) -> None:
    """Say how far the raters of RATINGS agree, for each round.

    RATINGS is a CSV file with the columns statement, rater and rating (blank: not rated), and where there are
    several rounds, round. Ratings are whole numbers; labels only for measures that need no order. A row comes
    out for each measure, with standard error, 95% interval and test where there are published ones; what is
    not defined is blank, with the reason in why. Some measures depend on which ratings there could be: give
    --categories if not all of them occur. --by statement describes the spread of each statement's ratings.
    """
    if listed:
        deliver_frame(output, measure_frame(), form=format)
        return
    if ratings is None:
        raise click.UsageError("RATINGS is missing (or --list)")
    wanted = _wanted(measures, weights=weights, scale=scale, by=by)
    known = _categories(categories)
    source, name = opened(ratings)
    file = read_judgments(
        source, text=_text(wanted, weights=weights, scale=scale, by=by), categories=known, name=name
    )
    names = [one.name for one in wanted] or DEFAULT[scale or ("nominal" if file.labels else "ordinal")]
    result = _result(file, names, weights=weights, by=by, given=bool(known))
    if format == "json":
        deliver_text(output, json_text(_content(result, names)))
    else:
        deliver_frame(output, _frame(result, names, rounded=format == "table"), form=format)


def measure_frame() -> pl.DataFrame:
    """All measures, a row each.

    Examples
    --------
    >>> measure_frame().columns
    ['measure', 'range', 'needs', 'missing', 'weights', 'per', 'says', 'source']
    """
    missing = {"used": "used", "pairs": "by pair of raters", "complete": "statement left out"}
    return pl.DataFrame(
        {
            "measure": one.name,
            "range": one.range,
            "needs": one.needs,
            "missing": missing[one.missing],
            "weights": "yes" if one.weighted else "no",
            "per": one.per,
            "says": one.says,
            "source": one.source,
        }
        for one in MEASURES.values()
    )


def _wanted(names: str | None, *, weights: str, scale: str | None, by: str | None) -> tuple[Measure, ...]:
    """The measures asked for; none where the default is to be taken, which depends on the file."""
    if by and weights != "unweighted":
        raise click.UsageError("--weights is for measures of all statements together, not for --by statement")
    if scale == "nominal" and weights != "unweighted":
        raise click.UsageError("--weights needs ratings with an order; --scale nominal has none")
    allowed = ALLOWED[scale or "interval"]
    every = STATEMENT_MEASURES if by else PANEL_MEASURES
    if names is None and not by:
        return ()
    asked = [name.strip() for name in ("all" if names is None else names).split(",")]
    found = _found(asked, default=[name for name in every if MEASURES[name].needs in allowed])
    for one in found:
        if one.needs not in allowed:
            raise click.UsageError(f"{one.name} needs {_needed(one)}; --scale {scale} has none")
        if (one.per == "statement") != bool(by):
            how = (
                "describes one statement: add"
                if one.per == "statement"
                else "is of all statements: leave out"
            )
            raise click.UsageError(f"{one.name} {how} --by statement")
    if not found:
        raise click.UsageError(f"no measure by statement is for --scale {scale}")
    metric = f"krippendorff_alpha_{scale}"
    if scale and weights == "unweighted" and metric in MEASURES:
        found = tuple(
            dict.fromkeys(MEASURES[metric] if one.name == "krippendorff_alpha" else one for one in found)
        )
    return found


def _found(asked: Sequence[str], *, default: Sequence[str]) -> tuple[Measure, ...]:
    """The measures of these names; every name that is none is said."""
    unknown = []
    for name in asked:
        try:
            find_measures([name], default=default)
        except NotFound as wrong:
            unknown.append(str(wrong))
    if unknown:
        raise click.UsageError("\n".join(f"--measures: {each}" for each in [*unknown, "--list shows all"]))
    return find_measures(asked, default=default)


def _needed(measure: Measure) -> str:
    return "ratings with an order" if measure.needs == "order" else "numbers with distances"


def _text(wanted: Sequence[Measure], *, weights: str, scale: str | None, by: str | None) -> Text:
    if scale == "nominal":
        return "labels"
    ordered = by or weights != "unweighted" or scale is not None
    return "refused" if ordered or any(one.needs != "labels" for one in wanted) else "allowed"


def _categories(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    if found := _RANGE.fullmatch(text.strip()):
        low, high = map(int, found.groups())
        if not low < high or high - low >= MOST_CATEGORIES:
            raise click.UsageError(
                f"--categories: expected LOW:HIGH, rising, at most {MOST_CATEGORIES:,} points"
            )
        return tuple(map(str, range(low, high + 1)))
    names = tuple(name.strip() for name in text.split(","))
    if "" in names or len(set(names)) != len(names) or len(names) > MOST_CATEGORIES:
        raise click.UsageError(
            f"--categories: expected LOW:HIGH or different names with commas, found {text!r}"
        )
    return names


def _result(
    file: JudgmentFile, names: Sequence[str], *, weights: str, by: str | None, given: bool
) -> AgreementResult:
    points = scale_points(file, given=given)
    return AgreementResult(
        allay_version=allay.__version__,
        categories=file.labels or tuple(f"{point:g}" for point in (points if by else file.categories)),
        rounds=round_rows(file),
        coefficients=() if by else agreement_rows(file, measures=names, weights=weights),
        statements=spread_rows(file, measures=names, points=points, given=given) if by else (),
    )


def _content(result: AgreementResult, names: Sequence[str]) -> dict[str, Any]:
    content = result.model_dump()
    if not result.statements:
        return {key: value for key, value in content.items() if key != "statements"}
    hidden = set(STATEMENT_MEASURES) - set(names)
    rows = [{key: each for key, each in row.items() if key not in hidden} for row in content["statements"]]
    return {**{key: value for key, value in content.items() if key != "coefficients"}, "statements": rows}


def _frame(result: AgreementResult, names: Sequence[str], *, rounded: bool) -> pl.DataFrame:
    content = _content(result, names)
    frame = pl.DataFrame(content.get("statements") or content["coefficients"], infer_schema_length=None)
    if rounded:
        empty = [
            each for each in CoefficientRow.model_fields if each in frame and frame[each].is_null().all()
        ]
        frame = frame.drop(each for each in empty if each not in ("value", "why"))
        return frame.with_columns(
            pl.Series(each.name, [None if x is None else f"{x:.{_DIGITS}g}" for x in each])
            for each in frame.iter_columns()
            if each.dtype == pl.Float64
        )
    return frame
