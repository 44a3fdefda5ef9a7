"""All writes of outcomes: what is asked, links, answers, alarms, scores, and what is due."""

from __future__ import annotations

from allay_web.outcomes.actions.alarms import raise_unsaved_alarm
from allay_web.outcomes.actions.assign import add_assignment, assign_schedule
from allay_web.outcomes.actions.due import refresh_due
from allay_web.outcomes.actions.entry import draft, enter
from allay_web.outcomes.actions.goals import answer_goals
from allay_web.outcomes.actions.guesses import count_guess
from allay_web.outcomes.actions.links import (
    Opening,
    choose_language,
    email_link,
    invite,
    open_link,
    revoke,
    see_help,
)
from allay_web.outcomes.actions.patient import SavedAnswer, save_answer, send, submit

__all__ = [
    "Opening",
    "SavedAnswer",
    "add_assignment",
    "answer_goals",
    "assign_schedule",
    "choose_language",
    "count_guess",
    "draft",
    "email_link",
    "enter",
    "invite",
    "open_link",
    "raise_unsaved_alarm",
    "refresh_due",
    "revoke",
    "save_answer",
    "see_help",
    "send",
    "submit",
]
