"""Every page of the access matrix, with data and without: accessible, quiet, and never wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.axe import overflow, violations
from tests.browser.conftest import DESK, PHONE, pages
from tests.browser.site import Site, serving
from tests.browser.watch import Watch
from tests.security.routes import Route, Visit, routes, visits
from tests.security.world import World, empty_world, filled_world

from allay_web.access.roles import Role

# Files and signs of life, not pages.
NO_PAGES = {"health", "insight:report", "enrolment:sheet_template"}
OPENED = [route for route in routes() if "GET" in route.methods and route.name not in NO_PAGES]
WITHOUT_RECORDS = [route for route in OPENED if not route.names_an_object]


@dataclass
class Walk:
    """One page that is led from route to route, and the worlds it visits."""

    site: Site
    page: Page
    watch: Watch
    worlds: dict[str, World]

    def go(self, route: Route, world: str) -> None:
        """Open a route as the first role that may, or as the patient of its link."""
        there = next(visit for visit in visits(self.worlds[world]) if visit.route.name == route.name)
        self.enter(there, self.worlds[world])
        # Whoever has no second factor is told so with a 404 where one would be shown or removed.
        nothing_there = {404} if world == "empty" and route.who == "signed_in" else set()
        self.open(there.url, {200, *route.answers} | nothing_there)

    def open(self, address: str, statuses: set[int]) -> None:
        """Open an address at a desk; faults of the page before are forgotten."""
        self.watch.faults.clear()
        self.page.set_viewport_size(DESK)
        response = self.page.goto(address)
        assert response is not None
        assert response.status in statuses

    def enter(self, there: Visit, world: World) -> None:
        """Be who opens this page."""
        context = self.page.context
        context.clear_cookies()
        if there.patient:
            cookies = there.client(world).cookies
            context.add_cookies(
                [
                    {"name": name, "value": cookie.value, "url": self.site.url}
                    for name, cookie in cookies.items()
                ]
            )
        elif there.role is not None:
            context.add_cookies([self.site.session_of(world.members[there.role])])


@pytest.fixture(scope="module")
def walk(
    browser: Browser, seeded: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Walk]:
    """Two programs beside the demonstration: one with one of everything, one that opened this morning."""
    with django_db_blocker.unblock(), serving(seeded, tmp_path_factory.mktemp("pages")) as site:
        worlds = {"with data": filled_world(), "empty": empty_world()}
        with pages(browser, site) as (opened, watch):
            yield Walk(site, opened(), watch, worlds)


def faults(walk: Walk) -> dict[str, Any]:
    """What is wrong with the page that is open, at both widths."""
    found: dict[str, Any] = {"1280": violations(walk.page), "too wide at 1280": overflow(walk.page)}
    walk.page.set_viewport_size(PHONE)
    found |= {"360": violations(walk.page), "too wide at 360": overflow(walk.page)}
    found["said"] = list(walk.watch.faults)
    walk.watch.faults.clear()
    return {name: fault for name, fault in found.items() if fault}


@pytest.mark.parametrize("route", OPENED, ids=lambda route: route.name)
def test_with_data(walk: Walk, route: Route) -> None:
    walk.go(route, "with data")
    assert faults(walk) == {}


@pytest.mark.parametrize("route", WITHOUT_RECORDS, ids=lambda route: route.name)
def test_empty(walk: Walk, route: Route) -> None:
    walk.go(route, "empty")
    assert faults(walk) == {}


FULL = ("today/?whose=all", "referrals/", "patients/", "program/", "program/audit/", "program/members/")


@pytest.mark.parametrize("address", FULL)
def test_of_the_demonstration(walk: Walk, address: str) -> None:
    role = Role.COORDINATOR if address.startswith(("today", "referrals", "patients")) else Role.DIRECTOR
    walk.page.context.clear_cookies()
    walk.page.context.add_cookies([walk.site.session(role)])
    walk.open(f"/p/river-valley/{address}", {200})
    assert faults(walk) == {}


@pytest.mark.parametrize("address", ["/no-such-page/", "/p/no-such-program/today/", f"/q/{'A' * 22}/"])
def test_of_a_refusal(walk: Walk, address: str) -> None:
    walk.open(address, {404})
    assert faults(walk) == {}
