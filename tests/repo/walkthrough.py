"""Following a document as a reader would: its files are made, its commands run, what they print is kept."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Printed:
    """One block of commands, what the document shows that it prints, and what it did print."""

    script: str
    shown: str
    found: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a result that a document shows, and the whole result."""

    name: str
    shown: object
    found: object


def blocks(document: Path) -> list[tuple[str, str, str]]:
    """Return the fenced blocks in order: language, file name or nothing, content."""
    return BLOCK.findall(document.read_text(encoding="utf-8"))


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


def follow(document: Path, folder: Path) -> tuple[list[Printed], list[Excerpt]]:
    """Go through a document in a folder.

    A block with the name of a file that is not there makes it. One with the name of a file that a command has
    made is an excerpt of it, in JSON. A block of `sh` is run, and a block of `text` after it shows what it
    prints.
    """
    printed: list[Printed] = []
    excerpts: list[Excerpt] = []
    for language, name, content in blocks(document):
        file = folder / name
        if name and file.exists():
            found = json.loads(file.read_text(encoding="utf-8"))
            excerpts.append(Excerpt(name, json.loads(content), found))
        elif name:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        elif language == "sh":
            printed.append(Printed(content, "", run(content, folder)))
        elif language == "text":
            last = printed.pop()
            printed.append(Printed(last.script, content, last.found))
    return printed, excerpts
