"""Policies on a day: their status, for how long, and the coverage rules they would change as they are now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from allay.base.documents import Strict
from allay.consensus.registry.policy import Policy
from allay.consensus.registry.registry import Registry
from allay.coverage.rules.rule import Rule
from allay.coverage.rules.rulebook import Rulebook, newest


class RuleToday(Strict):
    """What a coverage rule says on a day.

    Attributes
    ----------
    in_force : bool
        Whether it is in force that day; where not, `text` is that of its last version.
    status : str
        How sure we are of it.
    """

    id: str
    in_force: bool
    text: str
    effective_from: dt.date
    effective_to: dt.date | None
    status: str
    references: tuple[str, ...]


class PolicyRow(Strict):
    """A policy as it stands.

    Attributes
    ----------
    since : date
        The day of the last change; where `dated` is `seen`, the day it was seen to be so.
    days : int
        Days from then; at least so many where it was only seen.
    later : int
        Changes of the registry that come after the day asked for.
    source_status : str
        How sure the weakest source of the status makes it.
    """

    id: str
    kind: str
    jurisdiction: str
    number: str
    title: str
    status: str
    since: dt.date
    dated: Literal["change", "seen"]
    days: int
    later: int
    source_status: str
    effect: str
    workgroup: str | None
    note: str | None
    rules: tuple[RuleToday, ...]


class PolicyList(Strict):
    """The policies of a registry on a day; the result of `registry policies`."""

    allay_version: str
    as_of: dt.date
    rules_version: str
    synthetic: bool
    policies: tuple[PolicyRow, ...]


def policies_on(registry: Registry, day: dt.date, *, book: Rulebook, allay_version: str) -> PolicyList:
    """Return the policies known of by a day, the latest change first.

    Parameters
    ----------
    book : Rulebook
        The coverage rules to show beside them.

    Examples
    --------
    >>> from allay.consensus.registry.reading import read_registry
    >>> from allay.consensus.registry.seed import FIELD
    >>> found = policies_on(
    ...     read_registry(FIELD), dt.date(2020, 1, 31), book=Rulebook.shipped(), allay_version="1")
    >>> [(one.id, one.days, one.rules[0].in_force) for one in found.policies][0]
    ('ncd-acupuncture', 10, True)
    """
    rows = sorted(_rows(registry, day, book), key=lambda row: (-row.since.toordinal(), row.id))
    return PolicyList(
        allay_version=allay_version,
        as_of=day,
        rules_version=book.at(day).version,
        synthetic="policies" in registry.synthetic,
        policies=tuple(rows),
    )


def _rows(registry: Registry, day: dt.date, book: Rulebook) -> Iterator[PolicyRow]:
    by_id: dict[str, list[Rule]] = {}
    for rule in newest(book.rules):
        by_id.setdefault(rule.id, []).append(rule)
    for policy in registry.policies:
        now = policy.status_on(day)
        if now is None:
            continue
        group = policy.workgroup and registry.names.resolved(policy.workgroup, "workgroups")
        yield PolicyRow(
            id=policy.id,
            kind=policy.kind,
            jurisdiction=policy.jurisdiction,
            number=policy.number,
            title=policy.title,
            status=now.status,
            since=now.on,
            dated=now.dated,
            days=(day - now.on).days,
            later=sum(change.on > day for change in policy.history),
            source_status=registry.weakest(now.sources),
            effect=policy.effect,
            workgroup=group[1] if group else None,
            note=_said(policy, now.note),
            rules=tuple(_today(by_id[name], day) for name in policy.coverage_rules if name in by_id),
        )


def _said(policy: Policy, note: str | None) -> str | None:
    return " ".join(part for part in (note, policy.note) if part) or None


def _today(versions: list[Rule], day: dt.date) -> RuleToday:
    in_force = [rule for rule in versions if rule.covers(day)]
    rule = max(in_force or versions, key=lambda one: one.effective_from)
    return RuleToday(
        id=rule.id,
        in_force=bool(in_force),
        text=rule.text,
        effective_from=rule.effective_from,
        effective_to=rule.effective_to,
        status=rule.status.value,
        references=tuple(one.title for one in rule.references),
    )
