"""Two people press at the same moment: one of them finds it done.

PostgreSQL alone can show this: the embedded database of a test run lives in memory, where threads cannot wait
for each other; SQLite itself lets one transaction write at a time.
"""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from tests.integration import factories as make

from allay_web.enrolment.actions import accept, decline, enter_referral, hold_sheet, take_sheet
from allay_web.enrolment.models import Episode, Referral
from allay_web.jobs.actions import AlreadyTaken
from allay_web.people.models import Patient
from allay_web.worklist.actions import TaskKind, open_task
from allay_web.worklist.models import Task

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: threads wait for locks"),
]

SHEET = b"given_name,family_name,birth_date\nAna,Lund,1970-03-04\nBen,Moss,1955-01-31\n"


def at_once(*acts):
    """Do things in threads of their own, started together; what each returned or raised."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except (ValidationError, AlreadyTaken) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def place():
    program = make.program()
    return program, make.actor(make.member(program, "coordinator"))


def test_one_of_two_decisions_stands(place):
    program, by = place
    referral = make.referral(program)
    answers = at_once(
        lambda: accept(referral=referral, by=by, at=make.NOW),
        lambda: accept(referral=referral, by=by, at=make.NOW),
        lambda: decline(referral=referral, reason="payer", by=by, at=make.NOW),
    )
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 2
    referral.refresh_from_db()
    assert Episode.objects.of(program).count() == (referral.status == "accepted")


def test_two_referrals_of_one_patient_open_one_episode(place):
    program, by = place
    who = make.patient(program)
    both = [make.referral(program, patient=who) for _ in range(2)]
    at_once(*(lambda one=one: accept(referral=one, by=by, at=make.NOW) for one in both))
    assert Episode.objects.of(program).count() == 1


def test_one_form_sent_three_times_makes_one_referral(place):
    program, by = place
    key = uuid.uuid4()

    def enter():
        return enter_referral(
            program=program,
            patient_fields={"given_name": "Ana", "family_name": "Lund"},
            received_on=make.TODAY,
            entry_key=key,
            by=by,
            at=make.NOW,
        )

    assert len(set(at_once(enter, enter, enter))) == 1
    assert Referral.objects.of(program).count() == Patient.objects.of(program).count() == 1


def test_a_patient_gets_one_undecided_referral(place):
    program, by = place
    who = make.patient(program)

    def enter():
        return enter_referral(program=program, patient=who, received_on=make.TODAY, by=by, at=make.NOW)

    assert sum(isinstance(answer, ValidationError) for answer in at_once(enter, enter)) == 1


def test_a_sheet_is_taken_in_once(place):
    program, by = place
    upload = hold_sheet(program=program, content=SHEET, name="sheet.csv", by=by, at=make.NOW)

    def take():
        return take_sheet(upload=upload, choices={}, by=by, at=make.NOW)

    assert sum(isinstance(answer, AlreadyTaken) for answer in at_once(take, take)) == 1
    assert Referral.objects.of(program).count() == 2


def test_an_alert_is_opened_once(place):
    program, _ = place
    worker = make.worker(program)

    def alarm():
        return open_task(
            program=program, kind=TaskKind.SAFETY, key="alarm", why="x", by=worker, at=make.NOW
        ).pk

    assert len(set(at_once(alarm, alarm, alarm))) == 1
    assert Task.objects.of(program).count() == 1
