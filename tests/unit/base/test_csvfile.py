"""CSV is read strictly: what is wrong is named with its line, and nothing is repaired in silence."""

from __future__ import annotations

import io
import time

import pytest

from allay.base.errors import InvalidInput
from allay.base.tables import read_csv


def table(data: bytes | str, **options):
    data = data.encode() if isinstance(data, str) else data
    return read_csv(io.BytesIO(data), name="a.csv", **options)


def lines(data: bytes | str, **options) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        table(data, **options)
    return [str(problem) for problem in caught.value.problems]


def test_reads_text_with_blank_as_missing():
    read = table('id,score\n1,07\n2,\n3,""\n,x\n')
    assert read.frame.rows() == [("1", "07"), ("2", None), ("3", None), (None, "x")]
    assert read.lines.tolist() == [2, 3, 4, 5]
    assert read.columns == ("id", "score")


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfid,n\r\n1,2\r\n", b"id,n\n1,2", b"id,n\n1,2\n\n\n", b"id,n\r\n1,2\r\n\r\n"]
)
def test_marks_line_ends_and_last_lines_do_not_matter(data):
    read = table(data)
    assert read.columns == ("id", "n")
    assert read.frame.rows() == [("1", "2")]


def test_line_numbers_are_those_of_an_editor():
    read = table('id,note\n1,"two\r\nlines, ""quoted"""\r\n2,x\n3,"a\n\nb"\n4,y\n')
    assert read.lines.tolist() == [2, 4, 5, 8]
    assert read.frame["note"].to_list() == ['two\nlines, "quoted"', "x", "a\n\nb", "y"]


def test_quoted_headers_and_one_column():
    assert table('"a, b","c ""d"""\n1,2\n').columns == ("a, b", 'c "d"')
    assert table("nps\n9\n10\n").frame.rows() == [("9",), ("10",)]
    assert table('nps\n9\n""\n10\n').frame.rows() == [("9",), (None,), ("10",)]


def test_nothing_is_converted_or_trimmed():
    row = ("007", " 1 ", "TRUE", "1e3", "NA", "#hash", "=1+1", "ñandú 😀")
    read = table("a,b,c,d,e,f,g,h\n" + ",".join(row) + "\n")
    assert read.frame.rows() == [row]


def test_header_only_is_an_empty_table_unless_rows_are_wanted():
    read = table("id,n\n")
    assert read.frame.shape == (0, 2)
    assert read.lines.tolist() == []
    assert lines("id,n\n", minimum_rows=1) == [
        "a.csv:1: (file): expected at least 1 row(s) of data, found 0 (only a header)"
    ]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n"])
def test_an_empty_file(data):
    assert lines(data) == ["a.csv:1: (file): expected a header row, found an empty file"]


def test_missing_columns_come_with_the_nearest():
    assert lines("Patient_ID,scor\n1,2\n", columns=["patient_id", "score", "date"]) == [
        "a.csv:1: patient_id: expected this column, found 'Patient_ID' (did you mean that?)",
        "a.csv:1: score: expected this column, found 'scor' (did you mean that?)",
        "a.csv:1: date: expected this column, found the columns Patient_ID, scor",
    ]


def test_double_blank_and_unknown_columns():
    assert lines("id,id,,n\n1,2,3,4\n", columns=["id"], optional=["n"], others="refuse") == [
        "a.csv:1: (column 3): expected a name for every column, found a blank",
        "a.csv:1: id: expected each column once, found it 2 times",
    ]
    assert lines("id,n,x\n1,2,3\n", columns=["id"], optional=["n"], others="refuse") == [
        "a.csv:1: x: expected only the columns id, n, found one more"
    ]


def test_ragged_rows_are_named():
    assert lines('id,n\n1,2\n3\n"4\n4",5\n6,7,8\n\n9,9\n') == [
        "a.csv:3: (row): expected 2 fields as in the header, found 1",
        "a.csv:6: (row): expected 2 fields as in the header, found 3",
        "a.csv:7: (row): expected 2 fields as in the header, found an empty line",
    ]


