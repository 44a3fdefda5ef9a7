"""Derived scales: how a score is made from other scores - a weighted sum, a class, a preference score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.base.status import Status

Floats = NDArray[np.float64]
Range = tuple[float, float]


class Derived(Protocol):
    """What makes a score from the scores of other scales of the same instrument."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the scales it is made from."""

    @property
    def source(self) -> str:
        """The id of the instrument's source of the formula."""

    @property
    def status(self) -> Status:
        """How sure we are of the formula."""

    def reach(self, ranges: Mapping[str, Range]) -> Range:
        """Return the lowest and highest score, given those of the inputs."""

    def evaluate(self, scores: Mapping[str, Floats]) -> Floats:
        """Return the scores, NaN wherever an input is NaN; one entry per assessment."""


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

    def reach(self, ranges: Mapping[str, Range]) -> Range:
        """Return the lowest and highest sum."""
        constant, coefficients = self.linear
        low = high = constant
        for scale, coefficient in coefficients.items():
            ends = (coefficient * ranges[scale][0], coefficient * ranges[scale][1])
            low, high = low + min(ends), high + max(ends)
        return round(low, 9), round(high, 9)  # six sixths of 1 are 1, which bands must reach

    def evaluate(self, scores: Mapping[str, Floats]) -> Floats:
        """Return the weighted sums."""
        constant, coefficients = self.linear
        found = np.full(np.shape(scores[self.inputs[0]]), constant)
        for scale, coefficient in coefficients.items():
            found += coefficient * scores[scale]
        return found


@dataclass(frozen=True, slots=True)
class Case:
    """One class: the value it has, and the range every named score must lie in (both ends belong to it)."""

    value: int
    when: Mapping[str, Range]


@dataclass(frozen=True, slots=True)
class Classification:
    """A class by the scores of other scales: the first case that fits gives the value.

    Examples
    --------
    >>> low, rest = Case(1, {"total": (0, 3)}), Case(2, {})
    >>> risk = Classification((low, rest), ("total",), source="example", status=Status.SYNTHETIC)
    >>> risk.evaluate({"total": np.array([2.0, 5.0, np.nan])})
    array([ 1.,  2., nan])
    """

    cases: tuple[Case, ...]
    inputs: tuple[str, ...]
    source: str
    status: Status

    def __post_init__(self) -> None:
        unknown = {scale for case in self.cases for scale in case.when} - set(self.inputs)
        if unknown:
            raise InvalidValue(expected="cases of the inputs " + ", ".join(self.inputs), found=str(unknown))
        if not self.cases or self.cases[-1].when:
            raise InvalidValue(expected="a last case for all the rest", found="none")

    def reach(self, ranges: Mapping[str, Range]) -> Range:
        """Return the lowest and highest class."""
        values = [case.value for case in self.cases]
        return min(values), max(values)

    def evaluate(self, scores: Mapping[str, Floats]) -> Floats:
        """Return the value of the first case that fits each assessment."""
        shape = scores[self.inputs[0]].shape
        fits = [
            np.logical_and.reduce(
                [np.ones(shape, bool)]
                + [(low <= scores[s]) & (scores[s] <= high) for s, (low, high) in case.when.items()]
            )
            for case in self.cases
        ]
        gaps = np.logical_or.reduce([np.isnan(scores[scale]) for scale in self.inputs])
        found = np.select(fits, [float(case.value) for case in self.cases], default=np.nan)
        return np.where(gaps, np.nan, found)
