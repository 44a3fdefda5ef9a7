"""The result of a difference-in-differences analysis, as it is written to a file."""

from __future__ import annotations

from allay.base.tables import Strict
from allay.evaluation.did.cells import Base, Control, Method


class Estimate(Strict):
    """An effect with its standard error and interval; null where it is 0 by definition."""

    att: float
    se: float | None
    low: float | None
    high: float | None


class Banded(Estimate):
    """An effect that also has a band that holds for all of its list at once."""

    uniform_low: float | None
    uniform_high: float | None


class OfCohort(Strict):
    """What belongs to the units that start treatment in one period."""

    cohort: int


class OfPeriod(Strict):
    """What belongs to a period."""

    time: int


class OfEventTime(Strict):
    """What belongs to so many periods after treatment began; below 0: before."""

    event_time: int


# Fields come in the order of the last class first.
class GroupTime(Banded, OfPeriod, OfCohort):
    """The effect of one cohort in one period, counted from a base period."""

    base: int


class CohortEffect(Banded, OfCohort):
    """The mean effect of a cohort."""


class EventEffect(Banded, OfEventTime):
    """The mean effect at a time since treatment began."""


class PeriodEffect(Banded, OfPeriod):
    """The mean effect in a period."""


class GroupAggregate(Estimate):
    """Effects by cohort; overall by size of cohort."""

    by: list[CohortEffect]


class DynamicAggregate(Estimate):
    """Effects by time since treatment; overall the mean of those from 0 on."""

    by: list[EventEffect]


class CalendarAggregate(Estimate):
    """Effects by period; overall their mean."""

    by: list[PeriodEffect]


class PretestResult(Strict):
    """Wald test of the effects before treatment."""

    statistic: float
    df: int
    p: float


class Uniform(Strict):
    """How many standard errors the bands reach, from normal draws of the covariance."""

    level: float
    draws: int
    seed: int
    att_gt: float
    group: float
    dynamic: float
    calendar: float


class CrossCheck(Strict):
    """The same aggregates by another estimator, without covariates."""

    method: str
    simple: Estimate
    dynamic: DynamicAggregate
    difference: float


class BaconKind(Strict):
    """Comparisons of one kind within two-way fixed effects."""

    kind: str
    weight: float
    estimate: float


class TwoWayResult(Strict):
    """Two-way fixed effects, as a warning."""

    att: float
    se: float
    decomposition: list[BaconKind]
    warning: str


class CohortCount(Strict):
    """Units of a cohort; 0 are those never treated."""

    cohort: int
    units: int


class DidOptions(Strict):
    """What was asked for."""

    control: Control
    method: Method
    base: Base
    anticipation: int
    covariates: list[str]
    weights: bool
    clusters: int | None


class DidResult(Strict):
    """Effects by cohort and period, what they add up to, and what speaks for and against them."""

    allay_version: str
    options: DidOptions
    n: int
    units: list[CohortCount]
    dropped: int
    periods: list[int]
    att_gt: list[GroupTime]
    simple: Estimate
    group: GroupAggregate
    dynamic: DynamicAggregate
    calendar: CalendarAggregate
    pretest: PretestResult | None
    uniform: Uniform
    cross_check: CrossCheck | None
    twoway: TwoWayResult | None
    warnings: list[str]
