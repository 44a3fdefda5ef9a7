"""Places of service: which of the two rates of the fee schedule is paid there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from allay.base.errors import NotFound
from allay.base.fact import Reference
from allay.base.status import Status

Site = Literal["facility", "non-facility"]
SITES: tuple[Site, ...] = ("facility", "non-facility")


@dataclass(frozen=True, slots=True)
class PlaceOfService:
    """A place of service: its two digits, the rate paid there, and its name."""

    code: str
    site: Site
    name: str


@dataclass(frozen=True, slots=True)
class PlacesOfService:
    """The places of service by code.

    Examples
    --------
    >>> from allay.coverage.fees.shipped import shipped_places
    >>> [shipped_places().get(code).site for code in ("02", "10", "11")]
    ['facility', 'non-facility', 'non-facility']
    """

    by_code: Mapping[str, PlaceOfService] = field(repr=False)
    status: Status
    references: tuple[Reference, ...]

    def get(self, code: str) -> PlaceOfService:
        """Return the place of a code.

        Raises
        ------
        NotFound
            When there is none.
        """
        if code not in self.by_code:
            raise NotFound.among("place of service", code, known=self.by_code)
        return self.by_code[code]
