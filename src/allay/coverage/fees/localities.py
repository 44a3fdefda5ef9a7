"""Localities and their geographic practice cost indices: what work, practice and malpractice cost there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import Reference, newest_known
from allay.base.status import Status
from allay.coverage.fees.relative_values import LOAD

NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class CostIndices:
    """The indices of one locality, from `starts` to before `ends`.

    Attributes
    ----------
    mac, number : str
        The Medicare contractor and its number of the locality; together they name it.
    state : str
        Two letters, or blank.
    statewide : bool, optional
        Whether it is the whole state; None when the file does not say.
    work, practice, malpractice : Fraction
        1 is the national average.
    """

    mac: str
    number: str
    state: str
    name: str
    statewide: bool | None
    work: Fraction
    practice: Fraction
    malpractice: Fraction
    starts: dt.date
    ends: dt.date
    recorded_on: dt.date
    status: Status
    references: tuple[Reference, ...]

    @property
    def id(self) -> str:
        """Contractor and locality, as `14512-50`."""
        return f"{self.mac}-{self.number}"

    @property
    def version(self) -> str:
        """Name of exactly this row, for results to carry."""
        return f"gpci:{self.id}@{self.starts}/{self.recorded_on}"


class CostIndexTable:
    """The indices of some localities and years.

    Raises
    ------
    InvalidValue
        When a locality has two rows for one day that were recorded on the same day.
    """

    def __init__(self, rows: Iterable[CostIndices]) -> None:
        self.rows = tuple(sorted(rows, key=lambda row: (row.id, row.recorded_on, row.starts)))
        for earlier, later in pairwise(self.rows):
            same = (earlier.id, earlier.recorded_on) == (later.id, later.recorded_on)
            if same and later.starts < earlier.ends:
                raise InvalidValue(
                    expected=f"one row of {later.id} for each day", found=f"two on {later.starts}"
                )

    def __contains__(self, day: dt.date) -> bool:
        return any(row.starts <= day < row.ends for row in self.rows)

    def find(self, locality: str, *, day: dt.date, known_on: dt.date | None = None) -> CostIndices:
        """Return the indices of a locality on a day. Costs a pass over the rows.

        Parameters
        ----------
        locality : str
            Contractor and number (`14512-50`), a name (`Seattle`), or a state that is one locality (`VT`).

        Raises
        ------
        NotFound
            When there is none of that name on that day, or a state has several.

        Examples
        --------
        >>> from allay.coverage.fees.shipped import shipped_indices
        >>> shipped_indices().find("vt", day=dt.date(2024, 7, 15)).id
        '14512-50'
        """
        holding = [row for row in self.rows if row.starts <= day < row.ends]
        if not holding:
            raise NotFound(f"there are no geographic indices of {day}; {LOAD}")
        wanted = locality.strip().casefold()
        found = [row for row in holding if wanted in (row.id.casefold(), row.name.casefold())]
        if not found:
            found = [row for row in holding if row.state and row.state.casefold() == wanted]
            if found and (len({row.id for row in found}) > 1 or found[0].statewide is False):
                names = ", ".join(sorted({f"{row.id} ({row.name})" for row in found}))
                raise NotFound(f"{locality} does not name one locality; name one, such as {names}")
        if not found:
            known = [word for row in holding for word in (row.id, row.name)] + [NATIONAL]
            raise NotFound.among("locality", locality, known=known)
        if len({row.id for row in found}) > 1:
            raise NotFound(
                f"{locality} names {' and '.join(sorted(row.id for row in found))}; give one of them"
            )
        return newest_known(found, known_on)
