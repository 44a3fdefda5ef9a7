"""Running a study: freeze, say what could be shown, compare, check, and say what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import holm
from allay.evaluation.inference.effect_draws import EffectDraws
from allay.evaluation.inference.negative_controls import check_controls
from allay.evaluation.study.alone import series_record
from allay.evaluation.study.analysis import StudyAnalysis, analyze
from allay.evaluation.study.calibrated import calibration_record
from allay.evaluation.study.checklist import answered, checklist
from allay.evaluation.study.contrast import MemberContrast, contrast
from allay.evaluation.study.detect import span_of
from allay.evaluation.study.effectdraws import study_draws
from allay.evaluation.study.estimates import effect_estimate
from allay.evaluation.study.frozen import FrozenStudy, freeze, outcomes_of
from allay.evaluation.study.lock import StudyLock
from allay.evaluation.study.money import TOTALS, savings_row
from allay.evaluation.study.months import month_name
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.prepare import ReadyStudy
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.protocolfile import shown
from allay.evaluation.study.ratioresult import CalibrationRecord
from allay.evaluation.study.result import (
    DataRecord,
    DrawsRecord,
    FreezeRecord,
    OutcomeResult,
    SeriesRecord,
    StudyResult,
)
from allay.evaluation.study.runrecords import cohort_rows, freeze_record, left_out
from allay.evaluation.study.savingsresult import SavingsRow
from allay.evaluation.study.starts import periods_of
from allay.evaluation.study.subgroups import named_parts, not_shown, site_parts
from allay.evaluation.study.verdict import Grounds, verdict
from allay.evaluation.study.weighting import StudyWeights, study_weights
from allay.evaluation.study.weightingrecord import weighting_record

Floats = NDArray[np.float64]
OTHER_METHODS = ("entropy", "ipw", "overlap")
TRUTH = "truth.json"
"""What a simulation leaves beside its claims: they are about nobody, and the result says so."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyRun:
    """A study that has run.

    Attributes
    ----------
    result : StudyResult
    draws : EffectDraws, optional
    lock : StudyLock
        The one of before, or the one that this run made.
    """

    result: StudyResult
    draws: EffectDraws | None
    lock: StudyLock


def run_study(
    ready: ReadyStudy,
    *,
    lock: StudyLock | None,
    as_of: dt.date | None,
    allay_version: str,
    saying: Callable[[str], object] = lambda what: None,
) -> StudyRun:
    """Run a study.

    Parameters
    ----------
    ready : ReadyStudy
    lock : StudyLock, optional
        The protocol as it was frozen; without it, it is frozen now and the result says so.
    as_of : date, optional
    allay_version : str
    saying : callable
        Gets what is being done.
    """
    study = ready.study
    saying("finding who is in")
    frozen = freeze(ready, as_of=as_of, allay_version=allay_version)
    record = freeze_record(ready, frozen, lock, allay_version=allay_version)
    results: list[OutcomeResult] = []
    contrasts: dict[str, MemberContrast] = {}
    missing = [*left_out(study, frozen)]
    if frozen.weights is not None:
        shared = _shared(frozen, study, missing)
        for one in outcomes_of(study):
            saying(one.id)
            made, main = analyze(shared, one)
            results.append(made)
            contrasts[one.id] = main
        saying("members with gaps")
        results = list(_with_gaps(ready, results))
        results = _adjusted(results, contrasts)
    series = _series(frozen, study, missing) if study.design.comparison == "none" else ()
    draws, drawn = None, None
    if contrasts:
        wanted = {one.outcome: contrasts[one.outcome] for one in results if one.role != "negative_control"}
        draws, drawn = study_draws(wanted, draws=study.inference.draws, seed=study.seed)
    result = _result(
        ready,
        frozen,
        record,
        as_of=as_of,
        allay_version=allay_version,
        results=tuple(results),
        series=series,
        savings=tuple(
            savings_row(contrasts[name], study, outcome=name) for name in TOTALS if name in contrasts
        ),
        drawn=drawn,
        calibration=calibration_record(results, alpha=study.inference.alpha) if results else None,
        missing=tuple(dict.fromkeys(missing)),
    )
    return StudyRun(result, draws, frozen.lock if lock is None else lock)


def _shared(frozen: FrozenStudy, study: Study, missing: list[str]) -> StudyAnalysis:
    """Weights by other methods and within parts, once for all outcomes."""
    others: dict[str, StudyWeights] = {}
    for method in OTHER_METHODS:
        if study.weighting.method not in (method, "none"):
            try:
                others[method] = study_weights(frozen.cohort, study, method=method)
            except InvalidValue as error:
                missing.append(f"weights by {method}: {error}")
    parts, sites = named_parts(frozen.cohort, study), site_parts(frozen.cohort, study)
    missing += not_shown((*parts, *sites))
    assert frozen.weights is not None
    return StudyAnalysis(study, frozen.cohort, frozen.weights, others, parts, sites)


