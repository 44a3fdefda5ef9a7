"""Signing in: password, second factor, recovery, and how many tries anybody gets."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from tests.integration import factories as make

from allay_web.access.roles import Role
from allay_web.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

PASSWORD = "river stones 4 lunch"
EMAIL = "ana@example.org"


@pytest.fixture
def program():
    return make.program()


@pytest.fixture
def ana(program):
    return make.member(program, Role.DIRECTOR, email=EMAIL, name="Ana", password=PASSWORD)


def sign_in(browser, password=PASSWORD, email=EMAIL):
    return browser.post(reverse("account_login"), {"login": email, "password": password})


def acts(program):
    return list(
        AuditEntry.objects.filter(chain=program.pk).order_by("number").values_list("action", flat=True)
    )


def code_now(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_second_factor(browser):
    """Go through the set-up page as a person does; the secret and the recovery codes."""
    page = browser.get(reverse("mfa_activate_totp")).text
    secret = re.search(r'id="totp-secret">([A-Z2-7=]+)<', page)[1]
    # A code holds for half a minute; on a busy machine it may run out between here and there.
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        answer = browser.post(reverse("mfa_activate_totp"), {"code": code_now(secret)}, follow=True)
    return secret, re.findall(r"<li>(\d{8}|[0-9a-f-]{8,})</li>", answer.text)


class TestThePassword:
    def test_the_right_one_opens(self, program, ana, client):
        assert sign_in(client).url == reverse("home")
        assert acts(program) == ["account.sign_in"]

    def test_capitals_in_the_address_do_not_matter(self, ana, client):
        assert sign_in(client, email="ANA@Example.org").status_code == 302

    def test_a_wrong_one_and_an_unknown_address_read_the_same(self, ana, client):
        def said(answer):
            return re.sub(r'(csrfmiddlewaretoken" value="|value=")[^"]*', "", answer.text)

        assert said(sign_in(client, password="no")) == said(sign_in(client, email="no@example.org"))

    def test_a_refusal_is_audited_without_the_password(self, program, ana, client):
        sign_in(client, password="my dog's name 99")
        entry = AuditEntry.objects.get(chain=program.pk)
        assert entry.action == "account.sign_in_refused"
        assert entry.detail == {"user": ana.user_id, "how": "password"}

    def test_it_is_kept_as_argon2(self):
        from allay_web.settings.base import PASSWORD_HASHERS

        assert PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]

    def test_a_closed_account_stays_out(self, ana, client):
        ana.user.is_active = False
        ana.user.save()
        sign_in(client)
        assert "_auth_user_id" not in client.session

    def test_the_way_on_stays_in_this_house(self, ana, client):
        answer = client.post(
            reverse("account_login"), {"login": EMAIL, "password": PASSWORD, "next": "https://evil.example/"}
        )
        assert answer.url == reverse("home")


class TestHowManyTries:
    def test_the_sixth_wrong_password_locks_even_the_right_one(self, ana, client):
        for _ in range(5):
            sign_in(client, password="wrong")
        assert "Too many failed" in sign_in(client).text
        assert "_auth_user_id" not in client.session

    def test_other_people_are_not_locked_out_with_them(self, program, ana, client):
        make.member(program, email="leo@example.org", password=PASSWORD)
        for _ in range(6):
            sign_in(client, password="wrong")
        assert sign_in(Client(), email="leo@example.org").status_code == 302

    def test_one_place_gets_429_and_is_told_when_to_come_back(self, ana):
        answers = [sign_in(Client(), email=f"{n}@example.org") for n in range(31)]
        assert answers[-1].status_code == 429
        assert answers[-1]["Retry-After"] == "60"
        assert "Too many tries" in answers[-1].text

    def test_counting_that_fails_closes_the_door(self, ana, monkeypatch):
        def broken(*args, **kwargs):
            raise DatabaseError("the cache is gone")

        for name in ("add", "get", "set"):
            monkeypatch.setattr(cache, name, broken)
        browser = Client(raise_request_exception=False)
        assert sign_in(browser).status_code == 500
        assert "_auth_user_id" not in browser.session

    def test_a_lock_that_is_held_closes_the_door(self, ana, monkeypatch):
        monkeypatch.setattr(cache, "add", lambda *args, **kwargs: False)
        monkeypatch.setattr("allauth.core.internal.ratelimit.CACHE_LOCK_WAIT_TIMEOUT", 0)
        browser = Client()
        assert sign_in(browser).status_code in {200, 429}
        assert "_auth_user_id" not in browser.session

    def test_the_count_is_shared_by_all_processes(self):
        from django.conf import settings

        assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
        assert settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names()

    def test_codes_are_counted_too(self, settings, ana, client):
        settings.ALLAY_SECOND_FACTOR = True
        sign_in(client)
        secret, _ = set_up_second_factor(client)
        browser = Client()
        sign_in(browser)
        for _ in range(5):
            assert "Incorrect code" in browser.post(reverse("mfa_authenticate"), {"code": "000000"}).text
        assert "Too many" in browser.post(reverse("mfa_authenticate"), {"code": code_now(secret)}).text
        assert "_auth_user_id" not in browser.session


class TestTheSecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.ALLAY_SECOND_FACTOR = True

    def test_without_it_every_page_leads_to_its_set_up(self, program, ana, client):
        sign_in(client)
        for route in ("audit:trail", "access:members"):
            assert client.get(make.url(route, program)).url == reverse("mfa_activate_totp")
        assert client.get(reverse("account_change_password")).url == reverse("mfa_activate_totp")

    def test_a_fragment_moves_the_whole_page(self, program, ana, client):
        sign_in(client)
        answer = client.get(make.url("audit:trail", program), headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == reverse("mfa_activate_totp")

    def test_the_set_up_page_draws_the_code_and_says_the_secret(self, ana, client):
        sign_in(client)
        page = client.get(reverse("mfa_activate_totp")).text
        assert "<svg" in page
        assert "data:" not in page
        assert "style=" not in page

    def test_with_it_sign_in_asks_for_the_code(self, program, ana, client):
        sign_in(client)
        secret, recovery = set_up_second_factor(client)
        assert len(recovery) == 10
        browser = Client()
        assert sign_in(browser).url == reverse("mfa_authenticate")
        assert browser.get(make.url("audit:trail", program)).url.startswith(reverse("account_login"))
        cache.clear()  # the code that set it up may not be used again within its half minute
        assert browser.post(reverse("mfa_authenticate"), {"code": code_now(secret)}).status_code == 302
        assert browser.get(make.url("access:members", program)).status_code == 200

    def test_a_code_works_once(self, ana, client):
        sign_in(client)
        secret, _ = set_up_second_factor(client)
        cache.clear()
        code = code_now(secret)
        first, second = Client(), Client()
        for browser in (first, second):
            sign_in(browser)
            browser.post(reverse("mfa_authenticate"), {"code": code})
        assert "_auth_user_id" in first.session
        assert "_auth_user_id" not in second.session

    def test_a_recovery_code_works_once(self, program, ana, client):
        sign_in(client)
        _, recovery = set_up_second_factor(client)
        first, second = Client(), Client()
        for browser in (first, second):
            sign_in(browser)
            browser.post(reverse("mfa_authenticate"), {"code": recovery[0]})
        assert "_auth_user_id" in first.session
        assert "_auth_user_id" not in second.session
        assert {"account.factor_add", "account.sign_in_refused"} <= set(acts(program))

    def test_removing_it_leads_back_to_its_set_up(self, program, ana, client):
        sign_in(client)
        set_up_second_factor(client)
        client.post(reverse("mfa_deactivate_totp"))
        assert client.get(make.url("audit:trail", program)).url == reverse("mfa_activate_totp")
        assert "account.factor_remove" in acts(program)

    def test_an_operator_can_reset_it(self, program, ana, client):
        sign_in(client)
        set_up_second_factor(client)
        call_command("reset_second_factor", email=EMAIL)
        entries = AuditEntry.objects.filter(chain=program.pk, action="account.factor_remove")
        assert {(entry.actor_kind, entry.actor_name) for entry in entries} == {("system", "operator")}
        browser = Client()
        sign_in(browser)
        assert browser.get(make.url("audit:trail", program)).url == reverse("mfa_activate_totp")

    def test_resetting_nobodys_is_bad_usage(self):
        with pytest.raises(CommandError, match=r"nobody@example\.org"):
            call_command("reset_second_factor", email="nobody@example.org")

    def test_it_can_be_left_by_signing_out(self, ana, client):
        sign_in(client)
        assert client.post(reverse("account_logout")).status_code == 302
        assert "_auth_user_id" not in client.session


class TestAForgottenPassword:
    def ask(self, client, email):
        return client.post(reverse("account_reset_password"), {"email": email}, follow=True)

    def test_the_answer_tells_nobody_whether_an_account_exists(self, ana, client):
        known, unknown = self.ask(client, EMAIL), self.ask(Client(), "nobody@example.org")
        assert known.redirect_chain == unknown.redirect_chain
        assert "If there is an account" in known.text
        assert [message.to for message in mail.outbox] == [[EMAIL]]

    def test_the_message_is_neutral(self, program, ana, client):
        self.ask(client, EMAIL)
        text = (mail.outbox[0].subject + mail.outbox[0].body).lower()
        assert "pain" not in text.replace(program.name.lower(), "")
        assert program.name.lower() not in text

    def link(self, client):
        self.ask(client, EMAIL)
        return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]

    def test_the_link_sets_it_once(self, program, ana, client):
        link = self.link(client)
        form = client.get(link, follow=True)
        assert link not in form.request["PATH_INFO"], "the key stays in the address"
        new = {"password1": "seven green bicycles", "password2": "seven green bicycles"}
        assert client.post(form.request["PATH_INFO"], new).status_code == 302
        assert sign_in(Client(), password="seven green bicycles").status_code == 302
        assert "no longer works" in Client().get(link, follow=True).text
        assert "account.password_reset" in acts(program)

    def test_the_link_expires(self, ana, client):
        with time_machine.travel("2026-11-23 12:00:00+00:00", tick=False):
            link = self.link(client)
        with time_machine.travel("2026-11-24 12:00:02+00:00", tick=False):
            assert "no longer works" in Client().get(link, follow=True).text

    def test_a_reset_does_not_pass_the_second_factor(self, settings, ana, client):
        settings.ALLAY_SECOND_FACTOR = True
        sign_in(client)
        set_up_second_factor(client)
        browser = Client()
        form = browser.get(self.link(browser), follow=True)
        new = {"password1": "seven green bicycles", "password2": "seven green bicycles"}
        browser.post(form.request["PATH_INFO"], new)
        assert sign_in(browser, password="seven green bicycles").url == reverse("mfa_authenticate")

    def test_a_new_password_ends_other_sessions(self, program, ana, client):
        sign_in(client)
        browser = Client()
        form = browser.get(self.link(browser), follow=True)
        new = {"password1": "seven green bicycles", "password2": "seven green bicycles"}
        browser.post(form.request["PATH_INFO"], new)
        assert client.get(make.url("access:members", program)).status_code == 302


def test_nobody_signs_up(client):
    assert client.post(reverse("account_signup"), {"email": EMAIL, "password1": PASSWORD}).status_code == 405
    assert "Accounts are made for you" in client.get(reverse("account_signup")).text
