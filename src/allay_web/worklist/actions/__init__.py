"""All writes to the worklist: tasks, their escalation, and who is on duty."""

from __future__ import annotations

from allay_web.worklist.actions.duty import (
    add_absence,
    add_shift,
    configure,
    remove_absence,
    remove_shift,
)
from allay_web.worklist.actions.escalation import escalate_due
from allay_web.worklist.actions.opening import NewTask, open_many, open_task
from allay_web.worklist.actions.tasks import (
    acknowledge,
    close_key,
    close_task,
    hand_over,
    move_patient,
    snooze,
)
from allay_web.worklist.dispositions import Settled
from allay_web.worklist.due import end_of_day, local_day
from allay_web.worklist.models import TaskKind

__all__ = [
    "NewTask",
    "Settled",
    "TaskKind",
    "acknowledge",
    "add_absence",
    "add_shift",
    "close_key",
    "close_task",
    "configure",
    "end_of_day",
    "escalate_due",
    "hand_over",
    "local_day",
    "move_patient",
    "open_many",
    "open_task",
    "remove_absence",
    "remove_shift",
    "snooze",
]
