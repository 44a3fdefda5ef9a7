"""Load other people's claims: make the tables of the contract from them, and write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.outputs import check_folder
from allay.evaluation.claims.check import working
from allay.evaluation.claims.convert import write_tables
from allay.evaluation.loaders.omop import load_omop
from allay.evaluation.loaders.rif import load_rif
from allay.evaluation.loaders.sources import Sources
from allay.evaluation.loaders.synpuf import load_synpuf
from allay.evaluation.loaders.synthea import load_synthea

Window = tuple[dt.date, dt.date] | None
LOADERS: Mapping[str, tuple[Callable[[Sources, Window], list[str]], str]] = {
    "synthea": (load_synthea, ","),
    "rif": (load_rif, "|"),
    "synpuf": (load_synpuf, ","),
    "omop": (load_omop, ","),
}
"""By source: what makes the tables, and what stands between fields."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader wrote.

    Attributes
    ----------
    source : str
        Where the tables came from: one of `LOADERS`.
    rows : mapping of str to int
        By table of the contract that was written, its rows.
    notes : tuple of str
        What was taken for what, and what could not be carried over.
    """

    source: str
    rows: Mapping[str, int]
    notes: tuple[str, ...]


def load(
    source: str,
    folder: str | Path,
    out: str | Path,
    *,
    window: Window = None,
    memory: str = "8GB",
    force: bool = False,
) -> Loaded:
    """Write another source's claims as a folder of the contract.

    Parameters
    ----------
    source : {"synthea", "rif", "synpuf", "omop"}
        What the files are.
    folder : path
        Where they are: CSV, which may be gzipped.
    out : path
        The folder to write Parquet to.
    window : (date, date), optional
        First and last day of enrollment, for a source that has none of its own (Synthea).
    memory : str
        What DuckDB may take.
    force : bool
        Whether to write into a folder that is not empty.

    Raises
    ------
    NotFound
        A source that no loader reads.
    InvalidInput
        Files or columns that are missing, cells that cannot be read, a window that is missing.

    Examples
    --------
    >>> load("fax", "claims", "out")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no source of claims 'fax'; there is omop, rif, synpuf, synthea
    """
    if source not in LOADERS:
        raise NotFound.among("source of claims", source, known=LOADERS)
    if window is not None and window[1] < window[0]:
        raise InvalidValue(expected=f"a last day from {window[0]} on", found=str(window[1]))
    check_folder(out, force=force)
    path = Path(folder)
    if not path.is_dir():
        raise InvalidInput(Problem(str(path), "-", "folder", f"a folder of {source} files", "none"))
    loader, delimiter = LOADERS[source]
    with working(memory) as connection:
        sources = Sources(connection, path, delimiter)
        tables = loader(sources, window)
        rows = {name: sources.count(f"SELECT count(*) FROM {name}") for name in tables}  # noqa: S608
        tables = [name for name in tables if rows[name]]
        write_tables(connection, out, tables=tables, force=force)
    return Loaded(source, {name: rows[name] for name in tables}, tuple(sources.notes))
