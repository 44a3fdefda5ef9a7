"""The command-line tutorial: its files are written, its commands run, and what they print is compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "score-and-report.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str, str]]:
    """The fenced blocks in order: language, file name or nothing, content."""
    return BLOCK.findall(TUTORIAL.read_text(encoding="utf-8"))


def run(script: str, folder: Path) -> str:
    """Run one block as a reader would, and return what the terminal shows."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [shutil.which("sh") or "sh", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str, str]]]:
    """The folder at the end of the tutorial, and for each block of commands what was said and seen."""
    folder = tmp_path_factory.mktemp("tutorial")
    seen: list[tuple[str, str, str]] = []
    for language, name, content in blocks():
        if name:
            (folder / name).write_text(content, encoding="utf-8")
        elif language == "sh":
            seen.append((content, "", run(content, folder)))
        elif language == "text":
            script, _, printed = seen.pop()
            seen.append((script, content, printed))
    return folder, seen


def test_the_commands_print_what_the_tutorial_shows(finished):
    _, seen = finished
    assert len(seen) >= 5
    for script, shown, printed in seen:
        assert printed == shown, script


def test_it_leaves_the_files_it_speaks_of(finished):
    folder, _ = finished
    names = {path.name for path in folder.iterdir()}
    assert {"scores.csv", "change.csv", "report.html", "report.json"} <= names
    assert "nothing.csv" not in names
    assert "Average pain" in (folder / "report.html").read_text(encoding="utf-8")


def test_every_command_of_the_tutorial_is_run():
    kinds = {language for language, _, _ in blocks()}
    assert kinds <= {"sh", "text", "csv", "yaml", "console"}
    told_only = [content for language, _, content in blocks() if language == "console"]
    assert told_only == ["source .venv/bin/activate\n"]
