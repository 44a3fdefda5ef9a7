"""What each role is shown: finance and analysts no patient at all, and everybody only their own places."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import PROGRAM, titled

from allay_web.access.roles import Role
from allay_web.enrolment.models import Episode
from allay_web.people.models import Patient

PLACES = {
    Role.DIRECTOR: ["Today", "Referrals", "Patients", "Program", "Settings"],
    Role.COORDINATOR: ["Today", "Referrals", "Patients", "Program"],
    Role.CLINICIAN: ["Today", "Referrals", "Patients", "Program"],
    Role.FINANCE: ["Program"],
    Role.ANALYST: ["Program"],
}


@pytest.mark.parametrize("role", list(Role))
def test_the_places_of_a_role(sign_in: Open, role: Role) -> None:
    page = sign_in(role=role)
    page.goto("/")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(PLACES[role])


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ANALYST])
def test_no_patient_is_shown_to(site: Site, sign_in: Open, role: Role) -> None:
    page = sign_in(role=role)
    page.goto("/")
    titled(page, "How the program is doing")
    shown = page.locator("body").inner_text()
    patients = Patient.objects.of(site.program())
    assert [p.name for p in patients if p.name in shown] == []
    assert [p.phone for p in patients if p.phone and p.phone in shown] == []
    episode = Episode.objects.of(site.program()).order_by("pk")[0].pk
    for address in (
        "today/",
        "referrals/",
        "patients/",
        f"patients/{episode}/",
        f"patients/{episode}/forms/",
    ):
        response = page.goto(PROGRAM + address)
        assert response is not None
        assert response.status == 403, address
        expect(page.get_by_role("heading", level=1)).to_be_visible()
