"""Keeping what this version cannot read: set aside on the way in, put back on the way out.

`sift` and `lift` are each other's inverse. What is set aside stays in the mapping it came in, under the key
`unread`, so that editing the rest of a file does not tear it from its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError

from allay.base.errors import InvalidValue
from allay.base.trees import Tree, pointer_to
from allay.programs.repository.statement import Open

UNREAD = "unread"

Judge = Callable[[type[Open], dict[str, Any]], bool]


def understood(model: type[Open], tree: dict[str, Any]) -> bool:
    """Say whether a model takes a tree as it is."""
    try:
        model.model_validate_json(json.dumps(tree))
    except ValidationError:
        return False
    return True


def sift(tree: Tree, model: type[Open], *, judge: Judge | None = None) -> Tree:
    """Move what a model does not know under `unread`.

    Parameters
    ----------
    tree : mapping
        As read from a file. It is not changed.
    model : subclass of Open
        The shape it should have.
    judge : callable, optional
        For files of a newer version: says whether a member of a list or mapping can be used. What cannot is
        set aside whole. Without it, wrong shapes of known keys stay, to be refused by the model.

    Examples
    --------
    >>> from allay.programs.repository.statement import Source
    >>> sift({"title": "A", "doi": "10.1/2"}, Source)
    {'title': 'A', 'unread': {'doi': '10.1/2'}}
    """
    if not isinstance(tree, dict):
        return tree
    kept: dict[str, Any] = {}
    aside: dict[str, Any] = {}
    for key, value in tree.items():
        if key not in model.model_fields:
            aside[key] = value
            continue
        kept[key], left = _member(model, key, value, judge=judge)
        if left is not _NOTHING:
            aside[key] = left
        if kept[key] is _NOTHING:
            del kept[key]
    return {**kept, UNREAD: aside} if aside else kept


_NOTHING: Any = object()


def _member(model: type[Open], key: str, value: Any, *, judge: Judge | None) -> tuple[Any, Any]:
    """Return what is kept of a value and what is set aside, either being `_NOTHING`."""
    outer, inner = _parts(model)[key]
    if inner is None:
        fits = judge is None or model.model_fields[key].is_required() or _fits(model, key, value)
        return (value, _NOTHING) if fits else (_NOTHING, value)
    if not isinstance(value, list if outer is tuple else dict):
        return (value, _NOTHING) if judge is None else (_NOTHING, value)
    if outer is None:
        return sift(value, inner, judge=judge), _NOTHING
    # Members are judged whole: a value is not taken from a statement whose unit is not understood.
    if outer is tuple:
        pairs = [(sift(each, inner), each) for each in value]
        good = [judge is None or (isinstance(ours, dict) and judge(inner, ours)) for ours, _ in pairs]
        kept = [ours for (ours, _), right in zip(pairs, good, strict=True) if right]
        return kept, [each for (_, each), right in zip(pairs, good, strict=True) if not right] or _NOTHING
    entries: dict[str, Any] = value  # type: ignore[assignment]
    members = {name: sift(each, inner) for name, each in entries.items()}
    if judge is not None:
        members = {name: e for name, e in members.items() if isinstance(e, dict) and judge(inner, e)}
    return members, {name: each for name, each in entries.items() if name not in members} or _NOTHING


@cache
def _adapter(model: type[Open], key: str) -> TypeAdapter[Any]:
    info = model.model_fields[key]
    annotated: Any = Annotated[info.annotation, info]
    return TypeAdapter(annotated, config=ConfigDict(strict=True))


def _fits(model: type[Open], key: str, value: Any) -> bool:
    try:
        _adapter(model, key).validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


def lift(tree: Tree, model: type[Open]) -> Tree:
    """Put what stands under `unread` back in its place.

    Raises
    ------
    InvalidValue
        When the place is taken by something it cannot be joined with.

    Examples
    --------
    >>> from allay.programs.repository.statement import Source
    >>> lift({"title": "A", "unread": {"doi": "10.1/2"}}, Source)
    {'title': 'A', 'doi': '10.1/2'}
    """
    if not isinstance(tree, dict):
        return tree
    aside = tree.get(UNREAD, {})
    if not isinstance(aside, dict):
        raise InvalidValue(expected="under `unread` a mapping of what was not read", found=repr(aside)[:40])
    lifted: dict[str, Any] = {}
    for key, value in tree.items():
        if key == UNREAD:
            continue
        outer, inner = _parts(model).get(key, (None, None))
        if inner is not None and outer is tuple and isinstance(value, list):
            value = [lift(each, inner) for each in value]
        elif inner is not None and outer is dict and isinstance(value, dict):
            value = {name: lift(each, inner) for name, each in value.items()}
        elif inner is not None:
            value = lift(value, inner)
        lifted[key] = value
    for key, value in aside.items():
        lifted[key] = _joined(lifted[key], value, key) if key in lifted else value
    return lifted


def _joined(first: Any, second: Any, key: str) -> Any:
    if isinstance(first, list) and isinstance(second, list):
        return first + second
    if isinstance(first, dict) and isinstance(second, dict) and not first.keys() & second.keys():
        return {**first, **second}
    raise InvalidValue(expected=f"{key} once", found=f"{key} again under `unread`")


def left_over(tree: Tree, *keys: str | int) -> Iterator[str]:
    """Yield the JSON pointer of everything that was set aside, as places in the file it came from.

    Examples
    --------
    >>> list(left_over({"identity": {"unread": {"mascot": "an owl"}}}))
    ['/identity/mascot']
    """
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == UNREAD and isinstance(value, dict):
                yield from (pointer_to(*keys, name) for name in value)
            else:
                yield from left_over(value, *keys, key)
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            yield from left_over(value, *keys, place)


@cache
def _parts(model: type[Open]) -> Mapping[str, tuple[type | None, type[Open] | None]]:
    """For each field: what holds the models in it (a list, a mapping or nothing), and the model."""
    found: dict[str, tuple[type | None, type[Open] | None]] = {}
    for name, info in model.model_fields.items():
        outer = get_origin(info.annotation)
        inner: Any = info.annotation
        if outer is tuple:
            inner = get_args(info.annotation)[0]
        elif outer is dict:
            inner = get_args(info.annotation)[1]
        known = isinstance(inner, type) and issubclass(inner, Open)
        found[name] = (outer if outer in (tuple, dict) else None, inner) if known else (None, None)
    return found
