"""Relative risks of several events together: on the log scale, with their joint covariance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.evaluation.inference.arrays import Floats, covariance_matrix, critical_value
from allay.evaluation.inference.conventions import convention

__all__ = ["EventNames", "LogRatios", "OutcomeEffects", "event_of", "log_ratios"]


class EventNames(Strict):
    """Which event of the business case an outcome of the panel is."""

    source: str
    accessed: dt.date
    status: Status
    events: dict[str, str]


@cache
def event_names() -> EventNames:
    """Read the names of events.

    Examples
    --------
    >>> event_names().status.value
    'contract'
    """
    return read_yaml(
        resources.files("allay.evaluation.inference") / "data" / "events.yaml", EventNames, name="events.yaml"
    )


def event_of(outcome: str) -> str:
    """Name an outcome of the panel as the business case does.

    Examples
    --------
    >>> event_of("therapy_visit"), event_of("mri")
    ('therapy_elsewhere', 'mri')
    >>> event_of("total_cost_cents")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no event of the business case 'total_cost_cents'; there is ct, ...
    """
    events = event_names().events
    if outcome not in events:
        raise NotFound.among("event of the business case", outcome, known=events)
    return events[outcome]


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeEffects:
    """Effects on several outcomes by month since the start, estimated together.

    Attributes
    ----------
    outcomes : tuple of str
        Names of the panel.
    months : float array [month]
        Months since the start, rising from 0 or later.
    att : float array [outcome, month]
        Effect on a treated member-month.
    treated_mean : float array [outcome, month]
        Mean of the treated in the same months, as observed. Less `att` it is what would have been.
    covariance : float array
        Of `att`, outcome by outcome, then of `treated_mean` in the same order (twice as long as wide an
        effect); or of `att` alone, which takes the observed means as known.
    """

    outcomes: tuple[str, ...]
    months: Floats
    att: Floats
    treated_mean: Floats
    covariance: Floats

    def __post_init__(self) -> None:
        shape = (len(self.outcomes), len(self.months))
        if self.att.shape != shape or self.treated_mean.shape != shape or not self.att.size:
            raise InvalidValue(
                expected=f"effects and means of {shape[0]} outcomes in {shape[1]} months",
                found=f"shapes {self.att.shape} and {self.treated_mean.shape}",
            )
        if self.months.min() < 0 or (np.diff(self.months) <= 0).any():
            raise InvalidValue(expected="months that rise from 0 or later", found=str(self.months.tolist()))
        if len(set(self.outcomes)) < len(self.outcomes):
            raise InvalidValue(expected="each outcome once", found=", ".join(self.outcomes))
        size = self.att.size * (2 if len(self.covariance) != self.att.size else 1)
        covariance_matrix(self.covariance, size=size)
        if not (np.isfinite(self.att).all() and np.isfinite(self.treated_mean).all()):
            raise InvalidValue(expected="effects and means that are numbers", found="others among them")

    def pooled(self, edges: Sequence[float], *, member_months: ArrayLike) -> OutcomeEffects:
        """Pool months into a few: means weighted by treated member-months, at their mean month.

        Parameters
        ----------
        edges : sequence of float
            First month of each span; the last span has no end. Months before the first edge are left out.
        member_months : array [month]

        Examples
        --------
        >>> effects = OutcomeEffects(("mri",), np.array([0.0, 1.0, 2.0]), np.array([[-1.0, -2.0, -3.0]]),
        ...                          np.array([[4.0, 4.0, 4.0]]), np.eye(3))
        >>> found = effects.pooled([0, 2], member_months=[10, 30, 20])
        >>> found.months.tolist(), found.att.tolist()
        ([0.75, 2.0], [[-1.75, -3.0]])
        """
        size = np.asarray(member_months, dtype=np.float64)
        if size.shape != self.months.shape or not (size >= 0).all():
            raise InvalidValue(
                expected=f"member-months of 0 or more for {len(self.months)} months",
                found=f"shape {size.shape}",
            )
        span = np.searchsorted(np.asarray(edges, dtype=np.float64), self.months, side="right") - 1
        weights = (span[None, :] == np.arange(len(edges))[:, None]) * size
        if not (weights.sum(axis=1) > 0).all():
            empty = edges[int(np.argmin(weights.sum(axis=1)))]
            raise InvalidValue(expected="member-months in every span", found=f"none from month {empty:g}")
        weights = weights / weights.sum(axis=1, keepdims=True)
        whole = np.kron(np.eye(len(self.covariance) // len(self.months)), weights)
        return OutcomeEffects(
            self.outcomes,
            weights @ self.months,
            self.att @ weights.T,
            self.treated_mean @ weights.T,
            whole @ self.covariance @ whole.T,
        )


@dataclass(frozen=True, slots=True, eq=False)
class LogRatios:
    """Log relative risks of events at months since the start, with their joint covariance.

    Attributes
    ----------
    events : tuple of str
        As the business case names them.
    months : float array [month]
    mean : float array [event, month]
    covariance : float array [event * month, event * month]
        Event by event.
    """

    events: tuple[str, ...]
    months: Floats
    mean: Floats
    covariance: Floats

    def __post_init__(self) -> None:
        if self.mean.shape != (len(self.events), len(self.months)) or not self.mean.size:
            raise InvalidValue(
                expected=f"log relative risks of {len(self.events)} events in {len(self.months)} months",
                found=f"shape {self.mean.shape}",
            )
        covariance_matrix(self.covariance, size=self.mean.size)


def log_ratios(effects: OutcomeEffects, *, certainty: float | None = None) -> LogRatios:
    """Turn effects into log relative risks: of the mean observed to the mean that would have been.

    The covariance is that of the delta method.

    Parameters
    ----------
    effects : OutcomeEffects
    certainty : float, optional
        Confidence with which each mean that would have been must be above zero; 0.95 by house rule.

    Raises
    ------
    InvalidValue
        Naming the event, where that mean, or the observed one, is not above zero.
    NotFound
        When an outcome is no event of the business case.

    Examples
    --------
    >>> effects = OutcomeEffects(("mri",), np.array([3.0]), np.array([[-0.02]]), np.array([[0.08]]),
    ...                          np.array([[0.0001]]))
    >>> found = log_ratios(effects)
    >>> round(float(np.exp(found.mean[0, 0])), 3), round(float(found.covariance[0, 0]) ** 0.5, 3)
    (0.8, 0.1)
    """
    events = tuple(event_of(outcome) for outcome in effects.outcomes)
    would = effects.treated_mean - effects.att
    size = effects.att.size
    both = len(effects.covariance) > size
    eye = np.eye(size)
    of_would = np.hstack([-eye, eye]) if both else -eye
    error = np.sqrt(np.diag(of_would @ effects.covariance @ of_would.T)).reshape(would.shape)
    sure = float(convention("effect_draws.certainty").number) if certainty is None else certainty
    _refuse_near_zero(events, effects, would, critical_value(sure) * error, sure)
    by_effect = np.diag(1 / would.ravel())
    slope = by_effect
    if both:
        slope = np.hstack([by_effect, np.diag(1 / effects.treated_mean.ravel()) - by_effect])
    covariance = slope @ effects.covariance @ slope.T
    return LogRatios(events, effects.months, np.log(effects.treated_mean / would), covariance)


def _refuse_near_zero(
    events: Sequence[str], effects: OutcomeEffects, would: Floats, half: Floats, sure: float
) -> None:
    for place, month in zip(*np.nonzero(would - half <= 0), strict=True):
        raise InvalidValue(
            expected=f"a mean without the program that is above zero with {sure:.0%} confidence for "
            f"{events[place]} at month {effects.months[month]:g} (pool months, or leave the event out)",
            found=f"{would[place, month]:.4g} -+ {half[place, month]:.4g}",
        )
    for place, month in zip(*np.nonzero(effects.treated_mean <= 0), strict=True):
        raise InvalidValue(
            expected=f"a mean of the treated above zero for {events[place]} at month "
            f"{effects.months[month]:g} (pool months, or leave the event out)",
            found=f"{effects.treated_mean[place, month]:.4g}",
        )
