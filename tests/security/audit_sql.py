"""Raw SQL against the audit trail, as whoever reached the database would write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection

from allay_web.access.actor import system
from allay_web.access.models import Program
from allay_web.audit import triggers
from allay_web.audit.models import AuditEntry
from allay_web.audit.record import record

ENTRY, HEAD = triggers.ENTRY, triggers.HEAD


def run(statement: str, *values: Any) -> int:
    """Execute one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def fill(program: Program, entries: int = 6) -> list[AuditEntry]:
    """A short trail."""
    by = system(program, name="test")
    return [record("patient.read", by=by, patient_id=n, detail={"n": n}) for n in range(1, entries + 1)]


@contextmanager
def as_owner_without_triggers() -> Iterator[None]:
    """The tables' owner, who can take the triggers away and put them back."""
    triggers.remove(connection)
    yield
    triggers.install(connection)


@contextmanager
def as_application() -> Iterator[None]:
    """The application's role: on PostgreSQL one made and granted for the test, on SQLite the only one."""
    if connection.vendor == "sqlite":
        yield
        return
    name = "allay_app_of_this_test"
    run(f"CREATE ROLE {name}")
    run(f"GRANT {name} TO CURRENT_USER")
    call_command("grant_app_role", role=name, verbosity=0)
    run(f"SET LOCAL ROLE {name}")
    try:
        yield
    finally:
        run("RESET ROLE")
