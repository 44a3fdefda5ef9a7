"""`flush`, which empties every table, and therefore works in the demonstration and in tests only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections, transaction

from allay_web.audit import triggers


class Command(flush.Command):
    """Lifts the audit trail's triggers, empties the tables, and puts the triggers back."""

    def handle(self, **options: Any) -> None:
        if not settings.ALLAY_MAY_FLUSH:
            raise CommandError("flush would remove the audit trail; it works in the demonstration only")
        alias = options["database"]
        with transaction.atomic(using=alias):
            triggers.remove(connections[alias])
            super().handle(**options)
            triggers.install(connections[alias])
