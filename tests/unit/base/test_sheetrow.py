"""Rows read cell by cell: what is blank, wrong or there twice, each with its line."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest

from allay.base.cells import exact_number, one_of, whole_number, words, yes_no
from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.findings import Findings
from allay.base.sheetrow import Sheet, read_rows
from allay.base.tables import read_csv


def table(text: str):
    return read_csv(io.BytesIO(text.encode()), name="a.csv")


def refused(text: str, build) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read_rows(table(text), build)
    return [str(problem).removeprefix("a.csv:") for problem in caught.value.problems]


def test_a_cell_is_read_without_the_blanks_around_it():
    (row,) = Sheet(table("id,n\n p1 , 2 \n"))
    assert (row.cell("id"), row.must("n", whole_number, otherwise=None), row.cell("absent")) == ("p1", 2, "")
    assert row.sound


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda row: row.text("n"), "2: n: expected a value, found nothing"),
        (
            lambda row: row.must("n", whole_number, otherwise=0),
            "2: n: expected a whole number, found nothing",
        ),
        (lambda row: row.text("absent"), "2: absent: expected a value, found no such column"),
        (lambda row: row.maybe("id", whole_number), "2: id: expected a whole number, found 'p1'"),
        (lambda row: row.wrong("id", "another", "this"), "2: id: expected another, found this"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(build, said):
    assert refused("id,n\np1,\n", build) == [said]


def test_a_blank_that_may_be_is_none_and_is_no_problem():
    assert read_rows(table("id,n\np1,\n"), lambda row: row.maybe("n", whole_number)) == (None,)


def test_problems_of_all_rows_come_by_line_and_good_rows_do_not_hide_them():
    sheet = Sheet(table("n\nx\n1\ny\n"))
    rows = list(sheet)
    found = [row.must("n", whole_number, otherwise=-1) for row in reversed(rows)]
    assert found == [-1, 1, -1]
    assert [problem.at for problem in sheet.problems] == ["2", "4"]
    assert [row.sound for row in rows] == [False, True, False]
    with pytest.raises(InvalidInput):
        sheet.refuse()


def test_a_key_twice_names_the_line_of_the_first():
    seen: dict = {}
    said = refused("id\np1\np2\np1\n", lambda row: row.once("id", row.text("id"), seen=seen, expected="one"))
    assert said == ["4: id: expected one (the first is in line 2), found 'p1'"]


def test_a_blank_key_is_one_problem_only():
    seen: dict = {}
    text = "id,n\n,1\n,2\n"
    said = refused(text, lambda row: row.once("id", row.text("id"), seen=seen, expected="one"))
    assert said == [f"{line}: id: expected a value, found nothing" for line in (2, 3)]


def test_what_the_whole_row_cannot_be_counts_against_the_first_column():
    def build(row):
        raise InvalidValue(expected="an end after the start", found="none")

    assert refused("id,n\np1,1\n", build) == ["2: id: expected an end after the start, found none"]


def test_an_unknown_id_is_refused_with_the_nearest():
    def known(text):
        raise NotFound.among("service", text, known=["yoga"])

    said = "expected a known one (there is no service 'yogo'; did you mean 'yoga'?), found 'yogo'"
    assert refused("id\nyogo\n", lambda row: row.maybe("id", known)) == [f"2: id: {said}"]


def test_an_entry_of_json_has_its_pointer():
    sheet = Sheet.of_entries("a.json", "/rows", [{"n": "1"}, {"n": "x"}, {}])
    assert [row.must("n", whole_number, otherwise=None) for row in sheet] == [1, None, None]
    assert [str(problem) for problem in sheet.problems] == [
        "a.json:/rows/1/n: n: expected a whole number, found 'x'",
        "a.json:/rows/2/n: n: expected a whole number, found nothing",
    ]


@pytest.mark.parametrize("text", ["", "1.5", "-1", "1e3", "٣", "9" * 5000])
def test_whole_numbers_are_plain_digits(text):
    with pytest.raises(InvalidValue, match="expected a whole number"):
        whole_number(text)


@pytest.mark.parametrize("text", ["", "NaN", "inf", "1_000", "1,5", "9e999999", "1e-999999", "1" * 41])
def test_numbers_are_finite_and_of_a_size_to_compute_with(text):
    with pytest.raises(InvalidValue, match="expected a number"):
        exact_number(text)


def test_numbers_words_and_choices_are_read_as_written():
    assert str(exact_number("-0.50")) == "-0.50"
    assert words(" a  b ") == ("a", "b")
    assert (yes_no("yes"), one_of(["a"])("a")) == (True, "a")
    with pytest.raises(InvalidValue, match="expected yes or no, found 'YES'"):
        yes_no("YES")


def test_rows_with_a_finding_are_marked():
    read = table("id,n\np1,1\np2,\np3,3\n")
    findings = Findings(read)
    findings.add(np.array([True, False, False]), "id", expected="another")
    findings.add_where(read.frame, "n", pl.col("n") == "3", expected="another")
    findings.add_where(read.frame, "absent", pl.col("n") == "1", expected="nothing is said of what is absent")
    assert findings.wrong.tolist() == [True, False, True]
    assert findings.total == 2


def test_absent_columns_are_blank():
    assert table("id\np1\n").padded(["id", "n"]).rows() == [("p1", None)]
