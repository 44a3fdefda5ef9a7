"""`allay measures cat`, `eap` and `raw-table`: item banks of the graded response model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, get_args

import click
from click.core import ParameterSource

import allay
from allay.base.errors import InvalidInput, Problem
from allay.cli.frame import OnInvalid, example, format_option, input_argument, invalid_option, output_option
from allay.cli.results import STANDARD, deliver_frame, deliver_text, json_text, opened
from allay.measures.irt.agreement import summarize
from allay.measures.irt.answerfile import BankAnswers, read_bank_answers
from allay.measures.irt.bank import ItemBank
from allay.measures.irt.bankfile import read_bank
from allay.measures.irt.eap import eap_scores
from allay.measures.irt.frames import scores_frame, table_frame, trace_frame
from allay.measures.irt.quadrature import Quadrature
from allay.measures.irt.rules import AdaptiveRules, Healthiest, Selection
from allay.measures.irt.settings import adaptive_rules, named_settings, quadrature
from allay.measures.irt.simulation import simulate
from allay.measures.irt.sums import sum_table

_GRID = {
    "grid_min": ("minimum", "First point of theta."),
    "grid_max": ("maximum", "Last point of theta."),
    "grid_step": ("step", "Distance between two points."),
    "prior_mean": ("prior_mean", "Mean of the normal prior."),
    "prior_sd": ("prior_sd", "Standard deviation of the normal prior."),
}
_RULES = ("selection", "min_items", "max_items", "se_stop", "se_change", "healthiest")
Decorated = Callable[..., None]


def _grid_options(function: Decorated) -> Decorated:
    for option, (_, words) in reversed(_GRID.items()):
        function = click.option("--" + option.replace("_", "-"), type=float, help=words)(function)
    return function


_invalid_option = invalid_option(
    "What to do with an impossible answer: refuse the file, or take it for missing and say how many."
)


def _named(kind: str) -> click.Choice[str]:
    return click.Choice([each.id for each in named_settings() if each.kind == kind])


def _say_status(name: str, *, option: str) -> None:
    """A setting that was asked for by name and is not verified says so; a default has its own document."""
    setting = next(each for each in named_settings() if each.id == name)
    named = click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE
    if named and not setting.status.certain:
        click.echo(f"allay: {name} is {setting.status}: {setting.source}", err=True)


def _chosen(base: Quadrature, options: dict[str, Any]) -> Quadrature:
    """A grid with what was given on the command line put in; takes those options out."""
    given = {field: options.pop(option) for option, (field, _) in _GRID.items()}
    return replace(base, **{field: value for field, value in given.items() if value is not None})


def _read(bank: str, answers: str, on_invalid: OnInvalid) -> tuple[ItemBank, BankAnswers]:
    if bank == answers == STANDARD:
        expected = "a file, as the bank is read from standard input"
        raise InvalidInput(Problem("allay measures", "-", "ANSWERS", expected, STANDARD))
    items = _read_bank(bank)
    source, name = opened(answers)
    found = read_bank_answers(source, items, on_invalid=on_invalid, name=name)
    if found.flagged:
        click.echo(f"allay: {found.flagged} impossible answers taken for missing", err=True)
    return items, found


def _read_bank(bank: str) -> ItemBank:
    source, name = opened(bank)
    return read_bank(source, name=name)


@click.command(
    "cat",
    epilog=example(
        "allay measures cat bank.csv answers.csv -o trace.csv",
        "allay measures cat bank.csv answers.csv --rules promis-adult-recommended --summary saved.json",
        "allay measures cat bank.csv answers.csv --selection mfi --min-items 3 --max-items 6 --se-stop 0.35",
    ),
)
@input_argument("bank")
@input_argument("answers")
@click.option(
    "--rules",
    type=_named("test"),
    default="promis-adult",
    show_default=True,
    help="Where to start from; the options below replace single rules.",
)
@click.option(
    "--selection",
    type=click.Choice(get_args(Selection)),
    help="Next item: largest information over the posterior (mpwi), or at the present theta (mfi).",
)
@_grid_options
@click.option("--min-items", type=int, help="No end before this many answers, but for the screen.")
@click.option("--max-items", type=int, help="The end after this many answers.")
@click.option("--se-stop", type=float, help="The end when the standard error is below this (theta units).")
@click.option("--se-change", type=float, help="The end when an answer changes the standard error by less.")
@click.option("--screen", is_flag=True, help="The end after the first answer when it is the healthiest.")
@click.option(
    "--healthiest",
    type=click.Choice(get_args(Healthiest)),
    help="Which answer that is: lowest for symptoms (the default), highest for function.",
)
@_invalid_option
@click.option("--summary", metavar="FILE", help="Write items used and agreement with the whole bank as JSON.")
@format_option("csv", "json", "table")
@output_option()
def cat(
    *,
    bank: str,
    answers: str,
    rules: str,
    screen: bool,
    on_invalid: OnInvalid,
    summary: str | None,
    format: str,
    output: str | None,
    **options: Any,
) -> None:
    """Give the adaptive test of a BANK to everybody whose ANSWERS to it are known.

    BANK has the columns item, a, b1 to bk (graded response model, logistic, D = 1); ANSWERS has respondent
    and a column for each item (1 to k + 1, blank for missing). An item without an answer is passed over for
    the next best. The result has one row per answer; why the test ended stands on the last.
    """
    _say_status(rules, option="rules")
    chosen = _chosen_rules(adaptive_rules(rules), screen=screen, options=options)
    items, given = _read(bank, answers, on_invalid)
    found = simulate(items, given.answers, rules=chosen)
    if summary is not None:
        scores = eap_scores(items, given.answers, quadrature=chosen.quadrature)
        numbers = asdict(summarize(found, bank_scores=scores))
        deliver_text(
            summary, json_text({"allay_version": allay.__version__, "rules": asdict(chosen), **numbers})
        )
    deliver_frame(output, trace_frame(found, respondents=given.respondents), form=format)


def _chosen_rules(base: AdaptiveRules, *, screen: bool, options: dict[str, Any]) -> AdaptiveRules:
    grid = _chosen(base.quadrature, options)
    given = {name: options[name] for name in _RULES if options[name] is not None}
    return replace(base, quadrature=grid, screen=screen or base.screen, **given)


@click.command("eap", epilog=example("allay measures eap bank.csv answers.csv -o scores.csv"))
@input_argument("bank")
@input_argument("answers")
@click.option(
    "--grid",
    type=_named("grid"),
    default="promis-pattern",
    show_default=True,
    help="Where to start from; the options below replace single numbers.",
)
@_grid_options
@_invalid_option
@format_option("csv", "json", "table")
@output_option()
def eap(
    *,
    bank: str,
    answers: str,
    grid: str,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
    **options: Any,
) -> None:
    """Score ANSWERS to a BANK by pattern: posterior mean and standard deviation of all answered items.

    BANK and ANSWERS are as for `allay measures cat`. Missing items are skipped; who answered nothing gets no
    score.
    """
    _say_status(grid, option="grid")
    points = _chosen(quadrature(grid), options)
    items, given = _read(bank, answers, on_invalid)
    scores = eap_scores(items, given.answers, quadrature=points)
    deliver_frame(output, scores_frame(scores, respondents=given.respondents), form=format)


@click.command(
    "raw-table",
    epilog=example(
        "allay measures raw-table bank.csv -o table.csv",
        "allay measures raw-table bank.csv --items EDDEP04,EDDEP06 --grid promis-short-form-table",
    ),
)
@input_argument("bank")
@click.option("--items", metavar="ID,ID,...", help="Items of a short form instead of the whole bank.")
@click.option(
    "--grid",
    type=_named("grid"),
    default="raw-table",
    show_default=True,
    help="Where to start from; the options below replace single numbers.",
)
@_grid_options
@format_option("csv", "json", "table")
@output_option()
def raw_table(
    *, bank: str, items: str | None, grid: str, format: str, output: str | None, **options: Any
) -> None:
    """Make the table from the raw sum of a BANK to theta and T, each with its standard error.

    The sum is of answers 1 to k + 1, all of them given.
    """
    _say_status(grid, option="grid")
    points = _chosen(quadrature(grid), options)
    found = _read_bank(bank)
    if items is not None:
        found = found.select([item.strip() for item in items.split(",")])
    deliver_frame(output, table_frame(sum_table(found, quadrature=points)), form=format)
