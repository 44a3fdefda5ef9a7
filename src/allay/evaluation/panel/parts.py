"""Parts of claims that hold whole members: the buckets of a partitioned folder, or parts made here."""

# ruff: noqa: S608  # queries are put together from names of the contract and quoted paths

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from allay.evaluation.claims.columns import literal
from allay.evaluation.claims.folder import TableFiles
from allay.evaluation.claims.views import rows_sql
from allay.evaluation.panel.engines import Work

TABLES = ("enrollment", "medical_claim", "pharmacy_claim")
ROWS_A_PART = 4_000_000
CELLS_A_PART = 4_000_000
"""Sizes of a part that a few hundred megabytes hold."""


@dataclass(frozen=True, slots=True)
class Part:
    """Queries of the rows of each table for some members."""

    name: str
    sources: Mapping[str, str]


def bucket_parts(work: Work) -> tuple[Part, ...]:
    """Return the buckets of a folder of which every table is partitioned; empty where it is not.

    Whether the buckets hold whole members is not known from their names, and is checked by who uses them.
    """
    if not work.as_it_is:
        return ()
    found: dict[str, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for name in TABLES:
        files = work.claims[name]
        if files.form == "absent":
            continue
        if files.form == "csv" or len(files.files) < 2:
            return ()
        for file in files.files:
            key, equals, _ = file.parent.name.partition("=")
            if key != "bucket" or not equals:
                return ()
            found[file.parent.name][name].append(file)
    return tuple(
        Part(bucket, {name: _only(work.claims[name], tables.get(name, [])) for name in TABLES})
        for bucket, tables in sorted(found.items())
    )


def _only(files: TableFiles, some: list[Path]) -> str:
    if not some:
        return f"SELECT * FROM ({rows_sql(dataclasses.replace(files, form='absent'))})"
    return rows_sql(dataclasses.replace(files, files=tuple(some)))


def whole(work: Work) -> Part:
    """Return all claims as one part: the views themselves."""
    return Part("all", {name: f"SELECT * FROM {name}" for name in TABLES})


def dealt_parts(work: Work, number: int) -> tuple[Part, ...]:
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
                else f"SELECT * FROM ({rows_sql(dataclasses.replace(work.claims[name], form='absent'))})"
            )
    return tuple(Part(f"part={part}", sources[part]) for part in range(number))


def parts_wanted(connection: duckdb.DuckDBPyConnection, months: int) -> int:
    """Return into how many parts claims have to be dealt."""
    rows, persons = connection.execute(
        "SELECT (SELECT count(*) FROM medical_claim) + (SELECT count(*) FROM pharmacy_claim), "
        "(SELECT approx_count_distinct(person_id) FROM enrollment)"
    ).fetchall()[0]
    return max(-(-int(rows) // ROWS_A_PART), -(-int(persons) * months // CELLS_A_PART), 1)
