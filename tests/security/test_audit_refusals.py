"""UPDATE, DELETE, TRUNCATE and REPLACE of an audit row fail, for the application and for the owner."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from tests.integration import factories as make
from tests.security.audit_sql import ENTRY, HEAD, as_application, fill, run

from allay_web.audit import triggers
from allay_web.audit.models import AuditEntry, AuditHead

pytestmark = pytest.mark.django_db

COLUMNS = [field.column for field in AuditEntry._meta.local_fields]
ALL = ", ".join(COLUMNS)
HEAD_COLUMNS = [field.column for field in AuditHead._meta.local_fields]
SELECTED = ", ".join("'forged'" if column == "action" else column for column in COLUMNS)
SAME_PLACE = ", ".join({"action": "'forged'", "id": "id + 1000"}.get(column, column) for column in COLUMNS)
HEAD_SELECTED = ", ".join(HEAD_COLUMNS)

BOTH = {
    "update an entry": f"UPDATE {ENTRY} SET action = 'forged' WHERE number = 2",
    "update what an entry tells": f"UPDATE {ENTRY} SET detail = '{{}}' WHERE number = 2",
    "delete an entry": f"DELETE FROM {ENTRY} WHERE number = 2",
    "delete every entry": f"DELETE FROM {ENTRY}",
    "upsert over an entry's id": (
        f"INSERT INTO {ENTRY} ({ALL}) SELECT {SELECTED} FROM {ENTRY} WHERE number = 2 "
        "ON CONFLICT (id) DO UPDATE SET action = 'forged'"
    ),
    "upsert over an entry's number": (
        f"INSERT INTO {ENTRY} ({ALL}) SELECT {SAME_PLACE} FROM {ENTRY} WHERE number = 2 "
        "ON CONFLICT (chain, number) DO UPDATE SET action = 'forged'"
    ),
    "turn a head back": f"UPDATE {HEAD} SET count = count - 1",
    "rewrite a head in place": f"UPDATE {HEAD} SET seal = 'forged'",
    "delete a head": f"DELETE FROM {HEAD}",
}
SQLITE = {
    "replace an entry by its id": (
        f"INSERT OR REPLACE INTO {ENTRY} ({ALL}) SELECT {SELECTED} FROM {ENTRY} WHERE number = 2"
    ),
    "replace an entry by its number": (
        f"REPLACE INTO {ENTRY} ({ALL}) SELECT {SAME_PLACE} FROM {ENTRY} WHERE number = 2"
    ),
    "update or replace": f"UPDATE OR REPLACE {ENTRY} SET number = 1 WHERE number = 2",
    "replace a head": f"REPLACE INTO {HEAD} ({HEAD_SELECTED}) SELECT {HEAD_SELECTED} FROM {HEAD}",
    "truncate (SQLite's way)": f"DELETE FROM {ENTRY} WHERE 1",
}
POSTGRESQL = {
    "truncate the entries": f"TRUNCATE {ENTRY}",
    "truncate the heads": f"TRUNCATE {HEAD}",
    "truncate both": f"TRUNCATE {ENTRY}, {HEAD} CASCADE",
}
HERE = {**BOTH, **(SQLITE if connection.vendor == "sqlite" else POSTGRESQL)}


@pytest.fixture
def trail():
    program = make.program()
    fill(program)
    return program


def contents():
    return list(AuditEntry.objects.order_by("pk").values()), list(AuditHead.objects.order_by("pk").values())


@pytest.mark.parametrize("what", HERE)
def test_the_application_is_refused(trail, what):
    before = contents()
    with as_application(), pytest.raises(DatabaseError), transaction.atomic():
        run(HERE[what])
    assert contents() == before


@pytest.mark.parametrize("what", HERE)
def test_the_owner_is_refused_by_the_triggers(trail, what):
    before = contents()
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        run(HERE[what])
    assert contents() == before


@pytest.mark.parametrize("what", [name for name in HERE if "replace" in name])
def test_replace_is_refused_whatever_the_connection_says(trail, what):
    run("PRAGMA recursive_triggers = OFF")
    before = contents()
    try:
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            run(HERE[what])
    finally:
        run("PRAGMA recursive_triggers = ON")
    assert contents() == before


def test_the_application_may_add(trail):
    with as_application():
        fill(trail, 2)
    assert AuditEntry.objects.filter(chain=trail.pk).count() == 8


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has roles")
class TestTheApplicationsRole:
    def test_it_cannot_switch_a_trigger_off(self, trail):
        for statement in (
            f"ALTER TABLE {ENTRY} DISABLE TRIGGER ALL",
            f"DROP TRIGGER audit_entry_no_change ON {ENTRY}",
            f"DROP TABLE {ENTRY}",
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$",
            "SET session_replication_role = replica",
        ):
            with as_application(), pytest.raises(DatabaseError), transaction.atomic():
                run(statement)
            run("DROP OWNED BY allay_app_of_this_test")
            run("DROP ROLE allay_app_of_this_test")
        assert triggers.missing(connection) == []

    def test_the_owner_is_no_role_for_the_application(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            owner = cursor.fetchone()[0]
        with pytest.raises(CommandError, match="can switch no trigger off"):
            call_command("grant_app_role", role=owner)

    def test_an_unknown_role_is_named(self):
        with pytest.raises(CommandError, match="nobody_here"):
            call_command("grant_app_role", role="nobody_here")


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL has roles")
def test_roles_are_for_postgresql():
    with pytest.raises(CommandError, match="expected PostgreSQL"):
        call_command("grant_app_role", role="allay_app")


def test_the_triggers_can_be_taken_away_and_put_back():
    triggers.remove(connection)
    gone = triggers.missing(connection)
    triggers.install(connection)
    assert len(gone) == 6
    assert triggers.missing(connection) == []


def test_flush_is_refused_where_data_is_real(settings):
    settings.ALLAY_MAY_FLUSH = False
    with pytest.raises(CommandError, match="audit trail"):
        call_command("flush", interactive=False, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_a_committed_trail_is_refused_too_and_the_suite_can_empty_it():
    program = make.program()
    fill(program)
    with pytest.raises(DatabaseError, match="only ever added to"):
        run(f"DELETE FROM {ENTRY}")
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    assert triggers.missing(connection) == []
