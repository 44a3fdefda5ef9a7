"""All that is said of one outcome: side by side, by cohort and period, and under other choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.study.benefit import benefit_record
from allay.evaluation.study.cohort import NEVER, StudyCohort
from allay.evaluation.study.contrast import (
    MemberContrast,
    MonthSums,
    PlaceboSpan,
    Span,
    before_after,
    contrast,
)
from allay.evaluation.study.detect import span_of
from allay.evaluation.study.estimates import EffectEstimate, FourMeans, change_estimate, effect_estimate
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.peak import PeakFall, peak_fall
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.ratios import ratio_record
from allay.evaluation.study.result import OutcomeResult, SubgroupRow
from allay.evaluation.study.staggered import StaggeredSetting, staggered
from allay.evaluation.study.starts import Periods, period_panel, periods_of
from allay.evaluation.study.subgroups import Part, subgroup_rows
from allay.evaluation.study.weighting import StudyWeights
from allay.evaluation.study.words import amount, outcome_name

Floats = NDArray[np.float64]
RUN_OUT = 3
"""Months that follow-ups must end before the window does, in the sensitivity to claims that come late."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyAnalysis:
    """What all outcomes of a study share.

    Attributes
    ----------
    study : Study
    cohort : StudyCohort
    weights : StudyWeights
    others : mapping of str to StudyWeights
        Weights by other methods.
    parts, sites : tuple of Part
        Named parts of the starters, with weights of their own.
    """

    study: Study
    cohort: StudyCohort
    weights: StudyWeights
    others: Mapping[str, StudyWeights]
    parts: tuple[Part, ...]
    sites: tuple[Part, ...]
    span: Span = field(init=False)
    periods: Periods = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "span", span_of(self.study))
        object.__setattr__(self, "periods", periods_of(self.study))

    @property
    def notyet(self) -> bool:
        """Whether later starters are comparison members too."""
        return self.study.design.comparison == "notyet"

    def contrast(self, sums: MonthSums, weights: Floats, *, span: Span | None = None) -> MemberContrast:
        """The main contrast, with other weights or months."""
        return contrast(sums, self.cohort.start, weights, span=span or self.span, notyet=self.notyet)


def analyze(shared: StudyAnalysis, outcome: StudyOutcome) -> tuple[OutcomeResult, MemberContrast]:
    """Work an outcome out, and return its main contrast too."""
    study, alpha = shared.study, shared.study.inference.alpha
    values = shared.cohort.outcome(outcome)
    sums = MonthSums(values)
    start, weights = shared.cohort.start, shared.weights.weights
    main = shared.contrast(sums, weights)
    near = Span(shared.span.baseline, 0, shared.span.follow_up)
    peak = Span(max(shared.span.anticipation, 1), 0, shared.span.follow_up)
    panel, _ = period_panel(values, start, weights, periods=shared.periods, smallest=_smallest(study))
    setting = StaggeredSetting(study.window.start, shared.periods, study.design.comparison, alpha, study.seed)
    found = staggered(panel, setting, bends=outcome.role == "primary")
    result = OutcomeResult(
        outcome=outcome.id,
        name=outcome_name(outcome),
        role=outcome.role,
        unit=outcome.unit,
        better=outcome.better,
        peak_to_after=change_estimate(
            before_after(sums, start, weights, span=peak),
            name="peak_to_after",
            words=f"starters, from the {_months(peak.baseline)} right before the start; no comparison",
            alpha=alpha,
        ),
        before_after=change_estimate(
            before_after(sums, start, weights, span=near),
            name="before_after",
            words=f"starters, from the {_months(near.baseline)} right before the start; no comparison",
            alpha=alpha,
        ),
        unadjusted=effect_estimate(
            shared.contrast(sums, shared.weights.unadjusted),
            name="unadjusted",
            words="difference in differences without weights",
            alpha=alpha,
            worth=float((~shared.cohort.treated).sum()),
        ),
        adjusted=effect_estimate(
            main,
            name="adjusted",
            words=f"difference in differences, comparison members weighed by {study.weighting.method}",
            alpha=alpha,
            worth=shared.weights.ess,
        ),
        means=FourMeans(
            starters_before=main.before[0],
            starters_after=main.after[0],
            comparison_before=main.before[1],
            comparison_after=main.after[1],
        ),
        peak=_with_words(peak_fall(sums, start, weights, span=shared.span), outcome),
        alternatives=tuple(_alternatives(shared, sums)),
        cells=found.cells,
        aggregates=found.aggregates,
        placebo=_placebo(shared, sums),
        pretest=found.pretest,
        imputation=found.imputation,
        two_way=found.two_way,
        robustness=found.robustness,
        subgroups=_rows(shared, sums, main, shared.parts),
        sites=_rows(shared, sums, main, shared.sites),
        notes=found.notes,
        ratio=ratio_record(
            values,
            start,
            weights,
            span=shared.span,
            alpha=alpha,
            cost=outcome.is_cost,
            notyet=shared.notyet,
        ),
        benefit=benefit_record(sums, start, shared.weights, study, outcome, span=shared.span)
        if outcome.role == "primary"
        else None,
    )
    return result, main


