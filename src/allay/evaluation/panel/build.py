"""Making a panel from a claims folder."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Literal

import duckdb

import allay
from allay.base.errors import InvalidValue
from allay.base.outputs import check_folder, write_folder
from allay.evaluation.claims.check import check_claims, claims_views, refuse
from allay.evaluation.claims.columns import literal
from allay.evaluation.claims.folder import ClaimsFolder, open_claims
from allay.evaluation.claims.result import ClaimsCheck
from allay.evaluation.memory import memory_amount
from allay.evaluation.panel.columns import first_of
from allay.evaluation.panel.completion import completion_factors
from allay.evaluation.panel.engines import MadePanel, PanelWork, run_portable, run_reference
from allay.evaluation.panel.fast import run_fast
from allay.evaluation.panel.finish import finish
from allay.evaluation.panel.result import PANEL_FILE, RECORD_FILE, PanelFinding, PanelRecord, PanelResult
from allay.evaluation.panel.rules import DECISIONS, UseRules, use_rules
from allay.evaluation.panel.spec import PanelSpec
from allay.evaluation.panel.window import find_window
from allay.evaluation.valuesets.valueset import references

Engine = Literal["duckdb", "reference", "spark", "portable"]
ENGINES: dict[str, Callable[[PanelWork], MadePanel]] = {
    "duckdb": run_fast,
    "reference": run_reference,
    "portable": run_portable,
}
THREADS = 2


def build_panel(
    claims_folder: str | Path | ClaimsFolder,
    *,
    engine: Engine = "duckdb",
    memory: str = "12GB",
    threads: int = THREADS,
    spec: PanelSpec | None = None,
    decisions: Mapping[str, str] | None = None,
    extract_end: dt.date | None = None,
    output: str | Path | None = None,
    force: bool = False,
) -> PanelResult:
    """Make the member-month panel of a claims folder.

    Parameters
    ----------
    claims_folder : path or ClaimsFolder
        Claims in the contract's shape.
    engine : {"duckdb", "reference", "spark", "portable"}
        All give the same panel. ``portable`` is the query of Spark carried out by DuckDB.
    memory : str
        The most DuckDB (or Spark) holds; beyond it, it works on the disk.
    threads : int
    spec : PanelSpec, optional
    decisions : mapping of str to str, optional
        What to do with what `allay.evaluation.claims.check_claims` finds, by finding; with it, be it empty,
        claims are checked first, and rows to drop are left out.
    extract_end : date, optional
        Last day of the extract; enrollment ends with it.
    output : path, optional
        Folder to write; by default ``panel`` in the claims folder.
    force : bool
        Whether to write into a folder that is not empty.

    Returns
    -------
    PanelResult

    Raises
    ------
    InvalidInput
        For claims that cannot be read, findings that are refused, and months of which none is left.
    """
    chosen = spec or PanelSpec()
    if engine != "spark" and engine not in ENGINES:
        raise InvalidValue(expected=f"an engine: {', '.join((*ENGINES, 'spark'))}", found=repr(engine))
    place = claims_folder.path if isinstance(claims_folder, ClaimsFolder) else Path(claims_folder)
    target = place / "panel" if output is None else Path(output)
    check_folder(target, force=force)
    rules = use_rules(chosen)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.resolve().parent) as name:
        work_folder = Path(name)
        with _connection(memory, threads, work_folder) as connection:
            claims, checked = _views(connection, claims_folder, decisions, extract_end)
            window = find_window(connection, chosen, folder=str(place))
            amount = f"{chosen.cost}_amount"
            as_it_is = extract_end is None and (checked is None or not any(checked.dropped.values()))
            work = PanelWork(connection, claims, rules, window, amount, work_folder, as_it_is=as_it_is)
            made = _run(engine, work, memory=memory, threads=threads)
            file = work_folder / PANEL_FILE
            level = finish(connection, made, file, share=chosen.top_coding)
            record = _record(work, made, chosen, engine=engine, level=level, file=file)
            if checked is not None:
                found = {"claims_decisions": dict(decisions or {}), "claims_findings": _findings(checked)}
                record = record.model_copy(update=found)
        text = (record.model_dump_json(indent=2) + "\n").encode()
        writers: dict[str, Callable[[BinaryIO], object]] = {
            PANEL_FILE: lambda out: _copied(file, out),
            RECORD_FILE: lambda out: out.write(text),
        }
        write_folder(target, writers, force=force)
    return PanelResult(target, record)


def _views(
    connection: duckdb.DuckDBPyConnection,
    folder: str | Path | ClaimsFolder,
    decisions: Mapping[str, str] | None,
    extract_end: dt.date | None,
) -> tuple[ClaimsFolder, ClaimsCheck | None]:
    """Make the views of the claims; with decisions, check them first and leave out what is dropped."""
    found = folder if isinstance(folder, ClaimsFolder) else open_claims(folder)
    if decisions is None:
        return claims_views(connection, found, extract_end=extract_end), None
    checked = check_claims(found, decisions=decisions, extract_end=extract_end, connection=connection)
    refuse(checked)
    return found, checked


def _findings(checked: ClaimsCheck) -> tuple[PanelFinding, ...]:
    return tuple(
        PanelFinding(
            id=one.id, table=one.table, column=one.column, count=one.count, decision=one.decision.value
        )
        for one in checked.findings
    )


def _copied(file: Path, out: BinaryIO) -> None:
    with file.open("rb") as source:
        shutil.copyfileobj(source, out, 1 << 22)


def _run(engine: Engine, work: PanelWork, *, memory: str, threads: int) -> MadePanel:
    if engine == "spark":
        from allay.evaluation.panel.spark import run_spark

        return run_spark(work, memory=memory, threads=threads)
    return ENGINES[engine](work)


@contextlib.contextmanager
def _connection(memory: str, threads: int, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    limit = memory_amount(memory)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": True,
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute(f"SET memory_limit = {literal(limit)}")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def _record(
    work: PanelWork, made: MadePanel, spec: PanelSpec, *, engine: str, level: int | None, file: Path
) -> PanelRecord:
    members, rows = work.connection.execute(
        f"SELECT count(DISTINCT person_id), count(*) FROM read_parquet({literal(str(file))})"  # noqa: S608
    ).fetchall()[0]
    rules, window = work.rules, work.window
    through = spec.complete_through()
    left_out = None if through is None or spec.incomplete == "flag" else through + dt.timedelta(days=1)
    return PanelRecord(
        allay_version=allay.__version__,
        engine=engine,
        first_month=first_of(window.first),
        last_month=first_of(window.last),
        cost=spec.cost,
        value_sets=references(spec.sets()),
        factor_set=spec.factor_set,
        opioid_products=len(rules.products),
        opioid_products_without_dose=_undosed(rules),
        decisions=DECISIONS,
        notes=work.claims.notes,
        counts={**made.counts, "members": members, "member_months": rows},
        paid_through=spec.paid_through,
        incomplete_months=tuple(first_of(month) for month in window.incomplete),
        left_out_from=left_out,
        completion=completion_factors(work.connection, work.amount, spec.paid_through)
        if spec.completion
        else (),
        top_coding_share=spec.top_coding,
        top_coding_level_cents=level,
    )


def _undosed(rules: UseRules) -> dict[str, str]:
    return {f"{one.system} {one.code}": one.why for one in rules.products if not one.known}


__all__ = ["Engine", "build_panel"]
