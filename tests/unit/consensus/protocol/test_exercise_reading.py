"""An exercise as a folder: every problem of every file at once, with its place."""

from __future__ import annotations

import pytest
from tests.unit.consensus.protocol.exercise_folder import (
    COMMENTS,
    INVITATIONS,
    PANEL,
    PROTOCOL,
    RECORD,
    STATEMENTS,
    exercise,
    findings,
    problems,
    write,
)

from allay.base.errors import InvalidInput
from allay.consensus.protocol.reading import read_exercise, read_frozen


def test_a_whole_exercise_is_read(tmp_path) -> None:
    read = exercise(tmp_path)
    assert [one.id for one in read.statements] == ["s1", "s2"]
    assert [one.rater for one in read.panel] == ["r01", "r02", "r03"]
    assert read.panel[1].type == "not reported"
    assert read.invitations[1].reminded[0].isoformat() == "2026-03-09"
    assert read.comments[0].text == "Say who is in the team"
    assert read.record.meetings[0].attended == ("r01", "r03")
    assert (read.freezing_state, read.head, read.freezing.before_first_round) == ("never frozen", None, False)
    assert read.findings == ()


def test_a_protocol_alone_is_an_exercise(tmp_path) -> None:
    (tmp_path / "plan.yaml").write_text(PROTOCOL)
    read = read_exercise(tmp_path / "plan.yaml")
    assert (read.statements, read.panel, read.comments, read.record.rounds) == ((), (), (), ())
    assert read.statement_document is None
    assert read.freezing.before_first_round is None


def test_a_folder_stands_for_its_protocol(tmp_path) -> None:
    write(tmp_path)
    assert read_exercise(tmp_path).protocol == read_exercise(str(tmp_path / "protocol.yaml")).protocol


def test_every_problem_of_every_file_comes_at_once(tmp_path) -> None:
    write(
        tmp_path,
        protocol_yaml=PROTOCOL.replace("title: A definition", "titel: A definition"),
        statements_yaml="statements: []\nextra: 1\n",
        panel_csv="rater,group\nr 1,patients\n",
        invitations_csv="round,rater,invited\n0,r01,2026-02-30\n",
        comments_csv="round,statement,text,author\n",
        record_yaml="recruited: many\n",
        protocol_journal_jsonl="",
    )
    assert [line.split(": expected")[0] for line in problems(tmp_path)] == [
        "protocol.yaml:1: /title",
        "protocol.yaml:2: /titel",
        "record.yaml:1: /recruited",
        "protocol.journal.jsonl:1: (file)",
        "statements.yaml:2: /extra",
        "panel.csv:2: rater",
        "invitations.csv:2: round",
        "invitations.csv:2: invited",
        "comments.csv:1: author",
    ]


