"""Private links: hashed tokens, birth date, locks, expiry, robots, sending, and what each page says."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from tests.integration import factories
from tests.integration.outcomes.conftest import BIRTH_DATE, make_clinic

from allay_web.audit.models import AuditEntry
from allay_web.outcomes import actions
from allay_web.outcomes.models import GuessCount, Invitation
from allay_web.outcomes.queries.links import MOST_GUESSES
from allay_web.outcomes.refusals import MailNotSent, NoLink
from allay_web.worklist.models import Task, TaskKind

NOW = factories.NOW
RIGHT = {"month": str(BIRTH_DATE.month), "day": str(BIRTH_DATE.day), "year": str(BIRTH_DATE.year)}
WRONG = RIGHT | {"day": "5"}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def page(token, data=None, **headers):
    client = Client()
    if data is None:
        return client.get(f"/q/{token}/", headers=headers)
    return client.post(f"/q/{token}/", data)


def test_the_token_has_128_bits_and_only_its_hash_is_kept(clinic):
    link, token = clinic.link()
    assert len(token) >= 22
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    kept = " ".join(
        str(value)
        for model in (Invitation, AuditEntry)
        for row in model._base_manager.values()
        for value in row.values()
    )
    assert token not in kept


def test_a_new_link_withdraws_the_old_one(clinic):
    _, old = clinic.link()
    _, new = clinic.link()
    assert page(old).status_code == 410
    assert page(new).status_code == 200


def test_an_unknown_an_expired_and_a_withdrawn_link_look_alike(clinic, monday):
    link, expired = clinic.link()
    monday.shift(dt.timedelta(days=15))
    pages = {"unknown": page("x" * 22), "expired": page(expired)}
    second, withdrawn = clinic.link(at=NOW + dt.timedelta(days=15))
    actions.revoke(invitation=second, by=clinic.staff, at=NOW)
    pages["withdrawn"] = page(withdrawn)
    assert [p.status_code for p in pages.values()] == [404, 410, 410]
    for found in pages.values():
        text = found.content.decode()
        assert text.count("<h1>") == 1
        assert clinic.episode.patient.family_name not in text
        assert "pain" not in text.lower()


def test_the_page_before_the_birth_date_tells_nothing(clinic):
    _, token = clinic.link()
    text = page(token).content.decode()
    for secret in (clinic.episode.patient.family_name, clinic.program.name, "PHQ", "pain", "1961"):
        assert secret not in text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"month": "2", "day": "30", "year": "1961"}, "There is no such day"),
        ({"month": "", "day": "4", "year": "1961"}, "Please fill in"),
        ({}, "Please fill in"),
        ({"month": "3", "day": "4", "year": "61"}, "There is no such day"),
        ({"month": "3", "day": "x", "year": "1961"}, "There is no such day"),
        (WRONG, "Tries left: 4"),
    ],
)
def test_a_date_that_does_not_fit_is_explained(clinic, sent, said):
    _, token = clinic.link()
    response = page(token, sent)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_what_is_no_date_does_not_count_as_a_try(clinic):
    _, token = clinic.link()
    for _ in range(9):
        page(token, {"month": "2", "day": "30", "year": "1961"})
    assert page(token, RIGHT).status_code == 302


class TestLock:
    def lock(self, clinic):
        link, token = clinic.link()
        for _ in range(5):
            response = page(token, WRONG)
        return link, token, response

    def test_five_wrong_dates_lock_the_link_and_tell_staff(self, clinic):
        _, token, response = self.lock(clinic)
        assert response.status_code == 410
        assert clinic.program.phone in response.content.decode()
        assert page(token, RIGHT).status_code == 410
        task = Task.objects.of(clinic.program).get(kind=TaskKind.LINK_LOCKED)
        assert task.owner_id == clinic.coordinator.user_id

    def test_a_new_link_is_the_way_back(self, clinic):
        self.lock(clinic)
        _, token = clinic.link()
        assert page(token, RIGHT).status_code == 302
        assert Task.objects.of(clinic.program).get(kind=TaskKind.LINK_LOCKED).disposition == "unlocked"

    def test_the_right_date_takes_the_failures_back(self, clinic):
        link, token = clinic.link()
        for _ in range(4):
            page(token, WRONG)
        page(token, RIGHT)
        link.refresh_from_db()
        assert link.failures == 0

    def test_every_try_leaves_an_entry(self, clinic):
        self.lock(clinic)
        entries = AuditEntry.objects.filter(chain=clinic.program.pk, action="link.refuse")
        assert entries.count() == 5
        assert {e.patient_id for e in entries} == {clinic.episode.patient_id}


class TestRobot:
    def test_guessing_is_stopped_and_stays_stopped(self, clinic):
        _, token = clinic.link()
        for number in range(MOST_GUESSES):
            assert page(f"{number:022d}").status_code == 404
        stopped = page("y" * 22)
        assert stopped.status_code == 429
        assert stopped.headers["Retry-After"] == "900"
        assert page(token).status_code == 429
        before = GuessCount.objects.get().count
        page("z" * 22)
        assert GuessCount.objects.get().count == before

    def test_it_ends_after_a_while(self, clinic, monday):
        for number in range(MOST_GUESSES):
            page(f"{number:022d}")
        monday.shift(dt.timedelta(minutes=16))
        assert page("y" * 22).status_code == 404

    def test_no_address_is_kept(self, db):
        page("x" * 22)
        assert "127.0.0.1" not in str(GuessCount.objects.values().get())

    def test_whoever_is_answering_is_not_stopped(self, clinic):
        _, token = clinic.link()
        patient = Client()
        patient.post(f"/q/{token}/", RIGHT)
        for number in range(MOST_GUESSES + 1):
            page(f"{number:022d}")
        assert patient.get(f"/q/{token}/goals/").status_code == 200


class TestMail:
    def test_says_nothing_of_why_and_names_nobody(self, clinic):
        link, token = clinic.link()
        actions.email_link(invitation=link, url=f"https://allay.example/q/{token}/", by=clinic.staff, at=NOW)
        (message,) = mail.outbox
        words = f"{message.subject} {message.body} {message.from_email}".lower()
        assert token.lower() in words
        patient = clinic.episode.patient
        words = words.replace(token.lower(), "")  # its letters are chance and may spell anything
        for secret in ("pain", "phq", "clinic", "depress", patient.family_name, clinic.program.name):
            assert secret.lower() not in words
        assert patient.given_name.lower() not in re.findall(r"\w+", words)  # "Li" is part of "link"

    def test_is_in_the_patients_language(self, db):
        clinic = make_clinic(language="es")
        link, token = clinic.link()
        actions.email_link(invitation=link, url=f"https://allay.example/q/{token}/", by=clinic.staff, at=NOW)
        assert mail.outbox[0].subject == "Un mensaje de su equipo de salud"

    def test_without_an_address_it_is_refused(self, db):
        clinic = make_clinic(email="")
        link, token = clinic.link()
        with pytest.raises(NoLink, match="No e-mail address"):
            actions.email_link(invitation=link, url="x", by=clinic.staff, at=NOW)

    def test_a_refused_message_is_told(self, clinic, monkeypatch):
        def refuse(self, **kwargs):
            raise ConnectionRefusedError

        monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
        link, token = clinic.link()
        with pytest.raises(MailNotSent):
            actions.email_link(invitation=link, url="x", by=clinic.staff, at=NOW)


class TestNoLink:
    def test_without_a_birth_date(self, db):
        clinic = make_clinic(birth_date=None)
        with pytest.raises(NoLink, match="No birth date"):
            clinic.link()

    def test_in_a_language_allay_does_not_speak(self, db):
        clinic = make_clinic(language="other")
        with pytest.raises(NoLink, match="English and Spanish"):
            clinic.link()

    def test_in_spanish_where_there_is_nothing_to_show(self, db):
        clinic = make_clinic(language="es")
        with pytest.raises(NoLink, match="interpreter"):
            clinic.link("week_4")

    def test_when_everything_is_answered(self, clinic):
        with pytest.raises(NoLink, match="answered or closed"):
            clinic.link("nowhere")

    def test_by_somebody_without_the_permission(self, clinic):
        finance = factories.member(clinic.program, "finance")
        with pytest.raises(PermissionDenied):
            actions.invite(episode=clinic.episode, timepoint="baseline", by=factories.actor(finance), at=NOW)


def test_a_link_answers_its_own_questions_only(clinic):
    link, _ = clinic.link()
    other = make_clinic()
    for form in (clinic.form("peg", "week_4"), other.form("peg")):
        with pytest.raises(PermissionDenied):
            actions.save_answer(assignment=form, item="peg_1", value=3, by=clinic.reader(link), at=NOW)


def test_standing_pages_switch_language_whole(db):
    spanish = page("x" * 22, **{"accept-language": "es-MX,es;q=0.9"}).content.decode()
    assert '<html lang="es">' in spanish
    switched = Client().get(f"/q/{'x' * 22}/?lang=en").content.decode()
    assert '<html lang="en">' in switched


def test_questions_offer_no_switch_to_a_language_they_lack(clinic):
    _, token = clinic.link()
    patient = Client()
    patient.post(f"/q/{token}/", RIGHT)
    patient.post(f"/q/{token}/goals/", {"skip": "1"})
    text = patient.get(f"/q/{token}/question/1/").content.decode()
    assert "lang=es" not in text
    assert "Español" not in text


def test_wrong_methods_are_refused(clinic):
    _, token = clinic.link()
    patient = Client()
    patient.post(f"/q/{token}/", RIGHT)
    for method, path in (("put", ""), ("delete", "question/1/"), ("post", "thanks/"), ("post", "call/")):
        assert getattr(patient, method)(f"/q/{token}/{path}").status_code == 405


def test_pages_are_kept_out_of_caches_and_search(clinic):
    _, token = clinic.link()
    response = page(token)
    assert "no-store" in response.headers["Cache-Control"]
    assert re.search(r'name="robots" content="noindex"', response.content.decode())
    cookie = Client().post(f"/q/{token}/", RIGHT).cookies["link"]
    assert cookie["httponly"]
    assert cookie["path"] == f"/q/{token}/"
