"""`allay evaluation series`: what changed at a start, against the trend before."""

from __future__ import annotations

import click
import polars as pl

import allay
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import aligned, deliver_text, json_text, opened
from allay.evaluation.series.seriesfile import read_series
from allay.evaluation.series.seriesresult import SeriesChoices, SeriesReport, TermResult, series_report

SCHEMAS = {"series": SeriesReport}


@click.command(
    "series",
    epilog=example(
        "allay evaluation series visits.csv --time month --outcome visits --start 2025-07 -o series.json",
        "allay evaluation series visits.csv --time month --outcome visits --start 2025-07 --offset members "
        "--seasonal 2 --slope --format table",
    ),
)
@input_argument("data")
@click.option("--time", required=True, metavar="COLUMN", help="Numbers, or months as YYYY-MM.")
@click.option("--outcome", required=True, metavar="COLUMN", help="Counts, or with gaussian any number.")
@click.option("--start", required=True, metavar="TIME", help="First time with the program.")
@click.option("--offset", metavar="COLUMN", help="People or person-time, to compare rates.")
@click.option(
    "--model",
    type=click.Choice(["quasipoisson", "poisson", "gaussian"]),
    default="quasipoisson",
    show_default=True,
    help="Of the outcome.",
)
@click.option("--slope", is_flag=True, help="Let the trend change too, not only the level.")
@click.option(
    "--seasonal",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="K",
    help="Pairs of sine and cosine for seasons.",
)
@click.option(
    "--period", type=click.FloatRange(0, min_open=True), default=12, show_default=True, help="Of seasons."
)
@click.option(
    "--lags", type=click.IntRange(0), metavar="L", help="Errors after Newey and West, over L times."
)
@format_option("json", "table")
@output_option()
def series(
    *,
    data: str,
    time: str,
    outcome: str,
    start: str,
    offset: str | None,
    model: str,
    slope: bool,
    seasonal: int,
    period: float,
    lags: int | None,
    format: str,
    output: str | None,
) -> None:
    """Fit a segmented regression to DATA: a trend, a step at the start, what would have been without it.

    DATA is a CSV file with a row for each time. The result has the step as a rate ratio, the trend that would
    have gone on with its interval, and whether the residuals still depend on each other. A single series has
    nobody to compare with; a comparison group says more.
    """
    source, name = opened(data)
    found = read_series(
        source,
        time=time,
        outcome=outcome,
        start=start,
        population=offset,
        counts=model != "gaussian",
        name=name,
    )
    choices = SeriesChoices.model_validate(
        {"model": model, "slope": slope, "seasonal": seasonal, "period": period, "lags": lags}
    )
    report = series_report(
        found, choices, outcome=outcome, start=start, population=offset, allay_version=allay.__version__
    )
    for warning in report.warnings:
        click.echo(f"allay: {warning}", err=True)
    deliver_text(output, json_text(report.model_dump(mode="json")) if format == "json" else _text(report))


def _text(report: SeriesReport) -> str:
    total = report.total
    lines = [
        f"{report.outcome}: {report.choices.model}, {report.times_before} times before {report.start}, "
        f"{report.times_after} from then on",
        "",
        aligned(pl.DataFrame([_row(term) for term in report.terms], infer_schema_length=None)),
        "",
        f"since the start: {total.observed:,.0f} seen, {total.expected:,.0f} expected without; difference "
        f"{total.difference:,.0f} ({total.low:,.0f} to {total.high:,.0f})",
    ]
    if report.dispersion is not None:
        lines.append(f"dispersion {report.dispersion:.3f}")
    if (watson := report.residuals.durbin_watson) is not None:
        lines.append(f"Durbin-Watson {watson:.3f} (2 without serial correlation)")
    return "\n".join(lines)


def _row(term: TermResult) -> dict[str, str | None]:
    row: dict[str, str | None] = {
        "term": term.term,
        "estimate": f"{term.estimate:.5g}",
        "SE": f"{term.se:.4g}",
        "95% interval": f"{term.low:.4g} to {term.high:.4g}",
    }
    if term.rr is not None:
        row |= {"rate ratio": f"{term.rr:.4f}", "its interval": f"{term.rr_low:.4f} to {term.rr_high:.4f}"}
    return row
