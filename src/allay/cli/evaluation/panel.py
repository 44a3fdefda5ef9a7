"""`allay evaluation panel`: the member-month panel of claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import click
from pydantic import BaseModel

from allay.base.outputs import check_folder
from allay.cli.evaluation.check import decide_option, decisions_of
from allay.cli.frame import DAY, example, folder_name
from allay.evaluation.panel.result import PanelRecord
from allay.evaluation.panel.spec import PanelSpec

SCHEMAS: dict[str, type[BaseModel]] = {"panel-spec": PanelSpec, "panel-record": PanelRecord}
ENGINES = ("duckdb", "reference", "spark", "portable")


@click.command(
    "panel",
    epilog=example(
        "allay evaluation panel claims -o panel",
        "allay evaluation panel claims -o panel --spec spec.yaml --memory 8GB",
        "allay evaluation panel claims -o panel --engine spark",
    ),
)
@click.argument("claims", metavar="CLAIMS_DIR")
@click.option("-o", "--output", metavar="DIR", required=True, callback=folder_name, help="Folder to write.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="What carries it out; all give the same panel.",
)
@click.option("--memory", default="12GB", show_default=True, help="What the engine may take.")
@click.option("--threads", type=click.IntRange(1, 256), default=2, show_default=True)
@click.option("--spec", metavar="FILE", help="Window, costs, value sets, run-out (YAML).")
@click.option(
    "--check/--no-check",
    default=True,
    show_default=True,
    help="Whether to check the claims first; without it only cells that cannot be read are refused.",
)
@decide_option()
@click.option("--extract-end", type=DAY, help="Last day of the extract; enrollment ends with it.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
def panel(
    *,
    claims: str,
    output: str,
    engine: str,
    memory: str,
    threads: int,
    spec: str | None,
    check: bool,
    decisions: Sequence[str],
    extract_end: dt.date | None,
    force: bool,
) -> None:
    """Count what each member used and cost in each month of coverage, from the claims in CLAIMS_DIR.

    The claims are checked as by `allay evaluation check`: nothing is computed from what is refused, and rows
    to drop are left out. DIR gets panel.parquet (a row for each member and month, sorted) and panel.json
    (findings, value sets in their versions, decisions, counts, run-out). `allay evaluation schema panel-spec`
    says what FILE may hold.
    """
    from allay.evaluation.panel import build_panel
    from allay.evaluation.panel.spec import read_spec

    if decisions and not check:
        raise click.UsageError("--decide is about what a check finds; leave out --no-check")
    check_folder(output, force=force)
    made = build_panel(
        claims,
        engine=engine,  # type: ignore[arg-type]  # click has checked it
        memory=memory,
        threads=threads,
        spec=None if spec is None else read_spec(spec),
        decisions=decisions_of(decisions) if check else None,
        extract_end=extract_end,
        output=output,
        force=force,
    )
    for line in summary(made.record):
        click.echo(line)


def summary(record: PanelRecord) -> list[str]:
    """Say what a panel came to."""
    counts = record.counts
    lines = [
        f"{counts['member_months']:,} member-months of {counts['members']:,} members, "
        f"{record.first_month:%Y-%m} to {record.last_month:%Y-%m}"
    ]
    for one in record.claims_findings or ():
        done = "dropped" if one.decision == "drop" else "kept"
        lines.append(f"claims: {one.id} in {one.table}.{one.column}, rows: {one.count:,}; {done}")
    for kind in ("medical", "pharmacy"):
        lines.append(
            f"{kind}: {counts[f'{kind}_rows']:,} rows; {counts[f'{kind}_duplicates']:,} repeated, "
            f"{counts[f'{kind}_lines_reversed']:,} lines reversed, {counts[f'{kind}_lines_live']:,} live; "
            f"{counts[f'{kind}_rows_outside_enrollment']:,} rows outside enrollment "
            f"(${counts[f'{kind}_cents_outside_enrollment'] / 100:,.2f}), "
            f"{counts[f'{kind}_rows_outside_window']:,} outside the months"
        )
    if record.left_out_from is not None:
        lines.append(f"left out as too young: months from {record.left_out_from:%Y-%m}")
    if record.incomplete_months:
        lines.append(f"too young to be complete: months from {record.incomplete_months[0]:%Y-%m}")
    weak = sorted({status for _, status in (text.split() for text in record.value_sets.values())})
    lines.append(f"value sets: {', '.join(weak).replace('(', '').replace(')', '')}; see panel.json")
    return lines
