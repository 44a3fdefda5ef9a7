"""The reference pages of services, from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allay.programs.services.definition import ServiceDefinition
    from allay.programs.services.provenance import Provenance

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def doubt(provenance: Provenance) -> str:
    """Say how sure a part is wherever it is not verified."""
    return "" if provenance.status.certain else f" ({provenance.status})"


def overview(table: Table) -> str:
    """Write the table of all services, each with the way to its page."""
    from allay.programs.services.catalog import all_services, set_aside
    from allay.programs.services.tidier import ITEMS

    rows = [
        [
            f"[`{one.id}`](services/{one.id}.md)",
            one.label,
            one.modality.text,
            ", ".join(one.formats.values),
            one.telehealth.suits.replace("_", " ") + doubt(one.telehealth.provenance),
            f"{one.description.filled} of {len(ITEMS)}",
            str(len(one.codes)),
        ]
        for one in all_services()
    ]
    aside = [[row.title, row.why + ("" if row.status.certain else f" ({row.status})")] for row in set_aside()]
    return "\n\n".join(
        [
            "# Services",
            "What the services of integrated pain management programs are, as data. `described` counts the "
            "filled items of TIDieR. What is not verified says so in brackets; *derived* means that it is "
            "the judgment of Allay's authors, to be replaced by consensus.",
            table(["id", "service", "modality", "formats", "telehealth", "described", "codes"], rows),
            "## Not used",
            "Code systems and value sets that do not define or count services here.",
            table(["what", "why"], aside),
        ]
    )


def page(service: ServiceDefinition, table: Table) -> str:
    """Write the page of one service."""
    from allay.programs.services.cardtext import session_rules

    parts = [f"# {service.label}", _facts(service, table)]
    parts += ["## Description", _description(service, table)]
    parts += ["## Dose and harms", _dose(service, table)]
    parts += [
        "## A session counts when",
        "Every rule must be met. `allay services check` answers for a file of sessions.",
        "\n".join(f"- {words}{doubt(provenance)}" for words, provenance in session_rules(service)),
        "## Components",
        table(
            ["component", "what it is"],
            [[f"`{key}`", said.text + doubt(said.provenance)] for key, said in service.components.items()],
        ),
    ]
    if service.codes:
        parts += ["## Codes", "The labels are ours. Whether a code is paid is not said here."]
        rows = [[c.system, f"`{c.code}`", c.label + doubt(c.provenance)] for c in service.codes]
        parts.append(table(["system", "code", "label"], rows))
    if service.notes:
        parts += [
            "## Notes",
            "\n".join(f"- {note.text}{doubt(note.provenance)}" for note in service.notes),
        ]
    parts += ["## Sources", _sources(service)]
    return "\n\n".join(parts)


def _facts(service: ServiceDefinition, table: Table) -> str:
    from allay.base.vocabulary import profession

    fit = service.telehealth
    providers = "; ".join(profession(each).label for each in service.providers.values)
    rows = [
        ["id", f"`{service.reference}`"],
        ["modality", service.modality.text + doubt(service.modality.provenance)],
        ["providers, as practice", providers + doubt(service.providers.provenance)],
        ["formats", ", ".join(service.formats.values) + doubt(service.formats.provenance)],
        [
            "settings",
            ", ".join(service.settings.values).replace("_", " ") + doubt(service.settings.provenance),
        ],
        ["telehealth", f"{fit.suits.replace('_', ' ')}: {fit.reason}{doubt(fit.provenance)}"],
    ]
    return table(["", ""], rows)


def _description(service: ServiceDefinition, table: Table) -> str:
    from allay.programs.services.tidier import ITEMS

    described = service.description
    rows = []
    for item in ITEMS:
        filled = described.items.get(item)
        blank = "not yet" if item in described.not_yet else "not filled"
        rows.append(
            [item.replace("_", " "), filled.text + doubt(filled.provenance) if filled else f"*{blank}*"]
        )
    return table(["item", f"{described.filled} of {len(ITEMS)} filled"], rows)


def _dose(service: ServiceDefinition, table: Table) -> str:
    from allay.programs.services.cardtext import UNKNOWN_HARMS

    rows = [["dose", f"{dose.text} ({dose.of}){doubt(dose.provenance)}"] for dose in service.doses]
    rows = rows or [["dose", "none published that we have seen"]]
    harms = [["harm", harm.text + doubt(harm.provenance)] for harm in service.harms]
    return table(["", ""], [*rows, *(harms or [["harms", UNKNOWN_HARMS]])])


def _sources(service: ServiceDefinition) -> str:
    from allay.programs.services.cardtext import provenances
    from allay.programs.services.catalog import sources

    lines = []
    for key in dict.fromkeys(each.source for each in provenances(service)):
        source = sources()[key]
        title = f"[{source.title}]({source.href})" if source.href else source.title
        lines.append(f"- `{key}`: {title} (read {source.accessed.isoformat()})")
    return "\n".join(lines)
