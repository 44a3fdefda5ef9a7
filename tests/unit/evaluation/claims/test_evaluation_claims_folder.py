"""A claims folder is opened by its files' columns; what cannot be right is named before any row is read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest
from tests.unit.evaluation.claims.claims_tables import MEDICAL, MEMBERS, changed, good

from allay.base.errors import InvalidInput, NotFound
from allay.evaluation.claims import TABLES, claims_table, claims_views, convert, open_claims
from allay.evaluation.claims.contract import ColumnType


def problems(folder):
    with pytest.raises(InvalidInput) as caught:
        open_claims(folder)
    return [str(each).replace(str(folder), "DIR") for each in caught.value.problems]


def test_a_folder_that_is_not_there(tmp_path):
    assert problems(tmp_path / "no") == ["DIR:-: folder: expected a folder of claims, found nothing"]


def test_tables_that_are_not_there(tmp_path):
    folder = good(tmp_path, member=None, medical_claim=None, pharmacy_claim=None)
    assert problems(folder) == [
        "DIR:-: member: expected this table: member.parquet, member.csv or a folder member/ of Parquet files"
        ", found none",
        "DIR:-: medical_claim or pharmacy_claim: expected a table of claims, found none",
    ]


def test_a_table_that_is_there_twice(tmp_path):
    (good(tmp_path) / "member").mkdir()
    assert problems(tmp_path) == ["DIR:-: member: expected each table once, found member.csv and member"]


def test_columns_that_are_not_there_are_all_named(tmp_path):
    rows = [{"person_id": "p", "Birth_Date": "1970-01-01"}]
    lines = [{name: cell for name, cell in row.items() if name != "paid_amount"} for row in MEDICAL]
    folder = good(tmp_path, member=rows, medical_claim=lines)
    assert problems(folder) == [
        "DIR/member.csv:1: birth_date: expected this column, found 'Birth_Date' (did you mean that?)",
        "DIR/medical_claim.csv:1: paid_amount: expected this column, found none",
    ]


def parquet(folder, name, query):
    duckdb.sql(query).write_parquet(str(folder / f"{name}.parquet"))


def test_parquet_columns_of_a_type_that_cannot_be_right(tmp_path):
    folder = good(tmp_path, member=None)
    parquet(folder, "member", "SELECT 'p' AS person_id, 19700131 AS birth_date, true AS gender")
    assert problems(folder) == [
        "DIR/member.parquet:-: gender: expected text, found cells of type BOOLEAN",
        "DIR/member.parquet:-: birth_date: expected a date as YYYY-MM-DD, found cells of type INTEGER",
    ]


def test_a_parquet_file_cut_short_and_one_that_is_none_are_named_by_their_paths(tmp_path):
    folder = good(tmp_path, member=None, pharmacy_claim=None)
    parquet(folder, "member", "SELECT 'p' AS person_id, DATE '1970-01-31' AS birth_date FROM range(100)")
    whole = (folder / "member.parquet").read_bytes()
    (folder / "member.parquet").write_bytes(whole[:-10])
    (folder / "pharmacy_claim").mkdir()
    (folder / "pharmacy_claim" / "part.parquet").write_text("claim_id,paid_amount\n")
    found = problems(folder)
    assert len(found) == 2
    assert found[0].startswith("DIR/member.parquet:-: (file): expected a whole Parquet file, found Invalid")
    assert found[1].startswith("DIR/pharmacy_claim/part.parquet:-: (file): expected a whole Parquet file")


def test_a_parquet_file_damaged_inside_is_named_when_it_is_read(tmp_path):
    folder = good(tmp_path, member=None)
    parquet(
        folder,
        "member",
        "SELECT 'p' || i AS person_id, DATE '1970-01-31' + i::INT AS birth_date FROM range(9999) t(i)",
    )
    data = bytearray((folder / "member.parquet").read_bytes())
    data[8:4000] = bytes(3992)
    (folder / "member.parquet").write_bytes(bytes(data))
    with pytest.raises(InvalidInput, match=r"member\.parquet:-: \(file\): expected a whole Parquet file"):
        claims_views(duckdb.connect(), folder, decisions={})


def test_partitions_of_different_shape(tmp_path):
    folder = good(tmp_path, member=None)
    for number, born in enumerate(("DATE '1970-01-31'", "'1970-01-31'")):
        part = folder / "member" / f"bucket={number}"
        part.mkdir(parents=True)
        parquet(part, "part", f"SELECT 'p' AS person_id, {born} AS birth_date")
    assert problems(folder) == [
        "DIR/member/bucket=1/part.parquet:-: birth_date: expected DATE, as in "
        "DIR/member/bucket=0/part.parquet, found VARCHAR"
    ]


def test_partitions_may_differ_in_columns_that_are_not_read(tmp_path):
    folder = good(tmp_path, member=None)
    for number, more in enumerate((", 1 AS shoe", ", 2 AS hat")):
        part = folder / "member" / f"bucket={number}"
        part.mkdir(parents=True)
        parquet(part, "part", f"SELECT 'p{number}' AS person_id, DATE '1970-01-31' AS birth_date{more}")
    connection = duckdb.connect()
    claims = claims_views(connection, folder)
    assert connection.sql("SELECT person_id FROM member ORDER BY 1").fetchall() == [("p0",), ("p1",)]
    assert claims["member"].uneven
    assert [path.parent.name for path in claims.parquet_files("member")] == ["bucket=0", "bucket=1"]


def test_files_that_are_not_utf_8(tmp_path):
    folder = good(tmp_path)
    text = (folder / "member.csv").read_text()
    (folder / "member.csv").write_bytes(text.replace("female", "fémale").encode("latin-1"))
    with pytest.raises(InvalidInput, match=r"member\.csv:2: \(file\): expected text in UTF-8"):
        claims_views(duckdb.connect(), folder)
    (folder / "enrollment.csv").write_bytes(b"person_id,\xe9\n")
    assert problems(folder) == ["DIR/enrollment.csv:1: (file): expected text in UTF-8, found the byte 0xe9"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("p3,female", "4 fields, as in the header, found 2"),
        ("p3,female,1970-01-01,,,x", "4 fields, as in the header, found 5 or more"),
        ('p3,"fem"ale,1970-01-01,', "quotes around whole fields"),
    ],
)
def test_lines_that_do_not_fit_the_header(tmp_path, line, message):
    folder = good(tmp_path)
    with (folder / "member.csv").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(InvalidInput, match=rf"member\.csv:4: \(file\): expected {message}"):
        claims_views(duckdb.connect(), folder)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "(file): expected a header row, found an empty line"),
        ("person_id,birth_date,birth_date", "birth_date: expected each column once, found it 2 times"),
        ("person_id,,birth_date", "(file): expected a name for every column, found a blank"),
    ],
)
def test_headers_that_are_wrong(tmp_path, header, message):
    folder = good(tmp_path)
    (folder / "member.csv").write_text(header + "\n")
    assert problems(folder) == [f"DIR/member.csv:1: {message}"]


def test_views_have_every_column_of_its_type(tmp_path):
    folder = good(tmp_path / "it's", pharmacy_claim=None)
    connection = duckdb.connect()
    claims = claims_views(connection, folder)
    for name in TABLES:
        rows = connection.execute(f"DESCRIBE {name}").fetchall()
        assert [(row[0], row[1]) for row in rows] == [
            (each.name, each.type.sql) for each in claims_table(name).columns
        ]
    assert claims["pharmacy_claim"].form == "absent"
    assert connection.sql("SELECT count(*) FROM pharmacy_claim").fetchall() == [(0,)]
    first = connection.sql("SELECT paid_amount, claim_start_date, claim_line_start_date FROM medical_claim")
    assert first.fetchall()[0] == (Decimal("80.00"), dt.date(2024, 2, 5), None)


def test_views_refuse_cells_that_are_not_of_their_type(tmp_path):
    folder = good(tmp_path, medical_claim=changed(MEDICAL, 1, paid_amount="much"))
    with pytest.raises(
        InvalidInput, match=r"medical_claim\.csv:3: paid_amount: expected an amount .* found 'much'"
    ):
        claims_views(duckdb.connect(), folder)


def test_windows_line_ends_and_a_byte_order_mark_are_taken(tmp_path):
    folder = good(tmp_path)
    text = (folder / "member.csv").read_text().replace("\n", "\r\n")
    (folder / "member.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    connection = duckdb.connect()
    claims_views(connection, folder)
    assert connection.sql("SELECT person_id, gender FROM member").fetchall() == [
        ("p-one", "female"),
        ("p-two", "male"),
    ]


def test_other_types_of_parquet_become_those_of_the_contract(tmp_path):
    folder = good(tmp_path, member=None, medical_claim=None)
    parquet(folder, "member", "SELECT 12345 AS person_id, TIMESTAMP '1970-01-31 00:00:00' AS birth_date")
    parquet(
        folder,
        "medical_claim",
        "SELECT 'c' AS claim_id, 1.0::DOUBLE AS claim_line_number, 'professional' AS claim_type, "
        "'12345' AS person_id, '2024-02-05' AS claim_start_date, 0.1::DOUBLE + 0.2 AS paid_amount",
    )
    connection = duckdb.connect()
    claims = claims_views(connection, folder)
    assert connection.sql("SELECT person_id, birth_date FROM member").fetchall() == [
        ("12345", dt.date(1970, 1, 31))
    ]
    query = "SELECT claim_line_number, claim_start_date, paid_amount FROM medical_claim"
    assert connection.sql(query).fetchall() == [(1, dt.date(2024, 2, 5), Decimal("0.30"))]
    assert "medical_claim: rounded to the decimals of the contract: paid_amount" in claims.notes


def test_an_engine_of_its_own_is_told_to_convert_csv(tmp_path):
    claims = open_claims(good(tmp_path))
    with pytest.raises(InvalidInput, match="expected Parquet"):
        claims.parquet_files("member")
    with pytest.raises(NotFound, match="did you mean 'member'"):
        claims.parquet_files("members")


def test_converted_claims_are_the_same_claims(tmp_path):
    folder = good(tmp_path / "csv", pharmacy_claim=None)
    assert convert(folder, tmp_path / "out") is None
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "enrollment.parquet",
        "medical_claim.parquet",
        "member.parquet",
    ]
    one, other = duckdb.connect(), duckdb.connect()
    claims_views(one, folder)
    claims_views(other, tmp_path / "out")
    for name in TABLES:
        assert one.sql(f"SELECT * FROM {name}").fetchall() == other.sql(f"SELECT * FROM {name}").fetchall()
    for name, files in open_claims(tmp_path / "out").tables.items():
        assert not files.unsure, name


def test_converting_with_decisions_writes_what_is_kept(tmp_path):
    folder = good(tmp_path / "csv", member=[*MEMBERS, MEMBERS[0]])
    check = convert(folder, tmp_path / "out", decisions={})
    assert check.dropped["member"] == 1
    connection = duckdb.connect()
    claims_views(connection, tmp_path / "out")
    assert connection.sql("SELECT count(*) FROM member").fetchall() == [(2,)]


def test_nothing_is_written_of_claims_that_are_refused(tmp_path):
    folder = good(tmp_path / "csv", medical_claim=changed(MEDICAL, 0, claim_type="dental"))
    with pytest.raises(InvalidInput, match="claim_type"):
        convert(folder, tmp_path / "out", decisions={})
    assert not (tmp_path / "out").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["csv"]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="a folder that is empty"):
        convert(folder, tmp_path / "full")
    (tmp_path / "full" / "member.csv").write_text("person_id\n")
    with pytest.raises(InvalidInput, match="no table in another form"):
        convert(folder, tmp_path / "full", force=True)


def test_the_contract_has_the_columns_that_were_agreed():
    counts = {name: len(claims_table(name).columns) for name in TABLES}
    assert counts == {"member": 8, "enrollment": 8, "medical_claim": 40, "pharmacy_claim": 18}
    ours = {each.name for name in TABLES for each in claims_table(name).columns if each.origin == "ours"}
    assert ours == {"snomed_code", "rxnorm_code"}
    assert {claims_table(name).source.status.value for name in TABLES} == {"memory"}
    assert claims_table("medical_claim").required == (
        "claim_id",
        "claim_line_number",
        "claim_type",
        "person_id",
        "claim_start_date",
        "paid_amount",
    )
    assert len(claims_table("medical_claim").of(ColumnType.AMOUNT)) == 6
