"""Production: everything secret comes from the environment, and nothing starts without it.

`ALLAY_SECRET_KEY`, `ALLAY_AUDIT_KEY`
    two different secrets; the audit key signs the audit trail and should live apart from the database
`ALLAY_ALLOWED_HOSTS`
    comma-separated host names
`ALLAY_DATABASE_URL`
    PostgreSQL, as the role `allay_app` (see the how-to on installing)
"""

from __future__ import annotations

from allay_web.settings.base import *  # noqa: F403
from allay_web.settings.base import env

SECRET_KEY = env.str("ALLAY_SECRET_KEY")
ALLAY_AUDIT_KEY = env.str("ALLAY_AUDIT_KEY")
ALLOWED_HOSTS: list[str] = env.list("ALLAY_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DEBUG = False

SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
