"""The license map: what each state says of a profession, dated, sourced, and often unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from allay.base.fact import Fact, FactValue

__all__ = ["OPEN_START", "VALUES", "LicenseMap", "MapKey", "Topic", "shipped_license_map"]

OPEN_START = dt.date.min
"""First day of a row whose own beginning was not recorded: it holds for every earlier day too."""


class Topic(StrEnum):
    """What a row of the map is about."""

    LICENSE = "license"
    DIRECT_ACCESS = "direct_access"
    COMPACT = "compact"
    DELEGATION = "delegation"


VALUES: Mapping[Topic, tuple[str, ...]] = {
    Topic.LICENSE: ("licensed", "registered", "voluntary", "none", "unknown"),
    Topic.DIRECT_ACCESS: ("unrestricted", "provisional", "some", "none", "unknown"),
    Topic.COMPACT: ("member", "not_member", "unknown"),
    Topic.DELEGATION: ("supervised", "direct_supervision", "none", "unknown"),
}
"""What may be said of each topic. `some` is direct access of a kind that our source does not tell."""

MapKey: TypeAlias = tuple[str, str, Topic]


@dataclass(frozen=True, slots=True, eq=False)
class LicenseMap:
    """Rules by state, profession and topic. A lookup is one step, whatever the size of the map.

    Attributes
    ----------
    facts : mapping from (state, profession, topic) to Fact
        Each with its rows; ids are ``topic.state.profession``.
    """

    facts: Mapping[MapKey, Fact]

    def find(
        self,
        state: str,
        *,
        profession: str,
        topic: Topic,
        day: dt.date,
        known_on: dt.date | None = None,
    ) -> FactValue | None:
        """Return the row that holds on a day, or None where there is none.

        Examples
        --------
        >>> row = shipped_license_map().find(
        ...     "VT", profession="massage_therapist", topic=Topic.LICENSE, day=dt.date(2026, 3, 2)
        ... )
        >>> row.value, row.status.value
        ('registered', 'secondary')
        """
        fact = self.facts.get((state, profession, topic))
        return None if fact is None else fact.known(day, known_on=known_on)

    def over(self, other: LicenseMap) -> LicenseMap:
        """Return a map in which these rows replace those of another map, key by key.

        Examples
        --------
        >>> shipped = shipped_license_map()
        >>> len(LicenseMap({}).over(shipped).facts) == len(shipped.facts)
        True
        """
        return LicenseMap({**other.facts, **self.facts})

    def licensed_nowhere(self, profession: str, *, day: dt.date, known_on: dt.date | None = None) -> bool:
        """Whether every state of the map says that it has no license for a profession.

        Examples
        --------
        >>> shipped_license_map().licensed_nowhere("yoga_therapist", day=dt.date(2026, 3, 2))
        True
        """
        rows = [
            fact.known(day, known_on=known_on)
            for (_, which, topic), fact in self.facts.items()
            if which == profession and topic is Topic.LICENSE
        ]
        return bool(rows) and all(row is not None and row.value == "none" for row in rows)

    def professions(self, topic: Topic) -> tuple[str, ...]:
        """Return the professions that the map has rows for, in its order.

        Examples
        --------
        >>> shipped_license_map().professions(Topic.DIRECT_ACCESS)
        ('physical_therapist',)
        """
        return tuple(dict.fromkeys(which for _, which, about in self.facts if about is topic))


@cache
def shipped_license_map() -> LicenseMap:
    """Return the map that ships with Allay.

    Examples
    --------
    >>> fact = shipped_license_map().facts["AL", "acupuncturist", Topic.LICENSE]
    >>> fact.id, fact.latest.value
    ('license.al.acupuncturist', 'none')
    """
    from allay.coverage.credentials.mapsheet import SHIPPED, read_license_map
    from allay.coverage.credentials.states import licensing

    return read_license_map(SHIPPED, sources=licensing().sources)
