"""The project's own files, as the checks read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE_HERE = {".git", ".venv", "var", "dist", "build", "test-results", "node_modules", "__pycache__"}
MADE_HERE |= {".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"}


def tracked(pattern: str = "*") -> list[Path]:
    """Return the project's files that match a pattern: those git knows, and new ones it does not ignore.

    Without git, as in an unpacked archive, every file outside the folders that are made here.
    """
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        listed = None
    if listed is not None and listed.returncode == 0:
        return sorted(ROOT / name for name in set(listed.stdout.splitlines()) if (ROOT / name).is_file())
    return sorted(
        path
        for path in ROOT.rglob(pattern)
        if path.is_file() and not MADE_HERE & set(path.relative_to(ROOT).parts[:-1])
    )


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
