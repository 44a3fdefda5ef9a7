"""The reference pages of instruments, quality domains and outcome definitions, from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allay.base.status import Status
    from allay.measures.card import InstrumentCard, ScaleCard
    from allay.measures.instrument import Instrument

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def doubt(status: Status | None) -> str:
    """Say how sure a fact is wherever it is not verified."""
    return "" if status is None or status == "verified" else f" ({status})"


def file_name(instrument: Instrument) -> str:
    """Return the name of an instrument's page."""
    from allay.measures.catalog import name_of

    return name_of(instrument).replace("@", "-")


def overview(table: Table) -> str:
    """Write the table of all instruments, each with the way to its page."""
    from allay.measures.catalog import all_instruments, name_of

    rows = [
        [
            f"[`{name_of(one)}`](instruments/{file_name(one)}.md)",
            one.version,
            one.title,
            one.domain,
            str(len(one.items) or "-"),
            one.wording,
            one.licence.name + doubt(one.licence.status),
        ]
        for one in all_instruments()
    ]
    columns = ["id", "version", "title", "domain", "items", "wording", "license"]
    return "\n\n".join(
        [
            "# Instruments",
            "What Allay can score or import. `wording` says whether the questions themselves come with Allay "
            "(`shipped`), with a pack you supply (`pack`), or not at all, so that only scores are taken in "
            "(`import-only`). What is not verified says so in brackets.",
            table(columns, rows),
        ]
    )


def page(instrument: Instrument, table: Table) -> str:
    """Write the page of one instrument."""
    from allay.measures.card import card

    shown = card(instrument)
    parts = [f"# {shown.title}", _facts(shown, table)]
    if shown.why_import_only:
        parts.append(f"**Import-only.** {shown.why_import_only}")
    parts.append(f"**License.** {shown.licence.name}. {shown.licence.terms}{doubt(shown.licence.status)}")
    if shown.notes:
        parts.append("\n".join(f"- {note}" for note in shown.notes))
    if shown.items:
        parts += [
            "## Items",
            "By our own short labels; the wording is not part of this page.",
            _items(shown, table),
        ]
    parts += ["## Scales", _scales(shown, table)]
    for title, rows in (
        ("Bands", _bands(shown)),
        ("Change that matters", _changes(shown)),
        ("Norms", _norms(shown)),
    ):
        if rows[1:]:
            parts += [f"## {title}", table(rows[0], rows[1:])]
    parts += ["## Sources", _sources(shown)]
    return "\n\n".join(parts)


def _facts(shown: InstrumentCard, table: Table) -> str:
    rows = [
        ["id", f"`{shown.id}@{shown.version}`"],
        ["form", shown.form],
        ["serves", ", ".join(shown.quality_domains)],
        ["recall", shown.recall],
        ["answered by", shown.respondent],
        ["LOINC", (shown.loinc or "none recorded") + doubt(shown.loinc_status)],
        ["wording", shown.wording + (f": {', '.join(shown.languages)}" if shown.languages else "")],
    ]
    return table(["", ""], rows)


def _items(shown: InstrumentCard, table: Table) -> str:
    turned = {item for scale in shown.scales for item in scale.reversed}
    rows = []
    for item in shown.items:
        values = [answer.value for answer in item.answers]
        reversed_by = "turned by the scorer" if item.id in turned else ""
        code = f"{item.loinc}{doubt(item.loinc_status)}" if item.loinc else ""
        label = item.label + doubt(item.label_status)
        note = "; ".join(part for part in (reversed_by, item.note) if part)
        rows.append([f"`{item.id}`", label, f"{min(values)} to {max(values)}", code, note])
    return table(["item", "topic", "answers", "LOINC", "note"], rows)


def _scales(shown: InstrumentCard, table: Table) -> str:
    rows = []
    for scale in shown.scales:
        made = ", ".join(f"`{part}`" for part in scale.items or scale.made_from)
        method = f"{scale.method} of {made} {scale.rescaled}".strip() if made else "scored elsewhere"
        status = scale.made_from_status or scale.table_status or scale.key_status
        rows.append(
            [
                f"`{scale.id}`",
                scale.title,
                f"{scale.minimum:g} to {scale.maximum:g} {scale.unit}",
                scale.direction.replace("_", " is "),
                method + doubt(status),
                scale.missing + doubt(scale.missing_status),
                scale.loinc or "",
            ]
        )
    return table(["scale", "title", "range", "direction", "made from", "missing answers", "LOINC"], rows)


