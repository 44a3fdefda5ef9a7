"""Reading what commands of plans read: a problem, its plan, the plan before, a program's own names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from allay.base.errors import InvalidInput, NotFound, Problem
from allay.base.phrases import Phrase, read_phrases
from allay.base.tables import read_json
from allay.cli.results import STANDARD, opened
from allay.scheduling.appointments.appointments import Appointment, appointments_of
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.reading import read_plan, read_problem


def read_both(problem: str, plan: str) -> tuple[SchedulingProblem, Plan]:
    """Read a problem and a plan of it; one of them may be standard input."""
    if problem == plan == STANDARD:
        expected = "a file, as the problem is read from standard input"
        raise InvalidInput(Problem("allay scheduling", "-", "plan", expected, STANDARD))
    source, name = opened(problem)
    asked = read_problem(source, name=name)
    source, name = opened(plan)
    return asked, read_plan(source, asked, name=name)


def read_before(plan: str, problem: str | None, now: SchedulingProblem) -> tuple[Appointment, ...]:
    """Read the plan that patients know of, by the problem it was made for or else by the one of now.

    Raises
    ------
    InvalidInput
        A plan of another program, or with series that the problem does not have (any more).
    """
    if problem is not None:
        source, name = opened(problem)
        asked = read_problem(source, name=name)
        source, name = opened(plan)
        return appointments_of(asked, read_plan(source, asked, name=name))
    source, name = opened(plan)
    before = read_json(source, Plan, name=name)
    if before.problem != now.id:
        raise InvalidInput(
            Problem(name, "/problem", "problem", f"an earlier plan for {now.id!r}", repr(before.problem))
        )
    try:
        return appointments_of(now, before)
    except NotFound as missing:
        expected = "what the problem has (or its own problem, as --before-problem)"
        raise InvalidInput(Problem(name, "/", "document", expected, str(missing))) from None


def read_names(source: str | None) -> Mapping[str, Phrase]:
    """Read a program's own names of services, rooms and practitioners, each in English and Spanish."""
    return {} if source is None else read_phrases(Path(source))
