"""Opening rounds: what the record notes, and a record that keeps everything else."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.consensus.protocol.exercise_folder import RECORD, write
from tests.unit.consensus.protocol.journals import day, three, write_journal

from allay.base.errors import InvalidInput
from allay.consensus.protocol.opening import open_round, with_round
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.protocol.record import HeldRound

HELD = HeldRound(number=1, opened=dt.date(2026, 3, 9), journal_head="a" * 64)
LINES = f'  - number: 1\n    opened: 2026-03-09\n    journal_head: "{"a" * 64}"\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"format: allay-consensus-record/1\nrounds:\n{LINES}"),
        ("recruited: 9  # by letter\n\n\n", f"recruited: 9  # by letter\nrounds:\n{LINES}"),
        ("rounds: []  # none yet\nrecruited: 9\n", f"rounds:   # none yet\n{LINES}recruited: 9\n"),
        ("# top\nrounds: [ ]\n", f"# top\nrounds:\n{LINES}"),
    ],
)
def test_a_first_round_is_added(before, after) -> None:
    assert with_round(before.encode(), HELD, name="record.yaml").decode() == after


def test_a_round_follows_the_others_and_comments_stay() -> None:
    before = (
        "# ours\nrounds:\n- number: 1  # late\n  opened: 2026-03-01\n  note: |\n    a\n\n    # b\n"
        "# end\nrecruited: 9\n"
    )
    second = HeldRound(number=2, opened=dt.date(2026, 4, 1))
    after = with_round(before.encode(), second, name="record.yaml").decode()
    assert after.replace("- number: 2\n  opened: 2026-04-01\n", "") == before
    assert after.index("number: 2") < after.index("recruited")


@pytest.mark.parametrize(("mark", "end"), [(b"\xef\xbb\xbf", "\n"), (b"", "\r\n"), (b"\xef\xbb\xbf", "\r\n")])
def test_marks_and_line_ends_stay(mark, end) -> None:
    before = mark + f"rounds: []{end}recruited: 9{end}".encode()
    after = with_round(before, HELD, name="record.yaml")
    assert after == mark + f"rounds:\n{LINES}recruited: 9\n".replace("\n", end).encode()


@pytest.mark.parametrize(
    "text", ["rounds: [{number: 1, opened: 2026-03-01}]\n", '"rounds": []\n', "{rounds: []}\n"]
)
def test_rounds_in_another_form_are_refused(text) -> None:
    with pytest.raises(InvalidInput, match="rounds listed line by line"):
        with_round(text.encode(), HELD.model_copy(update={"number": 2}), name="record.yaml")


def test_a_round_notes_protocol_and_head(tmp_path) -> None:
    entries = three()
    write(tmp_path, record_yaml=None)
    write_journal(tmp_path / "protocol.journal.jsonl", entries)
    held = open_round(read_exercise(tmp_path), 1, on=day(7))
    assert (held.protocol_sha256, held.journal_head) == (entries[2].protocol_sha256, entries[2].sha256)


def test_without_a_journal_the_protocol_is_noted(tmp_path) -> None:
    read = read_exercise(write(tmp_path, record_yaml=None))
    held = open_round(read, 1, on=day(7))
    assert (held.protocol_sha256, held.journal_head) == (read.protocol.sha256(), None)


@pytest.mark.parametrize(
    ("record", "number", "on", "message"),
    [
        (None, 2, day(8), "expected round 1, the next one, found round 2"),
        (None, 1, day(6), r"a day not before the last entry of the journal \(2026-03-07\), found 2026-03-06"),
        (RECORD, 1, day(25), "expected round 2, the next one, found round 1"),
        (RECORD, 2, day(19), r"a day not before round 1 closed \(2026-03-20\), found 2026-03-19"),
        (
            RECORD.replace("    closed: 2026-03-20\n", ""),
            2,
            day(25),
            "a closing day of round 1 in the record",
        ),
        (
            RECORD.replace("meetings:", "  - {number: 2, opened: 2026-04-01}\nmeetings:"),
            3,
            day(25),
            "one of the 2 planned rounds, all of which were opened, found round 3",
        ),
    ],
)
def test_only_the_next_round_is_opened_and_not_too_early(tmp_path, record, number, on, message) -> None:
    write(tmp_path, record_yaml=record)
    write_journal(tmp_path / "protocol.journal.jsonl", three())
    with pytest.raises(InvalidInput, match=message):
        open_round(read_exercise(tmp_path), number, on=on)
