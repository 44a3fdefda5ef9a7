"""Limits and defaults of evaluation as data: a number, where it comes from, and why it is what it is."""

from __future__ import annotations

from datetime import date

from allay.base.status import Status
from allay.base.tables import Strict


class LimitSource(Strict):
    """Where a limit comes from."""

    title: str
    accessed: date
    status: Status
    locator: str = ""


class Limit(Strict):
    """A number from which on something is done or said, or that holds where nothing else is said."""

    value: float | tuple[float, ...]
    source: str
    why: str


class Limits(Strict):
    """Limits with their sources, as a data file has them.

    Examples
    --------
    >>> from allay.evaluation.did.limits import did_limits
    >>> did_limits()["likely"], did_limits().status("likely").value
    (0.995, 'verified')
    """

    sources: dict[str, LimitSource]
    limits: dict[str, Limit]

    def __getitem__(self, name: str) -> float:
        """Return a limit that is one number."""
        value = self.limits[name].value
        if isinstance(value, tuple):
            raise TypeError(f"{name} is {len(value)} numbers")
        return value

    def status(self, name: str) -> Status:
        """How sure a limit is."""
        return self.sources[self.limits[name].source].status
