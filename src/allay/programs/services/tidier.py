"""The 12 items of TIDieR, the template for describing an intervention, and how many of them are filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allay.programs.services.provenance import SourcedText

# The items of TIDieR in their order. Before a service has been delivered, two cannot be filled.
ITEMS = (
    "name",
    "why",
    "materials",
    "procedures",
    "provider",
    "how",
    "where",
    "when_and_how_much",
    "tailoring",
    "modifications",
    "fidelity_planned",
    "fidelity_actual",
)
LATER = frozenset({"modifications", "fidelity_actual"})
NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class TidierDescription:
    """The 12 items of TIDieR (Template for Intervention TidierDescription and Replication).

    Attributes
    ----------
    items : mapping of item to SourcedText
        The filled ones.
    not_yet : frozenset of str
        Items that cannot be filled before the service is delivered, and say so.

    Examples
    --------
    >>> from allay.programs.services.catalog import get
    >>> described = get("acceptance_commitment_therapy").description
    >>> described.filled, described.missing, sorted(described.not_yet)
    (9, ('when_and_how_much',), ['fidelity_actual', 'modifications'])
    """

    items: Mapping[str, SourcedText]
    not_yet: frozenset[str]

    @property
    def filled(self) -> int:
        """How many of the 12 items are filled."""
        return len(self.items)

    @property
    def completeness(self) -> float:
        """The filled items divided by 12."""
        return self.filled / len(ITEMS)

    @property
    def missing(self) -> tuple[str, ...]:
        """Items that could be filled and are not."""
        return tuple(item for item in ITEMS if item not in self.items and item not in self.not_yet)
