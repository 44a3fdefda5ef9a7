"""A program with somebody on duty on Mondays, a patient at baseline, and the link they were given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from tests.integration import factories

from allay_web.access.actor import Actor, patient_link
from allay_web.access.models import Membership, Program
from allay_web.enrolment.models import Episode
from allay_web.outcomes import actions
from allay_web.outcomes.models import Assignment, Invitation

BIRTH_DATE = dt.date(1961, 3, 4)


@dataclass
class Clinic:
    """What most tests of questionnaires begin with."""

    program: Program
    director: Membership
    coordinator: Membership
    clinician: Membership
    episode: Episode

    @property
    def staff(self) -> Actor:
        return factories.actor(self.coordinator)

    def form(self, instrument: str, timepoint: str = "baseline") -> Assignment:
        return Assignment.objects.of(self.program).get(
            episode=self.episode, instrument=instrument, timepoint=timepoint
        )

    def link(self, timepoint: str = "baseline", at: dt.datetime = factories.NOW) -> tuple[Invitation, str]:
        return actions.invite(episode=self.episode, timepoint=timepoint, by=self.staff, at=at)

    def reader(self, invitation: Invitation) -> Actor:
        return patient_link(invitation.pk, program_id=self.program.pk)


def make_clinic(**patient: Any) -> Clinic:
    program = factories.program(phone="304-555-0100")
    director = factories.member(program, "director")
    coordinator = factories.member(program, "coordinator")
    clinician = factories.member(program, "clinician")
    who = factories.patient(program, **{"birth_date": BIRTH_DATE, "email": "ana@example.invalid", **patient})
    episode = factories.episode(program, patient=who, opened_on=dt.date(2026, 11, 23))
    clinic = Clinic(program, director, coordinator, clinician, episode)
    actions.assign_schedule(episode=episode, by=clinic.staff, at=factories.NOW)
    return clinic


@pytest.fixture
def clinic(db: None) -> Clinic:
    """English-speaking patient; the clinician is on duty on Mondays, the coordinator is the deputy."""
    made = make_clinic()
    factories.shift(made.program, made.clinician, made.coordinator)
    return made


@pytest.fixture
def unwatched(db: None) -> Clinic:
    """The same with nobody on duty, ever."""
    return make_clinic()
