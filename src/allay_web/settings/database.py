"""One database setting from its address."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

# IMMEDIATE takes SQLite's write lock when a transaction opens, so that two requests wait for each other
# instead of failing half-way; recursive_triggers lets REPLACE fire the delete trigger of the audit table.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
        "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
    ),
}


def database(url: str) -> dict[str, Any]:
    """Django's database setting for `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME`.

    Raises
    ------
    ValueError
        for any other scheme.

    Examples
    --------
    >>> database("postgresql://app:s%40fe@127.0.0.1:5433/allay")["PASSWORD"]
    's@fe'
    """
    parts = urlsplit(url)
    # One transaction per request: what a page reads or changes and its audit entry stand or fall together.
    common: dict[str, Any] = {"ATOMIC_REQUESTS": True}
    if parts.scheme == "sqlite":
        return {
            **common,
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            **common,
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise ValueError(f"expected sqlite:///PATH or postgresql://..., found {parts.scheme or 'nothing'}:")
