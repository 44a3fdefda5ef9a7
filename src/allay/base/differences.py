"""Where two trees of plain values differ: the deepest places, by JSON pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from allay.base.trees import pointer_to

_ABSENT = object()


def differences(before: Any, now: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the pointer of each place that differs, what was there before and what is there now, as JSON.

    Lists of the same length are compared member by member, others as a whole. A key that is not there is
    `absent`. Costs one walk.

    Parameters
    ----------
    before, now : tree
        Dicts, lists, texts, numbers, booleans and None.

    Examples
    --------
    >>> list(differences({"seed": 1, "groups": ["a"]}, {"seed": 2, "groups": ["a"], "a/b": None}))
    [('/a~1b', 'absent', 'null'), ('/seed', '1', '2')]
    """
    yield from _walk(before, now, ())


def _walk(before: Any, now: Any, keys: tuple[str | int, ...]) -> Iterator[tuple[str, str, str]]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted({*before, *now}):
            yield from _walk(before.get(key, _ABSENT), now.get(key, _ABSENT), (*keys, key))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _walk(one, other, (*keys, place))
    elif before != now:
        yield pointer_to(*keys), _text(before), _text(now)


def _text(value: Any) -> str:
    return "absent" if value is _ABSENT else json.dumps(value, sort_keys=True, ensure_ascii=False)
