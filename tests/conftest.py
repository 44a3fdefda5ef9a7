"""Rules every test lives by: repeatable property tests, no network, a named database.

The network is closed by the options in `pyproject.toml` (only this machine may be reached). Tests are marked
by what they need, so that a second run can take exactly those that use the database.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}

# The same examples each time, so that a red run is red again; `thorough` looks further when somebody has the
# time.
settings.register_profile("repeatable", deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "thorough",
    deadline=None,
    max_examples=2000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# Playwright's synchronous interface keeps an event loop in the thread of the test, and Django would refuse to
# reach the database from there. No test runs asynchronous code against it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def data_folder() -> Path:
    """Return where third-party data is looked for."""
    named = os.environ.get("ALLAY_DATA")
    return Path(named).resolve() if named else (ROOT.parent / "shared" / "data")


def pytest_report_header() -> list[str]:
    """Name the database and the data folder at the top of a run."""
    address = urlsplit(os.environ.get("ALLAY_DATABASE_URL", "sqlite:///"))
    present = "present" if data_folder().is_dir() else "absent"
    return [f"database: {address.scheme} (ALLAY_DATABASE_URL)", f"third-party data: {present} (ALLAY_DATA)"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they need: `database`, `browser`, `external`."""
    for item in items:
        folder = Path(item.path).relative_to(ROOT).parts[1:2]
        if folder == ("browser",):
            item.add_marker(pytest.mark.browser)
        if folder == ("external",):
            item.add_marker(pytest.mark.external)
        if uses_database(item):
            item.add_marker(pytest.mark.database)


def uses_database(item: pytest.Item) -> bool:
    """Say whether a test reaches the database."""
    if item.get_closest_marker("django_db"):
        return True
    if DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
        return True
    case = getattr(item, "cls", None)
    return any(base.__name__ == "TransactionTestCase" for base in getattr(case, "__mro__", ()))


@pytest.fixture(scope="session")
def allay_data() -> Path:
    """The folder with third-party data; skips where it is absent."""
    folder = data_folder()
    if not folder.is_dir():
        pytest.skip("third-party data is absent; name its folder in ALLAY_DATA")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; skips where it is absent."""
    path = os.environ.get("ALLAY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object], chromium: str) -> dict[str, object]:
    """Drive the system's Chromium, with nothing that reaches out by itself."""
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address is common to all tests; each asks `live_server` for its own.

    pytest-playwright's fallback for this fixture is a method, and pytest warns about those.
    """
