"""Sessions: new at sign-in, ended when left alone, when old, and for good at sign-out."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from tests.integration import factories as make

from allay_web.access.roles import Role

pytestmark = pytest.mark.django_db

PASSWORD = "river stones 4 lunch"
START = dt.datetime(2026, 11, 23, 14, 0, tzinfo=dt.UTC)


@pytest.fixture
def program():
    return make.program()


@pytest.fixture
def ana(program):
    return make.member(program, Role.DIRECTOR, email="ana@example.org", password=PASSWORD)


@pytest.fixture
def address(program):
    return make.url("access:members", program)


def sign_in(browser):
    browser.post(reverse("account_login"), {"login": "ana@example.org", "password": PASSWORD})


def cookie(browser):
    return browser.cookies[configured.SESSION_COOKIE_NAME]


def test_signing_in_gives_a_new_session(ana, client):
    client.get(reverse("account_login"))
    client.session.save()
    planted = client.session.session_key
    client.cookies[configured.SESSION_COOKIE_NAME] = planted
    sign_in(client)
    assert cookie(client).value != planted
    attacker = Client()
    attacker.cookies[configured.SESSION_COOKIE_NAME] = planted
    assert "_auth_user_id" not in attacker.session


def test_signing_out_kills_the_old_cookie(ana, client, address):
    sign_in(client)
    old = cookie(client).value
    assert client.get(address).status_code == 200
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[configured.SESSION_COOKIE_NAME] = old
    assert thief.get(address).status_code == 302


def test_signing_out_has_the_browser_forget(ana, client):
    sign_in(client)
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.post(reverse("account_logout")).headers


def test_signing_out_by_a_mere_link_asks_first(ana, client, address):
    sign_in(client)
    assert "Sign out of Allay on this device?" in client.get(reverse("account_logout")).text
    assert client.get(address).status_code == 200


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


class TestLeftAlone:
    def test_after_fifteen_minutes_the_page_leads_to_sign_in_and_says_why(self, clock, ana, client, address):
        sign_in(client)
        clock.shift(configured.ALLAY_IDLE_SECONDS + 1)
        answer = client.get(address)
        assert answer.url.startswith(f"{reverse('account_login')}?timeout=1")
        assert "You were signed out" in client.get(answer.url).text
        assert "_auth_user_id" not in client.session

    def test_signing_in_again_leads_back_to_the_page(self, clock, ana, client, address):
        sign_in(client)
        clock.shift(configured.ALLAY_IDLE_SECONDS + 1)
        form = client.get(client.get(address).url)
        sent = {"login": "ana@example.org", "password": PASSWORD, "next": address}
        assert f'value="{address}"' in form.text
        assert client.post(reverse("account_login"), sent).url == address

    def test_somebody_at_work_stays_in(self, clock, ana, client, address):
        sign_in(client)
        for _ in range(12):
            clock.shift(600)
            assert client.get(address).status_code == 200

    def test_a_form_sent_too_late_changes_nothing(self, clock, program, ana, client):
        other = make.member(program, Role.CLINICIAN)
        sign_in(client)
        clock.shift(configured.ALLAY_IDLE_SECONDS + 1)
        client.post(make.url("access:change_role", program, member=other.pk), {"role": "finance"})
        other.refresh_from_db()
        assert other.role == Role.CLINICIAN

    def test_a_fragment_asked_for_too_late_moves_the_whole_page(self, clock, ana, client, address):
        sign_in(client)
        clock.shift(configured.ALLAY_IDLE_SECONDS + 1)
        assert "timeout=1" in client.get(address, headers={"HX-Request": "true"})["HX-Redirect"]

    def test_the_cookie_of_the_old_session_is_dead(self, clock, ana, client, address):
        sign_in(client)
        old = cookie(client).value
        clock.shift(configured.ALLAY_IDLE_SECONDS + 1)
        client.get(address)
        thief = Client()
        thief.cookies[configured.SESSION_COOKIE_NAME] = old
        assert "_auth_user_id" not in thief.session


class TestTooOld:
    def test_after_twelve_hours_even_a_busy_session_ends(self, clock, ana, client, address):
        sign_in(client)
        for _ in range(72):
            clock.shift(600)
            assert client.get(address).status_code == 200
        clock.shift(1)
        assert client.get(address).status_code == 302

    def test_signing_in_anew_starts_the_clock_anew(self, clock, ana, client, address):
        sign_in(client)
        clock.shift(configured.ALLAY_IDLE_SECONDS + 1)
        client.get(address)
        sign_in(client)
        for _ in range(70):
            clock.shift(600)
            assert client.get(address).status_code == 200


def test_reading_page_after_page_does_not_write_the_session_each_time(clock, ana, client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sign_in(client)
    client.get(address)
    with CaptureQueriesContext(connection) as run:
        client.get(address)
    assert not [
        query for query in run.captured_queries if "UPDATE" in query["sql"] and "session" in query["sql"]
    ]


def test_a_disabled_account_is_out_at_once(ana, client, address):
    sign_in(client)
    ana.user.is_active = False
    ana.user.save()
    assert client.get(address).status_code == 302
