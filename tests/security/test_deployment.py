"""Production settings: nothing starts without its secrets, and Django's own check has nothing to say."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import pytest

SECRETS = {
    "ALLAY_SECRET_KEY": "k2J9x-check-of-production-settings-only-0123456789-abcdefghij-KLMNOP",
    "ALLAY_AUDIT_KEY": "another-key-for-the-check-of-production-settings-only-0123456789",
    "ALLAY_ALLOWED_HOSTS": "allay.example.org",
}


def production():
    """The production settings as a module, made with secrets of no value."""
    before = {name: os.environ.get(name) for name in SECRETS}
    os.environ.update(SECRETS)
    try:
        return importlib.reload(importlib.import_module("allay_web.settings.prod"))
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def run(tmp_path, *arguments, **variables):
    ours = ("ALLAY_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "allay_web.settings.prod",
        "ALLAY_VAR": str(tmp_path),
        "ALLAY_DATABASE_URL": f"sqlite:///{tmp_path / 'check.sqlite3'}",
        **variables,
    }
    command = [sys.executable, "-m", "allay_web", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_the_deploy_check_finds_nothing(tmp_path):
    done = run(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **SECRETS)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_starts_without_a_secret(tmp_path, secret):
    given = {name: value for name, value in SECRETS.items() if name != secret}
    done = run(tmp_path, "check", **given)
    assert done.returncode != 0
    assert secret in done.stderr


@pytest.mark.parametrize(("port", "expected"), [("587", "True False"), ("465", "False True")])
def test_mail_goes_out_encrypted(tmp_path, port, expected):
    mail = {
        "ALLAY_SMTP_HOST": "mail.example.org",
        "ALLAY_SMTP_PORT": port,
        "ALLAY_MAIL_FROM": "a@example.org",
    }
    asked = "from django.conf import settings as s; print(s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
    done = run(tmp_path, "shell", "--no-imports", "-c", asked, **SECRETS, **mail)
    assert done.stdout.split("\n")[0] == expected, done.stderr


def test_what_the_demonstration_relaxes_is_strict_here():
    settings = production()
    assert settings.ALLAY_SECOND_FACTOR is True
    assert settings.ALLAY_DEMONSTRATION is False
    assert settings.ALLAY_MAY_FLUSH is False
    assert settings.DEBUG is False
    assert settings.ALLAY_IDLE_SECONDS == 15 * 60
    assert settings.ALLAY_SESSION_SECONDS == 12 * 60 * 60
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
