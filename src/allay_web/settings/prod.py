"""Production: everything secret comes from the environment, and nothing starts without it.

`ALLAY_SECRET_KEY`, `ALLAY_AUDIT_KEY`
    two different secrets; the audit key signs the audit trail and should live apart from the database
`ALLAY_ALLOWED_HOSTS`
    comma-separated host names
`ALLAY_SMTP_HOST`, `ALLAY_SMTP_PORT`, `ALLAY_SMTP_USER`, `ALLAY_SMTP_PASSWORD`, `ALLAY_MAIL_FROM`
    the mail server; without a host, messages are written into `ALLAY_VAR`/mail
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

if env.str("ALLAY_SMTP_HOST", ""):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env.str("ALLAY_SMTP_HOST")
    EMAIL_PORT = env.int("ALLAY_SMTP_PORT", 587)
    EMAIL_HOST_USER = env.str("ALLAY_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = env.str("ALLAY_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = EMAIL_PORT != 465  # 465 speaks TLS from the first byte
    EMAIL_USE_SSL = EMAIL_PORT == 465
    EMAIL_TIMEOUT = 10
    DEFAULT_FROM_EMAIL = env.str("ALLAY_MAIL_FROM")

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
