"""Accessibility rules run in the page, in both color schemes."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = "options => axe.run(document, options)"
# Of axe's rules only the contrast of colors depends on the color scheme.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
ALL_RULES = {"resultTypes": ["violations"]}


def violations(page: Page) -> list[str]:
    """Say what the page breaks, in the light and in the dark scheme."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = _words(page.evaluate(RUN, ALL_RULES), "light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += _words(page.evaluate(RUN, CONTRAST), "dark")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


def _words(result: dict[str, Any], scheme: str) -> list[str]:
    return [
        f"{scheme}: {broken['id']} ({broken['help']}) at {node['target']}: {node['html'][:160]}"
        for broken in result["violations"]
        for node in broken["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    page.wait_for_load_state("load")  # before its style sheets are there, a page has another width
    return page.evaluate("() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
