"""The program definitions that ship with Allay, and reading others."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from allay.base.errors import AllayError, NotFound
from allay.base.tables import Readable, read_yaml, read_yaml_document
from allay.programs.definitions.checks import check
from allay.programs.definitions.definition import ProgramDefinition

FOLDER = Path(__file__).parents[1] / "data" / "programs"


def load_definition(source: Readable, *, name: str | None = None) -> ProgramDefinition:
    """Read one definition file and check that it holds together.

    Raises
    ------
    InvalidInput
        Naming file, line and field of everything that is wrong.

    Examples
    --------
    >>> load_definition(FOLDER / "ppact@1.0.0.yaml").title
    'PPACT: pain program for active coping and training'
    """
    document = read_yaml_document(source, ProgramDefinition, name=name)
    check(document)
    return document.value


@cache
def _catalog() -> dict[str, dict[str, ProgramDefinition]]:
    found: dict[str, dict[str, ProgramDefinition]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        # That what ships holds together is checked by the tests, once: it takes longer than reading it.
        definition = read_yaml(path, ProgramDefinition)
        if path.stem != definition.reference:
            raise AllayError(f"{path.name} holds {definition.reference}; name the file after it")
        found.setdefault(definition.id, {})[definition.version] = definition
    return found


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def get(reference: str) -> ProgramDefinition:
    """Return a definition by ``id`` (its newest version) or by ``id@version``.

    Raises
    ------
    NotFound
        With the nearest names.

    Examples
    --------
    >>> get("path").reference, get("path@1.0.0").phases[0].length.weeks
    ('path@3.0.0', 8)
    """
    wanted, at, version = reference.partition("@")
    programs = _catalog()
    if wanted not in programs:
        raise NotFound.among("program definition", wanted, known=programs)
    versions = programs[wanted]
    if at and version not in versions:
        raise NotFound.among(f"version of {wanted}", version, known=versions)
    return versions[version or max(versions, key=_order)]


def all_definitions() -> tuple[ProgramDefinition, ...]:
    """Return every version of every definition that ships, the newest version of each first.

    Examples
    --------
    >>> [each.reference for each in all_definitions() if each.id == "path"]
    ['path@3.0.0', 'path@2.0.0', 'path@1.0.0']
    """
    return tuple(
        versions[version]
        for _, versions in sorted(_catalog().items())
        for version in sorted(versions, key=_order, reverse=True)
    )
