"""Items of the reporting checklist, in our own words, with how sure those are."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml

DATA = files("allay.consensus.checklists") / "data"

Section: TypeAlias = Literal["title", "introduction", "methods", "results", "discussion", "other"]


class ChecklistSource(Strict):
    """Where something about a checklist comes from."""

    title: str
    href: str | None = None
    accessed: dt.date
    status: Status


class ChecklistItem(Strict):
    """An item.

    Attributes
    ----------
    asks : str
        What has to be said; goes on from "It asks".
    hint : str, optional
        What to store so that it is answered, where a text under `narrative` is not the only way.
    """

    item: str
    section: Section
    asks: str
    hint: str | None = None


class ConsensusChecklist(Strict):
    """A whole checklist.

    Attributes
    ----------
    counts : dict of str to int
        Items by section, as the source prints them.
    """

    title: str
    sources: dict[Literal["counts", "words"], ChecklistSource]
    counts: dict[Section, int]
    items: tuple[ChecklistItem, ...]

    @property
    def status(self) -> Status:
        """How sure the words of the items are."""
        return self.sources["words"].status


class ChecklistArea(Strict):
    """An area of a secondary checklist, and the items of ACCORD that cover it."""

    area: str
    items: tuple[str, ...]


class SecondaryChecklist(Strict):
    """A checklist that is only given by its areas."""

    id: str
    title: str
    accessed: dt.date
    status: Status
    areas: tuple[ChecklistArea, ...]


class UnshippedChecklist(Strict):
    """A checklist that somebody may ask for, and why it is not here."""

    id: str
    title: str
    why: str


class SecondaryChecklists(Strict):
    """Checklists beside ACCORD."""

    checklists: tuple[SecondaryChecklist, ...]
    not_shipped: tuple[UnshippedChecklist, ...]


@cache
def accord() -> ConsensusChecklist:
    """Return the ACCORD checklist.

    Examples
    --------
    >>> len(accord().items), accord().status.value
    (35, 'memory')
    """
    return read_yaml(DATA / "accord.yaml", ConsensusChecklist)


@cache
def secondary_checklists() -> SecondaryChecklists:
    """Return the checklists beside ACCORD, by their areas, and those that are not shipped.

    Examples
    --------
    >>> [one.id for one in secondary_checklists().checklists], secondary_checklists().not_shipped[0].id
    (['CREDES'], 'DELPHISTAR')
    """
    return read_yaml(DATA / "secondary.yaml", SecondaryChecklists)


def known_items() -> tuple[str, ...]:
    """Return the names of all items: what may stand under `narrative` of a protocol or a record.

    Examples
    --------
    >>> known_items()[:3], known_items()[-1]
    (('T1', 'I1', 'I2'), 'O3')
    """
    return tuple(one.item for one in accord().items)


def checklist_item(name: str) -> ChecklistItem:
    """Return an item by its name.

    Raises
    ------
    NotFound
        With what there is, where the checklist has no such item.

    Examples
    --------
    >>> checklist_item("M6").section
    'methods'
    """
    found = next((one for one in accord().items if one.item == name), None)
    if found is None:
        raise NotFound.among("item of the checklist", name, known=known_items())
    return found
