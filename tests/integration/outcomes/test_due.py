"""The worklist keeps step with what is due: tasks with a reason, closed the moment answers arrive."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.integration import factories
from tests.integration.outcomes.conftest import make_clinic

from allay_web.outcomes import actions
from allay_web.outcomes.models import Assignment
from allay_web.outcomes.refusals import NoLink
from allay_web.worklist import actions as worklist
from allay_web.worklist.models import Task, TaskKind

NOW = factories.NOW
DAY = dt.timedelta(days=1)


def refresh(clinic, at=NOW):
    return actions.refresh_due(clinic.program, by=factories.worker(clinic.program), at=at)


def tasks(clinic, **only):
    return list(Task.objects.of(clinic.program).filter(**{"kind": TaskKind.FORM, "closed_at": None, **only}))


def answer(clinic, link, instrument, item, at=NOW, value=0):
    actions.save_answer(
        assignment=clinic.form(instrument), item=item, value=value, by=clinic.reader(link), at=at
    )


def test_due_without_a_link(clinic):
    assert refresh(clinic) == 1
    (task,) = tasks(clinic)
    assert task.why == "Baseline, PEG, PHQ-9, GAD-7: no link sent yet"
    assert task.owner_id == clinic.coordinator.user_id
    assert task.due_at == dt.datetime(2026, 11, 24, 4, 59, 59, tzinfo=dt.UTC)


def test_a_second_tick_adds_nothing(clinic):
    refresh(clinic)
    assert refresh(clinic, NOW + dt.timedelta(minutes=1)) == 0
    assert len(tasks(clinic)) == 1


def test_the_owner_of_the_referral_follows_up_if_they_may(clinic):
    clinic.episode.referral.owner = clinic.clinician.user
    clinic.episode.referral.save()
    refresh(clinic)
    assert tasks(clinic)[0].owner_id == clinic.clinician.user_id


def test_a_link_closes_the_task_and_gives_the_patient_some_days(clinic):
    refresh(clinic)
    clinic.link()
    assert tasks(clinic) == []
    assert refresh(clinic, NOW + 2 * DAY) == 0
    assert refresh(clinic, NOW + 3 * DAY) == 1
    assert tasks(clinic)[0].why.endswith("link sent Mon 23 Nov, not opened")


def test_started_and_left(clinic):
    link, _ = clinic.link()
    for k in range(1, 5):
        answer(clinic, link, "phq9", f"phq9_{k}")
    assert refresh(clinic, NOW + dt.timedelta(hours=2)) == 0
    assert refresh(clinic, NOW + DAY) == 1
    assert tasks(clinic)[0].why.endswith("started, PHQ-9 4 of 9 answered")


def test_an_expired_or_locked_link_asks_for_a_new_one(clinic):
    clinic.link()
    refresh(clinic, NOW + 14 * DAY)
    assert "the link is expired, make a new one" in tasks(clinic)[0].why


def test_answers_close_it_at_once(clinic):
    refresh(clinic)
    for name, count in (("peg", 3), ("phq9", 9), ("gad7", 7)):
        actions.enter(
            assignment=clinic.form(name),
            answers={f"{name}_{k}": 0 for k in range(1, count + 1)},
            mode="phone",
            language="en",
            by=clinic.staff,
            at=NOW,
        )
    (task,) = Task.objects.of(clinic.program).filter(kind=TaskKind.FORM)
    assert task.disposition == "answered"


def test_what_a_person_closed_rests_for_a_week(clinic):
    refresh(clinic)
    worklist.close_task(task=tasks(clinic)[0], disposition="reminded", by=clinic.staff, at=NOW)
    assert refresh(clinic, NOW + 6 * DAY) == 0
    assert refresh(clinic, NOW + 8 * DAY) == 1


def test_a_refusal_closes_the_forms_and_is_final(clinic):
    refresh(clinic)
    worklist.close_task(task=tasks(clinic)[0], disposition="refused", by=clinic.staff, at=NOW)
    assert refresh(clinic, NOW + 9 * DAY) == 0
    form = clinic.form("peg")
    assert (form.status, form.why_closed) == ("closed", "The patient did not want to answer.")


def test_windows_close_with_the_reason(clinic):
    link, _ = clinic.link()
    answer(clinic, link, "peg", "peg_1")
    refresh(clinic, NOW + 15 * DAY)
    assert clinic.form("peg").why_closed == "The window closed before the form was finished."
    assert clinic.form("phq9").why_closed == "The window closed; a link was sent and nothing was answered."
    refresh(clinic, NOW + 43 * DAY)
    assert clinic.form("peg", "week_4").why_closed == "The window closed; no link was sent."
    assert {a.status for a in Assignment.objects.of(clinic.program).filter(timepoint="week_8")} == {"open"}


def test_the_last_day_of_the_window_still_counts(clinic):
    refresh(clinic, NOW + 14 * DAY)
    assert clinic.form("peg").status == "open"


@pytest.mark.parametrize("language", ["es", "other"])
def test_a_language_without_wording_needs_an_interpreter(db, language):
    clinic = make_clinic(language=language)
    Task.objects.of(clinic.program).update(closed_at=NOW - 30 * DAY, disposition="arranged")
    assert refresh(clinic, NOW + 28 * DAY) == 1
    (task,) = tasks(clinic, kind=TaskKind.INTERPRETER)
    assert "needs interpreter" in task.why
    assert tasks(clinic) == []


def test_an_interpreters_task_goes_when_the_language_was_wrong(db):
    clinic = make_clinic(language="es")
    patient = clinic.episode.patient
    patient.language = "en"
    patient.save()
    refresh(clinic)
    assert tasks(clinic, kind=TaskKind.INTERPRETER) == []
    assert len(tasks(clinic)) == 1


def test_a_form_without_shipped_wording_is_given_on_paper_and_needs_no_interpreter(clinic):
    actions.add_assignment(
        episode=clinic.episode, instrument="promis29", timepoint="end", by=clinic.staff, at=NOW
    )
    at = NOW + 91 * DAY
    refresh(clinic, at)
    assert tasks(clinic, kind=TaskKind.INTERPRETER) == []
    assert "no link sent yet" in tasks(clinic, key__contains=":end:")[0].why
    for instrument, items in (("peg", 3), ("phq9", 9), ("gad7", 7)):
        answers = {f"{instrument}_{number}": 0 for number in range(1, items + 1)}
        form = clinic.form(instrument, "end")
        actions.enter(assignment=form, answers=answers, mode="phone", language="en", by=clinic.staff, at=at)
    refresh(clinic, at)
    (task,) = tasks(clinic, key__contains=":end:")
    assert task.why.endswith("no wording is shipped; give it on paper and enter the answers")
    with pytest.raises(NoLink, match="on paper"):
        clinic.link("end", at)


def test_nothing_is_due_before_its_day(clinic):
    refresh(clinic)
    assert {t.key.split(":")[2] for t in tasks(clinic)} == {"baseline"}


def count_queries(clinic, at):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        refresh(clinic, at)
    return len(queries)


def test_the_number_of_queries_does_not_grow(clinic):
    few = count_queries(clinic, NOW)
    for _ in range(12):
        episode = factories.episode(clinic.program, opened_on=dt.date(2026, 11, 23))
        actions.assign_schedule(episode=episode, by=clinic.staff, at=NOW)
    assert count_queries(clinic, NOW) <= few
    assert len(tasks(clinic)) == 13
