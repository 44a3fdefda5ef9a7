"""`allay scheduling rules`: what payers do not pay on one day, and what linked visits need, by coverage."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

import click
from pydantic import BaseModel

from allay.base.errors import InvalidInput, Problem
from allay.cli.frame import DAY, answer_no, example, input_argument, output_option
from allay.cli.results import STANDARD, deliver_text, json_text, opened
from allay.scheduling.problem.reading import read_plan, read_problem
from allay.scheduling.rules.findings import Policy, RulesResult
from allay.scheduling.rules.payers import Payers, read_payers

if TYPE_CHECKING:
    from allay.coverage.decisions.engine import Engine

SCHEMAS: dict[str, type[BaseModel]] = {"payers": Payers, "rules": RulesResult}


@click.command(
    "rules",
    epilog=example(
        "allay scheduling rules problem.json payers.yaml -o ruled.json",
        "allay scheduling rules problem.json payers.yaml -o ruled.json --policy price --findings why.json",
        "allay scheduling rules problem.json payers.yaml -o ruled.json --rules our-plans --fees cms-2026",
        "allay scheduling rules ruled.json payers.yaml --plan plan.json -o same.json",
    ),
)
@input_argument("problem")
@input_argument("payers")
@click.option(
    "--policy",
    type=click.Choice(["forbid", "price"]),
    default="forbid",
    show_default=True,
    help="A pair of which one is not billable is never planned, or planned at its loss.",
)
@click.option(
    "--plan", metavar="FILE", help="Say of each linked session of this plan whether it is billable."
)
@click.option("--findings", metavar="FILE", help="Write every answer with its reasons here, as JSON.")
@click.option("--rules", multiple=True, metavar="DIR", help="Rules of your own plans, beside ours.")
@click.option("--fees", metavar="DIR", help="A folder of CMS's own fee files, taken before what ships.")
@click.option("--pairs", multiple=True, metavar="FILE", help="Official pair edits of a quarter.")
@click.option("--quarter", type=DAY, help="First day of the quarter these pairs were issued for.")
@output_option()
def rules(
    *,
    problem: str,
    payers: str,
    policy: Policy,
    plan: str | None,
    findings: str | None,
    rules: tuple[str, ...],
    fees: str | None,
    pairs: tuple[str, ...],
    quarter: dt.date | None,
    output: str | None,
) -> None:
    """Write PROBLEM with the same-day rules and linked visits that coverage decides, and say why.

    PAYERS is a YAML file (`allay scheduling schema payers`): for each payer its plan, state and setting, and
    what each service of the problem is for coverage. Each pair of services that a patient may have on one day
    is decided alone and together. Rules written by hand stay. Where coverage says unknown no rule is made,
    and what is missing is listed. With --plan the exit status is 1 if a linked session is not billable.
    """
    # Imported late: the engine of coverage takes longer to import than all other verbs.
    from allay.scheduling.rules.dayrules import with_rules
    from allay.scheduling.rules.linked import linked_statuses
    from allay.scheduling.rules.presence import presence_findings, with_linked
    from allay.scheduling.rules.report import lines_of
    from allay.scheduling.rules.sameday import same_day_rules

    if problem == payers == STANDARD:
        expected = "a file, as the problem is read from standard input"
        raise InvalidInput(Problem("allay scheduling", STANDARD, "payers", expected, STANDARD))
    source, name = opened(problem)
    asked = read_problem(source, name=name)
    source, name = opened(payers)
    told = read_payers(source, asked, name=name)
    made = None if plan is None else read_plan(opened(plan)[0], asked, name=opened(plan)[1])
    engine = _engine(rules, fees, pairs, quarter)
    same_day = same_day_rules(asked, told, policy=policy, engine=engine)
    presence = presence_findings(asked, told, engine=engine)
    sessions = () if made is None else linked_statuses(asked, made, told, engine=engine)
    result = RulesResult(same_day=same_day, presence=presence, linked=sessions)
    if findings is not None:
        deliver_text(findings, json_text(result.model_dump()))
    deliver_text(output, with_linked(with_rules(asked, same_day), presence).model_dump_json(indent=1))
    # The problem has standard output where it goes to no file; what was found is then said beside it.
    click.echo("\n".join(lines_of(result)), file=sys.stderr if output in (None, STANDARD) else sys.stdout)
    if result.refused:
        answer_no()


def _engine(
    rules: tuple[str, ...], fees: str | None, pairs: tuple[str, ...], quarter: dt.date | None
) -> Engine:
    from allay.coverage.decisions.engine import Engine
    from allay.coverage.edits.loading import load_edits
    from allay.coverage.edits.shipped import shipped_edits
    from allay.coverage.fees.schedule import FeeSchedule, shipped_schedule
    from allay.coverage.rules.rulebook import Rulebook

    edits = shipped_edits()
    if pairs:
        if quarter is None:
            raise click.UsageError("--pairs needs the --quarter it was issued for")
        edits = load_edits(pairs, quarter=quarter, recorded_on=quarter).filled_from(edits)
    return Engine(
        rulebook=Rulebook.load(*rules) if rules else Rulebook.shipped(),
        fees=FeeSchedule.load(fees) if fees else shipped_schedule(),
        edits=edits,
    )
