"""Two things every test of all routes needs: a program with one of everything, and one with nothing in it.

A word of the caller's choice (the mark) is in every text field that holds a patient's data, so that a test
can look for it where it must not be.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.integration import factories as make

from allay_web.access.models import Membership, Program
from allay_web.access.roles import Role

PASSWORD = "river stones 4 lunch"
BIRTH_DATE = dt.date(1961, 3, 4)
REGISTRY = "patient_id,age\nP{mark},50\n"
REFERRALS = "given_name,family_name,birth_date\nRosa,{mark},1950-01-01\n"


@dataclass
class World:
    """A program, a member in each role, and by name what addresses may ask for."""

    program: Program
    members: dict[Role, Membership]
    objects: dict[str, Any] = field(default_factory=dict)

    def client(self, role: Role | None) -> Client:
        """A browser in which somebody of this role is signed in a moment ago, or nobody."""
        browser = Client()
        if role is not None:
            browser.force_login(self.members[role].user)
            remember_sign_in(browser)
        return browser

    def patient_client(self) -> Client:
        """A telephone on which the private link was opened with the right birth date."""
        browser = Client()
        sent = {"day": BIRTH_DATE.day, "month": BIRTH_DATE.month, "year": BIRTH_DATE.year}
        browser.post(reverse("patient:link", kwargs={"token": self.objects["token"]}), sent)
        return browser


def remember_sign_in(browser: Client) -> None:
    """Have allauth know that the password was given just now, as it does after its own sign-in."""
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


def empty_world() -> World:
    """A program that opened this morning: people work in it, nothing else is there."""
    program = make.program(phone="304-555-0100")
    return World(program, {role: make.member(program, role, password=PASSWORD) for role in Role})


def give_second_factor(member: Membership) -> None:
    """An authenticator app and recovery codes, as setting them up leaves them."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(member.user, generate_totp_secret())
    RecoveryCodes.activate(member.user)


def filled_world(mark: str = "Quillon") -> World:
    """A program with one of everything; `mark` is in every text that is a patient's."""
    world = empty_world()
    program = world.program
    patient = make.patient(
        program,
        given_name=f"Given{mark}",
        family_name=f"Family{mark}",
        record_number=f"MRN{mark}",
        birth_date=BIRTH_DATE,
        phone=f"304-{mark}",
        email=f"{mark.lower()}@example.invalid",
        best_time=f"Mornings {mark}",
    )
    twin = make.patient(
        program, given_name=f"Given{mark}", family_name=f"Family{mark}", birth_date=BIRTH_DATE
    )
    referral = make.referral(program, patient=twin, reason=f"Back {mark}", next_step=f"Call {mark}")
    episode = make.episode(program, patient=patient, opened_on=timezone.localdate(), condition=f"Back {mark}")
    world.objects |= {"patient": patient.pk, "twin": twin.pk, "referral": referral.pk, "episode": episode.pk}
    _work(world, mark, patient, episode)
    _questionnaires(world, mark, episode)
    _uploads(world, mark)
    give_second_factor(world.members[Role.DIRECTOR])
    world.objects["member"] = world.members[Role.CLINICIAN].pk
    return world


def _work(world: World, mark: str, patient: Any, episode: Any) -> None:
    from allay_web.care.models import Goal

    coordinator, clinician = world.members[Role.COORDINATOR], world.members[Role.CLINICIAN]
    now = timezone.now()
    for weekday in range(1, 8):
        shift = make.shift(
            world.program, clinician, coordinator, weekday=weekday, starts=dt.time(0), ends=dt.time(23, 59)
        )
    away = make.absence(world.program, clinician, dt.date(2020, 1, 1), dt.date(2020, 1, 2))
    task = make.task(
        world.program,
        why=f"No next step {mark}",
        note=f"Note {mark}",
        patient=patient,
        episode=episode,
        owner=coordinator.user,
        opened_at=now,
        due_at=now,
    )
    goal = Goal.objects.create(
        program=world.program,
        episode=episode,
        position=1,
        words=f"Walk to the mill {mark}",
        stated_by="patient",
        stated_at=now,
    )
    world.objects |= {"shift": shift.pk, "absence": away.pk, "task": task.pk, "goal": goal.pk}


def _questionnaires(world: World, mark: str, episode: Any) -> None:
    from allay_web.outcomes import actions
    from allay_web.outcomes.models import Assignment

    by, now = make.worker(world.program), timezone.now()
    actions.assign_schedule(episode=episode, by=by, at=now)
    forms = Assignment.objects.of(world.program).filter(episode=episode).order_by("due_on", "pk")
    invitation, token = actions.invite(episode=episode, timepoint=forms[0].timepoint, by=by, at=now)
    world.objects |= {"assignment": forms[0].pk, "invitation": invitation.pk, "token": token}


def _uploads(world: World, mark: str) -> None:
    from allay.interop.registry import load_map
    from allay_web.jobs import actions

    by, now = make.actor(world.members[Role.DIRECTOR]), timezone.now()
    registry = {"map": load_map("choir").model_dump_json(by_alias=True)}
    for kind, content, options in (
        ("referrals", REFERRALS.format(mark=mark), {}),
        ("registry", REGISTRY.format(mark=mark), registry),
    ):
        held = actions.hold(
            program=world.program,
            kind=kind,
            name=f"{mark}.csv",
            content=content.encode(),
            options=options,
            by=by,
            at=now,
        )
        world.objects[f"{kind}_upload"] = held.pk
