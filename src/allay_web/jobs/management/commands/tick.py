"""`python -m allay_web tick`: do once what the worker does all the time; for cron."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from allay_web.jobs.tick import tick


class Command(BaseCommand):
    help = "Do what is due now, in every program, once. Exit 1 when a part of it failed."

    def handle(self, *args: Any, **options: Any) -> None:
        if tick(timezone.now()):
            sys.exit(1)
