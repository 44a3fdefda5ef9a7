"""The table of edits: which pairs, limits and add-on rules hold on a day, found by dictionary look-ups."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import combinations

from allay.coverage.codes.add_ons import AddOn
from allay.coverage.edits.limits import LimitOnDay, UnitLimit, on_day
from allay.coverage.edits.pair import Edit, PairEdit, in_force


class EditTable:
    """Pairs, unit limits and add-on codes.

    Parameters
    ----------
    pairs : iterable of PairEdit
        Rows of one or more editions.
    limits : iterable of UnitLimit
        Most units.
    add_ons : iterable of AddOn
        Codes with their bases.
    no_pairs : iterable of (str, str)
        Codes of which somebody looked and found no pair, in either order.
    whole : bool
        Whether the table holds every pair there is, as an official file does. Of an excerpt, a pair that is
        not there says nothing.

    Examples
    --------
    >>> from allay.coverage.edits.shipped import shipped_edits
    >>> table, day = shipped_edits(), dt.date(2024, 7, 15)
    >>> [(edit.pays, edit.denied) for edit in table.between(["97810", "20561"], day=day)]
    [('20561', '97810')]
    >>> table.between(["97161", "97530"], day=dt.date(2020, 1, 10), known_on=dt.date(2020, 2, 1))
    ()
    """

    def __init__(
        self,
        pairs: Iterable[PairEdit] = (),
        *,
        limits: Iterable[UnitLimit] = (),
        add_ons: Iterable[AddOn] = (),
        no_pairs: Iterable[tuple[str, str]] = (),
        whole: bool = False,
    ) -> None:
        self.whole = whole
        self._pairs: dict[str, dict[str, tuple[PairEdit, ...]]] = {}
        for row in sorted(pairs, key=lambda row: row.recorded_on):
            seconds = self._pairs.setdefault(row.column1, {})
            seconds[row.column2] = (*seconds.get(row.column2, ()), row)
        self._limits: dict[str, tuple[UnitLimit, ...]] = {}
        for limit in limits:
            self._limits[limit.code] = (*self._limits.get(limit.code, ()), limit)
        self._add_ons: dict[str, tuple[AddOn, ...]] = {}
        for add_on in add_ons:
            self._add_ons[add_on.code] = (*self._add_ons.get(add_on.code, ()), add_on)
        self._no_pairs = frozenset(frozenset(codes) for codes in no_pairs)

    @cached_property
    def _changes(self) -> tuple[dt.date, ...]:
        """The days on which something in the table begins or ends."""
        pairs = [row for seconds in self._pairs.values() for rows in seconds.values() for row in rows]
        limits = [row for rows in self._limits.values() for row in rows]
        add_ons = [row for rows in self._add_ons.values() for row in rows]
        days = {day for row in pairs for day in (row.effective_from, row.effective_to)}
        days |= {day for row in add_ons for day in (row.effective_from, row.effective_to)}
        editions = {row.edition for row in pairs} | {row.edition for row in add_ons}
        editions |= {row.edition for row in limits}
        days |= {day for edition in editions for day in (edition.covers_from, edition.covers_to)}
        return tuple(sorted(day for day in days if day is not None))

    def step(self, day: dt.date) -> int:
        """Return a number that is the same for days on which the table says the same.

        Examples
        --------
        >>> from allay.coverage.edits.shipped import shipped_edits
        >>> july = [shipped_edits().step(dt.date(2024, 7, day)) for day in (1, 2, 31)]
        >>> july[0] == july[1] == july[2] > shipped_edits().step(dt.date(2024, 6, 30))
        True
        """
        return bisect_right(self._changes, day)

    def first_day(self, step: int) -> dt.date:
        """Return the first day of a step."""
        return self._changes[step - 1] if step else dt.date.min

    @property
    def pair_count(self) -> int:
        """How many pairs there are, whenever they hold."""
        return sum(len(seconds) for seconds in self._pairs.values())

    def filled_from(self, other: EditTable) -> EditTable:
        """Return this table, with the pairs, limits or add-on codes of another where it has none at all.

        Examples
        --------
        >>> from allay.coverage.edits.shipped import shipped_edits
        >>> EditTable().filled_from(shipped_edits()).unit_limit("97110", dt.date(2024, 7, 15)).units
        6
        """
        filled = EditTable(whole=self.whole if self._pairs else other.whole)
        filled._pairs = self._pairs or other._pairs
        filled._no_pairs = self._no_pairs if self._pairs else other._no_pairs
        filled._limits = self._limits or other._limits
        filled._add_ons = self._add_ons or other._add_ons
        return filled

    def between(
        self, codes: Iterable[str], *, day: dt.date, known_on: dt.date | None = None
    ) -> tuple[Edit, ...]:
        """Return every pair in force among the codes of one day, in the order of the codes.

        Parameters
        ----------
        codes : iterable of str
            Codes of one patient and one provider; one twice counts once.
        day : date
            Day of service.
        known_on : date, optional
            Use what was known then; a pair's first record always counts.
        """
        asked = tuple(dict.fromkeys(codes))
        found = []
        for first in asked:
            seconds = self._pairs.get(first)
            if seconds is None:
                continue
            for second in asked:
                rows = seconds.get(second)
                if rows is None:
                    continue
                if len(rows) > 1:
                    row = in_force(rows, day, known_on)
                else:
                    row = rows[0] if rows[0].covers(day) else None
                if row is not None:
                    found.append(Edit(row, row.edition.note(day)))
        return tuple(found)

    def not_looked_at(self, codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return the pairs of codes of which an excerpt says nothing; none for a whole table.

        Examples
        --------
        >>> from allay.coverage.edits.shipped import shipped_edits
        >>> shipped_edits().not_looked_at(["97110", "97140", "98940"])
        (('97110', '98940'),)
        """
        if self.whole:
            return ()
        return tuple(
            (first, second)
            for first, second in combinations(tuple(dict.fromkeys(codes)), 2)
            if second not in self._pairs.get(first, ())
            and first not in self._pairs.get(second, ())
            and frozenset((first, second)) not in self._no_pairs
        )

    def unit_limit(self, code: str, day: dt.date) -> LimitOnDay | None:
        """Return the most units of a code on a day; None where the table has no limit for it.

        Examples
        --------
        >>> from allay.coverage.edits.shipped import shipped_edits
        >>> shipped_edits().unit_limit("97110", dt.date(2024, 7, 15)).units
        6
        """
        return on_day(self._limits.get(code, ()), day)

    def add_on_rows(self, code: str, *, day: dt.date | None = None) -> tuple[AddOn, ...]:
        """Return the rows of an add-on code, on a day if one is given; none for another code."""
        rows = self._add_ons.get(code, ())
        return rows if day is None else tuple(row for row in rows if row.covers(day))

    def add_on_bases(self, code: str, *, day: dt.date | None = None) -> tuple[str, ...]:
        """Return the codes one of which an add-on code must follow; none for a code that stands alone.

        Examples
        --------
        >>> from allay.coverage.edits.shipped import shipped_edits
        >>> shipped_edits().add_on_bases("97811"), shipped_edits().add_on_bases("97810")
        (('97810', '97813'), ())
        """
        rows = self.add_on_rows(code, day=day)
        return tuple(dict.fromkeys(row.base for row in rows if row.base is not None))
