"""Reminders: only to who was invited and has neither declined nor answered; and those that went elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from allay.consensus.protocol.panel import NOT_REPORTED, Panelist, RoundInvitation


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A panelist to be reminded, by code: for the coordinator, not for a report.

    Attributes
    ----------
    days : int, optional
        Since the invitation; None without a day to count to.
    reminders : int
        How many went out so far.
    last_reminder : date, optional
    """

    round: int
    rater: str
    group: str
    type: str
    setting: str
    region: str
    invited: dt.date
    days: int | None
    reminders: int
    last_reminder: dt.date | None


@dataclass(frozen=True, slots=True)
class StrayReminder:
    """A reminder that should not have gone out.

    Attributes
    ----------
    why : {"answered", "declined"}
        The panelist had answered before that day, or had declined.
    """

    round: int
    rater: str
    on: dt.date
    why: Literal["answered", "declined"]


def reminders(
    invitations: Iterable[RoundInvitation],
    answered: AbstractSet[str],
    *,
    number: int,
    panel: Iterable[Panelist] = (),
    as_of: dt.date | None = None,
) -> tuple[ReminderRow, ...]:
    """List who is to be reminded in a round.

    Parameters
    ----------
    answered : set of str
        Codes of raters with at least one rating in the round.
    as_of : date, optional
        Invitations and reminders of later days are left out, and days are counted to it.

    Returns
    -------
    tuple of ReminderRow
        Who has waited longest first. Time grows with the rows.

    Examples
    --------
    >>> day = dt.date(2026, 3, 2)
    >>> sent = [RoundInvitation(1, "a", day, (dt.date(2026, 3, 9),)), RoundInvitation(1, "b", day),
    ...     RoundInvitation(1, "c", day, declined=dt.date(2026, 3, 3))]
    >>> row, = reminders(sent, {"b"}, number=1, as_of=dt.date(2026, 3, 12))
    >>> row.rater, row.days, row.reminders
    ('a', 10, 1)
    """
    known = {one.rater: one for one in panel}
    rows = []
    for one in invitations:
        if one.round != number or one.rater in answered or one.declined is not None:
            continue
        if as_of is not None and one.invited > as_of:
            continue
        sent = [day for day in one.reminded if as_of is None or day <= as_of]
        of = known.get(one.rater, Panelist(one.rater))
        rows.append(
            ReminderRow(
                round=number,
                rater=one.rater,
                group=of.group or NOT_REPORTED,
                type=of.type,
                setting=of.setting,
                region=of.region,
                invited=one.invited,
                days=(as_of - one.invited).days if as_of is not None else None,
                reminders=len(sent),
                last_reminder=max(sent, default=None),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.invited, row.rater)))


def stray_reminders(
    invitations: Iterable[RoundInvitation],
    answered: AbstractSet[str],
    *,
    number: int,
    closed: dt.date | None = None,
    as_of: dt.date | None = None,
) -> tuple[StrayReminder, ...]:
    """Find recorded reminders to panelists who had answered before, or had declined.

    Ratings have no day. That somebody had answered before a reminder is certain only where the reminder went
    out after the round was closed, or after the day on which the ratings were taken (`as_of`).

    Examples
    --------
    >>> day = dt.date(2026, 3, 2)
    >>> sent = [RoundInvitation(1, "a", day, (dt.date(2026, 4, 1),)),
    ...     RoundInvitation(1, "b", day, (dt.date(2026, 3, 5),), declined=dt.date(2026, 3, 4))]
    >>> found = stray_reminders(sent, {"a"}, number=1, closed=dt.date(2026, 3, 31))
    >>> [(one.rater, one.why) for one in found]
    [('a', 'answered'), ('b', 'declined')]
    """
    known = min((day for day in (closed, as_of) if day is not None), default=None)
    found = []
    for one in invitations:
        if one.round != number:
            continue
        for day in sorted(one.reminded):
            if one.declined is not None and day > one.declined:
                found.append(StrayReminder(number, one.rater, day, "declined"))
            elif known is not None and day > known and one.rater in answered:
                found.append(StrayReminder(number, one.rater, day, "answered"))
    return tuple(sorted(found, key=lambda one: (one.rater, one.on)))
