"""The imputation estimator: what treated units would have had, from effects of units and periods."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.did.cells import NEVER, Cells
from allay.evaluation.did.contributions import summed
from allay.evaluation.did.effects import unit_contributions
from allay.evaluation.did.grouptime import GroupTimeEffects
from allay.evaluation.did.moments import CohortMoments, collected, moments_of, occupied
from allay.evaluation.did.panel import WidePanel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
_DEPENDENT = 1e-9
"""What the untreated cells settle by less than this share of what they settle best is open."""


def imputed_effects(panel: WidePanel, *, anticipation: int = 0) -> GroupTimeEffects:
    """Effects by cohort and period as Borusyak, Jaravel and Spiess impute them, without covariates.

    Unit and period effects are fitted to all untreated cells, those of cohorts before they start included.
    It rests on parallel trends in all those periods, is precise where they hold, and so is a check on
    `group_time_effects`: the two should tell the same. Errors leave the mean effect of each cohort and
    period out of the residuals of the treated, and are conservative where effects differ within one.

    Parameters
    ----------
    panel : WidePanel
        Covariates are not used.
    anticipation : int
        How many periods before treatment count as treated.

    References
    ----------
    Borusyak K, Jaravel X, Spiess J. Revisiting event-study designs. Rev Econ Stud 2024;91:3253-3285.

    Examples
    --------
    >>> panel = WidePanel(
    ...     np.array([[1.0, 1.0, 5.0], [1.0, 1.0, 3.0], [2.0, 2.0, 3.0], [4.0, 4.0, 5.0]]),
    ...     np.array([1, 2, 3]), np.array([3, 3, 0, 0]),
    ... )
    >>> imputed_effects(panel).att.round(6).tolist()
    [2.0]
    """
    moments = occupied(moments_of(panel))
    if panel.cluster is None:
        return imputed_effects_of_moments(moments, anticipation=anticipation)
    plan, att, loading = _imputed(moments, anticipation)
    contributions = unit_contributions(panel, moments, loading)
    joint, _ = summed(panel, contributions, loading.shape[2], keep=False)
    return _collected(moments, plan, att, joint, anticipation)


def imputed_effects_of_moments(moments: CohortMoments, *, anticipation: int = 0) -> GroupTimeEffects:
    """Return the same from moments of cohorts.

    Examples
    --------
    >>> rows = np.array([[1.0, 5.0], [1.0, 3.0], [2.0, 3.0], [4.0, 5.0]])
    >>> panel = WidePanel(rows, np.array([1, 2]), np.array([2, 2, 0, 0]))
    >>> imputed_effects_of_moments(moments_of(panel)).att.round(6).tolist()
    [2.0]
    """
    moments = occupied(moments)
    plan, att, loading = _imputed(moments, anticipation)
    joint = np.einsum("hpc,hpq,hqd->cd", loading, moments.spread(), loading, optimize=True)
    return _collected(moments, plan, att, joint, anticipation)


def _collected(
    moments: CohortMoments, plan: Cells, att: Floats, joint: Floats, anticipation: int
) -> GroupTimeEffects:
    return collected(
        moments,
        plan,
        att,
        joint,
        control="notyet",
        base="universal",
        anticipation=anticipation,
        method="imputation",
    )


def _imputed(moments: CohortMoments, anticipation: int) -> tuple[Cells, Floats, Floats]:
    """Cells, effects and loadings, as `allay.evaluation.did.moments.loadings` gives them."""
    cohorts, periods = moments.cohorts, moments.periods
    groups, width = len(cohorts), len(periods)
    untreated = (cohorts == NEVER)[:, None] | (periods + anticipation < cohorts[:, None])
    row, column = np.nonzero(untreated)
    design = np.zeros((len(row), groups + width))
    design[np.arange(len(row)), row] = design[np.arange(len(row)), groups + column] = 1
    root = np.sqrt(moments.n[row])[:, None]
    # Unit effects average to cohort effects, as all units of a cohort are untreated in the same periods.
    solved = np.linalg.pinv(design * root, rcond=_DEPENDENT) * root.T
    cells, left_out = _targets(cohorts, periods, untreated, design, anticipation)
    if not len(cells):
        raise InvalidValue(expected="a treated period that untreated cells can impute", found="none")
    group, time = cells[:, 0], cells[:, 1]
    wanted = np.zeros((len(cells), groups + width))
    wanted[np.arange(len(cells)), group] = wanted[np.arange(len(cells)), groups + time] = 1
    weights = np.zeros((groups, width, len(cells)))  # of the mean of each cohort and period in each effect
    weights[group, time, np.arange(len(cells))] = 1
    weights[row, column] -= (wanted @ solved).T
    mean = moments.mean
    rest = np.zeros((groups, width))
    rest[row, column] = mean[row, column] - design @ (solved @ mean[row, column])
    present = np.unique(group)
    loading = np.zeros((groups, width + 1, len(cells) + len(present)))
    loading[:, :width, : len(cells)] = weights / moments.n[:, None, None]
    loading[:, width, : len(cells)] = np.einsum("hp,hpc->hc", rest, weights) / moments.n[:, None]
    loading[present, width, len(cells) + np.arange(len(present))] = 1 / moments.n.sum()
    last = untreated.sum(axis=1) - 1
    control = np.ones((len(cells), groups), dtype=bool)
    plan = Cells(group, time, last[group], control, left_out)
    return plan, np.einsum("hpc,hp->c", weights, mean), loading


def _targets(
    cohorts: Integers, periods: Integers, untreated: Mask, design: Floats, anticipation: int
) -> tuple[Integers, tuple[str, ...]]:
    """Treated cells whose unit and period effects the untreated cells settle."""
    groups = len(cohorts)
    found, notes = [], []
    _, values, vectors = np.linalg.svd(design, full_matrices=True)
    rank = int((values > _DEPENDENT * values.max()).sum()) if len(values) else 0
    free = vectors[rank:]  # directions that no untreated cell sees
    for group in np.flatnonzero(cohorts != NEVER).tolist():
        lost = []
        for time in np.flatnonzero(~untreated[group]).tolist():
            if np.abs(free[:, group] + free[:, groups + time]).max(initial=0.0) > np.sqrt(_DEPENDENT):
                lost.append(str(periods[time]))
            elif periods[time] >= cohorts[group] or anticipation:
                found.append((group, time))
        if lost:
            notes.append(f"cohort {cohorts[group]} cannot be imputed in {', '.join(lost)}")
    return np.array(found, dtype=np.int64).reshape(-1, 2), tuple(notes)
