"""Empirical calibration: an effect corrected for the errors that negative controls show.

Source: Schuemie MJ and others, Stat Med 2014;33:209-218, and PNAS 2018;115:2571-2577. Two things differ here:
the error is taken not to depend on the true effect (there are no positive controls), and the distribution of
the error is not taken as known: with few controls its mean and spread are uncertain, so the interval is that
of a prediction in random-effects meta-analysis (restricted maximum likelihood; Student's t with one degree of
freedom less than there are controls).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import stdtr, stdtrit

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.evaluation.inference.arrays import Floats, numbers
from allay.evaluation.inference.conventions import convention
from allay.measures.intervals import Interval

__all__ = ["Calibrated", "NotCalibrated", "SystematicError", "calibrate", "systematic_error"]

# The spread of errors is looked for up to this many times the spread and the errors of the estimates
# together.
_WIDEST = 10.0


@dataclass(frozen=True, slots=True)
class SystematicError:
    """Distribution of the errors that the study makes beyond chance.

    Attributes
    ----------
    mean, mean_se, sd : float
    controls : int
    """

    mean: float
    mean_se: float
    sd: float
    controls: int


@dataclass(frozen=True, slots=True)
class NotCalibrated:
    """Why no calibration was done.

    Attributes
    ----------
    controls, needed : int
    status : Status
        Of the number needed.
    reason : str
    """

    controls: int
    needed: int
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Calibrated:
    """An effect with the errors of the study taken into account.

    Attributes
    ----------
    estimate : float
        Less the mean error of the controls.
    se : float
        With the spread of errors, and how well their mean is known.
    df : int
    interval : Interval
    p : float
    error : SystematicError
    """

    estimate: float
    se: float
    df: int
    interval: Interval
    p: float
    error: SystematicError


def systematic_error(
    estimate: ArrayLike, se: ArrayLike, *, fewest: int | None = None
) -> SystematicError | NotCalibrated:
    """Estimate the distribution of systematic error from negative controls.

    Parameters
    ----------
    estimate, se : array [control]
        In one unit, which is that of the effect to calibrate: log rate ratios, or shares of each outcome's
        mean.
    fewest : int, optional
        Controls that are needed; by default as the convention has it (5, from memory).

    Examples
    --------
    >>> found = systematic_error([0.1, 0.2, 0.3, 0.2, 0.2], [0.001] * 5)
    >>> round(found.mean, 4), round(found.sd, 4)
    (0.2, 0.0707)
    >>> systematic_error([0.1, 0.2], [0.1, 0.1]).reason
    'a distribution of systematic error needs 5 negative controls, and there are 2'
    """
    values = numbers(estimate, what="effects on controls")
    errors = numbers(se, what="standard errors", size=len(values))
    if not (errors > 0).all():
        raise InvalidValue(expected="standard errors above 0", found=f"{errors.min(initial=np.inf):g}")
    rule = convention("negative_controls.fewest")
    needed = int(rule.number) if fewest is None else max(2, fewest)
    if len(values) < needed:
        reason = f"a distribution of systematic error needs {needed} negative controls, and there are"
        status = rule.status if fewest is None else Status.DERIVED
        return NotCalibrated(len(values), needed, status, f"{reason} {len(values)}")
    widest = _WIDEST * math.hypot(float(values.std()), float(errors.max()))
    found = minimize_scalar(
        lambda sd: _misfit(sd, values, errors),
        bounds=(0.0, widest),
        method="bounded",
        options={"xatol": 1e-10},
    )
    sd = float(found.x) if found.fun < _misfit(0.0, values, errors) else 0.0
    weight = 1 / (sd**2 + errors**2)
    return SystematicError(
        float(weight @ values / weight.sum()), float(1 / math.sqrt(weight.sum())), sd, len(values)
    )


def calibrate(
    estimate: float, se: float, *, error: SystematicError | NotCalibrated, level: float = 0.95
) -> Calibrated | NotCalibrated:
    """Correct an effect for the systematic error of the study.

    Examples
    --------
    >>> error = SystematicError(0.2, 0.03, 0.05, 10)
    >>> found = calibrate(-0.3, 0.1, error=error)
    >>> round(found.estimate, 2), round(found.se, 4), round(found.interval.low, 3)
    (-0.5, 0.1158, -0.762)
    """
    if isinstance(error, NotCalibrated):
        return error
    if not se > 0:
        raise InvalidValue(expected="a standard error above 0", found=f"{se:g}")
    middle = estimate - error.mean
    whole, df = math.sqrt(se**2 + error.sd**2 + error.mean_se**2), error.controls - 1
    half = float(stdtrit(df, 0.5 + level / 2)) * whole
    p = 2 * float(stdtr(df, -abs(middle) / whole))
    return Calibrated(middle, whole, df, Interval(middle - half, middle + half, level), p, error)


def _misfit(sd: float, values: Floats, errors: Floats) -> float:
    """Minus twice the restricted log likelihood, without its constant."""
    weight = 1 / (sd**2 + errors**2)
    mean = weight @ values / weight.sum()
    return float(-np.log(weight).sum() + np.log(weight.sum()) + weight @ (values - mean) ** 2)
