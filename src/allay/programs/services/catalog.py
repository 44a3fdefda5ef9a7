"""The catalog: every service definition that ships with Allay, its sources and the lists it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from allay.base.errors import InvalidInput, NotFound
from allay.base.sources import Readable
from allay.base.status import MARKS
from allay.base.tables import read_yaml, read_yaml_document
from allay.base.vocabulary import service, services
from allay.programs.services.codelists import CodeList
from allay.programs.services.definition import ServiceDefinition
from allay.programs.services.files import CodeListFile, ServiceSource, SetAsideFile, SetAsideRow, SourcesFile
from allay.programs.services.reading import read_service

FOLDER = Path(__file__).parent.parent / "data" / "services"
LISTS = FOLDER / "lists"
SOURCES = LISTS / "sources.yaml"
SET_ASIDE = LISTS / "set_aside.yaml"


@cache
def sources() -> Mapping[str, ServiceSource]:
    """Return the sources that shipped definitions share.

    Examples
    --------
    >>> sources()["house"].seen_as
    'J'
    """
    document = read_yaml_document(SOURCES, SourcesFile)
    expected = "one of the marks " + ", ".join(MARKS)
    wrong = [
        document.problem("sources", key, "seen_as", expected=expected, found=repr(row.seen_as))
        for key, row in document.value.sources.items()
        if row.seen_as not in MARKS
    ]
    if wrong:
        raise InvalidInput(wrong)
    return document.value.sources


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Return the code lists that are held whole, by id.

    Examples
    --------
    >>> {key: len(each.codes) for key, each in code_lists().items()}
    {'cds4cpm': 22, 'va_list': 8}
    """
    files = [read_yaml(LISTS / f"{name}.yaml", CodeListFile) for name in ("cds4cpm", "va_list")]
    return {file.id: CodeList(**file.model_dump()) for file in files}


@cache
def set_aside() -> tuple[SetAsideRow, ...]:
    """Return the code systems and value sets that are not used, each with the reason.

    Examples
    --------
    >>> [row.id for row in set_aside()]
    ['ahrq_pain_treatments', 'abc']
    """
    return read_yaml(SET_ASIDE, SetAsideFile).set_aside


def load_service(source: Readable, *, name: str | None = None) -> ServiceDefinition:
    """Read a service definition, your own or a shipped one, with the shared sources and lists.

    Raises
    ------
    InvalidInput
        Naming file, line and field of what is wrong.

    Examples
    --------
    >>> load_service(FOLDER / "yoga.yaml").reference
    'yoga@1.0.0'
    """
    return read_service(source, sources=sources(), lists=code_lists(), name=name)


@cache
def _shipped(name: str) -> ServiceDefinition:
    return load_service(FOLDER / f"{name}.yaml")


def get(reference: str) -> ServiceDefinition:
    """Return a service definition by ``id`` or ``id@version``; only the file of that service is read.

    Raises
    ------
    NotFound
        With the nearest ids, or the version there is.

    Examples
    --------
    >>> get("yoga@1.0.0").label
    'Yoga'
    >>> get("yogo")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no service 'yogo'; did you mean 'yoga'?
    """
    name, at, version = reference.partition("@")
    found = _shipped(service(name).id)
    if at and version != found.version:
        raise NotFound.among(f"version of {name}", version, known=[found.version])
    return found


@cache
def all_services() -> tuple[ServiceDefinition, ...]:
    """Return every service definition, in the order of the vocabulary.

    Examples
    --------
    >>> len(all_services())
    31
    """
    return tuple(get(each.id) for each in services())


@cache
def all_components() -> frozenset[str]:
    """Return the ids of the components of all shipped services.

    Examples
    --------
    >>> "home_practice" in all_components()
    True
    """
    return frozenset(key for each in all_services() for key in each.components)
