"""Two arms of a trial: difference in change, difference adjusted for baseline, and why they differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.measures.intervals import Interval, mean_interval
from allay.measures.logistic import NotEstimable
from allay.measures.paired import complete_pairs

__all__ = ["ArmComparison", "compare_arms"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArmComparison:
    """Change of two arms compared twice, among patients with both values; treated minus control.

    Attributes
    ----------
    change_difference, change_interval
        Difference of mean change; t interval with the pooled variance.
    ancova_difference, ancova_interval
        Difference of follow-up at equal baseline: linear regression on arm and baseline, n - 3 degrees of
        freedom.
    slope : float
        How much of a difference at baseline is still there at follow-up, within the arms.
    """

    n_treated: int
    n_control: int
    baseline_difference: float
    change_treated: float
    change_control: float
    change_difference: float
    change_interval: Interval
    ancova_difference: float
    ancova_interval: Interval
    slope: float

    @property
    def text(self) -> str:
        """Why the two differences differ, in words; the equation is exact.

        Examples
        --------
        >>> before, after = [5, 6, 7, 6, 7, 8], [3, 5, 5, 6, 6, 7]
        >>> print(compare_arms(before, after, treated=[1, 1, 1, 0, 0, 0]).text)
        The arms started -1 apart and 0.75 of a difference at baseline remained at follow-up, so the change
        scores (-1) and the adjusted difference (-1.25) differ by (1 - 0.75) x 1 = 0.25.
        """
        gap = self.change_difference - self.ancova_difference
        found = f"the change scores ({self.change_difference:.4g}) and the adjusted difference"
        found += f" ({self.ancova_difference:.4g})"
        if abs(gap) < 1e-9:
            return f"The arms started equal, or all of a difference remained: {found} agree."
        return (
            f"The arms started {self.baseline_difference:.4g} apart and {self.slope:.4g} of a difference at "
            f"baseline remained at follow-up, so {found} differ by "
            f"(1 - {self.slope:.4g}) x {0.0 - self.baseline_difference:.4g} = {gap:.4g}."
        )


def compare_arms(baseline: ArrayLike, followup: ArrayLike, *, treated: ArrayLike) -> ArmComparison:
    """Compare the change of two arms, as change scores and adjusted for baseline (ANCOVA).

    Parameters
    ----------
    baseline, followup
        One entry per patient, in score units, NaN where missing; patients with both are compared.
    treated
        Per patient 1 or true in the treated arm, 0 or false in the control arm.

    Raises
    ------
    InvalidValue
        When the arrays do not match or an arm is neither 0 nor 1.
    NotEstimable
        With fewer than two patients in an arm, fewer than four in all, or no variation within the arms.

    Notes
    -----
    In a randomized trial both are unbiased and the adjusted one is the more precise; when the arms differ at
    baseline the change scores carry that difference along. Outside of a randomized trial the two answer
    different questions, and neither is an effect by itself.
    Source: Vickers AJ, Altman DG, BMJ 2001;323:1123-1124.

    Examples
    --------
    >>> found = compare_arms([5, 6, 7, 6, 7, 8], [3, 5, 5, 6, 6, 7], treated=[1, 1, 1, 0, 0, 0])
    >>> found.change_difference, round(found.ancova_difference, 2), round(found.slope, 2)
    (-1.0, -1.25, 0.75)
    """
    before, after, kept = complete_pairs(baseline, followup)
    arm = np.asarray(treated, dtype=np.float64)
    if arm.shape != kept.shape:
        raise InvalidValue(expected=f"{kept.shape[0]} arms", found=str(arm.shape))
    if not np.isin(arm, (0.0, 1.0)).all():
        raise InvalidValue(expected="an arm of 0 or 1 for every patient", found="another value")
    arm = arm[kept]
    n_treated, n_control = int(arm.sum()), int((1 - arm).sum())
    if min(n_treated, n_control) < 2 or arm.size < 4:
        raise NotEstimable(f"two arms of two patients or more are needed, not {n_treated} and {n_control}")
    change = after - before
    means = [float(change[arm == k].mean()) for k in (1, 0)]
    pooled = sum(float(((change[arm == k] - means[1 - k]) ** 2).sum()) for k in (0, 1)) / (arm.size - 2)
    se = math.sqrt(pooled * (1 / n_treated + 1 / n_control))
    adjusted, adjusted_se, slope = _ancova(before, after, arm)
    return ArmComparison(
        n_treated=n_treated,
        n_control=n_control,
        baseline_difference=float(before[arm == 1].mean() - before[arm == 0].mean()),
        change_treated=means[0],
        change_control=means[1],
        change_difference=means[0] - means[1],
        change_interval=mean_interval(means[0] - means[1], se, arm.size - 2),
        ancova_difference=adjusted,
        ancova_interval=mean_interval(adjusted, adjusted_se, arm.size - 3),
        slope=slope,
    )


def _ancova(before: Floats, after: Floats, arm: Floats) -> tuple[float, float, float]:
    """Coefficient of the arm, its standard error, and the slope on the baseline."""
    within = before - np.where(arm == 1, before[arm == 1].mean(), before[arm == 0].mean())
    if float(np.abs(within).max()) <= 1e-9:
        raise NotEstimable("the baseline does not vary within the arms")
    design = np.column_stack([np.ones_like(arm), arm, before - before.mean()])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ after
    residual = after - design @ beta
    variance = float(residual @ residual) / (arm.size - 3)
    return float(beta[1]), math.sqrt(variance * float(inverse[1, 1])), float(beta[2])
