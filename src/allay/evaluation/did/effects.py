"""Effects of each cohort in each period against those who are not treated: Callaway and Sant'Anna."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.did.cells import Base, Control, Method, cells_of
from allay.evaluation.did.contributions import Contributions, summed
from allay.evaluation.did.grouptime import GroupTimeEffects, Pretest
from allay.evaluation.did.moments import (
    CohortMoments,
    collected,
    effects_of_moments,
    loadings,
    moments_of,
    occupied,
)
from allay.evaluation.did.panel import WidePanel

__all__ = ["GroupTimeEffects", "Method", "Pretest", "group_time_effects"]

Floats = NDArray[np.float64]


def group_time_effects(
    panel: WidePanel,
    *,
    control: Control = "never",
    method: Method = "dr",
    base: Base = "varying",
    anticipation: int = 0,
    influence: bool = False,
) -> GroupTimeEffects:
    """Average effects on the treated by cohort and period, with analytic errors.

    Parameters
    ----------
    panel : WidePanel
        Its weights are sampling weights. Errors are robust, and take units of a cluster together. Covariates,
        where it has any, adjust for trends that depend on them.
    control : {"never", "notyet"}
        Compare with the never treated, or with all that are not treated yet.
    method : {"dr", "reg", "ipw"}
        With covariates: doubly robust, outcome regression, or inverse-probability weights (each summing to
        one). Without any, all three are the same.
    base : {"varying", "universal"}
        From which period changes before treatment are counted: see `cells_of`.
    anticipation : int
        How many periods before treatment its effect may begin.
    influence : bool
        Whether to keep the contribution of every unit, for the multiplier bootstrap.

    Raises
    ------
    InvalidValue
        Nobody to compare with; a covariate that separates treated from comparison, or is a combination of
        others: it is named.

    References
    ----------
    Callaway B, Sant'Anna PHC. J Econometrics 2021;225:200-230. Sant'Anna PHC, Zhao J. Doubly robust
    difference-in-differences estimators. J Econometrics 2020;219:101-122.

    Examples
    --------
    >>> from allay.evaluation.did.panel import wide
    >>> panel = wide([1, 1, 2, 2, 3, 3, 4, 4], [1, 2] * 4, [2] * 4 + [0] * 4, [1, 5, 1, 3, 2, 3, 4, 5])
    >>> group_time_effects(panel).att.tolist()
    [2.0]
    """
    if method not in get_args(Method):
        raise InvalidValue(expected=f"method {' or '.join(get_args(Method))}", found=repr(method))
    if panel.covariates is not None and panel.covariates.shape[1]:
        # Imported late, as most panels have no covariates.
        from allay.evaluation.did.adjusted import adjusted_effects

        return adjusted_effects(
            panel,
            control=control,
            method=method,
            base=base,
            anticipation=anticipation,
            influence=influence,
        )
    moments = moments_of(panel)
    if panel.cluster is None and not influence:
        found = effects_of_moments(moments, control=control, base=base, anticipation=anticipation)
        return replace(found, method=method)
    return _with_influence(
        panel,
        moments,
        control=control,
        method=method,
        base=base,
        anticipation=anticipation,
        influence=influence,
    )


def _with_influence(
    panel: WidePanel,
    moments: CohortMoments,
    *,
    control: Control,
    method: Method,
    base: Base,
    anticipation: int,
    influence: bool,
) -> GroupTimeEffects:
    """The same from the contribution of every unit, which clusters and the bootstrap need."""
    moments = occupied(moments)
    plan = cells_of(moments.periods, moments.cohorts, control=control, base=base, anticipation=anticipation)
    att, loading = loadings(moments, plan)
    joint, kept = summed(panel, unit_contributions(panel, moments, loading), loading.shape[2], keep=influence)
    found = collected(
        moments,
        plan,
        att,
        joint,
        control=control,
        base=base,
        anticipation=anticipation,
        method=method,
        influence=kept,
    )
    if base == "varying":
        return found
    varying = _with_influence(
        panel,
        moments,
        control=control,
        method=method,
        base="varying",
        anticipation=anticipation,
        influence=False,
    )
    return replace(found, pretest=varying.pretest)


def unit_contributions(panel: WidePanel, moments: CohortMoments, loading: Floats) -> Contributions:
    """Say what each unit adds to estimates that hang on outcomes as `loading` says (see `loadings`)."""
    place = np.searchsorted(moments.cohorts, panel.cohort)
    known = np.minimum(place, len(moments.cohorts) - 1)
    there = moments.cohorts[known] == panel.cohort  # a cohort whose weights are all 0 is in no estimate
    mean, periods = moments.mean, len(moments.periods)

    def block(rows: slice) -> Floats:
        cohort, outcome = known[rows], panel.outcome[rows]
        found = np.zeros((len(cohort), loading.shape[2]))
        for one in np.unique(cohort[there[rows]]).tolist():
            own = (cohort == one) & there[rows]
            found[own] = (outcome[own] - mean[one]) @ loading[one, :periods] + loading[one, periods]
        return found if panel.weights is None else found * panel.weights[rows, None]

    return block
