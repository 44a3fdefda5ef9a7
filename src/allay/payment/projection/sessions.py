"""Sessions of groups: seats, who pays, what is left, and how many it takes to break even."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from allay.base.errors import InvalidValue
from allay.base.money import Exact, Money


class GroupSession(NamedTuple):
    """One session of a group.

    Attributes
    ----------
    seats, attended, bundled, uncovered, empty : int
        Places; patients who came or are planned; those of them a bundle pays for; others who bring no money;
        places nobody takes.
    revenue, cost, margin : Money
        Without what bundles bring.
    break_even : int or None
        Patients paid by the visit it takes, with this mix of payers; None where they bring nothing.
    """

    term: str
    session: str
    date: dt.date
    seats: int
    attended: int
    bundled: int
    uncovered: int
    empty: int
    revenue: Money
    cost: Money
    margin: Money
    break_even: int | None


def mixed_fee(shares: Sequence[Exact], fees: Sequence[Exact], *, denial: Exact = 0) -> Fraction:
    """Return what one seat brings on average, in dollars: fees weighted by payer, less denials.

    Examples
    --------
    >>> from decimal import Decimal
    >>> shares = [Decimal("0.45"), Decimal("0.30"), Decimal("0.25")]
    >>> float(mixed_fee(shares, [78, 52, 96])), float(mixed_fee(shares, [78, 52, 96], denial=Decimal("0.06")))
    (74.7, 70.218)
    """
    if len(shares) != len(fees) or sum(Fraction(each) for each in shares) != 1:
        raise InvalidValue(expected="a share for each fee, together 1", found=repr(list(shares)))
    total = sum((Fraction(s) * Fraction(f) for s, f in zip(shares, fees, strict=True)), Fraction(0))
    return total * (1 - Fraction(denial))


def break_even(cost: Exact, fee: Exact) -> int | None:
    """Return the fewest patients whose fees cover a session, or None where a seat brings nothing.

    Examples
    --------
    >>> break_even(606, Fraction("70.218"))
    9
    """
    return math.ceil(Fraction(cost) / Fraction(fee)) if fee > 0 else None


def bookings_needed(attendees: int, no_show: Exact) -> int:
    """Return how many must be booked so that, at a share of no-shows, so many come.

    Examples
    --------
    >>> from decimal import Decimal
    >>> [bookings_needed(9, share) for share in (0, Decimal("0.2"), Decimal("0.4"))]
    [9, 12, 15]
    """
    if not 0 <= no_show < 1:
        raise InvalidValue(expected="a share of no-shows from 0 to below 1", found=str(no_show))
    return math.ceil(attendees / (1 - Fraction(no_show)))


def group_session(
    term: str,
    key: tuple[str, dt.date],
    *,
    seats: int,
    revenues: Mapping[int, Money],
    bundled: int,
    cost: Money,
) -> GroupSession:
    """Describe one session from what each patient brings, by the place of the row in the roster.

    `revenues` are those of patients paid by the visit; `bundled` counts the others.
    """
    revenue = Money.total(revenues.values())
    paying, came = len(revenues), len(revenues) + bundled
    per_seat = Fraction(revenue.cents, paying) if paying else Fraction(0)
    return GroupSession(
        term=term,
        session=key[0],
        date=key[1],
        seats=seats,
        attended=came,
        bundled=bundled,
        uncovered=sum(not each for each in revenues.values()),
        empty=max(0, seats - came),
        revenue=revenue,
        cost=cost,
        margin=revenue - cost,
        break_even=break_even(cost.cents, per_seat),
    )
