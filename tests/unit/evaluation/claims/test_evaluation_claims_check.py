"""A check of claims names every fault by table, row and column, and drops only what it says."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import pytest
from tests.unit.evaluation.claims.claims_faults import FAULTS
from tests.unit.evaluation.claims.claims_tables import (
    ENROLLMENT,
    LINE,
    MEDICAL,
    MEMBERS,
    changed,
    good,
)

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.evaluation.claims import (
    check_claims,
    claims_limits,
    claims_views,
    convert,
    decided,
    finding_kinds,
    open_claims,
)

LATE = {"claim_start_date": "2024-11-05", "claim_end_date": "2024-11-05"}


def test_claims_without_a_fault_have_no_finding(tmp_path):
    check = check_claims(good(tmp_path))
    assert check.findings == ()
    assert check.accepted
    assert check.rows == {"member": 2, "enrollment": 3, "medical_claim": 5, "pharmacy_claim": 1}
    assert set(check.dropped.values()) == {0}


@pytest.mark.parametrize(("kind", "table", "rows", "place"), FAULTS)
def test_a_fault_is_named_by_file_line_and_column(tmp_path, kind, table, rows, place):
    check = check_claims(good(tmp_path, **{table: rows}))
    found = [each for each in check.findings if each.id == kind]
    assert [(each.table, each.count) for each in found] == [(table, 1)]
    line, column, expected, what = place
    assert str(found[0].problems[0]) == (
        f"{tmp_path / table}.csv:{line}: {column}: expected {expected}, found {what}"
    )
    assert found[0].decision is finding_kinds()[kind].default
    assert check.accepted is all(each.decision != "refuse" for each in check.findings)
    # No message holds the id of a person.
    text = check.model_dump_json()
    assert not any(f"p-{name}" in text for name in ("one", "two", "three"))


# Spans that overlap are united and not dropped.
DROPPED = [fault for fault in FAULTS if "drop" in finding_kinds()[fault[0]].allowed]


@pytest.mark.parametrize(("kind", "table", "rows", "place"), DROPPED)
def test_dropping_leaves_out_the_rows_found_and_no_others(tmp_path, kind, table, rows, place):
    others = {name: "keep" for name, each in finding_kinds().items() if "keep_flagged" in each.allowed}
    connection = duckdb.connect()
    check = check_claims(
        good(tmp_path, **{table: rows}), decisions={**others, kind: "drop"}, connection=connection
    )
    assert check.dropped[table] == 1
    left = connection.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0]
    assert left == len(rows) - 1
    # The row is gone and the others are there: a sum over them tells.
    key = {"member": "birth_date", "enrollment": "enrollment_end_date"}.get(table, "claim_id")
    kept = sorted(str(value) for (value,) in connection.sql(f"SELECT {key} FROM {table}").fetchall())
    wanted = sorted(row[key] for number, row in enumerate(rows) if number != place[0] - 2)
    assert kept == wanted


def test_every_kind_of_finding_is_planted_somewhere():
    planted = {kind for kind, *_ in FAULTS}
    elsewhere = {"missing_table", "empty_table", "enrolled_past_extract", "after_extract"}
    assert planted | elsewhere == set(finding_kinds())


def test_a_dropped_member_makes_claims_those_of_an_unknown_person(tmp_path):
    folder = good(tmp_path, member=changed(MEMBERS, 0, birth_date="1870-01-31"))
    check = check_claims(folder, decisions={"implausible_birth": "drop"})
    assert check.count("unknown_person", table="enrollment") == 2
    assert check.count("unknown_person", table="medical_claim") == len(MEDICAL)
    assert not check.accepted  # no medical claim is left


def test_the_end_of_the_extract_ends_enrollment_and_drops_later_claims(tmp_path):
    folder = good(
        tmp_path,
        enrollment=changed(ENROLLMENT, 1, enrollment_end_date="9999-12-31"),
        medical_claim=[*MEDICAL, {**LINE, **LATE, "claim_id": "c9"}],
    )
    connection = duckdb.connect()
    check = check_claims(folder, extract_end=dt.date(2024, 10, 31), connection=connection)
    assert check.accepted
    assert [(each.id, each.count) for each in check.findings] == [
        ("enrolled_past_extract", 1),
        ("after_extract", 1),
        ("outside_enrollment", 1),
    ]
    assert connection.sql("SELECT max(enrollment_end_date) FROM enrollment").fetchall() == [
        (dt.date(2024, 10, 31),)
    ]
    assert connection.sql("SELECT count(*) FROM medical_claim").fetchall() == [(len(MEDICAL),)]


def test_spans_that_begin_after_the_extract_are_left_out(tmp_path):
    connection = duckdb.connect()
    check_claims(good(tmp_path), extract_end=dt.date(2024, 7, 31), connection=connection)
    assert connection.sql("SELECT count(*) FROM enrollment").fetchall() == [(2,)]


def test_an_empty_table_and_a_missing_one_are_told_apart(tmp_path):
    folder = good(tmp_path, pharmacy_claim=None)
    (folder / "medical_claim.csv").write_text(",".join(LINE) + "\n")
    check = check_claims(folder)
    assert [(each.id, each.table, each.decision.value) for each in check.findings] == [
        ("empty_table", "medical_claim", "refuse"),
        ("missing_table", "pharmacy_claim", "keep_flagged"),
    ]
    assert "pharmacy_claim: no such table; it is taken as empty" in check.notes


def test_lines_are_those_of_an_editor_where_a_cell_holds_a_line_break(tmp_path):
    rows = changed(changed(MEDICAL, 0, hcpcs_code="99\n213"), 1, claim_type="dental")
    check = check_claims(good(tmp_path, medical_claim=rows))
    assert [each.examples[0].row for each in check.findings if each.id == "unlisted_value"] == [4]


def test_empty_lines_count_as_lines(tmp_path):
    folder = good(tmp_path, medical_claim=changed(MEDICAL, 1, claim_type="dental"))
    text = (folder / "medical_claim.csv").read_text().splitlines()
    (folder / "medical_claim.csv").write_text("\n".join([*text[:2], "", "", *text[2:], ""]))
    check = check_claims(folder)
    assert [each.examples[0].row for each in check.findings if each.id == "unlisted_value"] == [5]


def test_of_many_findings_all_are_counted_and_the_first_named(tmp_path):
    rows = [{**LINE, "claim_id": f"c{n}", "claim_type": "dental"} for n in range(300)]
    (found,) = check_claims(good(tmp_path, medical_claim=rows)).findings
    assert found.count == 300
    assert [each.row for each in found.examples] == [2, 3, 4, 5, 6]


def test_frequent_findings_are_named_by_their_first_rows_too(tmp_path, monkeypatch):
    monkeypatch.setattr("allay.evaluation.claims.flagged.FEW", 10)
    rows = [{**LINE, "claim_id": f"c{n}", "claim_type": "dental"} for n in range(300)]
    (found,) = check_claims(good(tmp_path, medical_claim=rows)).findings
    assert [each.row for each in found.examples] == [2, 3, 4, 5, 6]


def test_decisions_that_cannot_be_are_refused():
    with pytest.raises(NotFound, match="absurd_amount"):
        decided({"absurd_amounts": "drop"})
    with pytest.raises(InvalidValue, match="refuse or keep for overlap_same_plan"):
        decided({"overlap_same_plan": "drop"})


def test_views_refuse_what_a_check_refuses_and_leave_out_what_it_drops(tmp_path):
    rows = [*MEDICAL, {**LINE, "claim_id": "c9", "person_id": "p-three"}]
    connection = duckdb.connect()
    claims_views(connection, good(tmp_path / "a", medical_claim=rows))
    assert connection.sql("SELECT count(*) FROM medical_claim").fetchall() == [(6,)]
    claims_views(connection, tmp_path / "a", decisions={})
    assert connection.sql("SELECT count(*) FROM medical_claim").fetchall() == [(5,)]
    with pytest.raises(InvalidInput, match="medical_claim.csv:7: person_id"):
        claims_views(connection, tmp_path / "a", decisions={"unknown_person": "refuse"})


def test_limits_may_be_others(tmp_path):
    limits = claims_limits().model_copy(update={"largest_amount": 70})
    check = check_claims(good(tmp_path), limits=limits)
    assert check.count("absurd_amount") == 7
    assert json.loads(check.model_dump_json())["limits"]["largest_amount"] == 70


def test_parquet_rows_are_numbered_within_their_file(tmp_path):
    good(tmp_path, medical_claim=None)
    connection = duckdb.connect()
    csv = good(tmp_path / "csv", medical_claim=changed(MEDICAL, 3, claim_type="dental"))
    claims_views(connection, csv)
    (tmp_path / "medical_claim").mkdir()
    for number, where in enumerate(("claim_id = 'c1'", "claim_id = 'c2'")):
        part = tmp_path / "medical_claim" / f"bucket={number}"
        part.mkdir()
        connection.sql(f"SELECT * FROM medical_claim WHERE {where}").write_parquet(str(part / "part.parquet"))
    (found,) = [each for each in check_claims(tmp_path).findings if each.id == "unlisted_value"]
    assert found.examples[0].file == str(tmp_path / "medical_claim" / "bucket=1" / "part.parquet")
    assert found.examples[0].row == 2


def test_csv_and_parquet_are_checked_alike(tmp_path):
    planted = {"member": [], "enrollment": [], "medical_claim": [], "pharmacy_claim": []}
    good(tmp_path / "csv")
    for kind, table, rows, _ in FAULTS:
        if kind != "wrong_type":
            planted[table] += [row for row in rows if row not in planted[table]]
    folder = good(tmp_path / "csv", **planted)
    convert(folder, tmp_path / "parquet")
    assert {each.form for each in open_claims(tmp_path / "parquet").tables.values()} == {"parquet"}
    one, other = check_claims(folder), check_claims(tmp_path / "parquet")
    assert len(one.findings) > 20
    assert [(each.id, each.table, each.count) for each in one.findings] == [
        (each.id, each.table, each.count) for each in other.findings
    ]
