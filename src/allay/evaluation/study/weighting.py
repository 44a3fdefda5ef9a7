"""Weights that make comparison members like the starters, from what is known in the first months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.matching import Balance, balance, weigh
from allay.evaluation.matching.comparison import effective_size
from allay.evaluation.study.cohort import StudyCohort
from allay.evaluation.study.protocol import Study

Floats = NDArray[np.float64]
OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class StudyWeights:
    """Weights of a study.

    Attributes
    ----------
    weights : float64 array [member]
        0 for comparison members who are not used.
    balance : Balance, optional
        None where nothing is weighed on.
    covariates : float64 array [member, covariate]
        What was weighed on; of members with weight.
    names : tuple of str
    ess : float
        What the comparison members are worth after weighing.
    unlike : int
        Comparison members left out because no starter shares one of their values.
    estimand : str
    """

    weights: Floats
    balance: Balance | None
    covariates: Floats
    names: tuple[str, ...]
    ess: float
    unlike: int
    estimand: str

    @property
    def unadjusted(self) -> Floats:
        """The same members with a weight of 1 each, also those who are unlike any starter."""
        return np.ones(len(self.weights))


def study_weights(
    cohort: StudyCohort,
    study: Study,
    *,
    pre_outcomes: dict[str, Floats] | None = None,
    method: str | None = None,
) -> StudyWeights:
    """Weigh comparison members.

    Parameters
    ----------
    cohort : StudyCohort
        With starters and comparison members.
    study : Study
    pre_outcomes : dict of str to float64 array [member], optional
        Means of outcomes in the first months, where the protocol insists on them.
    method : str, optional
        Another method than that of the protocol, for comparison.

    Raises
    ------
    InvalidValue
        A covariate that separates starters from comparison members: it is named.
    """
    treated = cohort.treated
    chosen = study.weighting.method if method is None else method
    if chosen == "none":
        ones = np.ones(len(cohort))
        ess = float((~treated).sum())
        return StudyWeights(ones, None, np.empty((len(cohort), 0)), (), ess, 0, "ATT")
    kept, columns = _columns(cohort, study)
    for name, values in (pre_outcomes or {}).items():
        columns[f"before_{name}"] = values
    names = tuple(name for name, values in columns.items() if np.ptp(values[kept]) > 0)
    matrix = np.column_stack([columns[name] for name in names]) if names else np.empty((len(cohort), 0))
    if not names:
        weights = kept.astype(np.float64)
        return StudyWeights(
            weights, None, matrix, (), effective_size(weights[~treated]), int((~kept).sum()), "ATT"
        )
    before = tuple(name for name in names if name.startswith("before_"))
    found = weigh(
        treated[kept],
        matrix[kept],
        method=chosen,
        names=names,
        pre_outcomes=before,
        allow_pre_outcomes=bool(before),
    )
    weights = np.zeros(len(cohort))
    weights[kept] = found.weights
    return StudyWeights(
        weights=weights,
        balance=balance(treated[kept], matrix[kept], found.weights, names=names),
        covariates=matrix,
        names=names,
        ess=effective_size(weights[~treated]),
        unlike=int((~kept).sum()),
        estimand=found.estimand,
    )


def _columns(cohort: StudyCohort, study: Study) -> tuple[NDArray[np.bool_], dict[str, Floats]]:
    """Covariates as numbers and indicators, and who shares their values with some starter."""
    treated = cohort.treated
    kept = np.ones(len(cohort), dtype=bool)
    columns: dict[str, Floats] = {}
    for name in study.weighting.covariates:
        if name == "age":
            columns["age"] = cohort.age
            middle = float(cohort.age[treated].mean())
            columns["age_squared"] = ((cohort.age - middle) / 10) ** 2
        elif name == "diagnoses":
            columns["diagnoses"] = np.log1p(cohort.diagnoses)
        else:
            labels = cohort.labels[name]
            there, count = np.unique(labels[treated], return_counts=True)
            kept &= np.isin(labels, there)
            if not (kept & ~treated).any():
                raise InvalidValue(
                    expected=f"comparison members who are like some starter in {name} and what is before it",
                    found=f"none: {name} separates starters from comparison members",
                )
            common = there[count >= study.smallest_cell]
            merged = np.where(np.isin(labels, common), labels, OTHER)
            levels, sizes = np.unique(merged[treated], return_counts=True)
            # The largest group is the one that the others are told from.
            for level in np.delete(levels, int(np.argmax(sizes))).tolist():
                columns[f"{name}={level}"] = (merged == level).astype(np.float64)
    return kept, columns
