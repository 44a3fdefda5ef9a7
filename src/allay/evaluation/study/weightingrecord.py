"""Balance of a study as its result shows it: nothing that gives a small count away."""

from __future__ import annotations

import numpy as np

from allay.evaluation.matching import Contrast, CovariateBalance, judge
from allay.evaluation.study.cohort import StudyCohort
from allay.evaluation.study.estimates import known
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.result import BalanceRow, SampleMoments, WeightingRecord
from allay.evaluation.study.weighting import StudyWeights


def weighting_record(weights: StudyWeights, cohort: StudyCohort, study: Study) -> WeightingRecord:
    """Put the weights of a study into words and numbers.

    Parameters
    ----------
    weights : StudyWeights
    cohort : StudyCohort
    study : Study
    """
    treated, used = cohort.treated, weights.weights > 0
    starters, comparison = int((treated & used).sum()), int((~treated & used).sum())
    answer, rows = "not weighed", []
    reasons: tuple[str, ...] = ()
    if weights.balance is not None:
        said = judge(weights.balance)
        answer, reasons = said.answer, said.reasons
        rows = [
            _row(one, starters, comparison, smallest=study.smallest_cell)
            for one in weights.balance.covariates
        ]
    hidden = 0 < weights.unlike < study.smallest_cell
    return WeightingRecord(
        method=study.weighting.method,
        estimand=weights.estimand,
        starters=starters,
        comparison=comparison,
        comparison_worth=weights.ess,
        unlike=None if hidden else weights.unlike,
        rows=tuple(rows),
        answer=answer,
        reasons=reasons,
        pre_outcomes=study.weighting.pre_outcomes,
        because=study.weighting.because,
    )


def _row(one: CovariateBalance, starters: int, comparison: int, *, smallest: int) -> BalanceRow:
    return BalanceRow(
        name=one.name,
        binary=one.binary,
        before=_moments(one.before, one.binary, (starters, comparison), smallest),
        after=_moments(one.after, one.binary, (starters, comparison), smallest),
    )


def _moments(found: Contrast, binary: bool, sizes: tuple[int, int], smallest: int) -> SampleMoments:
    """A share of people is a count: where that is small, the share and what shows it are hidden."""
    small = binary and any(
        0 < count < smallest
        for share, size in zip((found.treated, found.untreated), sizes, strict=True)
        for count in (np.rint(share * size), np.rint((1 - share) * size))
    )
    if small:
        return SampleMoments(starters=None, comparison=None, smd=None, variance_ratio=None)
    return SampleMoments(
        starters=found.treated,
        comparison=found.untreated,
        smd=None if found.smd is None else known(found.smd),
        variance_ratio=None if found.variance_ratio is None else known(found.variance_ratio),
    )
