"""What share of each service there is time for, when roles have too few minutes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# A role that fits within this share of its minutes fits: more is the rounding of sums.
_FITS = 1e-12


def shares_that_fit(loads: Sequence[Sequence[tuple[int, Array]]], capacity: Sequence[Array]) -> list[Array]:
    """Share out the minutes of roles among services, all draws at once.

    The role that is shortest cuts all services that need it by one share. What these then take of other roles
    is set aside, and the next shortest role cuts those services that are not cut yet, and so on: a service
    waits for its own roles only, and minutes that nobody can use for want of another role serve others.

    Parameters
    ----------
    loads : sequence by service of sequences of (role, array [draw] or [1])
        Minutes of a role, by its place, that the whole demand for a service takes.
    capacity : sequence by role of array [draw] or [1]
        Minutes there are.

    Returns
    -------
    list of array [draw], by service
        From 0 to 1.

    Notes
    -----
    At most one round for each role; each adds up the loads once.

    Examples
    --------
    >>> minutes = np.array([60.0])
    >>> both, alone = [(0, minutes), (1, minutes)], [(1, minutes)]
    >>> found = shares_that_fit([both, alone], [np.array([15.0]), np.array([90.0])])
    >>> [share.tolist() for share in found]
    [[0.25], [1.0]]
    """
    draws = max(len(each) for each in (*capacity, *(minutes for load in loads for _, minutes in load)))
    left = [np.broadcast_to(each, (draws,)).astype(np.float64) for each in capacity]
    share = [np.ones(draws) for _ in loads]
    open_ = [np.ones(draws, dtype=np.bool_) for _ in loads]
    uses = np.zeros((len(loads), len(left)), dtype=np.bool_)
    for service, load in enumerate(loads):
        uses[service, [role for role, _ in load]] = True
    for _ in left:
        fits = np.ones((len(left), draws))
        for role, there in enumerate(left):
            needed = np.zeros(draws)
            for service, load in enumerate(loads):
                for one, minutes in load:
                    if one == role:
                        needed += np.where(open_[service], minutes, 0.0)
            np.divide(there, needed, out=fits[role], where=needed > there * (1 + _FITS))
        shortest = fits.argmin(axis=0)
        least = fits.min(axis=0)
        binds = least < 1
        if not binds.any():
            break
        for service, load in enumerate(loads):
            cut = binds & open_[service] & uses[service, shortest]
            share[service] = np.where(cut, least, share[service])
            open_[service] &= ~cut
            for role, minutes in load:
                # What is set aside may miss what there is by the rounding of sums.
                left[role] = np.maximum(left[role] - np.where(cut, least * minutes, 0.0), 0.0)
    return share
