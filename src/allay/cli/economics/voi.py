"""`allay economics voi`: acceptability and the value of information, from draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.base.errors import InvalidInput, Problem
from allay.cli.economics.reporting import report_option, write_report
from allay.cli.economics.thresholds import WTP
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import STANDARD, aligned, deliver_text, json_text, opened
from allay.economics.decision.information import people_affected
from allay.economics.decision.parameterfile import ParameterDraws, read_parameters
from allay.economics.decision.partial import MOST_POINTS
from allay.economics.decision.psa import Psa
from allay.economics.decision.psafile import read_psa
from allay.economics.decision.report import decision_report
from allay.economics.decision.result import DecisionReport

SCHEMAS: dict[str, type[BaseModel]] = {"voi": DecisionReport}
PERCENT = 100


@click.command(
    "voi",
    epilog=example(
        "allay economics voi psa.csv --parameters parameters.csv --wtp 20000,50000 -o voi.json",
        "allay economics voi psa.csv --wtp 0:100000:5000 --format table",
        "allay economics voi psa.csv --parameters parameters.csv --wtp 50000 --group p_stop,cost_visit",
        "allay economics voi psa.csv --wtp 50000 --population 4000 --years 10 --discount-rate 3",
        "allay economics voi psa.csv --wtp 0:100000:5000 --report decision.html",
    ),
)
@input_argument("psa")
@click.option("--parameters", metavar="FILE", help="Values behind the draws, to value each of them.")
@click.option(
    "--wtp",
    type=WTP,
    required=True,
    help="Willingness to pay for a unit of effect: amounts with commas, or FROM:TO:STEP.",
)
@click.option("--group", "groups", multiple=True, metavar="NAME,NAME,...", help="Value these together.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of groups.")
@click.option(
    "--points",
    type=click.IntRange(20, 5000),
    default=MOST_POINTS,
    show_default=True,
    help="Draws that carry the Gaussian process of a group.",
)
@click.option("--population", type=click.FloatRange(0), metavar="N", help="People a year, for their EVPI.")
@click.option("--years", type=click.IntRange(1, 200), help="How long the decision will stand.")
@click.option("--discount-rate", type=click.FloatRange(0, PERCENT), metavar="PERCENT", help="A year.")
@click.option("--discount-first-year", is_flag=True, help="The first year counts as one year away.")
@report_option
@format_option("json", "table")
@output_option()
def voi(
    *,
    psa: str,
    parameters: str | None,
    wtp: list[float],
    groups: tuple[str, ...],
    seed: int,
    points: int,
    population: float | None,
    years: int | None,
    discount_rate: float | None,
    discount_first_year: bool,
    report: str | None,
    format: str,
    output: str | None,
) -> None:
    """Weigh the strategies of PSA at each willingness to pay, and say what knowing more would be worth.

    PSA is a CSV file with the columns draw, strategy, cost and effect, a row for every strategy in every
    draw. The file of --parameters has a column draw, then one for each parameter. The result has the frontier
    of the means, the acceptability curve and frontier, EVPI at each threshold, and EVPPI of each parameter
    (splines) and of each group (a Gaussian process), with Monte-Carlo standard errors. For each person, that
    is; with --population also EVPI for everybody.
    """
    people = _people(population, years, discount_rate, first=discount_first_year)
    if groups and parameters is None:
        raise click.UsageError("--group needs the file of --parameters")
    draws, values = _read(psa, parameters)
    found = decision_report(
        draws,
        wtp=wtp,
        allay_version=allay.__version__,
        parameters=values,
        groups=[[name.strip() for name in group.split(",")] for group in groups],
        seed=seed,
        points=points,
        people=people,
    )
    if report is not None:
        # Imported late: drawing takes longer to import than all the rest.
        from allay.reports.decision import decision_html

        write_report(report, decision_html(found, draws, source=Path(opened(psa)[1]).name))
    deliver_text(output, json_text(found.model_dump()) if format == "json" else _text(found))


def _people(population: float | None, years: int | None, rate: float | None, *, first: bool) -> float | None:
    if population is None and years is None and rate is None and not first:
        return None
    if population is None or years is None or rate is None:
        raise click.UsageError("--population, --years and --discount-rate go together")
    return people_affected(population, years=years, rate=rate / PERCENT, first_year_discounted=first)


def _read(psa: str, parameters: str | None) -> tuple[Psa, ParameterDraws | None]:
    if psa == parameters == STANDARD:
        expected = "a file, as the draws are read from standard input"
        raise InvalidInput(Problem("allay economics", "-", "--parameters", expected, STANDARD))
    source, name = opened(psa)
    file = read_psa(source, name=name)
    if parameters is None:
        return file.psa, None
    source, name = opened(parameters)
    return file.psa, read_parameters(source, file, name=name)


def _text(report: DecisionReport) -> str:
    decisions = [
        {"wtp": at.wtp, "best": at.best, **{f"P({name})": share for name, share in at.ceac.items()}}
        for at in report.acceptability
    ]
    parts = [f"{report.draws} draws of {len(report.strategies)} strategies"]
    parts += ["", "frontier of the means", _table([each.model_dump() for each in report.frontier])]
    parts += ["", "best on average, and how often each is best", _table(decisions)]
    parts += ["", "value of perfect information", _table([each.model_dump() for each in report.evpi])]
    if report.evppi:
        parts += ["", "value of knowing parameters", _table([each.model_dump() for each in report.evppi])]
    return "\n".join(parts)


def _table(rows: list[dict[str, Any]]) -> str:
    shown = [{key: _cell(value) for key, value in row.items()} for row in rows]
    return aligned(pl.DataFrame(shown, infer_schema_length=None))


def _cell(value: Any) -> Any:
    return f"{value:,.4g}" if isinstance(value, float) and abs(value) < PERCENT else _whole(value)


def _whole(value: Any) -> Any:
    return f"{value:,.0f}" if isinstance(value, float) else value
