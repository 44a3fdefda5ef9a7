"""`allay scheduling replan`: a plan anew after sickness, with as few patients to call as possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from allay.base.documents import read_json
from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import check_file
from allay.cli.frame import answer_no, example, format_option, input_argument, output_option
from allay.cli.results import STANDARD, deliver_text, json_text, opened
from allay.cli.scheduling.progress import progress_bar
from allay.cli.scheduling.searching import counted, search_options
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.reading import read_problem

if TYPE_CHECKING:
    from allay.scheduling.solving.replanning.replan import Replan


@click.command(
    "replan",
    epilog=example(
        "allay scheduling replan now.json plan.json -o replanned.json --changes calls.csv",
        "allay scheduling replan now.json plan.json -o replanned.json --from 2027-01-06",
        "allay scheduling replan now.json plan.json -o replanned.json --format table",
    ),
)
@input_argument("problem_now")
@input_argument("plan_before")
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day that may change; days before it stay as they were.  [default: all may]",
)
@click.option("--changes", metavar="FILE", help="Write who has to be called of what here, as CSV.")
@search_options
@format_option("json", "table")
@output_option()
def replan(
    *,
    problem_now: str,
    plan_before: str,
    since: dt.datetime | None,
    changes: str | None,
    seed: int,
    effort: float,
    format: str,
    output: str | None,
) -> None:
    """Plan PROBLEM_NOW anew from PLAN_BEFORE, a plan of the problem as it was.

    What is possible as it was stays. As few as possible are unserved, then as few patients as possible have
    to be called, then the score is low. A patient is called when a session or meeting gets another day, time,
    mode or practitioner, is dropped or added. Another room alone is shown on the day, another lead of a group
    when it meets: the file of --changes lists these too, with "no" under call. It is in calling order.

    Who is sick is away in the problem; a patient or series that is gone is left out of it. Notes in the plan
    say how many sessions could not stay, how many patients are to be called and whether fewer are possible.
    With --format table these go to standard output, and the plan to the file of -o if one is given. The exit
    status is 1 when something is not served.
    """
    for file in (output, changes):
        if file is not None and file != STANDARD:
            check_file(file)
    _refuse_same(problem_now, plan_before, output, changes, format)
    source, name = opened(problem_now)
    problem = read_problem(source, name=name)
    source, name = opened(plan_before)
    before = read_json(source, Plan, name=name)
    # Imported late: who asks for help does not wait for OR-Tools.
    from allay.scheduling.solving.replanning.changes import changes_csv
    from allay.scheduling.solving.replanning.replan import replan as replan_problem

    day = None if since is None else since.date()
    with progress_bar("planning anew") as told:
        found = replan_problem(problem, before, since=day, seed=seed, effort=effort, name=name, progress=told)
    if changes is not None:
        deliver_text(changes, changes_csv(found.changes))
    if format == "json" or (output is not None and output != STANDARD):
        deliver_text(output, json_text(found.plan.model_dump(mode="json")))
    if format == "table":
        deliver_text(None, "\n".join(_lines(found)))
    if found.plan.score.unserved:
        answer_no()


def _refuse_same(problem: str, before: str, output: str | None, changes: str | None, format: str) -> None:
    if problem == before == STANDARD:
        expected = "a file, as the problem is read from standard input"
        raise InvalidInput(Problem("allay scheduling", "-", "plan_before", expected, STANDARD))
    plan = output or STANDARD
    if changes is not None and (changes == plan or (changes == STANDARD and format == "table")):
        raise click.UsageError("--changes and -o write to the same place")


def _lines(found: Replan) -> Iterator[str]:
    plan = found.plan
    sessions, meetings = counted(len(plan.sessions), "session"), counted(len(plan.meetings), "meeting")
    yield f"{plan.problem}: {sessions} and {meetings} planned"
    yield f"unserved: {plan.score.unserved}; score: {plan.score.total}"
    yield from plan.notes
    if found.notified:
        yield f"to call, in this order: {', '.join(found.notified)}"
