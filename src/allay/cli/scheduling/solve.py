"""`allay scheduling solve`: a plan for a problem, with the bounds that say how good it can be."""

from __future__ import annotations

import time
from collections.abc import Iterator

import click
import polars as pl

from allay.base.outputs import check_file
from allay.cli.frame import answer_no, example, format_option, input_argument, output_option
from allay.cli.results import STANDARD, aligned, deliver_text, json_text, opened
from allay.cli.scheduling.progress import progress_bar
from allay.cli.scheduling.searching import Limit, counted, search_options
from allay.scheduling.plan.plan import Bound, Plan
from allay.scheduling.problem.reading import read_problem

BOUNDS = {"given_template": "with these cohorts", "free": "with any cohorts"}


@click.command(
    "solve",
    epilog=example(
        "allay scheduling solve problem.json -o plan.json",
        "allay scheduling solve problem.json -o plan.json --format table",
        "allay scheduling solve problem.json -o plan.json --effort 3 --seed 2",
        "allay scheduling solve problem.json -o plan.json --seconds 60",
    ),
)
@input_argument("problem")
@click.option(
    "--seconds",
    type=Limit(0, 1_000_000, min_open=True),
    help="A limit by the clock: another run may then find another plan.",
)
@search_options
@format_option("json", "table")
@output_option()
def solve(
    *, problem: str, seconds: float | None, seed: int, effort: float, format: str, output: str | None
) -> None:
    """Plan PROBLEM: cohorts, then days and practitioners, then clock times and rooms, then repair.

    The plan states its score and two bounds: no plan with its cohorts, and no plan at all, scores less than
    these. With --format table a summary goes to standard output, and the plan to the file of -o if one is
    given. The same problem, options and seed give the same plan, unless --seconds limits the search. The exit
    status is 1 when something is not served; the plan is the best found then too, and lists it.
    """
    if output is not None and output != STANDARD:
        check_file(output)
    file, name = opened(problem)
    read = read_problem(file, name=name)
    # Imported late: who asks for help does not wait for OR-Tools.
    from allay.scheduling.solving.solve import solve as solve_problem

    clock = None if seconds is None else time.monotonic
    with progress_bar("planning") as told:
        plan = solve_problem(read, seed=seed, effort=effort, seconds=seconds, clock=clock, progress=told)
    if format == "json" or (output is not None and output != STANDARD):
        deliver_text(output, json_text(plan.model_dump(mode="json")))
    if format == "table":
        deliver_text(None, "\n".join(_lines(plan)))
    if plan.score.unserved:
        answer_no()


def _lines(plan: Plan) -> Iterator[str]:
    score = plan.score
    sessions, meetings = counted(len(plan.sessions), "session"), counted(len(plan.meetings), "meeting")
    yield f"{plan.problem}: {sessions} and {meetings} planned"
    yield ""
    counts = {"unserved": score.unserved, "late": score.late, "trip": score.trips}
    points = {
        key.removesuffix("_points"): value
        for key, value in score.model_dump().items()
        if key.endswith("_points")
    }
    rows = [
        {"score": name.replace("_", " "), "count": counts.get(name), "points": value}
        for name, value in points.items()
    ]
    rows.append({"score": "total", "count": None, "points": score.total})
    yield aligned(pl.DataFrame(rows, schema={"score": pl.String, "count": pl.Int64, "points": pl.Int64}))
    yield ""
    for bound in plan.bounds:
        yield _bound(bound, score.total)
    yield from (f"note: {note}" for note in plan.notes)


def _bound(bound: Bound, total: int) -> str:
    what = f"bound {BOUNDS[bound.kind]}: {bound.value}"
    if total == bound.value:
        return f"{what}, ratio 1.000: no plan {BOUNDS[bound.kind]} scores less, which is proven"
    ratio = f", ratio {total / bound.value:.3f}" if bound.value else ""
    solved = "a better plan may exist"
    if not bound.proven:
        solved += ", and a higher bound too, as the search for it ended at its limit"
    return f"{what}{ratio}: {solved}"
