"""Patients' data stays where it belongs: out of other programs' pages, logs, faults and mail."""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from tests.security.routes import routes, visits

from allay_web.access.roles import Role
from allay_web.jobs.tick import tick

MARKS = ("Quillon", "quillon")  # what filled_world() puts into every text that is a patient's
OTHERS = ("Zebrano", "zebrano")


def places(world):
    """Every page of the world by everybody who may open it."""
    for route in routes():
        url = route.url(world)
        if "GET" not in route.methods or url is None:
            continue
        if route.who == "patient_link":
            yield route, url, world.patient_client()
        for role in route.roles():
            yield route, url, world.client(role)


def test_the_mark_is_there_to_be_found(world):
    """Without it the tests below would pass on empty pages."""
    seen = {route.name for route, url, browser in places(world) if b"Quillon" in browser.get(url).content}
    assert {"enrolment:referrals", "people:patients", "care:patient", "worklist:today"} <= seen


def test_no_page_shows_another_programs_data(world, other):
    for route, url, browser in places(world):
        content = browser.get(url).content.decode(errors="replace")
        for word in (*OTHERS, other.program.name, other.program.slug):
            assert word not in content, route.name


@pytest.mark.parametrize("role", list(Role))
def test_looking_for_it_finds_nothing(world, other, role):
    """The words are echoed in the search field, so only a part of the mark is looked for."""
    for route in routes():
        url = route.url(world)
        if role in route.roles() and "GET" in route.methods and url:
            for field in ("q", "search", "name", "patient", "owner", "status", "page", "before"):
                text = world.client(role).get(url, {field: "FamilyZebr"}).content.decode(errors="replace")
                assert "Zebrano" not in text, (route.name, field)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ANALYST])
def test_roles_with_limited_data_see_no_patient(world, role):
    for route in routes():
        url = route.url(world)
        if role in route.roles() and "GET" in route.methods and url:
            assert "Quillon" not in world.client(role).get(url).content.decode(errors="replace"), route.name


@contextmanager
def logged():
    """Everything the configured handlers write."""
    written = io.StringIO()
    handlers = [
        handler
        for logger in (logging.getLogger(), *map(logging.getLogger, ("django", "django.server", "allay_web")))
        for handler in logger.handlers
        if isinstance(handler, logging.StreamHandler)
        and hasattr(handler.stream, "write")
        and handler.formatter
        and "PlacesOnly" in type(handler.formatter).__name__
    ]
    assert handlers, "the configured handlers were not found"
    before = {handler: handler.setStream(written) for handler in set(handlers)}
    try:
        yield written
    finally:
        for handler, stream in before.items():
            if stream is not None:
                handler.setStream(stream)


def clean(text: str) -> bool:
    """Whether no mark is in a text."""
    return not any(mark in text for mark in MARKS)


def test_logs_tell_nothing_of_patients(world):
    with logged() as written:
        for visit in visits(world):
            visit.client(world).get(visit.url)
            Client().get(visit.url)
        Client().get("/q/AAAAAAAAAAAAAAAAAAAAAA/")
        Client().get("/nowhere/")
    assert clean(written.getvalue())
    assert world.objects["token"] not in written.getvalue()
    assert "AAAAAAAAAAAAAAAAAAAAAA" not in written.getvalue()


@pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in routes()])
def test_a_fault_tells_nothing_of_patients(route, world):
    """A database quotes the row it refuses; neither the page nor the log may repeat it."""
    url = route.url(world)
    browser = world.patient_client() if route.who == "patient_link" else world.client(route.first_role)
    browser.raise_request_exception = False

    def refuse(execute, sql, params, many, context):
        if "session" in sql or "SAVEPOINT" in sql:
            return execute(sql, params, many, context)
        raise DatabaseError("duplicate key value: Key (family_name)=(FamilyQuillon) already exists")

    for method in route.methods:
        with logged() as written, connection.execute_wrapper(refuse):
            answer = getattr(browser, method.lower())(url, route.send)
        assert clean(answer.content.decode(errors="replace"))
        assert clean(written.getvalue()), written.getvalue()
        if answer.status_code >= 500:
            assert "DatabaseError" in written.getvalue()
            assert "That went wrong" in answer.text


def test_mail_tells_nothing_of_patients(world):
    for visit in visits(world):
        browser = visit.client(world)
        for method in visit.route.methods:
            getattr(browser, method.lower())(visit.url, visit.route.send)
    for message in mail.outbox:
        text = f"{message.subject}\n{message.body}"
        assert clean(text)
        assert "pain" not in text.lower()
        assert world.program.name not in text


def test_the_worker_logs_nothing_of_patients(world, monkeypatch):
    from django.utils import timezone

    from allay_web.jobs import tick as ticking

    def fail(program, *, by, at):
        raise ValueError("FamilyQuillon")

    monkeypatch.setitem(ticking._registered, "fail", fail)
    with logged() as written:
        assert tick(timezone.now()) >= 1
    assert "ValueError" in written.getvalue()
    assert clean(written.getvalue())


def test_commands_print_nothing_of_patients(world, capsys):
    call_command("verify_audit", program=world.program.slug)
    done = capsys.readouterr()
    assert clean(done.out + done.err)
