"""Pages of evidence in a browser: they fit, they are accessible, and they ask nobody for anything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.axe import overflow, violations

from allay.reports.evidence import evidence_page
from allay.reports.evidence_html import patient_html, payer_html

WIDTHS = (360, 768, 1280)
CONDITIONS = ("low-back-pain", "neck-pain", "knee-osteoarthritis", "fibromyalgia", "chronic-pain")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_pages_fit_and_are_accessible(browser: Browser, tmp_path: Path, condition: str) -> None:
    shown = evidence_page(condition_id=condition, as_of=dt.date(2026, 12, 1))
    texts = {
        "payer": payer_html(shown),
        "patient": patient_html(shown),
        "paciente": patient_html(shown, language="es"),
    }
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    page = context.new_page()
    for name, text in texts.items():
        file = tmp_path / f"{name}.html"
        file.write_text(text, encoding="utf-8")
        page.goto(file.as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) == 0, (name, width)
            assert violations(page) == [], (name, width)
    assert requests == [(tmp_path / f"{name}.html").as_uri() for name in texts]
    context.close()
