"""Following up at the end of a series: later sessions count as the ones before them, and the last is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from allay.scheduling.plan.plan import Session
from allay.scheduling.problem.problem import SchedulingProblem

Key = tuple[str, int]
Sessions = Mapping[Key, Session]


def followed_up(
    problem: SchedulingProblem, sessions: Sessions, since: dt.date, lost: Collection[str]
) -> tuple[dict[Key, Session], tuple[str, ...]]:
    """Number the sessions of some series with a gap anew, so that the last number is the open one.

    A session that cannot be held in its week often can be after the others of its series. All of these keep
    their times; only the past and what is booked keep their numbers.

    Parameters
    ----------
    problem : SchedulingProblem
    sessions : mapping of (series, number) to Session
        Without what is booked.
    since : datetime.date
        The first day that may change.
    lost : collection of str
        Series in which something is lost by what has changed; others keep their numbers.

    Returns
    -------
    sessions : dict of (series, number) to Session
    series : tuple of str
        Those numbered anew.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "weeks": 3}, rooms=(), practitioners=(),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60},), patients=({"id": "a"},),
    ...     series=({"id": "s", "patient": "a", "service": "pt", "sessions": 2},))
    >>> session = Session(series="s", number=2, start=dt.datetime(2027, 1, 12, 9), lead="k")
    >>> found, names = followed_up(problem, {("s", 2): session}, dt.date(2027, 1, 4), {"s"})
    >>> list(found), names
    ([('s', 1)], ('s',))
    """
    booked = {(one.series, one.number) for one in problem.bookings}
    found = dict(sessions)
    names = []
    for series in problem.series:
        if series.id not in lost:
            continue
        fixed = [
            number
            for number in range(1, series.sessions + 1)
            if (series.id, number) in booked or _is_past(sessions.get((series.id, number)), since)
        ]
        first = max(fixed, default=0) + 1
        placed = [at for at in range(first, series.sessions + 1) if (series.id, at) in sessions]
        if placed == list(range(first, first + len(placed))):
            continue
        names.append(series.id)
        for number in placed:
            del found[series.id, number]
        for number, was in enumerate(placed, start=first):
            one = sessions[series.id, was]
            found[series.id, number] = one.model_copy(update={"number": number})
    return found, tuple(names)


def _is_past(session: Session | None, since: dt.date) -> bool:
    return session is not None and session.start.date() < since


def with_numbers_back(
    problem: SchedulingProblem, now: Sessions, before: Sessions, names: tuple[str, ...]
) -> dict[Key, Session]:
    """Give series back the numbers they had where nothing more of them is held, and nothing moved."""
    found = dict(now)
    for series in problem.series:
        if series.id not in names:
            continue
        keys = [(series.id, number) for number in range(1, series.sessions + 1)]
        mine = [now[key] for key in keys if key in now]
        was = [before[key] for key in keys if key in before]
        if [_alike(one) for one in mine] == [_alike(one) for one in was]:
            for key in keys:
                found.pop(key, None)
            found.update({(one.series, one.number): one for one in was})
    return found


def _alike(session: Session) -> Session:
    return session.model_copy(update={"number": 1})
