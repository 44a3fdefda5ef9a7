"""Cards: an instrument as `allay measures show` prints it, with the status of what is not verified."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

import allay
from allay.base.status import Status
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale


class Card(BaseModel):
    """Base of what is printed as JSON: no unknown keys."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class SourceCard(Card):
    """Where something was read."""

    id: str
    title: str
    href: str
    locator: str
    accessed: date
    status: Status


class AnswerCard(Card):
    """One permitted answer."""

    value: int
    label: str
    codes: tuple[str, ...]


class ItemCard(Card):
    """One item, by our short label."""

    id: str
    label: str
    label_status: Status
    loinc: str | None
    loinc_status: Status
    answers: tuple[AnswerCard, ...]
    scored: bool
    note: str


class BandCard(Card):
    """One band, with its range in words."""

    id: str
    title: str
    range: str
    status: Status
    source: str


class ThresholdCard(Card):
    """One amount of change that matters."""

    id: str
    value: float
    kind: str
    population: str
    level: str
    status: Status
    source: str


class ScaleCard(Card):
    """One scale."""

    id: str
    title: str
    method: str
    unit: str
    direction: str
    minimum: float
    maximum: float
    items: tuple[str, ...]
    loinc: str | None
    made_from: tuple[str, ...]
    made_from_status: Status | None
    table_status: Status | None
    missing: str
    missing_status: Status
    missing_source: str
    bands: tuple[BandCard, ...]
    band_note: str
    band_note_status: Status
    thresholds: tuple[ThresholdCard, ...]


class LicenceCard(Card):
    """On what terms the instrument may be used."""

    name: str
    terms: str
    source: str
    status: Status


class InstrumentCard(Card):
    """One instrument, as `allay measures show ID --format json` prints it."""

    allay_version: str
    id: str
    version: str
    title: str
    form: str
    domain: str
    recall: str
    loinc: str | None
    loinc_status: Status
    licence: LicenceCard
    wording: str
    languages: tuple[str, ...]
    items: tuple[ItemCard, ...]
    scales: tuple[ScaleCard, ...]
    notes: tuple[str, ...]
    sources: tuple[SourceCard, ...]


def card(instrument: Instrument) -> InstrumentCard:
    """Make the card of an instrument.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> card(get("gad7")).scales[0].missing_status.value
    'memory'
    """
    scored = instrument.scored_items
    return InstrumentCard(
        allay_version=allay.__version__,
        id=instrument.id,
        version=instrument.version,
        title=instrument.title,
        form=instrument.form,
        domain=instrument.domain,
        recall=instrument.recall,
        loinc=str(instrument.loinc) if instrument.loinc else None,
        loinc_status=instrument.loinc_status,
        licence=LicenceCard.model_validate(instrument.licence),
        wording=instrument.wording,
        languages=instrument.languages,
        items=tuple(
            ItemCard(
                id=item.id,
                label=item.label,
                label_status=item.label_status,
                loinc=str(item.loinc) if item.loinc else None,
                loinc_status=item.loinc_status,
                answers=tuple(AnswerCard.model_validate(answer) for answer in item.answers),
                scored=item.id in scored,
                note=item.note,
            )
            for item in instrument.items
        ),
        scales=tuple(_scale_card(scale) for scale in instrument.scales),
        notes=instrument.notes,
        sources=tuple(
            SourceCard(
                id=key,
                title=source.title,
                href=source.href,
                locator=source.locator,
                accessed=source.accessed,
                status=source.status,
            )
            for key, source in instrument.sources.items()
        ),
    )


def _scale_card(scale: Scale) -> ScaleCard:
    return ScaleCard(
        id=scale.id,
        title=scale.title,
        method=scale.method,
        unit=scale.unit,
        direction=scale.direction,
        minimum=round(scale.minimum, scale.decimals),
        maximum=round(scale.maximum, scale.decimals),
        items=scale.items,
        loinc=str(scale.loinc) if scale.loinc else None,
        made_from=scale.derived.inputs if scale.derived else (),
        made_from_status=scale.derived.status if scale.derived else None,
        table_status=scale.table.status if scale.table else None,
        missing=scale.missing.text,
        missing_status=scale.missing.status,
        missing_source=scale.missing.source,
        bands=tuple(
            BandCard(id=b.id, title=b.title, range=b.text, status=b.status, source=b.source)
            for b in scale.bands
        ),
        band_note=scale.band_note,
        band_note_status=scale.band_note_status,
        thresholds=tuple(ThresholdCard.model_validate(threshold) for threshold in scale.thresholds),
    )


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
        "",
        "items (our short labels, not the wording)",
    ]
    for item in shown.items:
        low, high = min(a.value for a in item.answers), max(a.value for a in item.answers)
        note = f"  {item.note}" if item.note else ""
        loinc = marked(f"LOINC {item.loinc}", item.loinc_status) if item.loinc else ""
        lines.append(f"  {item.id}  {marked(item.label, item.label_status)}  {low}-{high}  {loinc}{note}")
    for scale in shown.scales:
        lines += ["", *_scale_lines(scale)]
    lines += ["", "notes", *(f"  {note}" for note in shown.notes), "", "sources"]
    for source in shown.sources:
        where = " ".join(part for part in (source.href, source.locator) if part)
        entry = f"{source.id}: {source.title}{'. ' + where if where else ''}, accessed {source.accessed}"
        lines.append("  " + marked(entry, source.status))
    return "\n".join(lines)


def _scale_lines(scale: ScaleCard) -> list[str]:
    better = "higher is better" if scale.direction == "higher_better" else "higher is worse"
    lines = [
        f"scale {scale.id}: {scale.title} ({scale.unit}, {scale.minimum:g} to {scale.maximum:g}, {better})",
        f"  method    {scale.method} of {', '.join(scale.items or scale.made_from)}",
    ]
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
        whose = f"{threshold.kind}; {threshold.population}; for {threshold.level}s; {threshold.source}"
        lines.append(
            "  change    " + marked(f"{threshold.id} {threshold.value:g}: {whose}", threshold.status)
        )
    if not scale.thresholds:
        lines.append("  change    no threshold sourced")
    return lines
