"""The ids of services and professions, so that every room names them alike.

Only ids, labels, provider taxonomy codes and sources are kept here. An id is a plain string that was checked
against the list when it was made: `service_id("yoga")`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NewType, TypeVar

from allay.base.codes import Nucc
from allay.base.documents import Strict, read_yaml_document
from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.fact import Reference
from allay.base.status import MARKS, Status

ServiceId = NewType("ServiceId", str)
ProfessionId = NewType("ProfessionId", str)

FOLDER = files("allay.base") / "data" / "vocabulary"


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of service of a pain program."""

    id: ServiceId
    label: str
    status: Status
    reference: Reference


@dataclass(frozen=True, slots=True)
class Profession:
    """A profession that works in pain programs; `nucc` is None where the taxonomy has no code for it."""

    id: ProfessionId
    label: str
    nucc: Nucc | None
    status: Status
    reference: Reference


class SourceRow(Strict):
    """A source that entries of the same file point to."""

    title: str
    seen_as: str
    href: str | None = None


class EntryRow(Strict):
    """An entry of the list of services."""

    id: str
    label: str
    source: str
    status: Status


class CodedRow(EntryRow):
    """An entry of the list of professions."""

    code: str | None


class ServiceFile(Strict):
    """The file of services."""

    recorded_on: dt.date
    sources: dict[str, SourceRow]
    services: tuple[EntryRow, ...]


class ProfessionFile(Strict):
    """The file of professions."""

    recorded_on: dt.date
    sources: dict[str, SourceRow]
    professions: tuple[CodedRow, ...]


def load_services(file: Traversable) -> Mapping[ServiceId, Service]:
    """Load services from a file of the form of `ServiceFile`.

    Raises
    ------
    InvalidInput
        Ids used twice, sources that are not there, a status stronger than its source.
    """
    document = read_yaml_document(file, ServiceFile)
    content = document.value
    references = _references(content.sources)
    _refuse(_entry_problems(document.problem, "services", content.services, references))
    rows = content.services
    return {
        ServiceId(row.id): Service(ServiceId(row.id), row.label, row.status, references[row.source])
        for row in rows
    }


def load_professions(file: Traversable) -> Mapping[ProfessionId, Profession]:
    """Load professions from a file of the form of `ProfessionFile`.

    Raises
    ------
    InvalidInput
        As `load_services`, and codes that are not provider taxonomy codes.
    """
    document = read_yaml_document(file, ProfessionFile)
    content = document.value
    references = _references(content.sources)
    problems = _entry_problems(document.problem, "professions", content.professions, references)
    professions = {}
    for index, row in enumerate(content.professions):
        try:
            code = None if row.code is None else Nucc(row.code)
        except InvalidValue as wrong:
            where = ("professions", index, "code")
            problems.append(document.problem(*where, expected=wrong.expected, found=wrong.found))
            continue
        if row.source in references:
            key = ProfessionId(row.id)
            professions[key] = Profession(key, row.label, code, row.status, references[row.source])
    _refuse(problems)
    return professions


def services() -> tuple[Service, ...]:
    """Return all services, in the order of their file.

    Examples
    --------
    >>> [service.label for service in services()][:2]
    ['Cognitive behavioral therapy', 'Acceptance and commitment therapy']
    """
    return tuple(_services().values())


def professions() -> tuple[Profession, ...]:
    """Return all professions, in the order of their file.

    Examples
    --------
    >>> str(professions()[0].nucc)
    '171100000X'
    """
    return tuple(_professions().values())


def service(id_or_text: str) -> Service:
    """Return the service of that id, or raise `NotFound` with the nearest ids.

    Examples
    --------
    >>> service("yoga").label
    'Yoga'
    """
    return _find("service", id_or_text, _services())


def profession(id_or_text: str) -> Profession:
    """Return the profession of that id, or raise `NotFound` with the nearest ids.

    Examples
    --------
    >>> profession("yoga_therapist").nucc is None
    True
    """
    return _find("profession", id_or_text, _professions())


def service_id(text: str) -> ServiceId:
    """Check that `text` is the id of a service.

    Examples
    --------
    >>> service_id("yogo")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no service 'yogo'; did you mean 'yoga'?
    """
    return service(text).id


def profession_id(text: str) -> ProfessionId:
    """Check that `text` is the id of a profession.

    Examples
    --------
    >>> profession_id("dietitian")
    'dietitian'
    """
    return profession(text).id


@cache
def _services() -> Mapping[ServiceId, Service]:
    return load_services(FOLDER / "services.yaml")


@cache
def _professions() -> Mapping[ProfessionId, Profession]:
    return load_professions(FOLDER / "professions.yaml")


K = TypeVar("K", bound=str)
V = TypeVar("V")


def _find(kind: str, wanted: str, entries: Mapping[K, V]) -> V:
    for key, entry in entries.items():
        if key == wanted:
            return entry
    raise NotFound.among(kind, wanted, known=entries)


def _references(sources: Mapping[str, SourceRow]) -> dict[str, Reference]:
    return {key: Reference(row.title, row.seen_as, row.href) for key, row in sources.items()}


def _entry_problems(
    problem: Any, key: str, rows: Sequence[EntryRow], references: Mapping[str, Reference]
) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.id in seen:
            problems.append(problem(key, index, "id", expected="an id of its own", found=f"{row.id} again"))
        seen.add(row.id)
        if row.source not in references:
            expected = "one of the sources " + ", ".join(references)
            problems.append(problem(key, index, "source", expected=expected, found=repr(row.source)))
            continue
        strongest = MARKS.get(references[row.source].seen_as, Status.UNKNOWN)
        if row.status.rank < strongest.rank:
            expected = f"at most {strongest.value}, as its source was seen"
            problems.append(problem(key, index, "status", expected=expected, found=row.status.value))
    return problems


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise InvalidInput(problems)
