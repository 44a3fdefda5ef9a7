"""`allay evaluation did`: effects by cohort and period from a long panel."""

from __future__ import annotations

from typing import Any

import click
from pydantic import BaseModel

from allay.cli.frame import example, format_option, input_argument, output_option
from allay.evaluation.did.result import DidResult

SCHEMAS: dict[str, type[BaseModel]] = {"did-result": DidResult}


@click.command(
    "did",
    epilog=example(
        "allay evaluation did panel.csv --unit id --time year --cohort first --outcome cost -o did.json",
        "allay evaluation did panel.parquet --unit id --time month --cohort start --outcome visits "
        "--control notyet",
        "allay evaluation did panel.csv --unit id --time year --cohort first --outcome cost "
        "--method dr --covariates age,risk",
    ),
)
@input_argument("panel")
@click.option("--unit", required=True, metavar="COLUMN", help="Who is followed: a member, a practice.")
@click.option("--time", required=True, metavar="COLUMN", help="The period, as a whole number.")
@click.option(
    "--cohort", required=True, metavar="COLUMN", help="The first treated period of the unit, 0 for never."
)
@click.option("--outcome", required=True, metavar="COLUMN", help="What is measured.")
@click.option(
    "--control",
    type=click.Choice(["never", "notyet"]),
    default="never",
    show_default=True,
    help="Compare with units never treated, or not treated yet.",
)
@click.option(
    "--method",
    type=click.Choice(["dr", "reg", "ipw"]),
    default="dr",
    show_default=True,
    help="With covariates: doubly robust, regression, or weighting.",
)
@click.option(
    "--covariates", metavar="NAME,NAME,...", help="Columns that trends depend on; constant within a unit."
)
@click.option(
    "--base",
    type=click.Choice(["varying", "universal"]),
    default="varying",
    show_default=True,
    help="Before treatment, count changes from the period before, or from the last one before treatment.",
)
@click.option(
    "--anticipation",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="K",
    help="Periods before treatment in which its effect may begin.",
)
@click.option("--weights", metavar="COLUMN", help="Sampling weights; constant within a unit.")
@click.option("--cluster", metavar="COLUMN", help="Units of one cluster depend on each other.")
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Of intervals and bands.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of uniform bands.")
@format_option("json", "table")
@output_option()
def did(
    *,
    panel: str,
    unit: str,
    time: str,
    cohort: str,
    outcome: str,
    control: Any,
    method: Any,
    covariates: str | None,
    base: Any,
    anticipation: int,
    weights: str | None,
    cluster: str | None,
    level: float,
    seed: int,
    format: str,
    output: str | None,
) -> None:
    """Estimate what treatment changed, by cohort and period, from PANEL: a row for each unit and period.

    PANEL is CSV, or Parquet when its name ends in .parquet. The result has the effect of each cohort in each
    period (Callaway and Sant'Anna), what they add up to (simple, by cohort, by time since treatment, by
    period) with intervals and uniform bands, a test of the trends before treatment, the imputation estimator
    as a cross-check, and two-way fixed effects as a warning. Units that are not seen in every period are left
    out and counted.
    """
    # Imported late: the arithmetic takes longer to import than the commands beside this one need.
    import allay
    from allay.base.errors import InvalidValue
    from allay.cli.results import deliver_text, json_text, opened
    from allay.evaluation.did.analysis import did_result
    from allay.evaluation.did.panelfile import PanelColumns, read_panel, refused

    named = tuple(name.strip() for name in covariates.split(",")) if covariates else ()
    columns = PanelColumns(unit, time, cohort, outcome, named, weights, cluster)
    source, name = opened(panel)
    data = read_panel(source, columns, name=name)
    try:
        found = did_result(
            data,
            control=control,
            method=method,
            base=base,
            anticipation=anticipation,
            level=level,
            seed=seed,
            allay_version=allay.__version__,
        )
    except InvalidValue as wrong:
        raise refused(name, wrong) from None
    deliver_text(output, json_text(found.model_dump(mode="json")) if format == "json" else _text(found))


def _text(found: DidResult) -> str:
    import polars as pl

    from allay.cli.results import aligned

    def shown(rows: list[dict[str, Any]]) -> str:
        cells = [{k: f"{v:.4g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows]
        return aligned(pl.DataFrame(cells, infer_schema_length=None))

    overall = [
        {"effect": kind, **getattr(found, kind).model_dump(include={"att", "se", "low", "high"})}
        for kind in ("simple", "group", "dynamic", "calendar")
    ]
    parts = [f"{found.n:,} units, {len(found.periods)} periods", "", shown(overall)]
    parts += ["", "by time since treatment", shown([one.model_dump() for one in found.dynamic.by])]
    if found.pretest is not None:
        parts += ["", f"trends before treatment: p = {found.pretest.p:.4f} ({found.pretest.df} df)"]
    if found.cross_check is not None:
        parts.append(f"imputation instead: {found.cross_check.simple.att:.4g}")
    if found.twoway is not None:
        parts.append(f"two-way fixed effects: {found.twoway.att:.4g}. {found.twoway.warning}")
    return "\n".join([*parts, *(f"warning: {one}" for one in found.warnings)])