def test_what_fits_nothing_is_named_beside_wrong_rows(tmp_path) -> None:
    write(
        tmp_path, panel_csv="rater,group\nr01,nurses\nr01,payers\n", invitations_csv=None, comments_csv=None
    )
    assert problems(tmp_path) == [
        "panel.csv:2: group: expected one of the groups patients, payers, found 'nurses'",
        "panel.csv:3: rater: expected each rater once (the first is in line 2), found 'r01'",
    ]


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("panel_csv", "", "panel.csv:1: (file): expected a header row, found an empty file"),
        (
            "panel_csv",
            "rater\nann@example.org\n",
            "panel.csv:2: rater: expected a code, found an e-mail address",
        ),
        (
            "panel_csv",
            "rater\nAnn Example\n",
            "panel.csv:2: rater: expected a code without blanks, not a name, found a text with blanks",
        ),
        ("panel_csv", "rater,group\n,payers\n", "panel.csv:2: rater: expected a value, found nothing"),
        (
            "panel_csv",
            f"rater\n{'r' * 65}\n",
            "panel.csv:2: rater: expected a code of at most 64 letters, digits, dots, hyphens or "
            f"underscores, found '{'r' * 59}…'",
        ),
        (
            "panel_csv",
            f"rater,type\nr1,{'t' * 201}\n",
            f"panel.csv:2: type: expected one line of at most 200 signs, found '{'t' * 59}…'",
        ),
        (
            "panel_csv",
            "rater,name\nr1,Ann\n",
            "panel.csv:1: name: expected only the columns rater, group, type, setting, region, "
            "found one more",
        ),
        (
            "invitations_csv",
            "round,rater,invited\n99999999999999999999,r01,2026-03-02\n",
            "invitations.csv:2: round: expected the number of a round, 1 to 20, found '99999999999999999999'",
        ),
        (
            "invitations_csv",
            "round,rater,invited\n1,r01,03/02/2026\n",
            "invitations.csv:2: invited: expected a date as YYYY-MM-DD, found '03/02/2026'",
        ),
        (
            "invitations_csv",
            "round,rater,invited,reminded\n1,r01,2026-03-02,2026-03-01\n",
            "invitations.csv:2: reminded: expected days not before the invitation (2026-03-02), "
            "found '2026-03-01'",
        ),
        (
            "invitations_csv",
            "round,rater,invited,reminded\n1,r01,2026-03-02,2026-03-09 2026-03-05\n",
            "invitations.csv:2: reminded: expected days in order, each once, found '2026-03-09 2026-03-05'",
        ),
        (
            "invitations_csv",
            "round,rater,invited,declined\n1,r01,2026-03-02,2026-03-01\n",
            "invitations.csv:2: declined: expected a day not before the invitation (2026-03-02), "
            "found '2026-03-01'",
        ),
        (
            "invitations_csv",
            INVITATIONS + "1,r01,2026-03-03,,\n",
            "invitations.csv:4: rater: expected each rater once in round 1 (the first is in line 2), "
            "found 'r01'",
        ),
        (
            "invitations_csv",
            "round,rater,invited\n3,r01,2026-03-02\n",
            "invitations.csv:2: round: expected one of the 2 planned rounds, found 3",
        ),
        (
            "invitations_csv",
            "round,rater,invited\n1,r09,2026-03-02\n",
            "invitations.csv:2: rater: expected a rater of the panel, found 'r09'",
        ),
        (
            "comments_csv",
            "round,statement,text,rater\n1,s1,No,r01\n",
            "comments.csv:1: rater: expected no column for who wrote a comment (comments are kept apart from "
            "who wrote them), found one",
        ),
        (
            "comments_csv",
            "round,statement,text\n1,s1,\n",
            "comments.csv:2: text: expected a text, found nothing",
        ),
        (
            "comments_csv",
            "round,statement,text\n1,s9,No\n",
            "comments.csv:2: statement: expected a statement of the file, found 's9'",
        ),
        (
            "comments_csv",
            "round,statement,text\n2,s2,No\n",
            "comments.csv:2: statement: expected a statement of round 2, found 's2'",
        ),
        (
            "comments_csv",
            "round,statement,text,group\n1,s1,No,nurses\n",
            "comments.csv:2: group: expected one of the groups patients, payers, found 'nurses'",
        ),
        (
            "comments_csv",
            "round,statement,text\n3,s1,No\n",
            "comments.csv:2: round: expected one of the 2 planned rounds, found 3",
        ),
        (
            "statements_yaml",
            STATEMENTS.replace("from_round: 2", "from_round: 3"),
            "statements.yaml:5: /statements/0/versions/1/from_round: expected one of the 2 planned rounds, "
            "found round 3",
        ),
        (
            "statements_yaml",
            STATEMENTS.replace("removed_after: 1", "removed_after: 5"),
            "statements.yaml:9: /statements/1/removed_after: expected a round from 1, its first, to 2, the "
            "last planned, found round 5",
        ),
    ],
)
def test_the_message_names_the_place(tmp_path, file, text, found) -> None:
    write(tmp_path, **{file: text})
    assert found in problems(tmp_path)


def test_marks_and_line_ends_of_windows_change_nothing(tmp_path) -> None:
    plain = exercise(tmp_path)
    for name in ("protocol.yaml", "statements.yaml", "panel.csv", "comments.csv", "record.yaml"):
        data = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    again = read_exercise(tmp_path)
    assert again.protocol.sha256() == plain.protocol.sha256()
    assert (again.panel, again.comments, again.record) == (plain.panel, plain.comments, plain.record)


@pytest.mark.parametrize("name", ["protocol.yaml", "statements.yaml", "record.yaml"])
def test_an_empty_yaml_file_is_refused(tmp_path, name) -> None:
    write(tmp_path, **{name.replace(".", "_"): ""})
    assert problems(tmp_path) == [f"{name}:1: (document): expected a mapping, found nothing (null)"]


