"""What happens by itself: every app registers what it does at each tick, and the worker ticks."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import close_old_connections, connection, transaction

from allay_web.access.actor import Actor, system
from allay_web.access.models import Program

log = logging.getLogger("allay_web.jobs")

Work = Callable[..., object]
_registered: dict[str, Work] = {}


def register(work: Work) -> Work:
    """Have `work(program, by=..., at=...)` called at every tick; registering it again changes nothing."""
    _registered.setdefault(f"{work.__module__}.{work.__qualname__}", work)
    return work


def registered() -> tuple[Work, ...]:
    """What a tick does, in the order of registration."""
    return tuple(_registered.values())


def where(error: BaseException) -> str:
    """An error's kind and place. Its message is left out: it may quote a patient's data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:]]
    return f"{type(error).__name__} at {' > '.join(places)}"


def _one(work: Work, program: Program, by: Actor, at: datetime) -> bool:
    try:
        with transaction.atomic():
            work(program, by=by, at=at)
    except Exception as error:
        log.error("tick %s in program %s failed: %s", work.__module__, program.pk, where(error))
        return False
    return True


def tick(at: datetime) -> int:
    """Do what is due in every program at this moment; how many pieces of work failed.

    Each piece of work in each program has a transaction of its own, so that a failing one can neither
    keep an alert of another program from escalating nor undo what the same program's others did.
    """
    failed = 0
    for program in Program.objects.order_by("pk"):
        by = system(program, name="worker")
        failed += sum(not _one(work, program, by, at) for work in registered())
    return failed


def tick_safely(at: datetime) -> int:
    """A tick that outlives a lost database: what broke is logged and the next tick tries again."""
    try:
        if not connection.in_atomic_block:
            close_old_connections()
        return tick(at)
    except Exception as error:
        log.error("tick failed: %s", where(error))
        return 1
