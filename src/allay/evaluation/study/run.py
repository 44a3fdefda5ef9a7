"""Running a study: freeze, say what could be shown, compare, check, and say what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.disclosure import suppress_counts
from allay.base.errors import InvalidInput, InvalidValue
from allay.evaluation.inference.arrays import holm
from allay.evaluation.inference.effect_draws import EffectDraws
from allay.evaluation.inference.negative_controls import check_controls
from allay.evaluation.study.alone import series_record
from allay.evaluation.study.analysis import StudyAnalysis, analyze
from allay.evaluation.study.checklist import answered, checklist
from allay.evaluation.study.cohort import NEVER, StudyCohort
from allay.evaluation.study.contrast import MemberContrast, contrast
from allay.evaluation.study.detect import OutcomeDetectable, detectable, span_of
from allay.evaluation.study.effectdraws import study_draws
from allay.evaluation.study.estimates import effect_estimate
from allay.evaluation.study.lock import FrozenEffect, StudyLock, deviations, make_lock
from allay.evaluation.study.money import TOTALS, savings_row
from allay.evaluation.study.months import month_name, period_name
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.prepare import ReadyStudy, at_weighting
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.result import (
    CohortRow,
    DataRecord,
    DrawsRecord,
    FreezeRecord,
    OutcomeResult,
    SavingsRow,
    SeriesRecord,
    StudyResult,
)
from allay.evaluation.study.starts import FIRST, periods_of
from allay.evaluation.study.subgroups import named_parts, not_shown, site_parts
from allay.evaluation.study.verdict import Grounds, verdict
from allay.evaluation.study.weighting import StudyWeights, study_weights
from allay.evaluation.study.weightingrecord import weighting_record

Floats = NDArray[np.float64]
OTHER_METHODS = ("entropy", "ipw", "overlap")
TRUTH = "truth.json"
"""What a simulation leaves beside its claims: they are about nobody, and the result says so."""


@dataclass(frozen=True, slots=True, eq=False)
class FrozenStudy:
    """A study before any outcome after a start has been read.

    Attributes
    ----------
    cohort : StudyCohort
    weights : StudyWeights, optional
        None without a comparison group or with too few starters.
    detectable : tuple of OutcomeDetectable
    lock : StudyLock
    """

    cohort: StudyCohort
    weights: StudyWeights | None
    detectable: tuple[OutcomeDetectable, ...]
    lock: StudyLock


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


def outcomes_of(study: Study) -> tuple[StudyOutcome, ...]:
    """Outcomes with the primary one first, else in the order of the protocol.

    Examples
    --------
    >>> from allay.evaluation.study.protocolfile import _SMALL
    >>> [one.id for one in outcomes_of(_SMALL)]
    ['emergency_visit']
    """
    return tuple(sorted(study.outcomes, key=lambda one: one.role != "primary"))


def freeze(ready: ReadyStudy, *, as_of: dt.date | None, allay_version: str) -> FrozenStudy:
    """Find the people, weigh them, say what could be shown, and lock the protocol.

    Parameters
    ----------
    ready : ReadyStudy
    as_of : date, optional
        The day that the lock carries.
    allay_version : str

    Raises
    ------
    InvalidInput
        Starters without comparison members; a covariate that separates them.
    """
    study = ready.study
    cohort = ready.cohort()
    weights = None
    found: tuple[OutcomeDetectable, ...] = ()
    if study.design.comparison != "none" and _enough(ready, cohort):
        try:
            weights = study_weights(cohort, study, pre_outcomes=_before(cohort, study))
            found = tuple(
                detectable(cohort, study, one, weights=weights.weights) for one in outcomes_of(study)
            )
        except InvalidValue as error:
            raise at_weighting(ready.protocol, error) from None
    lock = make_lock(
        study,
        frozen_on=as_of,
        allay_version=allay_version,
        value_sets=ready.value_sets,
        inputs=ready.inputs,
        detectable=tuple(
            FrozenEffect(outcome=one.outcome, smallest=one.smallest, relative=one.relative) for one in found
        ),
    )
    return FrozenStudy(cohort, weights, found, lock)


def _enough(ready: ReadyStudy, cohort: StudyCohort) -> bool:
    """Whether there are starters that may be shown; and refuse those without anybody to compare with."""
    starters, pool = int(cohort.treated.sum()), int((~cohort.treated).sum())
    smallest = max(ready.study.smallest_cell, 2)
    if starters < smallest:
        return False
    if pool < smallest:
        expected = f"{smallest} or more comparison members who meet the protocol"
        found = f"fewer, beside {starters} starters"
        problem = ready.protocol.document.problem("design", "comparison", expected=expected, found=found)
        raise InvalidInput(problem)
    return True


def _before(cohort: StudyCohort, study: Study) -> dict[str, Floats]:
    """Means of outcomes in the first months, where the protocol insists on matching on them."""
    first = study.design.baseline_months
    return {
        one: cohort.outcome_before(StudyOutcome(id=one), anticipation=study.design.anticipation_months)[
            :, :first
        ].mean(axis=1)
        for one in study.weighting.pre_outcomes
    }


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
    record = _freeze_record(ready, frozen, lock, allay_version=allay_version)
    results: list[OutcomeResult] = []
    contrasts: dict[str, MemberContrast] = {}
    missing = [*_missing(study, frozen)]
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


def _freeze_record(
    ready: ReadyStudy, frozen: FrozenStudy, lock: StudyLock | None, *, allay_version: str
) -> FreezeRecord:
    now = frozen.lock.protocol_sha256
    if lock is None:
        return FreezeRecord(
            before=False,
            frozen_on=frozen.lock.frozen_on,
            protocol_sha256=now,
            frozen_sha256=now,
            detectable=frozen.lock.detectable,
            deviations=(),
            words="the protocol was frozen by this run, right before outcomes were read: it was not "
            "registered before, and nothing shows that it was not written with the outcomes known",
        )
    found = deviations(
        lock, ready.study, value_sets=ready.value_sets, inputs=ready.inputs, allay_version=allay_version
    )
    day = "a day that was not given" if lock.frozen_on is None else lock.frozen_on.isoformat()
    words = f"the protocol was frozen on {day}"
    return FreezeRecord(
        before=True,
        frozen_on=lock.frozen_on,
        protocol_sha256=now,
        frozen_sha256=lock.protocol_sha256,
        detectable=lock.detectable,
        deviations=found,
        words=f"{words}; {len(found)} deviations from it follow" if found else f"{words} and kept",
    )


def _missing(study: Study, frozen: FrozenStudy) -> Iterator[str]:
    """What the reader of a result will look for and not find, and why."""
    if study.design.comparison == "none":
        yield "effects: there is no comparison group"
        yield "smallest detectable effect: there is no comparison group"
    elif frozen.weights is None:
        yield f"all estimates: fewer than {max(study.smallest_cell, 2)} starters may not be shown"
    if not any(one.role == "negative_control" for one in study.outcomes):
        yield "negative controls: the protocol names no outcome that the program cannot change"
    if not study.subgroups:
        yield "subgroups: the protocol names none"
    if not any(one.id in TOTALS for one in study.outcomes):
        yield "savings: total_cost is not among the outcomes"
    elif study.program.cost_per_member is None:
        yield "net savings: the protocol does not say what the program cost"
    if study.window.run_out_months == 0:
        yield "run-out: no months are left out at the end; the last ones may be incomplete"
    yield "deaths: members who die leave coverage, and are in no estimate that asks for the whole window"


def _cohort_rows(cohort: StudyCohort, study: Study) -> tuple[CohortRow, ...]:
    periods = periods_of(study)
    places, counts = np.unique(cohort.start[cohort.start != NEVER] // periods.months, return_counts=True)
    named = {str(place): int(count) for place, count in zip(places.tolist(), counts.tolist(), strict=True)}
    shown, _ = suppress_counts(named, hidden_up_to=study.smallest_cell - 1)
    return tuple(
        CohortRow(
            period=place + FIRST,
            name=period_name(study.window.start, place, months=periods.months),
            starters=shown[str(place)],
            shown=named[str(place)] >= max(study.smallest_cell, 2),
        )
        for place in places.tolist()
    )


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
    missing: tuple[str, ...],
) -> StudyResult:
    study = ready.study
    weighting = None if frozen.weights is None else weighting_record(frozen.weights, frozen.cohort, study)
    first = frozen.detectable[0] if frozen.detectable else None
    starters = int(frozen.cohort.treated.sum())
    result = StudyResult(
        allay_version=allay_version,
        as_of=as_of,
        protocol=study.model_dump(mode="json"),
        freeze=record,
        data=DataRecord(
            inputs=ready.inputs,
            value_sets=ready.value_sets,
            panel=ready.panel.record.model_dump(mode="json"),
            claims=ready.claims,
            synthetic=(ready.protocol.claims / TRUTH).is_file(),
        ),
        flow=frozen.cohort.flow,
        cohorts=_cohort_rows(frozen.cohort, study),
        window=(study.window.start.isoformat()[:7], month_name(study.window.start, study.window.months - 1)),
        period_months=periods_of(study).months,
        detectable=frozen.detectable,
        weighting=weighting,
        outcomes=results,
        series=series,
        savings=savings,
        draws=drawn,
        verdict=verdict(Grounds(study, starters, weighting, results, first)),
        missing=missing,
        checklist=(),
        checklist_status=checklist().status,
    )
    return result.model_copy(update={"checklist": answered(result.model_dump(mode="json"))})
