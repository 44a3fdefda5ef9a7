"""The files of a registry: a folder with a YAML file for each kind of entry; a missing one is empty."""

from __future__ import annotations

from typing import Final, Literal

from allay.base.documents import Strict
from allay.consensus.protocol.record import Endorsement
from allay.consensus.registry.action import Action
from allay.consensus.registry.document import RegistryDocument
from allay.consensus.registry.meeting import RegistryMeeting
from allay.consensus.registry.organization import Organization
from allay.consensus.registry.person import Person
from allay.consensus.registry.policy import Policy
from allay.consensus.registry.published import PublishedCounts
from allay.consensus.registry.source import RegistrySource
from allay.consensus.registry.strategy import Strategy
from allay.consensus.registry.workgroup import Workgroup


class RegistryFile(Strict):
    """What every file of a registry says of itself."""

    format: Literal["allay-registry/1"] = "allay-registry/1"
    synthetic: bool = False


class SourcesFile(RegistryFile):
    """The file `sources.yaml`."""

    sources: tuple[RegistrySource, ...] = ()


class OrganizationsFile(RegistryFile):
    """The file `organizations.yaml`."""

    organizations: tuple[Organization, ...] = ()


class PeopleFile(RegistryFile):
    """The file `people.yaml`."""

    people: tuple[Person, ...] = ()


class WorkgroupsFile(RegistryFile):
    """The file `workgroups.yaml`."""

    workgroups: tuple[Workgroup, ...] = ()


class MeetingsFile(RegistryFile):
    """The file `meetings.yaml`."""

    meetings: tuple[RegistryMeeting, ...] = ()


class DocumentsFile(RegistryFile):
    """The file `documents.yaml`."""

    documents: tuple[RegistryDocument, ...] = ()


class StrategiesFile(RegistryFile):
    """The file `strategies.yaml`."""

    strategies: tuple[Strategy, ...] = ()


class ActionsFile(RegistryFile):
    """The file `actions.yaml`."""

    actions: tuple[Action, ...] = ()


class EndorsementsFile(RegistryFile):
    """The file `endorsements.yaml`; `of` is a document, `organization` an organization of the registry."""

    endorsements: tuple[Endorsement, ...] = ()


class PoliciesFile(RegistryFile):
    """The file `policies.yaml`."""

    policies: tuple[Policy, ...] = ()


class CountsFile(RegistryFile):
    """The file `counts.yaml`: counts that others published."""

    counts: tuple[PublishedCounts, ...] = ()


FILES: Final[dict[str, type[RegistryFile]]] = {
    "sources": SourcesFile,
    "organizations": OrganizationsFile,
    "people": PeopleFile,
    "workgroups": WorkgroupsFile,
    "meetings": MeetingsFile,
    "documents": DocumentsFile,
    "strategies": StrategiesFile,
    "actions": ActionsFile,
    "endorsements": EndorsementsFile,
    "policies": PoliciesFile,
    "counts": CountsFile,
}
"""Kinds of entries, and the shape of the file `KIND.yaml` that holds them under the key KIND."""
ONE: Final = {
    "sources": "source",
    "organizations": "organization",
    "people": "person",
    "workgroups": "workgroup",
    "meetings": "meeting",
    "documents": "document",
    "strategies": "strategy",
    "actions": "action",
    "endorsements": "endorsement",
    "policies": "policy",
    "counts": "published count",
}
"""What one entry of a kind is called."""
