"""`allay economics case`: what a business case comes to, and its report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import check_folder, write_folder, writing
from allay.cli.frame import example, input_argument
from allay.cli.results import STANDARD, aligned, csv_bytes, json_text, opened, pdf_or_note
from allay.economics.case.case import Case
from allay.economics.case.casefile import read_case
from allay.economics.effects.evaluated import EvaluatedEffects, read_effects
from allay.economics.result.audit import flat
from allay.economics.result.months import MonthsResult
from allay.economics.result.result import FEWEST_DRAWS, MOST_DRAWS, CaseResult, case_result

SCHEMAS: dict[str, type[BaseModel]] = {"case": Case, "case-result": CaseResult}
DRAWS = 2_000

_LEDGER = {
    "source": pl.String,
    "target": pl.String,
    "kind": pl.String,
    "service": pl.String,
    "real": pl.Boolean,
    "best": pl.Float64,
    "mean": pl.Float64,
}


@click.command(
    "case",
    epilog=example(
        "allay economics case my-program.yaml -o my-program",
        "allay economics case my-program.yaml",
        "allay economics case my-program.yaml --draws 10000 --seed 7 -o my-program --force",
        "allay economics case my-program.yaml --effects effects.csv -o my-program",
    ),
)
@input_argument("case")
@click.option(
    "--draws",
    type=click.IntRange(FEWEST_DRAWS, MOST_DRAWS),
    default=DRAWS,
    show_default=True,
    help="For intervals.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draws.")
@click.option(
    "--effects",
    metavar="FILE",
    help="Draws of relative risks from an evaluation, in place of the file that the case names.",
)
@click.option("-o", "--output", metavar="DIR", help="Folder to write; without it a summary is printed.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option(
    "--pdf/--no-pdf", default=True, show_default=True, help="Whether to write the report as PDF too."
)
def economics_case(
    *, case: str, draws: int, seed: int, effects: str | None, output: str | None, force: bool, pdf: bool
) -> None:
    """Work CASE out: when the program breaks even, for whom it is worth it, and how sure that is.

    CASE is a YAML file; `allay economics new` writes one from a preset, and `allay economics schema case`
    says what it may hold. DIR gets results.json, report.html and report.pdf, and as tables months.csv (cash
    by month), ledger.csv (who pays whom for what), assumptions.csv (every number with its source) and
    audit.csv (headline, formula, inputs, and what moves it).
    """
    if output == STANDARD:
        raise click.UsageError("-o takes a folder; without it a summary is printed")
    if case == effects == STANDARD:
        raise click.UsageError("standard input can be CASE or --effects, not both")
    if output is not None:
        check_folder(output, force=force)
    source, name = opened(case)
    folder = Path.cwd() if case == STANDARD else Path(case).parent
    found = read_case(source, name=name, folder=folder)
    evaluated = _evaluated(found, effects, name=name, folder=folder)
    with _saying(f"{draws:,} draws of {found.program.months} months"):
        result = case_result(
            found,
            draws=draws,
            seed=seed,
            allay_version=allay.__version__,
            evaluated=evaluated,
            evaluation="" if effects is None else Path(opened(effects)[1]).name,
        )
    if output is None:
        click.echo(_text(result))
        return
    # Imported late: templates and drawings are not needed to say what is wrong with a file.
    from allay.reports.case_page import case_html

    with _saying("writing the report"):
        page = case_html(result)
        document = pdf_or_note(page) if pdf else None
    files: dict[str, Callable[[BinaryIO], object]] = {
        "results.json": writing((json_text(result.model_dump(mode="json")) + "\n").encode()),
        "report.html": writing(page.encode()),
        "months.csv": writing(csv_bytes(_months(result.months))),
        "ledger.csv": writing(
            csv_bytes(
                pl.DataFrame([one.model_dump(mode="json") for one in result.ledger.rows], schema=_LEDGER)
            )
        ),
        "assumptions.csv": writing(
            csv_bytes(pl.DataFrame([one.model_dump(mode="json") for one in result.assumptions.assumptions]))
        ),
        "audit.csv": writing(csv_bytes(pl.DataFrame(list(flat(result.audit)), infer_schema_length=None))),
    }
    if document is not None:
        files["report.pdf"] = writing(document)
    write_folder(output, files, force=force, gone=() if document is not None else ("report.pdf",))


def _saying(what: str) -> AbstractContextManager[object]:
    """Say on a terminal what is being done; elsewhere say nothing."""
    from rich.console import Console

    return Console(stderr=True).status(what) if sys.stderr.isatty() else nullcontext()


def _evaluated(case: Case, given: str | None, *, name: str, folder: Path) -> EvaluatedEffects | None:
    """Read the draws of an evaluation, and see that they go with the events of the case."""
    named = case.effects.evaluation
    if given is None and named is None:
        return None
    source, file = opened(given if given is not None else str(folder / (named.file if named else "")))
    found = read_effects(source, name=file)
    if problems := [*_unlike(case, found, name=name, file=file)]:
        raise InvalidInput(problems)
    return found


def _unlike(case: Case, found: EvaluatedEffects, *, name: str, file: str) -> Iterator[Problem]:
    events = case.effects.events
    if not any(one.event in found.ratios for one in events):
        expected = f"an event of the case: {', '.join(one.event for one in events) or 'there is none'}"
        yield Problem(file, "1", "event", expected, ", ".join(found.ratios))
    for place, one in enumerate(events):
        pointer = f"/effects/events/{place}"
        if one.event not in found.ratios:
            if not one.knots:
                expected = f"an evaluation that has {one.event}, or knots of relative risk"
                yield Problem(name, "-", pointer, expected, ", ".join(found.ratios))
        elif (last := found.months[one.event][-1]) >= one.ends:
            expected = f"an end of the effect after month {last:g}, the last of the evaluation"
            yield Problem(name, "-", f"{pointer}/ends", expected, f"month {one.ends:g}")


def _months(months: MonthsResult) -> pl.DataFrame:
    columns: dict[str, object] = {"month": range(len(months.cash.best))}
    for name in ("cash", "operating", "cumulative", "bank", "referred", "started", "waiting"):
        band = getattr(months, name)
        columns |= {
            f"{name}_{part}": getattr(band, part) for part in ("best", "mean", "median", "low", "high")
        }
    columns |= {f"best_{kind}": amounts for kind, amounts in months.program.items()}
    return pl.DataFrame({name: list(values) for name, values in columns.items()})  # type: ignore[call-overload]


def _text(result: CaseResult) -> str:
    head = result.headlines
    worth = head.net_present_value.draws
    lines = [
        f"{result.case.title}; what it rests on is {result.status.value} at its weakest",
        f"{result.draws:,} draws, seed {result.seed}; US dollars of {result.case.currency_year}",
        "",
        f"operating break-even   {_month(head.operating_break_even.best)}, in "
        f"{head.operating_break_even.draws.reached:.0%} of draws within {result.case.months} months",
        f"cumulative break-even  {_month(head.cumulative_break_even.best)}, in "
        f"{head.cumulative_break_even.draws.reached:.0%} of draws",
        f"peak funding           {_usd(head.peak_funding.best)} "
        f"({_usd(head.peak_funding.draws.low)} to {_usd(head.peak_funding.draws.high)})",
        f"net present value      {_usd(head.net_present_value.best)} "
        f"({_usd(worth.low)} to {_usd(worth.high)}), above zero in {head.gain_chance:.0%} of draws",
    ]
    for one in result.bundles:
        spread = one.break_even.draws
        price = "any price" if one.any_price else _usd(one.break_even.best)
        interval = "" if spread.low is None else f" ({_usd(spread.low)} to {_usd(spread.high)})"
        lines.append(
            f"break-even price       {'+'.join(one.contracts)}: {price}{interval}; the case has "
            f"{_usd(one.price.best)}, enough in {one.enough_chance:.0%} of draws"
        )
    rows = [
        {
            "stakeholder": one.stakeholder,
            "net present value": _usd(one.net_present_value.mean),
            "95% interval": f"{_usd(one.net_present_value.low)} to {_usd(one.net_present_value.high)}",
            "return": None if one.ratio is None else f"{one.ratio:+.0%}",
            "gains in": f"{one.gain_chance:.0%}",
        }
        for one in result.stakeholders
    ]
    return "\n".join([*lines, "", aligned(pl.DataFrame(rows, infer_schema_length=None))])


def _usd(amount: float | None) -> str:
    return "none" if amount is None else f"{'-' if amount < 0 else ''}${abs(amount):,.0f}"


def _month(month: int | None) -> str:
    return "not within the horizon" if month is None else f"month {month}"
