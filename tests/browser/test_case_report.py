"""The report of a business case in a browser: it fits, is accessible, asks nobody, and paper points on."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import overflow, violations

from allay.economics.case.case import Case
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.case.presets import read_preset
from allay.economics.result.result import case_result
from allay.reports.case_page import case_html

WIDTHS = (360, 768, 1280)
CASES = ("example", "path-2021", "safety-net-grants", "workers-compensation")

TOO_WIDE = """() => [...document.querySelectorAll(".table")]
    .filter(table => table.scrollWidth > table.clientWidth + 1)
    .map(table => table.querySelector("caption").textContent)"""


def case_of(name: str) -> Case:
    return read_case(EXAMPLE) if name == "example" else read_preset(name).case


def shown(page: Page, folder: Path, name: str) -> list[str]:
    """Open the report; the list fills with what the page asks for."""
    file = folder / "report.html"
    result = case_result(case_of(name), draws=100, seed=1, allay_version="1")
    file.write_text(case_html(result), encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    return asked


@pytest.mark.parametrize("name", CASES)
def test_it_fits_and_asks_for_nothing(browser: Browser, tmp_path: Path, name: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked = shown(page, tmp_path, name)
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == 0, width
        assert page.evaluate(TOO_WIDE) == [], width
    assert asked == [(tmp_path / "report.html").as_uri()]
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible(browser: Browser, tmp_path: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    shown(page, tmp_path, "path-2021")
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert violations(page) == []
    context.close()


def test_the_first_screen_says_that_numbers_are_made_up_and_paper_says_where_the_rest_is(
    browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    shown(page, tmp_path, "path-2021")
    for said in ("Made-up numbers: proves nothing", "numbers are made up"):
        box = page.get_by_text(said).first.bounding_box()
        assert box is not None
        assert box["y"] < 740
    pointer = page.get_by_text("are not on paper")
    expect(pointer).to_be_hidden()
    page.emulate_media(media="print")
    expect(pointer).to_be_visible()
    expect(page.get_by_text("that are taken as sure")).to_be_hidden()
    expect(page.get_by_text("Flows by size")).to_be_visible()
    context.close()
