"""The pages of referrals: entering, working, deciding and importing, as a browser without JavaScript does."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from tests.integration import factories as make
from tests.integration.costs import cost

from allay_web.audit.models import AuditEntry
from allay_web.enrolment.actions import log_contact
from allay_web.enrolment.models import Contact, Episode, Referral
from allay_web.people.models import Patient

pytestmark = pytest.mark.django_db

TODAY = make.TODAY


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def place():
    program = make.program()
    who = make.member(program, "coordinator")
    return program, who, make.client_for(who)


def entry(**fields):
    return {
        "given_name": "Ana",
        "family_name": "Muñoz",
        "birth_date": "1970-03-04",
        "received_on": TODAY.isoformat(),
        "entry_key": str(uuid.uuid4()),
        **fields,
    }


def test_the_empty_list_says_what_to_do(place):
    program, _, client = place
    page = client.get(make.url("enrolment:referrals", program)).content.decode()
    assert "No open referrals" in page
    assert make.url("enrolment:new", program) in page


def test_a_row_says_all_that_moves_a_referral(place):
    program, who, client = place
    patient = make.patient(program, language="es", payer_type="medicaid")
    referral = make.referral(
        program,
        patient=patient,
        blocked_by="insurance_card",
        next_step="Ask for the card",
        owner_id=who.user_id,
        due_on=TODAY - dt.timedelta(days=3),
    )
    log_contact(
        referral=referral,
        channel="phone",
        outcome="left_message",
        by=make.actor(who),
        at=make.NOW - dt.timedelta(days=2),
    )
    page = client.get(make.url("enrolment:referrals", program)).content.decode()
    for words in (
        patient.name,
        "Spanish",
        '<td class="num" data-label="Days">9</td>',
        "Medicaid",
        "Insurance card missing",
        "Ask for the card",
        "Fri 20 Nov, late",
        str(who.user),
        "Left a message, 2 days ago",
    ):
        assert words in page


def test_the_list_takes_as_many_queries_for_forty_rows_as_for_three(place):
    program, who, client = place
    address = make.url("enrolment:referrals", program)

    def fill(n):
        for _ in range(n):
            referral = make.referral(program, owner_id=who.user_id)
            log_contact(referral=referral, channel="phone", outcome="sent", by=make.actor(who), at=make.NOW)

    fill(3)
    few = cost(client, address)
    fill(37)
    assert cost(client, address) == few


def test_pages_and_filters_that_make_no_sense_show_the_list(place):
    program, _, client = place
    for _ in range(41):
        make.referral(program)
    address = make.url("enrolment:referrals", program)
    assert b"Page 2 of 2" in client.get(address, {"page": 2}).content
    for nonsense in ({"page": "x"}, {"owner": "x"}, {"status": "x"}, {"blocker": "x"}, {"page": "-1"}):
        assert client.get(address, nonsense).status_code == 200


def test_a_filter_survives_paging(place):
    program, _, client = place
    for _ in range(41):
        make.referral(program, blocked_by="records")
    page = client.get(make.url("enrolment:referrals", program), {"blocker": "records"})
    assert b"?blocker=records&amp;page=2" in page.content


def test_a_referral_is_entered_and_a_second_sending_leads_to_the_same(place):
    program, _, client = place
    data = entry(referred_by="Dr. Patel")
    first = client.post(make.url("enrolment:new", program), data)
    again = client.post(make.url("enrolment:new", program), data)
    referral = Referral.objects.of(program).get()
    assert (
        first["Location"]
        == again["Location"]
        == make.url("enrolment:referral", program, referral=referral.pk)
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"family_name": ""}, "required"),
        ({"received_on": "2026-12-24"}, "cannot have come in the future"),
        ({"birth_date": "2027-01-01"}, "cannot lie in the future"),
        ({"birth_date": "yesterday"}, "valid date"),
        ({"next_step": "Call"}, "Say by when"),
        ({"email": "nobody"}, "valid email"),
        ({"payer_type": "gold"}, "not one of the available choices"),
        ({"entry_key": "x"}, "valid UUID"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(place, change, words):
    program, _, client = place
    page = client.post(make.url("enrolment:new", program), entry(reason="Back pain", **change))
    assert words in page.content.decode()
    assert "Back pain" in page.content.decode()
    assert not Patient.objects.of(program).exists()


def test_somebody_known_is_offered_before_a_second_record_is_made(place):
    program, _, client = place
    known = make.patient(program, given_name="ANA", family_name="Munoz", birth_date=dt.date(1970, 3, 4))
    data = entry()
    page = client.post(make.url("enrolment:new", program), data).content.decode()
    assert "This may be somebody who is known" in page
    assert not Referral.objects.of(program).exists()
    client.post(make.url("enrolment:new", program), {**data, "person": f"same:{known.pk}"})
    assert Referral.objects.of(program).get().patient_id == known.pk


def test_somebody_like_a_known_person_may_be_new_all_the_same(place):
    program, _, client = place
    make.patient(program, given_name="Ana", family_name="Munoz", birth_date=dt.date(1970, 3, 4))
    client.post(make.url("enrolment:new", program), entry(person="new"))
    assert Patient.objects.of(program).count() == 2


def test_an_undecided_referral_is_pointed_at_instead(place):
    program, _, client = place
    referral = make.referral(program)
    who = referral.patient
    data = entry(
        given_name=who.given_name, family_name=who.family_name, birth_date=who.birth_date.isoformat()
    )
    page = client.post(make.url("enrolment:new", program), data).content.decode()
    assert make.url("enrolment:referral", program, referral=referral.pk) in page
    forced = client.post(make.url("enrolment:new", program), {**data, "person": f"same:{who.pk}"})
    assert "undecided referral" in forced.content.decode()


def test_a_person_of_another_program_cannot_be_named(place):
    program, _, client = place
    stranger = make.patient(make.program())
    data = entry(person=f"same:{stranger.pk}")
    assert client.post(make.url("enrolment:new", program), data).status_code == 404


def test_the_referrals_page_logs_and_sets_what_is_next(place):
    program, who, client = place
    referral = make.referral(program)
    address = {"referral": referral.pk}
    contact = {
        "channel": "phone",
        "outcome": "reached",
        "note": "Wants mornings",
        "entry_key": str(uuid.uuid4()),
    }
    for _ in range(2):
        client.post(make.url("enrolment:contact", program, **address), contact)
    step = {"next_step": "Offer Group B", "due_on": "2026-11-25", "owner": who.user_id, "blocked_by": ""}
    client.post(make.url("enrolment:next_step", program, **address), step)
    page = client.get(make.url("enrolment:referral", program, **address)).content.decode()
    assert Contact.objects.of(program).count() == 1
    assert page.count("Wants mornings") == 1
    assert 'value="Offer Group B"' in page
    refused = client.post(
        make.url("enrolment:next_step", program, **address), {**step, "due_on": "2026-11-01"}
    )
    assert "Choose today or a later day" in refused.content.decode()
    assert client.post(make.url("enrolment:contact", program, **address), {}).status_code == 200


def test_the_page_takes_as_many_queries_for_many_contacts_as_for_one(place):
    program, who, client = place
    referral = make.referral(program)
    address = make.url("enrolment:referral", program, referral=referral.pk)

    def fill(n):
        for _ in range(n):
            by = make.actor(make.member(program))
            log_contact(referral=referral, channel="phone", outcome="sent", by=by, at=make.NOW)

    fill(1)
    few = cost(client, address)
    fill(20)
    assert cost(client, address) == few


def test_accepting_opens_an_episode_and_a_second_time_is_told_kindly(place):
    program, _, client = place
    referral = make.referral(program)
    accept = make.url("enrolment:accept", program, referral=referral.pk)
    client.post(accept, {"clinician": "", "note": ""})
    again = client.post(accept, {"clinician": "", "note": ""}, follow=True).content.decode()
    assert Episode.objects.of(program).count() == 1
    assert "was accepted on 2026-11-23; nothing was changed" in again


def test_declining_needs_a_reason(place):
    program, _, client = place
    referral = make.referral(program)
    decline = make.url("enrolment:decline", program, referral=referral.pk)
    assert "required" in client.post(decline, {"reason": ""}).content.decode()
    page = client.post(decline, {"reason": "payer", "note": "Plan X."}, follow=True).content.decode()
    assert "Reason: payer does not cover the program." in page


def test_waiting_and_taking_up_again(place):
    program, _, client = place
    referral = make.referral(program)
    wait = make.url("enrolment:wait", program, referral=referral.pk)
    assert "Choose today" in client.post(wait, {"until": "2026-01-01"}).content.decode()
    client.post(wait, {"until": "2026-12-01", "blocked_by": "capacity"})
    referral.refresh_from_db()
    assert (referral.status, referral.blocked_by) == ("waiting", "capacity")
    client.post(make.url("enrolment:resume", program, referral=referral.pk))
    referral.refresh_from_db()
    assert referral.status == "open"


def test_a_clinician_decides_but_does_not_enter(place):
    program, _, _ = place
    client = make.client_for(make.member(program, "clinician"))
    referral = make.referral(program)
    page = client.get(make.url("enrolment:referral", program, referral=referral.pk)).content.decode()
    assert "Accept into the program" in page
    assert "Log this contact" not in page
    assert client.get(make.url("enrolment:new", program)).status_code == 403
    assert client.get(make.url("enrolment:import_referrals", program)).status_code == 403


def test_another_programs_referral_is_not_there(place):
    program, _, client = place
    other = make.referral(make.program())
    assert client.get(make.url("enrolment:referral", program, referral=other.pk)).status_code == 404
    for act in ("next_step", "contact", "accept", "decline", "wait", "resume"):
        address = make.url(f"enrolment:{act}", program, referral=other.pk)
        assert client.post(address, {}).status_code == 404


def test_opening_a_referral_is_audited(place):
    program, _, client = place
    referral = make.referral(program)
    client.get(make.url("enrolment:referral", program, referral=referral.pk))
    assert AuditEntry.objects.filter(
        chain=program.pk, action="patient.read", patient_id=referral.patient_id
    ).exists()


def test_an_episode_is_ended_from_its_page(place):
    program, _, client = place
    episode = make.episode(program)
    end = make.url("enrolment:end", program, episode=episode.pk)
    assert "Say why" in client.post(end, {"how": "left", "on": "2026-11-23"}).content.decode()
    client.post(end, {"how": "completed", "on": "2026-11-23"})
    episode.refresh_from_db()
    assert episode.status == "completed"
    assert "Completed on Mon 23 Nov 2026" in client.get(end).content.decode()
    assert client.post(end, {"how": "completed", "on": "2026-11-23"}).status_code == 200
