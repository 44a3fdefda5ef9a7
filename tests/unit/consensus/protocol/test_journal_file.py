"""The journal as a file: read strictly, made longer only, by one at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.consensus.protocol.exercise_folder import RECORD, problems, write
from tests.unit.consensus.protocol.journals import FIRST, SECOND, day, three, write_journal

from allay.base.errors import InvalidInput
from allay.consensus.protocol.chain import canonical_entry
from allay.consensus.protocol.freezing import freeze, unfreeze
from allay.consensus.protocol.heads import frozen_at
from allay.consensus.protocol.journalfile import append, journal_path, read_journal
from allay.consensus.protocol.reading import read_exercise


@pytest.fixture
def path(tmp_path):
    return write_journal(tmp_path / "protocol.journal.jsonl", three())


def refused(path) -> list[str]:
    with pytest.raises(InvalidInput) as wrong:
        read_journal(path, name="j")
    return [str(one) for one in wrong.value.problems]


def test_what_was_written_is_read(path) -> None:
    assert list(read_journal(path)) == three()


def test_the_journal_is_named_after_its_protocol(tmp_path) -> None:
    assert journal_path(tmp_path / "plan.yaml").name == "plan.journal.jsonl"


@pytest.mark.parametrize(
    ("touch", "message"),
    [
        (
            lambda data: b"",
            "j:1: (file): expected at least one entry (no command leaves a journal empty), found an "
            "empty file",
        ),
        (
            lambda data: data[:-1],
            "j:3: (file): expected a line feed at the end of the last entry (it was cut off), found nothing",
        ),
        (
            lambda data: data[:-40],
            "j:3: (file): expected a line feed at the end of the last entry (it was cut off), found nothing",
        ),
        (lambda data: data + b"\n", "j:4: (file): expected an entry, found an empty line"),
        (
            lambda data: data.replace(b"\n", b"\r\n"),
            "j:1: (file): expected a line feed alone at the end of a line, found a carriage return "
            "(CRLF) before it",
        ),
        (
            lambda data: b"\xef\xbb\xbf" + data,
            "j:1: (file): expected an entry as commands write it, found one that was written anew or edited",
        ),
        (
            lambda data: data.replace(b'","by"', b'", "by"', 1),
            "j:1: (file): expected an entry as commands write it, found one that was written anew or edited",
        ),
        (lambda data: b"[]\n" + data, "j:1: (document): expected a mapping, found a list of 0"),
        (lambda data: b"{\n" + data, "j:1: (file): expected JSON, found Expecting property name"),
        (
            lambda data: data.replace(b'"number":2', b'"number":"2"'),
            "j:2: number: expected a whole number, found '2'",
        ),
        (
            lambda data: data.replace(b'"number":2', b'"number":2,"extra":1'),
            "j:2: extra: expected one of the keys number, did, on, by, reason",
        ),
        (
            lambda data: data.replace(b'"number":2', b'"number":2,"number":2'),
            "j:2: number: expected each key once, found it twice",
        ),
        (lambda data: data.replace(b"2026-03-05", b"2026-02-30"), "j:2: on: expected a date"),
        (lambda data: b"\xff" + data, "j:1: (file): expected text in UTF-8, found the byte 0xFF"),
        (lambda data: data + b"\0\n", "j:4: (file): expected plain text in UTF-8, found a NUL byte"),
        (
            lambda data: data.replace(b'"number":2', b'"number":' + b"9" * 5000),
            "j:2: (file): expected numbers of a sensible length, found one of thousands of digits",
        ),
    ],
)
def test_every_line_is_as_commands_write_it(path, touch, message) -> None:
    path.write_bytes(touch(path.read_bytes()))
    assert refused(path)[0].startswith(message)


def test_every_wrong_line_is_named(path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"by"', b'"By"'))
    assert [line.split(":")[1] for line in refused(path)] == ["1", "2", "3"]


def test_appending_leaves_what_was_there_byte_for_byte(path) -> None:
    before = path.read_bytes()
    entries, added = append(path, lambda known: unfreeze(known, on=day(9), by="chair", reason="Why"))
    assert added
    assert len(entries) == 4
    assert path.read_bytes() == before + canonical_entry(entries[-1]) + b"\n"
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name]


def test_nothing_to_do_writes_nothing(path) -> None:
    before = path.stat()
    entries, added = append(path, lambda known: freeze(known, SECOND, on=day(9), by="chair"))
    assert (len(entries), added) == (3, False)
    assert path.stat() == before


def test_a_first_entry_makes_the_file(tmp_path) -> None:
    path = tmp_path / "protocol.journal.jsonl"
    append(path, lambda known: freeze(known, FIRST, on=day(1), by="chair"))
    assert len(read_journal(path)) == 1


def test_what_is_refused_leaves_everything_as_it_was(path) -> None:
    before = path.read_bytes()
    with pytest.raises(InvalidInput, match="a reason of 1"):
        append(path, lambda known: unfreeze(known, on=day(9), by="chair", reason=" "))
    path.write_bytes(before[:-1])
    with pytest.raises(InvalidInput, match="it was cut off"):
        append(path, lambda known: unfreeze(known, on=day(9), by="chair", reason="Why"))
    assert path.read_bytes() == before[:-1]
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_an_entry_that_does_not_follow_is_refused(path) -> None:
    before = path.read_bytes()
    with pytest.raises(InvalidInput, match="entries were taken away, added or moved"):
        append(path, lambda known: three()[1])
    assert path.read_bytes() == before


def test_a_journal_that_changes_meanwhile_is_refused(path) -> None:
    def sneaky(known):
        write_journal(path, three()[:1])
        return unfreeze(known, on=day(9), by="chair", reason="Why")

    write_journal(path, three())
    longer = three()

    def lengthened(known):
        longer.append(unfreeze(known, on=day(8), by="payer", reason="Other"))
        write_journal(path, longer)
        return unfreeze(known, on=day(9), by="chair", reason="Why")

    for make in (sneaky, lengthened):
        write_journal(path, three())
        with pytest.raises(InvalidInput, match="the journal as it was read"):
            append(path, make)
    assert list(read_journal(path)) == longer


def test_while_one_writes_another_is_refused(path) -> None:
    lock = path.with_name(f".{path.name}.lock")
    lock.touch()
    before = path.read_bytes()
    with pytest.raises(InvalidInput, match=r"no other command writing it \(.*remove \.protocol\.journal"):
        append(path, lambda known: unfreeze(known, on=day(9), by="chair", reason="Why"))
    assert path.read_bytes() == before
    assert lock.exists()


WRITER = """
import datetime as dt, sys
from allay.base.errors import InvalidInput
from allay.consensus.protocol.freezing import freeze, state_of, unfreeze
from allay.consensus.protocol.journalfile import append
from tests.unit.consensus.protocol.journals import FIRST

