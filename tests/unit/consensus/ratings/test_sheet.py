"""A sheet of a survey tool becomes ratings by code and comments by nobody."""

from __future__ import annotations

import io

import polars as pl
import pytest

from allay.base.errors import InvalidInput
from allay.cli import run
from allay.cli.frame import LazyGroup
from allay.consensus.ratings.reading import read_ratings
from allay.consensus.ratings.sheet import collect_sheet

SHEET = """Timestamp,E-mail,Code,s1,s1_comment,s2,s2: comment
9:00,x@example.org,r2,7,Too long,3,
9:05,y@example.org,r1,,Fine,9,No
9:10,z@example.org,r3,5,,,Why
"""


def collected(text, **changed):
    given = {"rater": "Code", "number": 2, "name": "e.csv"} | changed
    return collect_sheet(io.BytesIO(text.encode()), given.pop("statements", ["s1", "s2"]), **given)


def problems(text, **changed):
    with pytest.raises(InvalidInput) as refused:
        collected(text, **changed)
    return [str(one) for one in refused.value.problems]


def test_ratings_come_by_code_and_read_back_as_they_were():
    frame = collected(SHEET).ratings
    (table,) = read_ratings(io.BytesIO(frame.write_csv().encode()))
    assert table.round == 2
    assert table.raters == ("r2", "r1", "r3")
    found = dict(zip(table.statements, table.values.tolist(), strict=True))
    assert str(found) == "{'s1': [7.0, nan, 5.0], 's2': [3.0, 9.0, nan]}"


def test_comments_hold_no_code_and_their_order_is_that_of_no_row():
    rows = SHEET.splitlines()[1:]
    turned = "\n".join([SHEET.splitlines()[0], *reversed(rows)]) + "\n"
    first, second = collected(SHEET).comments, collected(turned).comments
    assert first.columns == ["round", "statement", "text"]
    assert first.equals(second)
    assert sorted(first["text"].to_list()) == ["Fine", "No", "Too long", "Why"]


def test_what_is_neither_is_left_out_and_named():
    found = collected(SHEET, statements=["s1", "s2", "s3"])
    assert found.left_out == ("Timestamp", "E-mail")
    assert found.missing == ("s3",)


def test_a_statement_whose_name_ends_like_a_comment_is_a_statement():
    text = "Code,comment,s_comment\nr1,5,7\n"
    found = collected(text, statements=["comment", "s_comment"])
    assert found.ratings["rating"].to_list() == [5, 7]
    assert found.comments.height == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Code,s1\nr1,10\n", "e.csv:2: s1: expected a whole number from 1 to 9 or a blank, found '10'"),
        ("Code,s1\nr1,agree\n", "e.csv:2: s1: expected a whole number from 1 to 9 or a blank, found 'agree'"),
        ("Code,s1\n,5\n", "e.csv:2: Code: expected the code of a rater, found nothing"),
        (
            "Code,s1\nr1,5\nr1,6\n",
            "e.csv:3: Code: expected one row for each rater, found the same again (the first is in line 2)",
        ),
        (
            "Code,s1\nr9,5\n",
            "e.csv:2: Code: expected the code of somebody in the panel (panel.csv), found 'r9'",
        ),
        (
            "Code,other\nr1,5\n",
            "e.csv:1: (header): expected a column for each statement: s1, s2, found none of them",
        ),
        ("Kode,s1\nr1,5\n", "e.csv:1: Code: expected this column, found 'Kode' (did you mean that?)"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(text, said):
    assert problems(text, raters=["r1", "r2"]) == [said]


@pytest.fixture
def exercise(tmp_path):
    (tmp_path / "protocol.yaml").write_text(
        "id: e\ntitle: E\nquestion: Q?\nrounds: [{objective: Rate}, {objective: Again}]\n"
    )
    (tmp_path / "statements.yaml").write_text(
        "statements:\n"
        "  - id: s1\n"
        "    versions: [{version: 1, from_round: 1, text: One}]\n"
        "    removed_after: 1\n"
        "    removed_because: Too long\n"
        "  - {id: s2, versions: [{version: 1, from_round: 1, text: Two}]}\n"
    )
    (tmp_path / "export.csv").write_text(SHEET)
    return tmp_path


def call(folder, *words):
    from allay.cli import cli

    assert isinstance(cli, LazyGroup)
    return run(
        cli, ["consensus", "collect", str(folder / "protocol.yaml"), str(folder / "export.csv"), *words]
    )


def test_the_command_writes_both_files(exercise, capsys):
    made = exercise / "r.csv"
    assert (
        call(
            exercise,
            "--rater",
            "Code",
            "--round",
            "1",
            "--comments",
            str(exercise / "c.csv"),
            "-o",
            str(made),
        )
        == 0
    )
    assert "columns left out: Timestamp, E-mail" in capsys.readouterr().err
    assert pl.read_csv(made).height == 6
    comments = (exercise / "c.csv").read_text()
    assert "Too long" in comments
    assert not any(sign in comments for sign in ("r1", "r2", "r3", "@"))


def test_a_statement_that_was_taken_out_is_left_out(exercise, capsys):
    assert call(exercise, "--rater", "Code", "--round", "2", "--comments", str(exercise / "c.csv")) == 0
    printed = capsys.readouterr()
    assert "s1" not in printed.out
    assert "s1" in printed.err


def test_comments_are_not_dropped_without_a_word(exercise, capsys):
    assert call(exercise, "--rater", "Code", "--round", "1", "-o", str(exercise / "r.csv")) == 2
    assert "--comments FILE for the comments of the sheet, found 4 comments" in capsys.readouterr().err
    assert not (exercise / "r.csv").exists()


def test_nothing_is_written_where_one_of_both_cannot_be(exercise, capsys):
    words = (
        "--rater",
        "Code",
        "--round",
        "1",
        "--comments",
        str(exercise / "c.csv"),
        "-o",
        str(exercise / "no" / "r"),
    )
    assert call(exercise, *words) == 2
    assert not (exercise / "c.csv").exists()
