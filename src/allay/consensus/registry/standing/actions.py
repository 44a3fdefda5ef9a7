"""Actions on a day: what is overdue first, who owns it, for how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from allay.base.documents import Strict
from allay.consensus.registry.action import STEPS
from allay.consensus.registry.checks.references import OWNERS
from allay.consensus.registry.registry import Registry


class ActionRow(Strict):
    """An action as it stands.

    Attributes
    ----------
    days : int, optional
        Until it is due, negative when overdue; None where it has no due day or is done or dropped.
    shown_by : str, optional
        Evidence that it is done, or the reason why it was dropped.
    """

    id: str
    what: str
    owner: str
    owner_kind: str
    workgroup: str | None
    status: str
    since: dt.date
    due: dt.date | None
    days: int | None
    overdue: bool
    shown_by: str | None


class ActionList(Strict):
    """The actions of a registry on a day; the result of `registry actions`."""

    allay_version: str
    as_of: dt.date
    overdue: int
    synthetic: bool
    actions: tuple[ActionRow, ...]


def actions_on(registry: Registry, day: dt.date, *, allay_version: str) -> ActionList:
    """Return the actions taken on by a day: overdue ones first, the longest overdue first of all.

    Examples
    --------
    >>> from allay.consensus.registry.action import Action
    >>> late = Action(id="a1", what="Write", owner="p1", due=dt.date(2026, 1, 1),
    ...     history=({"on": dt.date(2025, 12, 1), "status": "open"},))
    >>> actions_on(Registry(actions=(late,)), dt.date(2026, 1, 11), allay_version="1").actions[0].days
    -10
    """
    rows = sorted(_rows(registry, day), key=_urgency)
    return ActionList(
        allay_version=allay_version,
        as_of=day,
        overdue=sum(row.overdue for row in rows),
        synthetic="actions" in registry.synthetic,
        actions=tuple(rows),
    )


def _rows(registry: Registry, day: dt.date) -> Iterator[ActionRow]:
    for action in registry.actions:
        now = action.status_on(day)
        if now is None:
            continue
        ended = now.status in STEPS.ends
        owner = registry.names.resolved(action.owner, *OWNERS) or ("", action.owner)
        group = action.workgroup and registry.names.resolved(action.workgroup, "workgroups")
        yield ActionRow(
            id=action.id,
            what=action.what,
            owner=owner[1],
            owner_kind=owner[0],
            workgroup=group[1] if group else action.workgroup,
            status=now.status,
            since=now.on,
            due=action.due,
            days=None if ended or action.due is None else (action.due - day).days,
            overdue=action.days_overdue(day) > 0,
            shown_by=now.evidence or now.reason,
        )


def _urgency(row: ActionRow) -> tuple[bool, bool, bool, int, str]:
    ended = row.status in STEPS.ends
    return not row.overdue, ended, row.days is None, row.days or 0, row.id
