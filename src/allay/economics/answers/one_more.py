"""What one more seat of a group, or one more completed follow-up, is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.economics.answers.cash import cash_table, net_present_value

Array = NDArray[np.float64]


def worth_of_one_more(before: ArrayLike, after: ArrayLike, *, added: float, yearly_rate: float) -> Array:
    """Return what one more unit is worth: array [draw], US dollars of month 0 for each unit added.

    Parameters
    ----------
    before, after : array [draw, month]
        Cash of two runs that share seed and draws, so that only the change tells them apart; `after` has so
        many more seats, or completed follow-ups, in each month as `added` says.
    added : float
        Above 0.

    Examples
    --------
    >>> worth_of_one_more([[0.0, 10.0]], [[-3.0, 18.0]], added=2.0, yearly_rate=0.0).tolist()
    [2.5]
    """
    if not added > 0:
        raise InvalidValue(expected="more than 0 units added", found=f"{added:g}")
    first, second = cash_table(before), cash_table(after)
    if first.shape != second.shape:
        raise InvalidValue(expected="two runs of one shape", found=f"{first.shape} and {second.shape}")
    return net_present_value(second - first, yearly_rate=yearly_rate) / added


def seat_worth(*, sessions: ArrayLike, waiting: ArrayLike, no_show: ArrayLike, fee: ArrayLike) -> Array:
    """Return what one more seat in every session brings: array [draw, month], US dollars.

    A seat brings nothing where nobody waits for it: the closed form beside `worth_of_one_more`.

    Parameters
    ----------
    sessions : array [draw, month]
        Sessions held.
    waiting : array [draw, month]
        Bookings asked for that found no seat.
    no_show : float or array [draw, 1]
        Share of bookings that do not come.
    fee : float or array [draw, 1]
        What one attendee brings, less denials and own costs.

    Examples
    --------
    >>> seat_worth(sessions=[[8.0, 8.0]], waiting=[[3.0, 20.0]], no_show=0.25, fee=60.0).tolist()
    [[135.0, 360.0]]
    """
    taken = np.minimum(np.asarray(sessions, dtype=np.float64), np.asarray(waiting, dtype=np.float64))
    brought: Array = taken * (1 - np.asarray(no_show, dtype=np.float64)) * np.asarray(fee, dtype=np.float64)
    return brought


def follow_up_worth(*, payment: ArrayLike, chance: ArrayLike, cost: ArrayLike) -> Array:
    """Return what one more completed follow-up is worth to the program: array [draw], US dollars.

    Parameters
    ----------
    payment : float or array [draw]
        What a shown outcome pays; an outcome nobody measured pays nothing.
    chance : float or array [draw]
        Chance that the outcome turns out to be met.
    cost : float or array [draw]
        Of reaching the patient.

    Examples
    --------
    >>> follow_up_worth(payment=[180.0], chance=[0.5], cost=12.0).tolist()
    [78.0]
    """
    worth: Array = np.asarray(payment, dtype=np.float64) * np.asarray(chance) - np.asarray(cost)
    return worth
