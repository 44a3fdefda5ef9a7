"""Value sets: codes by system, and the version that results carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.base.tables import Readable, read_yaml
from allay.evaluation.valuesets.setfile import SYSTEMS, GroupRow, SourceRow, SourcesFile, System, ValueSetFile

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class ClaimValueSet:
    """Codes that stand for one kind of use, in one version.

    Attributes
    ----------
    groups : tuple of GroupRow
        With the source and the status of each.

    Examples
    --------
    >>> chosen = value_set("emergency")
    >>> chosen.reference, sorted(chosen.codes("place_of_service")), chosen.status.value
    ('emergency@1.0.0', ['23'], 'verified')
    """

    id: str
    version: str
    title: str
    groups: tuple[GroupRow, ...]

    @property
    def reference(self) -> str:
        """Name of exactly this set, for results to carry."""
        return f"{self.id}@{self.version}"

    @property
    def status(self) -> Status:
        """How sure the least sure group is."""
        return Status.weakest(group.status for group in self.groups)

    def codes(self, system: System) -> frozenset[str]:
        """Return its codes of one system."""
        return frozenset(code for group in self.groups if group.system == system for code in group.listed())

    def written(self, system: System) -> frozenset[str]:
        """Return its codes of one system in every way in which claims write them.

        Revenue centers and diagnosis related groups come with and without leading zeros; a type of bill has
        a third sign for its frequency and perhaps a leading zero.

        Examples
        --------
        >>> sorted(value_set("urgent_care").written("revenue_center"))
        ['0456', '456']
        >>> {"131", "0137", "13"} <= value_set("urgent_care").written("bill_type")
        True
        """
        return frozenset(way for code in self.codes(system) for way in _ways(system, code))


def _ways(system: System, code: str) -> tuple[str, ...]:
    if system in ("revenue_center", "ms_drg", "place_of_service"):
        return tuple(code[cut:] for cut in range(len(code) - len(code.lstrip("0")) + 1))
    if system == "bill_type":
        thirds = ("", *"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return tuple(f"{zero}{code}{third}" for third in thirds for zero in ("", "0"))
    return (code,)


@cache
def value_sets() -> Mapping[str, ClaimValueSet]:
    """Return every value set that ships with Allay, by id.

    Examples
    --------
    >>> list(value_sets())[:3]
    ['behavioral', 'ct', 'emergency']
    """
    return {
        found.id: found
        for path in sorted((FOLDER / "sets").glob("*.yaml"))
        for found in [load_value_set(path)]
    }


def value_set(name: str) -> ClaimValueSet:
    """Return a value set by its id.

    Raises
    ------
    NotFound
        With the nearest ids.

    Examples
    --------
    >>> "64483" in value_set("injection").codes("hcpcs")
    True
    """
    found = value_sets().get(name)
    if found is None:
        raise NotFound.among("value set", name, known=value_sets())
    return found


def load_value_set(path: Readable, *, name: str | None = None) -> ClaimValueSet:
    """Read a value set.

    Raises
    ------
    InvalidInput
        Naming file, line and field of what is wrong.

    Examples
    --------
    >>> load_value_set(FOLDER / "sets" / "mri.yaml").title
    'Magnetic resonance imaging'
    """
    file = read_yaml(path, ValueSetFile, name=name)
    return ClaimValueSet(file.id, file.version, file.title, file.groups)


@cache
def sources() -> Mapping[str, SourceRow]:
    """Return where value sets come from, by id.

    Examples
    --------
    >>> sources()["tuva"].seen_as
    'SEEN'
    """
    return {row.id: row for row in read_yaml(FOLDER / "sources.yaml", SourcesFile).sources}


def references(chosen: Mapping[str, ClaimValueSet]) -> dict[str, str]:
    """Return versions and statuses of value sets as results print them.

    Examples
    --------
    >>> references({"ct": value_set("ct")})
    {'ct': 'ct@1.0.0 (memory)'}
    """
    return {name: f"{one.reference} ({one.status.value})" for name, one in sorted(chosen.items())}


__all__ = [
    "SYSTEMS",
    "ClaimValueSet",
    "load_value_set",
    "references",
    "sources",
    "value_set",
    "value_sets",
]
