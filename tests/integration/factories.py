"""Makes the records tests begin with: programs, members, signed-in clients, patients, referrals, episodes.

Every function fills in what a test does not care about and takes the rest by field name. Records are made
directly, so that no signal fires and nothing is audited; `accepted` goes through the action for tests that
need what follows.
"""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse

from allay_web.access.actor import Actor, staff, system
from allay_web.access.models import Membership, Program
from allay_web.access.roles import Role
from allay_web.accounts.models import User
from allay_web.enrolment.models import Episode, Referral
from allay_web.people.models import Patient
from allay_web.worklist.models import Absence, DutyShift, Task, TaskKind

# A Monday, ten in the morning in New York, where the programs of tests are.
NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
TODAY = NOW.date()

_numbers = count(1)

_GIVEN = ("Maria", "James", "Ngozi", "Li", "Rosa", "Peter", "Leah", "Omar", "Ines", "Karl")
_FAMILY = ("Alvarez", "Okafor", "Singh", "Brooks", "Novak", "Reyes", "Moss", "Chen", "Haddad", "Lund")


def program(**fields: Any) -> Program:
    """A program in New York."""
    number = next(_numbers)
    return Program.objects.create(
        **{"name": f"River Valley Pain Program {number}", "slug": f"river-valley-{number}", **fields}
    )


def user(**fields: Any) -> User:
    """Somebody with an account, a member of nothing yet."""
    number = next(_numbers)
    return User.objects.create_user(
        **{"email": f"person{number}@example.org", "name": f"Staff {number}", **fields}
    )


def member(program: Program, role: Role | str = Role.COORDINATOR, **fields: Any) -> Membership:
    """A member of a program; `name` and `email` go to the account."""
    account = {key: fields.pop(key) for key in ("name", "email", "password") if key in fields}
    who = fields.pop("user", None) or user(**account)
    return Membership.objects.create(program=program, user=who, role=role, **fields)


def actor(membership: Membership) -> Actor:
    """What a member acts as."""
    return staff(membership)


def worker(program: Program) -> Actor:
    """The program's own worker."""
    return system(program, name="worker")


def client_for(membership: Membership) -> Client:
    """A browser in which the member is signed in."""
    client = Client()
    client.force_login(membership.user)
    return client


def url(route: str, program: Program, **kwargs: Any) -> str:
    """The address of a route of a program."""
    return reverse(route, kwargs={"program": program.slug, **kwargs})


def patient(program: Program, **fields: Any) -> Patient:
    """A patient with a name, a birth date and a phone number of their own."""
    number = next(_numbers)
    made: Patient = Patient.objects.create(
        **{
            "program": program,
            "given_name": _GIVEN[number % len(_GIVEN)],
            "family_name": f"{_FAMILY[number // len(_GIVEN) % len(_FAMILY)]}-{number}",
            "birth_date": dt.date(1950, 1, 1) + dt.timedelta(days=37 * number % 18_000),
            "phone": f"304-555-{number:04d}",
            "language": "en",
            "payer_type": "medicaid",
            **fields,
        }
    )
    return made


def referral(program: Program, **fields: Any) -> Referral:
    """An open referral, received nine days ago."""
    who = fields.pop("patient", None) or patient(program)
    made: Referral = Referral.objects.create(
        **{
            "program": program,
            "patient": who,
            "received_on": TODAY - dt.timedelta(days=9),
            "referred_by": "Dr. Patel",
            **fields,
        }
    )
    return made


def episode(program: Program, **fields: Any) -> Episode:
    """An active episode of an accepted referral; no questionnaire is assigned to it."""
    who = fields.pop("patient", None) or patient(program)
    opened_on = fields.get("opened_on", TODAY)
    if "referral" not in fields and fields.get("source", "referral") == "referral":
        fields["referral"] = referral(program, patient=who, status="accepted", decided_on=opened_on)
    made: Episode = Episode.objects.create(
        **{"program": program, "patient": who, "opened_on": opened_on, **fields}
    )
    return made


def accepted(referral: Referral, *, by: Actor, at: dt.datetime = NOW) -> Episode:
    """The episode that accepting a referral opens, with everything that follows from it."""
    from allay_web.enrolment.actions import accept

    return accept(referral=referral, by=by, at=at)


def task(program: Program, **fields: Any) -> Task:
    """An open task, due now."""
    number = next(_numbers)
    made: Task = Task.objects.create(
        **{
            "program": program,
            "kind": TaskKind.REFERRAL,
            "key": f"test:{number}",
            "why": "No next step.",
            "opened_at": NOW,
            "due_at": NOW,
            **fields,
        }
    )
    return made


def shift(program: Program, owner: Membership, deputy: Membership | None = None, **fields: Any) -> DutyShift:
    """Duty on Mondays from eight to five."""
    made: DutyShift = DutyShift.objects.create(
        **{
            "program": program,
            "weekday": 1,
            "starts": dt.time(8),
            "ends": dt.time(17),
            "owner": owner.user,
            "deputy": deputy.user if deputy else None,
            **fields,
        }
    )
    return made


def absence(program: Program, who: Membership, first_day: dt.date, last_day: dt.date) -> Absence:
    """Days on which a member is away."""
    made: Absence = Absence.objects.create(
        program=program, user=who.user, first_day=first_day, last_day=last_day
    )
    return made
