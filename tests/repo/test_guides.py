"""The how-to guides that run from top to bottom: followed as they are written, they show what comes out."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from tests.repo.walkthrough import Excerpt, blocks, follow

FOLDER = Path(__file__).parents[2] / "docs" / "how-to"
GUIDES = (
    "decide-a-visit",
    "price-a-day",
    "keep-credentials-and-authorizations",
    "read-and-write-claims",
    "work-out-a-business-case",
    "run-a-model",
    "prepare-claims",
    "run-a-study",
    "write-same-day-rules",
    "plan-a-week",
    "run-rating-rounds",
    "keep-a-registry",
    "analyze-interviews",
)


@pytest.fixture(scope="module", params=GUIDES)
def followed(request, tmp_path_factory):
    """A guide, the folder in which it was followed, and what was printed and excerpted on the way."""
    document = FOLDER / f"{request.param}.md"
    folder = tmp_path_factory.mktemp(request.param)
    return document, folder, *follow(document, folder)


def differs(shown: object, found: object, place: str = "") -> list[str]:
    """Say where an excerpt says something else than the whole: keys may be left out, entries of lists not."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return [text for key in shown for text in differs(shown[key], found.get(key), f"{place}/{key}")]
    if isinstance(shown, list) and isinstance(found, list) and len(shown) == len(found):
        pairs = enumerate(zip(shown, found, strict=True))
        return [text for at, (one, other) in pairs for text in differs(one, other, f"{place}/{at}")]
    return [] if shown == found else [f"{place}: shows {shown!r}, came out {found!r}"]


def test_the_commands_print_what_the_guide_shows(followed):
    _, _, printed, _ = followed
    assert len(printed) >= 2
    assert [(one.script, one.found) for one in printed] == [(one.script, one.shown) for one in printed]


def test_results_are_as_excerpted(followed):
    _, _, _, excerpts = followed
    wrong = {one.name: differs(one.shown, one.found) for one in excerpts}
    assert {name: texts for name, texts in wrong.items() if texts} == {}


def test_the_python_of_the_guide_runs(followed, monkeypatch):
    document, folder, _, _ = followed
    monkeypatch.chdir(folder)
    runner = doctest.DocTestRunner()
    for number, (language, _, content) in enumerate(blocks(document)):
        if language == "python":
            runner.run(doctest.DocTestParser().get_doctest(content, {}, document.stem, None, number))
    assert runner.summarize(verbose=False).failed == 0


def test_everything_shown_is_used(followed):
    document, _, _, _ = followed
    shown = blocks(document)
    assert document.read_text(encoding="utf-8").count("\n```") == 2 * len(shown)
    assert {language for language, name, _ in shown if name} <= {"json", "csv", "yaml"}
    assert {language for language, name, _ in shown if not name} <= {"sh", "text", "python"}


def test_an_excerpt_that_is_not_so_is_noticed():
    whole = [{"bill": "yes", "lines": [{"code": "97810", "units": 1}], "missing": []}]
    assert differs([{"lines": [{"units": 1}]}], whole) == []
    wrong = Excerpt("a.json", [{"bill": "no", "lines": [{"units": 2}], "share": 1, "missing": [1]}], whole)
    assert differs(wrong.shown, wrong.found) == [
        "/0/bill: shows 'no', came out 'yes'",
        "/0/lines/0/units: shows 2, came out 1",
        "/0/share: shows 1, came out None",
        "/0/missing: shows [1], came out []",
    ]
