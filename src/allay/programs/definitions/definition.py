"""A program definition: one version of one program, as its YAML file says it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.base.tables import Strict
from allay.measures.entries import SourceEntry
from allay.programs.definitions.entries import (
    CompletionEntry,
    ComponentEntry,
    ContractEntry,
    FidelityEntry,
    GateEntry,
    GrowthEntry,
    LeadershipEntry,
    MeasureEntry,
    PartnerEntry,
    PhaseEntry,
    RenewalEntry,
    ReviewEntry,
    RoleEntry,
    SizeEntry,
    Sourced,
    StatementEntry,
    TimepointEntry,
    Weekday,
)

Keys = tuple[str | int, ...]


class ProgramDefinition(Strict):
    """One version of one program.

    A change is a new version under a new number. Episodes keep the version they began with.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> ppact = get("ppact")
    >>> ppact.reference, [phase.id for phase in ppact.phases]
    ('ppact@1.0.0', ['groups'])
    >>> ppact.component("weekly_group").minutes
    90
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: str
    summary: str
    sources: dict[str, SourceEntry]
    population: tuple[StatementEntry, ...] = ()
    weekdays: tuple[Weekday, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), min_length=1)
    cohort: SizeEntry | None = None
    roles: tuple[RoleEntry, ...] = Field(min_length=1)
    leadership: LeadershipEntry
    phases: tuple[PhaseEntry, ...] = Field(min_length=1)
    timepoints: tuple[TimepointEntry, ...]
    measures: tuple[MeasureEntry, ...]
    gates: tuple[GateEntry, ...] = ()
    reviews: tuple[ReviewEntry, ...] = ()
    renewals: tuple[RenewalEntry, ...] = ()
    completion: CompletionEntry
    fidelity: tuple[FidelityEntry, ...] = ()
    contracts: tuple[ContractEntry, ...] = ()
    partners: tuple[PartnerEntry, ...] = ()
    growth: tuple[GrowthEntry, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The id with the version, as episodes and results store it."""
        return f"{self.id}@{self.version}"

    def components(self) -> Iterator[tuple[PhaseEntry, ComponentEntry]]:
        """Go through the components of all phases, each with its phase."""
        for phase in self.phases:
            for component in phase.components:
                yield phase, component

    def component(self, component_id: str) -> ComponentEntry:
        """Return one component; `NotFound` with the nearest when there is none of that id."""
        known = {component.id: component for _, component in self.components()}
        if component_id not in known:
            raise NotFound.among(f"component of {self.id}", component_id, known=known)
        return known[component_id]

    def timepoint(self, timepoint_id: str) -> TimepointEntry:
        """Return one time point; `NotFound` with the nearest when there is none of that id."""
        known = {each.id: each for each in self.timepoints}
        if timepoint_id not in known:
            raise NotFound.among(f"time point of {self.id}", timepoint_id, known=known)
        return known[timepoint_id]

    def gate_of(self, phase_id: str) -> tuple[GateEntry, bool] | None:
        """Return the gate that opens a phase and the answer it opens on, or None where none does."""
        for gate in self.gates:
            if phase_id in gate.then:
                return gate, True
            if phase_id in gate.otherwise:
                return gate, False
        return None

    def status_of(self, part: Sourced) -> Status:
        """Say how sure we are of a part: its own status, else that of its source."""
        return part.status or self.sources[part.source].status

    def parts(self) -> Iterator[tuple[Keys, Sourced]]:
        """Go through every part that rests on a source, with the keys under which it stands in the file."""
        yield from _parts(self, ())

    @property
    def made_up(self) -> tuple[str, ...]:
        """The fields that are made up, as paths in the file.

        Examples
        --------
        >>> from allay.programs.definitions.catalog import get
        >>> "/cohort" in get("starter").made_up
        True
        """
        found: list[str] = []
        for keys, part in self.parts():
            where = "/" + "/".join(str(key) for key in keys)
            if self.status_of(part) is Status.SYNTHETIC:
                found.append(where)
            else:
                found += [f"{where}/{name}" for name in part.synthetic]
        return tuple(found)


def _parts(model: Strict, keys: Keys) -> Iterator[tuple[Keys, Sourced]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        members = enumerate(value) if isinstance(value, tuple) else ((None, value),)
        for index, member in members:
            where = (*keys, name) if index is None else (*keys, name, index)
            if isinstance(member, Sourced):
                yield where, member
            if isinstance(member, Strict):
                yield from _parts(member, where)
