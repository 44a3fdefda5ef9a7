"""Writes `docs/reference` from the code, the data files and the behavior tests.

``python tools/build_reference.py`` writes; with ``--check`` it only says what is stale, and exits 1 if
anything is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import click

import behavior
import evidence_pages
import instrument_pages
import licensing_pages
import preset_pages
import program_pages
import repository_pages
import rule_pages
import service_pages

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the behavior tables share a module
FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made by `make reference`; change what it is made from instead. -->\n"
HELP_WIDTH = 100


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(escaped(cell) for cell in line) + " |" for line in lines)


def escaped(cell: str) -> str:
    """Keep a cell in its cell."""
    return " ".join(cell.split()).replace("|", "\\|").replace("<", "&lt;")


def walk(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    """Yield the context of a command and of all below it."""
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                settings = {**command.context_settings, **below.context_settings}
                yield from walk(below, click.Context(below, info_name=name, parent=context, **settings))


def commands_page() -> str:
    """Write the help of every command."""
    from allay.cli import cli

    settings = {**cli.context_settings, "max_content_width": HELP_WIDTH, "terminal_width": HELP_WIDTH}
    parts = ["# The `allay` command", "Every command, as `--help` prints it."]
    for context in walk(cli, click.Context(cli, info_name="allay", **settings)):
        depth = context.command_path.count(" ") + 2
        parts.append(f"{'#' * depth} `{context.command_path}`")
        lines = [line.rstrip() for line in context.get_help().splitlines()]
        parts.append("```text\n" + "\n".join(lines) + "\n```")
    return "\n\n".join(parts)


def behavior_page() -> str:
    """Write the behavior tables of `tests/spec`."""
    parts = [
        "# Behavior",
        "Each table below is a test: its rows are the cases that are run, and its last columns what must "
        "come out. An empty cell means nothing was given, or nothing comes out.",
    ]
    for page in behavior.pages(ROOT / "tests" / "spec"):
        parts += [f"## {page.title}", page.text]
        for one in page.tables:
            parts += [one.says, table([name.replace("_", " ") for name in one.columns], one.rows)]
    return "\n\n".join(part for part in parts if part)


def roles_page() -> str:
    """Write who may do what in a program."""
    from allay_web.access.permissions import Permission
    from allay_web.access.roles import PERMISSIONS, Role

    rows = [
        [f"`{permission}`", *("yes" if permission in PERMISSIONS[role] else "" for role in Role)]
        for permission in Permission
    ]
    columns = ["permission", *(str(role.label) for role in Role)]
    return "\n\n".join(
        [
            "# Roles",
            "A person has one role in each program they belong to. What is not marked here is refused. "
            "A patient's private link may do one thing, `form.answer`, to one questionnaire.",
            table(columns, rows),
        ]
    )


PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "commands": ("Every command of `allay`, with its options", commands_page),
    "instruments": ("Every instrument, each with its page", lambda: instrument_pages.overview(table)),
    "quality-domains": ("Which instrument serves what", lambda: instrument_pages.domains_page(table)),
    "outcome-definitions": ("What is counted, not asked", lambda: instrument_pages.definitions_page(table)),
    "services": (
        "Every service: what it is, and whether a session counts",
        lambda: service_pages.overview(table),
    ),
    "evidence": ("What reviews found, by condition", lambda: evidence_pages.overview(table)),
    "programs": ("Program definitions that run", lambda: program_pages.overview(table)),
    "repository": ("What is published of programs, side by side", lambda: repository_pages.overview(table)),
    "rules": ("Coverage rules: what each says, since when, how sure", lambda: rule_pages.overview(table)),
    "parameters": (
        "Dated numbers of coverage, with their sources",
        lambda: rule_pages.parameters_page(table),
    ),
    "licensing": ("What states say of each profession", lambda: licensing_pages.overview(table)),
    "presets": ("Business cases to start from, with their questions", lambda: preset_pages.overview(table)),
    "behavior": ("What comes out for what goes in, as the tests check it", behavior_page),
    "roles": ("Who may do what in a program", roles_page),
}


def index_page() -> str:
    """Write the page that leads to the others."""
    titles = {name: name.replace("-", " ").capitalize() for name in PAGES}
    lines = [f"- [{titles[name]}]({name}.md): {says}" for name, (says, _) in PAGES.items()]
    words = "Made from the code and its tests, so it is as current as they are."
    return "\n\n".join(["# Reference", words, "\n".join(lines)])


def details() -> Iterator[tuple[str, str]]:
    """Yield the pages of single instruments, services, conditions, programs, rules and so on, by name."""
    from allay.measures.catalog import all_instruments
    from allay.programs.definitions.catalog import all_definitions
    from allay.programs.repository.catalog import shipped_programs
    from allay.programs.services.catalog import all_services

    for instrument in all_instruments():
        yield (
            f"instruments/{instrument_pages.file_name(instrument)}",
            instrument_pages.page(instrument, table),
        )
    for service in all_services():
        yield f"services/{service.id}", service_pages.page(service, table)
    for condition in evidence_pages.conditions():
        yield f"evidence/{condition}", evidence_pages.page(condition, table)
    for definition in all_definitions():
        yield f"programs/{program_pages.file_name(definition)}", program_pages.page(definition, table)
    for subject in rule_pages.subjects():
        yield f"rules/{subject}", rule_pages.page(subject, table)
    for profession in licensing_pages.professions():
        yield f"licensing/{profession}", licensing_pages.page(profession, table)
    for name, preset in preset_pages.presets():
        yield f"presets/{name}", preset_pages.page(preset, table)
    for program in shipped_programs():
        yield f"repository/{program.id}", repository_pages.page(program, table)


def built() -> dict[Path, str]:
    """Return each page of the reference by its path."""
    texts = {name: make() for name, (_, make) in PAGES.items()}
    texts["index"] = index_page()
    texts |= dict(details())
    return {FOLDER / f"{name}.md": f"{MADE}\n{text.strip()}\n" for name, text in texts.items()}


def stale() -> list[str]:
    """Return the pages that differ from what would be written."""
    pages = built()
    left_over = set(FOLDER.rglob("*.md")) - set(pages)
    found = [f"{path.relative_to(ROOT)}: made from nothing; remove it" for path in sorted(left_over)]
    for path, text in pages.items():
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        if there != text:
            found.append(
                f"{path.relative_to(ROOT)}: stale; run `make reference` ({first_unlike(there, text)})"
            )
    return found


def first_unlike(there: str, text: str) -> str:
    """Say where two pages begin to differ."""
    lines = enumerate(zip_longest(there.splitlines(), text.splitlines()), start=1)
    return next((f"line {at}: {one!r}, made {new!r}" for at, (one, new) in lines if one != new), "line ends")


def main(arguments: list[str]) -> int:
    """Write the reference, or say what is stale."""
    if "--check" in arguments:
        found = stale()
        print("\n".join(found) or "the reference is current")
        return int(bool(found))
    for path, text in built().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
