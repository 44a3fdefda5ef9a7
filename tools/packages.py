"""Debian packages that some tests need, and what to say where they are missing."""

from __future__ import annotations

import os
import shutil
import subprocess

# What each package gives, in the words printed when it is missing.
PURPOSES = {
    "chromium": "browser tests",
    "postgresql-15": "the suite on PostgreSQL",
    "libpango-1.0-0": "PDF reports",
    "libpangoft2-1.0-0": "PDF reports",
    "libharfbuzz-subset0": "PDF reports",
    "poppler-utils": "tests that read a PDF back",
    "fonts-dejavu-core": "text in PDF reports and screenshots",
    "fonts-liberation": "text in PDF reports and screenshots",
    "openjdk-17-jre-headless": "tests of evaluation on Spark",
}


def missing() -> list[str]:
    """Return the packages that are not installed; none where the system is not Debian's kind."""
    if not shutil.which("dpkg-query"):
        return []
    return [name for name in PURPOSES if not installed(name)]


def installed(name: str) -> bool:
    """Say whether a Debian package is installed."""
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name], capture_output=True, text=True
    )
    return asked.stdout == "installed"


def ensure() -> list[str]:
    """Install what is missing where that is allowed; return one sentence per package that stays missing."""
    wanted = missing()
    if not wanted:
        return []
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return [sentence(name, "installing it needs root") for name in wanted]
    print(f"Installing Debian packages the tests need: {', '.join(wanted)} ...", flush=True)
    apt("update")
    if apt("install", "--no-install-recommends", *wanted):
        for name in wanted:
            # One at a time: a release without one of them should still get the rest.
            apt("install", "--no-install-recommends", name)
    return [sentence(name, "apt-get could not install it") for name in missing()]


def apt(*arguments: str) -> int:
    """Run apt-get without questions and return its exit code."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Another installation may be under way on the machine: wait for it instead of doing without.
    patient = ["apt-get", "--yes", "--quiet=2", "--option=DPkg::Lock::Timeout=300"]
    return subprocess.run([*patient, *arguments], env=environment).returncode


def sentence(name: str, reason: str) -> str:
    """Say what a missing package takes away, and how to get it."""
    return f"{name} is not installed ({PURPOSES[name]}): {reason}; apt-get install {name}"