def _bands(shown: InstrumentCard) -> list[list[str]]:
    return [["scale", "band", "range", "source"]] + [
        [f"`{scale.id}`", band.title, band.range, band.source + doubt(band.status)]
        for scale in shown.scales
        for band in scale.bands
    ]


def _changes(shown: InstrumentCard) -> list[list[str]]:
    titles = {source.id: source.title for source in shown.sources}
    found = [["scale", "id", "at least", "what it is", "for", "population", "source"]]
    for scale in shown.scales:
        for one in scale.thresholds:
            source = titles[one.source] + doubt(one.status)
            amount = f"{one.value:g} {scale.unit}"
            found.append(
                [f"`{scale.id}`", f"`{one.id}`", amount, one.kind, one.level, one.population, source]
            )
        for rule in scale.rules:
            source = titles[rule.source] + doubt(rule.status)
            found.append(
                [
                    f"`{scale.id}`",
                    f"`{rule.id}`",
                    rule.text,
                    "combined rule",
                    "individual",
                    rule.population,
                    source,
                ]
            )
    return found


def _norms(shown: InstrumentCard) -> list[list[str]]:
    def row(scale: ScaleCard) -> list[list[str]]:
        return [
            [
                f"`{scale.id}`",
                f"{norm.mean:g}",
                str(norm.n),
                str(norm.year),
                norm.population,
                norm.source + doubt(norm.status),
            ]
            for norm in scale.norms
        ]

    found = [["scale", "mean", "n", "year", "population", "source"]]
    return found + [each for scale in shown.scales for each in row(scale)]


def _sources(shown: InstrumentCard) -> str:
    lines = []
    for source in shown.sources:
        title = f"[{source.title}]({source.href})" if source.href else source.title
        where = f", {source.locator}" if source.locator else ""
        lines.append(f"- `{source.id}`: {title}{where} (read {source.accessed.isoformat()}, {source.status})")
    return "\n".join(lines)


def domains_page(table: Table) -> str:
    """Write which scale and which definition serves which quality domain."""
    from allay.measures.domains import domain_table, resolved

    file = domain_table()
    rows = []
    for domain in file.domains:
        scales = [resolved(reference) for reference in domain.scales]
        names = [f"[{one.id}](instruments/{file_name(one)}.md) `{scale.id}`" for one, scale in scales]
        names += [f"[{each}](outcome-definitions.md#{each})" for each in domain.definitions]
        rows.append([domain.title, ", ".join(names) or "-", domain.note])
    return "\n\n".join(
        [
            "# Quality domains",
            "A payer can choose domains; a program chooses, with its clinicians, the instruments that serve "
            f"them. Source of the domains: {file.source}. Which scale serves which domain is a judgement"
            f"{doubt(file.assignment_status)}.",
            table(["domain", "served by", "note"], rows),
        ]
    )


def definitions_page(table: Table) -> str:
    """Write the outcomes that are counted, not asked."""
    from allay.measures.outcome_definitions import outcome_definitions

    parts = [
        "# Outcome definitions",
        "Outcomes that are counted, not asked. Whoever reports one names the definition and its version, so "
        "that two rates can be compared, or are seen not to be comparable.",
    ]
    for one in outcome_definitions():
        rows = [["version", one.version], ["question", one.question]]
        rows += [["values", "; ".join(f"`{value.id}` {value.label}" for value in one.values)]] * bool(
            one.values
        )
        named = {"numerator": one.numerator, "denominator": one.denominator, "also": one.also}
        rows += [[name, text] for name, text in named.items() if text]
        rows += [["when", one.timing], ["missing", one.missing], ["source", one.source + doubt(one.status)]]
        parts += [f"## {one.id}", one.title + ".", table(["", ""], rows)]
    return "\n\n".join(parts)
