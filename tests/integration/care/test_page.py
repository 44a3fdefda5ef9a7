"""The clinician's one page: goals first, what needs somebody, how it goes, what is due; constant queries."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.integration import factories as make
from tests.integration.registry.files import csv
from tests.integration.registry.test_import import take

from allay_web.audit.models import AuditEntry
from allay_web.care.actions import state_goals
from allay_web.enrolment.models import Episode
from allay_web.outcomes.models import Assignment, Score

pytestmark = pytest.mark.django_db


def scored(episode: Episode, instrument: str, point: str, score: float, **fields: Any) -> Score:
    return Score.objects.create(
        **{
            "program": episode.program,
            "episode": episode,
            "instrument": instrument,
            "version": "1.0.0",
            "scale": "total",
            "timepoint": point,
            "on": make.TODAY,
            "score": score,
            "status": "scored",
            **fields,
        }
    )


def page_of(episode: Episode, role: str = "clinician") -> str:
    member = make.member(episode.program, role)
    with time_machine.travel(make.NOW, tick=False):
        client = make.client_for(member)
        answer = client.get(make.url("care:patient", episode.program, episode=episode.pk))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def full() -> Episode:
    """A patient with goals, a safety alert, three scales over time, and something overdue."""
    program = make.program()
    owner = make.member(program, "clinician", name="Dr. Chen")
    patient = make.patient(program, given_name="Maria", family_name="Alvarez", language="es")
    episode = make.episode(
        program, patient=patient, opened_on=make.TODAY - dt.timedelta(days=28), clinician=owner.user
    )
    state_goals(
        episode=episode,
        words=["Walk my grandson to school"],
        stated_by="patient",
        by=make.worker(program),
        at=make.NOW,
    )
    make.task(
        program,
        kind="safety",
        why="PHQ-9 item 9 is 2.",
        owner=owner.user,
        episode=episode,
        patient=patient,
    )
    first = make.TODAY - dt.timedelta(days=28)
    scored(episode, "gad7", "baseline", 6, on=first, band="mild")
    scored(episode, "phq9", "baseline", 9, on=first, band="mild")
    scored(episode, "phq9", "week_4", 14, band="moderate")
    scored(episode, "peg", "baseline", 7.0, on=first)
    scored(episode, "peg", "week_4", 16 / 3)
    Assignment.objects.create(
        program=program,
        episode=episode,
        instrument="gad7",
        version="1.0.0",
        timepoint="week_4",
        due_on=make.TODAY - dt.timedelta(days=3),
        closes_on=make.TODAY + dt.timedelta(days=11),
    )
    return episode


def test_goals_come_before_any_score_and_pain_before_mood() -> None:
    page = page_of(full())
    places = [
        page.index(text)
        for text in (
            "Walk my grandson to school",
            "PHQ-9 item 9 is 2.",
            "Pain (PEG)</h3>",
            "Mood (PHQ-9)</h3>",
            "Anxiety (GAD-7)</h3>",
        )
    ]
    assert places == sorted(places)


def test_what_needs_attention_names_owner_band_and_direction() -> None:
    page = page_of(full())
    assert "owner Dr. Chen, not seen yet" in page
    assert "Mood (PHQ-9) is 14, moderate, and worse" in page


def test_change_says_its_rule_and_its_source() -> None:
    page = page_of(full())
    assert "−1.7" in page
    assert "(24% better)" in page
    assert "better, at or above 1 point" in page
    assert "Counts as change: 1 point (" in page
    assert "verified" in page
    assert "one reading: no change to show yet" in page  # GAD-7


def test_what_is_due_and_what_the_team_must_know() -> None:
    page = page_of(full())
    assert "Week 4: GAD-7" in page
    assert "3 days overdue" in page
    assert "Week 5 of the program" in page
    assert "Spanish" in page
    assert "Medicaid" in page


def test_a_registry_patient_has_no_dates_and_none_are_shown() -> None:
    program = make.program()
    take(program, csv())
    page = page_of(Episode.objects.of(program).get(registry_key="r1"))
    assert "<h1>r1, 44</h1>" in page
    assert "started: date not recorded" in page
    assert "better, at or above 2 points" in page
    assert "Nothing is due; a registry holds what is past" in page


def test_a_new_patient_is_told_what_comes_next() -> None:
    page = page_of(make.episode(make.program()))
    assert "No goals are stated yet" in page
    assert "No scores yet" in page
    assert "Nothing is open" in page


def test_reading_leaves_one_entry_about_the_patient() -> None:
    episode = full()
    before = AuditEntry.objects.count()
    page_of(episode)
    (entry,) = AuditEntry.objects.order_by("pk")[before:]
    assert (entry.action, entry.patient_id) == ("patient.read", episode.patient_id)


def test_another_program_and_other_roles_learn_nothing() -> None:
    episode = full()
    address = make.url("care:patient", episode.program, episode=episode.pk)
    stranger = make.client_for(make.member(make.program(), "director"))
    assert stranger.get(address).status_code == 404
    for role in ("finance", "analyst"):
        assert make.client_for(make.member(episode.program, role)).get(address).status_code == 403
    other = make.program()
    member = make.client_for(make.member(other, "director"))
    assert member.get(make.url("care:patient", other, episode=episode.pk)).status_code == 404


def test_queries_do_not_grow_with_what_there_is() -> None:
    def queries(episode: Episode) -> int:
        client = make.client_for(make.member(episode.program, "clinician"))
        address = make.url("care:patient", episode.program, episode=episode.pk)
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    rich = full()
    for number, point in enumerate(("week_8", "week_12", "end", "month_3")):
        for instrument in ("peg", "phq9", "gad7"):
            scored(rich, instrument, point, 3 + number)
        make.task(rich.program, episode=rich, patient=rich.patient)
    assert queries(rich) == queries(full())
