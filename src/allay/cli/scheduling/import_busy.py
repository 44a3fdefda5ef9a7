"""`allay scheduling import-busy`: busy times of other calendars into a problem."""

from __future__ import annotations

import io

import click

from allay.base.errors import InvalidInput, Problem
from allay.base.sources import read_bytes
from allay.base.trees import pointer_to
from allay.cli.frame import example, input_argument, output_option
from allay.cli.results import STANDARD, deliver_text, opened
from allay.interop.fhir_slots import read_fhir_slots
from allay.scheduling.problem.busy.busy import BusyTimes, with_busy_times
from allay.scheduling.problem.busy.csv import read_busy_csv
from allay.scheduling.problem.busy.ics import read_busy_ics
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.reading import check_problem, read_problem


@click.command(
    "import-busy",
    epilog=example(
        "allay scheduling import-busy problem.json leave.csv -o problem.json",
        "allay scheduling import-busy problem.json calendar.ics --who pt-1 -o problem.json",
        "allay scheduling import-busy problem.json slots.json --free-hours -o problem.json",
    ),
)
@input_argument("problem")
@input_argument("busy")
@click.option("--who", metavar="ID", help="Whose times these are, where the file does not say so.")
@click.option(
    "--free-hours", is_flag=True, help="Let free FHIR slots take the place of a practitioner's weekly hours."
)
@output_option()
def import_busy(*, problem: str, busy: str, who: str | None, free_hours: bool, output: str | None) -> None:
    """Add the times of BUSY to PROBLEM, as absences of a practitioner, room or patient.

    BUSY is a CSV file (`who,start,end,reason`), a calendar (iCalendar; needs --who) or FHIR R4 Slots with
    their Schedules. What is not during opening hours is left out, and so is what stands in the problem
    already: importing a file twice changes nothing more. The words of calendars are not taken over. A booking
    that the new times contradict is refused with its place. Exit status 2 for bad input.
    """
    if problem == busy == STANDARD:
        expected = "a file, as the problem is read from standard input"
        raise InvalidInput(Problem("allay scheduling", "-", "busy", expected, STANDARD))
    source, name = opened(problem)
    before = read_problem(source, name=name)
    times = _read(busy, before, who)
    after = with_busy_times(before, times, free_hours=free_hours)
    if wrong := check_problem(after):
        raise InvalidInput(
            Problem(name, pointer_to(*keys), str(keys[-1]), f"{expected}, with the times of {busy}", found)
            for keys, expected, found in wrong
        )
    deliver_text(output, after.model_dump_json(indent=1))
    click.echo(f"{busy}: {times.count} busy times, {_away(after) - _away(before)} of them new", err=True)


def _read(busy: str, problem: SchedulingProblem, who: str | None) -> BusyTimes:
    source, name = opened(busy)
    data, _ = read_bytes(source, name=name)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].upper()
    if start.startswith(b"{"):
        return read_fhir_slots(io.BytesIO(data), problem, who=who, name=name)
    if start.startswith(b"BEGIN:VCALENDAR") or name.lower().endswith(".ics"):
        if who is None:
            raise click.UsageError("a calendar needs --who: it does not say whose it is")
        return read_busy_ics(io.BytesIO(data), problem, who=who, name=name)
    return read_busy_csv(io.BytesIO(data), problem, who=who, name=name)


def _away(problem: SchedulingProblem) -> int:
    """Absences of everybody."""
    return sum(
        sum(len(each.away) for each in everybody)
        for everybody in (problem.practitioners, problem.rooms, problem.patients)
    )
