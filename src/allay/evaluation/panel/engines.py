"""Carrying out a panel: each engine leaves the member-months as Parquet, and what it counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from allay.evaluation.claims.folder import ClaimsFolder
from allay.evaluation.panel.columns import COSTS, COUNTS, DOSE
from allay.evaluation.panel.rules import UseRules
from allay.evaluation.panel.window import PanelWindow

CLAIMS = ("medical", "pharmacy")


@dataclass(frozen=True, slots=True)
class PanelWork:
    """What an engine needs.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
        With the views of the claims.
    claims : ClaimsFolder
    amount : {"paid_amount", "allowed_amount"}
    folder : Path
        A place for files of the work.
    as_it_is : bool
        Whether the views hold every row of the files, so that an engine may read the files itself.
    """

    connection: duckdb.DuckDBPyConnection
    claims: ClaimsFolder
    rules: UseRules
    window: PanelWindow
    amount: str
    folder: Path
    as_it_is: bool = True


@dataclass(frozen=True, slots=True)
class MadePanel:
    """What an engine made.

    Attributes
    ----------
    files : tuple of Path
        Member-months with their month as a number, without top-coding, in any order.
    assemble : callable, optional
        In place of files: writes the panel itself to a path, top-coded at a share, and returns the level.
    """

    files: tuple[Path, ...]
    counts: Mapping[str, int]
    assemble: Callable[[Path, float], int | None] | None = None


def run_reference(work: PanelWork) -> MadePanel:
    """Make the panel by plain loops over rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from allay.evaluation.panel.reference import reference_panel

    panel = reference_panel(
        *(_rows(work, name) for name in ("enrollment", "medical_claim", "pharmacy_claim")),
        rules=work.rules,
        window=work.window,
        amount=work.amount,
    )
    columns: dict[str, Any] = {
        "person_id": pa.array([person for person, _ in panel.rows], pa.string()),
        "month": pa.array([month for _, month in panel.rows], pa.int64()),
        "enrolled_days": pa.array([row["enrolled_days"] for row in panel.rows.values()], pa.int32()),
    }
    for name in (*COUNTS, DOSE, *COSTS):
        columns[name] = pa.array([row[name] for row in panel.rows.values()], pa.int64())
    file = work.folder / "reference.parquet"
    pq.write_table(pa.table(columns), file)
    return MadePanel((file,), completed(panel.counts))


def _rows(work: PanelWork, name: str) -> Iterator[Mapping[str, Any]]:
    found = [column for column in work.claims[name].table.names if column in work.claims[name].found]
    if not found:
        return
    # Only what is there: blank columns make no two rows unlike.
    # The tables are read one after the other, so one connection does.
    cursor = work.connection.execute(f"SELECT {', '.join(found)} FROM {name}")  # noqa: S608
    while rows := cursor.fetchmany(10_000):
        for row in rows:
            yield dict(zip(found, row, strict=True))


def run_portable(work: PanelWork) -> MadePanel:
    """Make the panel by the portable query, on DuckDB."""
    import ibis

    from allay.evaluation.panel.portable import panel_query

    backend = ibis.duckdb.from_connection(work.connection)
    number = itertools.count()

    # Tables of our own: what Ibis keeps it would drop only after the connection is closed.
    def held(table: Any) -> Any:
        return backend.create_table(f"held_{next(number)}", table, temp=True)

    def small(name: str, columns: Mapping[str, list[Any]], types: Mapping[str, str]) -> Any:
        listed = ", ".join("unnest(?)" for _ in columns)
        sql = {"string": "VARCHAR", "int64": "BIGINT"}
        typed = ", ".join(f"{one} {sql[kind]}" for one, kind in types.items())
        work.connection.execute(f"CREATE OR REPLACE TEMP TABLE small_{name} ({typed})")
        work.connection.execute(f"INSERT INTO small_{name} SELECT {listed}", list(columns.values()))
        return backend.table(f"small_{name}")

    query = panel_query(
        *(backend.table(name) for name in ("enrollment", "medical_claim", "pharmacy_claim")),
        rules=work.rules,
        window=work.window,
        amount=work.amount,
        held=held,
        small=small,
    )
    file = work.folder / "portable.parquet"
    backend.to_parquet(query.panel, file)
    counts = {f"{kind}_rows": int(backend.table(f"{kind}_claim").count().execute()) for kind in CLAIMS}
    for counted in query.counts.values():
        counts |= {name: int(value) for name, value in counted.execute().iloc[0].items()}
    return MadePanel((file,), completed(counts))


def completed(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts every engine gives, by name: duplicates instead of distinct rows, zeros too."""
    found = dict(counts)
    for kind in CLAIMS:
        distinct = found.pop(f"{kind}_rows_distinct", None)
        if distinct is not None:
            found[f"{kind}_duplicates"] = found[f"{kind}_rows"] - distinct
    names = (
        *("rows", "duplicates", "lines_live", "lines_reversed", "rows_outside_window"),
        *("rows_outside_enrollment", "cents_outside_enrollment"),
    )
    return {f"{kind}_{name}": int(found.get(f"{kind}_{name}", 0)) for kind in CLAIMS for name in names}
