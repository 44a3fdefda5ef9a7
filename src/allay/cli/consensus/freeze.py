"""`allay consensus freeze` and `unfreeze`: entries of the journal that nothing takes away again."""

from __future__ import annotations

import datetime as dt

import click

from allay.cli.consensus.exercises import protocol_argument
from allay.cli.frame import DAY, example
from allay.consensus.protocol import freezing
from allay.consensus.protocol.frozen import refuse_changed_protocol
from allay.consensus.protocol.journalfile import append, journal_path
from allay.consensus.protocol.reading import read_exercise, read_frozen

as_of_option = click.option("--as-of", type=DAY, required=True, help="The day of the entry.")
by_option = click.option("--by", metavar="ROLE", required=True, help="Role of who does it, no name.")


@click.command(
    "freeze",
    epilog=example(
        "allay consensus freeze protocol.yaml --as-of 2026-03-01 --by 'steering committee'",
        "allay consensus freeze protocol.yaml --as-of 2026-04-02 --by chair --reason 'payers added'",
    ),
)
@protocol_argument()
@as_of_option
@by_option
@click.option("--reason", metavar="TEXT", help="What changed, where it was frozen before.")
def freeze(*, protocol: str, as_of: dt.date, by: str, reason: str | None) -> None:
    """Freeze PROTOCOL: an entry in PROTOCOL's journal, with the protocol and its hash.

    Frozen is what the protocol says, not how its file is laid out. A protocol that is frozen already stays
    as it is; one that was changed since has to be unfrozen first, with a reason. Publish the hash of the
    entry (a registration, a letter to the panel): with it anybody can show later that no entry was taken
    away (`allay consensus journal PROTOCOL --head HASH`).
    """
    exercise = read_exercise(protocol)
    refuse_changed_protocol(exercise)
    entries, added = append(
        journal_path(exercise.path),
        lambda known: freezing.freeze(known, exercise.protocol, on=as_of, by=by, reason=reason),
    )
    last = entries[-1]
    if not added:
        click.echo(f"{exercise.name}: frozen already, on {last.on} by {last.by}; nothing to do")
        click.echo(f"head {last.sha256}")
        return
    click.echo(f"{exercise.name}: frozen on {last.on} by {last.by} (entry {last.number} of the journal)")
    click.echo(f"protocol {last.protocol_sha256}")
    click.echo(f"head {last.sha256}")
    for held in exercise.record.rounds:
        if held.opened < as_of:
            click.echo(f"allay: round {held.number} was opened before, on {held.opened}", err=True)


@click.command(
    "unfreeze",
    epilog=example(
        "allay consensus unfreeze protocol.yaml --as-of 2026-04-01 --by chair --reason 'payers forgotten'"
    ),
)
@protocol_argument()
@as_of_option
@by_option
@click.option("--reason", metavar="TEXT", required=True, help="Why; it stays in the journal for good.")
def unfreeze(*, protocol: str, as_of: dt.date, by: str, reason: str) -> None:
    """Unfreeze PROTOCOL, so that it can be changed: an entry in its journal, with the reason.

    What was frozen stays in the journal, and results and reports show every entry.
    """
    if not reason.strip():
        raise click.UsageError("--reason is a text: it says later why what was frozen was changed")
    exercise = read_frozen(protocol)
    entries, _ = append(
        journal_path(exercise.path),
        lambda known: freezing.unfreeze(known, on=as_of, by=by, reason=reason),
    )
    last = entries[-1]
    click.echo(f"{exercise.name}: unfrozen on {last.on} by {last.by} (entry {last.number} of the journal)")
    click.echo(f"head {last.sha256}")
