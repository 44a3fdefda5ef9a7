"""Cash of a program over months: when it breaks even, what it needs first, and what it is worth today.

Cash is an array [draw, month] in US dollars. Month 0 is the day before the program opens, so it holds what is
spent to start; months 1 to the horizon are those it works in. With a yearly rate d, month t counts
(1 + d) ** (-t / 12).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.economics.answers.summary import NEVER, Months
from allay.economics.models.discounting import Discounting

Array = NDArray[np.float64]

STRAIGHT = 3
"""So many months in a row without a loss are an operating break-even; fewer may be chance."""

MONTH = 1 / 12
"""A month in years."""

# Sums of dollars in float64: what is below a hundredth of a cent is the rounding of the sum.
_NOTHING = 1e-4


def cash_table(cash: ArrayLike) -> Array:
    """Return cash as a float64 array [draw, month], or refuse it.

    Examples
    --------
    >>> cash_table([1, 2])
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected cash by draw and month, two months or more, found the shape (2,)
    """
    found = np.asarray(cash, dtype=np.float64)
    if found.ndim != 2 or not found.shape[0] or found.shape[1] < 2:
        raise InvalidValue(
            expected="cash by draw and month, two months or more", found=f"the shape {found.shape}"
        )
    if not np.isfinite(found).all():
        raise InvalidValue(expected="cash that is finite", found="NaN or infinity")
    return found


def discount_factors(*, yearly_rate: float, months: int) -> Array:
    """Return what a dollar of each month is worth at month 0: array [month], months 0 to `months` - 1.

    Examples
    --------
    >>> discount_factors(yearly_rate=0.03, months=13)[[0, 12]].round(6).tolist()
    [1.0, 0.970874]
    """
    return Discounting(yearly_rate).factor(np.arange(months), cycle_length=MONTH)


def net_present_value(cash: ArrayLike, *, yearly_rate: float) -> Array:
    """Return the net present value of each draw: array [draw], US dollars of month 0.

    Examples
    --------
    >>> net_present_value([[-100.0, *[0.0] * 11, 103.0]], yearly_rate=0.03).round(9).tolist()
    [0.0]
    """
    table = cash_table(cash)
    worth: Array = table @ discount_factors(yearly_rate=yearly_rate, months=table.shape[1])
    return worth


def operating_break_even(cash: ArrayLike, *, straight: int = STRAIGHT) -> Months:
    """Return the first of `straight` months in a row without a loss: int64 array [draw], or `NEVER`.

    Month 0 is no month of operation and does not count.

    Examples
    --------
    >>> operating_break_even([[-9, -1, 2, -1, 0, 1, 1], [-9, -1, -1, -1, -1, 1, 1]]).tolist()
    [4, -1]
    """
    table = cash_table(cash)
    if straight < 1:
        raise InvalidValue(expected="one month in a row or more", found=str(straight))
    without_loss = table[:, 1:] >= -_NOTHING
    places = without_loss.shape[1] - straight + 1
    if places < 1:
        return np.full(len(table), NEVER)
    run = without_loss[:, :places].copy()
    for step in range(1, straight):
        run &= without_loss[:, step : step + places]
    return np.where(run.any(axis=1), run.argmax(axis=1) + 1, NEVER)


def cumulative_break_even(cash: ArrayLike, *, lasting: bool = True) -> Months:
    """Return the month from which the running total is not below zero: int64 array [draw], or `NEVER`.

    Parameters
    ----------
    cash : array [draw, month]
    lasting : bool
        Whether it must stay there to the horizon, as a grant at the start is no break-even. Otherwise the
        first month counts, even if the total falls again.

    Examples
    --------
    >>> cash = [[5, -8, 4, -2, 2], [-2, 1, 0, 0, 0]]
    >>> cumulative_break_even(cash).tolist(), cumulative_break_even(cash, lasting=False).tolist()
    ([4, -1], [0, -1])
    """
    return _from_when(np.cumsum(cash_table(cash), axis=1), lasting=lasting)


def discounted_payback(cash: ArrayLike, *, yearly_rate: float, lasting: bool = True) -> Months:
    """Return the month from which the running total of discounted cash is not below zero, or `NEVER`.

    Examples
    --------
    >>> cash = [[-100.0, *[0.0] * 11, 102.0, 1.0, 1.0]]
    >>> discounted_payback(cash, yearly_rate=0.03).tolist(), cumulative_break_even(cash).tolist()
    ([14], [12])
    """
    table = cash_table(cash)
    worth = table * discount_factors(yearly_rate=yearly_rate, months=table.shape[1])
    return _from_when(np.cumsum(worth, axis=1), lasting=lasting)


def _from_when(total: Array, *, lasting: bool) -> Months:
    below = total < -_NOTHING
    if not lasting:
        return np.where(below.all(axis=1), NEVER, np.argmin(below, axis=1))
    months = total.shape[1]
    # The place of the last month below zero, counted from the end; the month after it is the answer.
    after = months - np.argmax(below[:, ::-1], axis=1)
    first = np.where(below.any(axis=1), after, 0)
    return np.where(first < months, first, NEVER)


def peak_funding(cash: ArrayLike) -> tuple[Array, Months]:
    """Return the most that must be funded, and when: arrays [draw], US dollars (0 or more) and month.

    Examples
    --------
    >>> need, month = peak_funding([[-100, -50, 80, -90, 200], [5, 1, 1, 1, 1]])
    >>> need.tolist(), month.tolist()
    ([160.0, 0.0], [3, 0])
    """
    total = np.cumsum(cash_table(cash), axis=1)
    need = np.maximum(0.0, -total.min(axis=1))
    return need, np.where(need > 0, total.argmin(axis=1), 0)


def months_of_cash(cash: ArrayLike, *, reserve: ArrayLike, after: int = 0) -> Months:
    """Return how many months a reserve lasts: int64 array [draw], `NEVER` where it lasts to the horizon.

    Parameters
    ----------
    cash : array [draw, month]
    reserve : float or array [draw]
        What is in the bank at the end of month `after`, US dollars.
    after : int
        The month now; those that follow are paid from the reserve.

    Examples
    --------
    >>> months_of_cash([[0, -40, -40, -40, 10]], reserve=100.0).tolist()
    [2]
    >>> months_of_cash([[0, -40, -40, -40, 10]], reserve=[120.0]).tolist()
    [-1]
    """
    table = cash_table(cash)
    if not 0 <= after < table.shape[1] - 1:
        raise InvalidValue(expected=f"a month from 0 to {table.shape[1] - 2}", found=str(after))
    held = np.broadcast_to(np.asarray(reserve, dtype=np.float64), len(table))
    empty = held[:, None] + np.cumsum(table[:, after + 1 :], axis=1) < -_NOTHING
    return np.where(empty.any(axis=1), empty.argmax(axis=1), NEVER)
