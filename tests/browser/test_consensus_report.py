"""The report of a consensus exercise in a browser: it fits, is accessible, folds, and prints whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import overflow, violations
from tests.unit.reports.consensus_results import empty, exercise, many, tree

from allay.reports.consensus_page import consensus_html

WIDTHS = (360, 768, 1280)
KINDS = {"whole": exercise, "bare": empty, "many": lambda: many(40)}
OPEN = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"
BROKEN = """() => {
    const found = [];
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, around = text.parentElement;
        if (!around.closest("th, td, caption") || around.closest("code, svg")) continue;
        for (const word of text.data.matchAll(/[\\p{L}\\p{N}]{3,}/gu)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].filter(one => one.width).map(one => one.top));
            if (lines.size > 1) found.push(word[0]);
        }
    }
    return found;
}"""
TOO_WIDE = """() => [...document.querySelectorAll(".table")]
    .filter(table => table.scrollWidth > table.clientWidth + 1)
    .map(table => table.querySelector("caption").textContent)"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports of several results, made once."""
    folder = tmp_path_factory.mktemp("consensus")
    for name, make in KINDS.items():
        (folder / f"{name}.html").write_text(consensus_html(make()), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in KINDS}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_it_fits_and_asks_for_nothing(page: Page, files: dict[str, Path], kind: str) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(files[kind].as_uri())
    page.evaluate(OPEN)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == 0, width
        assert page.evaluate(TOO_WIDE) == [], width
    assert asked == [files[kind].as_uri()]
    assert wrong == []


def test_no_word_of_a_table_is_broken(page: Page, tmp_path: Path) -> None:
    journal = tree()["freezing"]
    for entry in journal["entries"]:
        entry["by"] = "Methodologist of the steering group"
        entry["reason"] = "A word of why, and another one, so that there is something to read. " * 3
    (tmp_path / "report.html").write_text(consensus_html(exercise(freezing=journal)), encoding="utf-8")
    page.goto((tmp_path / "report.html").as_uri())
    page.evaluate(OPEN)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(BROKEN) == [], width


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", ["whole", "bare"])
def test_it_is_accessible(page: Page, files: dict[str, Path], kind: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(files[kind].as_uri())
    page.evaluate(OPEN)
    assert violations(page) == []


def test_the_first_screen_says_that_it_is_synthetic(page: Page, files: dict[str, Path]) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(files["whole"].as_uri())
    box = page.get_by_text("This exercise is synthetic.").bounding_box()
    assert box is not None
    assert box["y"] < 740


def test_a_verdict_leads_to_its_statement_by_keyboard(page: Page, files: dict[str, Path]) -> None:
    page.goto(files["whole"].as_uri())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the report")).to_be_focused()
    page.get_by_role("link", name="s5").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="s5 Group visits")).to_be_in_viewport()


def test_charts_have_names(page: Page, files: dict[str, Path]) -> None:
    page.goto(files["whole"].as_uri())
    chart = page.get_by_role("img", name="s3, round 2, 9 ratings: 3 × 3, 3 × 7, 3 × 8; median 7.0")
    expect(chart.first).to_be_visible()


def test_many_statements_fold_and_paper_has_all(page: Page, files: dict[str, Path]) -> None:
    page.goto(files["many"].as_uri())
    table = page.get_by_role("table", name="q40: ratings by round")
    expect(table).to_be_hidden()
    page.emulate_media(media="print")
    expect(table).to_be_visible()
