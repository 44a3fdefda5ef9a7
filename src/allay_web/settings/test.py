"""The test suite: fast password hashing, mail in memory, fixed keys."""

from __future__ import annotations

from allay_web.settings.base import *  # noqa: F403

SECRET_KEY = "test-secret-key-of-no-value-outside-the-suite"
ALLAY_AUDIT_KEY = "test-audit-key-of-no-value-outside-the-suite"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLAY_SECOND_FACTOR = False
ALLAY_MAY_FLUSH = True
WHITENOISE_AUTOREFRESH = True  # looks files up when asked, so that no folder of collected files is needed
