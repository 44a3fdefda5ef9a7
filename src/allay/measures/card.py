"""Cards: an instrument as `allay measures show` prints it, with the status of what is not verified."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

import allay
from allay.base.status import Status
from allay.measures.domains import domains_of
from allay.measures.instrument import Instrument
from allay.measures.norms import norms_of
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
    baseline_above: float | None
    status: Status
    source: str


class RuleCard(Card):
    """One amount of change that counts only together with something else."""

    id: str
    text: str
    population: str
    status: Status
    source: str


class NormCard(Card):
    """The mean of the scale in a named population."""

    mean: float
    population: str
    n: int
    year: int
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
    reversed: tuple[str, ...]
    rescaled: str
    key_status: Status
    key_source: str
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
    rules: tuple[RuleCard, ...]
    norms: tuple[NormCard, ...]


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
    why_import_only: str
    respondent: str
    quality_domains: tuple[str, ...]
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
        why_import_only=instrument.why_import_only,
        respondent=instrument.respondent,
        quality_domains=tuple(domain.title for domain in domains_of(instrument)),
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
        scales=tuple(_scale_card(instrument, scale) for scale in instrument.scales),
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


def _scale_card(instrument: Instrument, scale: Scale) -> ScaleCard:
    last = scale.rescale
    return ScaleCard(
        id=scale.id,
        title=scale.title,
        method=scale.method,
        unit=scale.unit,
        direction=scale.direction,
        minimum=round(scale.minimum, scale.decimals),
        maximum=round(scale.maximum, scale.decimals),
        items=scale.items,
        reversed=tuple(item for item in scale.items if _falls(instrument, scale, item)),
        rescaled=last.text if last else "",
        key_status=scale.key_status,
        key_source=scale.key_source,
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
        rules=tuple(RuleCard.model_validate(rule) for rule in scale.rules),
        norms=tuple(NormCard.model_validate(n) for n in norms_of(instrument) if n.scale == scale.id),
    )


def _falls(instrument: Instrument, scale: Scale, item: str) -> bool:
    """Whether a higher answer counts less."""
    points = instrument.points(scale, item)
    return points[min(points)] > points[max(points)]
