"""The day to ask again, before units or days run out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from allay.coverage.authorizations.authorization import Authorization
from allay.coverage.authorizations.clock import Clock, answer_clock

RunsOut = Literal["units", "days", "nothing"]
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Renewal:
    """When to ask again.

    Attributes
    ----------
    ask_by : date or None
        The last day on which the payer can still answer in time; None where nothing runs out. Where the
        payer's clock is unknown it is the last day covered, and the answer may come too late.
    last_covered : date or None
        The last day for which there are both days and units, at the pace of the plan.
    runs_out : {'units', 'days', 'nothing'}
        What ends first.
    clock : Clock
        The payer's clock for the new request.
    assumption : str
    """

    ask_by: dt.date | None
    last_covered: dt.date | None
    runs_out: RunsOut
    clock: Clock
    assumption: str


def renewal_due(
    authorization: Authorization,
    *,
    as_of: dt.date,
    visits_per_week: Fraction | int | None = None,
    known_on: dt.date | None = None,
) -> Renewal | None:
    """Return the day to ask again; None unless the payer has approved and nobody has closed it.

    The visits left are laid out evenly from `as_of` (or from its first day, if later) at the pace of the
    plan. The new request is a standard one.

    Parameters
    ----------
    authorization : Authorization
    as_of : date
        The day from which to look; `units_used` are those up to the day before.
    visits_per_week : Fraction or int, optional
        Instead of the pace the authorization has. Without any, or at 0, units are taken not to run out.
    known_on : date, optional
        Use only what was recorded up to this day.

    Examples
    --------
    >>> from allay.base.dates import Period
    >>> from allay.coverage.authorizations.lifecycle import AuthorizationStage
    >>> one = Authorization(
    ...     "a", "p", "plan", ("yoga",), AuthorizationStage.APPROVED, "medicaid",
    ...     units_approved=12, units_used=4,
    ...     period=Period(dt.date(2026, 3, 1), dt.date(2026, 6, 1)),
    ... )
    >>> again = renewal_due(one, as_of=dt.date(2026, 3, 30), visits_per_week=2)
    >>> again.runs_out, again.last_covered.isoformat(), again.ask_by.isoformat()
    ('units', '2026-04-26', '2026-04-19')
    """
    if not authorization.stage.in_force:
        return None
    pace = authorization.visits_per_week if visits_per_week is None else Fraction(visits_per_week)
    by_units = _last_by_units(authorization, as_of=as_of, pace=pace)
    by_days = None if authorization.period is None else authorization.period.last
    ends = [day for day in (by_units, by_days) if day is not None]
    last = min(ends, default=None)
    if last is None:
        clock = _clock(authorization, as_of, known_on)
        return Renewal(None, None, "nothing", clock, "neither units nor days run out")
    runs_out: RunsOut = "units" if by_units == last and by_units != by_days else "days"
    clock = _clock(authorization, last, known_on)
    if clock.days is None:
        return Renewal(last, last, runs_out, clock, "the payer's time to answer is unknown: ask well before")
    ask_by = last - dt.timedelta(days=clock.days)
    said = "no pace given" if by_units is None else "visits spread evenly at the pace of the plan"
    return Renewal(ask_by, last, runs_out, _clock(authorization, ask_by, known_on), said)


def _clock(authorization: Authorization, day: dt.date, known_on: dt.date | None) -> Clock:
    """Return the clock of a standard request made on a day."""
    return answer_clock(
        authorization.payer_type,
        requested_on=day,
        agreed_days=authorization.answer_days,
        known_on=known_on,
    )


def _last_by_units(authorization: Authorization, *, as_of: dt.date, pace: Fraction | None) -> dt.date | None:
    """Return the last day of the week's share that the units left still cover."""
    if authorization.left is None:
        return None
    start = as_of if authorization.period is None else max(as_of, authorization.period.start)
    visits = authorization.left // authorization.units_per_visit
    if visits == 0:
        return start - dt.timedelta(days=1)
    if not pace:
        return None
    days = visits * _WEEK // pace
    try:
        return start + dt.timedelta(days=max(days, 1) - 1)
    except OverflowError:  # so slow a pace that the calendar ends first
        return None
