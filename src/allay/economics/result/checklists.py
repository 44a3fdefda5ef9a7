"""The reporting and the validation checklist of a case: what is shown where, and what was not done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.economics.result.parts import Result
from allay.measures.entries import SourceEntry

FOLDER = Path(__file__).parents[1] / "data" / "checklists"
NAMES = ("reporting", "validation")

State = Literal["shown", "partly", "program", "not_done"]
"""`program`: the program has to say it, since a case file cannot."""


class ItemEntry(Strict):
    """An item of a checklist; the answer may name facts of the case in braces.

    Where the fact that it `needs` is nothing, it is not done (or still the program's to say), and `otherwise`
    is the answer.
    """

    id: str
    label: str
    state: State
    answer: str
    section: str = ""
    needs: str = ""
    otherwise: str = ""


class ChecklistEntry(Strict):
    """A checklist as its data file has it."""

    id: str
    title: str
    source: SourceEntry
    items: tuple[ItemEntry, ...]


class ItemResult(Result):
    """An item with its answer for one case; `section` is the part of the report that shows it."""

    id: str
    label: str
    state: State
    answer: str
    section: str


class ChecklistResult(Result):
    """A checklist for one case, and how sure we are that its items are those of its source."""

    id: str
    title: str
    source: str
    status: Status
    items: tuple[ItemResult, ...]


@cache
def _entries() -> tuple[ChecklistEntry, ...]:
    return tuple(read_yaml(FOLDER / f"{name}.yaml", ChecklistEntry) for name in NAMES)


def checklists(facts: Mapping[str, object]) -> tuple[ChecklistResult, ...]:
    """Answer both checklists.

    Parameters
    ----------
    facts : mapping of str to object
        What answers may name: title, months, rate and so on.

    Raises
    ------
    KeyError
        A fact that an answer names and that is not there: a mistake of ours, not of the case.
    """
    return tuple(
        ChecklistResult(
            id=entry.id,
            title=entry.title,
            source=entry.source.title,
            status=entry.source.status,
            items=tuple(_answered(item, facts) for item in entry.items),
        )
        for entry in _entries()
    )


def _answered(item: ItemEntry, facts: Mapping[str, object]) -> ItemResult:
    lacks = bool(item.needs) and not facts[item.needs]
    return ItemResult(
        id=item.id,
        label=item.label,
        state="not_done" if lacks and item.state != "program" else item.state,
        answer=(item.otherwise if lacks else item.answer).format_map(facts),
        section=item.section,
    )
