"""An answer of 1 or more to item 9: a task for a named person, at any hour, whoever gave the answer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from tests.integration import factories

from allay_web.outcomes import actions
from allay_web.outcomes.models import Answer, Assignment, Invitation
from allay_web.worklist import actions as worklist
from allay_web.worklist.models import Task, TaskKind

MONDAY = factories.NOW  # ten in the morning
NIGHT = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)  # eleven at night on Monday
SUNDAY = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)
LAST_MINUTE = dt.datetime(2026, 11, 23, 22, 5, tzinfo=dt.UTC)  # five past five: the shift ended at five


def answer(clinic, value, *, at=MONDAY, link=None):
    link = link or clinic.link(at=at)[0]
    return actions.save_answer(
        assignment=clinic.form("phq9"), item="phq9_9", value=value, by=clinic.reader(link), at=at
    )


def alarms(clinic):
    return list(Task.objects.of(clinic.program).filter(kind=TaskKind.SAFETY).order_by("pk"))


def test_alerts_whoever_is_on_duty_with_the_deputy_behind(clinic):
    saved = answer(clinic, 1)
    (task,) = alarms(clinic)
    assert saved.crisis
    assert task.key == f"item9:{clinic.form('phq9').pk}"
    assert (task.owner_id, task.deputy_id) == (clinic.clinician.user_id, clinic.coordinator.user_id)
    assert task.due_at == MONDAY
    assert task.escalate_at == MONDAY + dt.timedelta(minutes=clinic.program.escalate_after_minutes)


def test_zero_and_no_answer_are_no_alarm(clinic):
    link = clinic.link()[0]
    assert not answer(clinic, 0, link=link).crisis
    assert not answer(clinic, None, link=link).crisis
    assert alarms(clinic) == []


def test_an_unfinished_form_alerts_though_it_is_never_sent(clinic):
    answer(clinic, 3)
    assert clinic.form("phq9").status == Assignment.Status.STARTED
    assert Answer.objects.of(clinic.program).count() == 1
    assert len(alarms(clinic)) == 1


def test_help_is_due_until_the_patient_goes_on(clinic):
    link = clinic.link()[0]
    answer(clinic, 2, link=link)
    assert Invitation.objects.of(clinic.program).get().help_pending
    actions.see_help(invitation=link, by=clinic.reader(link), at=MONDAY)
    assert not Invitation.objects.of(clinic.program).get().help_pending


def test_the_same_answer_from_a_second_tab_alerts_once(clinic):
    link = clinic.link()[0]
    assert answer(clinic, 2, link=link).crisis
    assert answer(clinic, 2, link=link).crisis
    assert len(alarms(clinic)) == 1


def test_a_lower_answer_closes_nothing(clinic):
    link = clinic.link()[0]
    answer(clinic, 3, link=link)
    assert not answer(clinic, 0, link=link).crisis
    (task,) = alarms(clinic)
    assert task.closed_at is None


def test_a_raised_answer_alerts_again_while_the_first_alert_is_in_hand(clinic):
    link = clinic.link()[0]
    answer(clinic, 1, link=link)
    worklist.acknowledge(task=alarms(clinic)[0], by=factories.actor(clinic.clinician), at=MONDAY)
    answer(clinic, 0, link=link)
    answer(clinic, 1, link=link)
    first, second = alarms(clinic)
    assert first.acknowledged_at is not None
    assert second.acknowledged_at is None
    assert second.owner_id == clinic.clinician.user_id


def test_a_raised_answer_alerts_again_after_the_first_alert_was_closed(clinic):
    link = clinic.link()[0]
    answer(clinic, 1, link=link)
    by = factories.actor(clinic.clinician)
    task = worklist.acknowledge(task=alarms(clinic)[0], by=by, at=MONDAY)
    worklist.close_task(task=task, disposition="safety_plan", by=by, at=MONDAY)
    answer(clinic, 3, link=link)
    assert [t.closed_at is None for t in alarms(clinic)] == [False, True]


def test_an_absent_owner_leaves_it_to_the_deputy(clinic):
    factories.absence(clinic.program, clinic.clinician, dt.date(2026, 11, 23), dt.date(2026, 11, 23))
    answer(clinic, 1)
    assert alarms(clinic)[0].owner_id == clinic.coordinator.user_id


@pytest.mark.parametrize("when", [NIGHT, SUNDAY], ids=["night", "weekend"])
def test_outside_duty_hours_an_answer_still_reaches_the_director(clinic, when):
    assert answer(clinic, 1, at=when).crisis
    assert alarms(clinic)[0].owner_id == clinic.director.user_id


def test_with_both_away_the_director_gets_it(clinic):
    for who in (clinic.clinician, clinic.coordinator):
        factories.absence(clinic.program, who, dt.date(2026, 11, 23), dt.date(2026, 11, 23))
    answer(clinic, 1)
    assert alarms(clinic)[0].owner_id == clinic.director.user_id


def test_a_shift_that_has_just_ended_still_answers(clinic):
    answer(clinic, 1, at=LAST_MINUTE)
    (task,) = alarms(clinic)
    assert (task.owner_id, task.deputy_id) == (clinic.clinician.user_id, clinic.coordinator.user_id)


def test_staff_who_enter_the_answer_own_the_alert_where_nobody_is_on_duty(unwatched):
    actions.draft(
        assignment=unwatched.form("phq9"),
        answers={"phq9_9": 1},
        mode="phone",
        language="en",
        by=factories.actor(unwatched.clinician),
        at=NIGHT,
    )
    (task,) = alarms(unwatched)
    assert (task.owner_id, task.deputy_id) == (unwatched.clinician.user_id, unwatched.director.user_id)


def test_staff_entry_alerts_whoever_is_on_duty(clinic):
    actions.enter(
        assignment=clinic.form("phq9"),
        answers={f"phq9_{k}": 1 for k in range(1, 10)},
        mode="paper",
        language="en",
        by=clinic.staff,
        at=MONDAY,
    )
    assert alarms(clinic)[0].owner_id == clinic.clinician.user_id


def test_an_answer_after_the_page_timed_out_is_not_saved_but_alerts(clinic):
    link = clinic.link()[0]
    raised = actions.raise_unsaved_alarm(
        assignment=clinic.form("phq9"), item="phq9_9", value=2, by=clinic.reader(link), at=NIGHT
    )
    assert raised
    assert "not saved" in alarms(clinic)[0].why
    assert not Answer.objects.of(clinic.program).exists()


def test_no_message_says_what_happened(clinic, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer(clinic, 3)
    assert mail.outbox
    for message in mail.outbox:
        words = f"{message.subject} {message.body}".lower()
        for secret in ("pain", "phq", "suicid", "harm", clinic.episode.patient.family_name.lower()):
            assert secret not in words
