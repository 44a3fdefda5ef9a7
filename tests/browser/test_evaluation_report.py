"""The report of a study in a browser: it fits, is accessible, asks nobody, and paper says what screens do."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import overflow, violations
from tests.unit.reports.evaluation_crosschecked import benefit, crossed
from tests.unit.reports.evaluation_kinds import KINDS

from allay.reports.evaluation_page import evaluation_html

WIDTHS = (360, 768, 1280)
SHOWN = ("clear_effect", "no_comparison", "hidden_cells", "cross_checks")
OPEN = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"

TOO_WIDE = """() => [...document.querySelectorAll(".table")]
    .filter(table => table.scrollWidth > table.clientWidth + 1)
    .map(table => table.querySelector("caption").textContent)"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports of several kinds of results, made once."""
    folder = tmp_path_factory.mktemp("evaluation")
    kinds = {**KINDS, "cross_checks": lambda: crossed(benefit(differs=True, told="some benefit more"))}
    for kind in SHOWN:
        (folder / f"{kind}.html").write_text(evaluation_html(kinds[kind]()), encoding="utf-8")
    return {kind: folder / f"{kind}.html" for kind in SHOWN}


def shown(page: Page, file: Path) -> tuple[list[str], list[str]]:
    """Open a report; the lists fill with what it asks for and what goes wrong."""
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(file.as_uri())
    return asked, wrong


@pytest.mark.parametrize("kind", SHOWN)
def test_it_fits_and_asks_for_nothing(browser: Browser, files: dict[str, Path], kind: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked, wrong = shown(page, files[kind])
    page.evaluate(OPEN)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == 0, width
        assert page.evaluate(TOO_WIDE) == [], width
    assert asked == [files[kind].as_uri()]
    assert wrong == []
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", SHOWN)
def test_it_is_accessible(browser: Browser, files: dict[str, Path], kind: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    shown(page, files[kind])
    page.evaluate(OPEN)
    assert violations(page) == []
    context.close()


def test_the_first_screen_says_that_claims_are_simulated(browser: Browser, files: dict[str, Path]) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    shown(page, files["clear_effect"])
    for said in ("Simulated claims: proves nothing", "The claims are synthetic."):
        box = page.get_by_text(said).first.bounding_box()
        assert box is not None
        assert box["y"] < 740
    context.close()


def test_the_keyboard_reaches_the_report(browser: Browser, files: dict[str, Path]) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    shown(page, files["clear_effect"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the report")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.tagName") in ("A", "SUMMARY")
    context.close()


def test_a_phone_shows_the_narrow_drawings_and_paper_says_where_the_rest_is(
    browser: Browser, files: dict[str, Path]
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    shown(page, files["clear_effect"])
    expect(page.locator(".plot-narrow").first).to_be_visible()
    expect(page.locator(".plot-wide").first).to_be_hidden()
    pointer = page.get_by_text("Tables of the other outcomes by time are on screen")
    expect(pointer).to_be_hidden()
    page.emulate_media(media="print")
    expect(pointer).to_be_visible()
    expect(page.locator(".plot-wide").first).to_be_visible()
    expect(page.get_by_text("The same for 8 other outcomes")).to_be_hidden()
    context.close()
