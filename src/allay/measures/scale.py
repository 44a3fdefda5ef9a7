"""Scales: how the answers to some items become one score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np

from allay.base.codes import Loinc
from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.measures.bands import Band, band_index, check_bands

Direction = Literal["higher_better", "higher_worse"]
Unit = Literal["points", "T-score"]
Method = Literal["sum", "mean", "table", "composite"]


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
class Norm:
    """Mean and standard deviation that turn a score into a z value."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not self.sd > 0:
            raise InvalidValue(expected="a standard deviation above 0", found=str(self.sd))


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a composite: a weight on the mean z value of one or more scales."""

    mean_of: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Composite:
    """A weighted sum of standardized scores: ``mean + sd * sum(weight * mean z)``."""

    standardize: Mapping[str, Norm]
    terms: tuple[Term, ...]
    mean: float
    sd: float
    source: str
    status: Status

    def __post_init__(self) -> None:
        used = [scale for term in self.terms for scale in term.mean_of]
        if sorted(used) != sorted(self.standardize):
            raise InvalidValue(
                expected="every standardized scale in one term: " + ", ".join(sorted(self.standardize)),
                found=", ".join(sorted(used)),
            )

    @property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the scales it is made from, in the order of the terms."""
        return tuple(scale for term in self.terms for scale in term.mean_of)

    @property
    def linear(self) -> tuple[float, Mapping[str, float]]:
        """The same formula as one constant and one coefficient per input score."""
        coefficients = {
            scale: self.sd * term.weight / len(term.mean_of) / self.standardize[scale].sd
            for term in self.terms
            for scale in term.mean_of
        }
        constant = self.mean - sum(
            coefficient * self.standardize[scale].mean for scale, coefficient in coefficients.items()
        )
        return constant, coefficients


@dataclass(frozen=True, slots=True)
class Threshold:
    """A published amount of change that matters; always an improvement of `value` score units.

    `level` says whether it was established for one patient or only for the mean of a group.
    """

    id: str
    value: float
    kind: str
    population: str
    source: str
    status: Status
    level: Literal["individual", "group"] = "individual"

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
    unit : {'points', 'T-score'}
    method : {'sum', 'mean', 'table', 'composite'}
        ``table`` looks the sum of the points up; ``composite`` is made from other scales.
    items : tuple of str
        Empty for a composite.
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
    recode: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    table: ConversionTable | None = None
    composite: Composite | None = None
    bands: tuple[Band, ...] = ()
    band_note: str = ""
    band_note_status: Status = Status.VERIFIED
    thresholds: tuple[Threshold, ...] = ()
    loinc: Loinc | None = None
    loinc_raw: Loinc | None = None
    loinc_import_v1: Loinc | None = None

    def __post_init__(self) -> None:
        if (self.method == "table") != (self.table is not None):
            raise InvalidValue(
                expected=f"a table for scale {self.id} when its method is table", found=self.method
            )
        if (self.method == "composite") != (self.composite is not None):
            raise InvalidValue(
                expected=f"terms for scale {self.id} when it is a composite", found=self.method
            )
        if (self.method == "composite") == bool(self.items):
            raise InvalidValue(expected=f"items for scale {self.id}, or a composite", found="both or neither")
        if len(set(self.items)) != len(self.items):
            raise InvalidValue(expected=f"every item of scale {self.id} once", found=", ".join(self.items))
        if self.missing.may_miss and self.method in ("table", "composite"):
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
        ids = [threshold.id for threshold in self.thresholds]
        if len(set(ids)) != len(ids):
            raise InvalidValue(expected=f"every threshold of {self.id} once", found=", ".join(ids))
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
