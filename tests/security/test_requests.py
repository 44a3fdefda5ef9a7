"""What holds for every request: forged forms are refused, cookies and headers are strict."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from tests.security.routes import routes, visits

CSP = {
    "default-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SENDING = [route for route in routes() if "POST" in route.methods]
CACHED = {"home", "health"}  # open to anybody and the same for everybody


@pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in SENDING])
def test_a_forged_form_is_refused(route, world):
    browser = Client(enforce_csrf_checks=True)
    if route.who not in {"public", "patient_link"}:
        browser.cookies = world.client(route.first_role).cookies
    elif route.who == "patient_link":
        browser.cookies = world.patient_client().cookies
    answer = browser.post(route.url(world), route.send)
    if route.who == "patient_link":  # led back to the start; nothing was taken
        assert (answer.status_code, answer.url.count("/")) == (302, 3)
        return
    assert answer.status_code == 403
    assert "This page had been open too long" in answer.text


def everything(world):
    """Each page the world can open, answered."""
    for visit in visits(world):
        yield visit, visit.client(world).get(visit.url)


def test_every_page_carries_the_headers(world):
    for visit, answer in everything(world):
        got = {name: answer.headers.get(name) for name in HEADERS}
        assert got == HEADERS, visit.route.name
        assert set(answer["Content-Security-Policy"].split("; ")) == CSP, visit.route.name
        assert len(answer["X-Request-ID"]) == 32


def test_pages_that_know_somebody_are_not_kept(world):
    for visit, answer in everything(world):
        if visit.role is not None or visit.patient:
            assert "no-store" in answer["Cache-Control"], visit.route.name


def test_a_patients_address_is_told_to_nobody(world):
    """Same-origin: the token in the address goes to no other site."""
    answer = world.patient_client().get(reverse("patient:link", kwargs={"token": world.objects["token"]}))
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}


def test_no_page_has_inline_script_or_style(world):
    for visit, answer in everything(world):
        text = answer.content.decode() if answer["Content-Type"].startswith("text/html") else ""
        if visit.route.name == "insight:report":
            continue  # a file of its own, shown by itself and under its own rules
        for forbidden in ("<style", " style=", "javascript:", " onclick=", " onload=", " hx-on"):
            assert forbidden not in text, (visit.route.name, forbidden)
        assert text.count("<script") == text.count("<script src") + text.count("<script defer src"), (
            visit.route.name
        )


@pytest.mark.django_db
class TestCookies:
    def sign_in(self, client):
        from tests.integration import factories as make

        make.member(make.program(), email="ana@example.org", password="river stones 4 lunch")
        return client.post(
            reverse("account_login"), {"login": "ana@example.org", "password": "river stones 4 lunch"}
        )

    def test_flags(self, client):
        client.get(reverse("account_login"))
        self.sign_in(client)
        for cookie in client.cookies.values():
            assert cookie["httponly"], cookie.key
            assert cookie["samesite"] == "Lax", cookie.key

    def test_the_session_ends_with_the_browser(self, client):
        self.sign_in(client)
        assert client.cookies["sessionid"]["expires"] == ""
        assert client.cookies["sessionid"]["max-age"] == ""

    def test_production_names_and_secures_them(self, client):
        from tests.security.test_deployment import production

        strict = {
            name: getattr(production(), name)
            for name in (
                "SESSION_COOKIE_SECURE",
                "SESSION_COOKIE_NAME",
                "CSRF_COOKIE_SECURE",
                "CSRF_COOKIE_NAME",
            )
        }
        with override_settings(**strict):
            secure = Client()
            secure.get(reverse("account_login"), secure=True)
            self.sign_in(secure)
        for name, cookie in secure.cookies.items():
            assert name.startswith("__Host-")
            assert cookie["secure"]
            assert cookie["path"] == "/"
            assert not cookie["domain"]


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_a_page(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


@pytest.mark.django_db
def test_an_unknown_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
