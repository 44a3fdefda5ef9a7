"""What a page template may not contain: ``python tools/lint_templates.py``.

The Content-Security-Policy allows no inline script and no inline style, so a template with either is broken
as well as unsafe. The rest keeps pages usable: one heading, forms that are accepted, pictures that are
described.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from sources import ROOT, place, tracked, verdict

TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment\b.*?endcomment\s*%\}", re.DOTALL)
VARIABLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
EXTENDS = re.compile(r"\{%\s*extends\s+[\"']([^\"']+)[\"']\s*%\}")
BLOCK = re.compile(r"\{%\s*(block|endblock)\b\s*(\w*)[^%]*%\}")
UNSAFE = re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off")
DATA_SCRIPTS = {"application/json", "importmap"}


def masked(text: str) -> str:
    """Blank out what Django fills in, keeping every line and column."""
    for pattern in (COMMENT, TAG, VARIABLE):
        text = pattern.sub(lambda found: re.sub(r"[^\n]", "_", found.group()), text)
    return text


class Page(HTMLParser):
    """Collects what is wrong while the tags go by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.forms: list[tuple[int, int]] = []
        self.text = text
        self.feed(masked(text))

    def blame(self, words: str) -> None:
        """Note a problem at the current line."""
        self.found.append((self.getpos()[0], words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge one tag by its name and attributes."""
        values = {name: value or "" for name, value in attrs}
        if tag == "style":
            self.blame("expected styles in the stylesheet, found a style element")
        if tag == "script" and "src" not in values and values.get("type") not in DATA_SCRIPTS:
            self.blame("expected a script file, found an inline script")
        if tag == "img" and "alt" not in values:
            self.blame('expected alt="..." on img (empty for decoration), found none')
        if tag == "form" and values.get("method", "get").lower() == "post":
            self.forms.append(self.getpos())
        for name, value in values.items():
            self.judge_attribute(name, value)

    handle_startendtag = handle_starttag

    def judge_attribute(self, name: str, value: str) -> None:
        """Judge one attribute."""
        if name == "style":
            self.blame("expected a class, found a style attribute")
        elif re.match(r"on[a-z]+$", name) or name.startswith("hx-on"):
            self.blame(f"expected a script file to add handlers, found {name}")
        elif value.strip().lower().startswith("javascript:"):
            self.blame(f"expected an address, found a script in {name}")

    def handle_endtag(self, tag: str) -> None:
        """Check a finished form for its protection against forged requests."""
        if tag == "form" and self.forms:
            line, column = self.forms.pop()
            lines = self.text.split("\n")
            inside = "\n".join(lines[line - 1 : self.getpos()[0]])[column:]
            if "csrf_token" not in inside:
                self.found.append((line, "expected {% csrf_token %} in a form that posts, found none"))


def blocks(text: str) -> dict[str, str]:
    """Return the contents of each block of a template, nested ones too."""
    found: dict[str, str] = {}
    open_blocks: list[tuple[str, int]] = []
    for match in BLOCK.finditer(text):
        if match[1] == "block":
            open_blocks.append((match[2], match.end()))
        elif open_blocks:
            name, start = open_blocks.pop()
            found[name] = text[start : match.start()]
    return found


def resolved(path: Path, by_name: dict[str, Path], overrides: dict[str, str] | None = None) -> str:
    """Return a template with the blocks of its descendants put into its ancestors."""
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    own = {**blocks(text), **(overrides or {})}
    parent = EXTENDS.search(text)
    if parent and parent[1] in by_name:
        return resolved(by_name[parent[1]], by_name, own)
    for _ in range(len(own) + 1):
        text = fill(text, own)
    return text


def fill(text: str, own: dict[str, str]) -> str:
    """Replace the outermost blocks of a template by their contents."""
    out, depth, position, name = [], 0, 0, ""
    for match in BLOCK.finditer(text):
        if match[1] == "block":
            if depth == 0:
                out.append(text[position : match.start()])
                name = match[2]
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                out.append(own.get(name, ""))
                position = match.end()
    return "".join([*out, text[position:]])


def heading_problem(path: Path, by_name: dict[str, Path]) -> Iterator[tuple[int, str]]:
    """Say when a whole page would not have exactly one h1; fragments and includes are no whole pages."""
    text = resolved(path, by_name)
    if "<html" not in text or not EXTENDS.search(path.read_text(encoding="utf-8")):
        return
    # Branches of an `if` may each hold a heading of which one is shown, so only none at all is certain to be
    # wrong there; a page without branches must have one exactly.
    number = len(re.findall(r"<h1\b", text))
    branches = re.search(r"\{%\s*(else|elif)\b", text)
    if number == 0 or (number > 1 and not branches):
        yield 1, f"expected one h1 on the page, found {number}"


def name_of(path: Path) -> str:
    """Return the name by which Django finds a template."""
    return "/".join(path.parts[path.parts.index("templates") + 1 :])


def problems() -> list[str]:
    """Return one line per breach in the application's templates."""
    paths = [path for path in tracked("*.html") if "templates" in path.parts and "allay_web" in path.parts]
    by_name = {name_of(path): path for path in paths}
    found = []
    # A template others extend is a layout, and no page by itself.
    layouts = {name for path in paths for name in EXTENDS.findall(path.read_text(encoding="utf-8"))}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        said = list(Page(text).found)
        if name_of(path) not in layouts:
            said += heading_problem(path, by_name)
        said += [
            (text[: match.start()].count("\n") + 1, f"expected escaped output, found {match.group()}")
            for match in UNSAFE.finditer(COMMENT.sub("", text))
        ]
        found += [f"{place(path, line)}: {words}" for line, words in sorted(said)]
    return found


if __name__ == "__main__":
    sys.exit(verdict(problems(), f"templates under {ROOT.name}/src keep the rules"))
