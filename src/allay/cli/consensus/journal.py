"""`allay consensus journal`: every freezing and unfreezing of a protocol, and whether the chain holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
from pydantic import BaseModel

import allay
from allay.base.errors import InvalidInput, NotFound
from allay.cli.consensus.exercises import difference_lines, protocol_argument, state_line
from allay.cli.frame import answer_no, example, format_option, output_option, say_problems
from allay.cli.results import deliver_text, json_text
from allay.consensus.protocol.answers import JournalAnswer, journal_answer
from allay.consensus.protocol.chain import entry_of_head
from allay.consensus.protocol.exercise import RECORD, Exercise
from allay.consensus.protocol.journalfile import SUFFIX
from allay.consensus.protocol.reading import read_frozen

SCHEMAS: dict[str, type[BaseModel]] = {"journal": JournalAnswer}
_HASH = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


def _head(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _HASH.fullmatch(value.strip()):
        raise click.BadParameter("a hash has 64 signs, 0 to 9 and a to f")
    return value


@click.command(
    "journal",
    epilog=example(
        "allay consensus journal protocol.yaml",
        "allay consensus journal protocol.yaml --head 3f8a...",
        "allay consensus journal protocol.yaml --format json -o journal.json",
    ),
)
@protocol_argument()
@click.option("--head", metavar="HASH", callback=_head, help="A head published before: is it in the journal?")
@format_option("table", "json")
@output_option()
def journal(*, protocol: str, head: str | None, format: str, output: str | None) -> None:
    """Print the journal of PROTOCOL, and say whether its chain holds and the protocol is the frozen one.

    An entry that was edited, left out, added or moved breaks the chain. Entries that were taken from the end
    are seen by a head that the record noted as a round was opened, or that is given as --head. The exit
    status is 0 when all holds, 1 when anything does not, and 2 for a file that cannot be read.
    """
    exercise = _read(protocol)
    answer = journal_answer(exercise, allay_version=allay.__version__)
    if format == "json":
        deliver_text(output, json_text(answer.model_dump()))
    else:
        deliver_text(output, "\n".join(_lines(exercise, answer)))
    known = head is None or _in_journal(exercise, head)
    if not (answer.holds and known):
        answer_no()


def _read(protocol: str) -> Exercise:
    try:
        return read_frozen(protocol)
    except InvalidInput as invalid:
        if all(one.file.endswith((SUFFIX, RECORD)) and one.at != "-" for one in invalid.problems):
            say_problems(invalid)
            answer_no()
        raise


def _in_journal(exercise: Exercise, head: str) -> bool:
    try:
        entry = entry_of_head(exercise.journal, head)
    except NotFound as missing:
        click.echo(f"allay: {missing}", err=True)
        return False
    click.echo(f"allay: the head is that of entry {entry.number} ({entry.did} on {entry.on})", err=True)
    return True


def _lines(exercise: Exercise, answer: JournalAnswer) -> Iterator[str]:
    for entry in answer.entries:
        yield f"{entry.number}  {entry.on}  {entry.did} by {entry.by}" + (
            f": {entry.reason}" if entry.reason else ""
        )
        yield f"   protocol {entry.protocol_sha256}"
        yield f"   entry    {entry.sha256}"
    yield f"{exercise.name}: {state_line(exercise)}"
    if answer.entries:
        yield "the chain holds"
    if answer.state == "frozen":
        yield "the protocol is the frozen one" if answer.holds else "the protocol is not the frozen one:"
    elif answer.differences:
        yield "changed since it was frozen last:"
    yield from difference_lines(answer.differences)
