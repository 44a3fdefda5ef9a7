"""Days and rounds at the very edge: what is on it still fits."""

from __future__ import annotations

import io

import pytest
from tests.unit.consensus.protocol.exercise_folder import (
    RECORD,
    STATEMENTS,
    exercise,
    findings,
    problems,
    write,
)
from tests.unit.consensus.protocol.journals import day, write_journal

from allay.consensus.protocol.freezing import freeze, unfreeze
from allay.consensus.protocol.privacy import PersonalSigns, looks_like_name
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.ratings.ratingcheck import check_ratings, with_versions
from allay.consensus.ratings.reading import read_ratings


def test_the_day_on_which_a_round_closes_belongs_to_it(tmp_path) -> None:
    record = RECORD.replace("meetings:", "  - {number: 2, opened: 2026-03-20}\nmeetings:")
    record = record.replace("on: 2026-03-25", "on: 2026-03-20")
    invited = "round,rater,invited,reminded,declined\n1,r01,2026-03-20,2026-03-20,2026-03-20\n"
    write(tmp_path, record_yaml=record, invitations_csv=invited)
    assert findings(tmp_path) == []


def test_support_may_be_given_again_on_the_day_it_was_withdrawn(tmp_path) -> None:
    one = "  - {organization: o1, name: One, on: 2026-06-01, of: Draft, withdrawn: 2026-06-01}\n"
    write(tmp_path, record_yaml=f"endorsements:\n{one}{one}")
    assert findings(tmp_path) == []


def test_of_entries_of_one_day_the_noted_head_says_what_a_round_was_opened_under(tmp_path) -> None:
    protocol = read_exercise(write(tmp_path, invitations_csv=None)).protocol
    entries = [freeze([], protocol, on=day(2), by="chair")]
    entries.append(unfreeze(entries, on=day(2), by="chair", reason="Why"))
    write_journal(tmp_path / "protocol.journal.jsonl", entries)
    assert read_exercise(tmp_path).freezing.before_first_round is False
    named = RECORD.replace("    closed:", f'    journal_head: "{entries[0].sha256}"\n    closed:')
    write(tmp_path, record_yaml=named, invitations_csv=None)
    assert read_exercise(tmp_path).freezing.before_first_round is True
    assert [one.kind for one in read_exercise(tmp_path).findings] == ["no statements noted"]


def test_a_statement_taken_out_before_its_first_round_never_stands(tmp_path) -> None:
    late = STATEMENTS.replace(
        "{version: 1, from_round: 1, text: Plans", "{version: 1, from_round: 2, text: Plans"
    )
    write(tmp_path, statements_yaml=late)
    assert problems(tmp_path) == [
        "statements.yaml:9: /statements/1/removed_after: expected a round from 2, its first, to 2, the last "
        "planned, found round 1"
    ]


def test_a_statement_is_missed_only_in_rounds_in_which_it_stands(tmp_path) -> None:
    rounds = "rounds:\n  - objective: Rate\n  - objective: Rate again\n"
    protocol = f"id: d\ntitle: A\nquestion: What?\n{rounds}"
    late = STATEMENTS + "  - id: s3\n    versions:\n      - {version: 1, from_round: 2, text: New.}\n"
    none = dict.fromkeys(("panel_csv", "record_yaml", "comments_csv", "invitations_csv"))
    read = exercise(tmp_path, protocol_yaml=protocol, statements_yaml=late, **none)
    text = b"statement,rater,rating,round\ns1,a,1,1\ns2,a,9,1\ns1,a,1,2\n"
    found = check_ratings(read, read_ratings(io.BytesIO(text), name="r.csv"))
    assert [one.text for one in found] == ["nobody rated s3 in round 2"]


def test_versions_that_were_read_are_kept_whatever_they_are(tmp_path) -> None:
    """`check_ratings` is what refuses a wrong one."""
    text = b"statement,rater,rating,version\ns1,r01,1,2\n"
    tables = read_ratings(io.BytesIO(text), name="r.csv")
    assert with_versions(exercise(tmp_path), tables)[0].versions == (2,)


def test_what_looks_like_a_person() -> None:
    named = ["ann.example", "Ann_Example", "AnnExample", "Ann-Example"]
    coded = ["r01", "P-12", "payer-a", "a.1", "ANN", "alpha", "r.1"]
    assert [looks_like_name(code) for code in [*named, *coded]] == [True] * 4 + [False] * 7


def test_plain_words_and_numbers_are_not_taken_for_codes() -> None:
    signs = PersonalSigns(["alpha", "7", "r-01", "ann.example"])
    assert signs.found_in("alpha and 7 of 9") == ()
    for text in ("as R-01 said", "(r-01)", "r-01.", "says Ann.Example,"):
        assert signs.found_in(text) == ("the code of a rater",), text
    assert signs.found_in("r-011 or xr-01") == ()


def test_addresses_and_numbers_of_telephones() -> None:
    signs = PersonalSigns(())
    for text in ("555-123-4567", "+49 30 1234567", "(555) 123.4567", "Tel. 5551234567"):
        assert signs.found_in(text) == ("a telephone number",), text
    for text in (
        "2026-03-01 and 2026-03-02",
        "12,345,678,901",
        "7 8 9 7 8 9",
        "1800 of 2000",
        "a @ b",
    ):
        assert signs.found_in(text) == (), text


def test_long_texts_cost_little() -> None:
    signs = PersonalSigns(["r01"])
    assert signs.found_in("x" * 200_000 + "1" * 200_000 + "@" * 200_000) == ()


@pytest.mark.parametrize("column", ["who", "Code", "initials", "expert_id", "sent by member", "Nombre"])
def test_columns_for_who_wrote_a_comment_are_refused_as_such(tmp_path, column) -> None:
    text = f"round,statement,text,{column}\n1,s1,Say who is in the team,AB\n"
    assert problems(write(tmp_path, comments_csv=text)) == [
        f"comments.csv:1: {column}: expected no column for who wrote a comment "
        "(comments are kept apart from who wrote them), found one"
    ]


def test_a_comment_has_lines_and_no_control_characters(tmp_path) -> None:
    text = 'round,statement,text\n1,s1,"One\n\ttwo"\n1,s1,"Bell \a"\n1,s1,"Red \x1b[31m"\n'
    expected = "text: expected text without control characters, found one"
    assert problems(write(tmp_path, comments_csv=text)) == [
        f"comments.csv:4: {expected}",
        f"comments.csv:5: {expected}",
    ]
