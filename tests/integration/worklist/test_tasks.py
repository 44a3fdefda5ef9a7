"""Tasks: opened once, acknowledged, handed over, put off and closed, by those who may."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from tests.integration import factories as make

from allay_web.audit.models import AuditEntry
from allay_web.worklist.actions import (
    NewTask,
    Settled,
    TaskKind,
    acknowledge,
    close_key,
    close_task,
    hand_over,
    open_many,
    open_task,
    snooze,
)
from allay_web.worklist.queries import today

pytestmark = pytest.mark.django_db

NOW = make.NOW
LATER = NOW + dt.timedelta(minutes=5)


@pytest.fixture
def place():
    program = make.program()
    return program, make.member(program, "coordinator")


@pytest.fixture
def alert(place):
    program, owner = place
    return make.task(program, kind="safety", owner=owner.user, why="Answered 2 on PHQ-9 item 9.")


def actions_of(program):
    entries = AuditEntry.objects.filter(chain=program.pk).order_by("number")
    return list(entries.values_list("action", flat=True))


def test_one_task_is_open_per_key(place):
    program, owner = place
    fields = {"program": program, "kind": TaskKind.FORM, "key": "form:1", "by": make.actor(owner)}
    first = open_task(**fields, why="Due.", at=NOW)
    assert open_task(**fields, why="Due again.", at=LATER) == first
    close_key(program=program, key="form:1", disposition=Settled.ANSWERED, by=make.actor(owner), at=LATER)
    assert open_task(**fields, why="Due again.", at=LATER) != first
    assert actions_of(program) == ["task.open", "task.close", "task.open"]


def test_an_alert_nobody_has_taken_on_tells_what_came_last(place, alert):
    program, owner = place
    again = {"program": program, "kind": TaskKind.SAFETY, "key": alert.key, "by": make.worker(program)}
    assert open_task(**again, why="Answered 3.", at=LATER) == alert
    alert.refresh_from_db()
    assert alert.why == "Answered 3."
    acknowledge(task=alert, by=make.actor(owner), at=LATER)
    open_task(**again, why="Answered 1.", at=LATER)
    alert.refresh_from_db()
    assert alert.why == "Answered 3."


def test_a_safety_task_gets_an_owner_and_a_time_to_escalate(place):
    program, owner = place
    make.shift(program, owner)
    task = open_task(
        program=program, kind=TaskKind.SAFETY, key="safety:1", why="x", by=make.worker(program), at=NOW
    )
    assert task.owner_id == owner.user_id
    assert task.escalate_at == NOW + dt.timedelta(minutes=program.escalate_after_minutes)


def test_an_alert_is_told_by_mail_without_a_word_of_why(
    place, mailoutbox, django_capture_on_commit_callbacks
):
    program, owner = place
    with django_capture_on_commit_callbacks(execute=True):
        open_task(
            program=program,
            kind=TaskKind.SAFETY,
            key="safety:1",
            why="Answered 2",
            by=make.worker(program),
            at=NOW,
        )
    (mail,) = mailoutbox
    assert mail.to == [owner.user.email]
    assert not any(word in (mail.subject + mail.body).lower() for word in ("pain", "safety", "answered"))


def test_a_lost_mail_server_does_not_lose_the_alert(
    place, settings, tmp_path, django_capture_on_commit_callbacks
):
    program, _ = place
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with django_capture_on_commit_callbacks(execute=True):
        task = open_task(
            program=program, kind=TaskKind.SAFETY, key="s", why="x", by=make.worker(program), at=NOW
        )
    assert task.pk


def test_many_tasks_are_opened_in_as_many_statements_as_one_and_none_twice(place):
    program, owner = place
    by = make.actor(owner)

    def open_these(tasks):
        with CaptureQueriesContext(connection) as statements:
            opened = open_many(program=program, tasks=tasks, by=by, at=NOW)
        return opened, len(statements)

    tasks = [NewTask(kind=TaskKind.FORM, key=f"form:{n}", why="Due.") for n in range(200)]
    open_these(tasks[:1])  # the first entry of a chain costs more
    _, for_one = open_these(tasks[1:2])
    assert open_these(tasks) == (198, for_one)
    assert open_these([*tasks, NewTask(kind=TaskKind.FORM, key="form:new", why="Due.")])[0] == 1


def test_acknowledging_takes_the_task_over_and_a_second_time_changes_nothing(place, alert):
    program, owner = place
    other = make.member(program, "clinician")
    taken = acknowledge(task=alert, by=make.actor(other), at=NOW)
    assert (taken.owner_id, taken.deputy_id) == (other.user_id, owner.user_id)
    again = acknowledge(task=alert, by=make.actor(owner), at=LATER)
    assert (again.owner_id, again.acknowledged_at) == (other.user_id, NOW)
    assert actions_of(program) == ["task.acknowledge"]


def test_a_safety_task_is_not_closed_before_it_is_acknowledged(place, alert):
    by = make.actor(place[1])
    with pytest.raises(ValidationError, match="Acknowledge this first"):
        close_task(task=alert, disposition="no_acute_risk", by=by, at=LATER)
    acknowledge(task=alert, by=by, at=NOW)
    closed = close_task(task=alert, disposition="no_acute_risk", note=" Called. ", by=by, at=LATER)
    assert (closed.disposition, closed.note, closed.closed_at) == ("no_acute_risk", "Called.", LATER)


def test_the_database_itself_refuses_an_unacknowledged_closure(alert):
    alert.closed_at, alert.disposition = NOW, "no_acute_risk"
    with pytest.raises(IntegrityError):
        alert.save()


@pytest.mark.parametrize("disposition", ["", "answered", "by_phone"])
def test_a_safety_task_is_closed_only_with_a_disposition_from_its_list(place, alert, disposition):
    by = make.actor(place[1])
    acknowledge(task=alert, by=by, at=NOW)
    with pytest.raises(ValidationError, match="from the list"):
        close_task(task=alert, disposition=disposition, by=by, at=LATER)


def test_a_safety_task_is_never_closed_by_what_happens_elsewhere(place, alert):
    program, owner = place
    closed = close_key(
        program=program, key=alert.key, disposition=Settled.ANSWERED, by=make.actor(owner), at=LATER
    )
    alert.refresh_from_db()
    assert closed is None
    assert alert.closed_at is None


def test_closing_twice_is_refused_kindly(place):
    program, owner = place
    task, by = make.task(program, kind="form"), make.actor(owner)
    close_task(task=task, disposition="reminded", by=by, at=NOW)
    with pytest.raises(ValidationError, match="closed already"):
        close_task(task=task, disposition="refused", by=by, at=LATER)
    task.refresh_from_db()
    assert task.disposition == "reminded"


def test_a_referrals_task_is_closed_by_its_next_step_only(place):
    program, owner = place
    with pytest.raises(ValidationError, match="next step"):
        close_task(task=make.task(program), disposition="next_step", by=make.actor(owner), at=NOW)


@pytest.mark.parametrize("role", ["finance", "analyst"])
def test_who_may_not_act_may_not(place, alert, role):
    program, _ = place
    by = make.actor(make.member(program, role))
    with pytest.raises(PermissionDenied):
        acknowledge(task=alert, by=by, at=NOW)
    with pytest.raises(PermissionDenied):
        close_task(task=make.task(program, kind="form"), disposition="reminded", by=by, at=NOW)


def test_a_member_of_another_program_may_not_act(alert):
    elsewhere = make.member(make.program(), "director")
    with pytest.raises(PermissionDenied):
        acknowledge(task=alert, by=make.actor(elsewhere), at=NOW)


def test_handing_an_alert_over_starts_its_clock_again(place, alert):
    program, owner = place
    other = make.member(program, "clinician")
    by = make.actor(owner)
    acknowledge(task=alert, by=by, at=NOW)
    given = hand_over(task=alert, owner_id=other.user_id, by=by, at=LATER)
    assert (given.owner_id, given.deputy_id, given.acknowledged_at) == (other.user_id, owner.user_id, None)
    assert given.escalate_at == LATER + dt.timedelta(minutes=program.escalate_after_minutes)


def test_a_task_goes_only_to_somebody_who_may_act_on_it(place, alert):
    program, owner = place
    for stranger in (make.member(program, "finance"), make.member(make.program(), "director")):
        with pytest.raises(ValidationError):
            hand_over(task=alert, owner_id=stranger.user_id, by=make.actor(owner), at=NOW)


def test_what_is_put_off_is_out_of_sight_until_then(place):
    program, owner = place
    by = make.actor(owner)
    task = make.task(program, kind="form")
    snooze(task=task, until=NOW + dt.timedelta(days=2), by=by, at=NOW)
    assert today(program, by=by, at=NOW).tasks == []
    assert today(program, by=by, at=NOW + dt.timedelta(days=2)).tasks == [task]


@pytest.mark.parametrize("days", [-1, 0, 32])
def test_a_task_is_put_off_for_a_month_at_most(place, days):
    program, owner = place
    with pytest.raises(ValidationError):
        snooze(
            task=make.task(program),
            until=NOW + dt.timedelta(days=days),
            by=make.actor(owner),
            at=NOW,
        )


def test_a_safety_alert_cannot_be_put_off(place, alert):
    with pytest.raises(ValidationError, match="cannot be put off"):
        snooze(task=alert, until=LATER, by=make.actor(place[1]), at=NOW)
