"""The database's own refusal to change or remove what is in the audit trail.

Frozen like a migration: an installed database has these triggers by migration 0002, so a change here needs a
new migration. On SQLite, a migration that alters one of the two tables rebuilds it and loses its triggers,
so such a migration must install them again; `verify_audit` says when one is missing.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

ENTRY, HEAD = "audit_auditentry", "audit_audithead"
NEVER = "the audit trail is only ever added to"

# RAISE(ABORT) and SQLSTATE 23001 both arrive as Django's IntegrityError.
#
# The INSERT triggers are for REPLACE: SQLite removes the row in the way without firing its DELETE trigger
# unless recursive_triggers is on, and a connection decides that for itself.
SQLITE = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRY}",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRY}",
    "audit_entry_no_replace": (
        f"BEFORE INSERT ON {ENTRY} WHEN EXISTS (SELECT 1 FROM {ENTRY} "  # noqa: S608 (our own names)
        "WHERE id = NEW.id OR (chain = NEW.chain AND number = NEW.number))"
    ),
    "audit_head_forward": (
        f"BEFORE UPDATE ON {HEAD} WHEN NEW.id <> OLD.id OR NEW.chain <> OLD.chain "
        "OR NEW.count <> OLD.count + 1"
    ),
    "audit_head_no_delete": f"BEFORE DELETE ON {HEAD}",
    "audit_head_no_replace": (
        f"BEFORE INSERT ON {HEAD} WHEN NEW.count <> 0 "  # noqa: S608
        f"OR EXISTS (SELECT 1 FROM {HEAD} WHERE id = NEW.id OR chain = NEW.chain)"
    ),
}

POSTGRESQL = {
    "audit_entry_no_change": f"BEFORE UPDATE OR DELETE ON {ENTRY} FOR EACH ROW",
    "audit_entry_no_truncate": f"BEFORE TRUNCATE ON {ENTRY} FOR EACH STATEMENT",
    "audit_head_forward": (
        f"BEFORE UPDATE ON {HEAD} FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.chain <> OLD.chain "
        "OR NEW.count <> OLD.count + 1)"
    ),
    "audit_head_no_delete": f"BEFORE DELETE ON {HEAD} FOR EACH ROW",
    "audit_head_no_truncate": f"BEFORE TRUNCATE ON {HEAD} FOR EACH STATEMENT",
    "audit_head_starts_empty": f"BEFORE INSERT ON {HEAD} FOR EACH ROW WHEN (NEW.count <> 0)",
}

FUNCTION = f"""CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{NEVER}' USING ERRCODE = 'restrict_violation'; END $$"""


def _table(rule: str) -> str:
    return ENTRY if f"ON {ENTRY}" in rule else HEAD


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers; needs the tables' owner."""
    if connection.vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        _run(connection, [f"CREATE TRIGGER {name} {rule} {refuse}" for name, rule in SQLITE.items()])
        return
    statements = [FUNCTION]
    for name, rule in POSTGRESQL.items():
        statements.append(f"CREATE TRIGGER {name} {rule} EXECUTE FUNCTION audit_refuse()")
        # ALWAYS: also in a session that calls itself a replica.
        statements.append(f"ALTER TABLE {_table(rule)} ENABLE ALWAYS TRIGGER {name}")
    _run(connection, statements)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away; needs the tables' owner."""
    if connection.vendor == "sqlite":
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE])
        return
    statements = [f"DROP TRIGGER IF EXISTS {name} ON {_table(rule)}" for name, rule in POSTGRESQL.items()]
    _run(connection, [*statements, "DROP FUNCTION IF EXISTS audit_refuse()"])


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that are not there, not switched on, or not what they should be."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found: dict[str, Any] = dict(cursor.fetchall())
            return [name for name, rule in SQLITE.items() if rule not in (found.get(name) or "")]
        cursor.execute(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgenabled = 'A' AND p.proname = 'audit_refuse' AND p.prosrc LIKE '%%RAISE EXCEPTION%%' "
            "AND t.tgrelid IN (%s::regclass, %s::regclass)",
            [ENTRY, HEAD],
        )
        names = {row[0] for row in cursor.fetchall()}
    return [name for name in POSTGRESQL if name not in names]
