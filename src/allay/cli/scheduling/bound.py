"""`allay scheduling bound`: the total below which no plan can be, and how near to it a plan is."""

from __future__ import annotations

import click
from pydantic import BaseModel, Field

import allay
from allay.base.documents import Strict
from allay.cli.frame import example, input_argument, output_option
from allay.cli.results import deliver_text, json_text, opened
from allay.cli.scheduling.planfiles import read_both
from allay.cli.scheduling.progress import progress_bar
from allay.cli.scheduling.searching import search_options
from allay.scheduling.plan.plan import Bound, Points
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.reading import read_problem


class BoundOfPlan(Strict):
    """A bound beside a plan: `ratio` is the plan's total by the bound's value; none where that is 0."""

    kind: str
    value: Points
    proven: bool
    ratio: float | None = Field(default=None, description="The plan's total by the value of the bound.")


class BoundResult(Strict):
    """What `bound` writes: the bounds of a problem, and with a plan its total and ratios."""

    allay_version: str
    problem: str
    problem_digest: str
    synthetic: bool
    seed: int
    effort: float
    total: Points | None = None
    bounds: tuple[BoundOfPlan, ...]


SCHEMAS: dict[str, type[BaseModel]] = {"bound": BoundResult}


@click.command(
    "bound",
    epilog=example(
        "allay scheduling bound problem.json",
        "allay scheduling bound problem.json plan.json -o bound.json",
        "allay scheduling bound problem.json --effort 3",
    ),
)
@input_argument("problem")
@click.argument("plan", metavar="[PLAN]", required=False)
@search_options
@output_option()
def bound(*, problem: str, plan: str | None, seed: int, effort: float, output: str | None) -> None:
    """Bound the total of every plan for PROBLEM from below.

    The bound `free` holds for every plan there is. With PLAN the result also has the bound `given_template`,
    for all plans with that plan's cohorts, and how the plan's total compares. `proven` says that the
    relaxed model was solved to the end; a bound that is not proven holds as well, but a higher one may exist.
    """
    read, made = (_problem(problem), None) if plan is None else read_both(problem, plan)
    # Imported late: who asks for help does not wait for OR-Tools.
    from allay.scheduling.solving.freebound.freebound import bound_free

    with progress_bar("bounding") as told:
        found = [bound_free(read, seed=seed, effort=effort, progress=told)]
        if made is not None:
            from allay.scheduling.solving.bounds.bounds import bound_given

            found.append(bound_given(read, made.template, seed=seed, effort=effort, progress=told))
    total = None if made is None else made.score.total
    result = BoundResult(
        allay_version=allay.__version__,
        problem=read.id,
        problem_digest=read.digest(),
        synthetic=read.synthetic,
        seed=seed,
        effort=effort,
        total=total,
        bounds=tuple(_beside(each, total) for each in found),
    )
    deliver_text(output, json_text(result.model_dump(exclude_none=total is None)))


def _problem(source: str) -> SchedulingProblem:
    file, name = opened(source)
    return read_problem(file, name=name)


def _beside(bound: Bound, total: int | None) -> BoundOfPlan:
    ratio = None if total is None or not bound.value else round(total / bound.value, 4)
    return BoundOfPlan(kind=bound.kind, value=bound.value, proven=bound.proven, ratio=ratio)
