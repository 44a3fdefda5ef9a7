"""`allay consensus open-round`: the lines of the record that bind a round to protocol and journal."""

from __future__ import annotations

import datetime as dt

import click

from allay.base.outputs import write_whole
from allay.base.sources import read_bytes
from allay.cli.consensus.exercises import protocol_argument
from allay.cli.frame import DAY, example
from allay.consensus.protocol.exercise import RECORD
from allay.consensus.protocol.frozen import refuse_changed_protocol
from allay.consensus.protocol.opening import lines_of, open_round, with_round
from allay.consensus.protocol.reading import read_exercise


@click.command(
    "open-round",
    epilog=example(
        "allay consensus open-round protocol.yaml 1 --as-of 2026-03-02",
        "allay consensus open-round protocol.yaml 2 --as-of 2026-04-20 --write",
    ),
)
@protocol_argument()
@click.argument("round_number", metavar="ROUND", type=click.IntRange(1, 20))
@click.option("--as-of", type=DAY, required=True, help="The day on which the round is opened.")
@click.option("--write", is_flag=True, help="Add the lines to record.yaml; all that is in it stays.")
def open_round_command(*, protocol: str, round_number: int, as_of: dt.date, write: bool) -> None:
    """Print the lines for record.yaml that open ROUND of PROTOCOL, with hash and head of the journal.

    They belong at the end of the list `rounds` of record.yaml, beside PROTOCOL; with --write they are put
    there. From then on the journal cannot lose the entries it has today without being refused. A protocol
    that is not the frozen one is refused.
    """
    exercise = read_exercise(protocol)
    refuse_changed_protocol(exercise)
    held = open_round(exercise, round_number, on=as_of)
    click.echo("rounds:")
    click.echo("\n".join(lines_of(held)))
    if exercise.freezing_state != "frozen":
        click.echo(f"allay: {exercise.name}: the protocol is {exercise.freezing_state}", err=True)
    if write:
        record = exercise.path.with_name(RECORD)
        data = read_bytes(record)[0] if exercise.record_document else b""
        new = with_round(data, held, name=str(record))
        write_whole(record, lambda file: file.write(new))
        click.echo(f"allay: {record}: round {held.number} opened on {held.opened}", err=True)
