"""Private links: making, sending, withdrawing and opening them."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.outcomes import keys
from allay_web.outcomes.actions.interpreter import ask_for_interpreter
from allay_web.outcomes.models import Invitation
from allay_web.outcomes.phrases import LANGUAGES, phrase
from allay_web.outcomes.queries.links import (
    LinkState,
    link_language,
    state_of,
    token_hash,
    unfinished,
    why_no_link,
)
from allay_web.outcomes.queries.watch import follow_up
from allay_web.outcomes.refusals import MailNotSent, NoLink
from allay_web.outcomes.schedule import asks_goals
from allay_web.worklist.actions import Settled, TaskKind, close_key, open_task

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.enrolment.models import Episode

TOKEN_BYTES = 16  # 128 random bits
MOST_FAILURES = 5  # wrong birth dates before a link is locked; a house rule


@dataclass(frozen=True, slots=True)
class Opening:
    """What came of a birth date."""

    opened: bool
    left: int  # tries left


@transaction.atomic
def invite(*, episode: Episode, timepoint: str, by: Actor, at: datetime) -> tuple[Invitation, str]:
    """Make a private link to what an episode is asked at a time point; older ones stop working.

    Returns
    -------
    the link's record, and its token, which is nowhere kept and can be shown this once

    Raises
    ------
    NoLink
        no birth date to ask for, nothing left to answer, or no wording in the patient's language.
    """
    by.must(Permission.LINK_CREATE, episode.program_id)
    type(episode).objects.of(episode.program_id).select_for_update().get(pk=episode.pk)  # one at a time
    waiting, goals = unfinished(episode, timepoint), asks_goals(timepoint)
    if why := why_no_link(episode, waiting=waiting, asks_goals=goals):
        raise NoLink(why)
    older = Invitation.objects.of(episode.program_id).filter(
        episode=episode, timepoint=timepoint, revoked_at=None, completed_at=None
    )
    older.update(revoked_at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        program_id=episode.program_id,
        episode=episode,
        timepoint=timepoint,
        token_hash=token_hash(token),
        language=link_language(episode),
        ask_goals=goals,
        created_at=at,
        created_by_id=by.user_id,
        expires_at=at + timedelta(days=episode.program.link_valid_days),
    )
    close_key(
        program=episode.program,
        key=keys.locked(episode.pk, timepoint),
        disposition=Settled.UNLOCKED,
        by=by,
        at=at,
    )
    close_key(
        program=episode.program,
        key=keys.form(episode.pk, timepoint, "no_link"),
        disposition=Settled.NO_LONGER_NEEDED,
        by=by,
        at=at,
    )
    record(
        "link.create",
        by=by,
        about=invitation,
        patient_id=episode.patient_id,
        detail={"timepoint": timepoint, "language": invitation.language},
    )
    ask_for_interpreter(episode=episode, timepoint=timepoint, by=by, at=at)
    return invitation, token


@transaction.atomic
def email_link(*, invitation: Invitation, url: str, by: Actor, at: datetime) -> None:
    """Send a link to the patient's address. The message names nobody and says nothing of why.

    Raises
    ------
    NoLink
        the patient has no e-mail address.
    MailNotSent
        the mail server refused; in a transaction, the link is then not made either.
    """
    by.must(Permission.LINK_CREATE, invitation.program_id)
    patient, program = invitation.episode.patient, invitation.episode.program
    if not patient.email:
        raise NoLink("No e-mail address is recorded for this patient.")
    language = invitation.language
    days = program.link_valid_days
    lines = [
        phrase("mail.hello", language=language),
        phrase("mail.text", language=language),
        url,
        phrase("mail.until", language=language, days=days),
        phrase("mail.call", language=language, phone=program.phone)
        if program.phone
        else phrase("mail.no_reply", language=language),
    ]
    message = EmailMessage(phrase("mail.subject", language=language), "\n\n".join(lines), to=[patient.email])
    try:
        message.send()
    except OSError as error:  # a refused or lost connection; smtplib's errors are among them
        raise MailNotSent("The message could not be sent, so no link was made. Try again later.") from error
    invitation.emailed_at = at
    invitation.save(update_fields=["emailed_at"])
    record("link.email", by=by, about=invitation, patient_id=patient.pk)


@transaction.atomic
def revoke(*, invitation: Invitation, by: Actor, at: datetime) -> None:
    """Withdraw a link; what was answered through it stays."""
    by.must(Permission.LINK_CREATE, invitation.program_id)
    held = _locked(invitation)
    if held.revoked_at is None and held.completed_at is None:
        held.revoked_at = at
        held.save(update_fields=["revoked_at"])
        record("link.revoke", by=by, about=held, patient_id=held.episode.patient_id)


@transaction.atomic
def open_link(*, invitation: Invitation, birth_date: date, by: Actor, at: datetime) -> Opening:
    """Compare a birth date with the patient's; after the fifth wrong one the link is locked.

    The failures are counted under lock, so that many tries at once count as many.
    """
    _must_be_its_link(invitation, by)
    held = _locked(invitation)
    if state_of(held, at=at) is not LinkState.OPEN:
        return Opening(opened=False, left=0)
    patient = held.episode.patient
    expected = patient.birth_date.isoformat() if patient.birth_date else ""
    if hmac.compare_digest(expected.encode(), birth_date.isoformat().encode()):
        held.failures = 0
        held.opened_at = held.opened_at or at
        held.save(update_fields=["failures", "opened_at"])
        record("link.open", by=by, about=held, patient_id=patient.pk)
        return Opening(opened=True, left=MOST_FAILURES)
    held.failures += 1
    if held.failures >= MOST_FAILURES:
        held.locked_at = at
    held.save(update_fields=["failures", "locked_at"])
    record("link.refuse", by=by, about=held, patient_id=patient.pk, detail={"failures": held.failures})
    if held.locked_at:
        _tell_locked(held, by, at)
    return Opening(opened=False, left=MOST_FAILURES - held.failures)


@transaction.atomic
def choose_language(*, invitation: Invitation, language: str, by: Actor, at: datetime) -> None:
    """The patient asked for another language on the link; what has no wording in it, staff ask by phone.

    Only English is left this way: nobody who is recorded as reading another language is led to English
    questions by a tap.
    """
    _must_be_its_link(invitation, by)
    held = _locked(invitation)
    if held.language != "en" or language not in LANGUAGES or language == held.language:
        return
    held.language = language
    held.save(update_fields=["language"])
    record(
        "link.language", by=by, about=held, patient_id=held.episode.patient_id, detail={"language": language}
    )
    ask_for_interpreter(episode=held.episode, timepoint=held.timepoint, by=by, at=at, language=language)


@transaction.atomic
def see_help(*, invitation: Invitation, by: Actor, at: datetime) -> None:
    """The patient went on from the crisis page; it need not come first any more."""
    _must_be_its_link(invitation, by)
    held = _locked(invitation)
    if held.help_pending:
        held.help_pending = False
        held.save(update_fields=["help_pending"])
        record("help.seen", by=by, about=held, patient_id=held.episode.patient_id)


def _locked(invitation: Invitation) -> Invitation:
    held: Invitation = (
        Invitation.objects.of(invitation.program_id)
        .select_for_update(of=("self",))
        .select_related("episode__patient", "episode__program")
        .get(pk=invitation.pk)
    )
    return held


def _must_be_its_link(invitation: Invitation, by: Actor) -> None:
    by.must(Permission.FORM_ANSWER, invitation.program_id)
    if by.kind == "patient_link" and by.id != invitation.pk:
        raise PermissionDenied("a link opens its own questions only")


def _tell_locked(invitation: Invitation, by: Actor, at: datetime) -> None:
    episode = invitation.episode
    open_task(
        program=episode.program,
        kind=TaskKind.LINK_LOCKED,
        key=keys.locked(episode.pk, invitation.timepoint),
        why="The birth date was wrong five times. Make sure it is the patient, then make a new link.",
        by=by,
        at=at,
        patient_id=episode.patient_id,
        episode_id=episode.pk,
        owner_id=follow_up(episode.program),
        due_at=at + timedelta(days=1),
    )
