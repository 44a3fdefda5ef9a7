"""`python -m allay_web grant_app_role --role allay_app`: what the application may do in PostgreSQL."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from allay_web.audit.triggers import ENTRY, HEAD

# The owner could switch the triggers off; so could a superuser and any member of the owner's role.
OWNS = """
SELECT r.rolsuper, pg_has_role(r.oid, c.relowner, 'MEMBER')
FROM pg_roles r, pg_class c WHERE r.rolname = %s AND c.oid = %s::regclass
"""


class Command(BaseCommand):
    help = (
        "Give a PostgreSQL role what the application needs and no more: it may add audit entries but neither "
        "change nor remove them. Run it as the owner of the tables, after every migrate."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", required=True, help="the role the web server and the worker sign in as")

    @transaction.atomic
    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(
                "expected PostgreSQL; the embedded database has no roles, its triggers protect it"
            )
        with connection.cursor() as cursor:
            self._check(cursor, role)
            for statement in self._statements(cursor, connection.ops.quote_name(role)):
                cursor.execute(statement)
        self.stdout.write(f"{role} may run the application; audit entries it may add and read only")

    def _check(self, cursor: CursorWrapper, role: str) -> None:
        cursor.execute(OWNS, [role, ENTRY])
        row = cursor.fetchone()
        if row is None:
            raise CommandError(
                f"--role: expected a role of this database, found {role!r}; make it with CREATE ROLE"
            )
        superuser, owner = row
        if superuser or owner:
            kind = "a superuser" if superuser else "the owner of the audit table, or a member of its role"
            raise CommandError(
                f"--role: expected a role that can switch no trigger off, found {kind}: {role}"
            )

    def _statements(self, cursor: CursorWrapper, name: str) -> list[str]:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        everything = f"ALL TABLES IN SCHEMA {schema}"
        return [
            f"REVOKE ALL ON {everything} FROM {name}",
            f"GRANT USAGE ON SCHEMA {schema} TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
            f"REVOKE UPDATE, DELETE ON {ENTRY} FROM {name}",
            f"REVOKE DELETE ON {HEAD} FROM {name}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}",
        ]
