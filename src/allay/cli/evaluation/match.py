"""`allay evaluation match`: who stands for whom, how alike they are, and what an outcome then says."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import polars as pl

import allay
from allay.base.errors import InvalidValue
from allay.base.outputs import check_file
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import STANDARD, aligned, deliver_frame, deliver_text, json_text, opened
from allay.evaluation.matching.comparison import Comparison
from allay.evaluation.matching.matchresult import BalanceRow, Choices, DifferenceResult, MatchReport
from allay.evaluation.matching.report import match_report
from allay.evaluation.matching.sheet import MatchSheet, read_match
from allay.evaluation.matching.weigh import METHODS, check_method

SCHEMAS = {"match": MatchReport}


@click.command(
    "match",
    epilog=example(
        "allay evaluation match people.csv --treat started --covariates age,payer --method entropy "
        "-o match.json",
        "allay evaluation match people.csv --treat started --covariates age,payer --method nearest "
        "--caliper 0.2 --ratio 2 --outcome cost_after -o match.json",
        "allay evaluation match people.csv --treat started --covariates age,payer --method cem "
        "--format table",
    ),
)
@input_argument("data")
@click.option("--treat", required=True, metavar="COLUMN", help="1 for who was treated, 0 for who was not.")
@click.option("--covariates", required=True, metavar="A,B,...", help="Columns to make alike.")
@click.option("--method", default="nearest", show_default=True, metavar="|".join(METHODS), help="How.")
@click.option("--outcome", metavar="COLUMN", help="Number to compare.")
@click.option("--caliper", type=float, help="nearest: widest distance, in standard deviations of the score.")
@click.option(
    "--ratio",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="nearest: untreated for each treated.",
)
@click.option(
    "--on",
    type=click.Choice(["score", "logit"]),
    default="score",
    show_default=True,
    help="nearest: match on the propensity score or on its log odds.",
)
@click.option(
    "--search",
    type=click.Choice(["nearest", "below"]),
    default="nearest",
    show_default=True,
    help="nearest: below looks downward first, as MatchIt 4.5.1 in Debian does.",
)
@click.option("--bins", type=click.IntRange(1), help="cem: intervals of every number; else by Sturges' rule.")
@click.option("--categories", default="", metavar="A,B,...", help="Columns whose numbers are codes.")
@click.option(
    "--pre-outcomes", default="", metavar="A,B,...", help="Columns that are outcomes before the start."
)
@click.option("--allow-pre-outcomes", is_flag=True, help="Match on outcomes before the start all the same.")
@click.option(
    "--binary-sd",
    type=click.Choice(["sample", "population"]),
    default="sample",
    show_default=True,
    help="Standard deviation of a column of 0 and 1: over n - 1, or over n as MatchIt prints it.",
)
@click.option("--weights-out", metavar="FILE", help="Write the weight of every row here, as CSV.")
@format_option("json", "table")
@output_option()
def match(
    *,
    data: str,
    treat: str,
    covariates: str,
    method: str,
    outcome: str | None,
    caliper: float | None,
    ratio: int,
    on: str,
    search: str,
    bins: int | None,
    categories: str,
    pre_outcomes: str,
    allow_pre_outcomes: bool,
    binary_sd: str,
    weights_out: str | None,
    format: str,
    output: str | None,
) -> None:
    """Make the untreated people of DATA comparable with the treated, and say how well that went.

    DATA is a CSV file with a row for each person. Text columns become indicators. The result has the balance
    of every covariate before and after, who was left out, effective sample sizes, and with --outcome the
    difference: unadjusted, weighted, and by regression. Columns named by --pre-outcomes are refused as
    covariates, since matching on them turns regression to the mean into an effect.
    """
    check_method(method)
    if weights_out is not None and weights_out == (output or STANDARD):
        raise click.UsageError("--weights-out needs a file of its own")
    source, name = opened(data)
    sheet = read_match(
        source,
        treat=treat,
        covariates=_names(covariates),
        outcome=outcome,
        categories=_names(categories),
        pre_outcomes=_names(pre_outcomes),
        name=name,
    )
    choices = Choices.model_validate(
        {
            "method": method,
            "ratio": ratio,
            "caliper": caliper,
            "on": on,
            "search": search,
            "bins": bins,
            "binary_sd": binary_sd,
            "allow_pre_outcomes": allow_pre_outcomes,
        }
    )
    report, comparison = match_report(
        sheet.treated,
        sheet.covariates,
        choices,
        allay_version=allay.__version__,
        outcome=sheet.outcome,
        outcome_name=outcome or "",
        pre_outcomes=_names(pre_outcomes),
    )
    for warning in report.warnings:
        click.echo(f"allay: {warning}", err=True)
    text = json_text(report.model_dump(mode="json")) if format == "json" else _text(report, Path(name).name)
    for place in (output, weights_out):  # both are written, or none
        if place is not None and place != STANDARD:
            check_file(place)
    deliver_text(output, text)
    if weights_out is not None:
        deliver_frame(weights_out, _weights(sheet, comparison))


def _names(text: str) -> list[str]:
    found = [name.strip() for name in text.split(",")] if text.strip() else []
    if "" in found:
        raise InvalidValue(expected="names of columns with commas between them", found=repr(text))
    if len(set(found)) < len(found):
        raise InvalidValue(expected="every column once", found=repr(text))
    return found


def _weights(sheet: MatchSheet, comparison: Comparison) -> pl.DataFrame:
    columns: dict[str, object] = {
        "line": sheet.lines,
        "treated": sheet.treated.astype(np.int64),
        "weight": comparison.weights,
    }
    if comparison.groups is not None:
        columns["set"] = [None if group < 0 else group + 1 for group in comparison.groups.tolist()]
    if comparison.scores is not None:
        columns["propensity_score"] = comparison.scores.score
    return pl.DataFrame(columns)


def _text(report: MatchReport, name: str) -> str:
    size = report.effective_sample_size
    lines = [
        f"{name}: {report.choices.method}, estimand {report.estimand}",
        f"treated    {report.n.treated:,.0f}, of which {report.used.treated:,.0f} used",
        f"untreated  {report.n.untreated:,.0f}, of which {report.used.untreated:,.0f} used; "
        f"effective sample size {size.after.untreated:,.1f}",
        f"balance    {report.verdict.answer}",
        *(f"           {reason}" for reason in report.verdict.reasons),
        "",
        aligned(pl.DataFrame([_cells(row) for row in report.balance], infer_schema_length=None)),
    ]
    if (estimate := report.estimate) is not None:
        rows = {"weighted": estimate, "unadjusted": estimate.unadjusted, "regression": estimate.regression}
        rows["weighted regression"] = estimate.weighted_regression
        shown = [_interval(key, row) for key, row in rows.items() if row is not None]
        lines += ["", f"difference in {estimate.outcome}, treated less untreated"]
        lines.append(aligned(pl.DataFrame(shown, infer_schema_length=None)))
    return "\n".join(lines)


def _cells(row: BalanceRow) -> dict[str, str | None]:
    return {
        "covariate": row.covariate,
        "treated": f"{row.after.treated:,.4g}",
        "untreated before": f"{row.before.untreated:,.4g}",
        "after": f"{row.after.untreated:,.4g}",
        "SMD before": None if row.before.smd is None else f"{row.before.smd:.3f}",
        "SMD after": None if row.after.smd is None else f"{row.after.smd:.3f}",
    }


def _interval(name: str, row: DifferenceResult) -> dict[str, str | None]:
    return {
        "": name,
        "estimate": f"{row.estimate:,.4g}",
        "95% interval": None if row.low is None else f"{row.low:,.4g} to {row.high:,.4g}",
        "error": row.error,
    }