def _with_gaps(ready: ReadyStudy, results: Sequence[OutcomeResult]) -> Iterator[OutcomeResult]:
    """Add the estimate that asks for no coverage over the whole window: who leaves is in it too."""
    study = ready.study
    cohort = ready.cohort(whole_window=False)
    try:
        weights = study_weights(cohort, study)
    except InvalidValue:
        yield from results
        return
    by_id: dict[str, StudyOutcome] = {one.id: one for one in study.outcomes}
    words = "members with gaps or who leave included, by the months that are there"
    for one in results:
        try:
            found = contrast(
                cohort.outcome(by_id[one.outcome]),
                cohort.start,
                weights.weights,
                span=span_of(study),
                notyet=study.design.comparison == "notyet",
            )
        except InvalidValue:
            yield one
            continue
        made = effect_estimate(
            found, name="available_months", words=words, alpha=study.inference.alpha, worth=weights.ess
        )
        yield one.model_copy(update={"alternatives": (*one.alternatives, made)})


def _adjusted(results: list[OutcomeResult], contrasts: dict[str, MemberContrast]) -> list[OutcomeResult]:
    """Adjust p values of secondary outcomes for their number, and those of negative controls for theirs."""
    found = {one.outcome: one for one in results}
    tested = [one for one in results if one.role == "secondary" and one.adjusted.p is not None]
    for one, p in zip(tested, holm([one.adjusted.p or 0.0 for one in tested]) if tested else (), strict=True):
        found[one.outcome] = _with_p(one, float(p))
    controls = [one for one in results if one.role == "negative_control" and one.adjusted.se]
    if controls:
        own = [contrasts[one.outcome] for one in controls]
        spread = np.column_stack([one.influence for one in own])
        matrix = spread.T @ spread / len(spread) ** 2
        test = check_controls([one.outcome for one in controls], [one.effect for one in own], matrix)
        for one, control in zip(controls, test.controls, strict=True):
            found[one.outcome] = _with_p(one, control.p_holm)
    return list(found.values())


def _with_p(one: OutcomeResult, p: float) -> OutcomeResult:
    return one.model_copy(update={"adjusted": one.adjusted.model_copy(update={"p_holm": p})})


def _series(frozen: FrozenStudy, study: Study, missing: list[str]) -> tuple[SeriesRecord, ...]:
    found = []
    if int(frozen.cohort.treated.sum()) < max(study.smallest_cell, 2):
        return ()
    for one in outcomes_of(study):
        try:
            found.append(series_record(frozen.cohort, one, span=span_of(study), alpha=study.inference.alpha))
        except InvalidValue as error:
            missing.append(f"series of {one.id}: {error}")
    return tuple(found)


def _result(
    ready: ReadyStudy,
    frozen: FrozenStudy,
    record: FreezeRecord,
    *,
    as_of: dt.date | None,
    allay_version: str,
    results: tuple[OutcomeResult, ...],
    series: tuple[SeriesRecord, ...],
    savings: tuple[SavingsRow, ...],
    drawn: DrawsRecord | None,
    calibration: CalibrationRecord | None,
    missing: tuple[str, ...],
) -> StudyResult:
    study = ready.study
    weighting = None if frozen.weights is None else weighting_record(frozen.weights, frozen.cohort, study)
    first = frozen.detectable[0] if frozen.detectable else None
    starters = int(frozen.cohort.treated.sum())
    result = StudyResult(
        allay_version=allay_version,
        as_of=as_of,
        protocol=shown(study),
        freeze=record,
        data=DataRecord(
            inputs=ready.inputs,
            value_sets=ready.value_sets,
            panel=ready.panel.record.model_dump(mode="json"),
            claims=ready.claims,
            synthetic=(ready.protocol.claims / TRUTH).is_file(),
        ),
        flow=frozen.cohort.flow,
        cohorts=cohort_rows(frozen.cohort, study),
        window=(study.window.start.isoformat()[:7], month_name(study.window.start, study.window.months - 1)),
        period_months=periods_of(study).months,
        detectable=frozen.detectable,
        weighting=weighting,
        outcomes=results,
        series=series,
        savings=savings,
        draws=drawn,
        calibration=calibration,
        verdict=verdict(Grounds(study, starters, weighting, results, first)),
        missing=missing,
        checklist=(),
        checklist_status=checklist().status,
    )
    return result.model_copy(update={"checklist": answered(result.model_dump(mode="json"))})
