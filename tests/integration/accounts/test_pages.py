"""Every page of an account opens, and each says what it is for."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.integration import factories as make

pytestmark = pytest.mark.django_db

OPEN = {
    "account_login": "Sign in",
    "account_signup": "Accounts are made for you",
    "account_inactive": "This account is closed",
    "account_reset_password": "Forgot your password",
    "account_reset_password_done": "Look into your mail",
    "account_reset_password_from_key_done": "Your password is set",
}


@pytest.mark.parametrize(("route", "title"), OPEN.items())
def test_page_opens_to_anybody(client, route, title):
    answer = client.get(reverse(route))
    assert answer.status_code == 200
    assert f"<h1>{title}" in answer.text


OWN = {
    "account_change_password": "Your password",
    "mfa_index": "Second factor",
    "mfa_activate_totp": "Set up the second factor",
}


@pytest.mark.parametrize(("route", "title"), OWN.items())
def test_page_of_ones_own_account(route, title):
    program = make.program()
    make.member(program, email="ana@example.org", password="river stones 4 lunch")
    browser = Client()
    browser.post(reverse("account_login"), {"login": "ana@example.org", "password": "river stones 4 lunch"})
    assert f"<h1>{title}" in browser.get(reverse(route)).text


def test_the_login_form_labels_its_fields_and_has_no_way_to_sign_up(client):
    page = client.get(reverse("account_login")).text
    assert 'for="id_login"' in page
    assert 'for="id_password"' in page
    assert "signup" not in page
