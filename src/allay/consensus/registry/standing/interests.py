"""Declarations of interest on a day: who has none, one too old, or one that holds."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import Final, Literal

from allay.base.documents import Strict
from allay.consensus.registry.meeting import RegistryMeeting
from allay.consensus.registry.person import DeclaredInterest, Person
from allay.consensus.registry.registry import Registry
from allay.consensus.registry.workgroup import Membership

MONTHS: Final = 12
"""How old a declaration may be, unless somebody says otherwise: our own choice, no rule of the field."""
_MONTHS_A_YEAR = 12
InterestState = Literal["none", "expired", "old", "current"]
_ORDER: Final = ("none", "expired", "old", "current")


class InterestRow(Strict):
    """How the newest declaration of a person stands.

    Attributes
    ----------
    state : {"none", "expired", "old", "current"}
        No declaration up to the day; past its own last day; made too many months before; good.
    declared : {"something", "nothing"}, optional
        Whether there was anything to declare; what it was stays in the registry.
    """

    person: str
    organization: str | None
    state: InterestState
    on: dt.date | None
    valid_until: dt.date | None
    declared: Literal["something", "nothing"] | None


class InterestList(Strict):
    """Declarations of interest on a day; the result of `registry interests`.

    Attributes
    ----------
    not_good : int
        People without a declaration that holds.
    """

    allay_version: str
    as_of: dt.date
    months: int
    meeting: str | None
    workgroup: str | None
    people: tuple[InterestRow, ...]
    not_good: int
    synthetic: bool


def interests_on(
    registry: Registry,
    day: dt.date,
    *,
    allay_version: str,
    months: int = MONTHS,
    workgroup: str | None = None,
    meeting: RegistryMeeting | None = None,
) -> InterestList:
    """Return how declarations of interest stand on a day, those without one first.

    Whom it asks about: the people a meeting names, or those of its workgroup on the day, or those of
    `workgroup`; without any of these everybody with a role or a workgroup that day, and everybody without
    dated ones.

    Parameters
    ----------
    months : int
        A declaration made more than so many months before the day is old.
    workgroup : str, optional
        By its id or a name.

    Examples
    --------
    >>> people = (Person(id="p1"), Person(id="p2", interests=({"on": dt.date(2025, 11, 27)},)))
    >>> found = interests_on(Registry(people=people), dt.date(2026, 11, 27), allay_version="1")
    >>> [(one.person, one.state) for one in found.people]
    [('p1', 'none'), ('p2', 'current')]
    """
    group = registry.find("workgroups", workgroup) if workgroup else None
    asked = _asked(registry, day, group, meeting)
    first = months_before(day, months)
    rows = sorted(
        (_row(registry, person, day, first) for person in registry.people if person.id in asked),
        key=lambda row: (_ORDER.index(row.state), row.on or dt.date.min, row.person),
    )
    return InterestList(
        allay_version=allay_version,
        as_of=day,
        months=months,
        meeting=meeting.id if meeting else None,
        workgroup=group,
        people=tuple(rows),
        not_good=sum(row.state != "current" for row in rows),
        synthetic="people" in registry.synthetic,
    )


def _asked(registry: Registry, day: dt.date, group: str | None, meeting: RegistryMeeting | None) -> set[str]:
    if meeting is not None and meeting.attended:
        return {registry.find("people", name) for name in meeting.attended}
    if meeting is not None and meeting.workgroup is not None:
        group = registry.find("workgroups", meeting.workgroup)
    members = {
        one.id: {registry.find("people", name) for name in one.members_on(day)} for one in registry.workgroups
    }
    if group is not None:
        return members[group]
    ever = {registry.find("people", one.person) for one in _memberships(registry)}
    active = set().union(*members.values())
    for person in registry.people:
        if any(role.holds_on(day) for role in person.roles) or not (person.roles or person.id in ever):
            active.add(person.id)
    return active


def _memberships(registry: Registry) -> Iterator[Membership]:
    for group in registry.workgroups:
        yield from group.co_facilitators
        yield from group.roster


def _row(registry: Registry, person: Person, day: dt.date, first: dt.date) -> InterestRow:
    newest = person.interest_on(day)
    home = person.organization and registry.names.resolved(person.organization, "organizations")
    return InterestRow(
        person=person.id,
        organization=home[1] if home else person.organization,
        state=_state(newest, day, first),
        on=newest.on if newest else None,
        valid_until=newest.valid_until if newest else None,
        declared=None if newest is None else "something" if newest.declared else "nothing",
    )


def _state(newest: DeclaredInterest | None, day: dt.date, first: dt.date) -> InterestState:
    if newest is None:
        return "none"
    if newest.valid_until is not None and newest.valid_until < day:
        return "expired"
    return "old" if newest.on < first else "current"


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months before; the last of the month where it has no such day.

    Before the first year there is, it is the first day of that.

    Examples
    --------
    >>> months_before(dt.date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    number = day.year * _MONTHS_A_YEAR + day.month - 1 - months
    year, month = number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
