"""`allay consensus registry interests`: whose declaration of interest is missing or old."""

from __future__ import annotations

import datetime as dt

import click

import allay
from allay.cli.consensus.registry.opening import deliver_rows, folder_argument, frame, opened_registry
from allay.cli.frame import DAY, example, format_option, output_option
from allay.consensus.registry.standing.interests import MONTHS, InterestRow, interests_on


@click.command(
    "interests",
    epilog=example(
        "allay consensus registry interests our-registry --as-of 2026-11-27",
        "allay consensus registry interests our-registry --meeting spring-2027 --months 6",
    ),
)
@folder_argument
@click.option("--as-of", type=DAY, help="The day to say it for; by default that of --meeting.")
@click.option(
    "--months",
    type=click.IntRange(1, 600),
    default=MONTHS,
    show_default=True,
    help="A declaration made longer before is old; the default is our own choice.",
)
@click.option("--workgroup", metavar="NAME", help="Only who is in this workgroup that day.")
@click.option("--meeting", metavar="NAME", help="Only who was at this meeting, or in its workgroup.")
@format_option("table", "json", "csv")
@output_option()
def interests(
    *,
    folder: str,
    as_of: dt.date | None,
    months: int,
    workgroup: str | None,
    meeting: str | None,
    format: str,
    output: str | None,
) -> None:
    """List people by how their declaration of interest stands on a day: those without one first.

    `none`: nothing declared up to the day. `expired`: past its own last day. `old`: made too many months
    before. Whether somebody declared something or that there is nothing, is shown; what it was is not.
    """
    if workgroup is not None and meeting is not None:
        raise click.UsageError("--workgroup and --meeting exclude each other")
    registry = opened_registry(folder)
    about = registry.meeting(meeting) if meeting is not None else None
    day = as_of or (about.on if about else None)
    if day is None:
        raise click.UsageError("--as-of is missing: the day to say it for, as YYYY-MM-DD")
    found = interests_on(
        registry, day, months=months, workgroup=workgroup, meeting=about, allay_version=allay.__version__
    )
    head = f"{len(found.people)} people on {day}, {found.not_good} without a declaration that holds"
    deliver_rows(output, found, frame(InterestRow, found.people), form=format, head=head)
