"""Figures kept in memory until something in their program changes (see ADR 0006, and `queries.version`).

What is kept are counts, means and arrays of scores, never who somebody is. Each process keeps its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

MOST = 32

T = TypeVar("T")

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def keep(key: Hashable, make: Callable[[], T]) -> T:
    """What was made under this key; made now where it is not kept. The least lately used are let go."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[no-any-return]
    found = make()
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Let go of everything."""
    with _lock:
        _kept.clear()
