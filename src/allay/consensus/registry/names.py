"""Names of entries: which entry a name means, now or by what it was called before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from allay.base.documents import Keys, Strict
from allay.base.errors import NotFound
from allay.consensus.registry.files import ONE
from allay.consensus.registry.words import plain

_SEVERAL = ""  # what stands in a book behind a name that several entries have


@dataclass(frozen=True, slots=True)
class NameBook:
    """For each kind of entry, the id behind every id, name and other name.

    Examples
    --------
    >>> book = NameBook({"workgroups": {"coverage": "coverage", "coverage and constraints": "coverage"}})
    >>> book.find("Coverage and  Constraints", "workgroups")
    'coverage'
    """

    ids: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, entries: Mapping[str, Sequence[Strict]]) -> NameBook:
        """Make it of the entries of each kind; a name that two have stands for neither."""
        ids: dict[str, dict[str, str]] = {kind: {} for kind in entries}
        for kind, members in entries.items():
            for entry in members:
                for _, name in names_of(entry):
                    owner = ids[kind].setdefault(plain(name), entry_id(entry))
                    if owner != entry_id(entry):
                        ids[kind][plain(name)] = _SEVERAL
        return cls(ids)

    def resolved(self, name: str, *kinds: str) -> tuple[str, str] | None:
        """Return the kind and the id a name stands for, of the first of the kinds that has it; else None."""
        for kind in kinds:
            if found := self.ids.get(kind, {}).get(plain(name), _SEVERAL):
                return kind, found
        return None

    def find(self, name: str, *kinds: str) -> str:
        """Return the id a name stands for.

        Raises
        ------
        NotFound
            With the nearest names; of people only ids are named.
        """
        found = self.resolved(name, *kinds)
        if found is None:
            raise self.missing(name, *kinds)
        return found[1]

    def missing(self, name: str, *kinds: str) -> NotFound:
        """Say that no entry of these kinds has the name, or that several have."""
        if any(self.ids.get(kind, {}).get(plain(name)) == _SEVERAL for kind in kinds):
            return NotFound(f"{name!r} is a name of several; name one by its id")
        known = [one for kind in kinds for one in self._shown(kind)]
        return NotFound.among(" or ".join(ONE[kind] for kind in kinds), name, known=known)

    def _shown(self, kind: str) -> Iterable[str]:
        known = self.ids.get(kind, {})
        shown = set(known.values()) if kind == "people" else {*known, *known.values()}
        return shown - {_SEVERAL}


def entry_id(entry: Strict) -> str:
    """Return the id of an entry; of one without an id, nothing."""
    return str(getattr(entry, "id", ""))


def names_of(entry: Strict) -> Iterator[tuple[Keys, str]]:
    """Yield everything an entry is called, and where it stands in it.

    Examples
    --------
    >>> from allay.consensus.registry.person import Person
    >>> list(names_of(Person(id="p1", name="A person")))
    [(('id',), 'p1'), (('name',), 'A person')]
    """
    for key in ("id", "name", "title"):
        value = getattr(entry, key, None)
        if isinstance(value, str) and (key == "id" or entry_id(entry)):
            yield (key,), value
    for place, other in enumerate(getattr(entry, "aliases", ())):
        yield ("aliases", place, "name"), other.name
