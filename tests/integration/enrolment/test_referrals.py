"""Referrals: entered once, worked on, decided once; and the task that keeps each from being forgotten."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.integration import factories as make

from allay_web.audit.models import AuditEntry
from allay_web.enrolment import queries
from allay_web.enrolment.actions import (
    accept,
    close_episode,
    complete_episode,
    decline,
    enter_referral,
    log_contact,
    reopen_overdue,
    resume,
    set_next_step,
    wait,
)
from allay_web.enrolment.models import Contact, Episode, Referral
from allay_web.enrolment.signals import episode_opened
from allay_web.people.actions import merge
from allay_web.people.models import Patient
from allay_web.worklist.models import Task

pytestmark = pytest.mark.django_db

NOW, TODAY = make.NOW, make.TODAY
DAY = dt.timedelta(days=1)
ANA = {"given_name": "Ana", "family_name": "Muñoz", "birth_date": dt.date(1970, 3, 4)}


@pytest.fixture
def place():
    program = make.program()
    return program, make.actor(make.member(program, "coordinator"))


def enter(program, by, **fields):
    new = {} if "patient" in fields else {"patient_fields": ANA}
    return enter_referral(**{"program": program, "received_on": TODAY, "by": by, "at": NOW, **new, **fields})


def open_tasks(program):
    return list(Task.objects.of(program).filter(closed_at=None))


def test_entering_makes_the_patient_the_referral_and_a_task(place):
    program, by = place
    referral = enter(program, by, referred_by=" Dr. Patel ")
    (task,) = open_tasks(program)
    assert (referral.patient.name, referral.referred_by) == ("Ana Muñoz", "Dr. Patel")
    assert (task.referral_id, task.why, task.patient_id) == (
        referral.pk,
        "No next step.",
        referral.patient_id,
    )
    assert list(
        AuditEntry.objects.filter(chain=program.pk).order_by("number").values_list("action", flat=True)
    ) == [
        "patient.register",
        "referral.enter",
        "task.open",
    ]


def test_a_referral_with_a_next_step_has_no_task(place):
    program, by = place
    enter(program, by, next_step="Call her", due_on=TODAY, owner_id=by.id)
    assert open_tasks(program) == []


def test_the_same_form_twice_makes_one_referral_and_one_patient(place):
    program, by = place
    key = uuid.uuid4()
    assert enter(program, by, entry_key=key) == enter(program, by, entry_key=key)
    assert Referral.objects.of(program).count() == Patient.objects.of(program).count() == 1


def test_a_second_referral_while_one_is_undecided_is_refused_and_leaves_nothing(place):
    program, by = place
    referral = enter(program, by)
    with pytest.raises(ValidationError, match="undecided referral"):
        enter(program, by, patient=referral.patient)
    assert Referral.objects.of(program).count() == 1


def test_a_declined_patient_may_be_referred_again(place):
    program, by = place
    referral = enter(program, by)
    decline(referral=referral, reason="patient", by=by, at=NOW)
    assert enter(program, by, patient=referral.patient).pk != referral.pk


@pytest.mark.parametrize(
    "fields",
    [
        {"received_on": TODAY + DAY},
        {"next_step": "Call"},  # by when?
        {"referred_by": "x" * 121},
        {"patient_fields": {**ANA, "birth_date": TODAY + DAY}},
        {"patient_fields": {"given_name": " ", "family_name": ""}},
        {"patient_fields": {**ANA, "email": "nobody"}},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_half_written(place, fields):
    program, by = place
    with pytest.raises(ValidationError):
        enter(program, by, **fields)
    assert not Patient.objects.of(program).exists()
    assert not AuditEntry.objects.filter(chain=program.pk).exists()


def test_an_owner_is_somebody_of_the_program_who_may_work_on_referrals(place):
    program, by = place
    for stranger in (make.member(program, "finance"), make.member(make.program(), "director")):
        with pytest.raises(ValidationError):
            enter(program, by, owner_id=stranger.user_id)


def test_whoever_enters_a_referral_owns_it_and_its_task_until_somebody_else_does(place):
    program, by = place
    other = make.member(program, "clinician")
    mine = enter(program, by)
    theirs = enter(program, by, patient=make.patient(program), owner_id=other.user_id)
    assert (mine.owner_id, theirs.owner_id) == (by.id, other.user_id)
    assert {task.referral_id: task.owner_id for task in open_tasks(program)} == {
        mine.pk: by.id,
        theirs.pk: other.user_id,
    }


def test_a_next_step_closes_the_task_and_taking_it_away_opens_it(place):
    program, by = place
    referral = enter(program, by)
    set_next_step(referral=referral, next_step="Ask for the card", due_on=TODAY, by=by, at=NOW)
    assert open_tasks(program) == []
    assert Task.objects.of(program).get().disposition == "next_step"
    referral.refresh_from_db()
    assert referral.owner_id == by.id
    set_next_step(referral=referral, next_step="", blocked_by="insurance_card", by=by, at=NOW)
    (task,) = open_tasks(program)
    assert task.why == "No next step. Blocked: insurance card missing."


def test_a_next_step_needs_a_day_that_is_not_past(place):
    program, by = place
    referral = enter(program, by)
    for due_on in (None, TODAY - DAY):
        with pytest.raises(ValidationError):
            set_next_step(referral=referral, next_step="Call", due_on=due_on, by=by, at=NOW)


def test_the_task_opens_again_when_the_day_has_passed_and_only_once(place):
    program, by = place
    referral = enter(program, by)
    set_next_step(referral=referral, next_step="Call her", due_on=TODAY, by=by, at=NOW)
    worker = make.worker(program)
    assert reopen_overdue(program=program, by=worker, at=NOW) == 0
    assert reopen_overdue(program=program, by=worker, at=NOW + DAY) == 1
    assert reopen_overdue(program=program, by=worker, at=NOW + DAY) == 0
    (task,) = open_tasks(program)
    assert (task.why, task.owner_id) == ("Next step was due: Call her", by.id)
    assert task.due_at < NOW + DAY


def test_the_day_passes_by_the_programs_clock(place):
    program, by = place
    referral = enter(program, by)
    set_next_step(referral=referral, next_step="Call her", due_on=TODAY, by=by, at=NOW)
    worker = make.worker(program)
    midnight = dt.datetime(2026, 11, 24, 5, tzinfo=dt.UTC)  # in New York
    assert reopen_overdue(program=program, by=worker, at=midnight - dt.timedelta(seconds=1)) == 0
    assert reopen_overdue(program=program, by=worker, at=midnight) == 1


def test_decided_referrals_have_no_task_ever(place):
    program, by = place
    decline(referral=enter(program, by), reason="payer", by=by, at=NOW)
    assert open_tasks(program) == []
    assert reopen_overdue(program=program, by=make.worker(program), at=NOW + 30 * DAY) == 0


def test_accepting_opens_an_episode_and_tells_the_other_rooms(place):
    program, by = place
    heard = []

    def listen(sender, episode, by, at, **named):
        heard.append(episode.pk)

    referral = enter(program, by)
    episode_opened.connect(listen)
    try:
        episode = accept(referral=referral, by=by, at=NOW, note="Fits.")
    finally:
        episode_opened.disconnect(listen)
    referral.refresh_from_db()
    assert heard == [episode.pk]
    assert (episode.opened_on, episode.status, episode.referral_id) == (TODAY, "active", referral.pk)
    assert (referral.status, referral.decided_on, referral.decided_by_id) == ("accepted", TODAY, by.id)
    assert not [task for task in open_tasks(program) if task.kind == "referral"]
    assert AuditEntry.objects.filter(action="referral.accept", patient_id=referral.patient_id).exists()


@pytest.mark.parametrize("first", ["accept", "decline"])
@pytest.mark.parametrize("then", ["accept", "decline", "wait", "step"])
def test_what_is_decided_stays_decided(place, first, then):
    program, by = place
    referral = enter(program, by)
    acts = {
        "accept": lambda: accept(referral=referral, by=by, at=NOW),
        "decline": lambda: decline(referral=referral, reason="payer", by=by, at=NOW),
        "wait": lambda: wait(referral=referral, by=by, at=NOW),
        "step": lambda: set_next_step(referral=referral, next_step="x", due_on=TODAY, by=by, at=NOW),
    }
    acts[first]()
    with pytest.raises(ValidationError, match="nothing was changed"):
        acts[then]()
    assert Episode.objects.of(program).count() == (first == "accept")


def test_declining_needs_a_reason_from_the_list(place):
    program, by = place
    for reason in ("", "because"):
        with pytest.raises(ValidationError):
            decline(referral=enter(program, by, entry_key=uuid.UUID(int=1)), reason=reason, by=by, at=NOW)


def test_somebody_in_the_program_is_not_accepted_again(place):
    program, by = place
    episode = make.episode(program)
    again = make.referral(program, patient=episode.patient)
    with pytest.raises(ValidationError, match="in the program already"):
        accept(referral=again, by=by, at=NOW)
    again.refresh_from_db()
    assert again.status == "open"


def test_waiting_until_a_day_is_looked_at_again_on_it(place):
    program, by = place
    referral = enter(program, by)
    wait(referral=referral, until=TODAY + 7 * DAY, blocked_by="capacity", by=by, at=NOW)
    referral.refresh_from_db()
    assert (referral.status, referral.next_step) == ("waiting", "Look at it again")
    assert open_tasks(program) == []
    assert reopen_overdue(program=program, by=make.worker(program), at=NOW + 8 * DAY) == 1
    resume(referral=referral, by=by, at=NOW + 8 * DAY)
    referral.refresh_from_db()
    assert (referral.status, referral.next_step) == ("open", "")
    assert len(open_tasks(program)) == 1


def test_a_contact_is_logged_once_per_form(place):
    program, by = place
    referral, key = enter(program, by), uuid.uuid4()
    for _ in range(2):
        log_contact(referral=referral, channel="phone", outcome="no_answer", entry_key=key, by=by, at=NOW)
    assert Contact.objects.of(program).count() == 1
    assert queries.contacts(referral)[0].by_id == by.id


@pytest.mark.parametrize("role", ["finance", "analyst"])
def test_who_may_not_enter_or_decide_may_not(place, role):
    program, by = place
    other = make.actor(make.member(program, role))
    referral = enter(program, by)
    for act in (
        lambda: enter(program, other),
        lambda: accept(referral=referral, by=other, at=NOW),
        lambda: decline(referral=referral, reason="payer", by=other, at=NOW),
        lambda: wait(referral=referral, by=other, at=NOW),
        lambda: set_next_step(referral=referral, next_step="", by=other, at=NOW),
        lambda: log_contact(referral=referral, channel="phone", outcome="sent", by=other, at=NOW),
        lambda: queries.referral_list(program, by=other, on=TODAY),
        lambda: queries.referral(program, referral.pk, by=other),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_an_episode_ends_once_and_not_before_it_began(place):
    program, by = place
    episode = make.episode(program)
    for day in (episode.opened_on - DAY, TODAY + DAY):
        with pytest.raises(ValidationError):
            complete_episode(episode=episode, on=day, by=by, at=NOW)
    with pytest.raises(ValidationError):
        close_episode(episode=episode, reason=" ", by=by, at=NOW)
    complete_episode(episode=episode, by=by, at=NOW)
    with pytest.raises(ValidationError, match="closed already"):
        close_episode(episode=episode, reason="Moved away", by=by, at=NOW)
    episode.refresh_from_db()
    assert (episode.status, episode.closed_on) == ("completed", TODAY)


def test_the_list_shows_who_needs_somebody_first(place):
    program, by = place
    rested = make.referral(program, next_step="Call", due_on=TODAY, received_on=TODAY - 40 * DAY)
    overdue = make.referral(program, next_step="Call", due_on=TODAY - DAY, received_on=TODAY - 2 * DAY)
    newest = make.referral(program, received_on=TODAY)
    oldest = make.referral(program, received_on=TODAY - 20 * DAY)
    make.referral(program, status="declined", decline_reason="payer", decided_on=TODAY)
    page = queries.referral_list(program, by=by, on=TODAY)
    assert page.referrals == [oldest, newest, overdue, rested]
    assert (page.total, page.no_step, page.overdue) == (4, 2, 1)


def test_the_list_is_filtered_by_owner_blocker_and_status(place):
    program, by = place
    mine = make.referral(program, owner_id=by.id)
    blocked = make.referral(program, blocked_by="records")
    waiting = make.referral(program, status="waiting")
    listed = lambda **wanted: queries.referral_list(program, by=by, on=TODAY, **wanted).referrals  # noqa: E731
    assert listed(owner_id=by.id) == [mine]
    assert listed(blocked_by="records") == [blocked]
    assert set(listed(blocked_by="")) == {mine, waiting}
    assert listed(status="waiting") == [waiting]
    assert listed(status="accepted") == []


def test_the_list_knows_the_last_contact(place):
    program, by = place
    referral = make.referral(program)
    log_contact(referral=referral, channel="phone", outcome="no_answer", by=by, at=NOW - DAY)
    log_contact(referral=referral, channel="message", outcome="sent", by=by, at=NOW)
    (row,) = queries.referral_list(program, by=by, on=TODAY).referrals
    assert (row.last_contact_at, row.last_contact_channel) == (NOW, "message")


def test_reading_leaves_one_entry_that_names_whom(place):
    program, by = place
    patients = sorted(make.referral(program).patient_id for _ in range(3))
    queries.referral_list(program, by=by, on=TODAY)
    entry = AuditEntry.objects.get(chain=program.pk)
    assert (entry.action, entry.detail["patients"]) == ("patient.list", patients)


def test_another_programs_referral_is_not_there(place):
    program, by = place
    other = make.referral(make.program())
    assert queries.referral(program, other.pk, by=by) is None


def test_the_funnel_counts_everybody_referred(place):
    program, _ = place
    make.referral(program)
    make.referral(program, status="waiting")
    make.referral(program, status="declined", decline_reason="payer", decided_on=TODAY)
    for days, status in ((3, "active"), (10, "completed"), (4, "left")):
        taken = make.referral(program, status="accepted", received_on=TODAY - days * DAY, decided_on=TODAY)
        make.episode(program, patient=taken.patient, referral=taken, status=status)
    make.episode(program, source="registry", opened_on=None, status="active")
    make.referral(make.program())
    funnel = queries.funnel(program)
    assert (funnel.referred, funnel.open, funnel.waiting, funnel.declined, funnel.accepted) == (6, 1, 1, 1, 3)
    assert (funnel.active, funnel.completed, funnel.left, funnel.from_registry) == (2, 1, 1, 1)
    assert funnel.days_to_accept == 4


def test_an_empty_programs_funnel_has_no_median():
    assert queries.funnel(make.program()).days_to_accept is None


def test_a_record_that_was_merged_is_not_referred(place):
    program, by = place
    keep, drop = make.patient(program), make.patient(program)
    merge(keep=keep, drop=drop, by=by, at=NOW)
    with pytest.raises(ValidationError, match="merged into another"):
        enter(program, by, patient=drop)
