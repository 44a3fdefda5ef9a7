"""The reference pages of the license map: what each state says of each profession."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allay.base.fact import FactValue
    from allay.coverage.credentials.license_map import Topic

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def professions() -> tuple[str, ...]:
    """Return the professions that have a page."""
    from allay.coverage.credentials.license_map import shipped_license_map

    return tuple(dict.fromkeys(which for _, which, _ in shipped_license_map().facts))


def overview(table: Table) -> str:
    """Write the table of professions: how many states say what."""
    from allay.base.vocabulary import profession
    from allay.coverage.credentials.states import licensing

    rows = []
    for one in professions():
        label = f"[{profession(one).label}](licensing/{one}.md)"
        rows += [[label, topic.value.replace("_", " "), _counted(latest)] for topic, latest in _topics(one)]
    compacts = [
        [
            each.label + ("" if each.status.certain else f" ({each.status})"),
            "; ".join(profession(which).label for which in each.professions),
            "one serves in every member" if each.everywhere else "each state gives its own",
            ", ".join(each.modes) or "",
        ]
        for each in licensing().compacts.values()
    ]
    return "\n\n".join(
        [
            "# Licenses by state",
            "What the states and the District of Columbia say of each profession, as far as it was looked "
            "up. *Unknown* means that no source we have seen settles it. What is not verified says so in "
            "brackets. Your own rows replace these: see `allay coverage supervise --licenses`. Always ask "
            "the board before you rely on a row.",
            table(["profession", "topic", "how many states"], rows),
            "## Compacts",
            "A privilege of a compact serves only beside an active license of a home state.",
            table(["compact", "professions", "privilege", "settled ways of care"], compacts),
        ]
    )


def page(one: str, table: Table) -> str:
    """Write the page of one profession."""
    from allay.base.vocabulary import profession
    from allay.coverage.credentials.states import licensing

    parts = [f"# {profession(one).label}: licenses by state"]
    sources: dict[str, str] = {}
    for topic, latest in _topics(one):
        parts += [f"## {topic.value.replace('_', ' ').capitalize()}"]
        rows = []
        for state, row in latest.items():
            reference = row.references[0]
            sources[reference.title] = reference.href or ""
            rows.append(
                [f"{licensing().states[state]} ({state})", _said(row), _since(row), reference.locator or ""]
            )
        parts.append(table(["state", "says", "from", "note"], rows))
    parts.append("## Sources")
    recorded = licensing().recorded_on.isoformat()
    parts.append(
        "\n".join(
            f"- {f'[{title}]({href})' if href else title} (recorded {recorded})"
            for title, href in sources.items()
        )
    )
    return "\n\n".join(parts)


def _topics(one: str) -> list[tuple[Topic, dict[str, FactValue]]]:
    """Return the latest row of each state, by topic."""
    from allay.coverage.credentials.license_map import Topic, shipped_license_map

    facts = shipped_license_map().facts
    found = []
    for topic in Topic:
        rows = {
            state: fact.latest
            for (state, which, about), fact in facts.items()
            if (which, about) == (one, topic)
        }
        if rows:
            found.append((topic, rows))
    return found


def _counted(rows: dict[str, FactValue]) -> str:
    counts = Counter(_said(row) for row in rows.values())
    return "; ".join(f"{words}: {many}" for words, many in counts.most_common())


def _said(row: FactValue) -> str:
    if not row.known:
        return "unknown"
    words = str(row.value).replace("_", " ")
    return words if row.status.certain else f"{words} ({row.status})"


def _since(row: FactValue) -> str:
    from allay.coverage.credentials.license_map import OPEN_START

    return "not recorded" if row.effective_from == OPEN_START else row.effective_from.isoformat()
