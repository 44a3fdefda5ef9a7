"""A registry: who works on what, since when, by which source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from allay.base.documents import Strict
from allay.base.status import Status
from allay.consensus.protocol.record import Endorsement
from allay.consensus.registry.action import Action
from allay.consensus.registry.document import RegistryDocument
from allay.consensus.registry.files import FILES
from allay.consensus.registry.meeting import RegistryMeeting
from allay.consensus.registry.names import NameBook
from allay.consensus.registry.organization import Organization
from allay.consensus.registry.person import Person
from allay.consensus.registry.policy import Policy
from allay.consensus.registry.published import PublishedCounts
from allay.consensus.registry.source import RegistrySource
from allay.consensus.registry.strategy import Strategy
from allay.consensus.registry.workgroup import Workgroup

E = TypeVar("E", bound=Strict)


@dataclass(frozen=True)
class Registry:
    """All entries of a registry, by kind, in the order of the files.

    Attributes
    ----------
    synthetic : frozenset of str
        Kinds whose file says that it is made up.

    Examples
    --------
    >>> registry = Registry(workgroups=(Workgroup(id="coverage", name="Coverage", sources=("page",)),))
    >>> registry.find("workgroups", "COVERAGE")
    'coverage'
    """

    sources: tuple[RegistrySource, ...] = ()
    organizations: tuple[Organization, ...] = ()
    people: tuple[Person, ...] = ()
    workgroups: tuple[Workgroup, ...] = ()
    meetings: tuple[RegistryMeeting, ...] = ()
    documents: tuple[RegistryDocument, ...] = ()
    strategies: tuple[Strategy, ...] = ()
    actions: tuple[Action, ...] = ()
    endorsements: tuple[Endorsement, ...] = ()
    policies: tuple[Policy, ...] = ()
    counts: tuple[PublishedCounts, ...] = ()
    synthetic: frozenset[str] = field(default=frozenset())

    def entries(self, kind: str) -> tuple[Strict, ...]:
        """Return the entries of a kind, such as `workgroups`."""
        found: tuple[Strict, ...] = getattr(self, kind)
        return found

    @cached_property
    def names(self) -> NameBook:
        """Which entry a name stands for."""
        return NameBook.of({kind: self.entries(kind) for kind in FILES})

    def find(self, kind: str, name: str) -> str:
        """Return the id of the entry of a kind that has or had a name.

        Raises
        ------
        NotFound
            With the nearest names.
        """
        return self.names.find(name, kind)

    def workgroup(self, name: str) -> Workgroup:
        """Return the workgroup that has or had a name."""
        return _with_id(self.workgroups, self.find("workgroups", name))

    def weakest(self, names: Iterable[str]) -> str:
        """Return how sure what rests on all of these sources is.

        Examples
        --------
        >>> from allay.consensus.registry.reading import read_registry
        >>> from allay.consensus.registry.seed import FIELD
        >>> read_registry(FIELD).weakest(["programs-study-2023", "programs-study-2023-sums"])
        'derived'
        """
        ids = {self.find("sources", name) for name in names}
        return Status.weakest(one.status for one in self.sources if one.id in ids).value

    def meeting(self, name: str) -> RegistryMeeting:
        """Return the meeting of a name."""
        return _with_id(self.meetings, self.find("meetings", name))


def _with_id(entries: tuple[E, ...], wanted: str) -> E:
    return next(entry for entry in entries if getattr(entry, "id", None) == wanted)
