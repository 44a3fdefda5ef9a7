"""A check of claims names every fault by table, row and column, and drops only what it says."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import pytest
from tests.unit.evaluation.claims.claims_tables import (
    ENROLLMENT,
    FILL,
    LINE,
    MEDICAL,
    MEMBERS,
    PHARMACY,
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

NEGATIVE = {
    "paid_amount": "-80.00",
    "allowed_amount": "-100.00",
    "copayment_amount": "-20.00",
    "service_unit_quantity": "-1",
}
LATE = {"claim_start_date": "2024-11-05", "claim_end_date": "2024-11-05"}
DAY = "a date as YYYY-MM-DD"
CENTS = "an amount in dollars and whole cents, such as 120.50"
DAYS = "a day from 1990-01-01 to 2099-12-31"
SPANS = "a day after the spans of the person that started earlier"
MEMBER = "a person of the member table"
ENROLLED = "a day on which the person is enrolled"
ONCE = "each row once"
REVERSES = "a line that this reverses"
# Kind, table, its rows, and where it is found: (line, column, expected, found).
FAULTS = [
    (
        "wrong_type",
        "member",
        changed(MEMBERS, 1, birth_date="1980-02-30"),
        (3, "birth_date", DAY, "'1980-02-30'"),
    ),
    (
        "wrong_type",
        "member",
        changed(MEMBERS, 0, birth_date="31/01/1970"),
        (2, "birth_date", DAY, "'31/01/1970'"),
    ),
    (
        "wrong_type",
        "medical_claim",
        changed(MEDICAL, 1, paid_amount="1,200.00"),
        (3, "paid_amount", CENTS, "'1,200.00'"),
    ),
    (
        "wrong_type",
        "medical_claim",
        changed(MEDICAL, 1, paid_amount="1.005"),
        (3, "paid_amount", CENTS, "'1.005'"),
    ),
    (
        "wrong_type",
        "medical_claim",
        changed(MEDICAL, 0, claim_line_number="1.5"),
        (2, "claim_line_number", "a whole number", "'1.5'"),
    ),
    (
        "wrong_type",
        "pharmacy_claim",
        changed(PHARMACY, 0, days_supply="ten"),
        (2, "days_supply", "a whole number", "'ten'"),
    ),
    ("blank", "member", changed(MEMBERS, 1, person_id=" "), (3, "person_id", "a value", "nothing")),
    ("blank", "medical_claim", changed(MEDICAL, 0, claim_id=""), (2, "claim_id", "a value", "nothing")),
    ("blank", "pharmacy_claim", changed(PHARMACY, 0, paid_amount=""), (2, "paid_amount", CENTS, "nothing")),
    (
        "unlisted_value",
        "medical_claim",
        changed(MEDICAL, 1, claim_type="dental"),
        (3, "claim_type", "professional or institutional", "'dental'"),
    ),
    ("duplicate_member", "member", [*MEMBERS, MEMBERS[0]], (4, "person_id", ONCE, "it again")),
    (
        "conflicting_member",
        "member",
        [*MEMBERS, {**MEMBERS[0], "gender": "male"}],
        (4, "person_id", "one row a person", "another"),
    ),
    (
        "death_before_birth",
        "member",
        changed(MEMBERS, 1, death_date="1949-01-01"),
        (3, "death_date", "a day from the birth on", "1949-01-01"),
    ),
    (
        "implausible_birth",
        "member",
        changed(MEMBERS, 0, birth_date="1870-01-31"),
        (2, "birth_date", "a day from 1900-01-01 to 2099-12-31", "1870-01-31"),
    ),
    (
        "ends_before_start",
        "enrollment",
        changed(ENROLLMENT, 0, enrollment_end_date="2023-12-31"),
        (2, "enrollment_end_date", "a day from the start on", "2023-12-31"),
    ),
    (
        "implausible_date",
        "enrollment",
        changed(ENROLLMENT, 0, enrollment_start_date="1914-01-01"),
        (2, "enrollment_start_date", DAYS, "1914-01-01"),
    ),
    (
        "open_end",
        "enrollment",
        changed(ENROLLMENT, 1, enrollment_end_date="9999-12-31"),
        (3, "enrollment_end_date", "a day up to 2099-12-31", "9999-12-31"),
    ),
    (
        "enrolled_before_birth",
        "enrollment",
        [
            *ENROLLMENT,
            {**ENROLLMENT[2], "enrollment_start_date": "1949-12-01", "enrollment_end_date": "1991-01-01"},
        ],
        (5, "enrollment_start_date", "a day from the birth on", "1949-12-01"),
    ),
    (
        "enrolled_after_death",
        "enrollment",
        changed(ENROLLMENT, 2, enrollment_end_date="2024-10-31"),
        (4, "enrollment_end_date", "a day up to the death", "2024-10-31"),
    ),
    (
        "duplicate_span",
        "enrollment",
        [*ENROLLMENT, ENROLLMENT[1]],
        (5, "enrollment_start_date", "each span once", "it again"),
    ),
    (
        "overlap_same_plan",
        "enrollment",
        changed(ENROLLMENT, 1, enrollment_start_date="2024-06-30"),
        (3, "enrollment_start_date", SPANS, "2024-06-30"),
    ),
    (
        "overlap_other_plan",
        "enrollment",
        changed(ENROLLMENT, 1, enrollment_start_date="2024-06-30", plan="z"),
        (3, "enrollment_start_date", SPANS, "2024-06-30"),
    ),
    (
        "unknown_person",
        "enrollment",
        [*ENROLLMENT, {**ENROLLMENT[0], "person_id": "p-three"}],
        (5, "person_id", MEMBER, "one who is not there"),
    ),
    (
        "unknown_person",
        "medical_claim",
        [*MEDICAL, {**LINE, "claim_id": "c9", "person_id": "p-three"}],
        (7, "person_id", MEMBER, "one who is not there"),
    ),
    (
        "implausible_date",
        "medical_claim",
        changed(MEDICAL, 0, claim_start_date="1914-02-05"),
        (2, "claim_start_date", DAYS, "1914-02-05"),
    ),
    (
        "implausible_other_date",
        "medical_claim",
        changed(MEDICAL, 0, paid_date="1914-02-05"),
        (2, "paid_date", DAYS, "1914-02-05"),
    ),
    (
        "claim_ends_before_start",
        "medical_claim",
        changed(MEDICAL, 0, claim_end_date="2024-02-04"),
        (2, "claim_end_date", "a day from the start on", "2024-02-04"),
    ),
    (
        "claim_ends_before_start",
        "medical_claim",
        changed(MEDICAL, 0, admission_date="2024-02-05", discharge_date="2024-02-01"),
        (2, "discharge_date", "a day from the start on", "2024-02-01"),
    ),
    (
        "before_birth",
        "pharmacy_claim",
        changed(PHARMACY, 0, dispensing_date="1949-03-05"),
        (2, "dispensing_date", "a day from the birth on", "1949-03-05"),
    ),
    (
        "after_death",
        "pharmacy_claim",
        changed(PHARMACY, 0, dispensing_date="2024-10-31"),
        (2, "dispensing_date", "a day up to 30 days after the death", "2024-10-31"),
    ),
    (
        "outside_enrollment",
        "medical_claim",
        changed(MEDICAL, 0, claim_start_date="2024-07-15", claim_end_date="2024-07-15"),
        (2, "claim_start_date", ENROLLED, "2024-07-15"),
    ),
    (
        "outside_enrollment",
        "medical_claim",
        changed(MEDICAL, 0, claim_line_start_date="2023-12-31"),
        (2, "claim_start_date", ENROLLED, "2023-12-31 (of the line)"),
    ),
    (
        "mixed_signs",
        "medical_claim",
        changed(MEDICAL, 0, copayment_amount="-20.00"),
        (2, "copayment_amount", "no negative amount beside positive ones", "-20.00"),
    ),
    (
        "absurd_amount",
        "medical_claim",
        changed(MEDICAL, 1, paid_amount="99999999.00"),
        (3, "paid_amount", "at most 5,000,000", "99999999.00"),
    ),
    (
        "absurd_quantity",
        "medical_claim",
        changed(MEDICAL, 1, service_unit_quantity="999999"),
        (3, "service_unit_quantity", "at most 100,000", "999999.000"),
    ),
    (
        "absurd_quantity",
        "pharmacy_claim",
        changed(PHARMACY, 0, days_supply="999"),
        (2, "days_supply", "at most 366 days", "999"),
    ),
    ("duplicate_row", "medical_claim", [*MEDICAL, MEDICAL[0]], (7, "claim_line_number", ONCE, "it again")),
    ("duplicate_row", "pharmacy_claim", [FILL, FILL], (3, "claim_line_number", ONCE, "it again")),
    (
        "reversal_without_original",
        "medical_claim",
        [*MEDICAL, {**LINE, **NEGATIVE, "claim_id": "c8"}],
        (7, "claim_line_number", REVERSES, "none"),
    ),
    (
        "reversal_without_original",
        "medical_claim",
        [*MEDICAL, {**LINE, **NEGATIVE}, {**LINE, **NEGATIVE, "paid_date": "2024-05-01"}],
        (8, "claim_line_number", REVERSES, "one that is reversed already"),
    ),
    (
        "repeated_line",
        "medical_claim",
        [*MEDICAL, {**LINE, "paid_amount": "81.00"}],
        (
            7,
            "claim_line_number",
            "each line once, or again after its reversal",
            "it again with other content",
        ),
    ),
]


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
