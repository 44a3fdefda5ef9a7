"""Answer sheets: a CSV file with one assessment per row becomes checked columns of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import PROBLEMS_KEPT, InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.measures.answers import IMPOSSIBLE, Int8, expected_answer, forgotten_items
from allay.measures.instrument import Instrument
from allay.measures.items import Item
from allay.measures.sheetcheck import check_dates, repeated

OUTPUT_COLUMNS = (
    "instrument",
    "version",
    "scale",
    "raw",
    "score",
    "se",
    "band",
    "answered",
    "items",
    "status",
    "reason",
)
_WHOLE = r"^\s*\+?0*(\d{1,3})(?:\.0*)?\s*$"


@dataclass(frozen=True, slots=True, eq=False)
class AnswerSheet:
    """The answers of a file, and what passes through.

    Attributes
    ----------
    instrument : Instrument
    passed : polars.DataFrame
        The columns that are not items, as text, in the order of the file.
    answers : mapping of item id to int8 array
        Missing as -1, impossible as -128 (only when flagging).
    absent : tuple of str
        Ids of the scales of which the file has no item.
    flagged : int
        How many answers are impossible.
    warnings : tuple of str
        What to tell whoever gave the file: rows given twice, dates that cannot be (only when flagging).
    """

    instrument: Instrument
    passed: pl.DataFrame
    answers: Mapping[str, Int8]
    absent: tuple[str, ...]
    flagged: int
    warnings: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Number of assessments."""
        return len(next(iter(self.answers.values())))


def read_answers(
    source: Readable,
    instrument: Instrument,
    *,
    on_invalid: Literal["raise", "flag"] = "raise",
    name: str | None = None,
    as_of: date | None = None,
) -> AnswerSheet:
    """Read a CSV file of answers: item ids as column names, everything else passes through.

    An answer is a whole number; spaces around it and a decimal part of zeros (``2.0``) are taken, anything
    else is impossible. Blank means missing. Equal rows are scored each for itself, with a warning where the
    columns ``patient_id`` and ``date`` or ``timepoint`` say that it is the same assessment. With `as_of`,
    a column ``date`` must hold dates up to that day.

    Raises
    ------
    InvalidInput
        Each problem with line and column.

    Examples
    --------
    >>> import io
    >>> from allay.measures.catalog import get
    >>> sheet = read_answers(io.BytesIO(b"id,peg_1,peg_2,peg_3\\nA,3,2.0,\\n"), get("peg"))
    >>> {item: column.tolist() for item, column in sheet.answers.items()}
    {'peg_1': [3], 'peg_2': [2], 'peg_3': [-1]}
    """
    instrument.require_items()
    table = read_csv(source, name=name)
    _check_columns(table, instrument)
    given = [item for item in instrument.items if item.id in table.columns]
    columns: dict[str, Int8] = {}
    wrong: dict[str, NDArray[np.intp]] = {}
    for item in given:
        column = _whole_numbers(table.frame.get_column(item.id))
        bad = _impossible(item, column, table.frame.get_column(item.id))
        values = column.fill_null(-1).to_numpy()
        if len(bad):
            wrong[item.id] = bad
            values = values.copy()
            values[bad] = IMPOSSIBLE
        columns[item.id] = values
    dates = check_dates(table, as_of=as_of) if as_of else Findings(table)
    if on_invalid == "raise" and (wrong or dates.total):
        impossible = sum(len(rows) for rows in wrong.values())
        listed = chain(_problems(table, instrument, wrong) if wrong else (), dates.problems)
        raise InvalidInput(listed, total=impossible + dates.total)
    warnings = [repeated(table).text, *(str(problem) for problem in dates.problems)]
    return AnswerSheet(
        instrument=instrument,
        passed=table.frame.select(c for c in table.columns if c not in columns),
        answers=columns,
        absent=tuple(s.id for s in instrument.scales if s.items and not set(s.items) & set(columns)),
        flagged=sum(len(rows) for rows in wrong.values()),
        warnings=tuple(filter(None, warnings)),
    )


def _check_columns(table: CsvTable, instrument: Instrument) -> None:
    def problem(column: str, expected: str, found: str) -> Problem:
        return Problem(table.name, "1", column, expected, found)

    names = {item.casefold(): item for item in instrument.item_ids}
    problems = []
    for column in table.columns:
        meant = names.get(column.strip().casefold())
        if meant is not None and column != meant:
            problems.append(problem(column, f"the item id {meant}", f"{column!r}"))
        elif column in OUTPUT_COLUMNS:
            problems.append(problem(column, "another name, as the result has this column", f"{column!r}"))
    if not problems:
        given = set(table.columns)
        problems += [
            problem(
                item, "this column, as the other items of its scale are here (it may be blank)", "nothing"
            )
            for item in forgotten_items(instrument, given)
        ]
        if not given & instrument.scored_items:
            listed = ", ".join(instrument.item_ids[:4])
            problems.append(
                problem("(header)", f"item ids of {instrument.id} ({listed}, ...)", _listed(table.columns))
            )
    if problems:
        raise InvalidInput(problems)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns[:6]) + (" ..." if len(columns) > 6 else "")


def _whole_numbers(text: pl.Series) -> pl.Series:
    """Turn text into small whole numbers; what is none becomes null."""
    numbers = text.cast(pl.Int8, strict=False)
    if numbers.null_count() == text.null_count():
        return numbers
    kind = text.str.extract(_WHOLE).cast(pl.Int16, strict=False)
    small = kind.set(kind > 127, 127).cast(pl.Int8)
    return pl.select(pl.coalesce(numbers, small)).to_series()


def _impossible(item: Item, numbers: pl.Series, text: pl.Series) -> NDArray[np.intp]:
    unread = numbers.null_count() > text.null_count()
    low, high = numbers.min(), numbers.max()
    if not unread and (low is None or (low >= item.minimum and high <= item.maximum)):  # type: ignore[operator]
        return np.empty(0, dtype=np.intp)
    outside = (numbers < item.minimum) | (numbers > item.maximum)
    blank = text.is_null() | text.str.strip_chars().eq("")
    bad = outside.fill_null(value=False) | (numbers.is_null() & ~blank)
    return np.flatnonzero(bad.to_numpy())


def _problems(
    table: CsvTable, instrument: Instrument, wrong: Mapping[str, NDArray[np.intp]]
) -> Iterator[Problem]:
    """Name the first problems in the order of the file; the rest is only counted."""
    names = list(wrong)
    rows = np.concatenate([wrong[name] for name in names])
    which = np.concatenate([np.full(len(wrong[name]), position) for position, name in enumerate(names)])
    order = np.lexsort((which, rows))
    last: Problem | None = None
    for place in order[:PROBLEMS_KEPT]:
        name = names[which[place]]
        last = table.problem(int(rows[place]), name, expected=expected_answer(instrument.item(name)))
        yield last
    for _ in range(len(order) - PROBLEMS_KEPT):
        assert last is not None
        yield last
