"""Each id once, and each name of one entry only: a name must not stand for two."""

from __future__ import annotations

from collections.abc import Iterator

from allay.base.documents import Keys
from allay.consensus.registry.checks.finding import Entries, RegistryFinding
from allay.consensus.registry.files import ONE
from allay.consensus.registry.names import entry_id, names_of
from allay.consensus.registry.words import plain


def check_once(entries: Entries) -> Iterator[RegistryFinding]:
    """Find ids that are there twice, and names that two entries of a kind have.

    Examples
    --------
    >>> from allay.consensus.registry.person import Person
    >>> [found.keys for found in check_once({"people": (Person(id="p1"), Person(id="p1"))})]
    [(1, 'id')]
    """
    for kind, members in entries.items():
        ids: set[str] = set()
        taken: dict[str, str] = {}
        for place, entry in enumerate(members):
            own = entry_id(entry)
            if own and own in ids:
                yield RegistryFinding(kind, (place, "id"), "each id once", f"{own!r} again")
                continue
            ids.add(own)
            for keys, name in names_of(entry):
                yield from _taken(kind, (place, *keys), name, own, taken)
    yield from _endorsed_twice(entries)


def _taken(kind: str, keys: Keys, name: str, own: str, taken: dict[str, str]) -> Iterator[RegistryFinding]:
    owner = taken.setdefault(plain(name), own)
    # Two people may share a name; they are told apart by their ids.
    if owner != own and not (kind == "people" and keys[-1] == "name"):
        yield RegistryFinding(
            kind, keys, f"a name of one {ONE[kind]} only", f"{name!r}, which {owner!r} has as well"
        )


def _endorsed_twice(entries: Entries) -> Iterator[RegistryFinding]:
    seen: set[tuple[str, ...]] = set()
    for place, entry in enumerate(entries.get("endorsements", ())):
        key = tuple(plain(str(getattr(entry, name))) for name in ("organization", "of", "on"))
        if key in seen:
            yield RegistryFinding("endorsements", (place,), "each endorsement once", "the same again")
        seen.add(key)
