"""Hiding the small counts of a program's tables, all tables and earlier releases together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

from allay.base.errors import InvalidValue
from allay.base.releases import ReleaseCell, protect
from allay.programs.repository.counts import ALL, STEPS, CountSheet, Key
from allay.programs.repository.exchange import CountTable


@dataclass(frozen=True, slots=True)
class ProtectedCounts:
    """Tables that may be shared.

    Attributes
    ----------
    tables : tuple of CountTable
    exposed : tuple of str
        Small counts that can be worked out with the earlier releases, so that no hiding helps any more.
    """

    tables: tuple[CountTable, ...]
    exposed: tuple[str, ...]


def protected(sheet: CountSheet, *, earlier: Sequence[Sequence[CountTable]] = ()) -> ProtectedCounts:
    """Hide small counts and whatever gives them away.

    Every person is in one period, in one group of each dimension, and has reached one step; steps reached
    only grow from one release to the next. Everything shown, now or before, is a sum of such smallest
    groups, and is protected as one set (`allay.base.releases.protect`): so the difference of two steps, of
    two releases, or of two groupings gives no small count away either.

    Parameters
    ----------
    sheet : CountSheet
    earlier : sequence of the tables of earlier releases, oldest first
        What they show is known to everybody. What they hide is not known here and is not defended again.

    Raises
    ------
    InvalidValue
        When a count is lower than one that was shared before, or when, without earlier releases, the groups
        are so many and so small that no hiding keeps each of them.

    Notes
    -----
    The smallest groups are periods times groups of every dimension times ways through the steps. 120 counts
    of four quarters take about a second, and some seconds as the fourth release of a series.

    Examples
    --------
    >>> counts = {("referred", "2026-Q1", "sex", group): n for group, n in (("women", 40), ("men", 31))}
    >>> sheet = CountSheet(("referred",), ("2026-Q1",), {"sex": ("women", "men")}, counts)
    >>> protected(sheet).tables[0].groups
    ('women', 'men')
    """
    _refuse_falls(sheet, earlier)
    people = _People(sheet, earlier)
    cells = []
    for release, tables in enumerate(earlier):
        for key, count in _shown(tables).items():
            members = people.members(key, release)
            cells.append(
                ReleaseCell(
                    id=f"release {release + 1}: {_words(key)}",
                    members=members,
                    count=count,
                    already_published=True,
                )
            )
    ours = {_words(key): (key, count) for key, count in all_cells(sheet).items()}
    for name, (key, count) in ours.items():
        cells.append(ReleaseCell(id=name, members=people.members(key, len(earlier)), count=count))
    protection = protect(cells)
    if protection.exposed and not earlier:
        expected = "fewer or larger groups, so that small counts can be hidden"
        raise InvalidValue(expected=expected, found=f"what gives away {protection.exposed[0]}")
    shown = {key: None if name in protection.hidden else count for name, (key, count) in ours.items()}
    return ProtectedCounts(tuple(_tables(sheet, shown)), protection.exposed)


def all_cells(sheet: CountSheet) -> dict[Key, int]:
    """Return every count of the tables with its totals, each once; `all` is a sum over periods or groups.

    Examples
    --------
    >>> counts = {("referred", "2026", "sex", group): n for group, n in (("women", 40), ("men", 31))}
    >>> cells = all_cells(CountSheet(("referred",), ("2026",), {"sex": ("women", "men")}, counts))
    >>> cells["referred", "all", "all", "all"], cells["referred", "all", "sex", "men"]
    (71, 31)
    """
    cells: dict[Key, int] = {}
    for step in sheet.steps:
        for dimension, groups in sheet.dimensions.items():
            for group in groups:
                each = {period: sheet.counts[step, period, dimension, group] for period in sheet.periods}
                cells |= {_key(step, period, dimension, group): count for period, count in each.items()}
                cells[_key(step, ALL, dimension, group)] = sum(each.values())
        totals = {period: sheet.total(step, period) for period in sheet.periods}
        cells |= {_key(step, period, ALL, ALL): count for period, count in totals.items()}
        cells[step, ALL, ALL, ALL] = sum(totals.values())
    return cells


def _key(step: str, period: str, dimension: str, group: str) -> Key:
    return (step, period, ALL, ALL) if dimension == ALL else (step, period, dimension, group)


def _words(key: Key) -> str:
    step, period, dimension, group = key
    people = "everybody" if dimension == ALL else f"{dimension} {group}"
    return f"{step.replace('_', ' ')}, {'all periods' if period == ALL else period}, {people}"


def _shown(tables: Sequence[CountTable]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for table in tables:
        names = [(table.dimension, group) for group in table.groups] + [(ALL, ALL)]
        for period, row in zip((*table.periods, ALL), table.counts, strict=True):
            for (dimension, group), count in zip(names, row, strict=True):
                if count is not None:
                    found[_key(table.step, period, dimension, group)] = count
    return found


def _refuse_falls(sheet: CountSheet, earlier: Sequence[Sequence[CountTable]]) -> None:
    now = all_cells(sheet)
    for tables in earlier:
        for key, count in _shown(tables).items():
            if now.get(key, count) < count:
                expected = f"at least the {count} that were shared before for {_words(key)}"
                raise InvalidValue(expected=expected, found=str(now[key]))


class _People:
    """The smallest groups of people that any shown count is a sum of."""

    def __init__(self, sheet: CountSheet, earlier: Sequence[Sequence[CountTable]]) -> None:
        self.steps = [
            step
            for step in STEPS
            if step in sheet.steps or any(step == table.step for tables in earlier for table in tables)
        ]
        periods: dict[str, list[int]] = {}
        dimensions: dict[str, dict[str, None]] = {}
        for release, tables in enumerate(earlier):
            for table in tables:
                for period in table.periods:
                    held = periods.setdefault(period, [])
                    held += [release] if release not in held else []
                dimensions.setdefault(table.dimension, {}).update(dict.fromkeys(table.groups))
        for period in sheet.periods:
            periods.setdefault(period, []).append(len(earlier))
        for dimension, groups in sheet.dimensions.items():
            dimensions.setdefault(dimension, {}).update(dict.fromkeys(groups))
        dimensions.pop(ALL, None)
        self.dimensions = list(dimensions)
        self.releases = periods
        self.combinations = list(product(*dimensions.values()))
        self._atoms = {period: list(self._of(period)) for period in periods}

    def _of(self, period: str) -> Iterator[tuple[str, tuple[str, ...], Mapping[int, int]]]:
        """Yield the atoms of a period: name, group of each dimension, steps reached at each release."""
        releases = self.releases[period]
        for groups in self.combinations:
            for levels in combinations_with_replacement(range(len(self.steps) + 1), len(releases)):
                if levels[-1]:
                    reached = dict(zip(releases, levels, strict=True))
                    yield repr((period, groups, levels)), groups, reached

    def members(self, key: Key, release: int) -> frozenset[str]:
        """Return the atoms that a count is the sum of."""
        step, period, dimension, group = key
        place = None if dimension == ALL else self.dimensions.index(dimension)
        needed = self.steps.index(step) + 1
        periods = [each for each, held in self.releases.items() if release in held and period in (ALL, each)]
        return frozenset(
            name
            for each in periods
            for name, groups, reached in self._atoms[each]
            if reached[release] >= needed and (place is None or groups[place] == group)
        )


def _tables(sheet: CountSheet, shown: Mapping[Key, int | None]) -> Iterator[CountTable]:
    for step in sheet.steps:
        for dimension, groups in sheet.dimensions.items():
            columns = [(dimension, group) for group in groups] + [(ALL, ALL)]
            yield CountTable(
                step=step,
                dimension=dimension,
                periods=sheet.periods,
                groups=groups,
                counts=tuple(
                    tuple(shown[_key(step, period, *column)] for column in columns)
                    for period in (*sheet.periods, ALL)
                ),
            )
