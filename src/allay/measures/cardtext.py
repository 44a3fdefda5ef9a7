"""Card text: an instrument's card for reading; everything that is not verified names its status."""

from __future__ import annotations

from allay.base.status import Status
from allay.measures.card import InstrumentCard, ScaleCard


def marked(text: str, status: Status | None) -> str:
    """Write the text with its status behind it, unless it is verified.

    Examples
    --------
    >>> marked("58", Status.MEMORY), marked("56", Status.VERIFIED)
    ('58 [memory]', '56')
    """
    return text if status is None or status.certain else f"{text} [{status}]"


def card_text(shown: InstrumentCard) -> str:
    """Write a card for reading; everything that is not verified names its status.

    Examples
    --------
    >>> from allay.measures.card import card
    >>> from allay.measures.catalog import get
    >>> print(card_text(card(get("peg"))).splitlines()[0])
    peg@1.0.0  PEG (pain intensity, enjoyment of life, general activity)
    """
    languages = f" ({', '.join(shown.languages)})" if shown.languages else ""
    lines = [
        f"{shown.id}@{shown.version}  {shown.title}",
        f"form      {shown.form}; domain: {shown.domain}; recall: {shown.recall}",
        f"LOINC     {marked(shown.loinc or '-', shown.loinc_status)}",
        f"licence   {marked(shown.licence.name + '. ' + shown.licence.terms, shown.licence.status)}",
        f"wording   {shown.wording}{languages}",
        f"serves    {', '.join(shown.quality_domains) or '-'}",
    ]
    if shown.why_import_only:
        lines.append(f"          import-only: {shown.why_import_only}")
    if shown.items:
        lines += ["", "items (our short labels, not the wording)"]
    for item in shown.items:
        low, high = min(a.value for a in item.answers), max(a.value for a in item.answers)
        note = f"  {item.note}" if item.note else ""
        loinc = marked(f"LOINC {item.loinc}", item.loinc_status) if item.loinc else ""
        lines.append(f"  {item.id}  {marked(item.label, item.label_status)}  {low}-{high}  {loinc}{note}")
    for scale in shown.scales:
        lines += ["", *_scale_lines(scale)]
    if shown.notes:
        lines += ["", "notes", *(f"  {note}" for note in shown.notes)]
    lines += ["", "sources"]
    for source in shown.sources:
        where = " ".join(part for part in (source.href, source.locator) if part)
        entry = f"{source.id}: {source.title}{'. ' + where if where else ''}, accessed {source.accessed}"
        lines.append("  " + marked(entry, source.status))
    return "\n".join(lines)


def _scale_lines(scale: ScaleCard) -> list[str]:
    better = "higher is better" if scale.direction == "higher_better" else "higher is worse"
    lines = [
        f"scale {scale.id}: {scale.title} ({scale.unit}, {scale.minimum:g} to {scale.maximum:g}, {better})",
        "  method    " + marked(_method(scale), scale.key_status),
    ]
    if scale.reversed:
        lines.append(f"  reversed  {', '.join(scale.reversed)} (by the scorer)")
    for name, status in (("table", scale.table_status), ("formula", scale.made_from_status)):
        if status is not None:
            lines.append(f"  {name:<9} status {status}")
    lines.append("  missing   " + marked(scale.missing, scale.missing_status))
    for band in scale.bands:
        lines.append("  band      " + marked(f"{band.title}: {band.range}", band.status))
    if scale.band_note:
        lines.append("  borders   " + marked(scale.band_note, scale.band_note_status))
    if not scale.bands:
        lines.append("  band      none is official; blank")
    for threshold in scale.thresholds:
        above = threshold.baseline_above
        only = "" if above is None else f" (baseline above {above:g} only)"
        whose = f"{threshold.kind}{only}; {threshold.population}; for {threshold.level}s; {threshold.source}"
        lines.append(
            "  change    " + marked(f"{threshold.id} {threshold.value:g}: {whose}", threshold.status)
        )
    for rule in scale.rules:
        lines.append(
            "  rule      " + marked(f"{rule.id}: {rule.text}; {rule.population}; {rule.source}", rule.status)
        )
    for norm in scale.norms:
        said = f"mean {norm.mean:g} (n = {norm.n}, {norm.year}): {norm.population}; {norm.source}"
        lines.append("  norm      " + marked(said, norm.status))
    if not scale.thresholds and not scale.rules:
        lines.append("  change    no threshold sourced")
    return lines


def _method(scale: ScaleCard) -> str:
    made_of = ", ".join(scale.items or scale.made_from)
    return f"{scale.method} of {made_of} {scale.rescaled}".rstrip() if made_of else "scored elsewhere"
