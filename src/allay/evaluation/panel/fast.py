"""The fast panel: DuckDB reads a part of the members at a time as whole numbers, arrays are counted.

It equals the portable query, which groups all lines by their key and all use by member and day. Here only
the lines that share a key are grouped, days are sets of numbers, and memory holds one part for each thread.
"""

# ruff: noqa: S608  # queries are put together from names of the contract

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import duckdb
import numpy as np

from allay.evaluation.panel.assembly import PanelPart, assemble, laid_out
from allay.evaluation.panel.columns import COSTS
from allay.evaluation.panel.engines import CLAIMS, MadePanel, PanelWork, completed
from allay.evaluation.panel.parts import ClaimsPart, bucket_parts, dealt_parts, parts_wanted, whole
from allay.evaluation.panel.scan import NetLines, prepare, read_lines
from allay.evaluation.panel.sparse import SparseSums
from allay.evaluation.panel.tally import PanelMonths, UseTally, enrolled_days, medical_use, pharmacy_use
from allay.evaluation.panel.window import PanelWindow


def run_fast(work: PanelWork) -> MadePanel:
    """Make the panel part by part."""
    settings = _settings(work.connection)
    parts = bucket_parts(work)
    if parts:
        made = _in_threads(work, parts, settings)
        if not _overlapping(made):
            return _together(made, work.window)
        del made
    number = parts_wanted(work.connection, len(work.window.months))
    if number == 1:
        return _together([_part(work, whole(work), work.connection)], work.window)
    return _together(_in_threads(work, dealt_parts(work, number), settings), work.window)


def _settings(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return threads, where to spill, and the memory of one thread (the arrays take about as much again)."""
    rows = connection.execute(
        "SELECT name, value FROM duckdb_settings() "
        "WHERE name IN ('memory_limit', 'threads', 'temp_directory')"
    ).fetchall()
    found = dict(rows)
    amount, unit = found["memory_limit"].split()
    return {**found, "memory": f"{float(amount) / (2 * int(found['threads'])):.3f} {unit}"}


def _in_threads(work: PanelWork, parts: Iterable[ClaimsPart], settings: Mapping[str, Any]) -> list[PanelPart]:
    """Make parts side by side, each with a DuckDB of its own and one thread."""
    threads = int(settings["threads"])

    def one(part: ClaimsPart) -> PanelPart:
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "temp_directory": f"{settings['temp_directory']}-{part.name}",
        }
        with duckdb.connect(config=config) as own:
            own.execute(f"SET memory_limit = '{settings['memory']}'")
            own.execute("SET TimeZone = 'UTC'")
            return _part(work, part, own)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, parts))


def _overlapping(made: list[PanelPart]) -> bool:
    """Whether a member is in two parts, so that they cannot be counted apart."""
    everyone = np.concatenate([each for one in made for each in (one.enrolled, one.strangers)])
    return len(np.unique(everyone)) < len(everyone)


def _together(made: list[PanelPart], window: PanelWindow) -> MadePanel:
    counts: Counter[str] = Counter()
    for one in made:
        counts.update(one.counts)
    return MadePanel(
        (), completed(counts), assemble=partial(assemble, made, first_days=PanelMonths.of(window).firsts)
    )


def _part(work: PanelWork, part: ClaimsPart, connection: duckdb.DuckDBPyConnection) -> PanelPart:
    prepare(connection, work.rules)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE persons AS SELECT person_id, "
        "CAST(row_number() OVER (ORDER BY person_id) - 1 AS INTEGER) AS place "
        f"FROM (SELECT DISTINCT person_id FROM ({part.sources['enrollment']}))"
    )
    tally = _tally(work, part, connection)
    found: dict[str, SparseSums] = {}
    counts = Counter[str]()
    outside = [np.zeros(0, dtype=np.uint64)]
    for kind, use, cost in zip(CLAIMS, (medical_use, pharmacy_use), COSTS, strict=False):
        files = work.claims[f"{kind}_claim"]
        source = part.sources[f"{kind}_claim"]
        lines = read_lines(connection, kind, source, amount=work.amount, given=frozenset(files.found))
        found[cost] = _cost(lines, tally, kind, counts)
        found |= use(lines, tally)
        if (lines.person < 0).any():
            query = (
                f"SELECT DISTINCT hash(person_id) AS key FROM ({source}) ANTI JOIN persons USING (person_id)"
            )
            outside.append(connection.execute(query).fetchnumpy()["key"])
    enrolled = connection.execute("SELECT hash(person_id) AS key FROM persons").fetchnumpy()["key"]
    names = connection.execute("SELECT person_id FROM persons ORDER BY place").to_arrow_table()["person_id"]
    rows = laid_out(work.folder / part.name, tally, found)
    return PanelPart(
        names.combine_chunks(), rows, counts, np.asarray(enrolled), np.unique(np.concatenate(outside))
    )


def _tally(work: PanelWork, part: ClaimsPart, connection: duckdb.DuckDBPyConnection) -> UseTally:
    spans = connection.execute(
        f"""
        SELECT place, CAST(enrollment_start_date - DATE '1970-01-01' AS BIGINT) AS start,
            CAST(enrollment_end_date - DATE '1970-01-01' AS BIGINT) AS "end"
        FROM ({part.sources["enrollment"]}) JOIN persons USING (person_id)
        """
    ).fetchnumpy()
    persons = int(connection.execute("SELECT count(*) FROM persons").fetchall()[0][0])
    months = PanelMonths.of(work.window)
    place, start, end = (np.asarray(spans[name]).astype(np.int64) for name in ("place", "start", "end"))
    days = enrolled_days(place, start, end, persons=persons, months=months)
    return UseTally(persons, months, days)


def _cost(lines: NetLines, tally: UseTally, kind: str, counts: Counter[str]) -> SparseSums:
    month = tally.months.of_days(lines.day)
    inside = (month >= 0) & (month < len(tally.months))
    cell = np.where(inside & (lines.person >= 0), lines.person * len(tally.months) + month, -1)
    enrolled = np.zeros(len(cell), dtype=np.bool_)
    known = cell >= 0
    enrolled[known] = tally.enrolled[cell[known]] > 0
    stray = inside & ~enrolled
    counts[f"{kind}_rows"] += lines.rows
    counts[f"{kind}_duplicates"] += lines.duplicates
    counts[f"{kind}_lines_live"] += int(lines.live.sum())
    counts[f"{kind}_lines_reversed"] += lines.reversed
    counts[f"{kind}_rows_outside_window"] += int((~inside).sum())
    counts[f"{kind}_rows_outside_enrollment"] += int(stray.sum())
    counts[f"{kind}_cents_outside_enrollment"] += int(lines.cents[stray].sum())
    return tally.count(cell, lines.cents)
