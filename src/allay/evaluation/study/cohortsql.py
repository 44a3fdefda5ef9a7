"""Queries that find the people of a study, and their months."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from allay.evaluation.claims.columns import literal, quoted
from allay.evaluation.study.defaults import number
from allay.evaluation.study.months import add_months
from allay.evaluation.study.protocol import Study

__all__ = ["chosen_sql", "literal", "load_people", "people_sql", "rows_sql", "traits_sql"]

DIAGNOSES = tuple(f"diagnosis_code_{place}" for place in range(1, 6))


def load_people(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    people: Sequence[str],
    days: NDArray[np.datetime64] | None,
) -> None:
    """Make a table of people and, with `days`, of their starts.

    Examples
    --------
    >>> connection = duckdb.connect()
    >>> load_people(connection, "study_exposed", ["a", "b"], None)
    >>> connection.execute("SELECT count(*) FROM study_exposed").fetchone()
    (2,)
    """
    columns = {"person_id": pa.array(list(people), type=pa.string())}
    if days is not None:
        columns["index_date"] = pa.array(days.astype("datetime64[D]"), type=pa.date32())
    connection.register("incoming", pa.table(columns))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(table)} AS SELECT * FROM incoming")  # noqa: S608
    connection.unregister("incoming")


def people_sql(study: Study, *, panel: str, whole_window: bool) -> str:
    """Write the query that says of every member whether they are in, and why not.

    The table ``study_person`` has the month of the start (-1 for never), the age and the first reason that
    applies (blank for those who are in).
    """
    design, window, rules = study.design, study.window, study.population
    first, last = literal(window.start.isoformat()), literal(_last(study))
    before, after = design.baseline_months, design.follow_up_months
    lead = before + design.anticipation_months
    return f"""
    CREATE OR REPLACE TEMP TABLE study_person AS
    WITH covered AS (
        SELECT person_id, count(*) AS months,
            bit_or(1::HUGEINT << datediff('month', DATE {first}, month)::INTEGER) AS mask
        FROM {panel}
        WHERE month BETWEEN DATE {first} AND DATE {last} AND enrolled_days > 0
        GROUP BY person_id
    ), diagnosed AS ({_diagnosed(study)}
    ), people AS (
        SELECT m.person_id, m.birth_date,
            datediff('year', m.birth_date, DATE {first})
                - CASE WHEN strftime(m.birth_date, '%m%d') > strftime(DATE {first}, '%m%d') THEN 1 ELSE 0 END
                AS age,
            CASE WHEN r.index_date IS NULL THEN NULL
                ELSE datediff('month', DATE {first}, r.index_date) END AS index_month,
            e.person_id IS NOT NULL AS was_exposed, c.mask, coalesce(c.months, 0) AS months,
            d.person_id IS NOT NULL AS diagnosed
        FROM member m
        LEFT JOIN study_roster r USING (person_id)
        LEFT JOIN study_exposed e USING (person_id)
        LEFT JOIN covered c USING (person_id)
        LEFT JOIN diagnosed d USING (person_id)
    )
    SELECT person_id, age, coalesce(index_month, -1) AS start, index_month IS NOT NULL AS starter,
        CASE
            WHEN was_exposed OR index_month < 0 THEN 'exposed'
            WHEN index_month >= {window.months} THEN 'later'
            WHEN months = 0 THEN 'no_coverage'
            WHEN age IS NULL OR age NOT BETWEEN {rules.youngest} AND {rules.oldest} THEN 'age'
            WHEN NOT diagnosed THEN 'condition'
            WHEN index_month < {lead} THEN 'early'
            WHEN index_month > {window.months - after} THEN 'late'
            WHEN {_gaps(study, whole_window=whole_window)} THEN 'gaps'
            ELSE '' END AS reason
    FROM people
    """  # noqa: S608


def _diagnosed(study: Study) -> str:
    """Members with one of the diagnoses of the protocol in the first months; all where it names none."""
    if not study.population.diagnoses:
        return "SELECT person_id FROM member"
    some = " OR ".join(
        f"starts_with(replace({quoted(column)}, '.', ''), {literal(code)})"
        for column in DIAGNOSES
        for code in study.population.diagnoses
    )
    return f"SELECT DISTINCT person_id FROM medical_claim WHERE {_first_months(study)} AND ({some})"  # noqa: S608


def _first_months(study: Study) -> str:
    """Condition that a claim line is of the first months: as many as the baseline has."""
    end = add_months(study.window.start, study.design.baseline_months)
    day = "coalesce(claim_line_start_date, claim_start_date)"
    return (
        f"{day} >= DATE {literal(study.window.start.isoformat())} AND {day} < DATE {literal(end.isoformat())}"
    )


def _gaps(study: Study, *, whole_window: bool) -> str:
    """Condition under which coverage is not enough."""
    if whole_window:
        return f"months < {study.window.months}"
    design = study.design
    enough = int(np.ceil(design.baseline_months * number("fewest_baseline_share")))
    lead = design.anticipation_months + design.baseline_months
    baseline = f"{_bits(design.baseline_months)} << (index_month - {lead})::INTEGER"
    after = f"{_bits(design.follow_up_months)} << index_month::INTEGER"
    starters = f"bit_count(mask & ({baseline})) < {enough} OR bit_count(mask & ({after})) < 1"
    return f"CASE WHEN index_month IS NULL THEN months < {enough + 1} ELSE {starters} END"


def _bits(count: int) -> str:
    return f"{(1 << count) - 1}::HUGEINT"


def chosen_sql(study: Study) -> str:
    """Write the query that numbers those who are in, with a pool that is drawn where it is too large.

    MD5 is the same in every version and on every engine; the hash of DuckDB is not.
    """
    most = study.design.largest_pool if study.design.comparison != "none" else 0
    return f"""
    CREATE OR REPLACE TEMP TABLE study_unit AS
    WITH drawn AS (
        SELECT person_id, age, start, starter,
            row_number() OVER (PARTITION BY starter ORDER BY md5(person_id || ':{study.seed}'), person_id)
                AS turn
        FROM study_person WHERE reason = ''
    )
    SELECT row_number() OVER (ORDER BY person_id) - 1 AS unit, person_id, age, start
    FROM drawn WHERE starter OR turn <= {most}
    """  # noqa: S608


def rows_sql(study: Study, *, panel: str, columns: Sequence[str]) -> str:
    """Write the query of the member-months of those who are in."""
    first, last = literal(study.window.start.isoformat()), literal(_last(study))
    names = ", ".join(f"p.{quoted(name)}" for name in columns)
    return f"""
    CREATE OR REPLACE TEMP TABLE study_row AS
    SELECT u.unit, datediff('month', DATE {first}, p.month) AS month, {names}
    FROM {panel} p JOIN study_unit u USING (person_id)
    WHERE p.month BETWEEN DATE {first} AND DATE {last} AND p.enrolled_days > 0
    """  # noqa: S608


def traits_sql(study: Study) -> str:
    """Write the query of what is known of those who are in before anybody's start."""
    first = literal(study.window.start.isoformat())
    site = study.sites or "data_source"
    codes = "\n            UNION ALL ".join(
        f"SELECT person_id, left({quoted(column)}, 3) AS category FROM claim WHERE {quoted(column)} <> ''"  # noqa: S608
        for column in DIAGNOSES
    )
    counted = f"""
        SELECT person_id, count(DISTINCT category) AS diagnoses FROM (
            WITH claim AS (
                SELECT person_id, {", ".join(map(quoted, DIAGNOSES))}
                FROM medical_claim SEMI JOIN study_unit USING (person_id)
                WHERE {_first_months(study)}
            )
            {codes}
        ) GROUP BY person_id"""  # noqa: S608
    asked = study.weighting.method != "none" and "diagnoses" in study.weighting.covariates
    none = "SELECT NULL::VARCHAR AS person_id, 0 AS diagnoses WHERE false"
    return f"""
    CREATE OR REPLACE TEMP TABLE study_trait AS
    WITH counted AS ({counted if asked else none}),
    paid AS (
        SELECT person_id, min(payer_type) AS payer
        FROM enrollment SEMI JOIN study_unit USING (person_id)
        WHERE enrollment_start_date < DATE {first} + INTERVAL 1 MONTH AND enrollment_end_date >= DATE {first}
        GROUP BY person_id
    )
    SELECT u.unit, u.start, u.age, coalesce(c.diagnoses, 0) AS diagnoses,
        coalesce(nullif(m.gender, ''), 'unknown') AS gender,
        coalesce(nullif(left(m.zip_code, 3), ''), nullif(m.state, ''), 'unknown') AS region,
        coalesce(nullif(p.payer, ''), 'unknown') AS payer,
        coalesce(nullif(m.{quoted(site)}, ''), 'unknown') AS site
    FROM study_unit u JOIN member m USING (person_id)
    LEFT JOIN counted c USING (person_id) LEFT JOIN paid p USING (person_id)
    """  # noqa: S608


def _last(study: Study) -> str:
    return add_months(study.window.start, study.window.months - 1).isoformat()
