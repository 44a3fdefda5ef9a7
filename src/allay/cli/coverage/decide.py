"""`allay coverage decide`: may it be delivered, may it be billed, at what price, and why."""

from __future__ import annotations

import datetime as dt

import click
import polars as pl

from allay.cli.frame import DAY, example, format_option, input_argument, output_option
from allay.cli.results import aligned, deliver_text, json_text, opened
from allay.coverage.cases.case import read_cases
from allay.coverage.cases.outcomes import load_tests, shipped_tests
from allay.coverage.decisions.engine import Engine
from allay.coverage.decisions.output import DecisionCard, LineCard, card
from allay.coverage.edits.loading import load_edits
from allay.coverage.edits.shipped import shipped_edits
from allay.coverage.edits.table import EditTable
from allay.coverage.fees.schedule import FeeSchedule, shipped_schedule
from allay.coverage.rules.rulebook import Rulebook


@click.command(
    epilog=example(
        "allay coverage decide cases.json -o decisions.json",
        "allay coverage decide cases.json --format table",
        "allay coverage decide cases.json --rules our-plans --fees cms-2026",
        "allay coverage decide cases.json --pairs ptp-f1.txt --pairs ptp-f2.txt --quarter 2026-10-01",
    )
)
@input_argument("cases")
@click.option("--pairs", multiple=True, metavar="FILE", help="Official pair edits of a quarter.")
@click.option("--unit-limits", multiple=True, metavar="FILE", help="Official unit limits of a quarter.")
@click.option("--add-ons", multiple=True, metavar="FILE", help="Official add-on codes of a quarter.")
@click.option("--quarter", type=DAY, help="First day of the quarter of these files.")
@format_option("json", "table")
@output_option()
@click.option(
    "--rules",
    multiple=True,
    metavar="DIR",
    help="Rules of your own plans and contracts, added to those that ship; parameters in DIR/facts.",
)
@click.option("--fees", metavar="DIR", help="A folder of CMS's own fee files, taken before what ships.")
@click.option("--improvement", metavar="FILE", help="What counts as documented improvement, instead of ours.")
def decide(
    *,
    cases: str,
    output: str | None,
    format: str,
    rules: tuple[str, ...],
    fees: str | None,
    improvement: str | None,
    pairs: tuple[str, ...],
    unit_limits: tuple[str, ...],
    add_ons: tuple[str, ...],
    quarter: dt.date | None,
) -> None:
    """Decide the visits in CASES, a JSON list (`allay coverage schema cases`).

    Each answer is yes, no, conditional or unknown, with every rule that was looked at, what is missing and
    what can be offered instead. Nothing is guessed: a missing fact makes an answer conditional and is listed.
    """
    source, name = opened(cases)
    asked = read_cases(source, name=name)
    engine = Engine(
        rulebook=Rulebook.load(*rules) if rules else Rulebook.shipped(),
        edits=_edits(pairs, unit_limits, add_ons, quarter),
        fees=FeeSchedule.load(fees) if fees else shipped_schedule(),
        tests=load_tests(improvement) if improvement else shipped_tests(),
    )
    decided = [card(one) for one in engine.decide_all(asked)]
    if format == "table":
        deliver_text(output, "\n\n".join(_text(one) for one in decided))
    else:
        deliver_text(output, json_text([one.model_dump() for one in decided]))


def _edits(
    pairs: tuple[str, ...], limits: tuple[str, ...], add_ons: tuple[str, ...], quarter: dt.date | None
) -> EditTable:
    """Return the official files of a quarter, and what ships for kinds of which there is no file."""
    if not (pairs or limits or add_ons):
        return shipped_edits()
    if quarter is None:
        raise click.UsageError("--pairs, --unit-limits and --add-ons need the --quarter they were issued for")
    own = load_edits(pairs, limits=limits, add_ons=add_ons, quarter=quarter, recorded_on=quarter)
    return own.filled_from(shipped_edits())


# Outcomes of reasons that stand in the way; the JSON has all reasons.
STOPS = ("fails", "missing", "unknown", "denied", "not_coded", "too_many_units", "base_missing")


def _row(line: LineCard) -> dict[str, str | int]:
    return {
        "code": line.code or line.service,
        "modifiers": " ".join(line.modifiers),
        "units": line.units,
        "bill": line.bill,
        "allowed": _dollars(line.allowed, line.bill),
        "share": _dollars(line.patient_share, line.bill),
    }


def _dollars(amount: float | None, bill: str) -> str:
    if amount is None:
        return "–" if bill == "no" else "unknown"
    return f"{amount:.2f}"


def _text(one: DecisionCard) -> str:
    """Return a decision to read: the answers, the lines, what stops it, what to ask, what to offer."""
    answers = f"{one.id}: deliver {one.deliver}, bill {one.bill} as {one.bill_as}"
    answers += f", authorization {one.prior_auth}"
    limits = "".join(f"\n  left: {limit.left} of {limit.limit}" for limit in one.remaining)
    parts = [answers + limits]
    if one.lines:
        parts.append(aligned(pl.DataFrame([_row(line) for line in one.lines])))
    stops = [reason for reason in one.reasons if reason.outcome in STOPS]
    parts += [f"  {reason.outcome}: {reason.text} ({reason.status})" for reason in stops]
    parts += [f"  ask: {question}" for question in one.questions.values()]
    parts += [f"  offer: {offer}" for offer in one.alternatives]
    parts.append(f"  as sure as its least sure reason: {one.confidence}")
    return "\n".join(parts)
