"""Watches the SQL of a request: which tables with patients' data it touched, and whether it was audited."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection

AUDIT = "audit_auditentry"


def patient_tables() -> dict[str, str]:
    """Tables that hold a field marked as patient data, by the name of their model."""
    found = {}
    for model in apps.get_models():
        marks = getattr(model, "Privacy", None)
        if marks is not None and marks.phi and model._meta.db_table != AUDIT:
            found[model._meta.db_table] = model._meta.label
    return found


TABLES = patient_tables()
NAMED = re.compile(r"(?<![A-Za-z0-9_])(" + "|".join(map(re.escape, TABLES)) + r")(?![A-Za-z0-9_])")
ENTRY = re.compile(rf'^\s*INSERT INTO "?{AUDIT}"?', re.IGNORECASE)


@dataclass
class Seen:
    """What the SQL of one request did."""

    touched: set[str] = field(default_factory=set)
    entries: int = 0

    def note(self, sql: str) -> None:
        """Read one statement."""
        self.touched |= {TABLES[table] for table in NAMED.findall(sql)}
        self.entries += bool(ENTRY.match(sql))


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
