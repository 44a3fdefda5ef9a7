"""Relative value units: what CMS says each code is worth, release by release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import Reference, newest_known
from allay.base.status import Status

LOAD = "load CMS's files of that day (FeeSchedule.load, or --fees)"


@dataclass(frozen=True, slots=True)
class RelativeValues:
    """What one release says of one code.

    Attributes
    ----------
    modifier : str
        Blank, or `26` (professional part), `TC` (technical part), `53` (discontinued).
    status_code : str
        CMS's letter: `A` is paid, `B` bundled, ...
    work, practice_non_facility, practice_facility, malpractice : Fraction, optional
        Relative value units; None where the release seen gives none.
    seldom_at : {'', 'facility', 'non-facility'} or both, joined by a space
        Where CMS says that it is rarely or never done.
    multiple_procedure : str
        CMS's indicator: `5` always therapy, `2` surgery, ...
    global_days : str
        `000`, `010`, `090`, `ZZZ` (add-on), three X for none, ...
    """

    release: str
    code: str
    modifier: str
    status_code: str
    work: Fraction | None
    practice_non_facility: Fraction | None
    practice_facility: Fraction | None
    malpractice: Fraction | None
    seldom_at: str
    multiple_procedure: str
    global_days: str
    recorded_on: dt.date
    status: Status
    references: tuple[Reference, ...]

    @property
    def version(self) -> str:
        """Name of exactly this row, for results to carry."""
        name = f"{self.code}-{self.modifier}" if self.modifier else self.code
        return f"rvu:{name}@{self.release}/{self.recorded_on}"


@dataclass(frozen=True, slots=True)
class Release:
    """A release of CMS and days on which it was in force, from `starts` to before `ends`."""

    name: str
    starts: dt.date
    ends: dt.date
    status: Status
    references: tuple[Reference, ...]

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise InvalidValue(expected=f"an end after {self.starts}", found=str(self.ends))

    def __contains__(self, day: dt.date) -> bool:
        return self.starts <= day < self.ends


class RelativeValueTable:
    """The rows of some releases.

    Raises
    ------
    InvalidValue
        When two releases are in force on one day.
    """

    def __init__(self, releases: Iterable[Release], rows: Iterable[RelativeValues]) -> None:
        self.releases = tuple(sorted(releases, key=lambda each: each.starts))
        for earlier, later in pairwise(self.releases):
            if later.starts < earlier.ends:
                expected = f"one release in force each day, {earlier.name} being in force to {earlier.ends}"
                raise InvalidValue(expected=expected, found=f"{later.name} from {later.starts}")
        self._rows: dict[tuple[str, str, str], tuple[RelativeValues, ...]] = {}
        for row in sorted(rows, key=lambda each: each.recorded_on):
            key = (row.release, row.code, row.modifier)
            self._rows[key] = (*self._rows.get(key, ()), row)
        self.modifiers = frozenset(modifier for _, _, modifier in self._rows if modifier)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def __contains__(self, day: dt.date) -> bool:
        return any(day in release for release in self.releases)

    @property
    def rows(self) -> tuple[RelativeValues, ...]:
        """Every row."""
        return tuple(row for versions in self._rows.values() for row in versions)

    def in_force(self, day: dt.date) -> Release:
        """Return the release in force on a day. Costs a pass over the releases.

        Raises
        ------
        NotFound
            When none was; the message says on which days there is one.

        Examples
        --------
        >>> from allay.coverage.fees.shipped import shipped_values
        >>> shipped_values().in_force(dt.date(2024, 6, 30)).name
        'rvu24b_apr'
        """
        for release in self.releases:
            if day in release:
                return release
        raise NotFound(f"there are no relative values of {day}, only of {self.span}; {LOAD}")

    @property
    def span(self) -> str:
        """The days covered, for messages."""
        if not self.releases:
            return "no day"
        return f"{self.releases[0].starts} to before {self.releases[-1].ends}"

    def find(
        self, code: str, *, day: dt.date, known_on: dt.date | None = None, modifier: str = ""
    ) -> tuple[Release, RelativeValues]:
        """Return the release in force and its row of a code. Costs two look-ups.

        Raises
        ------
        NotFound
            When there is no release or no row.
        """
        release = self.in_force(day)
        versions = self._rows.get((release.name, code, modifier))
        if versions is None:
            asked = f"{code} with modifier {modifier}" if modifier else code
            raise NotFound(f"release {release.name} as loaded has no row of {asked}; {LOAD}")
        return release, newest_known(versions, known_on)
