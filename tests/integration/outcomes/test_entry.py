"""Answers entered by staff: mode recorded, the impossible refused, nothing lost, an alarm first."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.integration import factories
from tests.integration.outcomes.conftest import make_clinic

from allay_web.audit.models import AuditEntry
from allay_web.outcomes import actions
from allay_web.outcomes.models import Answer, Assignment, Invitation, Score
from allay_web.worklist.models import Task, TaskKind

NOW = factories.NOW
HEAD = {"mode": "phone", "language": "en", "answered_on": "2026-11-20"}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(clinic):
    return factories.client_for(clinic.coordinator)


def address(clinic, form):
    return factories.url("outcomes:enter", clinic.program, assignment=form.pk)


def items(instrument, value, count, **other):
    return {f"item-{instrument}_{k}": str(value) for k in range(1, count + 1)} | other


def test_a_whole_form_is_scored_with_mode_day_and_who(clinic, desk):
    form = clinic.form("peg")
    response = desk.post(address(clinic, form), HEAD | items("peg", 5, 3))
    assert response.status_code == 302
    form.refresh_from_db()
    assert (form.status, form.mode, form.language, form.entered_by_id) == (
        "completed",
        "phone",
        "en",
        clinic.coordinator.user_id,
    )
    score = Score.objects.of(clinic.program).get()
    assert (score.score, score.on) == (5.0, dt.date(2026, 11, 20))


def test_an_impossible_answer_is_refused_and_the_others_are_kept(clinic, desk):
    form = clinic.form("peg")
    response = desk.post(address(clinic, form), HEAD | items("peg", 5, 3) | {"item-peg_2": "11"})
    assert response.status_code == 422
    assert "Expected 0 to 10, found 11." in response.content.decode()
    assert dict(Answer.objects.of(clinic.program).values_list("item", "value")) == {"peg_1": 5, "peg_3": 5}
    assert not Score.objects.of(clinic.program).exists()


def test_missing_answers_are_asked_about_once(clinic, desk):
    form = clinic.form("phq9")
    sent = HEAD | items("phq9", 1, 8)
    response = desk.post(address(clinic, form), sent)
    assert response.status_code == 422
    text = response.content.decode()
    assert "No answer to 1 of the items" in text
    assert "scaled up to nine items" in text
    assert desk.post(address(clinic, form), sent | {"missing_ok": "on"}).status_code == 302
    score = Score.objects.of(clinic.program).get()
    assert (score.score, score.status) == (9.0, "prorated")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mode", ""),
        ("mode", "self"),
        ("language", "fr"),
        ("answered_on", "2026-11-24"),
        ("answered_on", "soon"),
    ],
)
def test_how_and_when_must_be_said(clinic, desk, field, value):
    response = desk.post(address(clinic, clinic.form("peg")), HEAD | items("peg", 5, 3) | {field: value})
    assert response.status_code == 422
    assert not Score.objects.of(clinic.program).exists()


class TestAlarm:
    def test_the_instruction_comes_before_any_score(self, clinic, desk):
        sent = HEAD | items("phq9", 0, 9) | {"item-phq9_9": "1"}
        response = desk.post(address(clinic, clinic.form("phq9")), sent, follow=True)
        text = response.content.decode()
        assert "Stay with the patient" in text
        assert "score" not in text.split("<main")[1].lower()
        assert Task.objects.of(clinic.program).filter(kind=TaskKind.SAFETY).count() == 1

    def test_also_on_a_form_that_cannot_be_saved_yet(self, clinic, desk):
        response = desk.post(address(clinic, clinic.form("phq9")), {"item-phq9_9": "2"})
        assert response.status_code == 422
        assert "Stay with the patient" in response.content.decode()
        task = Task.objects.of(clinic.program).get(kind=TaskKind.SAFETY)
        assert task.owner_id == clinic.clinician.user_id


def test_instruments_without_wording_are_entered_by_their_labels(clinic, desk):
    form = actions.add_assignment(
        episode=clinic.episode, instrument="promis29", timepoint="baseline", by=clinic.staff, at=NOW
    )
    text = desk.get(address(clinic, form)).content.decode()
    assert "official wording" in text
    assert "PFA11" in text
    from allay.measures.catalog import get

    sent = {f"item-{item.id}": str(item.maximum) for item in get("promis29").items}
    assert desk.post(address(clinic, form), HEAD | sent).status_code == 302
    assert Score.objects.of(clinic.program).filter(instrument="promis29", status="scored").count() == 11


def test_a_sent_form_stays_as_it_is(clinic, desk):
    form = clinic.form("peg")
    desk.post(address(clinic, form), HEAD | items("peg", 5, 3))
    response = desk.post(address(clinic, form), HEAD | items("peg", 1, 3), follow=True)
    assert "already sent" in response.content.decode()
    assert Score.objects.of(clinic.program).get().score == 5.0


def test_an_interpreters_answers_are_recorded_as_such(db):
    clinic = make_clinic(language="es")
    desk = factories.client_for(clinic.coordinator)
    form = clinic.form("peg")
    desk.post(address(clinic, form), HEAD | {"mode": "interpreter", "language": "es"} | items("peg", 2, 3))
    form.refresh_from_db()
    assert (form.status, form.mode, form.language) == ("completed", "interpreter", "es")


def test_another_programs_form_is_not_there(clinic):
    stranger = factories.client_for(factories.member(factories.program()))
    assert stranger.get(address(clinic, clinic.form("peg"))).status_code == 404
    other = make_clinic()
    desk = factories.client_for(clinic.coordinator)
    assert desk.get(address(clinic, other.form("peg"))).status_code == 404


class TestFormsPage:
    def url(self, clinic):
        return factories.url("outcomes:forms", clinic.program, episode=clinic.episode.pk)

    def test_shows_every_time_point_with_its_state(self, clinic, desk):
        text = desk.get(self.url(clinic)).content.decode()
        for words in ("Baseline", "Week 4", "Program end", "3 months after", "Not started", "none made yet"):
            assert words in text
        assert "It is asked from Mon 7 Dec 2026 on." in text

    def test_reading_is_audited(self, clinic, desk):
        desk.get(self.url(clinic))
        entry = AuditEntry.objects.filter(chain=clinic.program.pk).latest("number")
        assert (entry.action, entry.patient_id) == ("patient.read", clinic.episode.patient_id)

    def test_a_new_link_is_shown_once_with_its_square(self, clinic, desk):
        url = factories.url("outcomes:link", clinic.program, episode=clinic.episode.pk)
        text = desk.post(url, {"timepoint": "baseline", "how": "show"}).content.decode()
        assert "<svg" in text
        assert "http://testserver/q/" in text
        assert "http://testserver/q/" not in desk.get(self.url(clinic)).content.decode()

    def test_sending_tells_no_token(self, clinic, desk, mailoutbox):
        url = factories.url("outcomes:link", clinic.program, episode=clinic.episode.pk)
        response = desk.post(url, {"timepoint": "baseline", "how": "email"}, follow=True)
        assert "/q/" not in response.content.decode()
        assert len(mailoutbox) == 1

    def test_a_message_that_cannot_be_sent_makes_no_link(self, clinic, desk, monkeypatch):
        def refuse(self, **kwargs):
            raise ConnectionRefusedError

        monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
        url = factories.url("outcomes:link", clinic.program, episode=clinic.episode.pk)
        response = desk.post(url, {"timepoint": "baseline", "how": "email"}, follow=True)
        assert "could not be sent" in response.content.decode()
        assert not Invitation.objects.of(clinic.program).exists()

    def test_withdrawing(self, clinic, desk):
        link, _ = clinic.link()
        desk.post(factories.url("outcomes:revoke", clinic.program, link=link.pk))
        link.refresh_from_db()
        assert link.revoked_at is not None

    def test_why_there_is_no_link(self, db):
        clinic = make_clinic(birth_date=None)
        text = factories.client_for(clinic.coordinator).get(self.url(clinic)).content.decode()
        assert "No birth date is recorded" in text
        assert "Make a link" not in text

    def test_adding_a_questionnaire(self, clinic, desk):
        desk.post(self.url(clinic), {"instrument": "promis29", "timepoint": "end"})
        assert Assignment.objects.of(clinic.program).filter(instrument="promis29", timepoint="end").exists()
        again = desk.post(self.url(clinic), {"instrument": "promis29", "timepoint": "end"})
        assert again.status_code == 422

    def test_the_number_of_queries_does_not_grow(self, clinic, desk):
        desk.get(self.url(clinic))
        with CaptureQueriesContext(connection) as few:
            desk.get(self.url(clinic))
        for timepoint in ("baseline", "week_4", "end"):
            for instrument in ("promis29", "promis-global10"):
                actions.add_assignment(
                    episode=clinic.episode,
                    instrument=instrument,
                    timepoint=timepoint,
                    by=clinic.staff,
                    at=NOW,
                )
            clinic.link(timepoint)
        with CaptureQueriesContext(connection) as many:
            desk.get(self.url(clinic))
        assert len(many) <= len(few)

    def test_only_what_a_patient_can_answer_is_offered(self, clinic, desk):
        """Import-only instruments have no questions, and the staff set is not for patients."""
        page = desk.get(f"/p/{clinic.program.slug}/patients/{clinic.episode.pk}/forms/")
        offered = re.findall(r'<option value="([^"]*)"', page.content.decode())
        assert {"nps", "dass21", "prs@14.0.0"} <= set(offered)
        assert not {"staff-wellbeing", "pam", "koos-jr", "prs@12.0.0"} & set(offered)
