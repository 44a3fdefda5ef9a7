"""Words for days, times and changes, as a care coordinator would say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from allay.scheduling.explaining.changes import Change

HOUR = 60


def day_text(day: dt.date) -> str:
    """Write a day.

    Examples
    --------
    >>> import datetime as dt
    >>> day_text(dt.date(2027, 1, 5))
    'Tuesday, January 5'
    """
    return f"{day:%A}, {day:%B} {day.day}"


def days_text(days: Iterable[dt.date]) -> str:
    """Write some days, by their names in one week and with their dates over several.

    Examples
    --------
    >>> import datetime as dt
    >>> days_text([dt.date(2027, 1, 5), dt.date(2027, 1, 7), dt.date(2027, 1, 8)])
    'Tuesday, Thursday and Friday'
    """
    listed = sorted(set(days))
    if len(listed) > 1 and (listed[-1] - listed[0]).days >= 7:
        return f"{len(listed)} days from {day_text(listed[0])} to {day_text(listed[-1])}"
    return listing(f"{day:%A}" for day in listed) if listed else "no day"


def listing(words: Iterable[str], last: str = "and") -> str:
    """Join words with commas and a last word.

    Examples
    --------
    >>> listing(["a", "b", "c"]), listing(["a"])
    ('a, b and c', 'a')
    """
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def hours_text(minutes: int) -> str:
    """Write minutes as hours.

    Examples
    --------
    >>> hours_text(60), hours_text(90), hours_text(0), hours_text(45)
    ('1 hour', '1.5 hours', '0 hours', '0.75 hours')
    """
    hours = minutes / HOUR
    return f"{hours:g} hour" if hours == 1 else f"{hours:.3g} hours"


def change_text(change: Change) -> str:
    """Say what a change is.

    Examples
    --------
    >>> change_text(Change(kind="more_trips", id="ana", value=2))
    'allow ana 2 trips a week'
    >>> change_text(Change(kind="discipline_hours", id="psy", day=dt.date(2027, 1, 5),
    ...     start=dt.time(10), end=dt.time(11)))
    '1 hour more of psy on Tuesday, January 5, 10:00 to 11:00'
    """
    if change.day is not None and change.start is not None and change.end is not None:
        return _timed(change, change.day, change.start, change.end)
    who = "the patients of every payer"
    if change.kind == "without_rule" and not change.every_payer:
        who = f"patients of {change.payer}" if change.payer else "patients without a payer"
    return {
        "without_rule": f"no rule {change.id} for {who}",
        "more_trips": f"allow {change.id} {change.value} trips a week",
        "interpreter": f"an interpreter for {change.id}",
        "telehealth": f"{change.id} takes telehealth",
        "onsite_or_telehealth": f"allow telehealth for {change.id}",
        "practitioner_telehealth": f"{change.id} gives telehealth",
        "license": f"a license in {change.other} for {change.id}",
        "smaller_gap": f"a gap of {hours_text((change.value or 0) * HOUR)} in {change.id}",
        "wider_window": f"a window one week longer for {change.id}",
        "any_practitioner": f"any practitioner for {change.id}",
        "no_continuity": f"another practitioner within {change.id}",
        "no_preference": f"another practitioner than {change.id} prefers",
        "not_avoided": f"{change.id} accepts {change.other}",
        "higher_ratio": f"{change.value} linked sessions of {change.id} at one moment",
        "more_seats": f"{change.value} places in {change.id}",
        "fewer_members": f"{change.id} may run with {change.value} members",
        "any_group_lead": f"any lead for {change.id}",
        "speaks": f"{change.id} leads in the language {change.other}",
        "unbook": f"move booked session {change.value} of {change.id}",
    }[change.kind]


def _timed(change: Change, day: dt.date, start: dt.time, end: dt.time) -> str:
    minutes = (end.hour - start.hour) * HOUR + end.minute - start.minute
    when = f"on {day_text(day)}, {start:%H:%M} to {end:%H:%M}"
    return {
        "discipline_hours": f"{hours_text(minutes)} more of {change.id} {when}",
        "practitioner_hours": f"{change.id} works {when}",
        "room_hours": f"{hours_text(minutes)} more of a {change.id} room {when}",
        "patient_time": f"{change.id} can come {when}",
    }[change.kind]
