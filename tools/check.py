"""Runs every check that reads code without running the application: ``python tools/check.py [NAME...]``.

All checks run even when one fails; exit status 1 when any did.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import environment

TOOLS = Path(__file__).resolve().parent
PYTHON = environment.venv_program("python")


def own(name: str) -> list[str]:
    """Return the command of one of our own checks."""
    return [PYTHON, str(TOOLS / f"{name}.py")]


def templates() -> list[str]:
    """Return the page templates by their paths."""
    folder = environment.ROOT / "src" / "allay_web"
    return [str(path.relative_to(environment.ROOT)) for path in sorted(folder.rglob("templates/**/*.html"))]


def commands() -> dict[str, list[str]]:
    """Return each check by its name, in the order they run: the quick ones first."""
    django = [PYTHON, "-m", "allay_web"]
    return {
        "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "lint": [PYTHON, "-m", "ruff", "check", "."],  # the banned interfaces are among its rules
        "length": own("check_length"),
        "purity": own("check_purity"),
        "layers": own("check_layers"),
        "directions": [environment.venv_program("lint-imports")],
        "templates": own("lint_templates"),
        "template-format": [
            environment.venv_program("djade"),
            "--check",
            "--target-version",
            "5.2",
            *templates(),
        ],
        "docs": own("check_docs"),
        "reference": [*own("build_reference"), "--check"],
        "migrations": [*django, "makemigrations", "--check", "--dry-run"],
        "types": [PYTHON, "-m", "mypy", "-p", "allay", "-p", "allay_web"],
        # The pictures stand on the helpers of the tests, which are not checked for types.
        "tool-types": [PYTHON, "-m", "mypy", "--exclude", r"(gallery|pictures|scenes)\.py$", "tools"],
    }


def main(names: list[str]) -> int:
    """Run the named checks, or all of them."""
    known = commands()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no check {', '.join(unknown)}; there is {', '.join(known)}", file=sys.stderr)
        return 2
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "allay_web.settings.check"}
    failed = []
    for name in names or known:
        began = time.monotonic()
        done = subprocess.run(
            known[name], cwd=environment.ROOT, env=variables, capture_output=True, text=True
        )
        verdict = "FAILED" if done.returncode else "ok"
        print(f"{name:16} {verdict:7} {time.monotonic() - began:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print((done.stdout + done.stderr).rstrip(), flush=True)
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall checks pass")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
