"""Effects from moments, as they are written to a file."""

from __future__ import annotations

import math
from collections.abc import Mapping

from allay.base.errors import InvalidValue
from allay.base.tables import Strict
from allay.evaluation.did.aggregate import Aggregate, aggregate
from allay.evaluation.did.cells import Control
from allay.evaluation.did.grouptime import GroupTimeEffects
from allay.evaluation.did.moments import effects_of_moments
from allay.evaluation.moments.momentsfile import NEVER, MomentsFile


class CohortPeriodEffect(Strict):
    """The effect of one cohort in one period, per member; cohort and period by their first days."""

    cohort: str
    period: str
    att: float
    se: float | None


class SimpleEffect(Strict):
    """The mean effect over treated members and periods, with its 95% interval."""

    att: float
    se: float
    low: float
    high: float


class OutcomeEffects(Strict):
    """Effects on one outcome, or why there are none."""

    members: Mapping[str, int]
    att_gt: tuple[CohortPeriodEffect, ...] = ()
    simple: SimpleEffect | None = None
    pretest_p: float | None = None
    none_because: str = ""


class PooledEffects(Strict):
    """Effects by outcome from the moments of one site or several."""

    kind: str = "allay evaluation effects of moments"
    allay_version: str
    sites: int
    control: str
    period_months: int
    outcomes: Mapping[str, OutcomeEffects]


def pooled_effects(file: MomentsFile, *, control: Control = "never") -> PooledEffects:
    """Estimate effects by cohort and period from moments alone."""
    return PooledEffects(
        allay_version=file.allay_version,
        sites=file.sites,
        control=control,
        period_months=file.period_months,
        outcomes={name: _outcome(file, name, control) for name in file.outcomes},
    )


def _outcome(file: MomentsFile, name: str, control: Control) -> OutcomeEffects:
    members = dict(zip(file.outcomes[name].cohorts, file.outcomes[name].members, strict=True))
    try:
        effects = effects_of_moments(file.moments(name), control=control)
        simple = aggregate(effects, "simple")
    except InvalidValue as wrong:
        return OutcomeEffects(members=members, none_because=str(wrong))
    return OutcomeEffects(
        members=members,
        att_gt=_cells(file, effects),
        simple=_simple(simple),
        pretest_p=None if effects.pretest is None else effects.pretest.p,
    )


def _cells(file: MomentsFile, effects: GroupTimeEffects) -> tuple[CohortPeriodEffect, ...]:
    names = (NEVER, *(day.isoformat() for day in file.periods))
    rows = zip(
        effects.cohort.tolist(), effects.time.tolist(), effects.att.tolist(), effects.se.tolist(), strict=True
    )
    return tuple(
        CohortPeriodEffect(
            cohort=names[cohort], period=names[time], att=att, se=None if math.isnan(se) else se
        )
        for cohort, time, att, se in rows
    )


def _simple(found: Aggregate) -> SimpleEffect:
    return SimpleEffect(att=found.att, se=found.se, low=found.low, high=found.high)
