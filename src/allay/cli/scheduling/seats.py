"""`allay scheduling seats`: how many members a group may have when some stay away."""

from __future__ import annotations

import click
from pydantic import BaseModel

import allay
from allay.base.documents import Strict
from allay.cli.frame import example, format_option, output_option
from allay.cli.results import deliver_text, json_text
from allay.scheduling.problem.seats import MOST_NO_SHOW, MOST_SEATS, overfull_risk, seat_rule, seats_offered


class SeatsResult(Strict):
    """Members a group may have, and how often more of them come than there are seats."""

    allay_version: str
    capacity: int
    no_show: float
    risk: float
    risk_status: str
    members: int
    overfull_risk: float


SCHEMAS: dict[str, type[BaseModel]] = {"seats": SeatsResult}


@click.command(
    "seats",
    epilog=example(
        "allay scheduling seats --capacity 10 --no-show 0.2",
        "allay scheduling seats --capacity 12 --no-show 0.3 --risk 0.05 --format json",
    ),
)
@click.option("--capacity", type=click.IntRange(1, MOST_SEATS), required=True, help="Seats of the group.")
@click.option(
    "--no-show",
    type=click.FloatRange(0, MOST_NO_SHOW),
    required=True,
    help="Share of members who stay away from a meeting.",
)
@click.option(
    "--risk",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="In how many meetings more may come than there are seats; by default the limit of the data file.",
)
@format_option("table", "json")
@output_option()
def seats(*, capacity: int, no_show: float, risk: float | None, format: str, output: str | None) -> None:
    """Say how many members a group may have, by the binomial rule.

    It is the largest number for which more come than there are seats with at most the risk, when each member
    comes independently of the others. For groups only: the time of one patient is never given to a second one
    on the guess that the first will not come. Use such a guess for a reminder or a ride instead.
    """
    members = seats_offered(capacity, no_show, risk=risk)
    result = SeatsResult(
        allay_version=allay.__version__,
        capacity=capacity,
        no_show=no_show,
        risk=seat_rule().risk if risk is None else risk,
        risk_status=seat_rule().source.status.value if risk is None else "given",
        members=members,
        overfull_risk=overfull_risk(members, capacity, no_show),
    )
    deliver_text(output, json_text(result.model_dump()) if format == "json" else _text(result))


def _text(found: SeatsResult) -> str:
    next_risk = overfull_risk(found.members + 1, found.capacity, found.no_show)
    return "\n".join(
        [
            f"{found.members} members for {found.capacity} seats, with {found.no_show:g} staying away",
            f"more than {found.capacity} come with probability {found.overfull_risk:.4f}; "
            f"with one more member it would be {next_risk:.4f}",
            f"risk taken: {found.risk:g} ({found.risk_status})",
            "for groups only: single patients are never booked twice on such a guess",
        ]
    )
