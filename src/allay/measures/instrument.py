"""Instruments: a questionnaire's items, scales, licence, wording and sources as one checked value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from allay.base.codes import Loinc
from allay.base.errors import InvalidValue, NotFound, NotPermitted
from allay.base.status import Status
from allay.measures.items import Answer, Item
from allay.measures.scale import Scale, Threshold
from allay.measures.wording import Wording

__all__ = ["Answer", "Instrument", "Item", "Licence", "Scale", "Source", "Threshold", "Wording"]

WordingStatus = Literal["shipped", "pack", "import-only"]
Respondent = Literal["patient", "staff"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read, when, and how sure we are of it."""

    title: str
    accessed: date
    status: Status
    href: str = ""
    locator: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """On what terms the instrument may be used."""

    name: str
    terms: str
    source: str
    status: Status


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one instrument.

    Attributes
    ----------
    id, version : str
        Together they name this definition: ``phq9@1.0.0``. Results store both.
    form : str
        The published form the definition describes.
    items : tuple of Item
        In the order they are asked.
    scales : tuple of Scale
        In the order they are reported.
    wording : {'shipped', 'pack', 'import-only'}
        Whether the text comes with Allay, with a pack the user supplies, or never.
    wordings : mapping of language to Wording
    why_import_only : str
        Why Allay cannot score it; empty where it can.
    respondent : {'patient', 'staff'}
        Who answers it.
    sources : mapping of source id to Source

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> phq9 = get("phq9")
    >>> phq9.reference, len(phq9.items), phq9.languages
    ('phq9@1.0.0', 10, ('en',))
    """

    id: str
    version: str
    title: str
    form: str
    domain: str
    recall: str
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    licence: Licence
    wording: WordingStatus
    sources: Mapping[str, Source]
    loinc: Loinc | None = None
    loinc_status: Status = Status.VERIFIED
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    why_import_only: str = ""
    respondent: Respondent = "patient"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.id):
            raise InvalidValue(expected="an id of small letters, digits and hyphens", found=self.id)
        if not re.fullmatch(r"\d+\.\d+\.\d+", self.version):
            raise InvalidValue(expected="a version such as 1.0.0", found=self.version)
        if (self.wording == "import-only") != (not self.items) or bool(self.items) == bool(
            self.why_import_only
        ):
            raise InvalidValue(
                expected=f"items of {self.id}, or none, only imported scores and the reason",
                found=f"{self.wording} with {len(self.items)} items",
            )
        for kind, ids in (("item", self.item_ids), ("scale", tuple(scale.id for scale in self.scales))):
            if len(set(ids)) != len(ids) or not (ids or kind == "item"):
                raise InvalidValue(expected=f"every {kind} id of {self.id} once", found=", ".join(ids))
        codes = [str(item.loinc) for item in self.items if item.loinc]
        if len(set(codes)) != len(codes):
            raise InvalidValue(expected=f"every LOINC of {self.id} once", found=", ".join(sorted(codes)))
        for scale in self.scales:
            self._check_scale(scale)
        self._check_wording()
        for source in self._sources_named():
            if source not in self.sources:
                raise InvalidValue(expected="one of the sources " + ", ".join(self.sources), found=source)

    def _check_scale(self, scale: Scale) -> None:
        known = {other.id for other in self.scales}
        for item_id in scale.items:
            if item_id not in self.item_ids:
                raise InvalidValue(expected=f"scale {scale.id} to use items of {self.id}", found=item_id)
            if item_id in scale.recode:
                answers = {answer.value for answer in self.item(item_id).answers}
                if set(scale.recode[item_id]) != answers:
                    raise InvalidValue(
                        expected=f"a recode of every answer to {item_id}",
                        found=str(sorted(scale.recode[item_id])),
                    )
        if not set(scale.recode) <= set(scale.items):
            raise InvalidValue(expected=f"recodes of items of {scale.id}", found=", ".join(scale.recode))
        if scale.derived and not set(scale.derived.inputs) <= known - {scale.id}:
            raise InvalidValue(
                expected=f"{scale.id} to be made from scales of {self.id}",
                found=", ".join(scale.derived.inputs),
            )
        if scale.table:
            points = [self.points(scale, item) for item in scale.items]
            low, high = sum(min(p.values()) for p in points), sum(max(p.values()) for p in points)
            if (low, high) != (scale.table.raw_minimum, scale.table.raw_maximum):
                raise InvalidValue(
                    expected=f"a table of {scale.id} for every raw sum {low} to {high}",
                    found=f"{scale.table.raw_minimum} to {scale.table.raw_maximum}",
                )

    def _check_wording(self) -> None:
        if (self.wording == "shipped") != bool(self.wordings):
            raise InvalidValue(
                expected="wording in at least one language when it is shipped, and none otherwise",
                found=f"{self.wording} with {len(self.wordings)} languages",
            )
        for wording in self.wordings.values():
            if tuple(wording.items) != self.item_ids:
                raise InvalidValue(
                    expected=f"a text ({wording.language}) for each item, in their order",
                    found=", ".join(wording.items),
                )

    def _sources_named(self) -> list[str]:
        named = [self.licence.source, *(wording.source for wording in self.wordings.values())]
        for scale in self.scales:
            named += [scale.missing.source, *(threshold.source for threshold in scale.thresholds)]
            named += [*(band.source for band in scale.bands), *(rule.source for rule in scale.rules)]
            named += [part.source for part in (scale.table, scale.derived) if part]
            named += [scale.key_source] if scale.key_source else []
        return named

    def __hash__(self) -> int:
        """Hash by reference: two definitions with the same id and version are meant to be the same."""
        return hash(self.reference)

    @property
    def reference(self) -> str:
        """The id with the version, as results store it."""
        return f"{self.id}@{self.version}"

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of the items, in the order they are asked."""
        return tuple(item.id for item in self.items)

    @property
    def scored_items(self) -> frozenset[str]:
        """The ids of the items that belong to a score."""
        return frozenset(item for scale in self.scales for item in scale.items)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the official wording may be shown."""
        return tuple(self.wordings)

    def item(self, item_id: str) -> Item:
        """Return one item; `NotFound` when the instrument has no such item."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise NotFound.among(f"item of {self.id}", item_id, known=self.item_ids)

    def scale(self, scale_id: str) -> Scale:
        """Return one scale; `NotFound` when the instrument has no such scale."""
        for scale in self.scales:
            if scale.id == scale_id:
                return scale
        raise NotFound.among(f"scale of {self.id}", scale_id, known=[scale.id for scale in self.scales])

    def require_items(self) -> None:
        """Refuse to score an instrument of which only scores are imported.

        Raises
        ------
        NotPermitted
            Saying why, and what is possible instead.
        """
        if not self.items:
            raise NotPermitted(
                f"{self.reference} is import-only: {self.why_import_only} "
                f"Import its scores with `allay measures import {self.reference}`."
            )

    def points(self, scale: Scale, item_id: str) -> Mapping[int, int]:
        """Return what each permitted answer to an item counts in a scale."""
        identity = {answer.value: answer.value for answer in self.item(item_id).answers}
        return scale.recode.get(item_id, identity)

    def wording_for(self, language: str) -> Wording:
        """Return the official wording in a language.

        Raises
        ------
        NotPermitted
            When the license does not let Allay ship it, or there is no official text in that language.
            A form is then not shown: staff enter the answers, or an interpreter is arranged.

        Examples
        --------
        >>> from allay.measures.catalog import get
        >>> get("phq9").wording_for("es")
        Traceback (most recent call last):
            ...
        allay.base.errors.NotPermitted: phq9 has no official wording in 'es' here, only in en; ...
        """
        if language in self.wordings:
            return self.wordings[language]
        if self.wording == "shipped":
            raise NotPermitted(
                f"{self.id} has no official wording in {language!r} here, "
                f"only in {', '.join(self.languages)}; arrange an interpreter or enter the answers as staff"
            )
        how = (
            "load a pack that states your permission"
            if self.wording == "pack"
            else "only its scores are imported"
        )
        raise NotPermitted(f"the wording of {self.id} is not shipped ({self.licence.name}); {how}")
