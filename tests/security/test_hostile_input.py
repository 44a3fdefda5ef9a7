"""What no form of ours sends: numbers, dates and texts made up by hand. No page fails, no page runs them."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.integration import factories as make
from tests.security.routes import Route, routes
from tests.security.world import World

from allay_web.access.roles import Role

pytestmark = pytest.mark.django_db

SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
LONG, THOUSANDS_OF_DIGITS = "9" * 25, "9" * 5000
PARAMETERS = (
    *("page", "patient", "before", "scale", "cohort", "timepoint", "whose", "status"),
    *("owner", "blocker", "lang", "person", "task", "other", "text", "by"),
)
VALUES = ("abc", "-1", LONG, THOUSANDS_OF_DIGITS, SCRIPT, "\x00", "2026-02-31", "0001-01-01", "9999-12-31")
NUMBERS = ("0", str(2**63), LONG, THOUSANDS_OF_DIGITS, "-1", "abc", "1e3", "%00", "١")
NAMED = [route for route in routes() if route.names_an_object and route.who != "patient_link"]
PAGES = [route for route in routes() if "GET" in route.methods]


def browser(world: World, route: Route) -> Client:
    return world.patient_client() if route.who == "patient_link" else world.client(route.first_role)


def runs_script(content: bytes) -> bool:
    return b"<script>alert(1)" in content or b"<img src=x" in content


@pytest.mark.parametrize("route", PAGES, ids=[route.name for route in PAGES])
def test_parameters_of_the_wrong_kind(world: World, route: Route) -> None:
    client, url = browser(world, route), route.url(world)
    for value in VALUES:
        answer = client.get(url, dict.fromkeys(PARAMETERS, value))
        assert answer.status_code < 500, value[:30]
        assert answer.streaming or not runs_script(answer.content), value[:30]


@pytest.mark.parametrize("route", NAMED, ids=[route.name for route in NAMED])
def test_numbers_of_records_that_cannot_be(world: World, route: Route) -> None:
    client = browser(world, route)
    for number in NUMBERS:
        url = route.url(world)
        for wanted in route.objects.values():
            url = re.sub(rf"/{world.objects.get(wanted)}(?=/|$)", f"/{number}", url)
        for method in route.methods:
            assert getattr(client, method.lower())(url).status_code == 404, (method, url[:80])


@pytest.mark.parametrize("digits", [LONG, THOUSANDS_OF_DIGITS])
@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("enrolment:check_sheet", {"row-{}": "new"}, 302),
        ("enrolment:new", {"person": "same:{}", "given_name": "A", "family_name": "B"}, 302),
        ("enrolment:next_step", {"task": "{}", "next_step": "Call"}, 200),
        ("worklist:hand_over", {"owner": "{}"}, 400),
        ("people:patients", {"text": "a", "other": "{}"}, 200),
    ],
)
def test_forms_that_name_records_that_cannot_be(
    world: World, name: str, fields: dict[str, str], expected: int, digits: str
) -> None:
    route = next(route for route in routes() if route.name == name)
    sent = {key.format(digits): value.format(digits) for key, value in fields.items()}
    sent |= {"received_on": "2026-01-01", "entry_key": str(uuid.uuid4())}
    answer = browser(world, route).post(
        route.url(world), urlencode(sent), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == expected


def test_a_form_that_is_too_large_says_so(world: World) -> None:
    client = world.client(Role.COORDINATOR)
    answer = client.post(make.url("enrolment:import_referrals", world.program), {"pasted": "x" * 3_000_000})
    assert answer.status_code == 400
    assert "at most 2.5 MB" in answer.content.decode()
