"""The panel on Spark: the same query as elsewhere, on a session here or on a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allay.base.errors import AllayError, InvalidInput, Problem
from allay.evaluation.claims.contract import ColumnType
from allay.evaluation.claims.folder import TableFiles
from allay.evaluation.panel.engines import CLAIMS, MadePanel, PanelWork, completed
from allay.evaluation.panel.portable import panel_query

LOCAL = "local[{threads}]"
_TYPES = {
    ColumnType.TEXT: "STRING",
    ColumnType.DATE: "DATE",
    ColumnType.INTEGER: "INT",
    ColumnType.QUANTITY: "DECIMAL(18,3)",
    ColumnType.AMOUNT: "DECIMAL(18,2)",
}


class SparkUnavailable(AllayError):  # noqa: N818
    """Spark cannot be started here; the message says what it needs."""


def run_spark(work: PanelWork, *, memory: str, threads: int, session: Any = None) -> MadePanel:
    """Make the panel by the portable query, on Spark.

    Parameters
    ----------
    work : PanelWork
    memory, threads : str, int
        Of a local session.
    session : pyspark.sql.SparkSession, optional
        An existing one, such as that of a cluster; without it a local one is started, or that taken which
        runs already.

    Raises
    ------
    SparkUnavailable
        Without PySpark or Java.
    InvalidInput
        For claims as CSV: convert them to Parquet first.
    """
    if not work.as_it_is:
        found = "decisions about rows; write the claims without them first (`allay evaluation convert`)"
        raise InvalidInput(
            Problem(str(work.claims.path), "-", "engine", "claims as they are, for Spark", found)
        )
    import ibis

    backend = ibis.pyspark.connect(session or local_session(memory=memory, threads=threads))
    tables = [
        _table(backend, work.claims[name]) for name in ("enrollment", "medical_claim", "pharmacy_claim")
    ]

    kept: list[Any] = []

    def held(table: Any) -> Any:
        kept.append(table.cache())
        return kept[-1]

    def small(name: str, columns: Mapping[str, list[Any]], types: Mapping[str, str]) -> Any:
        schema = ", ".join(
            f"{column} {'STRING' if kind == 'string' else 'BIGINT'}" for column, kind in types.items()
        )
        rows = list(zip(*columns.values(), strict=True))
        backend._session.createDataFrame(rows, schema).createOrReplaceTempView(f"allay_{name}")
        return backend.table(f"allay_{name}")

    query = panel_query(
        *tables,
        rules=work.rules,
        window=work.window,
        amount=work.amount,
        held=held,
        small=small,
    )
    target = work.folder / "spark"
    backend.to_parquet(query.panel, target, mode="overwrite")
    counts: dict[str, int] = {}
    for kind, table in zip(CLAIMS, tables[1:], strict=True):
        counts[f"{kind}_rows"] = int(table.count().execute())
        counts |= {name: int(value) for name, value in query.counts[kind].execute().iloc[0].items()}
    for table in reversed(kept):
        table.release()
    return MadePanel(tuple(sorted(target.glob("*.parquet"))), completed(counts))


def local_session(*, memory: str, threads: int) -> Any:
    """Start a session of Spark on this machine alone, or return the one that runs.

    Raises
    ------
    SparkUnavailable
        Without PySpark or Java 17.
    """
    import shutil

    if not shutil.which("java"):
        raise SparkUnavailable(
            "Spark needs Java 17 on the path; on Debian: apt-get install openjdk-17-jre-headless"
        )
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkUnavailable("PySpark is not installed; pip install 'allay[spark]'") from None
    builder = SparkSession.builder.master(LOCAL.format(threads=threads)).appName("allay")
    for name, value in local_settings(memory=memory, threads=threads).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def local_settings(*, memory: str, threads: int) -> Mapping[str, str]:
    """Return the settings of a session on this machine alone, which nobody else can reach."""
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": memory.lower().removesuffix("b"),
        "spark.sql.shuffle.partitions": str(2 * threads),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.sources.default": "parquet",
    }


def _table(backend: Any, files: TableFiles) -> Any:
    """Open a table of claims as the contract has it."""
    paths = [str(file) for file in files.files]
    name = f"allay_{files.name}"
    if files.form == "absent":
        columns = ", ".join(f"CAST(NULL AS {_TYPES[one.type]}) AS {one.name}" for one in files.table.columns)
        backend.raw_sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS SELECT {columns} WHERE false")
        return backend.table(name)
    if files.form == "csv":
        raise InvalidInput(Problem(paths[0], "-", files.name, "Parquet, for Spark", "CSV; convert it first"))
    session = backend._session
    frame = session.read.option("mergeSchema", str(files.uneven).lower()).parquet(*paths)
    frame.createOrReplaceTempView(f"{name}_raw")
    columns = ", ".join(
        f"CAST({f'`{one.name}`' if one.name in files.found else 'NULL'} AS {_TYPES[one.type]}) AS {one.name}"
        for one in files.table.columns
    )
    backend.raw_sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS SELECT {columns} FROM {name}_raw")  # noqa: S608
    return backend.table(name)
