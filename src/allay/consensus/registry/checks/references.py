"""What entries say of each other is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from pydantic import BaseModel

from allay.base.documents import Keys, Strict
from allay.base.errors import PROBLEMS_KEPT
from allay.consensus.registry.checks.finding import Entries, RegistryFinding
from allay.consensus.registry.files import FILES, ONE
from allay.consensus.registry.names import NameBook

OWNERS: Final = ("people", "organizations", "workgroups")
# Fields that name another entry, wherever they stand, and the kinds it may be of.
_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "source": ("sources",),
    "sources": ("sources",),
    "organization": ("organizations",),
    "person": ("people",),
    "attended": ("people",),
    "workgroup": ("workgroups",),
    "strategy": ("strategies",),
    "strategies": ("strategies",),
    "document": ("documents",),
    "owner": OWNERS,
}


def check_references(entries: Entries, *, unread: Collection[str] = ()) -> Iterator[RegistryFinding]:
    """Find names of entries that are not in the registry.

    Parameters
    ----------
    unread : collection of str
        Kinds whose file could not be read: what may be in there is not missed.

    Examples
    --------
    >>> from allay.consensus.registry.person import Person
    >>> [found.found for found in check_references({"people": (Person(id="p1", organization="uvm"),)})]
    ["there is no organization 'uvm'; there is none at all"]
    """
    book = NameBook.of({kind: entries.get(kind, ()) for kind in FILES})
    for kind, members in entries.items():
        missing = 0
        for place, entry in enumerate(members):
            for keys, kinds, name in _references(kind, entry):
                if book.resolved(name, *kinds) is None and not set(kinds) & set(unread):
                    missing += 1
                    of = " or ".join(ONE[one] for one in kinds)
                    # To look for the nearest names takes long; findings beyond these are counted, not shown.
                    near = _missing(book, name, kinds) if missing <= PROBLEMS_KEPT else f"no {of} {name!r}"
                    expected = f"the id or a name of a {of} of this registry"
                    yield RegistryFinding(kind, (place, *keys), expected, near)
    yield from _own_periods(entries, book)


def _missing(book: NameBook, name: str, kinds: tuple[str, ...]) -> str:
    return str(book.missing(name, *kinds))


def _references(kind: str, entry: Strict) -> Iterator[tuple[Keys, tuple[str, ...], str]]:
    yield from _walked(entry, ())
    if kind == "endorsements":
        yield ("of",), ("documents",), str(getattr(entry, "of", ""))


def _walked(value: Any, keys: Keys) -> Iterator[tuple[Keys, tuple[str, ...], str]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if name in _KINDS and isinstance(inner, str):
                yield (*keys, name), _KINDS[name], inner
            elif name in _KINDS and isinstance(inner, tuple):
                for place, one in enumerate(inner):
                    yield (*keys, name, place), _KINDS[name], one
            else:
                yield from _walked(inner, (*keys, name))
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from _walked(one, (*keys, place))


def _own_periods(entries: Entries, book: NameBook) -> Iterator[RegistryFinding]:
    """A comment period stands with the document it is on."""
    for place, entry in enumerate(entries.get("documents", ())):
        for number, period in enumerate(getattr(entry, "comment_periods", ())):
            found = book.resolved(period.document, "documents")
            own = getattr(entry, "id", "")
            if found is not None and found[1] != own:
                keys = (place, "comment_periods", number, "document")
                yield RegistryFinding(
                    "documents", keys, f"the document it stands with, {own!r}", repr(period.document)
                )
