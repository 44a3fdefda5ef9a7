"""Parts of claims that hold whole members: the buckets of a partitioned folder, or parts made here."""

# ruff: noqa: S608  # queries are put together from names of the contract and quoted paths

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from allay.evaluation.claims.columns import literal
from allay.evaluation.claims.folder import TableFiles
from allay.evaluation.claims.views import rows_sql
from allay.evaluation.panel.engines import PanelWork

TABLES = ("enrollment", "medical_claim", "pharmacy_claim")
ROWS_A_PART = 4_000_000
CELLS_A_PART = 4_000_000
"""Sizes of a part that a few hundred megabytes hold."""


@dataclass(frozen=True, slots=True)
class ClaimsPart:
    """Queries of the rows of each table for some members."""

    name: str
    sources: Mapping[str, str]


def bucket_parts(work: PanelWork) -> tuple[ClaimsPart, ...]:
    """Return the buckets of a folder whose claims are partitioned; empty where they are not.

    Whether the buckets hold whole members is not known from their names, and is checked by who uses them.
    Enrollment that is not partitioned is dealt to the buckets in which its members have claims.
    """
    if not work.as_it_is:
        return ()
    found: dict[str, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for name in TABLES[1:]:
        for file in work.claims[name].files:
            if work.claims[name].form == "csv" or not file.parent.name.startswith("bucket="):
                return ()
            found[file.parent.name][name].append(file)
    if len(found) < 2:
        return ()
    sources = {
        bucket: {name: _only(work.claims[name], tables.get(name, [])) for name in TABLES[1:]}
        for bucket, tables in sorted(found.items())
    }
    spans = _own_spans(work, found) or _dealt_spans(work, sources)
    empty = {name: _only(work.claims[name], []) for name in TABLES}
    return tuple(
        ClaimsPart(bucket, {**empty, **sources.get(bucket, {}), TABLES[0]: spans[bucket]}) for bucket in spans
    )


def _own_spans(work: PanelWork, found: Mapping[str, Mapping[str, list[Path]]]) -> dict[str, str]:
    """Return the enrollment of each bucket where it is partitioned too; empty where it is not."""
    by: dict[str, list[Path]] = defaultdict(list)
    for file in work.claims[TABLES[0]].files:
        by[file.parent.name].append(file)
    if work.claims[TABLES[0]].form == "csv" or not all(name.startswith("bucket=") for name in by):
        return {}
    return {name: _only(work.claims[TABLES[0]], by.get(name, [])) for name in sorted({*by, *found})}


def _dealt_spans(work: PanelWork, sources: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Deal enrollment to the buckets of its members; who has no claims makes a part of their own."""
    run = work.connection.execute
    names = list(sources)
    # One table of each bucket's members; side by side, as a file of one bucket keeps one thread busy.
    run("CREATE OR REPLACE TABLE buckets (person_id VARCHAR, bucket INTEGER)")

    def listed_members(number: int) -> None:
        tables = sources[names[number]].values()
        both = " UNION ALL ".join(f"(SELECT DISTINCT person_id FROM ({one}))" for one in tables)
        with work.connection.cursor() as own:
            own.execute(f"INSERT INTO buckets SELECT DISTINCT person_id, {number} FROM ({both})")

    with ThreadPoolExecutor(threads_of(work.connection)) as pool:
        list(pool.map(listed_members, range(len(names))))
    # A member in two buckets is in two parts here, which is found out and mended later.
    place = work.folder / "spans"
    run(
        "COPY (SELECT person_id, enrollment_start_date, enrollment_end_date, "
        f"coalesce(bucket, {len(names)}) AS part FROM enrollment LEFT JOIN buckets USING (person_id)) "
        f"TO {literal(str(place))} "
        "(FORMAT parquet, PARTITION_BY (part))"
    )
    run("DROP TABLE buckets")
    found = {}
    for number, name in enumerate((*names, "none")):
        files = sorted(place.glob(f"part={number}/*.parquet"))
        listed = ", ".join(literal(str(file)) for file in files)
        if files:
            found[name] = f"SELECT * FROM read_parquet([{listed}], hive_partitioning=false)"
        elif name != "none":
            found[name] = _only(work.claims[TABLES[0]], [])
    return found


def threads_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many threads a connection has."""
    return int(connection.execute("SELECT current_setting('threads')").fetchall()[0][0])


def _only(files: TableFiles, some: list[Path]) -> str:
    if not some:
        return f"SELECT * FROM ({rows_sql(dataclasses.replace(files, form='absent', found={}))})"
    return rows_sql(dataclasses.replace(files, files=tuple(some)))


def whole(work: PanelWork) -> ClaimsPart:
    """Return all claims as one part: the views themselves."""
    return ClaimsPart("all", {name: f"SELECT * FROM {name}" for name in TABLES})


def dealt_parts(work: PanelWork, number: int) -> tuple[ClaimsPart, ...]:
    """Deal members to parts by their ids, and write the parts as Parquet."""
    folder = work.folder / "dealt"
    folder.mkdir()
    sources: dict[int, dict[str, str]] = defaultdict(dict)
    for name in TABLES:
        place = folder / name
        work.connection.execute(
            f"COPY (SELECT *, hash(person_id) % {number} AS part FROM {name}) TO {literal(str(place))} "
            "(FORMAT parquet, PARTITION_BY (part), OVERWRITE true)"
        )
        columns = ", ".join(work.claims[name].table.names)
        for part in range(number):
            files = sorted(place.glob(f"part={part}/*.parquet"))
            listed = ", ".join(literal(str(file)) for file in files)
            sources[part][name] = (
                f"SELECT {columns} FROM read_parquet([{listed}], hive_partitioning=false)"
                if files
                else _only(work.claims[name], [])
            )
    return tuple(ClaimsPart(f"part={part}", sources[part]) for part in range(number))


def parts_wanted(connection: duckdb.DuckDBPyConnection, months: int) -> int:
    """Return into how many parts claims have to be dealt."""
    rows, persons = connection.execute(
        "SELECT (SELECT count(*) FROM medical_claim) + (SELECT count(*) FROM pharmacy_claim), "
        "(SELECT approx_count_distinct(person_id) FROM enrollment)"
    ).fetchall()[0]
    return max(-(-int(rows) // ROWS_A_PART), -(-int(persons) * months // CELLS_A_PART), 1)
