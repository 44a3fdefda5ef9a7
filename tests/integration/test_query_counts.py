"""What every page costs: a stated number of database statements, the same for few rows and for many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.integration import factories as make
from tests.security.routes import routes, visits
from tests.security.world import World, filled_world

from allay_web.access.roles import Role
from allay_web.enrolment.models import Contact, Episode, Referral
from allay_web.outcomes.actions import assign_schedule
from allay_web.outcomes.models import Answer, Assignment, RegistryImport, Score

# Savepoints are counted too: each request and each audited reading is a transaction of its own.
COSTS = {
    "home": 2,
    "health": 3,
    "account_login": 2,
    "account_logout": 2,
    "account_inactive": 2,
    "account_signup": 2,
    "account_reset_password": 2,
    "account_reset_password_done": 2,
    "account_reset_password_from_key": 3,
    "account_reset_password_from_key_done": 2,
    "mfa_authenticate": 2,
    "account_reauthenticate": 10,
    "account_change_password": 4,
    "account_set_password": 4,
    "mfa_index": 6,
    "mfa_reauthenticate": 10,
    "mfa_activate_totp": 8,
    "mfa_deactivate_totp": 6,
    "mfa_view_recovery_codes": 5,
    "mfa_generate_recovery_codes": 5,
    "access:members": 6,
    "audit:trail": 15,
    "worklist:today": 16,
    "worklist:duty": 13,
    "enrolment:referrals": 15,
    "enrolment:new": 6,
    "enrolment:import_referrals": 5,
    "enrolment:sheet_template": 5,
    "enrolment:check_sheet": 18,
    "enrolment:referral": 16,
    "enrolment:end": 11,
    "people:patients": 16,
    "people:edit": 22,
    "people:merge": 21,
    "outcomes:forms": 13,
    "outcomes:enter": 12,
    "outcomes:act_now": 11,
    "patient:link": 8,
    "patient:goals": 14,
    "patient:question": 13,
    "patient:help": 3,
    "patient:review": 13,
    "patient:thanks": 3,
    "patient:call": 8,
    "outcomes:registry_import": 6,
    "outcomes:registry_check": 14,
    "insight:dashboard": 14,
    "insight:report": 14,
    "care:patient": 17,
    "care:goals": 12,
}

pytestmark = pytest.mark.django_db


@dataclass
class Growth:
    """Adds people with everything that pages list, so many at a time."""

    world: World
    grown: int = 0
    timepoints: list[str] = field(default_factory=lambda: ["baseline", "week_4", "week_8", "end", "month_3"])

    def more(self, people: int) -> None:
        """So many more patients, referrals, episodes with scores, tasks, members and imports."""
        for _ in range(people):
            self.grown += 1
            self._referral()
            self._episode()
            self._program()
        self._of_the_worlds_own_records()

    def _referral(self) -> None:
        program, owner = self.world.program, self.world.members[Role.COORDINATOR].user
        referral = make.referral(program, owner=owner, next_step="Call", due_on=make.TODAY)
        self._contact(referral)
        make.task(program, patient=referral.patient, referral=referral, owner=owner)

    def _contact(self, referral: Referral) -> None:
        by = self.world.members[Role.COORDINATOR].user
        Contact.objects.create(
            program=self.world.program,
            referral=referral,
            at=make.NOW,
            by=by,
            channel="phone",
            outcome="reached",
        )

    def _episode(self) -> None:
        program, clinician = self.world.program, self.world.members[Role.CLINICIAN].user
        opened = make.TODAY - dt.timedelta(days=200 + self.grown)
        status = ("active", "completed", "left")[self.grown % 3]
        episode = make.episode(program, opened_on=opened, status=status, clinician=clinician)
        assign_schedule(episode=episode, by=make.worker(program), at=make.NOW)
        self._scores(episode, self.timepoints[: 1 + self.grown % 5])
        for kind in ("form", "safety"):
            make.task(program, kind=kind, patient=episode.patient, episode=episode, owner=clinician)

    def _scores(self, episode: Episode, timepoints: list[str]) -> None:
        for place, timepoint in enumerate(timepoints):
            form = Assignment.objects.of(self.world.program).get(
                episode=episode, timepoint=timepoint, instrument="peg"
            )
            form.status, form.mode, form.completed_at = "completed", "phone", make.NOW
            form.save()
            answers = [
                Answer(
                    program=self.world.program, assignment=form, item=f"peg_{n}", value=6, saved_at=make.NOW
                )
                for n in (1, 2, 3)
            ]
            Answer.objects.bulk_create(answers)
            Score.objects.create(
                program=self.world.program,
                episode=episode,
                assignment=form,
                instrument="peg",
                version=form.version,
                scale="total",
                timepoint=timepoint,
                on=episode.opened_on + dt.timedelta(days=30 * place),
                score=8.0 - place - self.grown % 3,
                status="scored",
            )

    def _program(self) -> None:
        program = self.world.program
        member = make.member(program, Role.COORDINATOR)
        make.absence(program, member, make.TODAY, make.TODAY)
        make.shift(program, member, starts=dt.time(0), ends=dt.time(0, 1), weekday=1 + self.grown % 7)
        RegistryImport.objects.create(
            program=program,
            map_id="choir",
            sha256=f"{self.grown:064d}",
            rows=1,
            imported_at=make.NOW,
            imported_by=member.user,
        )

    def _of_the_worlds_own_records(self) -> None:
        program, own = self.world.program, self.world.objects
        referral = Referral.objects.of(program).get(pk=own["referral"])
        episode = Episode.objects.of(program).get(pk=own["episode"])
        for _ in range(2 if self.grown < 10 else 12):
            self._contact(referral)
            make.task(program, patient=episode.patient, episode=episode, kind="form")
        done = Score.objects.of(program).filter(episode=episode).count()
        self._scores(episode, self.timepoints[1 + done : 3 + 2 * done])


@pytest.fixture
def world() -> Iterator[World]:
    with time_machine.travel(make.NOW, tick=False):
        yield filled_world()


def costs(world: World) -> dict[str, int]:
    """How many statements each page takes, by its route."""
    found = {}
    for visit in visits(world):
        browser = visit.client(world)
        browser.get(visit.url)  # the first request of a session costs more
        with CaptureQueriesContext(connection) as statements:
            answer = browser.get(visit.url)
        assert answer.status_code in visit.route.answers, visit.url
        found[visit.route.name] = len(statements)
    return found


def test_every_page_has_a_stated_cost() -> None:
    assert set(COSTS) == {route.name for route in routes() if "GET" in route.methods}


def test_a_page_costs_what_is_stated_with_few_rows_and_with_many(world: World) -> None:
    growth = Growth(world)
    growth.more(3)
    assert costs(world) == COSTS
    growth.more(25)
    assert costs(world) == COSTS
