"""For checks that only read code (types, migrations): no folder, no key and no server is needed."""

from __future__ import annotations

from allay_web.settings.base import *  # noqa: F403

SECRET_KEY = "only-for-checks-that-read-code"
ALLAY_AUDIT_KEY = "only-for-checks-that-read-code"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
