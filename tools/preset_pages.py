"""The reference pages of business-case presets, from their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allay.economics.case.presets import Preset

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def overview(table: Table) -> str:
    """Write the table of all presets, each with the way to its page."""
    rows = [
        [
            f"[`{name}`](presets/{name}.md)",
            preset.questions.title,
            preset.questions.summary,
            _statuses(preset),
        ]
        for name, preset in presets()
    ]
    return "\n\n".join(
        [
            "# Business-case presets",
            "Whole cases to start from with `allay economics new`. Most of their numbers are made up "
            "(synthetic) and are places for a program's own; no preset is anybody's result.",
            table(["id", "title", "for whom, and how it is paid", "numbers by how sure they are"], rows),
        ]
    )


def presets() -> list[tuple[str, Preset]]:
    """Return every preset by its id."""
    from allay.economics.case.presets import preset_ids, read_preset

    return [(name, read_preset(name)) for name in preset_ids()]


def page(preset: Preset, table: Table) -> str:
    """Write the page of one preset."""
    case = preset.case
    parts = [
        f"# {preset.questions.title}",
        case.summary,
        f"Numbers by how sure they are: {_statuses(preset)}.",
    ]
    quantities = case.quantities()
    asked = [
        [f"`{one.id}`", one.ask, f"{quantities[one.names[0]].value:,.10g}", quantities[one.names[0]].unit]
        for one in preset.questions.questions
    ]
    parts += ["## Questions", table(["id", "question", "in the preset", "unit"], asked)]
    used = Counter(one.source for one in quantities.values())
    sources = [
        [
            f"[{one.title}]({one.href})" if one.href else one.title,
            one.locator,
            one.status.value,
            str(used[key]),
        ]
        for key, one in case.sources.items()
    ]
    parts += ["## Sources", table(["source", "what was read there", "status", "numbers"], sources)]
    if case.scenarios:
        rows = [
            [one.title, "; ".join(f"{name} {value:g}" for name, value in one.given.items())]
            for one in case.scenarios
        ]
        parts += ["## Scenarios", table(["scenario", "what is then different"], rows)]
    if case.notes:
        parts += ["## Notes", "\n".join(f"- {' '.join(note.split())}" for note in case.notes)]
    return "\n\n".join(part for part in parts if part)


def _statuses(preset: Preset) -> str:
    return ", ".join(f"{count} {status.value}" for status, count in preset.statuses().items() if count)
