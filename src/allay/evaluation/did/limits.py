"""Limits of difference-in-differences, as data: when units are left out, and what is warned of."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml

FILE = Path(__file__).parent / "data" / "limits.yaml"


class DidLimitSource(Strict):
    """Where a limit comes from."""

    title: str
    accessed: date
    status: Status
    locator: str = ""


class DidLimit(Strict):
    """A number from which on something is done or said."""

    value: float
    source: str
    why: str


class DidLimits(Strict):
    """Limits with their sources, as the data file has them."""

    sources: dict[str, DidLimitSource]
    limits: dict[str, DidLimit]

    def __getitem__(self, name: str) -> float:
        return self.limits[name].value


@cache
def did_limits() -> DidLimits:
    """Read the limits.

    Examples
    --------
    >>> did_limits()["likely"]
    0.995
    """
    return read_yaml(FILE, DidLimits)
