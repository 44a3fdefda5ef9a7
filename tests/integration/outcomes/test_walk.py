"""A patient's way through a private link, page by page, without JavaScript."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from tests.integration import factories
from tests.integration.outcomes.conftest import BIRTH_DATE, make_clinic

from allay_web.care.actions import state_goals
from allay_web.care.models import Goal
from allay_web.outcomes import actions
from allay_web.outcomes.models import Answer, Assignment, Invitation, Score
from allay_web.worklist.models import Task, TaskKind

NOW = factories.NOW
BIRTH = {"month": str(BIRTH_DATE.month), "day": str(BIRTH_DATE.day), "year": str(BIRTH_DATE.year)}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class Phone:
    """A patient's browser on one link."""

    def __init__(self, token: str) -> None:
        self.browser, self.token = Client(), token
        self.page = None

    def url(self, path: str = "") -> str:
        return f"/q/{self.token}/{path}"

    def open(self, path: str = ""):
        self.page = self.browser.get(self.url(path), follow=True)
        return self

    def post(self, path: str = "", **data):
        self.page = self.browser.post(self.url(path), data, follow=True)
        return self

    def begin(self, *, goals=True):
        self.open().post(**BIRTH)
        return self.post("goals/", skip="1") if goals else self

    @property
    def at(self) -> str:
        where = (
            self.page.redirect_chain[-1][0] if self.page.redirect_chain else self.page.request["PATH_INFO"]
        )
        return where.removeprefix(self.url())

    @property
    def text(self) -> str:
        return self.page.content.decode()

    def field(self, name: str) -> str:
        return re.search(rf'name="{name}" value="([^"]*)"', self.text).group(1)

    def answer(self, value=None):
        sent = {"form": self.field("form"), "item": self.field("item")}
        sent |= {"skip": "1"} if value is None else {"answer": str(value)}
        return self.post(self.at, **sent)


@pytest.fixture
def phone(clinic):
    return Phone(clinic.link()[1])


def test_from_birth_date_to_scores(clinic, phone):
    phone.begin()
    assert phone.at == "question/1/"
    for _ in range(3):
        phone.answer(6)
    for _ in range(16):
        phone.answer(0)
    assert phone.at == "review/"
    phone.post("review/")
    assert phone.at == "thanks/"
    scores = {s.instrument: s.score for s in Score.objects.of(clinic.program)}
    assert scores == {"peg": 6.0, "phq9": 0.0, "gad7": 0.0}
    assert {a.status for a in Assignment.objects.of(clinic.program).filter(timepoint="baseline")} == {
        "completed"
    }
    assert {a.mode for a in Assignment.objects.of(clinic.program).filter(timepoint="baseline")} == {"self"}


def test_the_address_carries_nothing_but_token_and_number(phone):
    phone.begin().answer(4)
    assert phone.at == "question/2/"


def test_goals_are_asked_first_and_kept_in_the_patients_words(clinic, phone):
    phone.open().post(**BIRTH)
    assert phone.at == "goals/"
    phone.post("goals/", goal=["Walk to the store", "", "Sleep all night"])
    assert phone.at == "question/1/"
    goals = Goal.objects.of(clinic.program)
    assert [(g.words, g.stated_by) for g in goals] == [
        ("Walk to the store", "patient"),
        ("Sleep all night", "patient"),
    ]
    assert phone.open().at == "question/1/"


def test_goals_stated_with_staff_are_shown_and_not_lost(clinic, phone):
    state_goals(
        episode=clinic.episode, words=["Climb the stairs"], stated_by="staff", by=clinic.staff, at=NOW
    )
    phone.open().post(**BIRTH)
    assert "Climb the stairs" in phone.text
    phone.post("goals/", skip="1")
    assert Goal.objects.of(clinic.program).get().words == "Climb the stairs"


def test_every_answer_is_saved_and_another_device_goes_on(clinic, phone):
    phone.begin().answer(4).answer(5)
    other = Phone(phone.token)
    other.open().post(**BIRTH)
    assert other.at == "question/3/"
    assert Answer.objects.of(clinic.program).count() == 2


def test_a_skipped_question_is_kept_as_skipped_and_listed_before_sending(clinic, phone):
    phone.begin().answer(None)
    assert Answer.objects.of(clinic.program).get().value is None
    for _ in range(18):
        phone.answer(0)
    assert phone.at == "review/"
    assert "describes your pain on average" in phone.text
    phone.post("review/")
    assert Score.objects.of(clinic.program).get(instrument="peg").status == "not_scored"


def test_back_shows_the_answer_and_the_last_one_holds(clinic, phone):
    phone.begin().answer(4)
    phone.open("question/1/")
    assert re.search(r'value="4"[^>]* checked', phone.text)
    phone.answer(9)
    assert [a.value for a in Answer.objects.of(clinic.program)] == [9]


