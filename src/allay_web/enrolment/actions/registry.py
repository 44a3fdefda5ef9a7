"""Episodes of a registry's patients: thousands at once, under a pseudonym, in a handful of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.enrolment.models import Episode
from allay_web.enrolment.queries import registry_episodes
from allay_web.people.actions import register_pseudonyms
from allay_web.people.insertion import insert
from allay_web.worklist.queries import lock

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPerson:
    """What a registry says of one person; blank and None mean that it does not say."""

    pseudonym: str
    sex: str = ""
    language: str = ""
    payer_type: str = ""
    payer_name: str = ""
    age_at_start: int | None = None
    opened_on: date | None = None
    condition: str = ""

    def __post_init__(self) -> None:
        if not self.pseudonym.strip():
            raise ValueError("expected the registry's number for the person, found a blank")


@transaction.atomic
def open_registry_episodes(
    *, program: Program, people: Sequence[RegistryPerson], by: Actor, at: datetime
) -> Mapping[str, int]:
    """Open one episode per person who has none under this pseudonym yet; the ids of all of them.

    No signal is sent and nothing is assigned: what a registry holds lies in the past. The number of
    statements does not grow with the number of people, and a second call changes nothing.

    Returns
    -------
    mapping of str to int
        Episode id by pseudonym, of the people given and of them only.
    """
    by.must(Permission.REGISTRY_IMPORT, program.pk)
    lock(program)  # two imports of one file at the same moment take turns
    known = registry_episodes(program)
    new = {person.pseudonym: person for person in people if person.pseudonym not in known}
    if new:
        rows = [_patient(person) for person in new.values()]
        patients = register_pseudonyms(program=program, rows=rows, by=by)
        insert([_episode(person, program, patients) for person in new.values()])
        record("episode.open_registry", by=by, detail={"episodes": len(new)})
        known = registry_episodes(program)
    return {person.pseudonym: known[person.pseudonym] for person in people}


def _patient(person: RegistryPerson) -> dict[str, Any]:
    return {
        "pseudonym": person.pseudonym,
        "sex": person.sex,
        "language": person.language,
        "payer_type": person.payer_type,
        "payer_name": person.payer_name[:80],
    }


def _episode(person: RegistryPerson, program: Program, patients: Mapping[str, int]) -> models.Model:
    return Episode(
        program_id=program.pk,
        patient_id=patients[person.pseudonym],
        source=Episode.Source.REGISTRY,
        registry_key=person.pseudonym,
        opened_on=person.opened_on,
        age_at_start=person.age_at_start,
        condition=person.condition[:200],
    )
