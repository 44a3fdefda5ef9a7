"""What stood in a round as it was opened: later edits of it are refused, new versions are not."""

from __future__ import annotations

import pytest
from tests.unit.consensus.protocol.exercise_folder import (
    RECORD,
    STATEMENTS,
    exercise,
    findings,
    problems,
    write,
)
from tests.unit.consensus.protocol.journals import day, three, write_journal

from allay.consensus.protocol.opening import open_round, with_round
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.protocol.wordings import wordings_sha256

SECOND = "  - {number: 2, opened: 2026-04-01, statements_sha256: %s}\nmeetings:"
OTHERS = (
    "record.yaml:5: /rounds/0/statements_sha256: expected the statements as they were when round 1 opened"
)


def noted(folder) -> str:
    """The record with the hash of round 1, as `open-round` notes it."""
    statements = exercise(folder).statements
    first = f"    closed: 2026-03-20\n    statements_sha256: {wordings_sha256(statements, 1)}\n"
    return RECORD.replace("    closed: 2026-03-20\n", first)


def test_opening_a_round_notes_what_stands_in_it(tmp_path) -> None:
    read = read_exercise(write(tmp_path, record_yaml=None))
    held = open_round(read, 1, on=day(9))
    assert held.statements_sha256 == wordings_sha256(read.statements, 1)
    assert held.statements_sha256 != wordings_sha256(read.statements, 2)
    (tmp_path / "record.yaml").write_bytes(with_round(b"", held, name="record.yaml"))
    assert read_exercise(tmp_path).record.rounds == (held,)


def test_without_a_file_of_statements_nothing_is_noted(tmp_path) -> None:
    read = read_exercise(write(tmp_path, record_yaml=None, statements_yaml=None, comments_csv=None))
    assert open_round(read, 1, on=day(9)).statements_sha256 is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("team.}", "team or not.}"),
        ("text: Plans are shared.", "text: Plans are not shared."),
        ("  - id: s2", "  - id: s2\n    topic: Plans\n    sources: [{title: A paper}]"),
        ("version: 2, from_round: 2, text: A team", "version: 2, from_round: 2, text: Every team"),
    ],
    ids=[
        "words of a version that stays no longer",
        "words of a statement taken out",
        "a topic",
        "next round",
    ],
)
def test_only_words_that_were_rated_have_to_stay(tmp_path, before, after) -> None:
    record = noted(tmp_path)
    assert before in STATEMENTS
    write(tmp_path, record_yaml=record, statements_yaml=STATEMENTS.replace(before, after))
    if "topic" in after or "Every" in after:
        assert read_exercise(tmp_path).record.rounds[0].statements_sha256
    else:
        (message,) = problems(tmp_path)
        assert message.startswith(OTHERS)
        assert message.endswith("found others: look at s1, s2, or one was left out")


def test_a_round_that_holds_vouches_for_its_statements(tmp_path) -> None:
    stays = STATEMENTS + "  - id: s3\n    versions: [{version: 1, from_round: 1, text: Pay by visit.}]\n"
    write(tmp_path, statements_yaml=stays)
    statements = read_exercise(tmp_path).statements
    first = f"    closed: 2026-03-20\n    statements_sha256: {wordings_sha256(statements, 1)}\n"
    record = RECORD.replace("    closed: 2026-03-20\n", first)
    record = record.replace("meetings:", SECOND % wordings_sha256(statements, 2))
    write(tmp_path, record_yaml=record, statements_yaml=stays.replace("Plans are shared", "Plans are made"))
    (message,) = problems(tmp_path)
    # s3 has the same words in round 2, whose hash holds.
    assert message.endswith("found others: look at s1, s2, or one was left out")


def test_a_statement_that_is_left_out_since_is_missed(tmp_path) -> None:
    stays = "statements:\n  - id: s1\n    versions: [{version: 1, from_round: 1, text: Pay by visit.}]\n"
    write(tmp_path, statements_yaml=stays + STATEMENTS[STATEMENTS.index("  - id: s2") :])
    statements = read_exercise(tmp_path).statements
    first = f"    closed: 2026-03-20\n    statements_sha256: {wordings_sha256(statements, 1)}\n"
    record = RECORD.replace("    closed: 2026-03-20\n", first)
    record = record.replace("meetings:", SECOND % wordings_sha256(statements, 2))
    write(tmp_path, record_yaml=record, statements_yaml=stays)
    (message,) = problems(tmp_path)
    assert message.startswith(OTHERS)
    assert message.endswith("found others: one was left out or taken out since")


def test_without_the_file_the_round_is_refused(tmp_path) -> None:
    record = noted(tmp_path)
    write(tmp_path, record_yaml=record, comments_csv=None)
    (tmp_path / "statements.yaml").unlink()
    assert problems(tmp_path)[0].endswith("found no statements.yaml")


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path) -> None:
    record = noted(tmp_path)
    write(tmp_path, record_yaml=record, statements_yaml="statements: 7\n")
    assert [one.split(":")[0] for one in problems(tmp_path)] == ["statements.yaml"]


def test_a_round_bound_to_a_journal_and_not_to_statements_is_found(tmp_path) -> None:
    entries = three()
    write_journal(tmp_path / "protocol.journal.jsonl", entries)
    head = RECORD.replace("2026-03-02\n", f"2026-03-08\n    journal_head: {entries[2].sha256}\n")
    write(tmp_path, record_yaml=head, invitations_csv=None)
    assert ("no statements noted", "record.yaml:2") in findings(tmp_path)
    write(tmp_path, record_yaml=head, invitations_csv=None, statements_yaml=None, comments_csv=None)
    (tmp_path / "statements.yaml").unlink()
    assert "no statements noted" not in dict(findings(tmp_path))
