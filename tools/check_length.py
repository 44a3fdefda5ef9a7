"""No module is over 400 lines: ``python tools/check_length.py``."""

from __future__ import annotations

import sys

from sources import ROOT, tracked, verdict

MOST_LINES = 400


def problems() -> list[str]:
    """Return one line per module that is too long."""
    found = []
    for path in tracked("*.py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES and "migrations" not in path.parts:
            found.append(f"{path.relative_to(ROOT)}: expected at most {MOST_LINES} lines, found {lines}")
    return found


if __name__ == "__main__":
    sys.exit(verdict(problems(), f"no module is over {MOST_LINES} lines"))
