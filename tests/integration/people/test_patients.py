"""Patients: found however they are written, mended, and merged when one person was recorded twice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.integration import factories as make

from allay_web.audit.models import AuditEntry
from allay_web.people import queries
from allay_web.people.actions import edit, merge, register
from allay_web.people.models import Patient

pytestmark = pytest.mark.django_db

NOW = make.NOW


@pytest.fixture
def place():
    program = make.program()
    return program, make.actor(make.member(program, "coordinator"))


@pytest.fixture
def ana(place):
    return make.patient(
        place[0],
        given_name="Ána",
        family_name="O'Neil-Muñoz",
        birth_date=dt.date(1970, 3, 4),
        phone="+1 (304) 555-0199",
        record_number="MRN-77",
    )


@pytest.mark.parametrize(
    "text",
    ["ana", "MUNOZ", "oneil ana", "o'neil", "mrn-77", "3045550199", "555-0199", "1970-03-04", "3/4/1970"],
)
def test_a_patient_is_found_by_what_people_type(place, ana, text):
    program, by = place
    make.patient(program, given_name="Rosa", family_name="Haddad")
    assert queries.search(program, by=by, text=text).patients == [ana]


@pytest.mark.parametrize("text", ["", "  ", "?", "ana haddad", "99", "1970-03-05", "%", "_"])
def test_what_fits_nobody_finds_nobody(place, ana, text):
    program, by = place
    assert queries.search(program, by=by, text=text).patients == []


def test_a_search_leaves_an_entry_with_whom_it_found_and_not_what_was_typed(place, ana):
    program, by = place
    queries.search(program, by=by, text="Muñoz")
    entry = AuditEntry.objects.get(chain=program.pk)
    assert entry.detail == {"page": "search", "patients": [ana.pk]}


def test_another_programs_patients_are_not_found(place, ana):
    other = make.program()
    by = make.actor(make.member(other, "director"))
    assert queries.search(other, by=by, text="ana").total == queries.patients(other, by=by).total == 0
    assert queries.patient(other, ana.pk, by=by) is None


def test_the_keys_follow_what_is_written(place, ana):
    _, by = place
    edit(patient=ana, given_name="Bea", phone="304 555 0200", by=by, at=NOW)
    ana.refresh_from_db()
    assert (ana.name_key, ana.phone_key) == ("bea oneil munoz", "3045550200")


def test_an_edit_tells_which_fields_changed_and_nothing_more(place, ana):
    program, by = place
    edit(patient=ana, given_name=ana.given_name, best_time=" evenings ", by=by, at=NOW)
    edit(patient=ana, best_time="evenings", by=by, at=NOW)
    entry = AuditEntry.objects.get(chain=program.pk)
    assert (entry.action, entry.detail, entry.patient_id) == (
        "patient.edit",
        {"fields": ["best_time"]},
        ana.pk,
    )


@pytest.mark.parametrize(
    "fields", [{"email": "x"}, {"birth_date": dt.date(2027, 1, 1)}, {"sex": "?"}, {"phone": "1" * 41}]
)
def test_an_edit_that_does_not_fit_is_refused(place, ana, fields):
    with pytest.raises(ValidationError):
        edit(patient=ana, by=place[1], at=NOW, **fields)


def test_a_field_that_is_not_a_detail_is_no_detail(place, ana):
    with pytest.raises(TypeError, match="merged_into"):
        edit(patient=ana, by=place[1], at=NOW, merged_into=ana)


def test_merging_moves_what_hangs_on_the_record_and_fills_what_is_blank(place, ana):
    program, by = place
    drop = make.patient(program, email="ana@example.org", phone="304-555-7777")
    referral, task = make.referral(program, patient=drop), make.task(program, patient=drop)
    episode = make.episode(program, patient=drop)
    moved = merge(keep=ana, drop=drop, by=by, at=NOW)
    for record in (referral, task, episode, ana, drop):
        record.refresh_from_db()
    assert {referral.patient_id, task.patient_id, episode.patient_id} == {ana.pk}
    assert moved == {"referrals": 2, "episodes": 1, "tasks": 1}
    assert (ana.email, ana.phone) == ("ana@example.org", "+1 (304) 555-0199")
    assert drop.merged_into_id == ana.pk
    assert queries.patients(program, by=by).patients == [ana]
    entries = AuditEntry.objects.filter(chain=program.pk, action="patient.merge")
    assert {entry.patient_id for entry in entries} == {ana.pk, drop.pk}


def test_a_merge_is_done_once(place, ana):
    program, by = place
    drop = make.patient(program)
    merge(keep=ana, drop=drop, by=by, at=NOW)
    for keep, other in ((ana, drop), (drop, ana)):
        with pytest.raises(ValidationError, match="merged already"):
            merge(keep=keep, drop=other, by=by, at=NOW)


def test_a_record_is_not_merged_with_itself(place, ana):
    with pytest.raises(ValidationError):
        merge(keep=ana, drop=ana, by=place[1], at=NOW)


def test_records_merged_before_follow(place, ana):
    program, by = place
    middle, first = make.patient(program), make.patient(program)
    merge(keep=middle, drop=first, by=by, at=NOW)
    merge(keep=ana, drop=middle, by=by, at=NOW)
    first.refresh_from_db()
    assert first.merged_into_id == ana.pk


def test_patients_of_two_programs_are_never_merged(place, ana):
    stranger = make.patient(make.program())
    with pytest.raises(PermissionDenied):
        merge(keep=ana, drop=stranger, by=place[1], at=NOW)
    with pytest.raises(PermissionDenied):
        merge(keep=stranger, drop=ana, by=place[1], at=NOW)


@pytest.mark.parametrize("role", ["clinician", "finance", "analyst"])
def test_only_some_may_merge(place, ana, role):
    program, _ = place
    by = make.actor(make.member(program, role))
    with pytest.raises(PermissionDenied):
        merge(keep=ana, drop=make.patient(program), by=by, at=NOW)


def test_possible_duplicates_leave_out_the_patient_asked_about(place, ana):
    program, by = place
    twin = make.patient(program, given_name="Ana", family_name="Oneil Munoz", birth_date=dt.date(1970, 3, 4))
    found = queries.possible_duplicates(
        program,
        by=by,
        given_name=ana.given_name,
        family_name=ana.family_name,
        birth_date=ana.birth_date,
        besides=ana.pk,
    )
    assert [(one.patient, one.likeness.value) for one in found] == [(twin, "Same name and birth date")]


def test_registering_needs_a_name_and_the_permission(place):
    program, by = place
    with pytest.raises(ValidationError):
        register(program=program, by=by, at=NOW, given_name=" ")
    with pytest.raises(PermissionDenied):
        register(program=program, by=make.actor(make.member(program, "analyst")), at=NOW, given_name="A")
    assert not Patient.objects.of(program).exists()
