"""Scales: how the answers to some items become one score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor
from typing import Literal

import numpy as np

from allay.base.codes import Loinc
from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.measures.bands import Band, band_index, check_bands
from allay.measures.derived import Derived
from allay.measures.rules import CombinedRule

Direction = Literal["higher_better", "higher_worse"]
Unit = Literal["points", "T-score", "utility"]
Method = Literal["sum", "mean", "table", "composite", "classes", "preference", "imported"]
FROM_ITEMS = ("sum", "mean", "table")
DERIVED = ("composite", "classes", "preference")


@dataclass(frozen=True, slots=True)
class MissingRule:
    """What happens when answers are missing: up to `may_miss` of them the score is prorated."""

    may_miss: int
    text: str
    source: str
    status: Status


@dataclass(frozen=True, slots=True)
class ConversionTable:
    """Score and standard error for every raw sum from `raw_minimum` up."""

    raw_minimum: int
    t: tuple[float, ...]
    se: tuple[float, ...]
    source: str
    status: Status

    def __post_init__(self) -> None:
        if len(self.t) != len(self.se) or not self.t:
            raise InvalidValue(
                expected="as many scores as standard errors", found=f"{len(self.t)}, {len(self.se)}"
            )
        if any(low >= high for low, high in pairwise(self.t)):
            raise InvalidValue(expected="scores that rise with the raw sum", found=str(list(self.t)))
        if any(error <= 0 for error in self.se):
            raise InvalidValue(expected="standard errors above 0", found=str(min(self.se)))

    @property
    def raw_maximum(self) -> int:
        """The highest raw sum the table holds."""
        return self.raw_minimum + len(self.t) - 1


@dataclass(frozen=True, slots=True)
class Rescale:
    """The published last step after a sum or mean: ``multiply * value + add``, perhaps to whole decimals."""

    multiply: float = 1.0
    add: float = 0.0
    rounded: bool = False

    @property
    def text(self) -> str:
        """The step in words: ``x 25 -25``, ``x 20, rounded``."""
        return (
            f"x {self.multiply:g}{f' {self.add:+g}' if self.add else ''}{', rounded' if self.rounded else ''}"
        )

    def of(self, value: float, *, decimals: int) -> float:
        """Return the rescaled value; half up where the publication rounds.

        Examples
        --------
        >>> Rescale(multiply=20, rounded=True).of(23 / 9, decimals=0)
        51.0
        """
        found = self.multiply * value + self.add
        # Eleven decimals take away what binary fractions add: 2.5 must not become 2.4999999999999996.
        return floor(round(found * 10**decimals, 11) + 0.5) / 10**decimals if self.rounded else found


@dataclass(frozen=True, slots=True)
class Threshold:
    """A published amount of change that matters; always an improvement of `value` score units.

    `level` says whether it was established for one patient or only for the mean of a group. Where it holds
    for patients above a baseline only, `baseline_above` is that score; for others it has no answer.
    """

    id: str
    value: float
    kind: str
    population: str
    source: str
    status: Status
    level: Literal["individual", "group"] = "individual"
    baseline_above: float | None = None

    def __post_init__(self) -> None:
        if not self.value > 0:
            raise InvalidValue(expected=f"threshold {self.id} above 0", found=str(self.value))
        if not self.source:
            raise InvalidValue(expected=f"a source for threshold {self.id}", found="none")


@dataclass(frozen=True, slots=True)
class Scale:
    """One score of an instrument.

    Attributes
    ----------
    direction : {'higher_better', 'higher_worse'}
    unit : {'points', 'T-score', 'utility'}
    method : {'sum', 'mean', 'table', 'composite', 'classes', 'preference', 'imported'}
        ``table`` looks the sum of the points up; the next three are made from other scales (`derived`);
        ``imported`` is scored elsewhere.
    items : tuple of str
        Empty unless the score is made from items.
    key_source, key_status : str, Status
        Where it is written which items count how, and how sure we are of it.
    rescale : Rescale
        What a sum or mean is multiplied with, as published.
    recode : mapping of item id to (answer value to points)
        Only for items whose answers are not summed as they come.
    minimum, maximum : float
        The reachable range of the score.
    decimals : int
        How many are printed.
    bands : tuple of Band
        Lowest first; empty where none are official.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> scale = get("promis29").scale("pain_interference")
    >>> scale.unit, scale.direction, scale.band(60.0), scale.band(60.1)
    ('T-score', 'higher_worse', 'mild', 'moderate')
    """

    id: str
    title: str
    direction: Direction
    unit: Unit
    method: Method
    items: tuple[str, ...]
    missing: MissingRule
    minimum: float
    maximum: float
    decimals: int
    key_source: str = ""
    key_status: Status = Status.VERIFIED
    recode: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    table: ConversionTable | None = None
    rescale: Rescale | None = None
    derived: Derived | None = None
    bands: tuple[Band, ...] = ()
    band_note: str = ""
    band_note_status: Status = Status.VERIFIED
    thresholds: tuple[Threshold, ...] = ()
    rules: tuple[CombinedRule, ...] = ()
    loinc: Loinc | None = None
    loinc_raw: Loinc | None = None
    loinc_import_v1: Loinc | None = None

    def __post_init__(self) -> None:
        if (self.method == "table") != (self.table is not None):
            raise InvalidValue(
                expected=f"a table for scale {self.id} when its method is table", found=self.method
            )
        if (self.method in DERIVED) != (self.derived is not None):
            raise InvalidValue(
                expected=f"a formula for scale {self.id} when it is made from others", found=self.method
            )
        if (self.method in FROM_ITEMS) != bool(self.items):
            raise InvalidValue(
                expected=f"items for scale {self.id} when it is made from them", found=self.method
            )
        if self.rescale and self.method not in ("sum", "mean"):
            raise InvalidValue(expected=f"no rescaling of {self.id}", found=self.method)
        if len(set(self.items)) != len(self.items):
            raise InvalidValue(expected=f"every item of scale {self.id} once", found=", ".join(self.items))
        if self.missing.may_miss and self.method not in ("sum", "mean"):
            raise InvalidValue(
                expected=f"no prorating in scale {self.id}: a {self.method} needs every answer",
                found=f"may_miss {self.missing.may_miss}",
            )
        if not 0 <= self.missing.may_miss < max(1, len(self.items)):
            raise InvalidValue(
                expected="may_miss below the number of items", found=str(self.missing.may_miss)
            )
        if not self.minimum < self.maximum:
            raise InvalidValue(
                expected=f"scale {self.id} to have a range", found=f"{self.minimum} to {self.maximum}"
            )
        ids = [*(each.id for each in self.thresholds), *(each.id for each in self.rules)]
        if len(set(ids)) != len(ids):
            raise InvalidValue(expected=f"every threshold and rule of {self.id} once", found=", ".join(ids))
        check_bands(self.bands, minimum=self.minimum, maximum=self.maximum)

    def band(self, score: float | None) -> str:
        """Return the id of the band that holds the score; empty when there is none."""
        if score is None:
            return ""
        position = int(band_index(np.array([score], dtype=np.float64), self.bands)[0])
        return self.bands[position].id if position >= 0 else ""

    def band_title(self, score: float | None) -> str:
        """Return the title of that band, for reading; empty when there is none."""
        band_id = self.band(score)
        return next((band.title for band in self.bands if band.id == band_id), "")

    def format(self, score: float | None) -> str:
        """Return the score as text: T-scores with fixed decimals, points without trailing zeros.

        Examples
        --------
        >>> from allay.measures.catalog import get
        >>> get("peg").scale("total").format(16 / 3), get("promis29").scale("fatigue").format(51.0)
        ('5.3333', '51.0')
        """
        if score is None or score != score:
            return ""
        text = f"{score:.{self.decimals}f}"
        if self.unit == "points" and "." in text:
            text = text.rstrip("0").rstrip(".")
        return text
