"""Preference scores: what a state of health is worth, from 1 (full health) past 0 (as bad as dead).

PROPr weighs seven PROMIS domains: a piecewise linear disutility in each, joined by a multiplicative model.
The numbers are data (`data/preference/propr.yaml`). A year lived at a score counts that part of a
quality-adjusted life-year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.measures.conventions import t_score_population

Floats = NDArray[np.float64]
FOLDER = Path(__file__).parent / "data" / "preference"
COGNITION = "cognition"
_CHUNK = 16_384  # assessments whose scores stay in the cache


class AttributeEntry(Strict):
    """Disutility of one domain: intercept + slope * theta between neighboring breaks."""

    weight: float
    more_is_worse: bool
    breaks: tuple[float, ...]
    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]


class RegressionEntry(Strict):
    """A linear formula that fills a domain nobody asked about; `thetas` of T-scores, `points` as they are."""

    constant: float
    thetas: dict[str, float]
    points: dict[str, float]


class PreferenceFile(Strict):
    """A preference model as it is written in its YAML file."""

    id: str
    title: str
    source: str
    href: str
    accessed: str
    status: Status
    scaling: float
    to_dead: float
    decimals: int
    lowest: float
    domains: dict[str, AttributeEntry]
    cognition_when_absent: RegressionEntry


@dataclass(frozen=True, slots=True)
class Attribute:
    """The factor that one domain contributes, as a function of theta."""

    weight: float
    breaks: Floats
    slopes: Floats
    intercepts: Floats

    def disutility(self, theta: Floats) -> Floats:
        """Return 0 (no problem) to 1 (the worst) for each theta."""
        piece = np.searchsorted(self.breaks, theta, side="right")
        found: Floats = self.intercepts[piece] + self.slopes[piece] * theta
        return found


def _attribute(name: str, entry: AttributeEntry) -> Attribute:
    pieces = len(entry.breaks) - 1
    if len(entry.slopes) != pieces or len(entry.intercepts) != pieces:
        raise InvalidValue(
            expected=f"{pieces} slopes and intercepts of {name}",
            found=f"{len(entry.slopes)} and {len(entry.intercepts)}",
        )
    below, above = (0.0, 1.0) if entry.more_is_worse else (1.0, 0.0)
    return Attribute(
        weight=entry.weight,
        breaks=np.array(entry.breaks),
        slopes=np.array([0.0, *entry.slopes, 0.0]),
        intercepts=np.array([below, *entry.intercepts, above]),
    )


@dataclass(frozen=True, slots=True)
class PreferenceModel:
    """A multi-attribute utility: ``1 - to_dead / C * (product of (1 + C * weight * disutility) - 1)``."""

    file: PreferenceFile
    attributes: Mapping[str, Attribute]

    def single(self, domain: str, t: Floats) -> Floats:
        """Return the utility of one domain alone, 0 to 1, for T-scores of that domain.

        Examples
        --------
        >>> preference_model("propr").single("depression", np.array([50.0])).round(3)
        array([0.871])
        """
        if domain not in self.attributes:
            raise NotFound.among("domain of " + self.file.id, domain, known=self.attributes)
        return 1.0 - self.attributes[domain].disutility(_theta(t))

    def cognition_from(self, scores: Mapping[str, Floats]) -> Floats:
        """Return the T-scores of cognition that the published regression expects from the other domains.

        Parameters
        ----------
        scores : mapping of domain to float64 array
            T-scores, and `pain_intensity` from 0 to 10.
        """
        rule = self.file.cognition_when_absent
        theta = np.full(np.shape(next(iter(scores.values()))), rule.constant)
        for name, weight in rule.thetas.items():
            theta += weight * _theta(scores[name])
        for name, weight in rule.points.items():
            theta += weight * scores[name]
        mean, sd = t_score_population()
        return mean + sd * theta

    def utility(self, scores: Mapping[str, Floats]) -> Floats:
        """Return preference scores, rounded as published.

        Parameters
        ----------
        scores : mapping of domain to float64 array of one shape
            T-scores of the seven domains. Without `cognition`, the T-score of `anxiety` and `pain_intensity`
            (0 to 10) are needed and cognition is filled by the published regression.

        Returns
        -------
        float64 array
            NaN wherever an input is NaN.

        Examples
        --------
        >>> model = preference_model("propr")
        >>> fifty = {domain: np.array([50.0]) for domain in model.attributes}
        >>> model.utility(fifty)
        array([0.518])
        """
        given = dict(scores)
        if COGNITION not in given:
            given[COGNITION] = self.cognition_from(given)
        product: Floats | float = 1.0
        for name, attribute in self.attributes.items():
            scaled = self.file.scaling * attribute.weight
            product = product * (1.0 + scaled * attribute.disutility(_theta(given[name])))
        found = 1.0 - self.file.to_dead / self.file.scaling * (np.asarray(product) - 1.0)
        gaps = np.logical_or.reduce([np.isnan(values) for values in given.values()])
        return np.where(gaps, np.nan, np.round(found, self.file.decimals) + 0.0)


def _theta(t: Floats) -> Floats:
    mean, sd = t_score_population()
    # Breaks have three decimals: without rounding, T 49.06 would fall below the break -0.094.
    return np.round((np.asarray(t, dtype=np.float64) - mean) / sd, 9)


@cache
def preference_model(name: str) -> PreferenceModel:
    """Return a preference model that ships with Allay.

    Examples
    --------
    >>> preference_model("propr").file.status.value
    'verified'
    """
    path = FOLDER / f"{name}.yaml"
    if not path.is_file():
        known = sorted(each.stem for each in FOLDER.glob("*.yaml"))
        raise NotFound.among("preference model", name, known=known)
    file = read_yaml(path, PreferenceFile)
    return PreferenceModel(file, {key: _attribute(key, entry) for key, entry in file.domains.items()})


@dataclass(frozen=True, slots=True)
class Preference:
    """A preference score made from scales of an instrument; `domains` says which scale is which domain."""

    model: str
    domains: Mapping[str, str]
    source: str
    status: Status

    @property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the scales it is made from."""
        return tuple(self.domains.values())

    def reach(self, ranges: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
        """Return the score of the worst state and that of full health."""
        return preference_model(self.model).file.lowest, 1.0

    def evaluate(self, scores: Mapping[str, Floats]) -> Floats:
        """Return the preference scores; only assessments with every input are worked on."""
        columns = {domain: scores[scale] for domain, scale in self.domains.items()}
        rows = _complete(list(columns.values()))
        found = np.full(len(next(iter(columns.values()))), np.nan)
        found[rows] = preference_model(self.model).utility({k: v[rows] for k, v in columns.items()})
        return found


def _complete(columns: list[Floats]) -> NDArray[np.intp]:
    """Return the positions at which no column is NaN; a block at a time, which stays in the cache."""
    found = []
    for start in range(0, len(columns[0]), _CHUNK):
        total = columns[0][start : start + _CHUNK].copy()
        for column in columns[1:]:
            total += column[start : start + _CHUNK]  # a sum with a NaN in it is NaN
        found.append(np.flatnonzero(total == total) + start)
    return np.concatenate(found) if found else np.empty(0, dtype=np.intp)
