"""An endorsement is not withdrawn before it was given."""

from __future__ import annotations

from collections.abc import Iterator

from allay.consensus.protocol.record import Endorsement
from allay.consensus.registry.checks.finding import Entries, RegistryFinding


def check_withdrawals(entries: Entries) -> Iterator[RegistryFinding]:
    """Find endorsements withdrawn before their day.

    Examples
    --------
    >>> import datetime as dt
    >>> one = Endorsement(organization="uvm", name="A university", on=dt.date(2026, 2, 1), of="definition",
    ...     withdrawn=dt.date(2026, 1, 1))
    >>> [found.keys for found in check_withdrawals({"endorsements": (one,)})]
    [(0, 'withdrawn')]
    """
    for place, one in enumerate(entries.get("endorsements", ())):
        assert isinstance(one, Endorsement)
        if one.withdrawn is not None and one.withdrawn < one.on:
            yield RegistryFinding(
                "endorsements", (place, "withdrawn"), f"a day not before {one.on}", str(one.withdrawn)
            )
