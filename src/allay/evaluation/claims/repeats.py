"""Rules that look at rows beside other rows of their table: repeats, reversals, overlapping spans."""

# ruff: noqa: S608  # queries are put together from names of the contract and quoted paths

from __future__ import annotations

from allay.evaluation.claims.columns import quoted
from allay.evaluation.claims.contract import ColumnType
from allay.evaluation.claims.folder import TableFiles
from allay.evaluation.claims.persons import row_of
from allay.evaluation.claims.rules import ClaimsRule

_PLACE = "_file, _row"


def marks_table(files: TableFiles) -> str:
    """Return the name of the table of the rows that stand beside others.

    Examples
    --------
    >>> from allay.evaluation.claims.contract import claims_table
    >>> marks_table(TableFiles(claims_table("member"), "absent"))
    'allay_marks_member'
    """
    return f"allay_marks_{files.name}"


def marks_sql(files: TableFiles, *, rows: str, keys: str) -> list[str]:
    """Write the statements that make the table of marks.

    Rows are compared by a 64-bit hash of all columns, and only with rows of the same person, or of the same
    claim line: that two which differ are taken for equal does not happen.

    Parameters
    ----------
    files : TableFiles
        The table.
    rows : str
        The query of its rows with their places.
    keys : str
        The same query without places, which is cheaper where only counts are wanted.
    """
    if files.name == "member":
        return [_member(files, rows)]
    if files.name == "enrollment":
        return [_enrollment(files, rows)]
    return _claims(files, rows, keys)


def marks_rules(files: TableFiles) -> list[ClaimsRule]:
    """Return the rules over the table of marks."""
    if files.name == "member":
        return [
            ClaimsRule("duplicate_member", "person_id", "copy > 1", "each row once", "'it again'"),
            ClaimsRule(
                "conflicting_member", "person_id", "version > 1 AND copy = 1", "one row a person", "'another'"
            ),
        ]
    if files.name == "enrollment":
        start, expected = "enrollment_start_date", "a day after the spans of the person that started earlier"
        return [
            ClaimsRule("duplicate_span", start, "copy > 1", "each span once", "'it again'"),
            ClaimsRule("overlap_same_plan", start, "copy = 1 AND same", expected, "CAST(first AS VARCHAR)"),
            ClaimsRule("overlap_other_plan", start, "copy = 1 AND other", expected, "CAST(first AS VARCHAR)"),
        ]
    line = "claim_line_number"
    return [
        ClaimsRule("duplicate_row", line, "copy > 1", "each row once", "'it again'"),
        ClaimsRule(
            "reversal_without_original",
            line,
            "copy = 1 AND negative AND version > originals",
            "a line that this reverses",
            "CASE WHEN originals = 0 THEN 'none' ELSE 'one that is reversed already' END",
        ),
        ClaimsRule(
            "repeated_line",
            line,
            "copy = 1 AND NOT negative AND version > 1 + reversals",
            "each line once, or again after its reversal",
            "'it again with other content'",
        ),
    ]


def _member(files: TableFiles, rows: str) -> str:
    return f"""
CREATE OR REPLACE TEMP TABLE {marks_table(files)} AS
WITH keyed AS (SELECT {_PLACE}, person_id, {row_of(files)} AS same FROM ({rows}) WHERE person_id IS NOT NULL),
copies AS (
    SELECT *, row_number() OVER (PARTITION BY person_id, same ORDER BY {_PLACE}) AS copy
    FROM keyed QUALIFY count(*) OVER (PARTITION BY person_id) > 1
)
SELECT {_PLACE}, copy,
    row_number() OVER (PARTITION BY person_id, copy = 1 ORDER BY {_PLACE}) AS version
FROM copies
"""


def _enrollment(files: TableFiles, rows: str) -> str:
    """Each span beside the longest that started before it, in its plan and in any other."""
    plan = "coalesce(payer, '') || chr(31) || coalesce(plan, '')"
    return f"""
CREATE OR REPLACE TEMP TABLE {marks_table(files)} AS
WITH keyed AS (
    SELECT {_PLACE}, person_id, {plan} AS plan, enrollment_start_date AS first, enrollment_end_date AS last,
        {row_of(files)} AS same
    FROM ({rows}) WHERE person_id IS NOT NULL AND enrollment_end_date >= enrollment_start_date
), several AS (
    SELECT *, row_number() OVER (PARTITION BY person_id, same ORDER BY {_PLACE}) AS copy
    FROM keyed QUALIFY count(*) OVER (PARTITION BY person_id) > 1
), mine AS (
    SELECT *, max(last) OVER (
        PARTITION BY person_id, plan ORDER BY first, last, {_PLACE}
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS till
    FROM several WHERE copy = 1
)
SELECT {_PLACE}, first, 1 AS copy, coalesce(first <= till, false) AS same,
    EXISTS (
        SELECT 1 FROM mine other WHERE other.person_id = mine.person_id AND other.plan != mine.plan
        AND other.last >= mine.first AND (other.first, other.plan) < (mine.first, mine.plan)
    ) AS other
FROM mine
UNION ALL
SELECT {_PLACE}, first, copy, false, false FROM several WHERE copy > 1
"""


def _claims(files: TableFiles, rows: str, keys: str) -> list[str]:
    """Lines that are there more than once, and negative ones: the few that need a second look."""
    signed = ["paid_amount", "allowed_amount", *files.table.of(ColumnType.QUANTITY)]
    negative = " OR ".join(f"coalesce({quoted(name)}, 0) < 0" for name in signed if name in files.found)
    key = "hash(claim_id, claim_line_number)"
    several = f"allay_several_{files.name}"
    line = "PARTITION BY claim_id, claim_line_number"
    return [
        f"""
CREATE OR REPLACE TEMP TABLE {several} AS
SELECT {key} AS key FROM ({keys}) GROUP BY key HAVING count(*) > 1
""",
        f"""
CREATE OR REPLACE TEMP TABLE {marks_table(files)} AS
WITH keyed AS (
    SELECT {_PLACE}, claim_id, claim_line_number, {row_of(files)} AS same, {negative} AS negative
    FROM ({rows}) WHERE {negative} OR {key} IN (SELECT key FROM {several})
), copies AS (
    SELECT *, row_number() OVER ({line}, same ORDER BY {_PLACE}) AS copy
    FROM keyed WHERE claim_id IS NOT NULL AND claim_line_number IS NOT NULL
)
SELECT {_PLACE}, negative, copy,
    count(*) FILTER (copy = 1 AND NOT negative) OVER ({line}) AS originals,
    count(*) FILTER (copy = 1 AND negative) OVER ({line}) AS reversals,
    row_number() OVER ({line}, negative, copy = 1 ORDER BY {_PLACE}) AS version
FROM copies
""",
        f"DROP TABLE {several}",
    ]