def test_a_link_to_nowhere_is_a_file_that_cannot_be_read(tmp_path) -> None:
    write(tmp_path, panel_csv=None)
    (tmp_path / "panel.csv").symlink_to(tmp_path / "gone.csv")
    expected = "panel.csv:-: (file): expected a file that can be read, found no such file or directory"
    assert problems(tmp_path) == [expected]


def test_what_is_not_text_is_refused(tmp_path) -> None:
    write(tmp_path, panel_csv=b"rater\n\xff\n", comments_csv=b"PK\x03\x04")
    assert problems(tmp_path) == [
        "panel.csv:2: (file): expected text in UTF-8, found the byte 0xFF (save the file again as UTF-8)",
        "comments.csv:1: (file): expected plain text in UTF-8, found a ZIP archive or an Excel "
        "workbook (.xlsx)",
    ]


def test_without_a_panel_or_statements_nobody_is_unknown(tmp_path) -> None:
    write(tmp_path, panel_csv=None, statements_yaml=None)
    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    ("files", "kind", "where"),
    [
        ({"panel_csv": PANEL + "r04,,\n"}, "no group", "panel.csv:5"),
        ({"panel_csv": PANEL + "ann.example,payers,\n"}, "looks like a name", "panel.csv:5"),
        ({"panel_csv": PANEL + "R01,payers,\n"}, "codes alike", "panel.csv:5"),
        ({"panel_csv": PANEL.replace("payers", "patients")}, "empty group", "panel.csv"),
        (
            {"protocol_yaml": PROTOCOL.replace("name: Payers", "name: Payers\n    quota: 2")},
            "quota not met",
            "panel.csv",
        ),
        ({"invitations_csv": INVITATIONS + "1,r03,2026-03-21,,\n"}, "after the round", "invitations.csv:4"),
        (
            {"invitations_csv": INVITATIONS + "1,r03,2026-03-02,2026-03-09,2026-03-05\n"},
            "reminded after declining",
            "invitations.csv:4",
        ),
        ({"comments_csv": COMMENTS + "1,s1,Ask ann@example.org\n"}, "who wrote it", "comments.csv:3"),
        ({"comments_csv": COMMENTS + "1,s1,Call (555) 123-4567 x\n"}, "who wrote it", "comments.csv:3"),
        ({"comments_csv": COMMENTS + "1,s1,As R02. said\n"}, "who wrote it", "comments.csv:3"),
        ({"comments_csv": COMMENTS + COMMENTS.splitlines()[1]}, "comment twice", "comments.csv:3"),
        (
            {"statements_yaml": STATEMENTS.replace("Plans are shared.", "care is  given by a team.")},
            "same words",
            "statements.yaml:8",
        ),
    ],
)
def test_what_is_odd_is_kept_and_found(tmp_path, files, kind, where) -> None:
    write(tmp_path, **files)
    assert findings(tmp_path) == [(kind, where)]
    assert "ann" not in read_exercise(tmp_path).findings[0].text
    assert "r02" not in read_exercise(tmp_path).findings[0].text.casefold()


def test_days_numbers_and_short_repeats_are_no_findings(tmp_path) -> None:
    write(
        tmp_path,
        comments_csv="round,statement,text\n1,s1,On 2026-01-02 2026-01-03 we saw 12 of 30\n"
        "1,s1,Agree\n1,s1,Agree\n",
    )
    assert findings(tmp_path) == []


def test_a_file_of_nearly_the_name_is_found(tmp_path) -> None:
    write(tmp_path, statements_yaml=None, comments_csv=None)
    (tmp_path / "Statement.yaml").write_text(STATEMENTS)
    (tmp_path / "notes.csv").write_text("a\n")
    assert findings(tmp_path) == [("not read", "Statement.yaml")]


def test_only_protocol_record_and_journal_are_read_for_freezing(tmp_path) -> None:
    write(tmp_path, panel_csv="wrong")
    assert read_frozen(tmp_path).record.rounds[0].number == 1
    write(tmp_path, record_yaml=RECORD.replace("number: 1", "number: one"))
    with pytest.raises(InvalidInput, match="a whole number"):
        read_frozen(tmp_path)
