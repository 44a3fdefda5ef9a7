"""The dated numbers of the ACCESS model, on two clocks, and the words for what is not verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from importlib import resources

from allay.base.facts import Facts, FactValue, load_facts
from allay.base.status import Status

DATA = resources.files("allay.payment") / "data" / "access"
PREFIX = "us.cms.access."
TRACKS = ("msk", "bh", "ckm", "eckm")


@cache
def facts() -> Facts:
    """The facts of the model.

    Examples
    --------
    >>> "us.cms.access.withhold.share" in facts()
    True
    """
    return load_facts(DATA / "facts")


def parameter(name: str, *, on: dt.date, known_on: dt.date | None = None) -> FactValue:
    """Return a fact by its name without ``us.cms.access.``, as it holds on a day.

    Parameters
    ----------
    name : str
        Such as ``outcome.threshold``.
    on : date
        The first day of the care period: rates and targets hold for periods that begin in their span.
    known_on : date, optional
        Use what was recorded by then. Records begin later than the model; before the first one the first one
        counts.

    Raises
    ------
    NotFound
        When nothing covers the day.

    Examples
    --------
    >>> half = parameter("outcome.threshold", on=dt.date(2026, 8, 1), known_on=dt.date(2026, 8, 1))
    >>> half.value, half.status.value
    (Decimal('0.5'), 'secondary')
    """
    return facts().get(PREFIX + name).require(on, known_on=known_on)


def days(name: str, *, on: dt.date, known_on: dt.date | None = None) -> int:
    """Return a parameter that counts whole days or months.

    Examples
    --------
    >>> days("baseline.last_day", on=dt.date(2026, 8, 1))
    60
    """
    return int(parameter(name, on=on, known_on=known_on).number)


def sureness(status: Status) -> str:
    """Return how sure a figure is: its status, with "unconfirmed" before all but verified ones.

    Examples
    --------
    >>> sureness(Status.VERIFIED), sureness(Status.MEMORY)
    ('verified', 'unconfirmed: memory')
    """
    return status.value if status.certain else f"unconfirmed: {status.value}"


def weakest(rows: Iterable[FactValue]) -> Status:
    """Return the weakest status of some facts."""
    return Status.weakest(row.status for row in rows)
