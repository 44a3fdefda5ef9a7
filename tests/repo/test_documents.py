"""The documents: links lead somewhere, every page can be reached, every command they name exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from django.core.management import get_commands

import check_docs
from sources import ROOT

BLOCK = re.compile(r"^```(?:sh|bash|console|text)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (\S.*)$", re.MULTILINE)
INLINE = re.compile(r"`((?:allay|make) [^`\n]*)`")
PROSE = [path for path in check_docs.documents() if "reference" not in path.parts]


def commands(path: Path) -> list[str]:
    """Return the command lines a document shows, continued lines joined."""
    text = path.read_text(encoding="utf-8")
    shown = [line for block in BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    shown += [*INDENTED.findall(text), *INLINE.findall(text)]
    starts = ("allay ", "make ", "python", ".venv/")
    lines = (line.strip().removeprefix("$ ") for line in shown)
    return [line for line in lines if line.startswith(starts)]


def test_every_link_leads_somewhere() -> None:
    assert check_docs.problems() == []


def test_every_document_is_reached_from_the_index() -> None:
    start = ROOT / "docs" / "index.md"
    reached, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for _, target in check_docs.links(here):
            there = (here.parent / target.partition("#")[0]).resolve()
            if there.suffix == ".md" and there.exists() and there not in reached:
                reached.add(there)
                waiting.append(there)
    unreached = [path.relative_to(ROOT) for path in check_docs.documents() if path not in reached]
    assert unreached == []


def allay_problem(words: list[str]) -> str:
    """Say what of an `allay` command line does not exist."""
    from allay.cli import cli

    command: click.Command = cli
    context = click.Context(cli, info_name="allay")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        below = command.get_command(context, words[0]) if words[0].islower() else None
        if below is None:
            # `NOUN`, `...` and `list | show` stand for several commands; a small word is meant as it is.
            return f"no command {words[0]!r}" if re.fullmatch(r"[a-z-]+", words[0]) else ""
        command, context, words = below, click.Context(below, parent=context), words[1:]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"-h", "--help"}
    unknown = [word for word in words if re.match(r"--?[a-z]", word) and word.partition("=")[0] not in known]
    return f"no option {', '.join(unknown)}" if unknown else ""


def make_problem(words: list[str]) -> str:
    """Say what of a `make` command line does not exist."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = [word for word in words if re.fullmatch(r"[a-z]+", word)]
    missing = [word for word in named if word not in targets]
    return f"no target {', '.join(missing)}" if missing else ""


def python_problem(words: list[str]) -> str:
    """Say what of a Python command line does not exist."""
    if "allay_web" in words:
        command = words[words.index("allay_web") + 1]
        return "" if command in get_commands() or command == "COMMAND" else f"no command {command!r}"
    scripts = [word for word in words if word.endswith(".py")]
    missing = [script for script in scripts if "NAME" not in script and not (ROOT / script).exists()]
    return f"no script {', '.join(missing)}" if missing else ""


def command_problem(line: str) -> str:
    """Say what of a command line does not exist; nothing when all of it does."""
    first, *words = shlex.split(line.split(" #")[0].split(" > ")[0].split("; ")[0], comments=True)
    words = words[: words.index("|")] if "|" in words else words
    if first == "allay":
        return allay_problem(words)
    if first == "make":
        return make_problem(words)
    return python_problem(words) if "python" in first else ""


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_exists(path: Path) -> None:
    wrong = {line: said for line in commands(path) if (said := command_problem(line))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("make run PORT=8123", ""),
        ("make coffee", "no target coffee"),
        ("allay measures lst", "no command 'lst'"),
        ("allay measures list --loud", "no option --loud"),
        ("python3 tools/nothing.py", "no script tools/nothing.py"),
        (".venv/bin/python -m allay_web nothing", "no command 'nothing'"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line: str, said: str) -> None:
    assert command_problem(line) == said


def test_a_dead_link_and_a_dead_anchor_are_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A title\n\n[here](#a-title) [gone](#gone) [file](nothing.md)\n\n`[code](no.md)`\n")
    targets = [target for _, target in check_docs.links(page)]
    assert targets == ["#a-title", "#gone", "nothing.md"]
    assert check_docs.anchors(page) == {"a-title"}
    assert check_docs.link_problem(page, "nothing.md") == "expected an existing file, found nothing.md"
