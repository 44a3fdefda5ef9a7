"""An alert nobody acknowledges goes to its deputy, then to the directors."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.integration import factories as make

from allay_web.audit.models import AuditEntry
from allay_web.jobs.tick import registered
from allay_web.worklist.actions import acknowledge, close_task, escalate_due
from allay_web.worklist.apps import escalate

pytestmark = pytest.mark.django_db

NOW = make.NOW
HALF_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def place():
    program = make.program(escalate_after_minutes=30)
    owner, deputy = make.member(program, "coordinator"), make.member(program, "clinician")
    return program, owner, deputy, make.member(program, "director")


def alert(program, owner, deputy=None, **fields):
    return make.task(
        program,
        kind="safety",
        owner=owner.user,
        deputy=deputy.user if deputy else None,
        escalate_at=NOW + HALF_HOUR,
        **fields,
    )


def run(program, at):
    return escalate_due(program=program, by=make.worker(program), at=at)


def test_nothing_happens_before_its_time(place):
    program, owner, deputy, _ = place
    alert(program, owner, deputy)
    assert run(program, NOW + HALF_HOUR - dt.timedelta(seconds=1)) == 0


def test_the_deputy_gets_it_and_then_the_director(place):
    program, owner, deputy, director = place
    task = alert(program, owner, deputy)
    assert run(program, NOW + HALF_HOUR) == 1
    task.refresh_from_db()
    assert (task.owner_id, task.escalated_at) == (deputy.user_id, NOW + HALF_HOUR)
    assert run(program, NOW + HALF_HOUR) == 0
    assert run(program, NOW + 2 * HALF_HOUR) == 1
    task.refresh_from_db()
    assert (task.owner_id, task.escalate_at) == (director.user_id, None)
    assert run(program, NOW + 9 * HALF_HOUR) == 0
    entries = AuditEntry.objects.filter(chain=program.pk, action="task.escalate").order_by("number")
    assert [(e.detail["from"], e.detail["to"], e.detail["stage"]) for e in entries] == [
        (owner.user_id, deputy.user_id, "deputy"),
        (deputy.user_id, director.user_id, "directors"),
    ]
    assert {entry.actor_kind for entry in entries} == {"system"}


@pytest.mark.parametrize("why", ["missing", "away", "left", "may not act"])
def test_without_a_deputy_who_can_act_the_director_gets_it_at_once(place, why):
    program, owner, deputy, director = place
    task = alert(program, owner, None if why == "missing" else deputy)
    if why == "away":
        make.absence(program, deputy, make.TODAY, make.TODAY)
    elif why == "left":
        deputy.is_active = False
        deputy.save()
    elif why == "may not act":
        deputy.role = "analyst"
        deputy.save()
    run(program, NOW + HALF_HOUR)
    task.refresh_from_db()
    assert task.owner_id == director.user_id


def test_every_director_is_told_and_the_first_who_is_there_owns_it(
    place, mailoutbox, django_capture_on_commit_callbacks
):
    program, owner, _, first = place
    second = make.member(program, "director")
    make.absence(program, first, make.TODAY, make.TODAY)
    task = alert(program, owner)
    with django_capture_on_commit_callbacks(execute=True):
        run(program, NOW + HALF_HOUR)
    task.refresh_from_db()
    assert task.owner_id == second.user_id
    assert {mail.to[0] for mail in mailoutbox} == {first.user.email, second.user.email}


def test_with_all_directors_away_the_first_of_them_owns_it(place):
    program, owner, _, director = place
    make.absence(program, director, make.TODAY, make.TODAY)
    task = alert(program, owner)
    run(program, NOW + HALF_HOUR)
    task.refresh_from_db()
    assert task.owner_id == director.user_id


def test_a_program_without_a_director_keeps_the_owner():
    program = make.program()
    owner = make.member(program)
    task = alert(program, owner)
    run(program, NOW + HALF_HOUR)
    task.refresh_from_db()
    assert (task.owner_id, task.escalated_at) == (owner.user_id, NOW + HALF_HOUR)


def test_what_is_acknowledged_or_closed_does_not_escalate(place):
    program, owner, deputy, _ = place
    by = make.actor(owner)
    acknowledged, closed = alert(program, owner, deputy), alert(program, owner, deputy)
    acknowledge(task=acknowledged, by=by, at=NOW)
    acknowledge(task=closed, by=by, at=NOW)
    close_task(task=closed, disposition="no_acute_risk", by=by, at=NOW)
    assert run(program, NOW + 4 * HALF_HOUR) == 0


def test_other_kinds_do_not_escalate(place):
    program, owner, deputy, _ = place
    make.task(program, kind="form", owner=owner.user, deputy=deputy.user, escalate_at=NOW)
    assert run(program, NOW + HALF_HOUR) == 0


def test_alerts_of_other_programs_stay_where_they_are(place):
    program, owner, deputy, _ = place
    task = alert(program, owner, deputy)
    assert run(make.program(), NOW + HALF_HOUR) == 0
    task.refresh_from_db()
    assert task.owner_id == owner.user_id


def test_the_worker_does_it():
    assert escalate in registered()
