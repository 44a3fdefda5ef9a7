"""No request reads or writes patients' data without an entry in the audit trail, in the same transaction.

A write needs one whatever comes of the request. A read needs one when the answer shows a page; an answer
that only leads elsewhere, or refuses, tells nothing. On a private link the opening with the birth date is the
entry for what the patient then reads of themselves, and before it the page may show nothing of them.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from tests.security.audit_sql import run
from tests.security.routes import Route, routes
from tests.security.watching import TABLES, Seen, watched

from allay_web.access.actor import system
from allay_web.access.roles import Role
from allay_web.audit.models import AuditEntry
from allay_web.audit.record import record
from allay_web.audit.verify import chains, verify
from allay_web.people.models import Patient

EVERY = [pytest.param(route, id=route.name) for route in routes()]


def reader(route: Route, world, role: Role | None):
    """A browser that may open the route."""
    return world.patient_client() if route.who == "patient_link" else world.client(role)


def who(route: Route) -> list[Role | None]:
    """Everybody who may open it."""
    return list(route.roles()) or [route.first_role]


def shows(answer) -> bool:
    """Whether an answer is a page with something on it, rather than a way on or a plain refusal."""
    refusal = any(template.name == "ui/error.html" for template in answer.templates)
    return not 300 <= answer.status_code < 400 and answer.status_code != 405 and not refusal


@pytest.mark.parametrize("route", EVERY)
def test_what_a_route_touches_is_audited(route, world):
    url = route.url(world)
    for role in who(route):
        for method in route.methods:
            browser = reader(route, world, role)
            with transaction.atomic(), watched() as seen:
                answer = getattr(browser, method.lower())(url, route.send if method == "POST" else {})
                transaction.set_rollback(True)
            assert answer.status_code < 500
            if seen.written:
                assert seen.entries, f"{method} by {role} wrote {sorted(seen.written)} and left no entry"
            if seen.read and shows(answer) and route.who != "patient_link":
                assert seen.entries, f"{method} by {role} read {sorted(seen.read)} and left no entry"


def test_opening_a_private_link_is_audited(world):
    world.patient_client()
    entry = AuditEntry.objects.filter(chain=world.program.pk, action="link.open").latest("number")
    assert entry.object_id == world.objects["invitation"]
    assert entry.patient_id == world.objects["patient"]


@pytest.mark.parametrize(
    "route", [pytest.param(route, id=route.name) for route in routes() if route.who == "patient_link"]
)
def test_before_it_was_opened_a_link_shows_nothing_of_the_patient(route, world):
    for method in route.methods:
        answer = getattr(Client(), method.lower())(route.url(world), follow=True)
        assert "Quillon" not in answer.text
        assert "1961" not in answer.text


def test_the_whole_walk_leaves_a_trail_that_holds_together(world):
    for route in routes():
        for role in who(route):
            reader(route, world, role).get(route.url(world))
    which = chains(programs={world.program.pk: ""}, anchors={})
    assert verify(which, anchors={}).findings == []


def test_an_entry_goes_when_what_it_tells_of_goes(world, monkeypatch):
    """A page that fails after reading leaves no entry of its own: both are in the request's transaction."""
    from allay_web.audit import views

    def fail(*args, **kwargs):
        raise RuntimeError

    before = AuditEntry.objects.filter(chain=world.program.pk).count()
    monkeypatch.setattr(views, "render", fail)
    browser = world.client(Role.DIRECTOR)
    browser.raise_request_exception = False
    assert browser.get(f"/p/{world.program.slug}/program/audit/").status_code == 500
    assert AuditEntry.objects.filter(chain=world.program.pk).count() == before


class TestTheWatcher:
    """A watcher that sees nothing would pass everything."""

    def test_it_knows_the_tables(self):
        models = {label for label, _ in TABLES.values()}
        assert {"people.Patient", "enrolment.Referral", "outcomes.Answer", "worklist.Task"} <= models
        assert "audit_auditentry" not in TABLES

    def test_it_sees_a_read(self, world):
        with watched() as seen:
            list(Patient.objects.of(world.program))
        assert seen == Seen(read={"people.Patient"})

    def test_it_sees_a_search_that_reads_nothing_out(self, world):
        with watched() as seen:
            Patient.objects.of(world.program).filter(family_name="Reyes").count()
        assert seen == Seen(read={"people.Patient"})

    def test_it_sees_a_write(self, world):
        with watched() as seen:
            Patient.objects.of(world.program).update(sex="")
        assert seen == Seen(written={"people.Patient"})

    def test_it_sees_raw_sql(self, world):
        with watched() as seen:
            run("SELECT count(*) FROM people_patient WHERE id < 0")
            run("DELETE FROM people_patient WHERE id < 0")
        assert seen == Seen(read={"people.Patient"}, written={"people.Patient"})

    def test_a_count_reads_nothing(self, world):
        with watched() as seen:
            Patient.objects.of(world.program).count()
        assert seen == Seen()

    def test_it_sees_an_entry(self, world):
        with watched() as seen:
            record("patient.read", by=system(world.program, name="test"))
        assert seen == Seen(entries=1)

    def test_a_name_within_a_name_is_not_the_table(self):
        seen = Seen()
        seen.note("SELECT 1 FROM people_patients_archive")
        assert seen == Seen()
