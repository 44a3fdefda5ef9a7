"""`allay consensus registry meetings`: when a workgroup meets."""

from __future__ import annotations

import datetime as dt

import click

import allay
from allay.cli.consensus.registry.opening import deliver_rows, folder_argument, frame, opened_registry
from allay.cli.frame import DAY, example, format_option, output_option
from allay.cli.results import deliver
from allay.consensus.registry.standing.meetings import MeetingRow, meetings_of


@click.command(
    "meetings",
    epilog=example(
        "allay consensus registry meetings our-registry coverage --from 2027-01-01 --to 2027-12-31",
        "allay consensus registry meetings our-registry coverage --from 2027-01-01 --to 2027-12-31 "
        "--format ics -o coverage.ics",
    ),
)
@folder_argument
@click.argument("workgroup", metavar="WORKGROUP")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
@format_option("table", "json", "csv", "ics")
@output_option()
def meetings(
    *, folder: str, workgroup: str, first: dt.date, last: dt.date, format: str, output: str | None
) -> None:
    """List the days on which WORKGROUP meets: by its monthly slot, and by the meetings of the registry.

    WORKGROUP is its id or any name it has or had. A calendar (`--format ics`) has entries of whole days.
    """
    registry = opened_registry(folder)
    found = meetings_of(registry, workgroup, first=first, last=last, allay_version=allay.__version__)
    if format == "ics":
        # Imported late: calendars take longer to import than all the rest.
        from allay.interop.workgroup_calendars import meetings_calendar

        data = meetings_calendar(found)
        deliver(output, lambda file: file.write(data))
        return
    head = f"{found.name}: {len(found.meetings)} meetings from {first} to {last}"
    if not registry.workgroup(workgroup).slots:
        head += "; the registry has no monthly slot of it"
    deliver_rows(output, found, frame(MeetingRow, found.meetings), form=format, head=head)
