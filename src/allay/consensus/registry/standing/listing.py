"""Entries of a kind as rows, and those of them that say something wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allay.base.documents import Strict
from allay.base.errors import NotFound
from allay.consensus.registry.files import FILES
from allay.consensus.registry.registry import Registry
from allay.consensus.registry.words import plain

_REFERS = {
    "organization": "organizations",
    "workgroup": "workgroups",
    "strategy": "strategies",
    "strategies": "strategies",
    "attended": "people",
    "sources": "sources",
    "of": "documents",
}


def listed(registry: Registry, kind: str, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the entries of a kind as they stand in the file, those that say all of `where`.

    Parameters
    ----------
    kind : str
        Such as `workgroups`.
    where : mapping of str to str, optional
        By field, the value wanted; an entry may be named by any of its names. A field that holds several
        matches when one of them does.

    Raises
    ------
    NotFound
        For a kind or a field there is not.

    Examples
    --------
    >>> from allay.consensus.registry.reading import read_registry
    >>> from allay.consensus.registry.seed import FIELD
    >>> rows = listed(read_registry(FIELD), "documents", {"workgroup": "coverage and constraints"})
    >>> [row["id"] for row in rows]
    ['coverage-white-paper']
    """
    if kind not in FILES:
        raise NotFound.among("kind of entry", kind, known=FILES)
    fields = _fields(kind)
    for name in where or {}:
        if name not in fields:
            raise NotFound.among(f"field of {kind} to choose by", name, known=fields)
    wanted = list((where or {}).items())
    return [
        entry.model_dump(mode="json", by_alias=True)
        for entry in registry.entries(kind)
        if all(_says(registry, entry, name, value) for name, value in wanted)
    ]


def _fields(kind: str) -> list[str]:
    """The fields of a kind that hold text, a number, a day, or several texts."""
    model = FILES[kind].model_json_schema()
    entry = model["properties"][kind]["items"]["$ref"].rsplit("/", 1)[-1]
    properties = model["$defs"][entry]["properties"]
    return [
        name for name, shape in properties.items() if "$ref" not in str(shape) or name in ("type", "status")
    ]


def _says(registry: Registry, entry: Strict, name: str, wanted: str) -> bool:
    value = getattr(entry, name)
    if name in ("name", "title"):
        others = tuple(one.name for one in getattr(entry, "aliases", ()))
        return plain(wanted) in {plain(str(one)) for one in (value, *others) if one is not None}
    values = value if isinstance(value, tuple) else (value,)
    return any(_same(registry, name, one, wanted) for one in values if one is not None)


def _same(registry: Registry, name: str, value: object, wanted: str) -> bool:
    text = str(value)
    if plain(text) == plain(wanted):
        return True
    kinds = (_REFERS[name],) if name in _REFERS else ("people", "organizations", "workgroups")
    if name not in (*_REFERS, "owner"):
        return False
    found = registry.names.resolved(text, *kinds)
    return found is not None and found == registry.names.resolved(wanted, *kinds)


def as_cells(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with one value a field, for a table: several texts joined, what is nested counted.

    Examples
    --------
    >>> as_cells([{"id": "a", "sources": ["x", "y"], "history": [{"on": "2026-01-01"}]}])
    [{'id': 'a', 'sources': 'x; y', 'history': 1}]
    """
    return [{name: _cell(value) for name, value in row.items()} for row in rows]


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return (
            "; ".join(value) if all(isinstance(one, str) for one in value) and value else len(value) or None
        )
    return value
