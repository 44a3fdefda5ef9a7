"""`allay consensus registry actions`: what is overdue, and what is to be done by whom."""

from __future__ import annotations

import datetime as dt

import click

import allay
from allay.cli.consensus.registry.opening import deliver_rows, folder_argument, frame, opened_registry
from allay.cli.frame import DAY, example, format_option, output_option
from allay.consensus.registry.standing.actions import ActionRow, actions_on


@click.command(
    "actions",
    epilog=example("allay consensus registry actions our-registry --as-of 2026-11-27"),
)
@folder_argument
@click.option("--as-of", type=DAY, required=True, help="The day to say it for.")
@format_option("table", "json", "csv")
@output_option()
def actions(*, folder: str, as_of: dt.date, format: str, output: str | None) -> None:
    """List the actions of a registry as they stand on a day: overdue ones first.

    `days` are those left until an action is due, negative when it is overdue. Of what is done or dropped,
    `shown_by` is the evidence or the reason.
    """
    found = actions_on(opened_registry(folder), as_of, allay_version=allay.__version__)
    head = f"{len(found.actions)} actions on {as_of}, {found.overdue} overdue"
    deliver_rows(output, found, frame(ActionRow, found.actions), form=format, head=head)