def turn(known):
    if state_of(known) == "frozen":
        return unfreeze(known, on=dt.date(2026, 3, 1), by=sys.argv[2], reason="Why")
    return freeze(known, FIRST, on=dt.date(2026, 3, 1), by=sys.argv[2])

done = 0
while done < 15:
    try:
        append(sys.argv[1], turn)
        done += 1
    except InvalidInput as busy:
        assert "no other command writing it" in str(busy), busy
"""


def test_two_processes_lose_no_entry(tmp_path) -> None:
    path = tmp_path / "protocol.journal.jsonl"
    roles = ("one", "two")
    root = Path(__file__).parents[4]
    running = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), role], cwd=root) for role in roles]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    entries = read_journal(path)
    assert [sum(entry.by == role for entry in entries) for role in roles] == [15, 15]
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def record_of(head: str, *, protocol: str = "", opened: str = "2026-03-08") -> str:
    text = RECORD.replace("2026-03-02", opened)
    named = f'\n    protocol_sha256: "{protocol}"' if protocol else ""
    return text.replace("    closed:", f'    journal_head: "{head}"{named}\n    closed:')


def test_a_head_in_the_record_keeps_entries_from_being_taken(tmp_path) -> None:
    entries = three()
    write(tmp_path, record_yaml=record_of(entries[2].sha256, protocol=entries[2].protocol_sha256))
    path = write_journal(tmp_path / "protocol.journal.jsonl", entries)
    assert read_exercise(tmp_path).head == entries[2].sha256
    missing = (
        "record.yaml:4: /rounds/0/journal_head: expected the hash of an entry of the journal (entries were "
        f"taken away since), found {entries[2].sha256[:12]}…"
    )
    write_journal(path, entries[:2])
    assert problems(tmp_path) == [missing]
    path.unlink()
    assert problems(tmp_path) == [missing]


def test_a_head_of_another_day_or_protocol_is_refused(tmp_path) -> None:
    entries = three()
    write_journal(tmp_path / "protocol.journal.jsonl", entries)
    write(tmp_path, record_yaml=record_of(entries[2].sha256, protocol="0" * 64))
    assert problems(tmp_path) == [
        "record.yaml:5: /rounds/0/protocol_sha256: expected the protocol of that entry "
        f"({entries[2].protocol_sha256[:12]}…), found 000000000000…"
    ]
    write(tmp_path, record_yaml=record_of(entries[2].sha256, opened="2026-03-06"))
    assert problems(tmp_path) == [
        "record.yaml:4: /rounds/0/journal_head: expected an entry made by the day the round was opened "
        "(2026-03-06), found entry 3 of 2026-03-07"
    ]


def test_heads_of_rounds_go_forward(tmp_path) -> None:
    entries = three()
    write_journal(tmp_path / "protocol.journal.jsonl", entries)
    second = f'  - {{number: 2, opened: 2026-04-01, journal_head: "{entries[0].sha256}"}}\nmeetings:'
    write(tmp_path, record_yaml=record_of(entries[2].sha256).replace("meetings:", second))
    assert [line.split(", found")[0] for line in problems(tmp_path)] == [
        "record.yaml:6: /rounds/1/journal_head: expected entry 3, which an earlier round names, or a "
        "later one"
    ]


@pytest.mark.parametrize(
    ("opened", "before", "kinds"),
    [
        ("2026-02-28", False, {"no head noted", "opened unfrozen"}),
        ("2026-03-01", True, {"no head noted"}),
        ("2026-03-06", False, {"no head noted", "opened unfrozen"}),
        ("2026-03-07", True, {"no head noted"}),
    ],
)
def test_a_round_opened_while_unfrozen_is_found(tmp_path, opened, before, kinds) -> None:
    write_journal(tmp_path / "protocol.journal.jsonl", three())
    write(tmp_path, record_yaml=RECORD.replace("2026-03-02", opened), invitations_csv=None)
    read = read_exercise(tmp_path)
    assert {one.kind for one in read.findings} == kinds
    assert (frozen_at(read.record.rounds[0], read.journal) is not None) is before
    # None of these is the protocol of the exercise.
    assert read.freezing.before_first_round is False


def test_an_invitation_before_the_first_freezing_is_found(tmp_path) -> None:
    write_journal(tmp_path / "protocol.journal.jsonl", three())
    write(
        tmp_path,
        record_yaml=None,
        invitations_csv="round,rater,invited\n1,r01,2026-02-28\n1,r02,2026-03-01\n",
    )
    found = [(one.kind, one.where) for one in read_exercise(tmp_path).findings]
    assert found == [("invited before freezing", "invitations.csv:2")]


def test_a_round_that_names_a_protocol_without_a_journal_is_found(tmp_path) -> None:
    named = RECORD.replace("    closed:", f'    protocol_sha256: "{FIRST.sha256()}"\n    closed:')
    write(tmp_path, record_yaml=named)
    assert [one.kind for one in read_exercise(tmp_path).findings] == ["no journal"]
