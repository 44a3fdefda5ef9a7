"""With nobody on duty item 9 is not asked on a private link: it is held back and asked in person."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.integration import factories

from allay_web.outcomes import actions
from allay_web.outcomes.models import Assignment, Score
from allay_web.outcomes.queries.walk import walk
from allay_web.outcomes.refusals import AlreadySent, Unfinished
from allay_web.worklist.models import Task, TaskKind

MONDAY = factories.NOW
NIGHT = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)
SUNDAY = dt.datetime(2026, 11, 29, 15, 0, tzinfo=dt.UTC)


def items(link, at):
    return [step.item for step in walk(link, at=at).steps]


def answer_all(clinic, link, at, value=1):
    for step in walk(link, at=at).steps:
        actions.save_answer(
            assignment=step.assignment, item=step.item, value=value, by=clinic.reader(link), at=at
        )


def held_back(clinic):
    return list(Task.objects.of(clinic.program).filter(kind=TaskKind.ITEM_9_NOT_ASKED))


def test_asked_by_day(clinic):
    link, _ = clinic.link()
    assert "phq9_9" in items(link, MONDAY)


@pytest.mark.parametrize("when", [NIGHT, SUNDAY], ids=["night", "weekend"])
def test_left_out_when_nobody_is_on_duty(clinic, when):
    link, _ = clinic.link()
    assert "phq9_9" not in items(link, when)
    assert len(items(link, when)) == 3 + 8 + 7


def test_left_out_with_both_away(clinic):
    for who in (clinic.clinician, clinic.coordinator):
        factories.absence(clinic.program, who, dt.date(2026, 11, 23), dt.date(2026, 11, 23))
    link, _ = clinic.link()
    assert "phq9_9" not in items(link, MONDAY)


def test_asked_while_only_the_owner_is_away(clinic):
    factories.absence(clinic.program, clinic.clinician, dt.date(2026, 11, 23), dt.date(2026, 11, 23))
    link, _ = clinic.link()
    assert "phq9_9" in items(link, MONDAY)


def test_sent_without_it_the_score_is_prorated_and_staff_are_told(clinic):
    link, _ = clinic.link()
    answer_all(clinic, link, NIGHT)
    answer_all(clinic, link, NIGHT)  # the question on difficulty comes once a problem was named
    actions.send(invitation=link, by=clinic.reader(link), at=NIGHT)
    form = clinic.form("phq9")
    score = Score.objects.of(clinic.program).get(assignment=form)
    assert form.status == Assignment.Status.COMPLETED
    assert form.not_asked == ["phq9_9"]
    assert (score.score, score.status, score.answered) == (9, "prorated", 8)
    assert "phq9_9 was not asked: nobody was on duty" in score.reason
    (task,) = held_back(clinic)
    assert "not asked" in task.why
    assert task.owner_id == clinic.coordinator.user_id


def test_asked_after_all_when_duty_begins_before_sending(clinic):
    link, _ = clinic.link()
    answer_all(clinic, link, NIGHT, value=0)
    later = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
    with pytest.raises(Unfinished) as refusal:
        actions.send(invitation=link, by=clinic.reader(link), at=later)
    assert refusal.value.item == "phq9_9"
    assert clinic.form("peg").status == Assignment.Status.STARTED


def test_asked_in_person_it_completes_the_score_and_closes_the_task(clinic):
    link, _ = clinic.link()
    answer_all(clinic, link, NIGHT, value=0)
    actions.send(invitation=link, by=clinic.reader(link), at=NIGHT)
    form = clinic.form("phq9")
    actions.enter(
        assignment=form, answers={"phq9_9": 2}, mode="in_person", language="en", by=clinic.staff, at=MONDAY
    )
    form.refresh_from_db()
    score = Score.objects.of(clinic.program).get(assignment=form)
    assert form.not_asked == []
    assert (score.score, score.status, score.on) == (2, "scored", dt.date(2026, 11, 23))
    assert held_back(clinic)[0].closed_at is not None
    assert Task.objects.of(clinic.program).filter(kind=TaskKind.SAFETY).count() == 1


def test_nothing_else_of_a_sent_form_can_be_changed(clinic):
    link, _ = clinic.link()
    answer_all(clinic, link, NIGHT, value=0)
    actions.send(invitation=link, by=clinic.reader(link), at=NIGHT)
    with pytest.raises(AlreadySent):
        actions.enter(
            assignment=clinic.form("phq9"),
            answers={"phq9_9": 0, "phq9_1": 3},
            mode="phone",
            language="en",
            by=clinic.staff,
            at=MONDAY,
        )