def test_two_tabs_answer_one_question_once(clinic, phone):
    phone.begin()
    sent = {"form": phone.field("form"), "item": phone.field("item")}
    phone.post("question/1/", **sent, answer="4")
    phone.post("question/1/", **sent, answer="7")
    assert [a.value for a in Answer.objects.of(clinic.program)] == [7]


def test_an_answer_that_does_not_exist_is_refused_and_the_question_stays(clinic, phone):
    phone.begin()
    sent = {"form": phone.field("form"), "item": phone.field("item")}
    for wrong in ("11", "-1", "x", "", "٣", "1e1"):
        phone.post("question/1/", **sent, answer=wrong)
        assert phone.page.status_code == 422
        assert "Choose an answer" in phone.text
    phone.post("question/1/", form=sent["form"], item="phq9_9", answer="1")
    assert phone.page.status_code == 422
    assert not Answer.objects.of(clinic.program).exists()


def test_sent_answers_cannot_be_changed_from_an_old_tab(clinic, phone):
    phone.begin()
    sent = {"form": phone.field("form"), "item": phone.field("item")}
    for _ in range(19):
        phone.answer(0)
    phone.post("review/")
    phone.post("question/1/", **sent, answer="10")
    assert "We have your answers" in phone.text
    assert phone.post("review/").page.status_code == 200
    assert {a.value for a in Answer.objects.of(clinic.program)} == {0}
    assert Score.objects.of(clinic.program).count() == 3


def test_what_staff_entered_meanwhile_is_not_asked_again(clinic, phone):
    phone.begin()
    sent = {"form": phone.field("form"), "item": phone.field("item")}
    actions.enter(
        assignment=clinic.form("peg"),
        answers={"peg_1": 1, "peg_2": 1, "peg_3": 1},
        mode="phone",
        language="en",
        by=clinic.staff,
        at=NOW,
    )
    phone.post("question/1/", **sent, answer="10")
    assert "Question 1 of 16" in phone.text
    assert Answer.objects.of(clinic.program).get(item="peg_1").value == 1


def test_reading_changes_nothing(clinic, phone):
    phone.begin().answer(3)
    before = list(Answer.objects.of(clinic.program).values())
    link = Invitation.objects.of(clinic.program).values().get()
    for path in (
        "",
        "question/1/",
        "question/2/",
        "question/99/",
        "review/",
        "help/",
        "thanks/",
        "goals/",
        "call/",
    ):
        for method in (phone.browser.get, phone.browser.head):
            assert method(phone.url(path)).status_code < 400
    assert list(Answer.objects.of(clinic.program).values()) == before
    assert Invitation.objects.of(clinic.program).values().get() == link
    assert not Score.objects.of(clinic.program).exists()


def test_the_page_asks_for_the_birth_date_again_after_a_while(phone, monday):
    phone.begin().answer(4)
    monday.shift(dt.timedelta(minutes=21))
    assert phone.open("question/2/").at == ""
    assert "open for a while" in phone.text
    phone.post(**BIRTH)
    assert phone.at == "question/2/"


def test_the_cookie_opens_this_link_only(clinic, phone):
    phone.begin()
    other = make_clinic()
    factories.shift(other.program, other.clinician)
    second = Phone(other.link()[1])
    second.browser.cookies["link"] = phone.browser.cookies["link"].value
    assert second.open("question/1/").at == ""


class TestCrisis:
    def reach_item_9(self, phone):
        phone.begin()
        for _ in range(11):
            phone.answer(0)
        assert phone.field("item") == "phq9_9"
        return phone

    def test_help_comes_before_anything_else(self, clinic, phone):
        self.reach_item_9(phone).answer(1)
        assert phone.at == "help/"
        assert 'href="tel:988"' in phone.text
        for path in ("", "question/13/", "review/", "question/1/"):
            assert phone.open(path).at == "help/"
        assert phone.post("review/").at == "help/"
        assert not Score.objects.of(clinic.program).exists()

    def test_the_programs_own_numbers_are_shown(self, clinic, phone):
        type(clinic.program).objects.filter(pk=clinic.program.pk).update(
            crisis_phone="800-555-0101", local_crisis_phone="304-555-0199", local_crisis_name="County line"
        )
        self.reach_item_9(phone).answer(2)
        assert 'href="tel:800-555-0101"' in phone.text
        assert "sms:" not in phone.text
        assert "County line" in phone.text
        assert 'href="tel:304-555-0199"' in phone.text

    def test_then_the_patient_may_go_on(self, phone):
        self.reach_item_9(phone).answer(1).post("help/")
        assert phone.at == "question/13/"

    def test_another_device_shows_help_first_too(self, phone):
        self.reach_item_9(phone).answer(1)
        other = Phone(phone.token)
        other.open().post(**BIRTH)
        assert other.at == "help/"

    def test_an_answer_after_the_time_out_shows_help_and_alerts(self, clinic, phone, monday):
        self.reach_item_9(phone)
        monday.shift(dt.timedelta(minutes=25))
        phone.answer(2)
        assert 'href="tel:988"' in phone.text
        assert Task.objects.of(clinic.program).filter(kind=TaskKind.SAFETY).count() == 1
        assert not Answer.objects.of(clinic.program).filter(item="phq9_9").exists()

    def test_a_question_shown_before_the_shift_ended_is_heard_after_it(self, clinic, phone, monday):
        monday.move_to(dt.datetime(2026, 11, 23, 21, 59, tzinfo=dt.UTC))
        self.reach_item_9(phone)
        monday.move_to(dt.datetime(2026, 11, 23, 22, 5, tzinfo=dt.UTC))
        phone.answer(3)
        assert phone.at == "help/"
        assert Task.objects.of(clinic.program).get(kind=TaskKind.SAFETY).owner_id == clinic.clinician.user_id

    def test_by_night_it_is_not_asked(self, clinic, phone, monday):
        monday.move_to(dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC))
        phone.begin()
        assert "of 18" in phone.text
        for _ in range(18):
            phone.answer(0)
        phone.post("review/")
        assert phone.at == "thanks/"
        assert clinic.form("phq9").not_asked == ["phq9_9"]
        assert Task.objects.of(clinic.program).filter(kind=TaskKind.ITEM_9_NOT_ASKED).count() == 1


