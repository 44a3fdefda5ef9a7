"""Items of reporting checklists, and whether a result answers them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.evaluation.study.defaults import DATA
from allay.evaluation.study.result import ChecklistRow


class ChecklistSource(Strict):
    """A checklist, and how sure our words for it are."""

    title: str
    accessed: dt.date
    status: Status


class ChecklistItem(Strict):
    """An item in our words, and the place of a result that answers it (JSON pointer)."""

    list: str
    item: str
    asks: str
    where: str


class Checklist(Strict):
    """All items."""

    sources: dict[str, ChecklistSource]
    items: tuple[ChecklistItem, ...]

    @property
    def status(self) -> Status:
        """How sure the items are."""
        return Status.weakest(one.status for one in self.sources.values())


@cache
def checklist() -> Checklist:
    """Return the shipped items.

    Examples
    --------
    >>> checklist().status.value, len(checklist().items) > 20
    ('memory', True)
    """
    return read_yaml(DATA / "checklist.yaml", Checklist)


def answered(result: Mapping[str, Any]) -> tuple[ChecklistRow, ...]:
    """Say of each item whether its place in a result holds anything.

    Examples
    --------
    >>> rows = answered({"protocol": {"title": "A"}})
    >>> [row.answered for row in rows][:2]
    [True, False]
    """
    return tuple(
        ChecklistRow(
            list=one.list,
            item=one.item,
            asks=one.asks,
            where=one.where,
            answered=_at(result, one.where) not in (None, "", [], (), {}),
        )
        for one in checklist().items
    )


def _at(tree: Any, pointer: str) -> Any:
    for key in pointer.strip("/").split("/"):
        if isinstance(tree, Mapping):
            tree = tree.get(key)
        elif isinstance(tree, list | tuple) and key.isdigit():
            tree = tree[int(key)] if int(key) < len(tree) else None
        else:
            return None
    return tree
