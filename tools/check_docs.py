"""The documents' links lead somewhere and name no one machine: ``python tools/check_docs.py``.

Addresses on the web are not fetched.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from sources import ROOT, place, tracked, verdict

LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$", re.MULTILINE)
CODE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# Folders of somebody's own machine. /tmp, /etc and /usr mean the same everywhere and are allowed.
MACHINE = re.compile(r"(?<![\w.])(?:/home/|/root/|/Users/|/work/|/workspace/|/mnt/|[A-Z]:\\Users\\)[\w.-]*")


def documents() -> list[Path]:
    """Return the project's documents."""
    return tracked("*.md")


def blanked(text: str) -> str:
    """Blank out code, keeping the line numbers."""
    for pattern in (CODE, INLINE_CODE):
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    return text


def slug(heading: str) -> str:
    """Return the anchor GitHub makes of a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
    return re.sub(r"[^\w\- ]", "", plain.lower()).strip().replace(" ", "-")


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document; a repeated heading gets -1, -2, ..."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, int] = {}
    names = set(re.findall(r"<a\s+(?:id|name)=\"([^\"]+)\"", text))
    for match in HEADING.finditer(CODE.sub("", text)):
        name = slug(match[2])
        names.add(f"{name}-{found[name]}" if name in found else name)
        found[name] = found.get(name, 0) + 1
    return names


def links(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and target of each link of a document."""
    text = blanked(path.read_text(encoding="utf-8"))
    for pattern in (LINK, REFERENCE):
        for match in pattern.finditer(text):
            yield text[: match.start()].count("\n") + 1, unquote(match[1])


def link_problem(path: Path, target: str) -> str:
    """Say where a link fails to lead; nothing when it leads somewhere."""
    if ELSEWHERE.match(target):
        return ""
    name, _, anchor = target.partition("#")
    there = (path.parent / name).resolve() if name else path
    if name.startswith("/"):
        return f"expected a relative link, found {target}"
    if not there.exists():
        return f"expected an existing file, found {target}"
    if ROOT not in there.parents and there != ROOT:
        return f"expected a file of the project, found {target}"
    if anchor and there.suffix == ".md" and anchor not in anchors(there):
        return f"expected a heading of {there.name}, found #{anchor}"
    return ""


def problems() -> list[str]:
    """Return one line per dead link and per path of one machine."""
    found = []
    for path in documents():
        for line, target in links(path):
            said = link_problem(path, target)
            if said:
                found.append(f"{place(path, line)}: {said}")
        for number, words in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for match in MACHINE.finditer(words):
                found.append(
                    f"{place(path, number)}: expected no folder of one machine, found {match.group()}"
                )
    return found


if __name__ == "__main__":
    sys.exit(verdict(problems(), "every link of the documents leads somewhere"))
