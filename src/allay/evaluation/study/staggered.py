"""Effects by cohort and period of an outcome, added up, checked and tested, as a result shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, ndtr

from allay.base.errors import InvalidValue
from allay.evaluation.did.aggregate import Aggregate, Kind, aggregate
from allay.evaluation.did.bacon import bacon_decomposition
from allay.evaluation.did.cells import Control
from allay.evaluation.did.grouptime import GroupTimeEffects, Pretest
from allay.evaluation.did.imputation import imputed_effects_of_moments
from allay.evaluation.did.moments import CohortMoments, effects_of_moments, moments_of
from allay.evaluation.did.panel import WidePanel
from allay.evaluation.did.twoway import two_way
from allay.evaluation.inference.arrays import critical_value
from allay.evaluation.inference.event_study import EventStudy, event_study
from allay.evaluation.inference.sensitivity import Sensitivity, relative_magnitudes, smoothness
from allay.evaluation.study.defaults import number
from allay.evaluation.study.estimates import EffectEstimate, known
from allay.evaluation.study.months import period_name
from allay.evaluation.study.result import (
    AggregateRecord,
    CellRow,
    PartRow,
    PretestRecord,
    RobustnessRecord,
    RobustRow,
    WarningContrast,
)
from allay.evaluation.study.starts import FIRST, Periods

Floats = NDArray[np.float64]
KINDS: tuple[Kind, ...] = ("simple", "group", "dynamic", "calendar")
_FLAT = 1e-9
"""An outcome whose changes are smaller than this does not vary; nothing is estimated from it."""


@dataclass(frozen=True, slots=True)
class StaggeredSetting:
    """What the estimates by cohort and period need beside the panel.

    Attributes
    ----------
    first : date
        First month of the window.
    periods : Periods
    control : str
    alpha : float
    seed : int
    """

    first: dt.date
    periods: Periods
    control: str
    alpha: float
    seed: int

    @property
    def level(self) -> float:
        """Of intervals."""
        return 1 - self.alpha


@dataclass(frozen=True, slots=True, eq=False)
class Staggered:
    """What was found of an outcome.

    Attributes
    ----------
    cells, aggregates, pretest, imputation, two_way, robustness, notes
        As in `OutcomeResult`.
    """

    cells: tuple[CellRow, ...] = ()
    aggregates: tuple[AggregateRecord, ...] = ()
    pretest: PretestRecord | None = None
    imputation: AggregateRecord | None = None
    two_way: WarningContrast | None = None
    robustness: tuple[RobustnessRecord, ...] = ()
    notes: tuple[str, ...] = ()


def staggered(panel: WidePanel, setting: StaggeredSetting, *, bends: bool = True) -> Staggered:
    """Estimate effects by cohort and period, with the checks that go with them.

    Parameters
    ----------
    panel : WidePanel
        By period, with the weights of the study, taken as known.
    setting : StaggeredSetting
    bends : bool
        Whether to ask too how far trends may bend, which takes seconds where periods are many.
    """
    if not (panel.cohort > 0).any():
        return Staggered(notes=("no cohort is large enough for effects of its own",))
    if float(np.ptp(panel.outcome)) < _FLAT:
        return Staggered(notes=("the outcome is the same for everyone in every period",))
    control: Control = "notyet" if setting.control == "notyet" else "never"
    try:
        moments = moments_of(panel)
        moments = moments_of(panel)
        effects = effects_of_moments(
            moments, control=control, base="universal", anticipation=setting.periods.anticipation
        )
        found = {kind: aggregate(effects, kind, level=setting.level, seed=setting.seed) for kind in KINDS}
    except (InvalidValue, np.linalg.LinAlgError) as error:
        return Staggered(notes=(f"no effects by cohort and period: {error}",))
    counts = _counts(effects)
    notes = list(effects.notes)
    return Staggered(
        cells=_cells(effects, setting),
        aggregates=tuple(_record(found[kind], setting, counts=counts) for kind in KINDS),
        pretest=_pretest(effects, starters=counts[0]),
        imputation=_imputed(moments, setting, counts=counts, notes=notes),
        two_way=_warned(panel, setting, counts=counts, notes=notes),
        robustness=_robust(found["dynamic"], setting, bends=bends, notes=notes),
        notes=tuple(notes),
    )


def _counts(effects: GroupTimeEffects) -> tuple[int, int]:
    starters = sum(effects.n.get(group, 0) for group in effects.groups.tolist())
    return starters, effects.n.get(0, 0)


def _cells(effects: GroupTimeEffects, setting: StaggeredSetting) -> tuple[CellRow, ...]:
    half = critical_value(setting.level)
    rows = zip(effects.cohort, effects.time, effects.event, effects.att, effects.se, strict=True)
    return tuple(
        CellRow(
            cohort=int(cohort),
            period=int(time),
            event=int(event),
            att=float(att),
            se=known(se),
            low=known(att - half * se),
            high=known(att + half * se),
        )
        for cohort, time, event, att, se in rows
    )


_WORDS = {
    "simple": "mean of all effects by cohort and period from the start on, by size of cohort",
    "group": "mean over cohorts of the effect on each",
    "dynamic": "mean over times since the start",
    "calendar": "mean over periods of the calendar",
    "imputation": "cross-check: what would have been imputed from all untreated months (Borusyak et al.)",
}


def _record(
    found: Aggregate, setting: StaggeredSetting, *, counts: tuple[int, int], name: str = ""
) -> AggregateRecord:
    called = name or found.kind
    return AggregateRecord(
        kind=called,
        estimate=_estimate(found.att, found.se, setting, name=called, words=_WORDS[called], counts=counts),
        critical=known(found.critical) if len(found.by) else None,
        by=tuple(_part(found, place, setting) for place in range(len(found.by))),
    )


def _part(found: Aggregate, place: int, setting: StaggeredSetting) -> PartRow:
    by, label = found.by, int(found.by.label[place])
    name = (
        f"{label:+d}"
        if found.kind == "dynamic"
        else period_name(setting.first, label - FIRST, months=setting.periods.months)
    )
    return PartRow(
        label=label,
        name=name,
        att=float(by.att[place]),
        se=known(by.se[place]),
        low=known(by.pointwise_low[place]),
        high=known(by.pointwise_high[place]),
        band_low=known(by.low[place]),
        band_high=known(by.high[place]),
    )


def _estimate(
    att: float, se: float, setting: StaggeredSetting, *, name: str, words: str, counts: tuple[int, int]
) -> EffectEstimate:
    half = critical_value(setting.level) * se
    return EffectEstimate(
        name=name,
        words=words,
        estimate=float(att),
        se=known(se),
        low=known(att - half),
        high=known(att + half),
        p=known(float(2 * ndtr(-abs(att) / se))) if se > 0 else None,
        starters=counts[0],
        comparison=counts[1],
    )


def _pretest(effects: GroupTimeEffects, *, starters: int) -> PretestRecord | None:
    found = effects.pretest
    if found is None:
        return None
    limit, p = number("pretest_p"), pretest_p(found, starters=starters)
    if p is None:
        return None
    said = (
        "trends before the start differ by more than chance explains"
        if p < limit
        else "trends before the start do not differ by more than chance explains; this does not show that "
        "they would have been the same afterwards"
    )
    return PretestRecord(
        statistic=found.statistic,
        df=found.df,
        p=p,
        words=f"{said} (p = {p:.3f}, limit {limit:g})",
    )


def pretest_p(found: Pretest, *, starters: int) -> float | None:
    """Probability of a joint test of so many starters, by the F distribution of Hotelling's T squared.

    The chi-squared distribution, which is right for very many, finds trends of 100 starters different in 14
    of 100 studies in which they are equal. None where there are no more starters than tested effects.

    Examples
    --------
    >>> from allay.evaluation.did.grouptime import Pretest
    >>> test = Pretest(21.03, 12, 0.05)
    >>> [round(pretest_p(test, starters=many), 3) for many in (102, 1_000_000)]
    [0.117, 0.05]
    """
    if starters <= found.df:
        return None
    rest = starters - found.df
    return float(fdtrc(found.df, rest, found.statistic * rest / (found.df * (starters - 1))))


def _imputed(
    moments: CohortMoments, setting: StaggeredSetting, *, counts: tuple[int, int], notes: list[str]
) -> AggregateRecord | None:
    try:
        effects = imputed_effects_of_moments(moments, anticipation=setting.periods.anticipation)
        found = aggregate(effects, "dynamic", level=setting.level, seed=setting.seed)
    except (InvalidValue, np.linalg.LinAlgError) as error:
        notes.append(f"no cross-check by imputation: {error}")
        return None
    return _record(found, setting, counts=counts, name="imputation")


def _warned(
    panel: WidePanel, setting: StaggeredSetting, *, counts: tuple[int, int], notes: list[str]
) -> WarningContrast | None:
    try:
        found, parts = two_way(panel), bacon_decomposition(panel)
    except (InvalidValue, np.linalg.LinAlgError) as error:
        notes.append(f"no two-way fixed effects as a contrast: {error}")
        return None
    words = "two-way fixed effects: a warning, not a result"
    kinds = tuple((str(kind), weight, mean) for kind, (weight, mean) in parts.kinds().items())
    return WarningContrast(
        estimate=_estimate(found.att, found.se, setting, name="two_way", words=words, counts=counts),
        kinds=kinds,
        wrong_share=sum(weight for kind, weight, _ in kinds if kind.startswith("later vs")),
        warning=found.warning,
    )


def _robust(
    dynamic: Aggregate, setting: StaggeredSetting, *, bends: bool, notes: list[str]
) -> tuple[RobustnessRecord, ...]:
    reference = -1 - setting.periods.anticipation
    try:
        study = event_study(dynamic.by.label, dynamic.by.att, dynamic.covariance, reference=reference)
    except InvalidValue as error:
        notes.append(f"no sensitivity to unequal trends: {error}")
        return ()
    target = _target(study)
    se = float(np.sqrt(target @ study.covariance[np.ix_(study.post, study.post)] @ target))
    bounds = tuple(round(se * share, 12) for share in (0.0, 0.05, 0.1))
    found = []
    for restriction in ("relative_magnitudes", *(("smoothness",) if bends else ())):
        try:
            if restriction == "smoothness":
                made = smoothness(study, bounds=bounds, target=target, level=setting.level)
            else:
                made = relative_magnitudes(study, target=target, level=setting.level)
            found.append(_robustness(made))
        except (InvalidValue, np.linalg.LinAlgError) as error:
            notes.append(f"no sensitivity to unequal trends: {error}")
    return tuple(found)


def _target(study: EventStudy) -> Floats:
    """Mean over the times from the start on; those of the anticipation window have no weight."""
    events = study.event[study.post]
    return np.asarray((events >= 0) / (events >= 0).sum())


def _robustness(found: Sensitivity) -> RobustnessRecord:
    relative = found.restriction == "relative_magnitudes"
    if found.breakdown is None:
        words = "even with equal trends, zero is inside the interval of the event study"
    elif relative:
        words = (
            f"the effect in the event study stays until trends after the start differ {found.breakdown:.2f} "
            "times as much from one period to the next as the most they did before it"
        )
    else:
        words = (
            "the effect in the event study stays until the difference in trends bends by "
            f"{found.breakdown:.3g} a period"
        )
    return RobustnessRecord(
        restriction=found.restriction,
        construction=found.construction,
        estimate=found.estimate,
        rows=tuple(RobustRow(bound=one.bound, low=one.low, high=one.high) for one in found.intervals),
        breakdown=None if found.breakdown is None else known(found.breakdown),
        words=words,
    )
