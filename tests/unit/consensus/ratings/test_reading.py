"""Ratings files: what is read, and what is refused with which line."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest

from allay.base.errors import InvalidInput
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.ratings import reading
from allay.consensus.ratings.reading import read_ratings

HEADER = "statement,rater,rating"


def read(*rows, header=HEADER, **options):
    return read_ratings(io.BytesIO("\n".join([header, *rows, ""]).encode()), name="r.csv", **options)


def refused(*rows, header=HEADER, **options):
    with pytest.raises(InvalidInput) as caught:
        read(*rows, header=header, **options)
    return [str(problem) for problem in caught.value.problems]


def test_a_table_in_order_of_first_appearance():
    (table,) = read("s2,b,9", "s1,a,1", "s2,a, 3 ", "s1,b,")
    assert table.name == "r.csv"
    assert table.statements == ("s2", "s1")
    assert table.raters == ("b", "a")
    assert table.round == 1
    assert table.versions == ()
    np.testing.assert_array_equal(table.values, [[9, 3], [np.nan, 1]])
    np.testing.assert_array_equal(table.lines, [[2, 4], [5, 3]])


def test_rounds_are_apart_and_in_order():
    second, first = read("s1,a,2,2", "s1,a,1,1", "s2,c,5,2", header=f"{HEADER},round")[::-1]
    assert (first.round, first.statements, first.raters) == (1, ("s1",), ("a",))
    assert (second.round, second.statements, second.raters) == (2, ("s1", "s2"), ("a", "c"))
    np.testing.assert_array_equal(second.values, [[2, np.nan], [np.nan, 5]])
    np.testing.assert_array_equal(second.lines, [[2, 0], [0, 4]])


def test_versions_of_each_round():
    tables = read("s1,a,2,1,1", "s2,a,2,1,1", "s1,a,3,2,2", header=f"{HEADER},round,version")
    assert [table.versions for table in tables] == [(1, 1), (2,)]


def test_a_whole_number_with_a_point_is_one():
    assert read("s1,a,7.0")[0].values.item() == 7


def test_another_scale():
    (table,) = read("s1,a,0", "s1,b,-1", scale=RatingScale(minimum=-1, maximum=1, low_to=-1, high_from=1))
    assert table.values.tolist() == [[0, -1]]


@pytest.mark.parametrize(
    "cell",
    ["0", "10", "-3", "6.5", "7.", "seven", "7 8", "1e0", "0x7", "nan", "inf", "７", "9999999999999999999"],
)
def test_a_cell_that_is_no_rating(cell):
    expected = "expected a whole number from 1 to 9 or a blank"
    assert refused("s1,b,3", f"s1,a,{cell}") == [f"r.csv:3: rating: {expected}, found {cell!r}"]


def test_a_rater_twice_names_both_lines():
    again = "expected each rater once for a statement in a round, found the same again"
    assert refused("s1,a,3", "s1,b,3", "s1, a ,4") == [f"r.csv:4: rater: {again} (the first is in line 2)"]
    assert refused("s1,a,3", "s1,a,") == [f"r.csv:3: rater: {again} (the first is in line 2)"]
    assert len(read("s1,a,3,1", "s1,a,3,2", header=f"{HEADER},round")) == 2


def test_a_row_that_is_wrong_already_is_no_repeat_as_well():
    found = refused("s1,,3", "s1,,4", "s1,a,3", "s1,a,x")
    assert [line.split(":")[1:3] for line in found] == [["2", " rater"], ["3", " rater"], ["5", " rating"]]


def test_every_problem_is_named():
    found = refused("s1,a,3,1", ",a,3,1", "s1,,3,0", "s1,d,x,21", "s1,a,4,1", header=f"{HEADER},round")
    assert [line.split(":")[1:3] for line in found] == [
        ["3", " statement"],
        ["4", " rater"],
        ["4", " round"],
        ["5", " rating"],
        ["5", " round"],
        ["6", " rater"],
    ]


def test_two_versions_in_a_round():
    found = refused("s1,a,3,1", "s1,b,3,2", header=f"{HEADER},version")
    assert found == [
        "r.csv:3: version: expected one version of a statement in a round, found 2 beside 1 in line 2"
    ]


@pytest.mark.parametrize(
    ("column", "hint"), [("group", "panel.csv"), ("comment", "comments.csv"), ("Setting", "panel.csv")]
)
def test_another_column_is_refused_with_a_hint(column, hint):
    (found,) = refused("s1,a,3,x", header=f"{HEADER},{column}")
    assert found.startswith(f"r.csv:1: {column}: expected only the columns")
    assert hint in found


@pytest.mark.parametrize("text", [b"", b"\n", b"statement,rater,rating\n", b"statement,rater\ns1,a\n"])
def test_files_without_ratings(text):
    with pytest.raises(InvalidInput):
        read_ratings(io.BytesIO(text))


def test_a_file_of_too_many_statements_and_raters(monkeypatch):
    monkeypatch.setattr(reading, "MOST_CELLS", 5)
    (found,) = refused("s1,a,1", "s2,b,1", "s3,c,1")
    assert "3 x 3 in round 1" in found


def test_three_hundred_thousand_rows_in_about_a_second():
    rows = [f"statement {s},rater {r},{1 + (s * r) % 9}" for s in range(10_000) for r in range(30)]
    source = io.BytesIO("\n".join([HEADER, *rows]).encode())
    began = time.process_time()
    (table,) = read_ratings(source)
    assert time.process_time() - began < 3
    assert table.values.shape == (10_000, 30)
    assert table.values[12, 7] == 1 + (12 * 7) % 9
