"""A claims folder: which files each table lies in, and what columns they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from allay.base.errors import InvalidInput, NotFound, Problem
from allay.evaluation.claims.columns import exact, fits, rounds
from allay.evaluation.claims.contract import TABLES, ClaimsColumn, ClaimsTable, claims_table
from allay.evaluation.claims.files import WHOLE, describe_csv, describe_parquet

_NAMED = 6
"""Columns that a note names."""

Form = Literal["parquet", "csv", "absent"]


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The files of one table of a claims folder.

    Attributes
    ----------
    table : ClaimsTable
        The table of the contract.
    form : {"parquet", "csv", "absent"}
        How it lies there.
    files : tuple of Path
        Its files, by name; one for CSV.
    header : tuple of str
        The columns of the CSV file in their order; empty for Parquet.
    found : mapping of str to str
        By column of the contract that is there, its type as DuckDB names it (for CSV all are VARCHAR).
    ignored : tuple of str
        Columns that the contract does not have; they are not read.
    uneven : bool
        Whether the files differ in columns that are not read.
    """

    table: ClaimsTable
    form: Form
    files: tuple[Path, ...] = ()
    header: tuple[str, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    uneven: bool = False

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.table

    @property
    def unsure(self) -> tuple[ClaimsColumn, ...]:
        """The columns of which each cell has to be looked at, because its type allows wrong ones."""
        return tuple(
            column
            for column in self.table.columns
            if column.name in self.found and not exact(column.type, self.found[column.name])
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of a report should know of how the table was read."""
        notes = []
        if self.form == "absent":
            return (f"{self.name}: no such table; it is taken as empty",)
        absent = [name for name in self.table.names if name not in self.found]
        if absent:
            notes.append(f"{self.name}: not given, taken as blank: {_listed(absent)}")
        if self.ignored:
            notes.append(f"{self.name}: not of the contract, not read: {_listed(self.ignored)}")
        rounded = [
            column.name
            for column in self.table.columns
            if rounds(column.type, self.found.get(column.name, ""))
        ]
        if rounded:
            notes.append(f"{self.name}: rounded to the decimals of the contract: {', '.join(rounded)}")
        return tuple(notes)


@dataclass(frozen=True, slots=True)
class ClaimsFolder:
    """Claims as they lie in a folder.

    Attributes
    ----------
    path : Path
        The folder.
    tables : mapping of str to TableFiles
        The four tables of the contract; those that are not there have the form ``absent``.
    """

    path: Path
    tables: Mapping[str, TableFiles]

    def __getitem__(self, name: str) -> TableFiles:
        if name not in self.tables:
            raise NotFound.among("table of claims", name, known=self.tables)
        return self.tables[name]

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of all tables."""
        return tuple(note for table in self.tables.values() for note in table.notes)

    def parquet_files(self, name: str) -> tuple[Path, ...]:
        """Return the Parquet files of a table, for an engine that reads them itself.

        Their columns may lack optional ones of the contract (`TableFiles.found` has those that are there) and
        may have other types; `convert` writes a folder in which all are as the contract has them.

        Raises
        ------
        InvalidInput
            A table that lies there as CSV: convert the folder first.
        """
        found = self[name]
        if found.form == "csv":
            expected = "Parquet (`allay evaluation convert` writes it)"
            raise InvalidInput(Problem(str(found.files[0]), "-", WHOLE, expected, "CSV"))
        return found.files


def open_claims(folder: str | Path) -> ClaimsFolder:
    """Find the tables of a claims folder and look at their columns; no row is read.

    Parameters
    ----------
    folder : path
        Each table is ``NAME.parquet``, ``NAME.csv`` or a folder ``NAME`` of Parquet files, which may be
        partitioned (``NAME/bucket=03/part.parquet``).

    Raises
    ------
    InvalidInput
        With every problem found: no such folder, tables and required columns that are missing, a table given
        twice, files that are cut short or not Parquet, columns of a type that cannot be right, files of one
        table that differ in a column.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "member.csv").write_text("person_id,birth_date,shoe\\np1,1970-01-31,42\\n")
    ...     _ = (folder / "enrollment.csv").write_text(
    ...         "person_id,enrollment_start_date,enrollment_end_date\\np1,2024-01-01,2024-12-31\\n")
    ...     _ = (folder / "pharmacy_claim.csv").write_text(
    ...         "claim_id,claim_line_number,person_id,dispensing_date,paid_amount\\nc,1,p1,2024-05-02,9.8\\n")
    ...     claims = open_claims(folder)
    >>> claims["member"].ignored, claims["medical_claim"].form
    (('shoe',), 'absent')
    """
    path = Path(folder)
    if not path.is_dir():
        found = "a file" if path.exists() else "nothing"
        raise InvalidInput(Problem(str(path), "-", "folder", "a folder of claims", found))
    problems: list[Problem] = []
    tables = {name: _table(path, claims_table(name), problems) for name in TABLES}
    problems += _missing(path, tables)
    if problems:
        raise InvalidInput(problems)
    return ClaimsFolder(path, tables)


def _missing(path: Path, tables: Mapping[str, TableFiles]) -> Iterator[Problem]:
    for name, table in tables.items():
        if table.form == "absent" and table.table.needed:
            expected = f"this table: {name}.parquet, {name}.csv or a folder {name}/ of Parquet files"
            yield Problem(str(path), "-", name, expected, "none")
    claims = [name for name, table in tables.items() if not table.table.needed]
    if all(tables[name].form == "absent" for name in claims):
        yield Problem(str(path), "-", " or ".join(claims), "a table of claims", "none")


def _table(path: Path, table: ClaimsTable, problems: list[Problem]) -> TableFiles:
    name = table.table
    places = [path / f"{name}.parquet", path / f"{name}.csv", path / name]
    there = [place for place in places if place.exists()]
    if not there:
        return TableFiles(table, "absent")
    if len(there) > 1:
        listed = " and ".join(place.name for place in there)
        problems.append(Problem(str(path), "-", name, "each table once", listed))
        return TableFiles(table, "absent" if not table.needed else "csv")
    place = there[0]
    if place.suffix == ".csv":
        header = describe_csv(place, problems)
        found = dict.fromkeys(header, "VARCHAR")
        return _checked(TableFiles(table, "csv", (place,), header), found, problems)
    files = tuple(sorted(place.rglob("*.parquet"))) if place.is_dir() else (place,)
    if not files:
        problems.append(Problem(str(place), "-", name, "Parquet files in this folder", "none"))
    described = describe_parquet(files, root=place if place.is_dir() else None, problems=problems)
    if not described:
        return TableFiles(table, "parquet", files)
    first = next(iter(described.values()))
    for file, columns in described.items():
        problems += _differences(table, file, columns, files[0], first)
    uneven = any(columns.keys() != first.keys() for columns in described.values())
    return _checked(TableFiles(table, "parquet", files, uneven=uneven), first, problems)


def _differences(
    table: ClaimsTable, file: Path, columns: Mapping[str, str], other: Path, first: Mapping[str, str]
) -> Iterator[Problem]:
    """What a file of a table has unlike the first file, among the columns that are read."""
    for name in table.names:
        if columns.get(name) != first.get(name):
            expected = f"{first.get(name, 'no such column')}, as in {other}"
            yield Problem(str(file), "-", name, expected, columns.get(name, "no such column"))


def _checked(files: TableFiles, found: Mapping[str, str], problems: list[Problem]) -> TableFiles:
    table = files.table
    at, place = ("1", files.files[0]) if files.form == "csv" else ("-", files.files[0])
    if found:
        for column in table.columns:
            kind = found.get(column.name)
            if kind is None and column.required:
                problems.append(
                    Problem(str(place), at, column.name, "this column", _near(column.name, found))
                )
            elif kind is not None and not fits(column.type, kind):
                problems.append(
                    Problem(str(place), at, column.name, column.type.words, f"cells of type {kind}")
                )
    return TableFiles(
        table,
        files.form,
        files.files,
        files.header,
        {name: found[name] for name in table.names if name in found},
        tuple(name for name in found if name not in table.names),
        files.uneven,
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _near(name: str, found: Mapping[str, str]) -> str:
    folded = {other.strip().casefold(): other for other in found}
    return f"{folded[name]!r} (did you mean that?)" if name in folded else "none"
