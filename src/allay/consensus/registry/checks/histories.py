"""Histories are in order, in the words of their kind, and say why they go back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise

from allay.consensus.registry.action import STEPS, Action
from allay.consensus.registry.checks.finding import Entries, RegistryFinding
from allay.consensus.registry.history import DatedStatus, Ladder
from allay.consensus.registry.policy import LADDERS, UNKNOWN, Policy


def check_histories(entries: Entries) -> Iterator[RegistryFinding]:
    """Find changes out of order, a status of another kind of policy, and a step back without a note.

    Examples
    --------
    >>> action = Action(id="a1", what="Write", owner="p1", history=(
    ...     {"on": dt.date(2026, 2, 1), "status": "in progress"},
    ...     {"on": dt.date(2026, 3, 1), "status": "open"}))
    >>> [found.keys for found in check_histories({"actions": (action,)})]
    [(0, 'history', 1, 'status')]
    """
    for place, action in enumerate(entries.get("actions", ())):
        assert isinstance(action, Action)
        yield from _history("actions", place, action.history, STEPS)
    for place, policy in enumerate(entries.get("policies", ())):
        assert isinstance(policy, Policy)
        yield from _words(place, policy)
        yield from _history("policies", place, policy.history, LADDERS[policy.kind])


def _history(
    kind: str, place: int, history: Sequence[DatedStatus], ladder: Ladder
) -> Iterator[RegistryFinding]:
    for number, (before, after) in enumerate(pairwise(history), start=1):
        if after.on < before.on:
            keys = (place, "history", number, "on")
            yield RegistryFinding(
                kind, keys, f"a day not before that of the change above, {before.on}", str(after.on)
            )
    for number, before_status in ladder.unexplained(history):
        keys = (place, "history", number, "status")
        found = f"{history[number].status!r} after {before_status!r} without a note"
        yield RegistryFinding(kind, keys, "a note where a status goes back", found)


def _words(place: int, policy: Policy) -> Iterator[RegistryFinding]:
    allowed = (*LADDERS[policy.kind].statuses, UNKNOWN)
    for number, change in enumerate(policy.history):
        if change.status not in allowed:
            keys = (place, "history", number, "status")
            expected = f"a status of a {policy.kind}: {', '.join(allowed)}"
            yield RegistryFinding("policies", keys, expected, repr(change.status))


def days_past(entries: Entries, as_of: dt.date) -> Iterator[RegistryFinding]:
    """Find days of what has happened that are after `as_of`: of statuses, notes, declarations, versions.

    Examples
    --------
    >>> from allay.consensus.registry.person import Person
    >>> later = Person(id="p1", interests=({"on": dt.date(2026, 2, 1)},))
    >>> [found.found for found in days_past({"people": (later,)}, dt.date(2026, 1, 1))]
    ['2026-02-01']
    """
    for kind, members in entries.items():
        for place, entry in enumerate(members):
            for keys, day in _days(kind, entry):
                if day is not None and day > as_of:
                    yield RegistryFinding(
                        kind, (place, *keys), f"a day not after {as_of}, as it has happened", str(day)
                    )


_HAPPENED = {
    "people": "interests",
    "workgroups": "progress",
    "actions": "history",
    "policies": "history",
}


def _days(kind: str, entry: object) -> Iterator[tuple[tuple[str | int, ...], dt.date | None]]:
    if (rows := _HAPPENED.get(kind)) is not None:
        for number, row in enumerate(getattr(entry, rows)):
            yield (rows, number, "on"), row.on
    if kind == "workgroups":
        for number, row in enumerate(getattr(entry, "scope", ())):
            yield ("scope", number, "on"), row.on
    if kind == "documents":
        for number, row in enumerate(getattr(entry, "versions", ())):
            yield ("versions", number, "on"), None if row.stage == "planned" else row.on
    if kind == "meetings" and getattr(entry, "status", "") == "held":
        yield ("on",), getattr(entry, "on", None)
    if kind == "endorsements":
        yield ("on",), getattr(entry, "on", None)
        yield ("withdrawn",), getattr(entry, "withdrawn", None)
    if kind == "sources":
        yield ("accessed",), getattr(entry, "accessed", None)
