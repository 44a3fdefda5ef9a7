"""Loading the official tables of a quarter into one table of edits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from allay.base.errors import InvalidInput, Problem
from allay.base.sources import Readable
from allay.coverage.edits.addonfile import load_add_ons
from allay.coverage.edits.limitfile import load_unit_limits
from allay.coverage.edits.pairfile import load_pairs
from allay.coverage.edits.table import EditTable

Row = TypeVar("Row", covariant=True)


class _Load(Protocol[Row]):
    def __call__(self, source: Readable, /, *, quarter: dt.date, recorded_on: dt.date) -> Sequence[Row]: ...


def load_edits(
    pairs: Iterable[Readable] = (),
    *,
    quarter: dt.date,
    recorded_on: dt.date,
    limits: Iterable[Readable] = (),
    add_ons: Iterable[Readable] = (),
) -> EditTable:
    """Load a quarter's official tables; the pairs of a quarter come in several files.

    Parameters
    ----------
    pairs, limits, add_ons : iterable of path or binary stream
        The files of each kind.
    quarter : date
        First day of the quarter they were issued for.
    recorded_on : date
        Day from which their rows are known, for the knowledge clock.

    Returns
    -------
    EditTable
        Whole where there are pairs: a pair that is not in it is no pair.

    Raises
    ------
    InvalidInput
        With the problems of every file.

    Examples
    --------
    >>> import io
    >>> text = b"Column 1,Column 2,*,Effective,Deletion,Modifier,Rationale\\n20561,97810,,20200101,*,0,Misuse"
    >>> day = dt.date(2024, 7, 1)
    >>> table = load_edits([io.BytesIO(text)], quarter=day, recorded_on=day)
    >>> table.pair_count, table.whole, table.between(["97810", "20561"], day=dt.date(2019, 12, 31))
    (1, True, ())
    """
    problems: list[Problem] = []
    total = 0

    def gather(files: Iterable[Readable], load: _Load[Row]) -> list[Row]:
        nonlocal total
        rows: list[Row] = []
        for file in files:
            try:
                rows += load(file, quarter=quarter, recorded_on=recorded_on)
            except InvalidInput as invalid:
                problems.extend(invalid.problems)
                total += invalid.total
        return rows

    found = gather(pairs, load_pairs), gather(limits, load_unit_limits), gather(add_ons, load_add_ons)
    if problems:
        raise InvalidInput(problems, total=total)
    return EditTable(found[0], limits=found[1], add_ons=found[2], whole=bool(found[0]))