def _with_words(fall: PeakFall, outcome: StudyOutcome) -> PeakFall:
    when = f"the {_months(fall.months)} right before" if fall.months > 1 else "the month right before"
    words = (
        f"from {when} the start to the follow-up, {outcome_name(outcome)} of starters changed by "
        f"{amount(outcome, fall.observed)}; of comparison members with the same use in that time, to whom "
        f"nothing was done, by {amount(outcome, fall.alone)}"
    )
    return fall.model_copy(update={"words": words})


def _rows(
    shared: StudyAnalysis, sums: MonthSums, main: MemberContrast, parts: tuple[Part, ...]
) -> tuple[SubgroupRow, ...]:
    return subgroup_rows(
        sums,
        shared.cohort.start,
        main,
        parts,
        span=shared.span,
        notyet=shared.notyet,
        alpha=shared.study.inference.alpha,
        seed=shared.study.seed,
    )


def _alternatives(shared: StudyAnalysis, sums: MonthSums) -> Iterator[EffectEstimate]:
    """The same question under other choices, each of which can be defended."""
    alpha, start = shared.study.inference.alpha, shared.cohort.start
    for method, weights in shared.others.items():
        found = _tried(shared, sums, weights.weights)
        if found is not None:
            words = f"comparison members weighed by {method}" + (
                "; answers for members who could be in either group" if weights.estimand == "ATO" else ""
            )
            yield effect_estimate(
                found, name=f"weights_{method}", words=words, alpha=alpha, worth=weights.ess
            )
    for lag in _lags(shared.span):
        span = Span(shared.span.baseline - max(lag - shared.span.anticipation, 0), lag, shared.span.follow_up)
        found = _tried(shared, sums, shared.weights.weights, span=span)
        if found is not None:
            words = f"{_months(lag)} before the start left out, baseline of {_months(span.baseline)}"
            yield effect_estimate(found, name=f"anticipation_{lag}", words=words, alpha=alpha)
    last = shared.cohort.months - RUN_OUT - shared.span.follow_up
    early = np.where((start == NEVER) | (start <= last), shared.weights.weights, 0.0)
    if (early < shared.weights.weights).any():
        found = _tried(shared, sums, early)
        if found is not None and found.treated >= _smallest(shared.study):
            words = f"only starters whose follow-up ends {_months(RUN_OUT)} before the window does"
            yield effect_estimate(found, name="run_out", words=words, alpha=alpha)


def _placebo(shared: StudyAnalysis, sums: MonthSums) -> EffectEstimate | None:
    span = PlaceboSpan(shared.span.baseline, shared.span.anticipation, shared.span.follow_up)
    found = _tried(shared, sums, shared.weights.weights, span=span)
    if found is None:
        return None
    words = "the same contrast within the baseline, from its first half to its last: no effect can be there"
    return effect_estimate(
        found, name="placebo", words=words, alpha=shared.study.inference.alpha, worth=shared.weights.ess
    )


def _tried(
    shared: StudyAnalysis, sums: MonthSums, weights: Floats, *, span: Span | None = None
) -> MemberContrast | None:
    try:
        return shared.contrast(sums, weights, span=span)
    except InvalidValue:
        return None


def _lags(span: Span) -> Iterator[int]:
    """Other anticipation windows that fit, with at least three months of baseline."""
    for lag in (0, 1, 3, 6):
        if lag != span.anticipation and span.baseline - max(lag - span.anticipation, 0) >= 3:
            yield lag


def _smallest(study: Study) -> int:
    """Smallest cohort with effects of its own: that of the protocol, and at least two."""
    return max(study.smallest_cell, 2)


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"