def test_many_ragged_rows_are_counted():
    with pytest.raises(InvalidInput) as caught:
        table("id,n\n" + "1\n" * 1000)
    assert (len(caught.value.problems), caught.value.total) == (50, 1000)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('id,n\n1,"open\n2,3\n', 'a.csv:2: (file): expected a closing quote ("), found none'),
        ('id,n\n1,2"3"\n', "a.csv:2: (file): expected quotes around a whole field"),
        ('id,n\n1,"2" \n', "a.csv:2: (file): expected quotes around a whole field"),
        ('id,n\n1,5" pipe\n2,6" pipe\n', "a.csv:2: (file): expected quotes around a whole field"),
        ("id,n\r1,2\r", "a.csv:1: (file): expected lines that end with LF or CRLF"),
        ("id,n\n1,2\r3\n", "a.csv:2: (file): expected lines that end with LF or CRLF"),
        ("id;n\n1;2\n", "a.csv:1: (file): expected commas between the columns, found semicolons"),
        ("id\tn\n1\t2\n", "a.csv:1: (file): expected commas between the columns, found tabs"),
    ],
)
def test_broken_structure(data, said):
    assert lines(data)[0].startswith(said)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04\x14\x00", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xd0\xcf\x11\xe0", "old Office"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PAR1....", "Parquet"),
        (b"\xff\xfei\x00d\x00", "UTF-16"),
        (b"id,n\n1,\x00\n", "NUL"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(data, kind):
    assert kind in lines(data)[0]


def test_wrong_encoding_names_every_line():
    assert lines(b"id,n\n1,caf\xe9\n2,ok\n3,\xf1\n") == [
        "a.csv:2: (file): expected text in UTF-8, found the byte 0xE9 (save the file again as UTF-8)",
        "a.csv:4: (file): expected text in UTF-8, found the byte 0xF1 (save the file again as UTF-8)",
    ]


def test_a_cell_makes_a_problem_with_its_line():
    read = table('id,n\n"1\n1",x\n2,\n')
    assert str(read.problem(0, "n", expected="a number")) == "a.csv:2: n: expected a number, found 'x'"
    assert str(read.problem(1, "n", expected="a number")) == "a.csv:4: n: expected a number, found nothing"
    assert read.problem(1, "n", expected="a number", found="a hole").found == "a hole"


def test_paths_work_too(tmp_path):
    (tmp_path / "a.csv").write_text("id\n1\n")
    assert read_csv(tmp_path / "a.csv").frame.height == 1
    assert read_csv(str(tmp_path / "a.csv")).name == str(tmp_path / "a.csv")
    with pytest.raises(InvalidInput, match="no such file"):
        read_csv(tmp_path / "b.csv")


def test_wide_rows():
    names = [f"c{n}" for n in range(5000)]
    assert table(",".join(names) + "\n" + "," * 4999 + "\n").frame.shape == (1, 5000)


@pytest.mark.parametrize("path", ["x" * 5000, "missing.csv"])
def test_names_that_no_file_can_have(path):
    with pytest.raises(InvalidInput, match="expected a file that can be read"):
        read_csv(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("x," * 400_000 + "x\n", "expected at most 10,000 columns, found 400,001"),
        (",".join(f"c{n}" for n in range(200_000)) + "\n", "expected at most 10,000 columns, found 200,000"),
        ("x" * 200_000 + ",b\n1,2\n", "expected names of columns, found a name of more than 131,072 letters"),
    ],
)
def test_what_cannot_be_a_header_is_refused_at_once(data, said):
    started = time.process_time()
    assert lines(data, columns=["id"], others="refuse") == [f"a.csv:1: (header): {said}"]
    assert time.process_time() - started < 3


def test_many_wrong_columns_take_no_long_search():
    started = time.process_time()
    with pytest.raises(InvalidInput) as caught:
        table(",".join(f"c{n}" for n in range(9_999)) + "\n", columns=[f"d{n}" for n in range(100)])
    assert caught.value.total == 100
    assert time.process_time() - started < 3
