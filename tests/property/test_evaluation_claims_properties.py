"""Whatever small claims there are: planted faults are all found, and dropping takes no good row."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.evaluation.claims.claims_tables import write_csv

from allay.evaluation.claims import check_claims

# Each example writes files and starts an engine: fewer examples than a property of plain functions gets.
FEW = settings(max_examples=15)
FIRST = dt.date(2024, 1, 1)
DAYS = st.integers(0, 119).map(lambda day: FIRST + dt.timedelta(day))
PEOPLE = ("u", "v", "w")
MEMBERS = [{"person_id": person, "birth_date": "1970-01-01"} for person in PEOPLE]

spans = st.lists(
    st.tuples(st.sampled_from(PEOPLE), DAYS, DAYS, st.sampled_from("AB")), min_size=1, max_size=7
)
lines = st.lists(
    st.tuples(
        st.sampled_from(("c1", "c2")),
        st.integers(1, 2),
        st.sampled_from((*PEOPLE, "x")),
        DAYS,
        st.sampled_from((-5, 5, 7)),
    ),
    min_size=1,
    max_size=9,
)


def checked(folder: Path, enrolled, claimed, **options):
    write_csv(folder / "member.csv", MEMBERS)
    write_csv(
        folder / "enrollment.csv",
        [
            {
                "person_id": person,
                "plan": plan,
                "enrollment_start_date": str(first),
                "enrollment_end_date": str(last),
            }
            for person, first, last, plan in enrolled
        ],
    )
    write_csv(
        folder / "pharmacy_claim.csv",
        [
            {
                "claim_id": claim,
                "claim_line_number": str(line),
                "person_id": person,
                "dispensing_date": str(day),
                "paid_amount": str(paid),
            }
            for claim, line, person, day, paid in claimed
        ],
    )
    return check_claims(folder, **options)


def found(check, kind, table):
    return {
        example.row - 2
        for each in check.findings
        if (each.id, each.table) == (kind, table)
        for example in each.examples
    }


def naive_outside(enrolled, claimed):
    """The claims on no day of coverage, day by day."""
    covered = {
        (person, first + dt.timedelta(n))
        for person, first, last, _ in enrolled
        for n in range((last - first).days + 1)
    }
    return [n for n, (_, _, person, day, _) in enumerate(claimed) if (person, day) not in covered]


def naive_repeats(claimed):
    """By claim line, row by row: copies, reversals without an original, lines that come again."""
    seen, copies, orphans, again = set(), [], [], []
    first = {}
    for n, row in enumerate(claimed):
        if row in seen:
            copies.append(n)
        else:
            seen.add(row)
            first.setdefault(row[:2], []).append(n)
    for rows in first.values():
        positive = [n for n in rows if claimed[n][4] > 0]
        negative = [n for n in rows if claimed[n][4] < 0]
        orphans += negative[len(positive) :]
        again += positive[1 + len(negative) :]
    return sorted(copies), sorted(orphans), sorted(again)


@FEW
@given(spans, lines)
def test_every_fault_is_found_and_nothing_else(enrolled, claimed):
    keep = {"unknown_person": "keep", "duplicate_span": "keep"}
    with tempfile.TemporaryDirectory() as name:
        check = checked(Path(name), enrolled, claimed, decisions=keep)
    table = "pharmacy_claim"
    backwards = [n for n, (_, first, last, _) in enumerate(enrolled) if last < first]
    assert check.count("ends_before_start") == len(backwards)
    unknown = [n for n, row in enumerate(claimed) if row[2] == "x"]
    outside = naive_outside(enrolled, claimed)
    copies, orphans, again = naive_repeats(claimed)
    for kind, rows in (
        ("unknown_person", unknown),
        ("outside_enrollment", outside),
        ("duplicate_row", copies),
        ("reversal_without_original", orphans),
        ("repeated_line", again),
    ):
        assert check.count(kind, table=table) == len(rows), kind
        assert found(check, kind, table) == set(rows[:5]), kind


@FEW
@given(spans)
def test_overlaps_are_those_of_a_plain_loop(enrolled):
    claimed = [("c1", 1, "u", FIRST, 5)]
    with tempfile.TemporaryDirectory() as name:
        check = checked(Path(name), enrolled, claimed, decisions={"duplicate_span": "keep"})
    order = {}
    for row in enrolled:
        order.setdefault(row, len(order))
    whole = sorted((row for row in order if row[1] <= row[2]), key=lambda row: (row[1], row[2], order[row]))
    same = other = 0
    for place, (person, first, _, plan) in enumerate(whole):
        before = [row for row in whole[:place] if row[0] == person and row[2] >= first]
        same += any(row[3] == plan for row in before)
        # Of two spans of different plans that start on one day, one is named: that of the later plan by name.
        earlier = [
            row
            for row in whole
            if row[0] == person and row[3] != plan and row[2] >= first and (row[1], row[3]) < (first, plan)
        ]
        other += bool(earlier)
    assert check.count("overlap_same_plan") == same
    assert check.count("overlap_other_plan") == other


@FEW
@given(spans, lines)
def test_dropping_takes_the_rows_found_and_leaves_the_others(enrolled, claimed):
    drop = dict.fromkeys(("unknown_person", "outside_enrollment", "duplicate_row", "repeated_line"), "drop")
    connection = duckdb.connect()
    with tempfile.TemporaryDirectory() as name:
        check = checked(Path(name), enrolled, claimed, decisions=drop, connection=connection)
        query = (
            "SELECT claim_id, claim_line_number, person_id, dispensing_date, paid_amount FROM pharmacy_claim"
        )
        left = Counter(connection.sql(query).fetchall())
    copies, orphans, again = naive_repeats(claimed)
    gone = {*naive_outside(enrolled, claimed), *copies, *orphans, *again}
    gone |= {n for n, row in enumerate(claimed) if row[2] == "x"}
    assert left == Counter(row for n, row in enumerate(claimed) if n not in gone)
    assert check.dropped["pharmacy_claim"] == len(gone)
