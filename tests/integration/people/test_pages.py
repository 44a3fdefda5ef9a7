"""The pages of patients: list, search, details and merging."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.integration import factories as make
from tests.integration.costs import cost

from allay_web.audit.models import AuditEntry
from allay_web.people.models import Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    program = make.program()
    who = make.member(program, "coordinator")
    return program, who, make.client_for(who)


def details(patient, **changes):
    names = ("given_name", "family_name", "phone", "email", "language", "payer_type", "payer_name")
    fields = {name: getattr(patient, name) for name in names}
    return {**fields, "birth_date": patient.birth_date.isoformat(), **changes}


def test_the_empty_list_says_where_patients_come_from(place):
    program, _, client = place
    assert b"Patients come with their referral" in client.get(make.url("people:patients", program)).content


def test_the_list_leads_to_the_episode_or_the_referral(place):
    program, _, client = place
    episode, referral = make.episode(program), make.referral(program)
    page = client.get(make.url("people:patients", program)).content.decode()
    assert make.url("care:patient", program, episode=episode.pk) in page
    assert make.url("enrolment:referral", program, referral=referral.pk) in page


def test_the_list_takes_as_many_queries_for_forty_rows_as_for_three(place):
    program, _, client = place
    address = make.url("people:patients", program)
    for _ in range(3):
        make.episode(program)
    few = cost(client, address)
    for _ in range(37):
        make.episode(program)
    assert cost(client, address) == few


def test_a_search_is_posted_and_found_whatever_the_accents(place):
    program, _, client = place
    make.patient(program, given_name="Inés", family_name="Muñoz")
    make.patient(program, given_name="Rosa", family_name="Haddad")
    page = client.post(make.url("people:patients", program), {"text": "munoz ines"}).content.decode()
    assert "Inés Muñoz" in page
    assert "Rosa Haddad" not in page
    none = client.post(make.url("people:patients", program), {"text": "nobody"}).content.decode()
    assert "Nobody found" in none


def test_nothing_typed_in_an_address_is_searched_for(place):
    program, _, client = place
    make.patient(program, given_name="Inés", family_name="Muñoz")
    make.patient(program, given_name="Rosa", family_name="Haddad")
    page = client.get(make.url("people:patients", program), {"text": "munoz"}).content.decode()
    assert "Rosa Haddad" in page


def test_details_are_changed(place):
    program, _, client = place
    patient = make.patient(program)
    address = make.url("people:edit", program, patient=patient.pk)
    assert client.post(address, details(patient, best_time="evenings")).status_code == 302
    patient.refresh_from_db()
    assert patient.best_time == "evenings"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"birth_date": "2090-01-01"}, "cannot lie in the future"),
        ({"email": "nobody"}, "valid email"),
        ({"given_name": "", "family_name": ""}, "This field is required"),
    ],
)
def test_details_that_do_not_fit_are_refused(place, change, words):
    program, _, client = place
    patient = make.patient(program)
    page = client.post(make.url("people:edit", program, patient=patient.pk), details(patient, **change))
    assert words in page.content.decode()
    assert patient.name in page.content.decode()


def test_a_patient_recorded_twice_is_pointed_out_compared_and_merged(place):
    program, _, client = place
    born = dt.date(1970, 3, 4)
    keep = make.patient(program, given_name="Ana", family_name="Muñoz", birth_date=born, phone="")
    drop = make.patient(program, given_name="ana", family_name="munoz", birth_date=born)
    referral = make.referral(program, patient=drop)
    merge = make.url("people:merge", program, keep=keep.pk, drop=drop.pk)
    assert merge in client.get(make.url("people:edit", program, patient=keep.pk)).content.decode()
    compared = client.get(merge).content.decode()
    assert "filled in" in compared
    assert "no button to undo" in compared
    client.post(merge)
    referral.refresh_from_db()
    assert referral.patient_id == keep.pk
    again = client.post(merge, follow=True).content.decode()
    assert "merged already" in again
    led = client.get(make.url("people:edit", program, patient=drop.pk))
    assert led["Location"] == make.url("people:edit", program, patient=keep.pk)


def test_the_other_record_is_searched_for(place):
    program, _, client = place
    keep, drop = make.patient(program), make.patient(program, given_name="Zoe", family_name="Quist")
    page = client.post(make.url("people:patients", program), {"text": "quist", "other": keep.pk})
    assert make.url("people:merge", program, keep=keep.pk, drop=drop.pk) in page.content.decode()


def test_a_clinician_may_change_details_but_not_merge(place):
    program, _, _ = place
    client = make.client_for(make.member(program, "clinician"))
    keep, drop = make.patient(program), make.patient(program)
    assert client.get(make.url("people:edit", program, patient=keep.pk)).status_code == 200
    assert client.get(make.url("people:merge", program, keep=keep.pk, drop=drop.pk)).status_code == 403


def test_another_programs_patient_is_not_there(place):
    program, _, client = place
    mine, other = make.patient(program), make.patient(make.program())
    assert client.get(make.url("people:edit", program, patient=other.pk)).status_code == 404
    for keep, drop in ((mine, other), (other, mine), (mine, mine)):
        address = make.url("people:merge", program, keep=keep.pk, drop=drop.pk)
        assert client.get(address).status_code == client.post(address).status_code == 404
    assert not Patient.objects.of(program).exclude(merged_into=None).exists()


@pytest.mark.parametrize("role", ["finance", "analyst"])
def test_who_may_not_read_patients_does_not(role):
    program = make.program()
    client = make.client_for(make.member(program, role))
    assert client.get(make.url("people:patients", program)).status_code == 403


def test_opening_details_is_audited(place):
    program, _, client = place
    patient = make.patient(program)
    client.get(make.url("people:edit", program, patient=patient.pk))
    assert AuditEntry.objects.filter(chain=program.pk, action="patient.read", patient_id=patient.pk).exists()
