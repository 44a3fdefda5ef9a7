"""A whole analysis of a panel: effects, aggregates, bands, tests, cross-check, and what to be warned of."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from allay.base.errors import InvalidValue
from allay.evaluation.did.aggregate import DRAWS, Aggregate, Kind, aggregate
from allay.evaluation.did.bacon import bacon_decomposition
from allay.evaluation.did.bands import pointwise, simultaneous
from allay.evaluation.did.cells import Base, Control, Method
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.grouptime import GroupTimeEffects
from allay.evaluation.did.imputation import imputed_effects
from allay.evaluation.did.limits import did_limits
from allay.evaluation.did.panel import WidePanel
from allay.evaluation.did.result import (
    BaconKind,
    CalendarAggregate,
    CohortCount,
    CrossCheck,
    DidOptions,
    DidResult,
    DynamicAggregate,
    Estimate,
    GroupAggregate,
    GroupTime,
    PretestResult,
    TwoWayResult,
    Uniform,
)
from allay.evaluation.did.twoway import WARNING, two_way


def did_result(
    panel: WidePanel,
    *,
    control: Control = "never",
    method: Method = "dr",
    base: Base = "varying",
    anticipation: int = 0,
    level: float = 0.95,
    seed: int = 1,
    allay_version: str,
) -> DidResult:
    """Analyze a panel: effects, aggregates, bands, pre-test, cross-check, and a warning contrast.

    Examples
    --------
    >>> from allay.evaluation.did.panel import wide
    >>> panel = wide([1, 1, 2, 2, 3, 3, 4, 4], [1, 2] * 4, [2] * 4 + [0] * 4, [1, 5, 1, 3, 2, 3, 4, 5])
    >>> found = did_result(panel, allay_version="1")
    >>> found.simple.att, found.n
    (2.0, 4)
    """
    effects = group_time_effects(panel, control=control, method=method, base=base, anticipation=anticipation)
    kinds: tuple[Kind, ...] = ("simple", "group", "dynamic", "calendar")
    simple, group, dynamic, calendar = (aggregate(effects, kind, level=level, seed=seed) for kind in kinds)
    cells, critical = _cells(effects, level=level, seed=seed)
    check, apart = _cross_check(panel, simple.att, anticipation=anticipation, level=level, seed=seed)
    test = effects.pretest
    return DidResult(
        allay_version=allay_version,
        options=DidOptions(
            control=control,
            method=method,
            base=base,
            anticipation=anticipation,
            covariates=list(panel.covariate_names),
            weights=panel.weights is not None,
            clusters=None if panel.cluster is None else len(np.unique(panel.cluster)),
        ),
        n=len(panel.cohort),
        units=[CohortCount(cohort=cohort, units=units) for cohort, units in effects.n.items()],
        dropped=panel.dropped,
        periods=panel.periods.tolist(),
        att_gt=cells,
        simple=_overall(simple),
        group=GroupAggregate.model_validate(_parts(group, "cohort")),
        dynamic=DynamicAggregate.model_validate(_parts(dynamic, "event_time")),
        calendar=CalendarAggregate.model_validate(_parts(calendar, "time")),
        pretest=None if test is None else PretestResult(statistic=test.statistic, df=test.df, p=test.p),
        uniform=Uniform(
            level=level,
            draws=DRAWS,
            seed=seed,
            att_gt=critical,
            group=group.critical,
            dynamic=dynamic.critical,
            calendar=calendar.critical,
        ),
        cross_check=check,
        twoway=_two_way(panel),
        warnings=[*_warnings(panel, effects), *apart],
    )


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _fields(found: Aggregate) -> dict[str, float | None]:
    return {name: _number(getattr(found, name)) for name in ("att", "se", "low", "high")}


def _overall(found: Aggregate) -> Estimate:
    return Estimate.model_validate(_fields(found))


def _parts(found: Aggregate, label: str) -> dict[str, object]:
    by = found.by
    rows = zip(by.att, by.se, by.pointwise_low, by.pointwise_high, by.low, by.high, strict=True)
    parts = [{label: one, **_banded(row)} for one, row in zip(by.label.tolist(), rows, strict=True)]
    return {**_fields(found), "by": parts}


def _banded(row: Sequence[float]) -> dict[str, float | None]:
    names = ("att", "se", "low", "high", "uniform_low", "uniform_high")
    return {name: _number(value) for name, value in zip(names, row, strict=True)}


def _cells(effects: GroupTimeEffects, *, level: float, seed: int) -> tuple[list[GroupTime], float]:
    critical = simultaneous(effects.covariance, level=level, seed=seed, draws=DRAWS)
    one, att, se = pointwise(level), effects.att, effects.se
    rows = zip(att, se, att - one * se, att + one * se, att - critical * se, att + critical * se, strict=True)
    places = zip(effects.cohort.tolist(), effects.time.tolist(), effects.base.tolist(), strict=True)
    found = [
        GroupTime.model_validate({"cohort": cohort, "time": time, "base": base, **_banded(row)})
        for (cohort, time, base), row in zip(places, rows, strict=True)
    ]
    return found, critical


def _cross_check(
    panel: WidePanel, att: float, *, anticipation: int, level: float, seed: int
) -> tuple[CrossCheck | None, list[str]]:
    try:
        effects = imputed_effects(panel, anticipation=anticipation)
        simple = aggregate(effects, "simple", level=level, seed=seed)
    except InvalidValue as wrong:
        return None, [f"no cross-check by imputation: {wrong}"]
    dynamic = aggregate(effects, "dynamic", level=level, seed=seed)
    check = CrossCheck(
        method="imputation (Borusyak, Jaravel, Spiess), all untreated cells, without covariates",
        simple=_overall(simple),
        dynamic=DynamicAggregate.model_validate(_parts(dynamic, "event_time")),
        difference=simple.att - att,
    )
    return check, [f"cross-check: {note}" for note in effects.notes]


def _two_way(panel: WidePanel) -> TwoWayResult | None:
    try:
        found, parts = two_way(panel), bacon_decomposition(panel)
    except InvalidValue:
        return None  # treatment does not differ between units, which the effects refuse before this
    if not (math.isfinite(found.att) and math.isfinite(found.se)):
        return None
    return TwoWayResult(
        att=found.att,
        se=found.se,
        decomposition=[
            BaconKind(kind=kind, weight=weight, estimate=estimate)
            for kind, (weight, estimate) in parts.kinds().items()
        ],
        warning=WARNING,
    )


def _warnings(panel: WidePanel, effects: GroupTimeEffects) -> list[str]:
    found = list(effects.notes)
    if panel.dropped:
        found.append(f"{panel.dropped} units are left out, as they are not seen in every period")
    limits = did_limits()
    few = limits["few_units"] + len(panel.covariate_names)
    compared = {0, *effects.groups.tolist()}
    for cohort, units in effects.n.items():
        if cohort in compared and 0 < units < few:
            found.append(f"cohort {cohort} has {units} units only: its errors are too small")
    if effects.pretest is None:
        found.append("no test of trends before treatment: too few periods or units")
    elif effects.pretest.p < limits["doubtful"]:
        found.append(
            f"before treatment the trends were not parallel (p = {effects.pretest.p:.4f}): "
            "what follows may not be the effect"
        )
    return found
