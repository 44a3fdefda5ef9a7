"""`allay economics model`: what the strategies of a cohort model or a decision tree cost and bring."""

from __future__ import annotations

import click
import numpy as np
import polars as pl
from pydantic import BaseModel

from allay.cli.economics.model_text import model_text
from allay.cli.economics.reporting import report_option, write_report
from allay.cli.economics.scenario import SCENARIO
from allay.cli.economics.thresholds import WTP
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import STANDARD, deliver_frame, deliver_text, json_text, opened
from allay.economics.models.modelfile import CohortFile, TreeFile
from allay.economics.models.result import ModelResult
from allay.economics.models.run import ModelDraws, read_model
from allay.economics.models.runnable import RunnableModel
from allay.economics.models.sensitivity import with_sensitivity
from allay.economics.models.structural import ITSELF
from allay.economics.models.summary import run_model

SCHEMAS: dict[str, type[BaseModel]] = {"cohort": CohortFile, "tree": TreeFile, "model-result": ModelResult}


@click.command(
    "model",
    epilog=example(
        "allay economics model model.yaml -o result.json",
        "allay economics model model.yaml --format table",
        "allay economics model model.yaml --draws 10000 --seed 7 --psa psa.csv --parameters parameters.csv",
        "allay economics model model.yaml --draws 2000 --wtp 0:100000:5000 --report report.html",
        "allay economics model model.yaml --scenario 'ten years=short.yaml' --scenario payer=payer.yaml",
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
    help="Willingness to pay: amounts with commas, or FROM:TO:STEP. By default to twice the highest ratio.",
)
@click.option(
    "--scenario",
    "scenarios",
    type=SCENARIO,
    multiple=True,
    help="Another model of the same strategies, built otherwise, to run beside MODEL. As often as you like.",
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
    scenarios: tuple[tuple[str, str], ...],
    format: str,
    output: str | None,
) -> None:
    """Run MODEL, a YAML file of `type: cohort` or `type: tree`.

    For each strategy: cost, effect, and the incremental cost-effectiveness ratio against the comparator of
    the file. With draws, means and 95% intervals beside them. `allay economics schema cohort` and
    `schema tree` print what a file may hold.

    With --wtp, --report or --scenario there is also a tornado: how far each parameter with a distribution
    moves the net benefit against the comparator when it stands at the ends of its 95% interval and the
    others at their best estimates. It takes no draws. Of several amounts it is made at the one at which the
    choice is least sure.

    A scenario is a file with another structure, way of counting, horizon or perspective. Its strategies,
    comparator and units are those of MODEL, and parameters of one name are drawn alike in both.
    """
    if draws == 0 and (psa or parameters):
        raise click.UsageError("--psa and --parameters write draws: say how many with --draws")
    others = _files(model, scenarios)
    read = _read(model)
    result, drawn = run_model(read, draws=draws, seed=seed)
    if wtp is not None or others or report is not None:
        built = {name: _read(file) for name, file in others.items()}
        result = with_sensitivity(read, result, drawn, wtp=wtp, scenarios=built)
    if report is not None:
        # Imported late: drawing takes longer to import than all the rest.
        from allay.reports.economics_model import model_html

        write_report(report, model_html(result, drawn, file=read.file, wtp=wtp))
    if drawn is not None and psa is not None:
        deliver_frame(psa, psa_frame(drawn))
    if drawn is not None and parameters is not None:
        deliver_frame(parameters, parameter_frame(drawn))
    deliver_text(output, json_text(result.model_dump()) if format == "json" else model_text(result))


def _files(model: str, scenarios: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The files of scenarios by name."""
    files = dict(scenarios)
    if len(files) < len(scenarios) or ITSELF in files:
        raise click.UsageError(f"--scenario: expected a name for each, and none {ITSELF!r}")
    if [model, *files.values()].count(STANDARD) > 1:
        raise click.UsageError("only one model can be read from standard input")
    return files


def _read(file: str) -> RunnableModel:
    source, name = opened(file)
    return read_model(source, name=name)


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
