"""The fee schedule: what one unit of a code pays on a day, at a place, as known on a day.

A fee is (work x its index + practice x its index + malpractice x its index) x the conversion factor, rounded
half up to the cent. Whatever has no row is not found; nothing is carried over from another year.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import Fact, FactValue
from allay.base.status import Status
from allay.coverage.fees.localities import NATIONAL, CostIndexTable
from allay.coverage.fees.parameters import (
    CONVERSION_FACTOR,
    CONVERSION_FACTOR_APM,
    THERAPY_REDUCTION,
    facts,
)
from allay.coverage.fees.places import SITES, PlaceOfService, PlacesOfService, Site
from allay.coverage.fees.price import ALWAYS_THERAPY, FeePrice
from allay.coverage.fees.relative_values import LOAD, RelativeValues, RelativeValueTable, Release
from allay.coverage.fees.shipped import shipped_indices, shipped_places, shipped_values

_MOST_KEPT = 200_000  # prices kept by day; more than a program asks for, and some 60 MB

Key = tuple[str, dt.date, dt.date | None, str, str, str, bool]


class FeeSchedule:
    """Releases of relative values, geographic indices and conversion factors, with their days.

    Of several tables or facts the first that covers the day counts.

    Parameters
    ----------
    values : sequence of RelativeValueTable
    indices : sequence of CostIndexTable
    factors, factors_apm : sequence of Fact
        Conversion factors, for everybody and for qualifying participants in advanced payment models.
    reduction : Fact
        Share of the practice part that the therapy reduction leaves.
    places : PlacesOfService
        Which rate is paid where.
    read, left : tuple of str
        Names of the user's files that were read, and of those that were left aside.
    """

    def __init__(
        self,
        *,
        values: Sequence[RelativeValueTable],
        indices: Sequence[CostIndexTable],
        factors: Sequence[Fact],
        factors_apm: Sequence[Fact],
        reduction: Fact,
        places: PlacesOfService,
        read: tuple[str, ...] = (),
        left: tuple[str, ...] = (),
    ) -> None:
        self.values, self.indices = tuple(values), tuple(indices)
        self.factors, self.factors_apm, self.reduction = tuple(factors), tuple(factors_apm), reduction
        self.places, self.read, self.left = places, read, left
        self.modifiers = frozenset().union(*(table.modifiers for table in values))
        self._days, self._recorded = self._steps()
        self._prices: dict[Key, FeePrice | str] = {}
        self._by_step: dict[tuple[str, int, int, str, str, str, bool], FeePrice | str] = {}

    @classmethod
    def load(cls, folder: str | Path, *, status: Status = Status.VERIFIED) -> FeeSchedule:
        """Return the schedule with the user's own files of CMS before what ships; see `folder`."""
        from allay.coverage.fees.folder import load_folder

        return load_folder(Path(folder), status=status)

    def price(
        self,
        code: str,
        *,
        day: dt.date,
        known_on: dt.date | None = None,
        site: Site = "non-facility",
        locality: str = NATIONAL,
        modifier: str = "",
        qualifying_apm: bool = False,
    ) -> FeePrice:
        """Return what one unit pays. Costs a look-up; the first time for a day, some tens of microseconds.

        Parameters
        ----------
        code : str
            CPT or HCPCS.
        day, known_on : date
            The day of service, and the day from which we ask (default: all that is recorded). Our records
            begin with the first row recorded: asked from before it, that row counts.
        site : {'facility', 'non-facility'}
            Which practice part; `site_of` says it for a place of service.
        locality : str
            `national`, contractor and number (`14512-50`), a name, or a state that is one locality (`VT`).
        modifier : str
            `26`, `TC` or `53` where the code has such rows.
        qualifying_apm : bool
            Whether the biller is a qualifying participant in an advanced payment model.

        Raises
        ------
        NotFound
            When the release, the code, the locality or the conversion factor is not there, or the code is
            priced by the contractor. The message says what there is.

        Examples
        --------
        >>> found = shipped_schedule().price("99213", day=dt.date(2024, 7, 15))
        >>> str(found.amount), found.status.value, found.versions[0]
        ('90.87', 'verified', 'rvu:99213@rvu24c_jul/2026-11-22')
        """
        key = (code, day, known_on, site, locality, modifier, qualifying_apm)
        found = self._prices.get(key)
        if found is None:
            found = self._look_up(key)
        if isinstance(found, str):
            raise NotFound(found)
        return found

    def in_force(self, day: dt.date) -> Release:
        """Return the release in force on a day.

        Raises
        ------
        NotFound
            When none was.

        Examples
        --------
        >>> shipped_schedule().in_force(dt.date(2024, 3, 8)).name
        'rvu24a_jan'
        """
        return self._values(day).in_force(day)

    def relative_values(
        self, code: str, *, day: dt.date, known_on: dt.date | None = None, modifier: str = ""
    ) -> tuple[Release, RelativeValues]:
        """Return the release in force and its row of a code, paid by Medicare or not."""
        return self._values(day).find(code, day=day, known_on=known_on, modifier=modifier)

    def check_locality(self, locality: str, *, day: dt.date) -> None:
        """Refuse a locality that there is none of on a day of which there are indices.

        Raises
        ------
        NotFound
            With the nearest names.
        """
        if locality != NATIONAL and any(day in table for table in self.indices):
            self._indices(day).find(locality, day=day)

    def place(self, code: str) -> PlaceOfService:
        """Return a place of service, with the site whose rate is paid there.

        Examples
        --------
        >>> shipped_schedule().place("02").site
        'facility'
        """
        return self.places.get(code)

    def conversion_factor(
        self, day: dt.date, *, known_on: dt.date | None = None, qualifying_apm: bool = False
    ) -> FactValue:
        """Return the conversion factor of a day, in dollars per relative value unit.

        Raises
        ------
        NotFound
            When it is not there, or is unknown as that of 2027.

        Examples
        --------
        >>> factor = shipped_schedule().conversion_factor(dt.date(2026, 1, 1))
        >>> str(factor.value), factor.status.value
        ('33.4009', 'secondary')
        """
        said = "there is no conversion factor"
        for fact in self.factors_apm if qualifying_apm else self.factors:
            try:
                value = fact.require(day, known_on=known_on)
                value.number  # noqa: B018  # refuses what is unknown
                return value
            except NotFound as absent:
                said = str(absent)
        raise NotFound(f"{said}; {LOAD}")

    def _values(self, day: dt.date) -> RelativeValueTable:
        return next((table for table in self.values if day in table), self.values[-1])

    def _steps(self) -> tuple[list[dt.date], list[dt.date]]:
        """The days on which anything starts or ends, and those on which anything was recorded."""
        days: set[dt.date] = set()
        recorded: set[dt.date] = set()
        for table in self.values:
            days.update(day for release in table.releases for day in (release.starts, release.ends))
            recorded.update(row.recorded_on for row in table.rows)
        for indices in self.indices:
            days.update(day for row in indices.rows for day in (row.starts, row.ends))
            recorded.update(row.recorded_on for row in indices.rows)
        for fact in (*self.factors, *self.factors_apm, self.reduction):
            days.update(day for row in fact.values for day in (row.effective_from, row.effective_to) if day)
            recorded.update(row.recorded_on for row in fact.values)
        return sorted(days), sorted(recorded)

    def _look_up(self, key: Key) -> FeePrice | str:
        code, day, known_on, site, locality, modifier, apm = key
        view = len(self._recorded) if known_on is None else bisect_right(self._recorded, known_on)
        step = (code, bisect_right(self._days, day), view, site, locality, modifier, apm)
        found = self._by_step.get(step)
        if found is None:
            try:
                found = self._figure(key)
            except NotFound as absent:
                found = str(absent)
            if len(self._by_step) >= _MOST_KEPT:
                self._by_step.clear()
            # A message names the day that was asked for, so it is not kept for others.
            if not isinstance(found, str):
                self._by_step[step] = found
        if len(self._prices) >= _MOST_KEPT:
            self._prices.clear()
        self._prices[key] = found
        return found

    def _figure(self, key: Key) -> FeePrice:
        code, day, known_on, site, locality, modifier, apm = key
        if site not in SITES:
            raise InvalidValue(expected="the site 'facility' or 'non-facility'", found=repr(site))
        release, row = self.relative_values(code, day=day, known_on=known_on, modifier=modifier)
        unpaid = FeePrice.unpaid(row, release=release, site=site, locality=locality)
        if unpaid is not None:
            return unpaid
        return FeePrice.paid(
            row,
            release=release,
            site=site,
            locality=locality,
            indices=None
            if locality == NATIONAL
            else self._indices(day).find(locality, day=day, known_on=known_on),
            factor=self.conversion_factor(day, known_on=known_on, qualifying_apm=apm),
            reduction=self.reduction.require(day, known_on=known_on)
            if row.multiple_procedure == ALWAYS_THERAPY
            else None,
        )

    def _indices(self, day: dt.date) -> CostIndexTable:
        return next((table for table in self.indices if day in table), self.indices[-1])


@cache
def shipped_schedule() -> FeeSchedule:
    """The schedule of what ships: the releases of 2024, factors of 2020 to 2026, seven localities.

    Examples
    --------
    >>> vermont = shipped_schedule().price("97810", day=dt.date(2024, 7, 15), locality="VT")
    >>> str(vermont.amount), shipped_schedule().price("97010", day=dt.date(2024, 7, 15)).note
    ('37.52', 'bundled into other services and never paid apart')
    """
    known = facts()
    return FeeSchedule(
        values=[shipped_values()],
        indices=[shipped_indices()],
        factors=[known.get(CONVERSION_FACTOR)],
        factors_apm=[known.get(CONVERSION_FACTOR_APM)],
        reduction=known.get(THERAPY_REDUCTION),
        places=shipped_places(),
    )
