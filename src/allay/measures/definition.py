"""The shape of an instrument's data file, and the way from it to an `Instrument`."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import PrivateAttr, model_validator

from allay.base.codes import Loinc
from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.tables import Strict
from allay.measures.bands import Band
from allay.measures.derived import Case, Classification, Composite, Derived, Norm, Term
from allay.measures.entries import (
    AnswerEntry,
    BandsEntry,
    ItemEntry,
    LicenceEntry,
    MissingEntry,
    RatingEntry,
    ScaleEntry,
    SourceEntry,
    WordingEntry,
)
from allay.measures.instrument import Instrument, Licence, Respondent, Source, WordingStatus
from allay.measures.items import Answer, Item
from allay.measures.preference import Preference
from allay.measures.rules import CombinedRule
from allay.measures.scale import ConversionTable, MissingRule, Rescale, Scale, Threshold
from allay.measures.wording import Wording


class InstrumentFile(Strict):
    """One instrument definition as it is written in its YAML file."""

    id: str
    version: str
    title: str
    form: str
    domain: str
    loinc: str | None = None
    loinc_status: Status = Status.VERIFIED
    recall: str
    licence: LicenceEntry
    wording: WordingStatus
    sources: dict[str, SourceEntry]
    label_source: str = ""
    why_import_only: str = ""
    respondent: Respondent = "patient"
    answer_lists: dict[str, tuple[AnswerEntry, ...] | RatingEntry] = {}
    items: tuple[ItemEntry, ...] = ()
    missing_rules: dict[str, MissingEntry]
    bands: dict[str, BandsEntry] = {}
    scales: tuple[ScaleEntry, ...]
    notes: tuple[str, ...] = ()
    languages: dict[str, WordingEntry] = {}
    _instrument: Instrument = PrivateAttr()

    @model_validator(mode="after")
    def _holds_together(self) -> InstrumentFile:
        self._instrument = _built(self)
        return self

    @property
    def instrument(self) -> Instrument:
        """The instrument that the file defines, built when the file was checked."""
        return self._instrument


def _built(file: InstrumentFile) -> Instrument:
    """Build the checked `Instrument` from its file; `InvalidValue` says what does not hold together."""
    sources = {key: Source(**entry.model_dump()) for key, entry in file.sources.items()}
    if file.label_source and file.label_source not in sources:
        raise InvalidValue(expected="label_source to be one of the sources", found=file.label_source)
    label_status = sources[file.label_source].status if file.label_source else Status.VERIFIED
    lists = {
        key: tuple(
            Answer(**entry.model_dump())
            for entry in (listed.entries() if isinstance(listed, RatingEntry) else listed)
        )
        for key, listed in file.answer_lists.items()
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
        why_import_only=file.why_import_only,
        respondent=file.respondent,
        sources=sources,
        loinc=Loinc(file.loinc) if file.loinc else None,
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
        loinc=Loinc(entry.loinc) if entry.loinc else None,
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
    derived = _derived(entry)
    table = ConversionTable(**entry.table.model_dump()) if entry.table else None
    recode = dict(entry.recode)
    for item in entry.reverse:
        values = sorted(answer.value for each in items if each.id == item for answer in each.answers)
        recode[item] = dict(zip(values, reversed(values), strict=True))
    minimum, maximum = _range(entry, table, derived, recode, items, earlier)
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
        key_source=entry.key.source if entry.key else "",
        key_status=entry.key.status if entry.key else Status.VERIFIED,
        recode=recode,
        rescale=Rescale(**entry.rescale.model_dump()) if entry.rescale else None,
        table=table,
        derived=derived,
        bands=_bands(bands) if bands else (),
        band_note=bands.boundary if bands else "",
        band_note_status=bands.boundary_status if bands else Status.VERIFIED,
        thresholds=tuple(Threshold(**threshold.model_dump()) for threshold in entry.thresholds),
        rules=tuple(CombinedRule(**rule.model_dump()) for rule in entry.rules),
        loinc=Loinc(entry.loinc) if entry.loinc else None,
        loinc_raw=Loinc(entry.loinc_raw) if entry.loinc_raw else None,
        loinc_import_v1=Loinc(entry.loinc_import_v1) if entry.loinc_import_v1 else None,
    )


def _derived(entry: ScaleEntry) -> Derived | None:
    formulas: list[Derived] = []
    if entry.composite:
        shape = entry.composite
        norms = {key: Norm(norm.mean, norm.sd) for key, norm in shape.standardize.items()}
        terms = tuple(Term(term.mean_of, term.weight) for term in shape.terms)
        formulas.append(Composite(norms, terms, shape.mean, shape.sd, shape.source, shape.status))
    if entry.classes:
        cases = tuple(Case(case.value, case.when) for case in entry.classes.cases)
        formulas.append(
            Classification(cases, entry.classes.inputs, entry.classes.source, entry.classes.status)
        )
    if entry.preference:
        formulas.append(Preference(**entry.preference.model_dump()))
    if len(formulas) > 1:
        raise InvalidValue(expected=f"one formula for scale {entry.id}", found=str(len(formulas)))
    return formulas[0] if formulas else None


def _range(
    entry: ScaleEntry,
    table: ConversionTable | None,
    derived: Derived | None,
    recode: Mapping[str, Mapping[int, int]],
    items: tuple[Item, ...],
    earlier: list[Scale],
) -> tuple[float, float]:
    if (entry.method == "imported") != (entry.imported is not None):
        raise InvalidValue(expected=f"a range of {entry.id} when it is imported", found=entry.method)
    if entry.imported:
        return entry.imported
    if table:
        return table.t[0], table.t[-1]
    if derived:
        known = {scale.id: (scale.minimum, scale.maximum) for scale in earlier}
        unknown = [scale for scale in derived.inputs if scale not in known]
        if unknown:
            raise InvalidValue(
                expected=f"{entry.id} after the scales it is made from", found=", ".join(unknown)
            )
        return derived.reach(known)
    used = [item for item in items if item.id in entry.items]
    points = [recode.get(item.id, {a.value: a.value for a in item.answers}) for item in used]
    divisor = len(used) if entry.method == "mean" else 1
    ends = [sum(pick(p.values()) for p in points) / divisor for pick in (min, max)]
    if entry.rescale:
        last = Rescale(**entry.rescale.model_dump())
        ends = sorted(last.of(end, decimals=entry.decimals) for end in ends)
    return ends[0], ends[1]


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
