"""The reference pages of the repository of programs: the four case programs side by side, and each alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allay.programs.repository.profile import ProgramProfile

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def overview(table: Table) -> str:
    """Write the list of programs, and the four case programs side by side."""
    from allay.programs.repository.catalog import CASES, shipped_program, shipped_programs
    from allay.programs.repository.comparison import compare
    from allay.programs.repository.layout import as_markdown
    from allay.programs.repository.profile import statements

    rows = [
        [
            f"[`{one.id}`](repository/{one.id}.md)",
            one.name,
            one.kind,
            str(sum(1 for _ in statements(one))),
            str(len(one.sources)),
            one.recorded_on.isoformat(),
        ]
        for one in shipped_programs()
    ]
    return "\n\n".join(
        [
            "# Programs in the repository",
            "What is published of integrated pain management programs, statement by statement. In brackets: "
            "the number of the source, the day the statement holds for, and its status where it is not "
            "verified. "
            '"Not published" means that no text that could be read says it.',
            table(["id", "name", "kind", "statements", "sources", "recorded on"], rows),
            "## The four case programs side by side",
            as_markdown(compare([shipped_program(name) for name in CASES]), table),
        ]
    )


def page(program: ProgramProfile, table: Table) -> str:
    """Write the page of one program."""
    from allay.programs.repository.comparison import compare
    from allay.programs.repository.layout import as_markdown

    parts = [f"# {program.name}", f"`{program.id}`, recorded on {program.recorded_on}."]
    if program.kind == "comparator":
        parts.append("This is no case program; it is here to compare with.")
    return "\n\n".join([*parts, as_markdown(compare([program]), table)])
