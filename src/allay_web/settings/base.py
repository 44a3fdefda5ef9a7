"""Settings every way of running shares; what differs is in demo, test, prod and check.

From the environment, read here and nowhere else:

`ALLAY_VAR`
    folder of the embedded database and of written mail (default `var`)
`ALLAY_PROXIES`
    how many reverse proxies stand in front (default 0); the visitor's address is read accordingly
`ALLAY_DATABASE_URL`
    `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME`
"""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from environs import Env

from allay_web.settings.database import database

env = Env()

VAR = Path(env.str("ALLAY_VAR", "var")).resolve()
DATABASES = {"default": database(env.str("ALLAY_DATABASE_URL", f"sqlite:///{VAR / 'allay.sqlite3'}"))}

# Counts attempts to sign in. In the database, so that all processes share it; an error there closes sign-in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

ROOT_URLCONF = "allay_web.urls"
WSGI_APPLICATION = "allay_web.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allay_web.accounts",  # before allauth, whose templates ours replace
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allay_web.ui",
    "allay_web.audit",
    "allay_web.access",
    "allay_web.jobs",
    "allay_web.people",
    "allay_web.enrolment",
    "allay_web.worklist",
    "allay_web.outcomes",
    "allay_web.care",
    "allay_web.insight",
    "allay_web.ops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allay_web.audit.middleware.RequestContext",
    "allay_web.accounts.middleware.SignedIn",
    "allay_web.access.middleware.DenyByDefault",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "allay_web.ui.context.frame",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    # The 20,000 most common passwords of published breaches, which Django brings along.
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "allay_web.accounts.passwords.FewCharacters"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "allay_web.accounts.models.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by a program, not by sign-up
ACCOUNT_ADAPTER = "allay_web.accounts.adapter.Account"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail for asking about an address that has no account
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Allay: "
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False  # the session ends with the browser, or earlier
# Attempts per minute or hour, from one address (ip) and on one account (key, user).
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key,30/d/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,3/h/key",
    "reset_password_from_key": "20/m/ip",
}
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
MFA_ADAPTER = "allay_web.accounts.adapter.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the program gave the address
MFA_TOTP_ISSUER = "Allay"
# Behind a reverse proxy, how many of them add themselves to X-Forwarded-For; 0 believes no header.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("ALLAY_PROXIES", 0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# Our own. A second factor is required of everybody who signs in; only the demonstration turns it off.
ALLAY_SECOND_FACTOR = True
ALLAY_DEMONSTRATION = False
ALLAY_MAY_FLUSH = False  # whether `flush` may empty the tables, the audit trail with them
ALLAY_IDLE_SECONDS = 15 * 60  # staff left alone this long are signed out (45 CFR 164.312(a)(2)(iii))
ALLAY_SESSION_SECONDS = 12 * 60 * 60  # and after this long in any case
ALLAY_LINK_IDLE_SECONDS = 20 * 60  # a patient's page asks for the birth date again

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = ALLAY_SESSION_SECONDS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "allay_web.ui.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = "no-reply@allay.invalid"

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # pages show the program's own time zone

# Addresses, not contents: nothing of a patient is ever logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "allay_web.audit.logs.PlacesOnly",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"no_tokens": {"()": "allay_web.audit.logs.HideTokens"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_tokens"]}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "allay_web": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
