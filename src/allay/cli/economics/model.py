"""`allay economics model`: what the strategies of a cohort model or a decision tree cost and bring."""

from __future__ import annotations

import click
import numpy as np
import polars as pl
from pydantic import BaseModel

from allay.cli.economics.reporting import report_option, write_report
from allay.cli.economics.thresholds import WTP
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.economics.models.modelfile import CohortFile, TreeFile
from allay.economics.models.result import ModelResult
from allay.economics.models.run import ModelDraws, read_model
from allay.economics.models.summary import run_model

SCHEMAS: dict[str, type[BaseModel]] = {"cohort": CohortFile, "tree": TreeFile, "model-result": ModelResult}


@click.command(
    "model",
    epilog=example(
        "allay economics model model.yaml -o result.json",
        "allay economics model model.yaml --format table",
        "allay economics model model.yaml --draws 10000 --seed 7 --psa psa.csv --parameters parameters.csv",
        "allay economics model model.yaml --draws 2000 --wtp 0:100000:5000 --report report.html",
    ),
)
@input_argument("model")
@click.option(
    "--draws", type=click.IntRange(0, 1_000_000), default=0, show_default=True, help="For intervals."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draws.")
@click.option("--psa", metavar="FILE", help="Also write the draws, as CSV: draw, strategy, cost, effect.")
@click.option("--parameters", metavar="FILE", help="Also write the parameters of each draw, as CSV.")
@report_option
@click.option(
    "--wtp",
    type=WTP,
    help="Of the report: amounts with commas, or FROM:TO:STEP. By default up to twice the highest ratio.",
)
@format_option("json", "table")
@output_option()
def economics_model(
    *,
    model: str,
    draws: int,
    seed: int,
    psa: str | None,
    parameters: str | None,
    report: str | None,
    wtp: list[float] | None,
    format: str,
    output: str | None,
) -> None:
    """Run MODEL, a YAML file of `type: cohort` or `type: tree`.

    For each strategy: cost, effect, and the incremental cost-effectiveness ratio against the comparator of
    the file. With draws, means and 95% intervals beside them. `allay economics schema cohort` and
    `schema tree` print what a file may hold.
    """
    if draws == 0 and (psa or parameters):
        raise click.UsageError("--psa and --parameters write draws: say how many with --draws")
    if wtp is not None and (report is None or draws == 0):
        raise click.UsageError("--wtp is for the draws of a report: it needs --report and --draws")
    source, name = opened(model)
    read = read_model(source, name=name)
    result, drawn = run_model(read, draws=draws, seed=seed)
    if report is not None:
        # Imported late: drawing takes longer to import than all the rest.
        from allay.reports.economics_model import model_html

        write_report(report, model_html(result, drawn, file=read.file, wtp=wtp))
    if drawn is not None and psa is not None:
        deliver_frame(psa, psa_frame(drawn))
    if drawn is not None and parameters is not None:
        deliver_frame(parameters, parameter_frame(drawn))
    deliver_text(output, json_text(result.model_dump()) if format == "json" else _text(result))


def psa_frame(drawn: ModelDraws) -> pl.DataFrame:
    """Lay the draws out as `draw,strategy,cost,effect`; draws count from 1."""
    draws, strategies = drawn.outcomes["cost"].shape
    return pl.DataFrame(
        {
            "draw": np.repeat(np.arange(1, draws + 1), strategies),
            "strategy": list(drawn.strategies) * draws,
            "cost": drawn.outcomes["cost"].ravel(),
            "effect": drawn.outcomes["effect"].ravel(),
        }
    )


def parameter_frame(drawn: ModelDraws) -> pl.DataFrame:
    """Lay the parameters out as `draw,<name>...`."""
    draws = len(drawn.outcomes["cost"])
    columns = {name: np.ascontiguousarray(values) for name, values in drawn.parameters.items()}
    return pl.DataFrame({"draw": np.arange(1, draws + 1), **columns})


def _text(result: ModelResult) -> str:
    rows = [
        {
            "strategy": each.strategy,
            f"cost ({result.units['cost']})": f"{each.cost:,.2f}",
            f"effect ({result.units['effect']})": f"{each.effect:,.5f}",
            "more cost": f"{each.incremental_cost:,.2f}",
            "more effect": f"{each.incremental_effect:,.5f}",
            "icer": None if each.icer is None else f"{each.icer:,.2f}",
            "against the comparator": each.comparison,
        }
        for each in result.strategies
    ]
    parts = [
        f"{result.title} ({result.model}); what it rests on is {result.status}",
        "",
        aligned(pl.DataFrame(rows)),
    ]
    if result.draws:
        parts += ["", f"{result.draws:,} draws, seed {result.seed}: mean (95% interval)", _drawn(result)]
    parts += ["", *(f"{name}: {value}" for name, value in result.conventions.items())]
    parts += [f"unconfirmed: {each.name} ({each.status})" for each in result.unconfirmed]
    return "\n".join([*parts, *result.notes])


def _drawn(result: ModelResult) -> str:
    rows = []
    for each in result.strategies:
        if (spread := each.uncertainty) is not None:
            cost, effect = spread.incremental_cost, spread.incremental_effect
            rows.append(
                {
                    "strategy": each.strategy,
                    "more cost": f"{cost.mean:,.2f} ({cost.low:,.2f} to {cost.high:,.2f})",
                    "more effect": f"{effect.mean:,.5f} ({effect.low:,.5f} to {effect.high:,.5f})",
                    "icer": None if spread.icer is None else f"{spread.icer:,.2f}",
                }
            )
    return aligned(pl.DataFrame(rows, infer_schema_length=None))
