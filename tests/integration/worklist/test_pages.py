"""Today and the duty page: what is shown, what is done in place, by whom, and at what cost."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.integration import factories as make
from tests.integration.costs import cost

from allay_web.audit.models import AuditEntry
from allay_web.worklist.models import Absence, DutyShift, Task
from allay_web.worklist.queries import today

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def place():
    program = make.program()
    who = make.member(program, "director")
    return program, who, make.client_for(who)


def alert(program, who, **fields):
    patient = make.patient(program)
    episode = make.episode(program, patient=patient)
    return make.task(program, kind="safety", owner=who.user, patient=patient, episode=episode, **fields)


def test_an_empty_day_says_so(place):
    program, _, client = place
    page = client.get(make.url("worklist:today", program)).content.decode()
    assert "Today, Monday 23 November" in page
    assert "Nothing needs you now" in page


def test_rows_say_who_what_and_how_late(place):
    program, who, client = place
    patient = make.patient(program, language="es", payer_type="medicaid")
    referral = make.referral(program, patient=patient)
    make.task(
        program,
        patient=patient,
        referral=referral,
        owner=who.user,
        why="No next step. Blocked: insurance card missing.",
        due_at=make.NOW - dt.timedelta(days=2),
    )
    page = client.get(make.url("worklist:today", program)).content.decode()
    for words in (
        patient.name,
        "Spanish",
        "Referred 9 days ago · Dr. Patel · Medicaid",
        "Blocked: insurance card missing.",
        "2 days late",
        "1 thing needs you. 1 is late.",
        f'href="tel:{patient.phone}"',
    ):
        assert words in page


def test_safety_comes_first_then_what_is_late_then_by_due_time(place):
    program, who, _ = place
    hours = dt.timedelta(hours=1)
    later = make.task(program, due_at=make.NOW + 5 * hours)
    whenever = make.task(program, due_at=None)
    soon = make.task(program, due_at=make.NOW + hours)
    late = make.task(program, due_at=make.NOW - hours)
    later_still = make.task(program, due_at=make.NOW - 50 * hours)
    taken = alert(program, who, acknowledged_at=make.NOW)
    new = alert(program, who)
    found = today(program, by=make.actor(who), at=make.NOW)
    assert found.tasks == [new, taken, later_still, late, soon, later, whenever]
    assert (found.things, found.late) == (7, 2)


def test_mine_is_mine_and_nobodys_and_every_safety_alert(place):
    program, who, _ = place
    other = make.member(program, "clinician")
    mine, nobodys = make.task(program, owner=who.user), make.task(program)
    theirs, safety = make.task(program, owner=other.user), alert(program, other)
    by = make.actor(who)
    assert set(today(program, by=by, at=make.NOW, whose="mine").tasks) == {mine, nobodys, safety}
    assert theirs in today(program, by=by, at=make.NOW, whose="all").tasks


def test_the_page_takes_as_many_queries_for_forty_rows_as_for_three(place):
    program, who, client = place
    address = make.url("worklist:today", program)

    def fill(n):
        for _ in range(n):
            make.task(program, patient=make.patient(program), owner=who.user, kind="form")
            alert(program, who)
            referral = make.referral(program)
            make.task(program, patient=referral.patient, referral=referral)

    fill(1)
    few = cost(client, address)
    fill(13)
    assert cost(client, address) == few


def test_the_list_is_paged(place):
    program, _, client = place
    for _ in range(45):
        make.task(program)
    address = make.url("worklist:today", program)
    assert b"5 more below" in client.get(address).content
    for page in ("2", "99", "0", "x", "-1", "9" * 30):
        assert client.get(address, {"page": page}).status_code == 200


def test_reading_the_list_is_audited(place):
    program, who, client = place
    task = alert(program, who)
    client.get(make.url("worklist:today", program))
    entry = AuditEntry.objects.get(chain=program.pk, action="patient.list")
    assert entry.detail == {"page": "today", "patients": [task.patient_id]}


def test_an_alert_is_taken_on_and_closed_without_javascript(place):
    program, who, client = place
    task = alert(program, who)
    page = client.get(make.url("worklist:today", program)).content.decode()
    assert "Acknowledge" in page
    assert "safety_plan" not in page  # what was done is asked once it is taken on
    assert client.post(make.url("worklist:acknowledge", program, task=task.pk)).status_code == 302
    assert "safety_plan" in client.get(make.url("worklist:today", program)).content.decode()
    done = client.post(
        make.url("worklist:close", program, task=task.pk),
        {"disposition": "safety_plan", "note": "Spoke for an hour.", "whose": "all"},
    )
    assert done["Location"].endswith("today/?whose=all")
    task.refresh_from_db()
    assert (task.disposition, task.closed_by_id) == ("safety_plan", who.user_id)


def test_a_row_is_changed_in_place(place):
    program, _, client = place
    task = make.task(program, kind="form", patient=make.patient(program))
    address = make.url("worklist:close", program, task=task.pk)
    refused = client.post(address, {"disposition": ""}, **HTMX).content.decode()
    assert f'<tr id="task-{task.pk}"' in refused
    assert "Choose what was done from the list." in refused
    done = client.post(address, {"disposition": "reminded"}, **HTMX).content.decode()
    assert "Closed: Reminded - patient will answer." in done
    assert 'hx-swap-oob="true"' in done
    assert "<html" not in done
    again = client.post(address, {"disposition": "refused"}, **HTMX).content.decode()
    assert "closed already" in again


def test_a_task_is_put_off_until_the_morning(place):
    program, _, client = place
    task = make.task(program, kind="form")
    client.post(make.url("worklist:snooze", program, task=task.pk), {"days": "1"})
    task.refresh_from_db()
    assert task.snoozed_until == dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)  # eight in New York


def test_a_task_is_handed_over(place):
    program, _, client = place
    other = make.member(program, "coordinator")
    task = make.task(program, kind="form")
    client.post(make.url("worklist:hand_over", program, task=task.pk), {"owner": other.user_id})
    task.refresh_from_db()
    assert task.owner_id == other.user_id


@pytest.mark.parametrize(
    ("act", "data"),
    [("snooze", {"days": "1000"}), ("snooze", {}), ("hand_over", {"owner": "x"}), ("hand_over", {})],
)
def test_what_no_form_sends_is_a_bad_request(place, act, data):
    program, _, client = place
    task = make.task(program)
    assert client.post(make.url(f"worklist:{act}", program, task=task.pk), data).status_code == 400


def test_a_referral_gets_its_next_step_from_its_row(place):
    program, who, client = place
    referral = make.referral(program, blocked_by="records")
    task = make.task(program, referral=referral, patient=referral.patient, key=f"referral:{referral.pk}")
    address = make.url("enrolment:next_step", program, referral=referral.pk)
    data = {"task": task.pk, "next_step": "Ask again", "blocked_by": "records", "owner": ""}
    refused = client.post(address, data, **HTMX).content.decode()
    assert "Say by when" in refused
    done = client.post(address, {**data, "due_on": "2026-11-25"}, **HTMX).content.decode()
    assert "Next step: Ask again" in done
    task.refresh_from_db()
    referral.refresh_from_db()
    assert (task.disposition, referral.owner_id, referral.blocked_by) == (
        "next_step",
        who.user_id,
        "records",
    )


def test_another_programs_task_is_not_there(place):
    program, _, client = place
    other = make.task(make.program())
    for act in ("acknowledge", "close", "snooze", "hand_over"):
        assert client.post(make.url(f"worklist:{act}", program, task=other.pk)).status_code == 404


@pytest.mark.parametrize("role", ["finance", "analyst"])
def test_who_may_not_read_patients_does_not_see_the_list(role):
    program = make.program()
    client = make.client_for(make.member(program, role))
    assert client.get(make.url("worklist:today", program)).status_code == 403


# The duty page.


def shift(owner, deputy="", **fields):
    data = {"weekday": "1", "starts": "08:00", "ends": "17:00", "owner": owner, "deputy": deputy, **fields}
    return {f"shift-{name}": value for name, value in data.items()}


def test_hours_are_added_and_removed(place):
    program, who, client = place
    other = make.member(program, "clinician")
    add = make.url("worklist:add_shift", program)
    assert client.post(add, shift(who.user_id, other.user_id)).status_code == 302
    made = DutyShift.objects.of(program).get()
    assert (made.owner_id, made.deputy_id) == (who.user_id, other.user_id)
    page = client.get(make.url("worklist:duty", program)).content.decode()
    assert "is on duty now" in page
    client.post(make.url("worklist:remove_shift", program, shift=made.pk))
    assert not DutyShift.objects.of(program).exists()
    actions = AuditEntry.objects.filter(chain=program.pk).values_list("action", flat=True)
    assert {"duty.add", "duty.remove"} <= set(actions)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends": "08:00"}, "end after the start"),
        ({"starts": "16:00", "ends": "18:00"}, "overlap 08:00 to 17:00"),
        ({"starts": "07:00", "ends": "08:01"}, "overlap"),
        ({"deputy": "owner"}, "other than the owner"),
        ({"owner": ""}, "required"),
        ({"starts": "8 o'clock"}, "valid time"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field(place, change, words):
    program, who, client = place
    other = make.member(program, "coordinator")
    make.shift(program, other)
    data = shift(who.user_id, starts="17:00", ends="20:00")
    data |= {f"shift-{name}": value for name, value in change.items()}
    if change.get("deputy") == "owner":
        data["shift-deputy"] = who.user_id
    answer = client.post(make.url("worklist:add_shift", program), data)
    assert words in answer.content.decode()
    assert DutyShift.objects.of(program).count() == 1


def test_hours_that_only_touch_do_not_overlap(place):
    program, who, client = place
    make.shift(program, who)
    client.post(make.url("worklist:add_shift", program), shift(who.user_id, starts="17:00", ends="23:59"))
    assert DutyShift.objects.of(program).count() == 2


def test_only_somebody_who_may_act_on_alerts_is_on_duty(place):
    program, _, client = place
    for stranger in (make.member(program, "finance"), make.member(make.program(), "director")):
        client.post(make.url("worklist:add_shift", program), shift(stranger.user_id))
    assert not DutyShift.objects.of(program).exists()


def test_absences_are_noted_and_removed(place):
    program, who, client = place
    data = {
        "absence-user": who.user_id,
        "absence-first_day": "2026-11-23",
        "absence-last_day": "2026-11-22",
    }
    answer = client.post(make.url("worklist:add_absence", program), data)
    assert "not before the first" in answer.content.decode()
    data["absence-last_day"] = "2026-11-27"
    client.post(make.url("worklist:add_absence", program), data)
    made = Absence.objects.of(program).get()
    assert b"Mon 23 Nov 2026" in client.get(make.url("worklist:duty", program)).content
    client.post(make.url("worklist:remove_absence", program, absence=made.pk))
    assert not Absence.objects.of(program).exists()


def test_crisis_numbers_and_times_are_changed_and_audited(place):
    program, _, client = place
    data = {
        "settings-crisis_phone": "988",
        "settings-local_crisis_name": "County crisis line",
        "settings-local_crisis_phone": "304-555-0911",
        "settings-phone": "",
        "settings-escalate_after_minutes": "15",
        "settings-link_valid_days": "7",
    }
    assert client.post(make.url("worklist:duty", program), data).status_code == 302
    program.refresh_from_db()
    assert (program.local_crisis_phone, program.escalate_after_minutes) == ("304-555-0911", 15)
    entry = AuditEntry.objects.get(chain=program.pk, action="program.configure")
    assert entry.detail["before"]["escalate_after_minutes"] == 30
    for wrong in ({"settings-escalate_after_minutes": "1"}, {"settings-crisis_phone": ""}):
        assert client.post(make.url("worklist:duty", program), {**data, **wrong}).status_code == 200
    program.refresh_from_db()
    assert (program.escalate_after_minutes, program.crisis_phone) == (15, "988")


def test_the_duty_page_takes_as_many_queries_for_many_shifts_as_for_one(place):
    program, who, client = place
    address = make.url("worklist:duty", program)
    make.shift(program, who, make.member(program))
    make.absence(program, who, make.TODAY, make.TODAY)
    few = cost(client, address)
    for weekday in range(2, 8):
        member = make.member(program)
        make.shift(program, member, make.member(program), weekday=weekday)
        make.absence(program, member, make.TODAY, make.TODAY)
    assert cost(client, address) == few


@pytest.mark.parametrize("role", ["coordinator", "clinician", "finance", "analyst"])
def test_only_a_director_configures(role):
    program = make.program()
    client = make.client_for(make.member(program, role))
    assert client.get(make.url("worklist:duty", program)).status_code == 403
    assert client.post(make.url("worklist:add_shift", program), {}).status_code == 403


def test_tasks_stay_as_they_were_after_a_refusal(place):
    program, who, client = place
    task = alert(program, who)
    client.post(make.url("worklist:close", program, task=task.pk), {"disposition": "safety_plan"})
    assert Task.objects.of(program).get().closed_at is None


def test_an_absence_sent_twice_is_noted_once(place):
    program, who, client = place
    sent = {
        "absence-user": who.user_id,
        "absence-first_day": "2027-01-01",
        "absence-last_day": "2027-01-05",
    }
    for _ in range(2):
        assert client.post(make.url("worklist:add_absence", program), sent).status_code == 302
    assert Absence.objects.of(program).count() == 1
