"""The sheet beside a table of codes: its sources, its dates, and the checks that each row keeps to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from allay.base.cells import member_of, one_of
from allay.base.errors import InvalidValue
from allay.base.fact import Reference
from allay.base.facts import ReferenceRow
from allay.base.sheetrow import SheetRow
from allay.base.status import MARKS, Status
from allay.base.tables import Strict

Text = Annotated[str, Field(min_length=1)]
Sources = dict[str, ReferenceRow]
_NOTHING = Reference("no source", "M")


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


def check_source(source: str, status: Status, sources: Mapping[str, Reference | ReferenceRow]) -> None:
    """Refuse a source that is not listed, and a status stronger than its source was seen.

    Examples
    --------
    >>> check_source("fee", Status.VERIFIED, {"fee": ReferenceRow(title="Fee rule", seen_as="M")})
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected at most memory, as its source was seen, found verified
    """
    known = sources[one_of(sources)(source)]
    strongest = MARKS[known.seen_as]
    if status.rank < strongest.rank:
        expected = f"at most {strongest.value}, as its source was seen"
        raise InvalidValue(expected=expected, found=status.value)


def sourced(row: SheetRow, known: Mapping[str, Reference]) -> tuple[Reference, Status]:
    """Return the source and the status of a row; they mean nothing when the row is not sound."""
    name = row.must("source", one_of(known), otherwise="")
    status = row.must("status", member_of(Status), otherwise=Status.UNKNOWN)
    if name and "status" not in row.wrong_columns:
        try:
            check_source(name, status, known)
        except InvalidValue as wrong:
            row.wrong("status", wrong.expected)
    return known.get(name, _NOTHING), status


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
