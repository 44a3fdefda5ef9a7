"""`python -m allay_web worker`: tick until told to stop."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allay_web.jobs.tick import tick_safely

SECONDS = 30.0
STOP = (signal.SIGTERM, signal.SIGINT)


class Command(BaseCommand):
    help = "Do what is due, again and again, until SIGTERM or Ctrl-C; a tick that runs is finished first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--interval", type=float, default=SECONDS, help="seconds between ticks (default %(default)s)"
        )

    def handle(self, *args: Any, interval: float, **options: Any) -> None:
        if interval <= 0:
            raise CommandError(f"--interval: expected more than 0 seconds, found {interval:g}")
        stop = threading.Event()
        before = {wanted: signal.signal(wanted, lambda *_: stop.set()) for wanted in STOP}
        try:
            while not stop.is_set():
                tick_safely(timezone.now())
                stop.wait(interval)
        finally:
            for wanted, handler in before.items():
                signal.signal(wanted, handler)
