"""Watches the SQL of a request: which patients' data it read or wrote, and whether it was audited."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection

AUDIT = "audit_auditentry"


def patient_tables() -> dict[str, tuple[str, frozenset[str]]]:
    """Tables that hold fields marked as patient data: the model's name, and those columns."""
    found = {}
    for model in apps.get_models():
        marks = getattr(model, "Privacy", None)
        if marks is not None and marks.phi and model._meta.db_table != AUDIT:
            columns = frozenset(str(model._meta.get_field(name).column) for name in marks.phi)
            found[model._meta.db_table] = (model._meta.label, columns)
    return found


TABLES = patient_tables()
NAMED = re.compile(r"(?<![A-Za-z0-9_])(" + "|".join(map(re.escape, TABLES)) + r")(?![A-Za-z0-9_])")
COLUMN = re.compile(r'"(\w+)"\."(\w+)"')
WRITES = re.compile(r'^\s*(?:INSERT\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)


@dataclass
class Seen:
    """What the SQL of one request did."""

    read: set[str] = field(default_factory=set)  # models of which a column with patients' data was asked for
    written: set[str] = field(default_factory=set)
    entries: int = 0

    def note(self, sql: str) -> None:
        """Read one statement.

        A query of our own makes counts of a table without reading what is a patient's in it; SQL that is not
        Django's (it does not write "table"."column") is taken to read everything it names.
        """
        write = WRITES.match(sql)
        if write and write[1] == AUDIT:
            self.entries += 1
            return
        if write and write[1] in TABLES:
            self.written.add(TABLES[write[1]][0])
        columns = COLUMN.findall(sql)
        for table, column in columns:
            if table in TABLES and column in TABLES[table][1]:
                self.read.add(TABLES[table][0])
        if not columns and not write:
            self.read |= {TABLES[table][0] for table in NAMED.findall(sql)}


@contextmanager
def watched() -> Iterator[Seen]:
    """Watch every statement on the default connection."""
    seen = Seen()

    def wrapper(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        seen.note(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen
