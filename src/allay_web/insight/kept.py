"""Figures kept in memory until something in their program changes (see ADR 0006).

What is kept are counts, means and arrays of scores, never who somebody is. Each process keeps its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q

from allay_web.audit.models import AuditEntry
from allay_web.outcomes.models import Score

if TYPE_CHECKING:
    from allay_web.access.models import Program

MOST = 32

# Entries of the audit trail that tell of no change to a figure. Everything else does, also what is to come.
QUIET = (
    Q(action__endswith=".read")
    | Q(action__endswith=".list")
    | Q(action__in=("access.denied", "answer.save"))
    | Q(action__startswith="task.")
    | Q(action__startswith="upload.")
    | Q(action__startswith="link.")
)

T = TypeVar("T")

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def version(program: Program) -> Hashable:
    """What changes whenever a figure of the program may have changed; two short queries.

    Every change of patient data leaves an audit entry in its own transaction, so the last one that is no
    reading is a version of the data, in whichever process it was made. The newest score is asked besides, for
    data that was loaded without a trail.
    """
    trail = AuditEntry.objects.filter(chain=program.pk).exclude(QUIET).order_by("-number")
    scores = Score.objects.of(program).order_by("-pk")
    last = trail.values_list("number", "signature").first()
    return program.slug, last, scores.values_list("pk", flat=True).first()


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
