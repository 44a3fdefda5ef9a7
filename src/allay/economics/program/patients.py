"""Patients by month: referred, waiting, started, in the program, gone. Nobody vanishes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.case import Case
from allay.economics.case.demand import LogisticReferrals
from allay.economics.program.drawn import Drawn
from allay.economics.uncertainty.draws import uniforms

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Patients:
    """Where patients are. Arrays [month, draw]; month 0 is the day before the program opens.

    Attributes
    ----------
    referred, started, left : array [month, draw]
        In the month: newly referred, first visit, given up waiting.
    waiting : array [month, draw]
        At the end of the month.
    stay : array [age, draw]
        Share of those who started that is still there in each month of their stay; 1 in the first.
    """

    referred: Array
    started: Array
    left: Array
    waiting: Array
    stay: Array

    def over_ages(self, weights: Array) -> Array:
        """Add up the panel by age with a weight for each age: array [month, draw].

        Parameters
        ----------
        weights : array [age, draw] or [age, 1]
            May be longer than the stay: later months weigh those who completed the program.
        """
        months, draws = self.started.shape
        total = np.zeros((months, draws))
        last = len(self.stay) - 1
        for age in range(min(len(weights), months)):
            weight = weights[age] * self.stay[min(age, last)]
            if weight.any():
                total[age:] += self.started[: months - age] * weight
        return total

    @property
    def panel(self) -> Array:
        """Patients in the program in the month: array [month, draw]."""
        return self.over_ages(np.ones((len(self.stay), 1)))

    @property
    def finished(self) -> Array:
        """Patients who completed the program as the month began: array [month, draw]."""
        weights = np.zeros((len(self.stay) + 1, 1))
        weights[-1] = 1.0
        return self.over_ages(weights)

    @property
    def dropped(self) -> Array:
        """Patients who dropped out as the month began: array [month, draw]."""
        months, draws = self.started.shape
        total = np.zeros((months, draws))
        for age in range(1, min(len(self.stay), months)):
            total[age:] += self.started[: months - age] * (self.stay[age - 1] - self.stay[age])
        return total


def run_patients(case: Case, drawn: Drawn) -> Patients:
    """Follow patients from referral to start.

    Of all who wait and are newly referred, those who come to their first visit start, up to the capacity; all
    others wait, and of those a share gives up each month.

    The project's notes take starts from the newly referred alone; then a waiting list, once there, would
    never be served. Here those who wait are asked again each month.

    The loss of a champion strikes in a month of its own in each draw; in the best estimates it is expected on
    average.
    """
    months = case.program.months
    referred = np.zeros((months + 1, drawn.draws))
    referred[1:] = _referrals(case, drawn, months) * _hazards(case, drawn, months)
    started, left, waiting = (np.zeros_like(referred) for _ in range(3))
    coming = 1 - drawn.of("demand/no_show")
    leaving = drawn.of("demand/leaving")
    capacity = drawn.of("demand/capacity", otherwise=np.inf)
    for month in range(1, months + 1):
        pool = waiting[month - 1] + referred[month]
        started[month] = np.minimum(pool * coming, capacity)
        rest = pool - started[month]
        left[month] = rest * leaving
        waiting[month] = rest - left[month]
    return Patients(referred, started, left, waiting, stay_of(case, drawn))


def stay_of(case: Case, drawn: Drawn) -> Array:
    """Return the share that is still there, by month of the stay: array [age, draw]."""
    stay = np.ones((case.panel.months, drawn.draws))
    given = drawn.each("panel/drop_out")
    for age in range(1, case.panel.months if given else 0):
        stay[age] = stay[age - 1] * (1 - given[min(age, len(given)) - 1])
    return stay


def _referrals(case: Case, drawn: Drawn, months: int) -> Array:
    """Referrals before anything befalls them: array [month, draw], from month 1."""
    curve = case.demand.referrals
    month = np.arange(1, months + 1, dtype=np.float64)[:, None]
    if isinstance(curve, LogisticReferrals):
        most, steepness, middle = (
            drawn.of(f"demand/referrals/{name}") for name in ("most", "steepness", "middle")
        )
        # A steep curve far from its middle is 0 or most; beyond 700 the exponential has no number.
        found: Array = most / (1 + np.exp(np.minimum(-steepness * (month - middle), 700.0)))
        return found
    found = np.zeros((months, drawn.draws))
    for place, step in enumerate(curve.steps, start=1):
        found[step.from_month - 1 :] = drawn.of(f"demand/referrals/steps/{place}/amount")
    return found


def _hazards(case: Case, drawn: Drawn, months: int) -> Array:
    """Share of referrals that is left: array [month, draw], from month 1."""
    left: Array = np.ones((months, 1))
    month = np.arange(1, months + 1, dtype=np.float64)[:, None]
    if case.hazards.champion is not None:
        still = (1 - drawn.of("hazards/champion/chance")) ** (month - 1)
        if drawn.sampled:
            chance = uniforms("hazards/champion", seed=drawn.seed, draws=drawn.draws)
            still = (chance < still).astype(np.float64)
        left = left * (1 - drawn.of("hazards/champion/effect") * (1 - still))
    if case.hazards.interventions is not None:
        share, fall, response, over = (
            drawn.of(f"hazards/interventions/{name}") for name in ("share", "fall", "response", "months")
        )
        built = np.minimum(month / np.maximum(over, 1.0), 1.0)
        left = left * (1 - share * np.minimum(fall * response, 1.0) * built)
    return left
