"""The therapy reduction: one unit of a day is paid in full, of the others the practice part is cut."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from allay.base.money import Money
from allay.coverage.fees.price import FeePrice


def paid_in_full(lines: Iterable[tuple[Hashable, FeePrice | None]]) -> set[int]:
    """Return the places of the lines that hold the unit paid in full, one for each provider.

    It is the line with the highest practice part, the first given among equals.

    Parameters
    ----------
    lines : iterable of (provider, price)
        Who counts as one provider, and the price; None for a line that the reduction does not reach.

    Examples
    --------
    >>> paid_in_full([("group", None)])
    set()
    """
    best: dict[Hashable, tuple[FeePrice, int]] = {}
    for place, (provider, price) in enumerate(lines):
        if price is None:
            continue
        if provider not in best or price.practice > best[provider][0].practice:
            best[provider] = (price, place)
    return {place for _, place in best.values()}


def reduced_units(price: FeePrice, units: int, *, full: bool) -> tuple[Money, int]:
    """Return what the units of a line come to, and how many of them are cut.

    Parameters
    ----------
    full : bool
        Whether the line holds the unit paid in full.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.coverage.fees.schedule import shipped_schedule
    >>> exercise = shipped_schedule().price("97110", day=dt.date(2024, 7, 15))
    >>> total, cut = reduced_units(exercise, 3, full=True)
    >>> str(total), cut
    ('73.89', 2)
    """
    cut = units - 1 if full else units
    return Money(price.amount.cents * (units - cut) + price.reduced.cents * cut), cut
