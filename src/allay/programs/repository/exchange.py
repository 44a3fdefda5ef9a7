"""The file in which one program shares itself with others: what is in it, and its form and version."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

import allay
from allay.base.errors import InvalidValue
from allay.programs.repository.profile import ProgramProfile
from allay.programs.repository.statement import Open, Text

FORMAT: Literal["allay-program"] = "allay-program"
FORMAT_VERSION = "1.0"

Version = Annotated[str, Field(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){1,3}[0-9A-Za-z.+-]*$")]


class CountTable(Open):
    """Counts of one step by period and group, small ones hidden.

    Attributes
    ----------
    step : str
        What was reached (`allay.programs.repository.counts.STEPS`), among those referred in the period.
    dimension : str
        By what people are grouped, such as `language`; `all` for one group of everybody.
    counts : rows of counts or null
        One row for each period and one of totals, one column for each group and one of totals.
    """

    step: Text
    dimension: Text
    periods: Annotated[tuple[Text, ...], Field(min_length=1)]
    groups: Annotated[tuple[Text, ...], Field(min_length=1)]
    counts: tuple[tuple[Annotated[int, Field(ge=0)] | None, ...], ...]

    @model_validator(mode="after")
    def _shape(self) -> CountTable:
        rows, columns = len(self.periods) + 1, len(self.groups) + 1
        if len(self.counts) != rows or any(len(row) != columns for row in self.counts):
            found = f"{len(self.counts)} rows of {sorted({len(row) for row in self.counts})}"
            raise InvalidValue(expected=f"{rows} rows of {columns} counts, totals last", found=found)
        return self


class ExchangeFile(Open):
    """One program as a file that another program can import."""

    format: Literal["allay-program"]
    format_version: Version
    allay_version: Version
    created_as_of: dt.date
    facts: tuple[Text, ...] = ()
    program: ProgramProfile
    counts: tuple[CountTable, ...] = ()


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers a version begins with, for comparing.

    Examples
    --------
    >>> numbers("1.10.0rc1") > numbers("1.9")
    True
    """
    found = re.match(r"[0-9]+(\.[0-9]+)*", version)
    parts = [int(part) for part in found.group().split(".")] if found else [0]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def is_newer(format_version: object, allay_version: object) -> bool:
    """Say whether a file was written by a version that may know more than this one.

    Examples
    --------
    >>> is_newer("1.0", "0.1.0"), is_newer("1.1", "0.1.0"), is_newer("1.0", "99.0.0")
    (False, True, True)
    """
    return any(
        isinstance(theirs, str) and numbers(theirs) > numbers(ours)
        for theirs, ours in ((format_version, FORMAT_VERSION), (allay_version, allay.__version__))
    )
