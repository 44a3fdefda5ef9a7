"""Episodes of a registry: thousands in a few statements, and none twice."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.integration import factories as make

from allay_web.enrolment.actions import RegistryPerson, open_registry_episodes
from allay_web.enrolment.models import Episode
from allay_web.people.actions import merge
from allay_web.people.models import Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    program = make.program()
    return program, make.actor(make.member(program, "director"))


def people(n):
    return [
        RegistryPerson(pseudonym=f"R{number}", sex="female", payer_type="medicare", age_at_start=61)
        for number in range(n)
    ]


def open_them(place, given):
    program, by = place
    return open_registry_episodes(program=program, people=given, by=by, at=make.NOW)


def test_fifteen_thousand_in_fewer_than_twenty_statements(place):
    program, _ = place
    open_them(place, people(1))  # the first entry of an audit chain costs more
    with CaptureQueriesContext(connection) as captured:
        ids = open_them(place, people(15_000))
    statements = [query for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) < 20
    assert len(ids) == Episode.objects.of(program).count() == 15_000


def test_what_the_registry_says_is_kept_and_no_date_is_invented(place):
    ids = open_them(place, people(1))
    episode = Episode.objects.of(place[0]).select_related("patient").get(pk=ids["R0"])
    assert (episode.source, episode.opened_on, episode.age_at_start) == ("registry", None, 61)
    assert (episode.patient.name, episode.patient.sex, episode.patient.payer_type) == (
        "R0",
        "female",
        "medicare",
    )


def test_a_second_time_changes_nothing(place):
    first = open_them(place, people(5))
    assert open_them(place, people(5)) == first
    assert len(open_them(place, people(7))) == 7
    assert Patient.objects.of(place[0]).count() == 7


def test_a_patient_who_was_merged_keeps_their_episode(place):
    program, by = place
    first = open_them(place, people(2))
    known = make.patient(program)
    dropped = Patient.objects.of(program).get(pseudonym="R0")
    merge(keep=known, drop=dropped, by=by, at=make.NOW)
    assert open_them(place, people(2)) == first
    assert Episode.objects.of(program).get(pk=first["R0"]).patient_id == known.pk


def test_two_programs_may_hold_the_same_numbers(place):
    open_them(place, people(2))
    other = make.program()
    open_them((other, make.actor(make.member(other, "director"))), people(2))
    assert Episode.objects.of(other).count() == 2


def test_a_coordinator_may_not_import(place):
    program, _ = place
    with pytest.raises(PermissionDenied):
        open_them((program, make.actor(make.member(program, "coordinator"))), people(1))


def test_a_person_needs_a_number():
    with pytest.raises(ValueError, match="registry's number"):
        RegistryPerson(pseudonym=" ")
