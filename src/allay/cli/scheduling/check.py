"""`allay scheduling check`: does a plan keep every rule of its problem, and what does it score?"""

from __future__ import annotations

from collections.abc import Iterator

import click
from pydantic import BaseModel

import allay
from allay.cli.frame import answer_no, example, format_option, input_argument, output_option
from allay.cli.results import deliver_text, json_text
from allay.cli.scheduling.planfiles import read_both
from allay.scheduling.checking.checker import check_plan
from allay.scheduling.checking.report import CheckReport, CheckResult
from allay.scheduling.checking.rules import RULES

SCHEMAS: dict[str, type[BaseModel]] = {"check": CheckResult}


@click.command(
    "check",
    epilog=example(
        "allay scheduling check problem.json plan.json",
        "allay scheduling check problem.json plan.json --format json -o report.json",
    ),
)
@input_argument("problem")
@input_argument("plan")
@format_option("table", "json")
@output_option()
def check(*, problem: str, plan: str, format: str, output: str | None) -> None:
    """Say whether PLAN keeps every rule of PROBLEM, and score it anew.

    The checker shares no code with what makes plans. Every violation is named with its rule, its place, and
    what was found against what is allowed. The exit status is 0 for a plan without violations, 1 for one
    with any, and 2 for a file that cannot be read or a plan of another problem.
    """
    report = check_plan(*read_both(problem, plan))
    if format == "json":
        result = CheckResult(allay_version=allay.__version__, **report.model_dump())
        deliver_text(output, json_text(result.model_dump()))
    else:
        deliver_text(output, "\n".join(_lines(report)))
    if not report.ok:
        answer_no()


def _lines(report: CheckReport) -> Iterator[str]:
    yield from map(str, report.violations)
    if report.broken:
        yield ""
        yield from (f"{times} x {rule}: {RULES[rule]}" for rule, times in report.broken.items())
        yield ""
    answer = "accepted" if report.ok else f"not accepted: {_number(len(report.violations), 'violation')}"
    yield f"{report.problem} by {report.method}: {answer}"
    yield "looked at " + ", ".join(
        f"{number} {name.replace('_', ' ')}" for name, number in report.checked.items()
    )
    score = report.score
    yield f"score {score.total}: " + ", ".join(
        f"{name.removesuffix('_points')} {points}"
        for name, points in score.model_dump().items()
        if name.endswith("_points")
    )
    yield f"{_number(score.trips, 'trip')}, {score.unserved} unserved, {_number(score.late, 'week')} late"
    for bound in report.bounds:
        ratio = f", ratio {score.total / bound.value:.3f}" if bound.value else ""
        proof = "proven" if bound.proven else "not proven to be the best"
        yield f"bound {bound.kind}: {bound.value} ({proof}){ratio}"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
