"""The sheet beside a table of codes: its sources, its dates, and the checks that each row keeps to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.fact import Reference
from allay.base.facts import ReferenceRow
from allay.base.status import MARKS, Status
from allay.base.tables import CsvTable, Strict

Text = Annotated[str, Field(min_length=1)]
Sources = dict[str, ReferenceRow]
Cells = Mapping[str, str]


class PlanModifierRow(Strict):
    """A modifier that names the plan of care, and who works under it."""

    modifier: Text
    professions: Annotated[tuple[Text, ...], Field(min_length=1)]
    source: Text
    status: Status


class AddOnSheet(Strict):
    """What the table of add-on codes is and the days it is taken to hold for."""

    title: Text
    effective_from: dt.date
    covers_to: dt.date


class CodeSheet(Strict):
    """The file `codes.yaml`."""

    title: Text
    release: dt.date
    recorded_on: dt.date
    sources: Sources
    plan_modifiers: tuple[PlanModifierRow, ...]
    add_ons: AddOnSheet


def references(sources: Sources) -> Mapping[str, Reference]:
    """Return the sources of a sheet by their keys.

    Examples
    --------
    >>> row = ReferenceRow(title="Fee rule", seen_as="M")
    >>> references({"fee": row})["fee"].title
    'Fee rule'
    """
    return {key: Reference(**row.model_dump()) for key, row in sources.items()}


def rows(table: CsvTable) -> Iterator[tuple[int, Cells]]:
    """Yield each row with its place; a blank cell is "".

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> list(rows(read_csv(io.BytesIO(b"code,note\\n97110,\\n"), name="a.csv")))
    [(0, {'code': '97110', 'note': ''})]
    """
    for place, cells in enumerate(table.frame.iter_rows(named=True)):
        yield place, {column: (value or "").strip() for column, value in cells.items()}


def source_problems(
    table: CsvTable, place: int, cells: Cells, known: Mapping[str, Reference]
) -> Iterator[Problem]:
    """Yield what is wrong with the columns `source` and `status` of a row."""
    if cells["source"] not in known:
        yield table.problem(place, "source", expected="one of the sources " + ", ".join(known))
    if cells["status"] not in set(Status):
        yield table.problem(place, "status", expected="one of " + ", ".join(Status))
    elif cells["source"] in known:
        strongest = MARKS[known[cells["source"]].seen_as]
        if Status(cells["status"]).rank < strongest.rank:
            expected = f"at most {strongest.value}, as its source was seen"
            yield table.problem(place, "status", expected=expected)


def checked(
    table: CsvTable, place: int, column: str, allowed: Sequence[str], cell: str, problems: list[Problem]
) -> str:
    """Return a cell that must be one of a few words; note it as a problem when it is none."""
    if cell not in allowed:
        words = ", ".join(word for word in allowed if word)
        problems.append(
            table.problem(place, column, expected=f"{words} or nothing" if "" in allowed else words)
        )
    return cell


def whole(text: str) -> int:
    """Read a whole number from 0 to 9999.

    Examples
    --------
    >>> whole("15")
    15
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise InvalidValue(expected="a whole number from 0 to 9999", found=repr(text))
    return int(text)


def refuse(problems: Sequence[Problem]) -> None:
    """Raise `InvalidInput` when there is any problem."""
    if problems:
        raise InvalidInput(problems)
