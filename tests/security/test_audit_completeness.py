"""No request touches patients' data without leaving an entry in the audit trail, in the same transaction."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.security.routes import Route, routes
from tests.security.watching import TABLES, Seen, watched

from allay_web.access.roles import Role
from allay_web.audit.models import AuditEntry
from allay_web.audit.verify import chains, verify
from allay_web.people.models import Patient

EVERY = [pytest.param(route, id=route.name) for route in routes()]


def reader(route: Route, world, role: Role | None):
    """A browser that may open the route."""
    return world.patient_client() if route.who == "patient_link" else world.client(role)


def who(route: Route) -> list[Role | None]:
    """Everybody who may open it."""
    if route.who in {"public", "patient_link"}:
        return [None]
    return [Role.DIRECTOR] if route.who == "signed_in" else list(route.roles())


@pytest.mark.parametrize("route", EVERY)
def test_what_a_route_touches_is_audited(route, world):
    url = route.url(world)
    for role in who(route):
        for method in route.methods:
            browser = reader(route, world, role)
            with transaction.atomic(), watched() as seen:
                answer = getattr(browser, method.lower())(url, route.send if method == "POST" else {})
                transaction.set_rollback(True)
            if answer.status_code < 400 and seen.touched:
                assert seen.entries, f"{method} by {role} touched {sorted(seen.touched)} and left no entry"


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
        assert {"people.Patient", "enrolment.Referral", "outcomes.Answer", "worklist.Task"} <= set(
            TABLES.values()
        )
        assert "audit_auditentry" not in TABLES

    def test_it_sees_a_read_a_write_and_raw_sql(self, world):
        from tests.security.audit_sql import run

        with watched() as seen:
            list(Patient.objects.of(world.program))
        assert seen.touched == {"people.Patient"}
        with watched() as seen:
            Patient.objects.of(world.program).update(phone="")
        assert seen.touched == {"people.Patient"}
        with watched() as seen:
            run("SELECT count(*) FROM people_patient WHERE id < 0")
        assert seen.touched == {"people.Patient"}

    def test_it_sees_an_entry(self, world):
        from allay_web.access.actor import system
        from allay_web.audit.record import record

        with watched() as seen:
            record("patient.read", by=system(world.program, name="test"))
        assert seen == Seen(set(), 1)

    def test_a_name_within_a_name_is_not_the_table(self):
        seen = Seen()
        seen.note("SELECT 1 FROM people_patients_archive")
        assert seen.touched == set()
