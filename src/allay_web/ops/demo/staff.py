"""The demonstration's program, its staff and who is on duty. All of them are synthetic."""

from __future__ import annotations

from datetime import time

from allay_web.access.actions import add_member, add_program
from allay_web.access.actor import system
from allay_web.access.models import Membership, Program
from allay_web.access.roles import Role
from allay_web.accounts.actions import set_password
from allay_web.worklist import actions as worklist

PROGRAM_NAME, PROGRAM_SLUG = "River Valley Pain Program", "river-valley"
PASSWORD = "try-allay-today"  # noqa: S105 (of the demonstration, printed by `make run`)
PEOPLE = {
    "director": ("Dr. Lena Hale", Role.DIRECTOR),
    "coordinator": ("Ana Ruiz", Role.COORDINATOR),
    "clinician": ("Dr. Wei Chen", Role.CLINICIAN),
    "finance": ("Sam Porter", Role.FINANCE),
    "analyst": ("Noor Rahman", Role.ANALYST),
}
# Somebody is on duty at every hour, so that the whole of Allay can be tried at any time: the clinician in the
# working week, the director on call otherwise.
FRIDAY = 5
MIDNIGHT, OPENS, CLOSES, END_OF_DAY = time(0), time(8), time(17), time(23, 59)
HOURS_OF_OFFICE = ((OPENS, CLOSES),)
HOURS_ON_CALL = ((MIDNIGHT, OPENS), (CLOSES, END_OF_DAY))


def email(name: str) -> str:
    """The sign-in address of one of the demonstration's people."""
    return f"{name}@demo.example"


def make_program() -> tuple[Program, dict[str, Membership]]:
    """The program with its members and the week's duty hours."""
    program = add_program(
        name=PROGRAM_NAME,
        slug=PROGRAM_SLUG,
        synthetic=True,
        phone="205-555-0100",
        local_crisis_name="River Valley crisis team",
        local_crisis_phone="205-555-0111",
    )
    loader = system(program, name="demonstration")
    members = {
        key: add_member(program=program, email=email(key), name=name, role=role, by=loader)
        for key, (name, role) in PEOPLE.items()
    }
    for member in members.values():
        set_password(user=member.user, password=PASSWORD)
    clinician, director = members["clinician"].user_id, members["director"].user_id
    for weekday in range(1, 8):
        for starts, ends in HOURS_OF_OFFICE if weekday <= FRIDAY else ():
            _shift(program, weekday, starts, ends, owner=clinician, deputy=director)
        for starts, ends in HOURS_ON_CALL if weekday <= FRIDAY else ((MIDNIGHT, END_OF_DAY),):
            _shift(program, weekday, starts, ends, owner=director, deputy=clinician)
    return program, members


def _shift(program: Program, weekday: int, starts: time, ends: time, *, owner: int, deputy: int) -> None:
    worklist.add_shift(
        program=program,
        weekday=weekday,
        starts=starts,
        ends=ends,
        owner_id=owner,
        deputy_id=deputy,
        by=system(program, name="demonstration"),
    )
