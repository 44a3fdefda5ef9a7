"""`allay scheduling explain`: why something is not served or takes a second trip, and what would fix it."""

from __future__ import annotations

import click
from pydantic import BaseModel

import allay
from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import deliver_text, json_text
from allay.cli.scheduling.planfiles import read_both
from allay.cli.scheduling.progress import progress_bar
from allay.cli.scheduling.searching import SEED
from allay.scheduling.explaining.explain import explain_plan
from allay.scheduling.explaining.result import Explanation
from allay.scheduling.explaining.telling import lines_of
from allay.scheduling.problem.problem import SchedulingProblem

SCHEMAS: dict[str, type[BaseModel]] = {"explanation": Explanation}


@click.command(
    "explain",
    epilog=example(
        "allay scheduling explain problem.json plan.json",
        "allay scheduling explain problem.json plan.json --patient p017 --format json -o why.json",
        "allay scheduling explain problem.json plan.json --week 1 --no-trips",
        "allay scheduling explain problem.json plan.json --weigh 3 --again",
    ),
)
@input_argument("problem")
@input_argument("plan")
@click.option(
    "--patient", "patients", multiple=True, metavar="ID", help="Only this patient; may be repeated."
)
@click.option("--week", "weeks", multiple=True, type=click.IntRange(1), help="Only this week, from 1.")
@click.option("--trips/--no-trips", default=True, show_default=True, help="Second trips, too.")
@click.option(
    "--weigh",
    type=click.IntRange(0, 50),
    default=0,
    show_default=True,
    help="Solve the relaxed week anew with this many changes, those that help most (needs OR-Tools).",
)
@click.option("--again", is_flag=True, help="Plan weeks anew with everybody free to move (needs OR-Tools).")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of --weigh and --again.")
@format_option("table", "json")
@output_option()
def explain(
    *,
    problem: str,
    plan: str,
    patients: tuple[str, ...],
    weeks: tuple[int, ...],
    trips: bool,
    weigh: int,
    again: bool,
    seed: int,
    format: str,
    output: str | None,
) -> None:
    """Say why PLAN leaves sessions unserved or makes patients come twice, and what would fix it.

    Each unserved session, group place and absence of PLAN, and each week in which a patient has more than one
    trip, gets its causes: what, taken away alone or together with others, would have let it be with everybody
    else's sessions where they are. Beside each stands what is known of moving everybody else. A fix is named
    only when the change was made and seen to help. With --weigh the changes that help most are weighed again
    with everybody free to move, by the bound of their week; with --again weeks are planned anew to see
    whether moving others puts something right. The exit status is 0 once it is explained.
    """
    asked, made = read_both(problem, plan)
    _known(asked, patients, weeks, problem)
    try:
        with progress_bar("explaining") as told:
            found = explain_plan(
                asked,
                made,
                allay_version=allay.__version__,
                patients=patients or None,
                weeks=tuple(week - 1 for week in weeks) or None,
                trips=trips,
                weigh=weigh,
                again=again,
                seed=seed,
                progress=told,
            )
    except InvalidValue as wrong:
        raise InvalidInput(Problem(plan, "-", "plan", wrong.expected, wrong.found)) from None
    text = json_text(found.model_dump(mode="json")) if format == "json" else "\n".join(lines_of(found))
    deliver_text(output, text)


def _known(problem: SchedulingProblem, patients: tuple[str, ...], weeks: tuple[int, ...], name: str) -> None:
    names = [patient.id for patient in problem.patients]
    for patient in patients:
        if patient not in names:
            raise NotFound.among("patient", patient, known=names)
    beyond = [week for week in weeks if week > problem.opening.weeks]
    if beyond:
        expected = f"a week from 1 to {problem.opening.weeks}"
        raise InvalidInput(Problem(name, "-", "--week", expected, str(beyond[0])))
