"""Opens the pages of the demonstration at each width and saves what they look like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page
from tests.browser.site import Site
from tests.security.routes import visits

import scenes
from allay_web.access.roles import Role

WIDTHS = {360: 740, 768: 1000, 1280: 860}
TALLEST = 4000
COLORS = 128
NO_PAGES = {"health", "insight:report", "enrolment:sheet_template", "patient:link"}

Open = Callable[..., Page]


def opener(browser: Browser, site: Site, *, width: int) -> Open:
    """Give a function that opens a page of a width, signed in or not."""

    def opened(
        *, role: Role | None = None, scheme: Literal["light", "dark"] = "light", locale: str = "en-US"
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": WIDTHS[width]},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale=locale,
        )
        if role is not None:
            context.add_cookies([site.session(role)])
        return context.new_page()

    return opened


def shoot(page: Page, path: Path, *, whole: bool = True) -> None:
    """Save a picture; a page that is very long is cut."""
    size = page.viewport_size or {"width": 0, "height": 0}
    height = page.evaluate("() => document.documentElement.scrollHeight") if whole else size["height"]
    clip: FloatRect = {"x": 0, "y": 0, "width": size["width"], "height": min(height, TALLEST)}
    page.screenshot(path=path, full_page=whole, clip=clip)


def pages(site: Site) -> Iterator[tuple[str, str, Role | None]]:
    """Every page of the access matrix that staff open, by name, with the role that opens it."""
    for there in visits(scenes.world(site)):
        if there.route.name not in NO_PAGES and not there.patient:
            yield there.route.name.replace(":", "-"), there.url, there.role


def take_all(browser: Browser, site: Site, folder: Path) -> int:
    """Take every page and every scene at every width; say how many pictures there are."""
    listed = list(pages(site))
    for width in WIDTHS:
        opened = opener(browser, site, width=width)
        for name, url, role in listed:
            page = opened(role=role)
            page.goto(url)
            shoot(page, folder / f"{name}-{width}.png")
            page.context.close()
        for name, scene in scenes.SCENES.items():
            page = scene(site, opened)
            shoot(page, folder / f"{name}-{width}.png")
            page.context.close()
    return len(list(folder.glob("*.png")))


def take_for_documents(browser: Browser, site: Site, folder: Path) -> int:
    """Take what the documents show: what fits into one window."""
    for name, (width, scene) in scenes.SHOWN.items():
        path = folder / f"{name}.png"
        shoot(scene(site, opener(browser, site, width=width)), path, whole=False)
        with Image.open(path) as picture:  # flat colors: a palette shows the same in a third of the bytes
            picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
    return len(scenes.SHOWN)
