"""A running application for the browser: a database file of its own, a clock, and a server in this process.

Browser tests run on SQLite only, on a file that is copied for each test from one seeded once. Because the
server runs in this process, a test can set its clock and look at its database.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import time_machine
from django.db import connections
from django.test import Client
from playwright._impl._api_structures import SetCookieParam
from pytest_django.live_server_helper import LiveServer
from tests.security.world import remember_sign_in

from allay_web.access.models import Membership, Program
from allay_web.access.roles import Role
from allay_web.settings.database import database

ROOT = Path(__file__).resolve().parents[2]

# A Monday at twenty past nine in New York, where the demonstration is: somebody is on duty.
NOW = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)


def _manage(file: Path, *arguments: str) -> None:
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "allay_web.settings.test",
        "ALLAY_DATABASE_URL": f"sqlite:///{file}",
    }
    command = [sys.executable, "-W", "ignore", "-m", "allay_web", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def _whole(file: Path) -> None:
    """Fold the write-ahead log into the file, so that one file is the database."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def seed(folder: Path) -> Path:
    """Make the demonstration's database in a folder, unless it is there; about half a minute."""
    ready, making = folder / "demonstration.sqlite3", folder / "making.sqlite3"
    if not ready.exists():
        making.unlink(missing_ok=True)
        _manage(making, "migrate", "--no-input", "--verbosity=0")
        _manage(making, "seed_demo", "--as-of", NOW.date().isoformat())
        _whole(making)
        making.rename(ready)
    return ready


@contextmanager
def connected(file: Path) -> Iterator[None]:
    """Have every thread of this process use that database file, and afterwards what they used before."""
    before = connections.settings["default"]
    held = connections["default"]
    del connections["default"]
    connections.settings["default"] = connections.configure_settings(
        {"default": database(f"sqlite:///{file}")}
    )["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = held


@dataclass(frozen=True, slots=True)
class Site:
    """A running application: where it is, and its clock."""

    url: str
    clock: time_machine.Traveller

    def program(self) -> Program:
        """The demonstration's program."""
        return Program.objects.get(slug="river-valley")

    def session_of(self, membership: Membership) -> SetCookieParam:
        """The cookie of somebody who signed in a moment ago."""
        browser = Client()
        browser.force_login(membership.user)
        remember_sign_in(browser)
        return {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": self.url}

    def session(self, role: Role) -> SetCookieParam:
        """The cookie of the demonstration's person of a role."""
        return self.session_of(
            Membership.objects.select_related("user").get(program=self.program(), role=role)
        )


@contextmanager
def serving(seeded: Path, folder: Path) -> Iterator[Site]:
    """Serve a copy of a seeded database, on that Monday morning."""
    file = folder / "site.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(seeded, file)
    with connected(file), time_machine.travel(NOW) as clock:
        server = LiveServer("127.0.0.1")
        try:
            yield Site(server.url, clock)
        finally:
            server.stop()
