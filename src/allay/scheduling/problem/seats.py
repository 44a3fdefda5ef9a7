"""Seats of groups: how many members a group may have when a share of them stays away.

The rule is binomial: the largest number of members for which more than the seats come with at most the stated
risk, each member coming independently of the others and with the same probability. It is for groups only.
An appointment of one patient is never given to a second one on the guess that the first will not come: who is
guessed to stay away is mostly who has had it hard to come, and would then be made to wait as well. For single
patients such a guess is good for a reminder or a ride, and nothing in Allay books two of them at once.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from allay.base.documents import Strict, read_yaml
from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.scheduling.problem.care import Cohort

FILE = Path(__file__).parents[1] / "data" / "seats.yaml"
MOST_SEATS = 1000  # from about 1,070 on, 0.5 to that power is 0 for a computer
MOST_NO_SHOW = 0.5  # as in `Cohort`: a group of which most stay away is not planned but mended


class SeatSource(Strict):
    """Where the risk comes from."""

    title: str
    accessed: dt.date
    status: Status


class SeatRule(Strict):
    """The risk taken that more members come than there are seats, and where it comes from."""

    risk: Annotated[float, Field(gt=0, lt=1)]
    why: str
    source: SeatSource


@cache
def seat_rule() -> SeatRule:
    """Read the rule.

    Examples
    --------
    >>> seat_rule().risk, seat_rule().source.status.value
    (0.1, 'derived')
    """
    return read_yaml(FILE, SeatRule)


def overfull_risk(members: int, capacity: int, no_show: float) -> float:
    """Probability that more members come than there are seats.

    Parameters
    ----------
    members : int
        Who has a place.
    capacity : int
        Seats, from 1 to 1000.
    no_show : float
        Probability that a member stays away, from 0 to 0.5.

    Returns
    -------
    float
        P(more than `capacity` come), for a binomial number with `members` tries. The time grows with the
        members beyond the seats.

    Raises
    ------
    InvalidValue
        For fewer than no members, no seat, or another probability.

    Examples
    --------
    >>> overfull_risk(10, 10, 0.2), round(overfull_risk(11, 10, 0.2), 4)
    (0.0, 0.0859)
    """
    _check(capacity, no_show)
    if members < 0:
        raise InvalidValue(expected="members of at least 0", found=str(members))
    come = 1 - no_show
    over, full = 0.0, come**capacity  # with as many members as seats: more come, exactly as many come
    for number in range(capacity, members):
        over += full * come
        full *= no_show * (number + 1) / (number + 1 - capacity)
    return min(over, 1.0)


def seats_offered(capacity: int, no_show: float, *, risk: float | None = None) -> int:
    """Largest number of members for which more come than there are seats with at most the risk.

    For groups only, never for appointments of single patients (see the module).

    Parameters
    ----------
    capacity : int
        Seats, from 1 to 1000.
    no_show : float
        Probability that a member stays away, from 0 to 0.5.
    risk : float, optional
        Above 0 and below 1; that of the data file if not given.

    Returns
    -------
    int
        At least `capacity`. The time grows with the capacity.

    Raises
    ------
    InvalidValue
        For no seat, or a probability outside its range.

    Examples
    --------
    >>> [seats_offered(10, no_show) for no_show in (0.1, 0.2, 0.3)]
    [10, 11, 12]
    """
    _check(capacity, no_show)
    allowed = seat_rule().risk if risk is None else risk
    if not 0 < allowed < 1:
        raise InvalidValue(expected="a risk above 0 and below 1", found=f"{allowed:g}")
    members = capacity
    while no_show and overfull_risk(members + 1, capacity, no_show) <= allowed:
        members += 1
    return members


def most_members(cohort: Cohort) -> int:
    """Most members a cohort may have: its `max_size`, or a few more where some are expected to stay away.

    Examples
    --------
    >>> full = Cohort(id="c", kind="pain", service="group")
    >>> most_members(full), most_members(full.model_copy(update={"expected_no_show": 0.2}))
    (12, 13)
    """
    return seats_offered(cohort.max_size, cohort.expected_no_show or 0.0)


def _check(capacity: int, no_show: float) -> None:
    if not 1 <= capacity <= MOST_SEATS:
        raise InvalidValue(expected=f"a capacity from 1 to {MOST_SEATS} seats", found=str(capacity))
    if not 0 <= no_show <= MOST_NO_SHOW:
        raise InvalidValue(expected=f"a no_show from 0 to {MOST_NO_SHOW:g}", found=f"{no_show:g}")
