"""A patient of the demonstration with a private link, made through the actions staff use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from tests.browser.site import Site
from tests.integration import factories as make

from allay_web.access.actor import Actor, patient_link, staff
from allay_web.access.models import Membership
from allay_web.access.roles import Role
from allay_web.enrolment.models import Episode
from allay_web.outcomes import actions

BORN = dt.date(1958, 11, 30)


@dataclass(frozen=True, slots=True)
class Linked:
    """An episode, the address of its link, and who made it."""

    episode: Episode
    link: str
    by: Actor


def linked(site: Site, *, language: str = "en", goals: bool = False) -> Linked:
    """Somebody who was accepted just now and was given a link to the baseline questionnaires."""
    program, now = site.program(), timezone.now()
    member = Membership.objects.select_related("user", "program").get(program=program, role=Role.COORDINATOR)
    by = staff(member)
    person = make.patient(
        program, given_name="Perpetua", family_name="Lindqvist", birth_date=BORN, language=language
    )
    referral = make.referral(program, patient=person, received_on=now.date())
    episode = make.accepted(referral, by=by, at=now)
    invitation, token = actions.invite(episode=episode, timepoint="baseline", by=by, at=now)
    if not goals:
        patient = patient_link(invitation.pk, program_id=program.pk)
        actions.answer_goals(invitation=invitation, words=[], by=patient, at=now)
    return Linked(episode, f"/q/{token}/", by)
