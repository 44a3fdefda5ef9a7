"""Reading a registry export through its map: an outcomes table, and every problem by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.interop.registry_map import MapGroup, RegistryMap, load_map, shipped_maps
from allay.interop.registry_plan import plan_of, scales_of
from allay.measures.cohort import Grouping, OutcomesTable, Timepoint
from allay.measures.outcome_plan import OutcomePlan

__all__ = ["RegistryReading", "RegistryRow", "load_map", "read_registry", "shipped_maps"]

Numbers = NDArray[np.float64]
Texts = NDArray[np.str_]


LONGEST_NUMBER = 80  # what the application's database keeps of a registry's number for a person


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """One row of the file, as an import needs it. Blank is None, ``''`` for a group.

    ``patient`` is ``''`` where the file has no number; ``line`` is the line of the file.
    """

    line: int
    patient: str
    values: Mapping[tuple[str, str], float]
    groups: Mapping[str, str]
    numbers: Mapping[str, float]
    empty: bool


@dataclass(frozen=True, eq=False)
class RegistryReading:
    """What a registry export holds.

    Attributes
    ----------
    table : OutcomesTable
        One entry per row of the file, empty rows included. Impossible values are NaN or ``''``.
    plan : OutcomePlan
        What the map asks to work out.
    lines : int64 array
        Line of the file for each row.
    columns : int
        Number of columns of the file.
    problems : tuple of Problem
        The first values that cannot be, by line.
    problem_count : int
        How many values cannot be.
    notes : tuple of Problem
        What is odd but can be: an empty row.
    empty : boolean array
        Rows in which nothing is recorded.
    """

    table: OutcomesTable
    plan: OutcomePlan
    lines: NDArray[np.int64]
    columns: int
    problems: tuple[Problem, ...]
    problem_count: int
    notes: tuple[Problem, ...]
    empty: NDArray[np.bool_]

    def checked(self) -> RegistryReading:
        """Return itself when there is no problem.

        Raises
        ------
        InvalidInput
            With every problem, otherwise.
        """
        if self.problems:
            raise InvalidInput(self.problems, total=self.problem_count)
        return self

    @cached_property
    def problems_by_line(self) -> Mapping[int, tuple[Problem, ...]]:
        """The first problems and the notes of each line that has any."""
        found: dict[int, list[Problem]] = {}
        for problem in (*self.problems, *self.notes):
            found.setdefault(int(problem.at), []).append(problem)
        return {line: tuple(problems) for line, problems in sorted(found.items())}

    def rows(self) -> Iterator[RegistryRow]:
        """The rows one by one, only with what they record."""
        for i, (line, patient) in enumerate(zip(self.lines.tolist(), self.table.patients, strict=True)):
            yield RegistryRow(
                line=line,
                patient=patient,
                values={key: float(c[i]) for key, c in self.table.values.items() if not np.isnan(c[i])},
                groups={key: str(column[i]) for key, column in self.table.groups.items() if column[i]},
                numbers={key: float(c[i]) for key, c in self.table.numbers.items() if not np.isnan(c[i])},
                empty=bool(self.empty[i]),
            )


def read_registry(source: Readable, registry: RegistryMap, *, name: str | None = None) -> RegistryReading:
    """Read a registry export through its map.

    Parameters
    ----------
    source
        Path or binary stream of a CSV file.
    registry
        From :func:`load_map`.
    name
        What messages call the file.

    Returns
    -------
    RegistryReading
        With the problems found in rows; call ``checked()`` to refuse them. Reading writes nothing, so it
        is also the dry run of an import.

    Raises
    ------
    InvalidInput
        When the file cannot be read at all: not text, wrong columns, ragged rows, no rows.

    Examples
    --------
    >>> import io
    >>> from allay.interop.registry_map import RegistryMap
    >>> registry = RegistryMap.model_validate_json('''{
    ...     "id": "demo", "version": "1.0.0", "title": "Demo", "recorded_on": "2026-11-22", "patient": "who",
    ...     "source": {"title": "Invented", "accessed": "2026-11-22", "status": "synthetic"},
    ...     "timepoints": [{"id": "start", "title": "Start"}],
    ...     "scales": [{"id": "pain", "title": "Pain", "instrument": "0-10", "direction": "higher_worse",
    ...                 "unit": "points", "minimum": 0, "maximum": 10, "columns": {"start": "pain"}}]}''')
    >>> reading = read_registry(io.BytesIO(b"who,pain\\na,7\\nb,11\\n"), registry, name="x.csv")
    >>> print(reading.problems[0])
    x.csv:3: pain: expected a number from 0 to 10, found '11'
    """
    named = registry.columns()
    csv = read_csv(source, columns=named, others=registry.other_columns, minimum_rows=1, name=name)
    empty = csv.frame.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
    reader = _Reader(csv)
    values = {
        (scale.id, point): reader.numbers(column, scale.minimum, scale.maximum)
        for scale in registry.scales
        for point, column in scale.columns.items()
    }
    numbers = {n.id: reader.numbers(n.column, n.minimum, n.maximum) for n in registry.numbers}
    titles = {n.id: f"{n.title} ({n.unit})" for n in registry.numbers}
    regions: dict[str, int] = {}
    if (body := registry.body_map) is not None:
        marked = {column: reader.flags(column) for column in body.names()}
        regions = {column: int(np.nansum(flags)) for column, flags in marked.items()}
        numbers[body.id] = np.sum(list(marked.values()), axis=0)
        titles[body.id] = f"{body.title} ({body.unit})"
    groups = {g.id: _levels(g, reader, numbers) for g in registry.groups}
    table = OutcomesTable(
        title=registry.title,
        patients=reader.patients(registry.patient, empty),
        timepoints=tuple(Timepoint(t.id, t.title) for t in registry.timepoints),
        scales=scales_of(registry),
        values=values,
        groupings=tuple(_grouping(g) for g in registry.groups),
        groups=groups,
        numbers=numbers,
        number_titles=titles,
        regions=regions,
        source=registry.source.title,
    )
    notes = tuple(
        Problem(csv.name, str(csv.lines[row]), "(row)", "values", "an empty row; it stays in the count")
        for row in np.flatnonzero(empty)
    )
    return RegistryReading(
        table,
        plan_of(registry),
        csv.lines,
        csv.frame.width,
        problems=reader.findings.problems,
        problem_count=reader.findings.total,
        notes=notes,
        empty=empty,
    )


class _Reader:
    """Turns columns of text into arrays and collects what cannot be."""

    def __init__(self, csv: CsvTable) -> None:
        self.csv = csv
        self.findings = Findings(csv)

    def numbers(self, column: str, minimum: float, maximum: float) -> Numbers:
        text = self.csv.frame.get_column(column)
        numbers = text.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
        with np.errstate(invalid="ignore"):
            possible = (numbers >= minimum) & (numbers <= maximum)
        wrong = ~possible & text.is_not_null().to_numpy()
        self.findings.add(wrong, column, expected=f"a number from {minimum:g} to {maximum:g}")
        return np.where(possible, numbers, np.nan)

    def flags(self, column: str) -> Numbers:
        text = self.csv.frame.get_column(column)
        flags = text.replace_strict({"0": 0.0, "1": 1.0}, default=float("nan"), return_dtype=pl.Float64)
        result = flags.fill_null(float("nan")).to_numpy()
        self.findings.add(np.isnan(result) & text.is_not_null().to_numpy(), column, expected="0 or 1")
        return result

    def levels(self, column: str, known: tuple[str, ...]) -> Texts:
        text = self.csv.frame.get_column(column)
        allowed = text.is_in(list(known)).fill_null(value=False).to_numpy()
        listed = ", ".join(repr(level) for level in known[:8]) + (", ..." if len(known) > 8 else "")
        self.findings.add(~allowed & text.is_not_null().to_numpy(), column, expected=f"one of {listed}")
        return np.where(allowed, text.fill_null("").to_numpy().astype(np.str_), "")

    def patients(self, column: str, empty: NDArray[np.bool_]) -> tuple[str, ...]:
        """Identifiers; a repeated one is a problem and is blanked so that its row can still be looked at."""
        found = self.csv.frame.get_column(column).fill_null("").to_list()
        first: dict[str, int] = {}
        for row, patient in enumerate(found):
            first.setdefault(patient, row)

        def also(row: int) -> str:
            return f"{found[row]!r}, also on line {self.csv.lines[first[found[row]]]}"

        blank = np.array([not patient.strip() for patient in found], dtype=np.bool_)
        again = ~blank & np.array(
            [first[patient] != row for row, patient in enumerate(found)], dtype=np.bool_
        )
        odd = ~blank & np.array([not _is_number(patient) for patient in found], dtype=np.bool_)
        self.findings.add(blank & ~empty, column, expected="the number of a patient")
        self.findings.add(
            odd,
            column,
            expected=f"a patient's number of at most {LONGEST_NUMBER} letters, no space around it",
        )
        self.findings.add(again, column, expected="each patient once", found=also)
        return tuple("" if out else patient for patient, out in zip(found, blank | odd | again, strict=True))


def _is_number(patient: str) -> bool:
    """Whether this can be a patient's number; one with a space around it would be a second patient."""
    return len(patient) <= LONGEST_NUMBER and patient == patient.strip() and patient.isprintable()


def _levels(group: MapGroup, reader: _Reader, numbers: Mapping[str, Numbers]) -> Texts:
    if group.column is not None:
        return reader.levels(group.column, tuple(group.values))
    number = numbers[group.number or ""]
    result = np.full(number.shape, "", dtype=f"<U{max(len(b.id) for b in group.bands)}")
    for band in group.bands:
        low = -np.inf if band.from_ is None else band.from_
        high = np.inf if band.to is None else band.to
        result[(number >= low) & (number < high)] = band.id
    return result


def _grouping(group: MapGroup) -> Grouping:
    levels = tuple(group.values) if group.column else tuple(band.id for band in group.bands)
    labels = tuple(group.values.values()) if group.column else tuple(band.title for band in group.bands)
    return Grouping(group.id, group.title, levels, labels, group.reference or "", group.compare)
