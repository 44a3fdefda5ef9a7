"""How many must come for a session to pay for itself, in every draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue

Array = NDArray[np.float64]

# A quotient of dollars in float64 that should be whole is off by less than this.
_WHOLE = 1e-9


def break_even_attendance(
    session_cost: ArrayLike, *, shares: ArrayLike, fees: ArrayLike, denial: ArrayLike = 0.0
) -> Array:
    """Return the fewest attendees whose fees cover a session: array [draw], NaN where a seat brings nothing.

    The exact form for one session is `allay.payment.projection.sessions.break_even`.

    Parameters
    ----------
    session_cost : float or array [draw]
        US dollars.
    shares, fees : array [payer] or [draw, payer]
        Mix of payers, which sums to 1, and what each pays.
    denial : float or array [draw]
        Share denied.

    Examples
    --------
    >>> break_even_attendance([606.0], shares=[0.45, 0.30, 0.25], fees=[78, 52, 96], denial=0.06).tolist()
    [9.0]
    """
    mix, paid = np.asarray(shares, dtype=np.float64), np.asarray(fees, dtype=np.float64)
    if not np.allclose(mix.sum(axis=-1), 1, atol=_WHOLE, rtol=0):
        raise InvalidValue(expected="shares of payers that sum to 1", found=f"{mix.sum(axis=-1)}")
    seat = (mix * paid).sum(axis=-1) * (1 - np.asarray(denial, dtype=np.float64))
    cost, seat = np.broadcast_arrays(np.asarray(session_cost, dtype=np.float64), seat)
    needed = np.divide(cost, seat, out=np.full(cost.shape, np.nan), where=seat > 0)
    return np.atleast_1d(np.ceil(needed - _WHOLE))


def bookings(attendees: ArrayLike, *, no_show: ArrayLike) -> Array:
    """Return how many must be booked so that, on average, so many come: array [draw].

    Examples
    --------
    >>> bookings([9.0, 9.0, 9.0], no_show=[0.0, 0.2, 0.4]).tolist()
    [9.0, 12.0, 15.0]
    """
    missed = np.asarray(no_show, dtype=np.float64)
    if not ((missed >= 0) & (missed < 1)).all():
        raise InvalidValue(expected="a share of no-shows from 0 to below 1", found=f"{missed}")
    booked: Array = np.ceil(np.asarray(attendees, dtype=np.float64) / (1 - missed) - _WHOLE)
    return booked
