"""The project's own files, as the checks read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def tracked(pattern: str = "*") -> list[Path]:
    """Return files under version control, and new ones not ignored, that match a pattern of git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(ROOT / name for name in set(listed) if (ROOT / name).is_file())


def modules(folder: str) -> Iterator[tuple[Path, ast.Module]]:
    """Yield each Python module of a folder (migrations excepted) with its syntax tree."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, line: int) -> str:
    """Write a place the way editors open it."""
    return f"{path.relative_to(ROOT)}:{line}"


def verdict(problems: list[str], praise: str) -> int:
    """Print the problems, or the praise where there is none; return the exit code."""
    for problem in problems:
        print(problem)
    if not problems:
        print(praise)
    return int(bool(problems))