class TestSpanish:
    @pytest.fixture
    def clinic(self, db):
        made = make_clinic(language="es")
        factories.shift(made.program, made.clinician)
        return made

    def test_goals_in_spanish_and_no_question_in_another_language(self, clinic, phone):
        phone.open()
        assert '<html lang="es">' in phone.text
        phone.post(**BIRTH)
        assert "¿Qué le gustaría poder hacer?" in phone.text
        phone.post("goals/", goal=["Caminar a la tienda"])
        assert phone.at == "call/"
        assert "Le vamos a llamar" in phone.text
        assert phone.open("question/1/").at == "call/"
        assert phone.post("question/1/", form=clinic.form("peg").pk, item="peg_2", answer="3").at == "call/"
        assert not Answer.objects.of(clinic.program).exists()
        assert Goal.objects.of(clinic.program).get().words == "Caminar a la tienda"

    def test_the_coordinator_is_told(self, clinic):
        task = Task.objects.of(clinic.program).get(kind=TaskKind.INTERPRETER)
        assert task.owner_id == clinic.coordinator.user_id
        assert "interpreter" in task.why


class TestChoosingSpanish:
    """Somebody whose link is in English, or whose language nobody asked for, may ask for Spanish."""

    @pytest.fixture
    def clinic(self, db):
        made = make_clinic(language="")
        factories.shift(made.program, made.clinician)
        return made

    def test_the_first_page_is_there_in_both(self, phone):
        phone.open()
        assert 'href="?lang=es"' in phone.text
        phone.open("?lang=es")
        assert '<html lang="es">' in phone.text
        assert "no tenemos estas preguntas" in phone.text

    def test_it_leads_to_goals_and_a_call_and_tells_staff_for_good(self, clinic, phone):
        phone.post(**BIRTH, lang="es")
        assert "¿Qué le gustaría poder hacer?" in phone.text
        assert phone.post("goals/", skip="1").at == "call/"
        actions.refresh_due(clinic.program, by=factories.worker(clinic.program), at=NOW)
        task = Task.objects.of(clinic.program).get(kind=TaskKind.INTERPRETER)
        assert task.closed_at is None
        assert "Spanish" in task.why

    def test_a_wrong_date_answers_in_the_chosen_language(self, phone):
        phone.post(**BIRTH | {"day": "9"}, lang="es")
        assert "Esa no es la fecha" in phone.text

    def test_looking_at_it_in_spanish_changes_nothing(self, clinic, phone):
        phone.open("?lang=es")
        assert Invitation.objects.of(clinic.program).get().language == "en"


def test_who_reads_spanish_is_not_led_to_english_questions(db):
    clinic = make_clinic(language="es")
    phone = Phone(clinic.link()[1])
    phone.open("?lang=en")
    assert '<html lang="es">' in phone.text
    assert "lang=en" not in phone.text
    phone.post(**BIRTH, lang="en")
    phone.post("goals/", skip="1")
    assert phone.at == "call/"


def test_a_page_that_was_open_too_long_leads_back_to_the_start_of_the_link(clinic):
    _, token = clinic.link()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(f"/q/{token}/question/1/", {"answer": "3"})
    assert (answer.status_code, answer.url) == (302, f"/q/{token}/")


def test_the_recommendation_question_is_asked_in_spanish_in_our_own_words(db):
    clinic = make_clinic(language="es")
    actions.add_assignment(
        episode=clinic.episode, instrument="nps", timepoint="baseline", by=clinic.staff, at=NOW
    )
    phone = Phone(clinic.link()[1]).begin()
    assert "¿Qué tan probable es que recomiende este programa" in phone.text
    assert "Nada probable" in phone.text
    phone.answer(9)
    kept = Answer.objects.of(clinic.program).get(assignment__instrument="nps")
    assert (kept.item, kept.value) == ("nps", 9)
