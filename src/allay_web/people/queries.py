"""Reading patients: the list, the search, and those who may be one person twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.people.duplicates import Identity, Likeness, Register
from allay_web.people.folding import digits, fold
from allay_web.people.models import Language, Patient, PayerType, Sex

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program

ROWS_A_PAGE = 50
DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y")  # ISO, and the US order
LEAST_PHONE_DIGITS = 4  # fewer would find half the list


@dataclass(frozen=True, slots=True)
class Page:
    """One page of patients and how many there are in all."""

    patients: list[Patient]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient who may be the person described, and why."""

    patient: Patient
    likeness: Likeness


def patients_of(program: Program) -> QuerySet[Patient]:
    """The program's patients who were not merged into another."""
    patients: QuerySet[Patient] = Patient.objects.of(program)
    return patients.filter(merged_into=None)


def _listed(found: QuerySet[Patient]) -> QuerySet[Patient]:
    return found.order_by("family_name", "given_name", "pseudonym", "pk").prefetch_related(
        "episodes", "referrals"
    )


@transaction.atomic
def patients(program: Program, *, by: Actor, page: int = 1) -> Page:
    """One page of all patients in order of family name, with their episodes and referrals."""
    by.must(Permission.PATIENT_READ, program.pk)
    every = patients_of(program)
    total = every.count()
    pages = max(-(-total // ROWS_A_PAGE), 1)
    page = min(max(page, 1), pages)
    found = list(_listed(every)[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE])
    _told(found, by, "patients")
    return Page(found, total, page, pages)


@transaction.atomic
def search(program: Program, *, by: Actor, text: str) -> Page:
    """Patients whose name, record number, phone number or birth date fits what was typed.

    Every word of a name must occur; case and accents do not matter. At most one page is given.
    """
    by.must(Permission.PATIENT_READ, program.pk)
    fits = _fits(text)
    every = patients_of(program).filter(fits) if fits is not None else patients_of(program).none()
    total = every.count()
    found = list(_listed(every)[:ROWS_A_PAGE])
    _told(found, by, "search")
    return Page(found, total, 1, 1)


def _fits(text: str) -> Q | None:
    text = text.strip()
    if (born := read_date(text)) is not None:
        return Q(birth_date=born)
    words = fold(text).split()
    if not words:
        return None
    named = Q()
    for word in words:
        named &= Q(name_key__contains=word)
    fits = named | Q(record_number__iexact=text) | Q(pseudonym__iexact=text)
    number = digits(text)
    if len(number) >= LEAST_PHONE_DIGITS:
        fits |= Q(phone_key__contains=number)
    return fits


def read_date(text: str) -> date | None:
    """A date written 1970-03-04 or 3/4/1970 (month first); None for anything else.

    Examples
    --------
    >>> read_date("3/4/1970"), read_date("1970-03-04") == read_date("03/04/1970"), read_date("13/4/1970")
    (datetime.date(1970, 3, 4), True, None)
    """
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 (a calendar date)
        except ValueError:
            continue
    return None


def lock(patient: Patient) -> Patient:
    """A patient's record, locked until the transaction ends: who acts on one person takes turns."""
    held: Patient = Patient.objects.of(patient.program_id).select_for_update().get(pk=patient.pk)
    return held


@transaction.atomic
def patient(program: Program, patient_id: int, *, by: Actor) -> Patient | None:
    """One patient, merged away or not; one audit entry."""
    by.must(Permission.PATIENT_READ, program.pk)
    found: Patient | None = Patient.objects.of(program).filter(pk=patient_id).first()
    if found is not None:
        record("patient.read", by=by, about=found, patient_id=found.pk)
    return found


@transaction.atomic
def possible_duplicates(
    program: Program,
    *,
    by: Actor,
    given_name: str,
    family_name: str,
    birth_date: date | None = None,
    phone: str = "",
    record_number: str = "",
    besides: int | None = None,
) -> list[Candidate]:
    """Patients who may be the person described, the surest first; leaves out the one named by `besides`."""
    by.must(Permission.PATIENT_READ, program.pk)
    wanted = Identity.of(
        given_name=given_name,
        family_name=family_name,
        birth_date=birth_date,
        phone=phone,
        record_number=record_number,
    )
    near = Q(pk__in=[])
    for column, value in (
        ("name_key", wanted.name),
        ("birth_date", wanted.birth_date),
        ("phone_key", wanted.phone),
        ("record_number", wanted.record_number),
    ):
        if value:
            near |= Q(**{column: value})
    known = {found.pk: found for found in patients_of(program).filter(near) if found.pk != besides}
    matches = Register((pk, identity(found)) for pk, found in known.items()).matches(wanted)
    found = [Candidate(known[match.id], match.likeness) for match in matches]
    if found:
        _told([candidate.patient for candidate in found], by, "duplicates")
    return found


IDENTITY = ("given_name", "family_name", "birth_date", "phone", "record_number")


def identity_fields(patient: Patient) -> dict[str, Any]:
    """The details that tell a patient from another, by name."""
    return {name: getattr(patient, name) for name in IDENTITY}


def identity(patient: Patient) -> Identity:
    """What tells a patient from another."""
    return Identity.of(**identity_fields(patient))


def register(program: Program, *, by: Actor) -> Register:
    """All patients of a program, indexed for finding duplicates of many rows in one query."""
    by.must(Permission.PATIENT_READ, program.pk)
    rows = patients_of(program).values_list("pk", *IDENTITY)
    return Register((row[0], Identity.of(**dict(zip(IDENTITY, row[1:], strict=True)))) for row in rows)


@transaction.atomic
def by_ids(program: Program, *, ids: Iterable[int], by: Actor) -> dict[int, Patient]:
    """Patients by their ids; one audit entry."""
    by.must(Permission.PATIENT_READ, program.pk)
    wanted = set(ids)
    if not wanted:
        return {}
    # SQLite takes no statement with thousands of ids; a list this long is most of the program anyway.
    every = patients_of(program)
    chosen = every.filter(pk__in=wanted) if len(wanted) <= ROWS_A_PAGE else every
    found = {patient.pk: patient for patient in chosen if patient.pk in wanted}
    _told(found.values(), by, "import")
    return found


@transaction.atomic
def compare(program: Program, *, keep_id: int, drop_id: int, by: Actor) -> tuple[Patient, Patient] | None:
    """Two patients with what hangs on them, to decide whether to merge them; two audit entries."""
    by.must(Permission.PATIENT_MERGE, program.pk)
    both = {
        found.pk: found
        for found in Patient.objects.of(program)
        .filter(Q(pk=keep_id) | Q(pk=drop_id))  # `pk__in` fails for numbers no database has
        .select_related("merged_into")
        .prefetch_related("episodes", "referrals", "tasks")
    }
    if keep_id not in both or drop_id not in both:
        return None
    for found in both.values():
        record("patient.read", by=by, about=found, patient_id=found.pk)
    return both[keep_id], both[drop_id]


def _told(found: Iterable[Patient], by: Actor, page: str) -> None:
    record("patient.list", by=by, detail={"page": page, "patients": sorted(patient.pk for patient in found)})


__all__ = [
    "Candidate",
    "Language",
    "Page",
    "PayerType",
    "Sex",
    "by_ids",
    "compare",
    "identity",
    "identity_fields",
    "lock",
    "patient",
    "patients",
    "patients_of",
    "possible_duplicates",
    "read_date",
    "register",
    "search",
]
