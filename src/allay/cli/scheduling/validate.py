"""`allay scheduling validate`: what is in a problem, and whether it holds together."""

from __future__ import annotations

from collections.abc import Iterator

import click
from pydantic import BaseModel

import allay
from allay.cli.frame import example, format_option, input_argument, no_if_invalid, output_option
from allay.cli.results import deliver_text, json_text, opened
from allay.scheduling.problem.reading import read_problem
from allay.scheduling.problem.summary import ProblemSummary, summary_of

SCHEMAS: dict[str, type[BaseModel]] = {"summary": ProblemSummary}


@click.command(
    "validate",
    epilog=example(
        "allay scheduling validate problem.json",
        "allay scheduling validate problem.json --format json -o summary.json",
    ),
)
@input_argument("problem")
@format_option("table", "json")
@output_option()
def validate(*, problem: str, format: str, output: str | None) -> None:
    """Say what is in PROBLEM and whether it holds together; if not, name everything wrong with its place.

    Contradictions are refused: ids of nobody, hours that cross, a series longer than its window, bookings
    while somebody is away. A week with more work than hours is none: `solve` says what it leaves out. Exit
    status 1 when the problem does not hold together, 2 when the file cannot be read.
    """
    source, name = opened(problem)
    with no_if_invalid():
        found = summary_of(read_problem(source, name=name), allay_version=allay.__version__)
        if format == "json":
            deliver_text(output, json_text(found.model_dump()))
        else:
            deliver_text(output, "\n".join(_lines(found)))


def _lines(found: ProblemSummary) -> Iterator[str]:
    made_up = " (synthetic)" if found.synthetic else ""
    yield f"{found.id}{made_up} holds together and can be solved; digest {found.digest[:12]}"
    yield f"{_number(found.weeks, 'week')} from {found.first_day}, {_number(found.open_days, 'open day')}"
    rooms = ", ".join(f"{count} {kind}" for kind, count in found.rooms.items()) or "none"
    staff, services = _number(found.practitioners, "practitioner"), _number(found.services, "service")
    yield f"{staff}, {services}, rooms: {rooms}"
    yield f"{_number(found.patients, 'patient')}, {found.group_patients} of them for a group"
    yield f"{_number(found.cohorts, 'cohort')}, {found.running_cohorts} of them running already"
    sessions = _number(found.sessions, "session")
    yield f"{found.series} series with {sessions}, {found.linked_series} of them of linked visits"
    yield f"{found.telehealth_series} series may be by telehealth"
    yield f"{_number(found.bookings, 'booking')}, {_number(found.same_day_rules, 'same-day rule')}"
    for rule, status in found.unverified_rules.items():
        yield f"same-day rule {rule} is not verified: {status}"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
