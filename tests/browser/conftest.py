"""Fixtures of browser tests: the seeded demonstration, served for each test, and pages that are watched."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.site import Site, seed, serving
from tests.browser.watch import Watch

from allay_web.access.roles import Role

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WIDTHS = {"360": PHONE, "1280": DESK}
PATIENCE = 15_000  # milliseconds; a page takes a few hundred, but the machine may be busy

expect.set_options(timeout=PATIENCE)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's database, made once for all processes of this run.

    ALLAY_SEEDED may name one that was made before, for those who run these tests again and again.
    """
    if named := os.environ.get("ALLAY_SEEDED"):
        return Path(named)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "browser"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return seed(folder)


@pytest.fixture
def site(seeded: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[Site]:
    """The demonstration as it stands on its Monday morning, for this test alone."""
    with django_db_blocker.unblock(), serving(seeded, tmp_path) as running:
        yield running


@contextmanager
def pages(browser: Browser, site: Site) -> Iterator[tuple[Open, Watch]]:
    """Give a function that opens watched pages; at the end, no page may have complained."""
    watch = Watch(urlsplit(site.url).netloc)
    contexts = []

    def opened(*, role: Role | None = None, width: str = "1280", **options: Any) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport=WIDTHS[width],
            reduced_motion="reduce",
            locale=options.pop("locale", "en-US"),
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(watch.over(context))
        if role is not None:
            context.add_cookies([site.session(role)])
        return context.new_page()

    try:
        yield opened, watch
    finally:
        for context in contexts:
            context.close()
    assert watch.faults == []


@pytest.fixture
def watched(browser: Browser, site: Site) -> Iterator[tuple[Open, Watch]]:
    """The function that opens pages, and what watches over them."""
    with pages(browser, site) as both:
        yield both


@pytest.fixture
def sign_in(watched: tuple[Open, Watch]) -> Open:
    """Open a page on which somebody of a role is signed in already: `sign_in(role=Role.COORDINATOR)`."""
    return watched[0]


@pytest.fixture
def watch(watched: tuple[Open, Watch]) -> Watch:
    """What watches over the pages of this test."""
    return watched[1]
