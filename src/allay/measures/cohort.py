"""The one shape in which outcomes of many patients travel, from a file or database to a report or screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.measures.outcome_scale import Grouping, OutcomeScale, Timepoint

__all__ = ["NOT_RECORDED", "Grouping", "OutcomeScale", "OutcomesTable", "Timepoint"]

_Key = TypeVar("_Key")
_Kind = TypeVar("_Kind", bound=np.generic)

NOT_RECORDED = ""
"""How a group that the source does not record is written in an array; shown to people as "not recorded"."""


@dataclass(frozen=True, slots=True, eq=False)
class OutcomesTable:
    """Outcomes of a cohort, one entry per enrolled patient in every array.

    Parameters
    ----------
    title
        What the cohort is called.
    patients
        Identifiers, ``''`` where the source has none. Identifiers that are there are unique.
    timepoints
        In order of time; the first is the baseline.
    scales
        Every scale of ``values``.
    values
        Float arrays by (scale id, time point id), NaN where nothing was recorded.
    groupings, groups
        Ways of grouping, and for each an array of levels (``''`` = not recorded).
    numbers
        Other numbers known at the start (age, count of painful regions), NaN where not recorded.
    number_titles
        What people call those numbers.
    regions
        Patients who marked each region of a body map, by the name the source gives the region.
    source
        Where the data comes from, in words.

    Raises
    ------
    InvalidValue
        When lengths differ, an identifier repeats, or a name is not declared. Arrays are copied and made
        read-only.

    Examples
    --------
    >>> import numpy as np
    >>> pain = OutcomeScale("pain", "Pain", direction="higher_worse", unit="points", minimum=0, maximum=10)
    >>> table = OutcomesTable(
    ...     "Demo",
    ...     patients=("a", "b"),
    ...     timepoints=(Timepoint("t0", "Start"),),
    ...     scales=(pain,),
    ...     values={("pain", "t0"): np.array([5.0, np.nan])},
    ... )
    >>> table.n, table.scale("pain").title, table.has("pain", "t1")
    (2, 'Pain', False)
    """

    title: str
    patients: tuple[str, ...]
    timepoints: tuple[Timepoint, ...]
    scales: tuple[OutcomeScale, ...]
    values: Mapping[tuple[str, str], NDArray[np.float64]]
    groupings: tuple[Grouping, ...] = ()
    groups: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)
    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    number_titles: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, int] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        known = [p for p in self.patients if p]
        if len(set(known)) != len(known):
            raise InvalidValue(expected="one entry per patient", found="an identifier twice")
        scales, points = {s.id for s in self.scales}, {t.id for t in self.timepoints}
        if len(scales) != len(self.scales) or len(points) != len(self.timepoints) or not points:
            raise InvalidValue(
                expected="distinct scales and time points, at least one of each", found="others"
            )
        for scale, point in self.values:
            if scale not in scales or point not in points:
                raise InvalidValue(expected="declared scales and time points", found=f"{scale} at {point}")
        if {g.id for g in self.groupings} != set(self.groups):
            raise InvalidValue(
                expected="one array of levels for each grouping", found=str(sorted(self.groups))
            )
        for grouping in self.groupings:
            unknown = set(np.unique(self.groups[grouping.id]).tolist()) - {*grouping.levels, NOT_RECORDED}
            if unknown:
                raise InvalidValue(expected=f"a declared level of {grouping.id}", found=sorted(unknown)[0])
        for region, marked in self.regions.items():
            if not 0 <= marked <= self.n:
                raise InvalidValue(expected=f"0 to {self.n} patients with {region}", found=str(marked))
        object.__setattr__(self, "values", _frozen(self.values, np.float64, self.n))
        object.__setattr__(self, "groups", _frozen(self.groups, np.str_, self.n))
        object.__setattr__(self, "numbers", _frozen(self.numbers, np.float64, self.n))

    @property
    def n(self) -> int:
        """Number of enrolled patients."""
        return len(self.patients)

    @property
    def baseline(self) -> Timepoint:
        """The first time point."""
        return self.timepoints[0]

    def scale(self, scale_id: str) -> OutcomeScale:
        """The scale with this id.

        Raises
        ------
        NotFound
            When there is none.
        """
        for scale in self.scales:
            if scale.id == scale_id:
                return scale
        raise NotFound.among("scale", scale_id, known=[s.id for s in self.scales])

    def has(self, scale_id: str, timepoint: str) -> bool:
        """Whether this scale was asked at this time point at all."""
        return (scale_id, timepoint) in self.values

    def followups(self, scale_id: str) -> tuple[Timepoint, ...]:
        """Time points after baseline at which this scale was asked; empty when it cannot show change."""
        if not self.has(scale_id, self.baseline.id):
            return ()
        return tuple(t for t in self.timepoints[1:] if self.has(scale_id, t.id))


def _frozen(
    arrays: Mapping[_Key, NDArray[_Kind]], kind: type[_Kind], n: int
) -> Mapping[_Key, NDArray[_Kind]]:
    """Copy arrays of length ``n`` so that nobody can change them."""
    copies: dict[_Key, NDArray[_Kind]] = {}
    for name, array in arrays.items():
        copy: NDArray[_Kind] = np.array(array, dtype=kind)
        if copy.shape != (n,):
            raise InvalidValue(expected=f"{n} values of {name}", found=str(copy.shape))
        copy.flags.writeable = False
        copies[name] = copy
    return MappingProxyType(copies)
