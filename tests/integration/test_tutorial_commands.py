"""The command-line tutorial: its files are written, its commands run, and what they print is compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.repo.walkthrough import Printed, blocks, follow

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "score-and-report.md"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Printed]]:
    """The folder at the end of the tutorial, and for each block of commands what was said and seen."""
    folder = tmp_path_factory.mktemp("tutorial")
    printed, _ = follow(TUTORIAL, folder)
    return folder, printed


def test_the_commands_print_what_the_tutorial_shows(finished):
    _, printed = finished
    assert len(printed) >= 5
    for one in printed:
        assert one.found == one.shown, one.script


def test_it_leaves_the_files_it_speaks_of(finished):
    folder, _ = finished
    names = {path.name for path in folder.iterdir()}
    assert {"scores.csv", "change.csv", "report.html", "report.json"} <= names
    assert "nothing.csv" not in names
    assert "Average pain" in (folder / "report.html").read_text(encoding="utf-8")


def test_every_command_of_the_tutorial_is_run():
    kinds = {language for language, _, _ in blocks(TUTORIAL)}
    assert kinds <= {"sh", "text", "csv", "yaml", "console"}
    told_only = [content for language, _, content in blocks(TUTORIAL) if language == "console"]
    assert told_only == ["source .venv/bin/activate\n"]
