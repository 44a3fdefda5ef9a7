"""Rules that look at a row beside what is known of its person: days of life and of coverage."""

# ruff: noqa: S608  # queries are put together from names of the contract and quoted paths

from __future__ import annotations

from collections.abc import Iterator

from allay.evaluation.claims.columns import quoted
from allay.evaluation.claims.folder import TableFiles
from allay.evaluation.claims.limits import ClaimsLimits
from allay.evaluation.claims.rules import DAY, ClaimsRule, shown

KNOWN, COVERED = "allay_known", "allay_covered"
"""Names of the tables of what is known of each person: from the member table, and with enrollment."""

KNOWN_SQL = f"""
CREATE OR REPLACE TEMP TABLE {KNOWN} AS
SELECT person_id AS p_person, true AS p_known, min(birth_date) AS p_birth, max(death_date) AS p_death
FROM member WHERE person_id IS NOT NULL GROUP BY person_id
"""

# Spans that overlap or touch are joined. Nearly all people have one span then, of which the first and last
# day say all; only of the others is the list gone through.
COVERED_SQL = f"""
CREATE OR REPLACE TEMP TABLE {COVERED} AS
WITH spans AS (
    SELECT person_id, enrollment_start_date AS first, enrollment_end_date AS last
    FROM enrollment WHERE person_id IS NOT NULL AND enrollment_end_date >= enrollment_start_date
), before AS (
    SELECT *, max(last) OVER (
        PARTITION BY person_id ORDER BY first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS till
    FROM spans
), numbered AS (
    SELECT *, sum(CASE WHEN till IS NULL OR first > till + 1 THEN 1 ELSE 0 END) OVER (
        PARTITION BY person_id ORDER BY first, last ROWS UNBOUNDED PRECEDING) AS span
    FROM before
), joined AS (
    SELECT person_id, span, min(first) AS first, max(last) AS last FROM numbered GROUP BY person_id, span
), covered AS (
    SELECT person_id, min(first) AS p_first, max(last) AS p_last, count(*) AS p_count,
        CASE WHEN count(*) > 1 THEN list({{'first': first, 'last': last}}) END AS p_spans
    FROM joined GROUP BY person_id
)
SELECT coalesce(p_person, person_id) AS p_person, coalesce(p_known, false) AS p_known, p_birth, p_death,
    p_first, p_last, coalesce(p_count, 0) AS p_count, p_spans
FROM {KNOWN} FULL JOIN covered ON p_person = person_id
"""


def beside_person(rows: str, known: str) -> str:
    """Write the query of rows beside what is known of their persons."""
    return f"SELECT * FROM ({rows}) LEFT JOIN {known} ON person_id = p_person"


def person_rules(files: TableFiles, limits: ClaimsLimits) -> list[ClaimsRule]:
    """Return the rules for rows of a table beside their persons; rows without a person id match none."""
    unknown = ClaimsRule(
        "unknown_person",
        "person_id",
        "person_id IS NOT NULL AND trim(person_id) != '' AND NOT coalesce(p_known, false)",
        "a person of the member table",
        "'one who is not there'",
    )
    more = _enrollment() if files.name == "enrollment" else _claims(files, limits)
    return [unknown, *more]


def _enrollment() -> Iterator[ClaimsRule]:
    start, end = "enrollment_start_date", "enrollment_end_date"
    yield ClaimsRule(
        "enrolled_before_birth", start, f"{start} < p_birth", "a day from the birth on", shown(start)
    )
    yield ClaimsRule("enrolled_after_death", end, f"{end} > p_death", "a day up to the death", shown(end))


def _claims(files: TableFiles, limits: ClaimsLimits) -> Iterator[ClaimsRule]:
    day = DAY[files.name]
    found, column = f"CAST({day} AS VARCHAR)", "dispensing_date"
    if files.name == "medical_claim":
        column = "claim_start_date"
        found += " || CASE WHEN claim_line_start_date IS NULL THEN '' ELSE ' (of the line)' END"
    yield ClaimsRule("before_birth", column, f"{day} < p_birth", "a day from the birth on", found)
    late = f"{day} > p_death + {limits.days_after_death}"
    expected = f"a day up to {limits.days_after_death} days after the death"
    yield ClaimsRule("after_death", column, late, expected, found)
    listed = f"len(list_filter(p_spans, lambda s: {day} BETWEEN s.first AND s.last)) = 0"
    outside = (
        f"{day} IS NOT NULL AND person_id IS NOT NULL AND CASE WHEN coalesce(p_count, 0) = 0 THEN true "
        f"WHEN {day} NOT BETWEEN p_first AND p_last THEN true WHEN p_count > 1 THEN {listed} ELSE false END"
    )
    yield ClaimsRule("outside_enrollment", column, outside, "a day on which the person is enrolled", found)


def row_of(files: TableFiles) -> str:
    """Write a value that is the same for rows equal in every column of the contract."""
    return f"hash({', '.join(quoted(name) for name in files.table.names if name in files.found)})"
