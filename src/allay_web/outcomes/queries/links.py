"""Private links: which one a token opens, whether it still opens, and whether somebody is guessing."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings

from allay.measures.catalog import get
from allay_web.outcomes.asking import may_show
from allay_web.outcomes.models import Assignment, GuessCount, Invitation
from allay_web.outcomes.phrases import LANGUAGES

if TYPE_CHECKING:
    from allay_web.enrolment.models import Episode

# House rules against guessing: 128 random bits are out of reach; these keep a robot from being a burden.
GUESS_BUCKETS = 4096
MOST_GUESSES = 20
GUESS_WINDOW = timedelta(minutes=15)

UNFINISHED = (Assignment.Status.OPEN, Assignment.Status.STARTED)


class LinkState(StrEnum):
    """Whether a link still opens, and if not, why."""

    OPEN = "open"
    COMPLETED = "completed"
    REVOKED = "revoked"
    LOCKED = "locked"
    EXPIRED = "expired"


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def state_of(invitation: Invitation, *, at: datetime) -> LinkState:
    """Whether a link opens at this moment; having been sent comes before everything else."""
    if invitation.completed_at:
        return LinkState.COMPLETED
    if invitation.revoked_at:
        return LinkState.REVOKED
    if invitation.locked_at:
        return LinkState.LOCKED
    return LinkState.EXPIRED if at >= invitation.expires_at else LinkState.OPEN


def invitation_for(token: str) -> Invitation | None:
    """The link a token opens, with its episode and program; None for a token nobody made."""
    # The token is what names the program here: there is no program to ask within.
    rows = Invitation.everything.filter(token_hash=token_hash(token)).select_related("program", "episode")
    found: Invitation | None = next(iter(rows), None)
    if found is not None:
        found.episode.program = found.program
    return found


def link_language(episode: Episode) -> str:
    """The language a patient's pages are in; English where none is recorded."""
    return str(episode.patient.language) or "en"


def unfinished(episode: Episode, timepoint: str) -> list[Assignment]:
    """What is still to be answered at a time point."""
    return list(
        Assignment.objects.of(episode.program_id)
        .filter(episode=episode, timepoint=timepoint, status__in=UNFINISHED)
        .order_by("pk")
    )


def showable(assignments: list[Assignment], *, language: str) -> list[Assignment]:
    """Those of the questionnaires that may be shown to a patient in a language."""
    return [a for a in assignments if may_show(get(f"{a.instrument}@{a.version}"), language=language)]


def interpreter_needed(assignments: list[Assignment], *, language: str) -> bool:
    """Whether an interpreter must ask any of them, for want of official wording in the patient's language.

    A form whose wording is not shipped at all is no matter of language: an English reader gets it on paper.
    """
    return language != "en" and len(showable(assignments, language=language)) < len(assignments)


def why_no_link(episode: Episode, *, waiting: list[Assignment], asks_goals: bool) -> str:
    """Why no link can be made, in words for staff; empty where one can be."""
    language = link_language(episode)
    if not waiting:
        return "Everything at this time point is answered or closed."
    if episode.patient.birth_date is None:
        return (
            "No birth date is recorded, and the link asks for it. Record it first, or enter answers as staff."
        )
    if language not in LANGUAGES:
        return "Patient pages exist in English and Spanish. Call with an interpreter and enter the answers."
    if not showable(waiting, language=language) and not asks_goals:
        if language == "en":
            return "No wording of this is shipped. Give it on paper and enter the answers."
        return (
            "No official wording may be shown in the patient's language. "
            "Call with an interpreter and enter the answers."
        )
    return ""


def guess_bucket(address: str) -> int:
    """The bucket an address is counted in; the address cannot be told from it."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"guess {address}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big") % GUESS_BUCKETS


def too_many_guesses(address: str, *, at: datetime) -> bool:
    """Whether links have been guessed from here too often; no answer from the database is no entry."""
    return GuessCount.objects.filter(
        bucket=guess_bucket(address), since__gt=at - GUESS_WINDOW, count__gte=MOST_GUESSES
    ).exists()
