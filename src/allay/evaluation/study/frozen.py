"""Freezing a study: its people found, its protocol locked, and what it could show said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, InvalidValue
from allay.evaluation.study.cohort import StudyCohort
from allay.evaluation.study.detect import OutcomeDetectable, detectable
from allay.evaluation.study.lock import FrozenEffect, StudyLock, make_lock
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.prepare import ReadyStudy, at_weighting
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.weighting import StudyWeights, study_weights

Floats = NDArray[np.float64]


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
