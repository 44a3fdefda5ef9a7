"""All writes to referrals and episodes."""

from __future__ import annotations

from allay_web.enrolment.actions.decisions import accept, decline, resume, wait
from allay_web.enrolment.actions.entry import enter_referral
from allay_web.enrolment.actions.episodes import close_episode, complete_episode, move_patient
from allay_web.enrolment.actions.registry import RegistryPerson, open_registry_episodes
from allay_web.enrolment.actions.sheets import hold_sheet, take_sheet
from allay_web.enrolment.actions.steps import log_contact, reopen_overdue, set_next_step
from allay_web.enrolment.models import Blocker, DeclineReason, ReferralStatus

__all__ = [
    "Blocker",
    "DeclineReason",
    "ReferralStatus",
    "RegistryPerson",
    "accept",
    "close_episode",
    "complete_episode",
    "decline",
    "enter_referral",
    "hold_sheet",
    "log_contact",
    "move_patient",
    "open_registry_episodes",
    "reopen_overdue",
    "resume",
    "set_next_step",
    "take_sheet",
    "wait",
]
