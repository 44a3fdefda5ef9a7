"""What commands of an exercise share: the protocol as an argument, and how its freezing is said."""

from __future__ import annotations

import click

from allay.cli.frame import Decorator
from allay.cli.results import STANDARD
from allay.consensus.protocol.answers import ProtocolDifference
from allay.consensus.protocol.exercise import Exercise


def _protocol(context: click.Context, option: click.Parameter, value: str) -> str:
    if value == STANDARD:
        raise click.UsageError("PROTOCOL is a file: statements, panel, record and journal lie beside it")
    return value


def protocol_argument() -> Decorator:
    """Declare the argument PROTOCOL: a file, or a folder with a `protocol.yaml` in it."""
    return click.argument("protocol", metavar="PROTOCOL", callback=_protocol)


def state_line(exercise: Exercise) -> str:
    """Say in a line whether the protocol is frozen, since when and by whom."""
    if not exercise.journal:
        return "never frozen"
    last = exercise.journal[-1]
    return f"{last.did} on {last.on} by {last.by} (entry {last.number} of the journal)"


def difference_lines(differences: tuple[ProtocolDifference, ...]) -> list[str]:
    """Say where the protocol is not as it was frozen."""
    return [f"{one.at or '/'}: frozen {one.frozen}, now {one.now}" for one in differences]


def number(count: int, noun: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> number(1, "round"), number(2, "round")
    ('1 round', '2 rounds')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"
