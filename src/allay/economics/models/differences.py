"""In what one model file is built otherwise than another, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allay.economics.models.runnable import RunnableModel

_NOT_COUNTED = {"id", "title", "summary", "sources", "source", "status", "note", "comparator"}
_SAID_BY_CONVENTIONS = {"cycles", "cycle_length", "counting"}
_MOST_NAMES = 12


def differences(model: RunnableModel, first: RunnableModel) -> tuple[str, ...]:
    """List what is built otherwise in a model than in the first: conventions, parameters, structure.

    Titles, notes and sources do not count.

    Examples
    --------
    >>> import io
    >>> from allay.economics.models.run import read_model
    >>> text = '''
    ... type: tree
    ... id: example
    ... title: An example
    ... status: synthetic
    ... sources: {made_up: {title: Made up, accessed: 2026-01-01, status: synthetic}}
    ... comparator: none
    ... parameters: {price: {value: 100}}
    ... units: {cost: USD, effect: qaly}
    ... root: care
    ... nodes:
    ...   care: {type: decision, options: {yoga: {to: well, cost: price}, none: {to: ill}}}
    ...   well: {type: terminal, effect: 1}
    ...   ill: {type: terminal, cost: 50}
    ... '''
    >>> first = read_model(io.BytesIO(text.encode()), name="a.yaml")
    >>> text = text.replace("value: 100", "value: 80").replace("cost: 50", "cost: 60")
    >>> differences(read_model(io.BytesIO(text.encode()), name="b.yaml"), first)
    ('parameters: price (80 instead of 100)', 'nodes: ill (cost)')
    """
    return tuple(_found(model, first))


def _found(model: RunnableModel, first: RunnableModel) -> Iterator[str]:
    if model.type != first.type:
        yield f"type: {model.type} instead of {first.type}"
    ours, theirs = model.conventions, first.conventions
    for name in {**ours, **theirs} if model.type == first.type else ():
        if ours.get(name) != theirs.get(name):
            yield f"{name.replace('_', ' ')}: {ours.get(name, 'none')} instead of {theirs.get(name, 'none')}"
    one, other = (_fields(each) for each in (model, first))
    for name, mine in one.items():
        if name in other and mine != other[name]:
            yield _said(name, mine, other[name])


def _fields(model: RunnableModel) -> dict[str, Any]:
    """The fields of a file that say how it is built, without what conventions say already."""
    found = model.file.model_dump(exclude=_NOT_COUNTED | _SAID_BY_CONVENTIONS | {"type"})
    for name, entry in found["parameters"].items():
        found["parameters"][name] = {
            key: value for key, value in entry.items() if key not in ("title", "note", "source", "status")
        }
    for entry in found.get("outcomes", {}).values():
        del entry["discount"]
    for entry in found.get("strategies", {}).values():
        del entry["title"]
    return found


def _said(name: str, mine: Any, theirs: Any) -> str:
    words = name.replace("_", " ")
    if not isinstance(mine, Mapping) or not isinstance(theirs, Mapping):
        return f"{words}: {_plain(mine)} instead of {_plain(theirs)}"
    changed = [key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key)]
    shown = ", ".join(f"{key}{_how(mine.get(key), theirs.get(key))}" for key in changed[:_MOST_NAMES])
    more = f" and {len(changed) - _MOST_NAMES} more" if len(changed) > _MOST_NAMES else ""
    return f"{words}: {shown}{more}"


def _how(mine: Any, theirs: Any) -> str:
    if theirs is None:
        return " (added)"
    if mine is None:
        return " (left out)"
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        keys = [key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key)]
        if keys == ["value"] and None not in (mine["value"], theirs["value"]):
            return f" ({mine['value']:g} instead of {theirs['value']:g})"
        return f" ({', '.join(str(key) for key in keys)})"
    return f" ({_plain(mine)} instead of {_plain(theirs)})"


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
