"""How much more or less than the base rate each member uses in each month, without the program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.simulation.calendar import StudyMonths
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.people import SimulatedMembers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 12.0
"""Times the base rate at most: rarer than one in a thousand member-months in the shipped designs."""


@dataclass(frozen=True, slots=True, eq=False)
class UseIntensity:
    """Times the base rate.

    Attributes
    ----------
    level : float array [member, month]
        Of a month of full cover, times the share of it that is covered.
    groups : tuple of (cells, sums)
        Members without and with chronic pain: numbers of their cells (member times months plus month) and
        running sums of the level over them.
    """

    level: Floats
    groups: tuple[tuple[Ints, Floats], tuple[Ints, Floats]]

    @classmethod
    def of(cls, design: SimulationDesign, members: SimulatedMembers) -> UseIntensity:
        """Work it out for the members of a bucket."""
        level = _level(design, members)
        months = np.arange(design.months)
        groups = []
        for pain in (False, True):
            rows = np.flatnonzero(members.pain == pain)
            cells = (rows[:, None] * design.months + months).ravel()
            groups.append((cells, np.cumsum(level[rows].ravel())))
        return cls(level, (groups[0], groups[1]))

    def arrivals(self, rates: tuple[float, float], random: np.random.Generator) -> Ints:
        """Draw uses at a base rate of those without and with chronic pain: their cells, in order.

        Points of a Poisson process along the running sums: every cell gets a Poisson number of its own.
        """
        parts = [
            cells[_points(sums, rate, random)] for (cells, sums), rate in zip(self.groups, rates, strict=True)
        ]
        return np.sort(np.concatenate(parts))


def _points(sums: Floats, rate: float, random: np.random.Generator) -> Ints:
    total = float(sums[-1]) if len(sums) else 0.0
    count = int(random.poisson(rate * total))
    # Random numbers are below 1, but their product with the total may round up to it.
    place = np.minimum(np.sort(random.random(count)) * total, np.nextafter(total, 0))
    return np.searchsorted(sums, place, side="right").astype(np.int64)


def more_arrivals(rates: Floats, random: np.random.Generator) -> Ints:
    """Draw uses at the rates of cells: numbers of the cells, in order."""
    return _points(np.cumsum(rates.ravel()), 1.0, random)


def _level(design: SimulationDesign, members: SimulatedMembers) -> Floats:
    people, process = design.people, design.process
    slopes = np.array([people.age_effect, people.female_effect, people.condition_effect])
    sd = people.frailty_sd
    fixed = members.covariates(design) @ slopes + sd * members.frailty - sd**2 / 2 - process.load**2 / 2
    level = process.load * members.latent
    level += fixed[:, None]
    np.exp(level, out=level)
    years = np.arange(design.months) / 12
    level += process.drift_per_year * years + process.season * (1 + np.sin(2 * np.pi * years))
    if process.drift_condition:
        # From none upward: what is added stays above 0, as a rate must.
        level += process.drift_condition * members.conditions[:, None] * years
    np.minimum(level, MOST, out=level)
    months = StudyMonths.of(design.start, design.months)
    level *= members.cover.width / months.length
    return level
