"""The demonstration on one's own machine: embedded database, no second factor, keys kept in `ALLAY_VAR`."""

from __future__ import annotations

from allay_web.settings.base import *  # noqa: F403
from allay_web.settings.base import VAR, env
from allay_web.settings.keys import key_file

VAR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env.str("ALLAY_SECRET_KEY", "") or key_file(VAR / "secret.key")
ALLAY_AUDIT_KEY = env.str("ALLAY_AUDIT_KEY", "") or key_file(VAR / "audit.key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DEBUG = False
ALLAY_DEMONSTRATION = True
ALLAY_SECOND_FACTOR = False
ALLAY_MAY_FLUSH = True
ALLAY_IDLE_SECONDS = 8 * 60 * 60
