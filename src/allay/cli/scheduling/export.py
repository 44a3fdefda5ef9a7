"""`allay scheduling export`: whom to call, everybody's calendar, and each week to look at, as one folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from allay.base.documents import read_json
from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import check_folder, write_folder, writing
from allay.base.phrases import Phrase
from allay.cli.frame import example, folder_name, input_argument
from allay.cli.results import opened
from allay.cli.scheduling.planfiles import read_before, read_both, read_names
from allay.cli.scheduling.progress import progress_bar
from allay.scheduling.appointments.appointments import Appointment
from allay.scheduling.explaining.result import Explanation
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem

Files = dict[str, bytes]


@click.command(
    "export",
    epilog=example(
        "allay scheduling export problem.json plan.json -o schedule",
        "allay scheduling export problem.json plan.json --explanation why.json -o schedule",
        "allay scheduling export now.json replanned.json --before plan.json --revision 1 -o changed",
    ),
)
@input_argument("problem")
@input_argument("plan")
@click.option("--before", metavar="FILE", help="The plan that patients know of: list only what is new.")
@click.option(
    "--before-problem", metavar="FILE", help="Its problem, where patients or series are gone since."
)
@click.option(
    "--revision",
    type=click.IntRange(0),
    help="How often the plan was made anew; 0 without --before, or else 1. Calendars need it to rise.",
)
@click.option("--names", metavar="FILE", help="YAML with your own names of services, rooms, practitioners.")
@click.option("--explanation", metavar="FILE", help="From `allay scheduling explain`: why some is unserved.")
@click.option("-o", "--output", metavar="DIR", required=True, callback=folder_name, help="Folder to write.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
def export(
    *,
    problem: str,
    plan: str,
    before: str | None,
    before_problem: str | None,
    revision: int | None,
    names: str | None,
    explanation: str | None,
    output: str,
    force: bool,
) -> None:
    """Write what goes out of PLAN, a plan of PROBLEM, into DIR.

    DIR gets calls.csv (whom to call, in order, and why), bookings.csv (each appointment), a calendar for each
    patient, practitioner and room (calendars/patients/ID.ics and so on, iCalendar), a picture of each week
    (week-1.svg and so on), and index.html with all weeks, the score, both bounds and what is not served.
    Patients are called by their pseudonyms. All files are written, or none.

    The file of --names says how patients read of services, rooms and practitioners, in both languages; under
    the key phrases it has lines such as service.yoga: {en: "Yoga", es: "Yoga"} or room.r1 or practitioner.k1.

    With --before, calls.csv and bookings.csv hold only what is new to patients, and calendars say what is
    canceled.
    """
    if before_problem is not None and before is None:
        raise click.UsageError("--before-problem goes with --before")
    check_folder(output, force=force)
    asked, made = read_both(problem, plan)
    known = None if before is None else read_before(before, before_problem, asked)
    own = read_names(names)
    told = None if explanation is None else _explained(explanation, asked, made)
    number = revision if revision is not None else int(known is not None)
    steps: list[Callable[[], Files]] = [
        lambda: _tables(asked, made, known),
        *_calendars(asked, made, known or (), revision=number, names=own),
        lambda: _pictures(asked, made),
    ]
    files: Files = {}
    with progress_bar("writing the schedule") as tell:
        for done, step in enumerate(steps, start=1):
            files |= step()
            if tell is not None:
                tell(done, len(steps) + 1)
        files["index.html"] = _index(asked, made, told, files)
    _refuse_alike(problem, files)
    write_folder(
        output, {name: writing(data) for name, data in files.items()}, force=force, gone=_gone(output, files)
    )
    _say_unnamed(asked, own)


def _explained(source: str, problem: SchedulingProblem, plan: Plan) -> Explanation:
    file, name = opened(source)
    found = read_json(file, Explanation, name=name)
    if (found.problem_digest, found.method) != (plan.problem_digest, plan.method):
        expected = f"an explanation of this plan for {problem.id!r}"
        raise InvalidInput(
            Problem(name, "/problem_digest", "problem_digest", expected, "one of another plan")
        )
    return found


def _tables(problem: SchedulingProblem, plan: Plan, before: Sequence[Appointment] | None) -> Files:
    from allay.scheduling.appointments.bookings import booking_list, settled
    from allay.scheduling.appointments.bookingsheet import bookings_csv, calls_csv

    calls = booking_list(problem, plan, before=before)
    others = settled(problem, plan, calls) if before is None else ()
    return {"calls.csv": calls_csv(calls), "bookings.csv": bookings_csv(calls, others=others)}


def _calendars(
    problem: SchedulingProblem,
    plan: Plan,
    before: Sequence[Appointment],
    *,
    revision: int,
    names: Mapping[str, Phrase],
) -> list[Callable[[], Files]]:
    # Imported late, as everything that writes: it is not needed to say what is wrong with a file.
    from allay.interop.schedule_calendars import patient_calendars, practitioner_calendars, room_calendars

    def writing(whose: str, write: Callable[..., Files]) -> Callable[[], Files]:
        return lambda: {
            f"calendars/{whose}/{name}.ics": data
            for name, data in write(problem, plan, before=before, revision=revision, names=names).items()
        }

    return [
        writing("patients", patient_calendars),
        writing("practitioners", practitioner_calendars),
        writing("rooms", room_calendars),
    ]


def _pictures(problem: SchedulingProblem, plan: Plan) -> Files:
    from allay.reports.schedule_week import week_svg

    return {
        f"week-{week + 1}.svg": (week_svg(problem, plan, week=week) + "\n").encode("utf-8")
        for week in range(problem.opening.weeks)
    }


def _index(problem: SchedulingProblem, plan: Plan, explanation: Explanation | None, files: Files) -> bytes:
    from allay.reports.schedule_page import PlanFile, plan_html

    beside = [
        PlanFile("calls.csv", "whom to call, in order, and why"),
        PlanFile("bookings.csv", "each appointment"),
        *(PlanFile(name, "the picture alone") for name in files if name.endswith(".svg")),
    ]
    for whose in ("patients", "practitioners", "rooms"):
        number = sum(name.startswith(f"calendars/{whose}/") for name in files)
        if number:
            beside.append(PlanFile(f"calendars/{whose}/", f"{number} calendars (iCalendar)", link=False))
    return plan_html(problem, plan, explanation=explanation, files=beside).encode("utf-8")


def _refuse_alike(problem: str, files: Files) -> None:
    """Refuse ids that some file systems take for one: one calendar would silently replace another."""
    seen: dict[str, str] = {}
    for name in files:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            expected = "ids that differ in more than capital letters, as each names a file"
            raise InvalidInput(Problem(problem, "-", "id", expected, f"{other} and {name}"))


def _gone(output: str, files: Files) -> list[str]:
    """Calendars and pictures of an earlier export that do not belong to this one."""
    folder = Path(output)
    there = [*folder.glob("calendars/*/*.ics"), *folder.glob("week-*.svg")]
    return sorted({one.relative_to(folder).as_posix() for one in there} - files.keys())


def _say_unnamed(problem: SchedulingProblem, names: Mapping[str, Phrase]) -> None:
    from allay.interop.schedule_words import services_without_words

    if missing := services_without_words(problem, names):
        listed = ", ".join(missing)
        click.echo(
            f"allay: patients' calendars call it just a visit, as there are no plain words for {listed}; "
            "--names FILE can give them",
            err=True,
        )
