"""The shape of an instrument's data file, and the way from it to an `Instrument`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from allay.base.codes import Loinc
from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.tables import Strict
from allay.measures.bands import Band
from allay.measures.instrument import Instrument, Licence, Source, WordingStatus
from allay.measures.items import Answer, Item
from allay.measures.scale import (
    Composite,
    ConversionTable,
    Direction,
    Method,
    MissingRule,
    Norm,
    Scale,
    Term,
    Threshold,
    Unit,
)
from allay.measures.wording import Wording


class SourceEntry(Strict):
    """Where something was read."""

    title: str
    accessed: date
    status: Status
    href: str = ""
    locator: str = ""


class LicenceEntry(Strict):
    """On what terms the instrument may be used."""

    name: str
    terms: str
    source: str
    status: Status


class AnswerEntry(Strict):
    """One permitted answer."""

    value: int
    label: str
    loinc: str = ""
    loinc_also: tuple[str, ...] = ()


class ItemEntry(Strict):
    """One question, without its wording."""

    id: str
    label: str
    loinc: str
    loinc_status: Status = Status.VERIFIED
    answers: str
    note: str = ""


class MissingEntry(Strict):
    """How many answers may be missing, and what happens then."""

    may_miss: int = Field(ge=0)
    text: str
    source: str
    status: Status


class TableEntry(Strict):
    """Raw sum to score and standard error."""

    raw_minimum: int
    t: tuple[float, ...]
    se: tuple[float, ...]
    source: str
    status: Status


class BandEntry(Strict):
    """One named range."""

    id: str
    title: str
    low: float = Field(alias="from")
    high: float = Field(alias="to")


class BandsEntry(Strict):
    """The bands of a scale; `closed` says which band owns a border: the one that begins or ends there."""

    closed: Literal["low", "high"]
    boundary: str
    boundary_status: Status
    source: str
    status: Status
    values: tuple[BandEntry, ...]


class NormEntry(Strict):
    """Mean and standard deviation of an input."""

    mean: float
    sd: float


class TermEntry(Strict):
    """A weight on the mean z value of some scales."""

    mean_of: tuple[str, ...]
    weight: float


class CompositeEntry(Strict):
    """A weighted sum of standardized scores."""

    standardize: dict[str, NormEntry]
    terms: tuple[TermEntry, ...]
    mean: float
    sd: float
    source: str
    status: Status


class ThresholdEntry(Strict):
    """A published amount of change."""

    id: str
    value: float
    kind: str
    population: str
    level: Literal["individual", "group"] = "individual"
    source: str
    status: Status


class ScaleEntry(Strict):
    """One score."""

    id: str
    title: str
    direction: Direction
    unit: Unit
    method: Method
    items: tuple[str, ...] = ()
    decimals: int = Field(ge=0, le=6)
    missing: str
    recode: dict[str, dict[int, int]] = {}
    table: TableEntry | None = None
    composite: CompositeEntry | None = None
    bands: str = ""
    thresholds: tuple[ThresholdEntry, ...]
    loinc: str | None = None
    loinc_raw: str | None = None
    loinc_import_v1: str | None = None


class WordingEntry(Strict):
    """The official text in one language."""

    attribution: str
    source: str
    status: Status
    stem: str = ""
    items: dict[str, str]
    anchors: dict[str, tuple[str, str]] = {}
    without_stem: tuple[str, ...] = ()


class InstrumentFile(Strict):
    """One instrument definition as it is written in its YAML file."""

    id: str
    version: str
    title: str
    form: str
    domain: str
    loinc: str
    loinc_status: Status = Status.VERIFIED
    recall: str
    licence: LicenceEntry
    wording: WordingStatus
    sources: dict[str, SourceEntry]
    label_source: str = ""
    answer_lists: dict[str, tuple[AnswerEntry, ...]]
    items: tuple[ItemEntry, ...]
    missing_rules: dict[str, MissingEntry]
    bands: dict[str, BandsEntry] = {}
    scales: tuple[ScaleEntry, ...]
    notes: tuple[str, ...] = ()
    languages: dict[str, WordingEntry] = {}

    @model_validator(mode="after")
    def _holds_together(self) -> InstrumentFile:
        to_instrument(self)
        return self


def to_instrument(file: InstrumentFile) -> Instrument:
    """Build the checked `Instrument` from its file; `InvalidValue` says what does not hold together."""
    sources = {key: Source(**entry.model_dump()) for key, entry in file.sources.items()}
    if file.label_source and file.label_source not in sources:
        raise InvalidValue(expected="label_source to be one of the sources", found=file.label_source)
    label_status = sources[file.label_source].status if file.label_source else Status.VERIFIED
    lists = {
        key: tuple(Answer(**entry.model_dump()) for entry in entries)
        for key, entries in file.answer_lists.items()
    }
    items = tuple(_item(entry, lists, label_status) for entry in file.items)
    scales: list[Scale] = []
    for entry in file.scales:
        scales.append(_scale(entry, file, items, scales))
    return Instrument(
        id=file.id,
        version=file.version,
        title=file.title,
        form=file.form,
        domain=file.domain,
        recall=file.recall,
        items=items,
        scales=tuple(scales),
        licence=Licence(**file.licence.model_dump()),
        wording=file.wording,
        sources=sources,
        loinc=Loinc(file.loinc),
        loinc_status=file.loinc_status,
        wordings={language: _wording(language, entry, items) for language, entry in file.languages.items()},
        notes=file.notes,
    )


def _item(entry: ItemEntry, lists: dict[str, tuple[Answer, ...]], label_status: Status) -> Item:
    if entry.answers not in lists:
        raise InvalidValue(expected="one of the answer lists " + ", ".join(lists), found=entry.answers)
    return Item(
        id=entry.id,
        label=entry.label,
        loinc=Loinc(entry.loinc),
        answers=lists[entry.answers],
        note=entry.note,
        loinc_status=entry.loinc_status,
        label_status=label_status,
    )


def _scale(entry: ScaleEntry, file: InstrumentFile, items: tuple[Item, ...], earlier: list[Scale]) -> Scale:
    if entry.missing not in file.missing_rules:
        raise InvalidValue(expected="one of the missing_rules", found=entry.missing)
    if entry.bands and entry.bands not in file.bands:
        raise InvalidValue(expected="one of the bands", found=entry.bands)
    bands = file.bands.get(entry.bands)
    composite = None
    if entry.composite:
        composite = Composite(
            standardize={key: Norm(norm.mean, norm.sd) for key, norm in entry.composite.standardize.items()},
            terms=tuple(Term(term.mean_of, term.weight) for term in entry.composite.terms),
            mean=entry.composite.mean,
            sd=entry.composite.sd,
            source=entry.composite.source,
            status=entry.composite.status,
        )
    table = ConversionTable(**entry.table.model_dump()) if entry.table else None
    minimum, maximum = _range(entry, table, composite, items, earlier)
    return Scale(
        id=entry.id,
        title=entry.title,
        direction=entry.direction,
        unit=entry.unit,
        method=entry.method,
        items=entry.items,
        missing=MissingRule(**file.missing_rules[entry.missing].model_dump()),
        minimum=minimum,
        maximum=maximum,
        decimals=entry.decimals,
        recode=entry.recode,
        table=table,
        composite=composite,
        bands=_bands(bands) if bands else (),
        band_note=bands.boundary if bands else "",
        band_note_status=bands.boundary_status if bands else Status.VERIFIED,
        thresholds=tuple(Threshold(**threshold.model_dump()) for threshold in entry.thresholds),
        loinc=Loinc(entry.loinc) if entry.loinc else None,
        loinc_raw=Loinc(entry.loinc_raw) if entry.loinc_raw else None,
        loinc_import_v1=Loinc(entry.loinc_import_v1) if entry.loinc_import_v1 else None,
    )


def _range(
    entry: ScaleEntry,
    table: ConversionTable | None,
    composite: Composite | None,
    items: tuple[Item, ...],
    earlier: list[Scale],
) -> tuple[float, float]:
    if table:
        return table.t[0], table.t[-1]
    if composite:
        known = {scale.id: scale for scale in earlier}
        unknown = [scale for scale in composite.inputs if scale not in known]
        if unknown:
            raise InvalidValue(
                expected=f"{entry.id} after the scales it is made from", found=", ".join(unknown)
            )
        constant, coefficients = composite.linear
        low = high = constant
        for scale, coefficient in coefficients.items():
            ends = (coefficient * known[scale].minimum, coefficient * known[scale].maximum)
            low, high = low + min(ends), high + max(ends)
        return low, high
    used = [item for item in items if item.id in entry.items]
    points = [entry.recode.get(item.id, {a.value: a.value for a in item.answers}) for item in used]
    divisor = len(used) if entry.method == "mean" else 1
    low = sum(min(p.values()) for p in points) / divisor
    return low, sum(max(p.values()) for p in points) / divisor


def _bands(entry: BandsEntry) -> tuple[Band, ...]:
    last = len(entry.values) - 1
    return tuple(
        Band(
            id=band.id,
            title=band.title,
            low=band.low,
            high=band.high,
            low_included=entry.closed == "low" or position == 0,
            high_included=entry.closed == "high" or position == last,
            status=entry.status,
            source=entry.source,
        )
        for position, band in enumerate(entry.values)
    )


def _wording(language: str, entry: WordingEntry, items: tuple[Item, ...]) -> Wording:
    return Wording(
        language=language,
        stem=entry.stem,
        items=entry.items,
        answers={item.id: tuple(answer.label for answer in item.answers) for item in items},
        attribution=entry.attribution,
        source=entry.source,
        status=entry.status,
        anchors=entry.anchors,
        without_stem=frozenset(entry.without_stem),
    )
