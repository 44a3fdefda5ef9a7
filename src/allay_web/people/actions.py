"""All writes to patients: registering, mending details, and merging two records of one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.people.insertion import insert
from allay_web.people.models import Language, Patient, PayerType, Sex
from allay_web.people.signals import patient_merged

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program

DETAILS = (
    "given_name",
    "family_name",
    "record_number",
    "birth_date",
    "sex",
    "language",
    "phone",
    "email",
    "best_time",
    "payer_type",
    "payer_name",
)


@transaction.atomic
def register(*, program: Program, by: Actor, at: datetime, **fields: Any) -> Patient:
    """Make a patient record.

    Parameters
    ----------
    fields : any of `DETAILS`; a name is needed

    Raises
    ------
    ValidationError
        A value does not fit, or the birth date lies in the future.
    """
    by.must(Permission.REFERRAL_WRITE, program.pk)
    patient = _checked(Patient(program=program, **_known(fields)), at)
    patient.save()
    record("patient.register", by=by, about=patient, patient_id=patient.pk)
    return patient


@transaction.atomic
def register_many(
    *, program: Program, rows: Sequence[Mapping[str, Any]], by: Actor, at: datetime
) -> list[Patient]:
    """Make many patient records at once from rows that were checked, in the order given; one audit entry."""
    by.must(Permission.REFERRAL_WRITE, program.pk)
    patients = [Patient(program=program, **_known(row)) for row in rows]
    made: list[Patient] = Patient.objects.bulk_create(patients)
    if made:
        record("patient.register_many", by=by, detail={"patients": [patient.pk for patient in made]})
    return made


@transaction.atomic
def register_pseudonyms(*, program: Program, rows: Sequence[Mapping[str, Any]], by: Actor) -> dict[str, int]:
    """Make records of a registry's patients who have none, in a few statements; ids by pseudonym.

    The id is that of the record to use: where one was merged, of the record it was merged into.
    """
    by.must(Permission.REGISTRY_IMPORT, program.pk)
    here = Patient.objects.of(program).exclude(pseudonym="")
    known = set(here.values_list("pseudonym", flat=True))
    new = [Patient(program=program, **row) for row in rows if row["pseudonym"] not in known]
    insert(new)
    record("patient.register_registry", by=by, detail={"patients": len(new)})
    ids = here.values_list("pseudonym", "pk", "merged_into_id")
    return {pseudonym: merged or pk for pseudonym, pk, merged in ids}


@transaction.atomic
def edit(*, patient: Patient, by: Actor, at: datetime, **fields: Any) -> Patient:
    """Change a patient's details; the audit entry names the fields that changed, not their contents."""
    by.must(Permission.EPISODE_WRITE, patient.program_id)
    held: Patient = Patient.objects.of(patient.program_id).select_for_update().get(pk=patient.pk)
    if held.merged_into_id is not None:
        raise ValidationError("This record was merged into another; change that one.", code="merged")
    known = _known(fields)
    changed = sorted(name for name, value in known.items() if getattr(held, name) != value)
    for name in changed:
        setattr(held, name, known[name])
    if changed:
        _checked(held, at).save()
        record("patient.edit", by=by, about=held, patient_id=held.pk, detail={"fields": changed})
    return held


@transaction.atomic
def merge(*, keep: Patient, drop: Patient, by: Actor, at: datetime) -> dict[str, int]:
    """Make two records of one person one: what hangs on `drop` moves to `keep`; how much of each.

    What `keep` leaves blank is filled from `drop`. `drop` stays, points to `keep` and is no longer listed.
    There is no button to undo a merge: the audit entry says what was joined.

    Raises
    ------
    ValidationError
        The two are the same record or one of them was merged before.
    """
    by.must(Permission.PATIENT_MERGE, keep.program_id)
    by.must(Permission.PATIENT_MERGE, drop.program_id)
    if keep.pk == drop.pk:
        raise ValidationError("Choose two different records.", code="same")
    locked = Patient.objects.of(keep.program_id).select_for_update().filter(pk__in=[keep.pk, drop.pk])
    both = {patient.pk: patient for patient in locked.order_by("pk")}
    kept, dropped = both[keep.pk], both[drop.pk]
    if kept.merged_into_id is not None or dropped.merged_into_id is not None:
        raise ValidationError("One of these was merged already; nothing was changed.", code="merged")
    filled = [name for name in DETAILS if not getattr(kept, name) and getattr(dropped, name)]
    for name in filled:
        setattr(kept, name, getattr(dropped, name))
    kept.save()
    dropped.merged_into = kept
    dropped.save()
    Patient.objects.of(keep.program_id).filter(merged_into=dropped).update(merged_into=kept)
    answers: Any = patient_merged.send(sender=Patient, keep=kept, drop=dropped, by=by, at=at)
    moved = {what: count for _, counts in answers for what, count in counts.items()}
    detail = {"dropped": dropped.pk, "moved": moved, "filled": filled}
    record("patient.merge", by=by, about=kept, patient_id=kept.pk, detail=detail)
    record("patient.merge", by=by, about=dropped, patient_id=dropped.pk, detail={"kept": kept.pk})
    return moved


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = fields.keys() - set(DETAILS)
    if unknown:
        raise TypeError(f"expected {', '.join(DETAILS)}, found {', '.join(sorted(unknown))}")
    return {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}


def _checked(patient: Patient, at: datetime) -> Patient:
    patient.full_clean(exclude=["program", "merged_into"])
    if patient.birth_date is not None and patient.birth_date > at.astimezone(patient.program.zone).date():
        raise ValidationError({"birth_date": "A birth date cannot lie in the future."})
    return patient


__all__ = [
    "DETAILS",
    "Language",
    "PayerType",
    "Sex",
    "edit",
    "merge",
    "register",
    "register_many",
    "register_pseudonyms",
]
