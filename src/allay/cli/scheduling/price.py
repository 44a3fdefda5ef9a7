"""`allay scheduling price`: what each payer's same-day rule costs in trips and points."""

from __future__ import annotations

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.cli.scheduling.planfiles import read_both
from allay.cli.scheduling.progress import progress_bar
from allay.cli.scheduling.searching import search_options
from allay.scheduling.explaining.levels import Level
from allay.scheduling.explaining.prices import Prices, price_rules
from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.reading import read_problem

PLANNED = ("trips", "trip_points", "unserved", "points", "at_least", "at_most")
SCHEMAS: dict[str, type[BaseModel]] = {"prices": Prices}


@click.command(
    "price",
    epilog=example(
        "allay scheduling price problem.json --template plan.json",
        "allay scheduling price problem.json --format csv -o prices.csv",
        "allay scheduling price problem.json --template plan.json --plans",
    ),
)
@input_argument("problem")
@click.option("--template", metavar="PLAN", help="A plan whose cohorts keep their places; else one is made.")
@search_options
@click.option(
    "--plans", is_flag=True, help="Make plans, too: what the rules cost with clock times and rooms."
)
@format_option("table", "json", "csv")
@output_option()
def price(
    *,
    problem: str,
    template: str | None,
    seed: int,
    effort: float,
    plans: bool,
    format: str,
    output: str | None,
) -> None:
    """Say what the same-day rules of PROBLEM cost: each with each payer, then all together.

    The relaxed weeks (days, practitioners and rules, without clock times and rooms), whose optimum no plan
    with the same cohort template goes below, are solved with all rules and without each. Trips, weighted
    trips, unserved sessions and points are what the rule costs there; `at_least` and `at_most` stand between
    proven bounds and are the same when both sides are proven. Leaving a rule out never costs. With --plans
    whole plans are made with and without each rule, and compared as well.
    """
    asked, places = _read(problem, template, seed=seed, effort=effort)
    with progress_bar("pricing") as told:
        found = price_rules(
            asked,
            template=places,
            allay_version=allay.__version__,
            seed=seed,
            effort=effort,
            plans=plans,
            progress=told,
        )
    if format == "json":
        deliver_text(output, json_text(found.model_dump(mode="json")))
    elif format == "csv":
        deliver_frame(output, _frame(found))
    else:
        deliver_text(output, "\n".join(_lines(found)))


def _read(
    problem: str, template: str | None, *, seed: int, effort: float
) -> tuple[SchedulingProblem, tuple[CohortPlace, ...]]:
    if template is not None:
        asked, plan = read_both(problem, template)
        return asked, plan.template
    # Imported late: the solver is an extra, and takes longer to import than all the rest.
    from allay.scheduling.solving.grid import grid_of
    from allay.scheduling.solving.template.template import make_template

    source, name = opened(problem)
    asked = read_problem(source, name=name)
    return asked, make_template(asked, grid_of(asked), seed=seed, effort=effort)


def _frame(prices: Prices) -> pl.DataFrame:
    columns = ("patients", "trips", "trip_points", "unserved", "points", "at_least", "at_most")
    rows = [
        {
            "rule": row.rule or "(all)",
            "payer": row.payer or ("(none)" if row.rule else "(all)"),
            **{name: getattr(row, name) for name in columns},
            **{f"plan_{name}": getattr(row.planned, name) for name in PLANNED if row.planned},
            "proven": prices.with_rules.proven and row.without.proven,
            "status": row.status,
        }
        for row in prices.prices
    ]
    kinds = {"rule": pl.String, "payer": pl.String, **dict.fromkeys(columns, pl.Int64)}
    if prices.planned is not None:
        kinds |= dict.fromkeys((f"plan_{name}" for name in PLANNED), pl.Int64)
    return pl.DataFrame(rows, schema={**kinds, "proven": pl.Boolean, "status": pl.String})


def _lines(prices: Prices) -> list[str]:
    made = " (synthetic)" if prices.synthetic else ""
    found = [f"{prices.problem}{made}: same-day rules, each left out with the same template"]
    found.append(f"with all rules: {_level(prices.with_rules)}")
    if prices.planned is not None:
        score = prices.planned
        found.append(f"as a plan: {score.total} points, {score.trips} trips, {score.unserved} unserved")
    if not prices.prices:
        return [*found, "no rule holds for any patient"]
    frame = _frame(prices).with_columns(
        pl.col("proven").cast(pl.String).replace({"true": "yes", "false": "no"})
    )
    return [*found, "", aligned(frame)]


def _level(level: Level) -> str:
    proof = "proven" if level.proven else f"bound {level.bound}, not proven to be the best"
    return f"{level.points} points ({proof}), {level.trips} trips, {level.unserved} unserved"
